package polite

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/temoto/robotstxt"

	"cotmoc/playlists"
)

// How long we stay away from a host that says no; each further no doubles it.
const (
	refusedRest = 15 * time.Minute // 403
	busyRest    = time.Minute      // 429, 503
	longestRest = 24 * time.Hour
)

// host is what we know of one host.
type host struct {
	mu    sync.Mutex
	next  time.Time // when it may be asked again
	known bool      // rest is what is remembered
	rest  Rest

	asking     sync.Mutex // robots.txt is asked for once, whoever waits for it
	robots     *robotstxt.RobotsData
	robotsTill time.Time
}

// turn waits until the host may be asked and takes the turn.
func (h *host) turn(ctx context.Context, now func() time.Time, pace time.Duration) error {
	h.mu.Lock()
	at := now()
	if at.Before(h.rest.Until) {
		err := resting(h.rest.Until)
		h.mu.Unlock()
		return err
	}
	if h.next.Before(at) {
		h.next = at
	}
	wait := h.next.Sub(at)
	if wait > longestWait {
		err := resting(h.next)
		h.mu.Unlock()
		return err
	}
	h.next = h.next.Add(pace)
	h.mu.Unlock()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func resting(until time.Time) error {
	return playlists.Errorf(playlists.RateLimited, "site_resting", playlists.Params{"until": until.UTC().Format(time.RFC3339)},
		"cannot ask the site now: it asked for a rest until %s; try again then", until.UTC().Format(time.RFC3339))
}

// recall reads once what is remembered of the host.
func (h *host) recall(ctx context.Context, name string, m Memory) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known {
		return nil
	}
	rest, err := m.Rest(ctx, name)
	if err != nil {
		return err
	}
	h.rest, h.known = rest, true
	return nil
}

// judge learns from an answer, and tells whether there is something new to
// remember.
func (h *host) judge(name string, a *Answer, now time.Time) (learned bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch a.Status {
	case http.StatusOK, http.StatusNotModified:
		return h.welcome(), nil
	case http.StatusForbidden, http.StatusUnauthorized:
		h.stayAway(now, refusedRest, a.RetryAfter)
		return true, resting(h.rest.Until)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.stayAway(now, busyRest, a.RetryAfter)
		return true, resting(h.rest.Until)
	case http.StatusNotFound, http.StatusGone:
		return h.welcome(), playlists.Errorf(playlists.NotFound, "page_gone", playlists.Params{"status": a.Status},
			"cannot find this on %.100s any more: it answers %d", name, a.Status)
	}
	return false, playlists.Errorf(playlists.Unavailable, "site_fails", playlists.Params{"status": a.Status, "host": name},
		"cannot use the answer of %.100s: it answers %d; try again later", name, a.Status)
}

// welcome forgets earlier noes, and tells whether there were any.
func (h *host) welcome() bool {
	had := h.rest.Noes > 0
	h.rest = Rest{}
	return had
}

// stayAway begins a rest, at least as long as the host asks for.
func (h *host) stayAway(now time.Time, least time.Duration, retryAfter string) {
	rest := min(least<<min(h.rest.Noes, 10), longestRest)
	if seconds, err := strconv.Atoi(retryAfter); err == nil && seconds > 0 {
		rest = max(rest, time.Duration(min(seconds, int(longestRest/time.Second)))*time.Second)
	} else if at, err := http.ParseTime(retryAfter); err == nil {
		rest = max(rest, at.Sub(now))
	}
	h.rest = Rest{Until: now.Add(min(rest, longestRest)), Noes: h.rest.Noes + 1}
}

// rests gives what is to be remembered.
func (h *host) rests() Rest {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rest
}
