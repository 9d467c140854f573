package crowd

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxRemembered is how many addresses are told apart at a time.
const maxRemembered = 1024

// Rate is how often something may happen.
type Rate struct {
	PerSecond float64
	AtOnce    int
}

// Rates bounds how often something happens, by address and in all: what the
// network asks for must not cost the screen its picture. It is safe for
// concurrent use.
type Rates struct {
	each Rate

	mu  sync.Mutex
	all *rate.Limiter
	of  map[netip.Addr]*rate.Limiter
}

// NewRates begins with nothing having happened.
func NewRates(all, each Rate) *Rates {
	return &Rates{each: each, all: all.limiter(), of: map[netip.Addr]*rate.Limiter{}}
}

func (r Rate) limiter() *rate.Limiter { return rate.NewLimiter(rate.Limit(r.PerSecond), r.AtOnce) }

// May tells whether it may happen once more for an address. What one address is
// refused takes nothing from all.
func (r *Rates) May(from netip.Addr, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.of[from]
	if l == nil {
		if len(r.of) >= maxRemembered {
			clear(r.of) // all together stay bounded
		}
		l = r.each.limiter()
		r.of[from] = l
	}
	return l.AllowN(now, 1) && r.all.AllowN(now, 1)
}
