package mqttlink

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// door accepts connections for the broker: it completes the TLS handshake in
// bounded time and number before the broker sees a client. The broker's own
// listener ends with the first failed accept and waits for ever for a client
// that sends nothing.
type door struct {
	listener net.Listener
	config   *tls.Config
	opening  time.Duration
	slots    chan struct{} // one for each client that is not connected yet
	log      *slog.Logger

	mu     sync.Mutex
	open   map[net.Conn]struct{}
	closed bool
}

func newDoor(listener net.Listener, config *tls.Config, limits Limits, log *slog.Logger) *door {
	return &door{
		listener: listener, config: config, opening: limits.Opening, log: log,
		slots: make(chan struct{}, limits.Handshakes), open: map[net.Conn]struct{}{},
	}
}

// Init, ID, Address and Protocol are what the broker asks of a listener.
func (d *door) Init(*slog.Logger) error { return nil }
func (d *door) ID() string              { return "tls" }
func (d *door) Address() string         { return d.listener.Addr().String() }
func (d *door) Protocol() string        { return "mqtts" }

// Serve accepts until the door is closed.
func (d *door) Serve(establish listeners.EstablishFn) {
	for {
		d.slots <- struct{}{}
		conn, err := d.listener.Accept()
		if err != nil {
			<-d.slots
			if d.isClosed() {
				return
			}
			// Out of file descriptors, most likely: it passes.
			d.log.Warn("connection not accepted", "error", err)
			time.Sleep(100 * time.Millisecond)
			continue
		}
		go d.admit(conn, establish)
	}
}

func (d *door) admit(conn net.Conn, establish listeners.EstablishFn) {
	release := sync.OnceFunc(func() { <-d.slots })
	defer release()
	if !d.enter(conn) {
		_ = conn.Close()
		return
	}
	defer d.leave(conn)
	// Good until the broker has read CONNECT and sets its own deadlines.
	_ = conn.SetDeadline(time.Now().Add(d.opening))
	secured := tls.Server(conn, d.config)
	ctx, cancel := context.WithTimeout(context.Background(), d.opening)
	err := secured.HandshakeContext(ctx)
	cancel()
	if err != nil {
		d.log.Debug("handshake refused", "remote", conn.RemoteAddr().String(), "error", err)
		_ = conn.Close()
		return
	}
	release()
	_ = establish(d.ID(), secured) // its error is how the connection ended
}

func (d *door) enter(conn net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.open[conn] = struct{}{}
	return true
}

func (d *door) leave(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.open, conn)
}

func (d *door) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

// Close stops accepting and lets the broker say farewell to its clients.
func (d *door) Close(farewell listeners.CloseFn) {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	_ = d.listener.Close()
	farewell(d.ID())
}

// cut closes every connection without a word.
func (d *door) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for conn := range d.open {
		_ = conn.Close()
	}
}
