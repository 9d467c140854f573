package mqttlink_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists/wire"
)

// viaHTTPS is a broker that screens reach on an HTTPS listener.
type viaHTTPS struct {
	broker
	address string
}

func (v *viaHTTPS) url() string { return "wss://" + v.address + wire.PathMQTT }

// overWebSocket puts an HTTPS listener before a broker.
func overWebSocket(start func(*testing.T, *site) broker) func(*testing.T, *site) broker {
	return func(t *testing.T, s *site) broker {
		behind := start(t, s)
		return &viaHTTPS{broker: behind, address: serveHTTPS(t, s, behind.(interface{ webSocket() http.Handler }).webSocket())}
	}
}

func serveHTTPS(t *testing.T, s *site, h http.Handler) string {
	t.Helper()
	leaf, err := s.authority.Server("agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(wire.PathMQTT, h)
	config := s.authority.ListenerTLS(leaf, tls.VerifyClientCertIfGiven, func(*x509.Certificate) error { return nil })
	config.NextProtos = []string{"http/1.1"}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(tls.NewListener(listener, config)) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return listener.Addr().String()
}

// dialSocket opens a WebSocket and gives the answer of one that is refused.
func dialSocket(t *testing.T, url string, config *tls.Config, header http.Header) (*websocket.Conn, int) {
	t.Helper()
	dialer := websocket.Dialer{TLSClientConfig: config, Subprotocols: []string{"mqtt"}, HandshakeTimeout: deadline}
	socket, resp, err := dialer.DialContext(t.Context(), url, header)
	if resp == nil {
		return nil, 0
	}
	if err != nil {
		return nil, resp.StatusCode
	}
	t.Cleanup(func() { _ = socket.Close() })
	return socket, resp.StatusCode
}

func TestWhoMayOpenAWebSocket(t *testing.T) {
	onBrokers(t, func(t *testing.T, s *site) {
		via, ok := s.broker.(*viaHTTPS)
		if !ok {
			return // its own port is no HTTP
		}
		gate := s.device(t, "gate")
		bare := &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12}
		controller, err := s.authority.Controller()
		if err != nil {
			t.Fatal(err)
		}
		borrowed, err := s.authority.ClientTLSInNameOf(gate.id)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			config *tls.Config
			origin string
			status int
		}{
			"a screen":                         {gate.tls, "", http.StatusSwitchingProtocols},
			"a page with a screen's rights":    {gate.tls, "https://evil.example", http.StatusForbidden},
			"nobody":                           {bare, "", http.StatusUnauthorized},
			"the controller":                   {s.authority.ClientTLS(controller), "", http.StatusForbidden},
			"a certificate in a screen's name": {borrowed, "", http.StatusForbidden},
		} {
			header := http.Header{}
			if c.origin != "" {
				header.Set("Origin", c.origin)
			}
			if _, status := dialSocket(t, via.url(), c.config, header); status != c.status {
				t.Errorf("%s: answered %d, want %d", name, status, c.status)
			}
		}
	})
}

// What is no MQTT over a WebSocket ends the connection, and so does silence.
func TestAWebSocketThatSpeaksNoMQTT(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(l *mqttlink.Limits) { l.Opening, l.Packet = 200*time.Millisecond, 1000 })
	address := serveHTTPS(t, s, s.broker.(*embedded).webSocket())
	for name, say := range map[string]func(*websocket.Conn) error{
		"silence": func(*websocket.Conn) error { return nil },
		"text":    func(c *websocket.Conn) error { return c.WriteMessage(websocket.TextMessage, []byte("hello")) },
		"rubbish": func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.BinaryMessage, []byte{0xff, 0xff, 0xff, 0xff, 0xff})
		},
		"too long a frame": func(c *websocket.Conn) error { return c.WriteMessage(websocket.BinaryMessage, make([]byte, 2000)) },
	} {
		c, _ := dialSocket(t, "wss://"+address+wire.PathMQTT, s.device(t, "gate").tls, nil)
		if c == nil {
			t.Fatalf("%s: not opened", name)
		}
		if err := say(c); err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(deadline)); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.ReadMessage()
		if e, ok := err.(net.Error); err == nil || ok && e.Timeout() {
			t.Errorf("%s: still open: %v", name, err)
		}
	}
}

