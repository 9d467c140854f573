package identity

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKeys bounds a limiter's memory.
const maxKeys = 10_000

// Limiter lets each key do something a number of times at once, and once more
// each time a pause has passed. It is safe for concurrent use.
type Limiter struct {
	burst int
	every rate.Limit

	mu   sync.Mutex
	keys map[string]*rate.Limiter
}

// NewLimiter makes a Limiter of that number and pause.
func NewLimiter(burst int, pause time.Duration) *Limiter {
	return &Limiter{burst: burst, every: rate.Every(pause), keys: map[string]*rate.Limiter{}}
}

// Allow takes one from the key's share, or tells that there is none.
func (l *Limiter) Allow(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	k, ok := l.keys[key]
	if !ok {
		if len(l.keys) >= maxKeys {
			l.sweep(now)
		}
		k = rate.NewLimiter(l.every, l.burst)
		l.keys[key] = k
	}
	return k.AllowN(now, 1)
}

// forget gives the key its whole share back.
func (l *Limiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.keys, key)
}

// sweep drops keys that have their whole share again and, when a flood of
// others leaves no room, any one.
func (l *Limiter) sweep(now time.Time) {
	for key, k := range l.keys {
		if k.TokensAt(now) >= float64(l.burst) {
			delete(l.keys, key)
		}
	}
	for key := range l.keys {
		if len(l.keys) < maxKeys {
			return
		}
		delete(l.keys, key)
	}
}

// Place is the part of a network address that one person can hardly change:
// all of an IPv4 address, the network of an IPv6 address.
func Place(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}
