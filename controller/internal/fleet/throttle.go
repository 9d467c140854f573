package fleet

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/playlists"
)

// maxThrottled is how many names a throttle remembers. When there are more,
// all are forgotten: the bounds on the whole still hold.
const maxThrottled = 4096

// throttle bounds how often each of many may do something.
type throttle struct {
	every rate.Limit
	burst int
	now   func() time.Time

	mu   sync.Mutex
	each map[string]*rate.Limiter
}

func newThrottle(every rate.Limit, burst int, now func() time.Time) *throttle {
	return &throttle{every: every, burst: burst, now: now, each: map[string]*rate.Limiter{}}
}

// take answers RateLimited when who has had enough.
func (t *throttle) take(who string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.each[who]
	if l == nil {
		if len(t.each) >= maxThrottled {
			clear(t.each)
		}
		l = rate.NewLimiter(t.every, t.burst)
		t.each[who] = l
	}
	if !l.AllowN(t.now(), 1) {
		return tooOften()
	}
	return nil
}

func tooOften() error {
	return playlists.Errorf(playlists.RateLimited, "too_many_attempts", nil, "cannot try this so often: wait a minute and try again")
}