// A packet may come in many messages, and many packets in one.
func TestPacketsNeedNotKeepToMessages(t *testing.T) {
	t.Parallel()
	s := guarded(t, func(*mqttlink.Limits) {})
	address := serveHTTPS(t, s, s.broker.(*embedded).webSocket())
	d := newDesk()
	s.link(t, d)
	gate := s.device(t, "gate")
	socket, _ := dialSocket(t, "wss://"+address+wire.PathMQTT, gate.tls, nil)
	if socket == nil {
		t.Fatal("not opened")
	}
	stream := &torn{socket: socket}
	connect := []byte{0x10, byte(12 + len(gate.id)), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 30, 0, byte(len(gate.id))}
	stream.write(t, append(connect, gate.id...), 1)
	topic := wire.Topic(gate.id, wire.UpStatus)
	var both []byte
	for _, boot := range []string{"first", "second"} {
		payload := encode(t, wire.Status{Boot: boot})
		packet := append([]byte{0x30, byte(2 + len(topic) + len(payload)), 0, byte(len(topic))}, topic...)
		both = append(append(both, packet...), payload...)
	}
	stream.write(t, both, len(both))
	for _, boot := range []string{"first", "second"} {
		if got := next(t, "status", d.statuses); got.what.Boot != boot {
			t.Errorf("heard %q, want %q", got.what.Boot, boot)
		}
	}
}

// torn sends bytes in messages of a size.
type torn struct{ socket *websocket.Conn }

func (w *torn) write(t *testing.T, b []byte, size int) {
	t.Helper()
	for len(b) > 0 {
		n := min(size, len(b))
		if err := w.socket.WriteMessage(websocket.BinaryMessage, b[:n]); err != nil {
			t.Fatal(err)
		}
		b = b[n:]
	}
}

// The relay lets a screen have a few connections and no more, and ends them
// all when it is revoked.
func TestTheRelayIsBounded(t *testing.T) {
	t.Parallel()
	s := &site{keys: t.TempDir()}
	var err error
	if s.authority, err = ca.Open(s.keys, []byte(passphrase), time.Now); err != nil {
		t.Fatal(err)
	}
	m := startMosquitto(t, s).(*mosquitto)
	address := serveHTTPS(t, s, m.webSocket())
	gate := s.device(t, "gate")
	var sockets []*websocket.Conn
	refused := 0
	for range mqttlink.DefaultLimits().PerScreen + 2 {
		socket, _ := dialSocket(t, "wss://"+address+wire.PathMQTT, gate.tls, nil)
		if socket == nil {
			t.Fatal("not opened")
		}
		if closedSoon(t, socket) {
			refused++
		} else {
			sockets = append(sockets, socket)
		}
	}
	if refused != 2 {
		t.Errorf("%d connections were refused, want those beyond the bound", refused)
	}
	m.admission.revoke(gate.id)
	m.relay.Kick(gate.id)
	for _, socket := range sockets {
		if !closed(t, socket, deadline) {
			t.Error("a revoked screen kept a connection through the relay")
		}
	}
	if again, _ := dialSocket(t, "wss://"+address+wire.PathMQTT, gate.tls, nil); again != nil && !closed(t, again, deadline) {
		t.Error("a revoked screen came in through the relay")
	}
}

func closedSoon(t *testing.T, socket *websocket.Conn) bool {
	t.Helper()
	return closed(t, socket, 300*time.Millisecond)
}

// closed tells whether the other side ends a connection in time.
func closed(t *testing.T, socket *websocket.Conn, within time.Duration) bool {
	t.Helper()
	conn := socket.NetConn()
	if err := conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	_, err := conn.Read(make([]byte, 1))
	e, ok := err.(net.Error)
	return err != nil && (!ok || !e.Timeout())
}
