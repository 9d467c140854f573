package mqttlink_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists/wire"
)

// guarded is a site with an embedded broker of given limits.
func guarded(t *testing.T, change func(*mqttlink.Limits)) *site {
	t.Helper()
	s := &site{keys: t.TempDir()}
	var err error
	if s.authority, err = ca.Open(s.keys, []byte(passphrase), time.Now); err != nil {
		t.Fatal(err)
	}
	e := &embedded{site: s, address: freePort(t), limits: mqttlink.DefaultLimits(), log: slog.New(slog.NewTextHandler(&s.complaints, nil))}
	change(&e.limits)
	e.start(t)
	t.Cleanup(func() { e.stop() })
	s.broker = e
	return s
}

func TestASilentConnectionIsClosed(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Opening = time.Second })
	address := s.broker.url()[len("tls://"):]
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	secured, err := tls.Dial("tcp", address, s.device(t, "gate").tls)
	if err != nil {
		t.Fatal(err)
	}
	for name, conn := range map[string]net.Conn{"before TLS": silent, "before CONNECT": secured} {
		if err := conn.SetReadDeadline(time.Now().Add(deadline)); err != nil {
			t.Fatal(err)
		}
		_, err := conn.Read(make([]byte, 1))
		if e, ok := err.(net.Error); err == nil || ok && e.Timeout() {
			t.Errorf("%s: still open: %v", name, err)
		}
		_ = conn.Close()
	}
}

func TestSilentConnectionsDoNotKeepOthersOut(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Opening, l.Handshakes = time.Second, 2 })
	for range 8 {
		conn, err := net.Dial("tcp", s.broker.url()[len("tls://"):])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	eventually(t, "another one comes in", func() bool {
		c, err := s.connect(t, s.options(s.device(t, "gate")))
		if err == nil {
			c.Disconnect(0)
		}
		return err == nil
	})
}

func TestSessionsThatWouldOutliveTheirConnectionAreRefused(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	gate := s.device(t, "gate")
	for name, change := range map[string]func(*mqtt.ClientOptions){
		"session kept":            func(o *mqtt.ClientOptions) { o.SetCleanSession(false) },
		"never pings":             func(o *mqtt.ClientOptions) { o.SetKeepAlive(0) },
		"pings once an hour":      func(o *mqtt.ClientOptions) { o.SetKeepAlive(time.Hour) },
		"MQTT 3.1":                func(o *mqtt.ClientOptions) { o.SetProtocolVersion(3) },
		"user name of another":    func(o *mqtt.ClientOptions) { o.SetUsername("other") },
		"client id of another":    func(o *mqtt.ClientOptions) { o.SetClientID("otheraaaaaaaaaaa") },
		"client id the broker's ": func(o *mqtt.ClientOptions) { o.SetClientID("") },
	} {
		o := s.options(gate)
		change(o)
		if _, err := s.connect(t, o); err == nil {
			t.Errorf("%s: came in", name)
		}
	}
}

func TestTooLongAWordEndsTheConnection(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	gate := s.device(t, "gate")
	c := s.mustConnect(t, gate)
	c.Publish(wire.Topic(gate.id, wire.UpReported), 1, true, make([]byte, wire.MaxPayload+1))
	next(t, "end of the connection", c.lost)
}

func TestAFloodIsHeldBackAndNothingIsLost(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Rate, l.Burst = 200, 10 })
	d := newDesk()
	s.link(t, d)
	gate := s.device(t, "gate")
	c := s.mustConnect(t, gate)
	begun := time.Now()
	var last mqtt.Token
	for i := range 100 {
		last = c.Publish(wire.Topic(gate.id, wire.UpStatus), 1, false, encode(t, wire.Status{Boot: "b", Session: uint64(i)}))
	}
	if !last.WaitTimeout(deadline) || last.Error() != nil {
		t.Fatalf("not taken: %v", last.Error())
	}
	// A hundred at 200 a second, ten of them at once, take 0.45 s.
	if took := time.Since(begun); took < 300*time.Millisecond {
		t.Errorf("a flood passed in %s", took)
	}
	for got := (heard[wire.Status]{}); got.what.Session != 99; {
		got = next(t, "status", d.statuses)
	}
}

func TestABrokerMustDemandCertificates(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	authority, err := ca.Open(t.TempDir(), []byte(passphrase), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := authority.Server("broker", nil)
	if err != nil {
		t.Fatal(err)
	}
	open := authority.ListenerTLS(leaf, tls.VerifyClientCertIfGiven, func(*x509.Certificate) error { return nil })
	if _, err := mqttlink.NewBroker(listener, open, &admission{}, mqttlink.DefaultLimits(), slog.New(slog.NewTextHandler(io.Discard, nil))); err == nil {
		t.Error("a broker without client certificates was made")
	}
}

// The broker comes to its end while its clients leave by themselves.
func TestTheBrokerEndsWhileItsClientsLeave(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	var clients []*client
	for i := range 16 {
		clients = append(clients, s.mustConnect(t, s.device(t, word(i))))
	}
	var leaving sync.WaitGroup
	for _, c := range clients {
		leaving.Go(func() { c.Disconnect(0) })
	}
	ended := make(chan struct{})
	go func() { s.broker.(*embedded).stop(); close(ended) }()
	next(t, "end of the broker", ended)
	leaving.Wait()
}
