package mqttlink

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"cotmoc/controller/internal/ca"
)

// Bounds of a WebSocket before MQTT takes over.
const (
	upgradeTime  = 10 * time.Second
	socketBuffer = 4 << 10
)

// WebSocket serves MQTT on an HTTPS listener that has verified the client
// certificate, its end too: a site whose firewall opens port 443 alone needs no other. The
// same guards stand behind it as behind the broker's own port.
func (b *Broker) WebSocket() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, peer, err := upgrade(w, r, b.door.limits.Packet)
		if err != nil {
			b.door.log.Debug("websocket refused", "remote", r.RemoteAddr, "error", err)
			return
		}
		b.door.receive(conn.Conn, conn, peer)
	})
}

// upgrade makes a connection for MQTT of a request. What it refuses is
// answered.
func upgrade(w http.ResponseWriter, r *http.Request, packet uint32) (*messages, *x509.Certificate, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		http.Error(w, "cannot speak MQTT without a screen's certificate: pair first", http.StatusUnauthorized)
		return nil, nil, errors.New("no certificate")
	}
	peer := r.TLS.PeerCertificates[0]
	if _, ok := ca.ScreenOf(peer); !ok {
		http.Error(w, "cannot speak MQTT with this certificate: it is no screen's", http.StatusForbidden)
		return nil, nil, errors.New("no screen's certificate")
	}
	upgrader := websocket.Upgrader{
		HandshakeTimeout: upgradeTime, Subprotocols: []string{"mqtt"},
		ReadBufferSize: socketBuffer, WriteBufferSize: socketBuffer,
		// No page has business here, whatever certificate its browser holds.
		CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") == "" },
	}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil, nil, err
	}
	socket.SetReadLimit(int64(packet) + 16) // a packet and its length
	return &messages{Conn: socket.NetConn(), socket: socket}, peer, nil
}

// messages is a WebSocket as a stream: MQTT packets need not keep to its
// messages. Deadlines and the end are those of the connection below.
type messages struct {
	net.Conn
	socket *websocket.Conn
	rest   io.Reader // of the message that is being read, nil between two
}

// Read implements io.Reader.
func (m *messages) Read(b []byte) (int, error) {
	for {
		if m.rest == nil {
			kind, next, err := m.socket.NextReader()
			if err != nil {
				return 0, err
			}
			if kind != websocket.BinaryMessage {
				return 0, errors.New("cannot read MQTT from a text message")
			}
			m.rest = next
		}
		n, err := m.rest.Read(b)
		if err == io.EOF {
			m.rest, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Write implements io.Writer. The broker writes from one goroutine at a time.
func (m *messages) Write(b []byte) (int, error) {
	if err := m.socket.WriteMessage(websocket.BinaryMessage, b); err != nil {
		return 0, err
	}
	return len(b), nil
}
