package agentapi

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/playlists"
)

// Limits bound what agents may cost the listener.
type Limits struct {
	Connections int     // open at once
	PerAddress  int     // of these, from one address: a whole site may be behind it
	AtOnce      int     // requests of one screen, or of one address without a certificate
	Rate        float64 // requests a second of one
	Burst       int
	Opening     time.Duration // from TCP connect to the end of a request's header
	Idle        time.Duration // between two requests
}

// DefaultLimits suit sites of some dozen screens behind one address.
func DefaultLimits() Limits {
	return Limits{Connections: 16_000, PerAddress: 400, AtOnce: 32, Rate: 50, Burst: 300, Opening: 10 * time.Second, Idle: 2 * time.Minute}
}

// maxRemembered is how many callers are told apart. When there are more, those
// that have nothing open are forgotten.
const maxRemembered = 16_000

// callers bounds the requests of each that calls.
type callers struct {
	limits Limits

	mu   sync.Mutex
	each map[string]*caller
}

type caller struct {
	open int
	rate *rate.Limiter
}

// enter counts a request in, or refuses it. leave must follow.
func (c *callers) enter(who string) (leave func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.each[who]
	if one == nil {
		if len(c.each) >= maxRemembered {
			c.forget()
		}
		one = &caller{rate: rate.NewLimiter(rate.Limit(c.limits.Rate), c.limits.Burst)}
		c.each[who] = one
	}
	if one.open >= c.limits.AtOnce || !one.rate.Allow() {
		return nil, playlists.Errorf(playlists.RateLimited, "too_many_attempts", nil, "cannot answer that many requests of one: wait a minute and try again")
	}
	one.open++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		one.open--
	}, nil
}

func (c *callers) forget() {
	for who, one := range c.each {
		if one.open == 0 {
			delete(c.each, who)
		}
	}
}

// bounded is a listener that closes what is too much at once, so that one
// address cannot keep the others out.
type bounded struct {
	net.Listener
	limits   Limits
	log      *slog.Logger
	complain rate.Sometimes

	mu   sync.Mutex
	open int
	from map[string]int
}

func newBounded(l net.Listener, limits Limits, log *slog.Logger) *bounded {
	return &bounded{Listener: l, limits: limits, log: log, complain: rate.Sometimes{Interval: 10 * time.Second}, from: map[string]int{}}
}

// Accept implements net.Listener.
func (b *bounded) Accept() (net.Conn, error) {
	for {
		conn, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host, _, err := net.SplitHostPort(conn.RemoteAddr().String())
		if err != nil {
			host = conn.RemoteAddr().String()
		}
		if b.enter(host) {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { b.leave(host) })}, nil
		}
		b.complain.Do(func() { b.log.Warn("agent connection refused: too many are open", "address", host) })
		_ = conn.Close()
	}
}

func (b *bounded) enter(host string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open >= b.limits.Connections || b.from[host] >= b.limits.PerAddress {
		return false
	}
	b.open++
	b.from[host]++
	return true
}

func (b *bounded) leave(host string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.open--
	if b.from[host]--; b.from[host] == 0 {
		delete(b.from, host)
	}
}

// counted is a connection that is counted until it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *counted) Close() error {
	c.leave()
	return c.Conn.Close()
}

// limited refuses the requests of whoever makes too many. A session over
// WebSocket is one for as long as it lasts, and the broker bounds it.
func (h *handler) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := "address " + address(r)
		if r.TLS != nil && len(r.TLS.PeerCertificates) > 0 {
			who = "screen " + r.TLS.PeerCertificates[0].Subject.CommonName
		}
		leave, err := h.callers.enter(who)
		if err != nil {
			h.refuse(w, r, err)
			return
		}
		defer leave()
		next.ServeHTTP(w, r)
	})
}
