package mqttlink_test

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// passphrase seals the authority's key.
const passphrase = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// deadline is how long a test waits for what must happen.
const deadline = 20 * time.Second

// broker is one kind of broker under test.
type broker interface {
	url() string           // for screens
	controllerURL() string // for the controller
	restart(t *testing.T)  // with everything lost
	revoke(t *testing.T, screen playlists.ID, certificate []byte)
}

// site is a controller's authority, a broker and screens with certificates.
type site struct {
	keys      string
	authority *ca.Authority
	broker    broker

	complaints complaints // of a guarded broker
}

// onBrokers runs a test against the embedded broker and against a mosquitto
// process with the shipped configuration.
func onBrokers(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	t.Parallel()
	for name, start := range map[string]func(*testing.T, *site) broker{
		"embedded": startEmbedded, "embedded over websocket": overWebSocket(startEmbedded),
		"mosquitto": startMosquitto, "mosquitto over websocket": overWebSocket(startMosquitto),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{keys: t.TempDir()}
			var err error
			if s.authority, err = ca.Open(s.keys, []byte(passphrase), time.Now); err != nil {
				t.Fatal(err)
			}
			s.broker = start(t, s)
			test(t, s)
		})
	}
}

// freePort finds a port that both the first and the restarted broker use: none
// of those that the system gives to connections meanwhile.
func freePort(t *testing.T) string {
	t.Helper()
	for {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 12_000+rand.N(20_000)))
		if err == nil {
			defer func() { _ = l.Close() }()
			return l.Addr().String()
		}
		if t.Context().Err() != nil {
			t.Fatal(err)
		}
	}
}

// admission is an Admission that tests change.
type admission struct {
	mu      sync.Mutex
	revoked map[playlists.ID]bool
}

func (a *admission) Admits(screen playlists.ID) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.revoked[screen]
}

func (a *admission) Holds(screen playlists.ID, _ *x509.Certificate) bool { return a.Admits(screen) }

func (a *admission) revoke(screen playlists.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.revoked == nil {
		a.revoked = map[playlists.ID]bool{}
	}
	a.revoked[screen] = true
}

type embedded struct {
	site      *site
	address   string
	limits    mqttlink.Limits
	log       *slog.Logger
	admission admission
	broker    *mqttlink.Broker
	stop      func()
}

func startEmbedded(t *testing.T, s *site) broker {
	t.Helper()
	e := &embedded{site: s, address: freePort(t), limits: mqttlink.DefaultLimits(), log: slog.New(slog.DiscardHandler)}
	e.start(t)
	t.Cleanup(func() { e.stop() })
	return e
}

func (e *embedded) start(t *testing.T) {
	t.Helper()
	leaf, err := e.site.authority.Server("broker", nil)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", e.address)
	if err != nil {
		t.Fatal(err)
	}
	config := e.site.authority.ListenerTLS(leaf, tls.RequireAndVerifyClientCert, func(c *x509.Certificate) error {
		if screen, ok := ca.ScreenOf(c); ok && !e.admission.Admits(screen) {
			return errors.New("revoked")
		}
		return nil
	})
	e.broker, err = mqttlink.NewBroker(listener, config, &e.admission, e.limits, e.log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.broker.Run(ctx) }()
	e.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func (e *embedded) url() string           { return "tls://" + e.address }
func (e *embedded) controllerURL() string { return e.url() }
func (e *embedded) webSocket() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.broker.WebSocket().ServeHTTP(w, r) })
}

func (e *embedded) restart(t *testing.T) {
	t.Helper()
	e.stop()
	e.start(t)
}

func (e *embedded) revoke(_ *testing.T, screen playlists.ID, _ []byte) {
	e.admission.revoke(screen)
	e.broker.Kick(screen)
}

type mosquitto struct {
	site    *site
	address string
	config  string
	process *exec.Cmd

	admission admission
	relay     *mqttlink.Relay
}

