// Package thief is somebody with root on the controller: they hold its folder
// with database, objects, certificate authority and programme key, the
// passphrase that these are sealed with, and its broker, and put their own
// programs in the place of the controller's. They do not hold a person's hand
// or a root key.
package thief

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/keyfile"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Thief answers screens where the controller did.
type Thief struct {
	t       stage.T
	s       *stage.Stage
	DB      *sqlstore.DB
	Key     ed25519.PrivateKey // the programme key
	CA      *ca.Authority
	objects *objectstore.Dir
	client  mqtt.Client
	Called  atomic.Int64 // beginnings of connections, by screens and by the thief

	mu      sync.Mutex
	served  map[playlists.Digest][]byte // in place of the store's
	beacons func(*programme.Beacon)     // what is changed in an answer; nil for no answers
}

// Break in: the controller is ended and its place taken. Until the story ends
// screens talk to the thief.
func Break(t stage.T, s *stage.Stage) *Thief {
	t.Helper()
	return begin(t, s, filepath.Join(s.Data, "keys"))
}

// Between is a thief in the middle: everything but the certificate authority,
// in whose place stands one of their own.
func Between(t stage.T, s *stage.Stage) *Thief {
	t.Helper()
	return begin(t, s, t.TempDir())
}

func begin(t stage.T, s *stage.Stage, authority string) *Thief {
	t.Helper()
	s.Controller.Kill()
	th := &Thief{t: t, s: s, served: map[playlists.Digest][]byte{}, beacons: func(*programme.Beacon) {}}
	keys := filepath.Join(s.Data, "keys")
	opened, err := keyfile.Read(filepath.Join(keys, "programme.key"), []byte(stage.KeyPassphrase))
	th.must(err)
	var ok bool
	if th.Key, ok = opened.(ed25519.PrivateKey); !ok {
		t.Fatalf("the programme key is a %T", opened)
	}
	th.CA, err = ca.Open(authority, []byte(stage.KeyPassphrase), time.Now)
	th.must(err)
	th.DB, err = sqlstore.Open(t.Context(), filepath.Join(s.Data, "cotmoc.db"))
	th.must(err)
	t.Cleanup(func() { _ = th.DB.Close() })
	th.objects, err = objectstore.OpenDir(filepath.Join(s.Data, "objects"), objectstore.DirOptions{})
	th.must(err)
	th.serve()
	th.broker()
	th.connect()
	return th
}

func (th *Thief) must(err error) {
	th.t.Helper()
	if err != nil {
		th.t.Fatalf("the thief fails: %v", err)
	}
}

// serve gives objects at the address of the agents' listener.
func (th *Thief) serve() {
	th.t.Helper()
	l, err := net.Listen("tcp", strings.TrimPrefix(th.s.Agents, "https://"))
	th.must(err)
	leaf, err := th.CA.Server("agents", nil)
	th.must(err)
	config := th.CA.ListenerTLS(leaf, tls.VerifyClientCertIfGiven, admitAll)
	config.NextProtos = []string{"http/1.1"}
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { th.Called.Add(1); return nil, nil }
	server := &http.Server{Handler: http.HandlerFunc(th.object), ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(tls.NewListener(l, config)) // it ends when it is closed
	}()
	th.t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

func admitAll(*x509.Certificate) error { return nil }

type everyone struct{}

// Admits implements mqttlink.Admission.
func (everyone) Admits(playlists.ID) bool { return true }

// Holds implements mqttlink.Admission.
func (everyone) Holds(playlists.ID, *x509.Certificate) bool { return true }

func (th *Thief) object(w http.ResponseWriter, r *http.Request) {
	d := playlists.Digest(strings.TrimPrefix(r.URL.Path, wire.PathObjects))
	b, ok := th.Object(d)
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

// Object gives what the thief would serve under a digest.
func (th *Thief) Object(d playlists.Digest) ([]byte, bool) {
	th.mu.Lock()
	b, ok := th.served[d]
	th.mu.Unlock()
	if ok {
		return b, true
	}
	r, _, err := th.objects.Open(context.Background(), d)
	if err != nil {
		return nil, false
	}
	defer r.Close()
	b, err = io.ReadAll(r)
	return b, err == nil
}

// Serve has bytes answered under their digest.
func (th *Thief) Serve(b []byte) playlists.Digest {
	d := playlists.DigestOf(b)
	th.Pretend(d, b)
	return d
}

// Pretend has bytes answered under any digest.
func (th *Thief) Pretend(d playlists.Digest, b []byte) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.served[d] = b
}

// broker listens where the controller's broker did.
func (th *Thief) broker() {
	th.t.Helper()
	l, err := net.Listen("tcp", th.s.Broker)
	th.must(err)
	leaf, err := th.CA.Server("broker", nil)
	th.must(err)
	config := th.CA.ListenerTLS(leaf, tls.RequireAndVerifyClientCert, admitAll)
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { th.Called.Add(1); return nil, nil }
	b, err := mqttlink.NewBroker(l, config, everyone{}, mqttlink.DefaultLimits(), slog.New(slog.DiscardHandler))
	th.must(err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.Run(ctx) // it ends with the story
	}()
	th.t.Cleanup(func() { stop(); <-done })
}

// connect joins the broker as the controller's client.
func (th *Thief) connect() {
	th.t.Helper()
	own, err := th.CA.Controller()
	th.must(err)
	config := th.CA.ClientTLS(own)
	config.ServerName = "localhost"
	o := mqtt.NewClientOptions().AddBroker("tls://" + th.s.Broker).SetClientID(ca.ControllerName).SetUsername(ca.ControllerName).SetTLSConfig(config).SetOrderMatters(false)
	o.SetOnConnectHandler(func(c mqtt.Client) { c.Subscribe(wire.UpFilter, 1, th.heard) })
	th.client = mqtt.NewClient(o)
	token := th.client.Connect()
	if !token.WaitTimeout(10 * time.Second) {
		th.t.Fatalf("the thief cannot reach the broker")
	}
	th.must(token.Error())
	th.t.Cleanup(func() { th.client.Disconnect(100) })
}

// Beacons changes what the thief answers to questions; nil has it say nothing.
func (th *Thief) Beacons(change func(*programme.Beacon)) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.beacons = change
}

// heard answers questions as the controller would, and acknowledges plays.
func (th *Thief) heard(_ mqtt.Client, m mqtt.Message) {
	screen, leaf, ok := wire.ParseTopic(m.Topic())
	if !ok || leaf != wire.UpBeacon {
		return
	}
	var q wire.Question
	th.mu.Lock()
	change := th.beacons
	th.mu.Unlock()
	if wire.Decode(m.Payload(), &q) != nil || change == nil {
		return
	}
	b := programme.Beacon{Screen: screen, Nonce: q.Nonce, Time: time.Now().UnixMilli(), Epoch: 1, Charter: 1}
	change(&b)
	if envelope, err := programme.SignBeacon(&b, th.Key); err == nil {
		th.client.Publish(wire.Topic(screen, wire.DownBeacon), 1, false, envelope)
	}
}

// Say publishes any bytes to a screen, retained.
func (th *Thief) Say(screen playlists.ID, leaf string, payload []byte) {
	th.t.Helper()
	token := th.client.Publish(wire.Topic(screen, leaf), 1, true, payload)
	if !token.WaitTimeout(10 * time.Second) {
		th.t.Fatalf("the broker does not take the thief's message")
	}
	th.must(token.Error())
}
