package controllertest

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"

	"github.com/gorilla/websocket"
)

// socket is a WebSocket as the broker sees it.
type socket struct {
	net.Conn
	ws    *websocket.Conn
	state tls.ConnectionState
	rest  io.Reader
}

func (s *socket) ConnectionState() tls.ConnectionState { return s.state }

func (s *socket) Read(b []byte) (int, error) {
	for {
		if s.rest == nil {
			_, next, err := s.ws.NextReader()
			if err != nil {
				return 0, err
			}
			s.rest = next
		}
		n, err := s.rest.Read(b)
		if err == io.EOF {
			s.rest, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (s *socket) Write(b []byte) (int, error) {
	return len(b), s.ws.WriteMessage(websocket.BinaryMessage, b)
}

// mqtt is MQTT over WebSocket on the HTTPS listener.
func (c *Controller) mqtt(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	broker := c.broker
	c.sockets++
	c.mu.Unlock()
	if broker == nil || len(r.TLS.PeerCertificates) == 0 {
		http.Error(w, "no", http.StatusUnauthorized)
		return
	}
	ws, err := (&websocket.Upgrader{Subprotocols: []string{"mqtt"}}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.Close() }()
	_ = broker.EstablishConnection("tls", &socket{Conn: ws.NetConn(), ws: ws, state: *r.TLS})
}

// WebSockets counts the sessions asked for over HTTPS.
func (c *Controller) WebSockets() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sockets
}

// WebSocketURL is where MQTT is spoken over HTTPS.
func (c *Controller) WebSocketURL() string {
	return "wss" + c.https.URL[len("https"):] + "/agent/v1/mqtt"
}