func startMosquitto(t *testing.T, s *site) broker {
	t.Helper()
	if _, err := s.authority.Server("broker", nil); err != nil {
		t.Fatal(err)
	}
	if err := s.authority.WriteRevocationList(nil); err != nil {
		t.Fatal(err)
	}
	shipped := filepath.Join("..", "..", "deploy", "mosquitto")
	text, err := os.ReadFile(filepath.Join(shipped, "mosquitto.conf"))
	if err != nil {
		t.Fatal(err)
	}
	acl, err := os.ReadFile(filepath.Join(shipped, "acl"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	m := &mosquitto{site: s, address: freePort(t), config: filepath.Join(dir, "mosquitto.conf")}
	_, port, err := net.SplitHostPort(m.address)
	if err != nil {
		t.Fatal(err)
	}
	// Only where it listens and where the files are differs from what we ship.
	config := strings.NewReplacer("listener 8883", "listener "+port+" 127.0.0.1", "/etc/mosquitto/cotmoc/", s.keys+"/", "/etc/mosquitto/acl", filepath.Join(dir, "acl")).Replace(string(text))
	if os.Getuid() == 0 {
		config += "\nuser root\n"
	}
	if err := os.WriteFile(m.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "acl"), acl, 0o600); err != nil {
		t.Fatal(err)
	}
	m.start(t)
	t.Cleanup(func() { m.stop() })
	m.relay = mqttlink.NewRelay(mqttlink.RelayOptions{
		Broker: m.url, TLS: s.authority.ClientTLSInNameOf, Admission: &m.admission, Gone: func(playlists.ID) {},
		Limits: mqttlink.DefaultLimits(), Log: slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = m.relay.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return m
}

func (m *mosquitto) start(t *testing.T) {
	t.Helper()
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path = "/usr/sbin/mosquitto" // where Debian puts it, often not in PATH
	}
	m.process = exec.Command(path, "-c", m.config)
	m.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	m.process.Stderr = t.Output()
	if err := m.process.Start(); err != nil {
		t.Fatalf("cannot start mosquitto, install the Debian package of that name: %v", err)
	}
	eventually(t, "mosquitto listens", func() bool {
		conn, err := net.Dial("tcp", m.address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

func (m *mosquitto) stop() {
	_ = m.process.Process.Kill()
	_ = m.process.Wait()
}

func (m *mosquitto) url() string             { return "tls://" + m.address }
func (m *mosquitto) controllerURL() string   { return m.url() }
func (m *mosquitto) webSocket() http.Handler { return m.relay }

func (m *mosquitto) restart(t *testing.T) {
	t.Helper()
	m.stop()
	m.start(t)
}

func (m *mosquitto) revoke(t *testing.T, screen playlists.ID, certificate []byte) {
	t.Helper()
	m.admission.revoke(screen)
	m.relay.Kick(screen)
	if err := m.site.authority.WriteRevocationList([]ca.Revoked{{Certificate: certificate, At: time.Now()}}); err != nil {
		t.Fatal(err)
	}
	if err := m.process.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// device is a screen's key and certificate.
type device struct {
	id          playlists.ID
	certificate []byte
	tls         *tls.Config
}

func (s *site) device(t *testing.T, word string) device {
	t.Helper()
	d := device{id: playliststest.ID(word)}
	key := playliststest.Key(word[0])
	var err error
	if d.certificate, err = s.authority.IssueScreen(d.id, key.Public().(ed25519.PublicKey)); err != nil {
		t.Fatal(err)
	}
	d.tls = &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{d.certificate}, PrivateKey: key}}}
	return d
}

func (s *site) options(d device) *mqtt.ClientOptions {
	return mqtt.NewClientOptions().AddBroker(s.broker.url()).SetClientID(string(d.id)).SetTLSConfig(d.tls).
		SetProtocolVersion(4).SetCleanSession(true).SetAutoReconnect(false).SetKeepAlive(30 * time.Second).
		SetConnectTimeout(deadline)
}

// client is a connected screen and what has arrived at it.
type client struct {
	mqtt.Client
	got  chan mqtt.Message
	lost chan struct{}
}

func (s *site) connect(t *testing.T, o *mqtt.ClientOptions) (*client, error) {
	t.Helper()
	c := &client{got: make(chan mqtt.Message, 1000), lost: make(chan struct{})}
	o.SetConnectionLostHandler(func(mqtt.Client, error) { close(c.lost) })
	o.SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) { c.got <- m })
	c.Client = mqtt.NewClient(o)
	token := c.Connect()
	if !token.WaitTimeout(deadline) {
		t.Fatal("no answer to CONNECT")
	}
	if token.Error() == nil {
		t.Cleanup(func() { c.Disconnect(0) })
	}
	return c, token.Error()
}

func (s *site) mustConnect(t *testing.T, d device) *client {
	t.Helper()
	c, err := s.connect(t, s.options(d))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// subscribe gives the broker's answer.
func (c *client) subscribe(t *testing.T, filter string) byte {
	t.Helper()
	token := c.Subscribe(filter, 1, nil)
	if !token.WaitTimeout(deadline) {
		t.Fatal("no answer to SUBSCRIBE")
	}
	return token.(*mqtt.SubscribeToken).Result()[filter]
}

func (c *client) next(t *testing.T) mqtt.Message {
	t.Helper()
	select {
	case m := <-c.got:
		return m
	case <-time.After(deadline):
		t.Fatal("no message arrived")
		return nil
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for !condition() {
		select {
		case <-ctx.Done():
			t.Fatalf("not in %s: %s", deadline, what)
		case <-ticker.C:
		}
	}
}
