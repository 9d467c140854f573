package mqttlink

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
)

// Relay serves MQTT on an HTTPS listener in front of a broker that is not
// ours: the screen shows its certificate to us, and we speak to the broker
// with one in its name, so that the broker's access control stays what it is.
type Relay struct {
	o RelayOptions

	evict chan playlists.ID

	mu   sync.Mutex
	open map[playlists.ID][]net.Conn
}

// RelayOptions are what a Relay needs.
type RelayOptions struct {
	Broker    func() string // tls://host:port
	TLS       func(screen playlists.ID) (*tls.Config, error)
	Admission Admission
	// Gone is called when the broker has ended a revoked screen's session: its
	// will has been published then.
	Gone   func(screen playlists.ID)
	Limits Limits
	Log    *slog.Logger
}

// NewRelay makes a relay.
func NewRelay(o RelayOptions) *Relay {
	return &Relay{o: o, evict: make(chan playlists.ID, 256), open: map[playlists.ID][]net.Conn{}}
}

// ServeHTTP implements http.Handler.
func (r *Relay) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	near, peer, err := upgrade(w, req, r.o.Limits.Packet)
	if err != nil {
		r.o.Log.Debug("websocket refused", "remote", req.RemoteAddr, "error", err)
		return
	}
	defer func() { _ = near.Close() }()
	screen, _ := ca.ScreenOf(peer)
	if err := r.enter(screen, near); err != nil {
		r.o.Log.Warn("mqtt connection refused", "client_id", screen, "remote", req.RemoteAddr, "error", err)
		return
	}
	defer r.leave(screen, near)
	// Not the request's context: that is for a connection that was ours.
	far, err := r.dial(context.WithoutCancel(req.Context()), screen)
	if err != nil {
		r.o.Log.Warn("broker not reached for a screen", "screen", screen, "error", err)
		return
	}
	defer func() { _ = far.Close() }()
	// Until the broker's own bound on silence ends it.
	_ = near.SetDeadline(time.Time{})
	go func() {
		_, _ = io.Copy(near, far) // its error is how the connection ended
		_ = near.Close()
	}()
	_, _ = io.Copy(far, near)
}

func (r *Relay) dial(ctx context.Context, screen playlists.ID) (net.Conn, error) {
	address, err := url.Parse(r.o.Broker())
	if err != nil {
		return nil, err
	}
	config, err := r.o.TLS(screen)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, r.o.Limits.Opening)
	defer cancel()
	return (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", address.Host)
}

func (r *Relay) enter(screen playlists.ID, conn net.Conn) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.o.Admission.Admits(screen):
		return errRevoked
	case len(r.open) >= r.o.Limits.Connections:
		return errCrowded
	case len(r.open[screen]) >= r.o.Limits.PerScreen:
		return errAgain
	}
	r.open[screen] = append(r.open[screen], conn)
	return nil
}

func (r *Relay) leave(screen playlists.ID, conn net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rest := r.open[screen][:0]
	for _, c := range r.open[screen] {
		if c != conn {
			rest = append(rest, c)
		}
	}
	if r.open[screen] = rest; len(rest) == 0 {
		delete(r.open, screen)
	}
}

// Kick ends a revoked screen's connections at once: those through the relay
// here, and those that the broker has with it by connecting in its name.
func (r *Relay) Kick(screen playlists.ID) {
	r.mu.Lock()
	for _, conn := range r.open[screen] {
		_ = conn.Close()
	}
	r.mu.Unlock()
	select {
	case r.evict <- screen:
	default: // hundreds at once: the broker's list of revoked certificates does it
		r.o.Log.Warn("revoked screen not cut off at the broker", "screen", screen)
	}
}
