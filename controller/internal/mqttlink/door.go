package mqttlink

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/mochi-mqtt/server/v2/listeners"
	"golang.org/x/time/rate"

	"cotmoc/controller/internal/ca"
)

// door accepts connections for the broker: it completes the TLS handshake in
// bounded time and number before the broker sees a client, and bounds how
// many connections there are, of all and of each screen. The broker's own
// listener ends with the first failed accept and waits for ever for a client
// that sends nothing. Connections that came over HTTPS enter by receive.
type door struct {
	listener  net.Listener
	config    *tls.Config
	limits    Limits
	slots     chan struct{} // one for each client that is not connected yet
	log       *slog.Logger
	complain  rate.Sometimes
	establish chan listeners.EstablishFn // the broker's, once it serves
	farewell  func()                     // ends the clients that the broker has

	handed sync.WaitGroup // connections that the broker has; none is added once closed

	mu       sync.Mutex
	open     map[net.Conn]string // with the names of those that are known
	visitors map[string]*visitor
	closed   bool
}

// visitor is what one name has open, and how often it comes.
type visitor struct {
	open     int
	arrivals *rate.Limiter
}

var (
	errCrowded = errors.New("too many connections are open")
	errAgain   = errors.New("it connects too often or too many times at once: is its disk in two machines?")
	errShut    = errors.New("the broker is closing")
)

func newDoor(listener net.Listener, config *tls.Config, limits Limits, farewell func(), log *slog.Logger) *door {
	return &door{
		farewell: farewell,
		listener: listener, config: config, limits: limits, log: log, complain: rate.Sometimes{Interval: 10 * time.Second},
		slots: make(chan struct{}, limits.Handshakes), establish: make(chan listeners.EstablishFn, 1),
		open: map[net.Conn]string{}, visitors: map[string]*visitor{},
	}
}

// Init, ID, Address and Protocol are what the broker asks of a listener.
func (d *door) Init(*slog.Logger) error { return nil }
func (d *door) ID() string              { return "tls" }
func (d *door) Address() string         { return d.listener.Addr().String() }
func (d *door) Protocol() string        { return "mqtts" }

// Serve accepts until the door is closed.
func (d *door) Serve(establish listeners.EstablishFn) {
	d.establish <- establish
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
		go d.admit(conn)
	}
}

// admit shakes hands with a client that came over TCP.
func (d *door) admit(conn net.Conn) {
	release := sync.OnceFunc(func() { <-d.slots })
	defer release()
	defer func() { _ = conn.Close() }()
	if err := d.enter(conn); err != nil {
		d.refuse(conn, "", err)
		return
	}
	defer d.leave(conn)
	// Good until the broker has read CONNECT and sets its own deadlines.
	_ = conn.SetDeadline(time.Now().Add(d.limits.Opening))
	secured := tls.Server(conn, d.config)
	ctx, cancel := context.WithTimeout(context.Background(), d.limits.Opening)
	err := secured.HandshakeContext(ctx)
	cancel()
	if err != nil {
		d.log.Debug("handshake refused", "remote", conn.RemoteAddr().String(), "error", err)
		return
	}
	release()
	d.hand(conn, d.know(secured, secured.ConnectionState().PeerCertificates[0]))
}

// receive serves a client that came another way, until it ends. under is the
// connection below it, peer its certificate, which was verified.
func (d *door) receive(under, conn net.Conn, peer *x509.Certificate) {
	defer func() { _ = under.Close() }()
	if err := d.enter(under); err != nil {
		d.refuse(under, "", err)
		return
	}
	defer d.leave(under)
	_ = under.SetDeadline(time.Now().Add(d.limits.Opening))
	d.hand(under, d.know(conn, peer))
}

// hand gives a client to the broker, which keeps it until its end.
func (d *door) hand(under net.Conn, client *known) {
	if err := d.recognise(under, client.peer.Subject.CommonName); err != nil {
		d.refuse(under, client.peer.Subject.CommonName, err)
		return
	}
	if !d.begin() {
		return
	}
	defer d.handed.Done()
	select {
	case establish := <-d.establish:
		d.establish <- establish
		_ = establish(d.ID(), client) // its error is how the connection ended
	case <-time.After(d.limits.Opening): // the broker does not serve
	}
}

// begin counts a connection that the broker is to have. It tells false once
// the door is closed: the broker, which waits for its clients then, must not be
// given another one.
func (d *door) begin() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.handed.Add(1)
	return true
}

func (d *door) refuse(conn net.Conn, name string, why error) {
	d.complain.Do(func() {
		d.log.Warn("mqtt connection refused", "client_id", name, "remote", conn.RemoteAddr().String(), "error", why)
	})
}

func (d *door) know(conn net.Conn, peer *x509.Certificate) *known {
	k := &known{Conn: conn, peer: peer, most: d.limits.Waiting}
	if ca.IsController(peer) { // it hears of every screen
		k.most *= controllersShare
	}
	return k
}

// controllersShare is how much more may wait for the controller than for a
// screen.
const controllersShare = 16

func (d *door) enter(conn net.Conn) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return errShut
	}
	if len(d.open) >= d.limits.Connections+d.limits.Handshakes {
		return errCrowded
	}
	d.open[conn] = ""
	return nil
}

// recognise counts a connection under its name. The controller's own client
// is not counted: it must come in whenever it can.
func (d *door) recognise(conn net.Conn, name string) error {
	if name == ca.ControllerName {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.visitors[name]
	if v == nil {
		v = &visitor{arrivals: rate.NewLimiter(rate.Every(d.limits.Return), d.limits.Returns)}
		d.visitors[name] = v
	}
	if v.open >= d.limits.PerScreen || !v.arrivals.Allow() {
		return errAgain
	}
	v.open++
	d.open[conn] = name
	return nil
}

func (d *door) leave(conn net.Conn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := d.open[conn]
	delete(d.open, conn)
	// Names are those of certificates that we gave: there are no more than
	// screens, so what is remembered needs no other bound.
	if v := d.visitors[name]; v != nil {
		v.open--
		if v.open == 0 && v.arrivals.Tokens() >= float64(d.limits.Returns) {
			delete(d.visitors, name)
		}
	}
}

func (d *door) isClosed() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closed
}

// Close stops accepting, lets the broker say farewell to its clients, and
// waits until they have left: by themselves, or by cut.
func (d *door) Close(listeners.CloseFn) {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	_ = d.listener.Close()
	d.farewell()
	d.handed.Wait()
}

// cut closes every connection without a word.
func (d *door) cut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for conn := range d.open {
		_ = conn.Close()
	}
}
