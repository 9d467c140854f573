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
	rests time.Time // it said no; nobody asks before
	noes  int       // in a row

	asking     sync.Mutex // robots.txt is asked for once, whoever waits for it
	robots     *robotstxt.RobotsData
	robotsTill time.Time
}

// turn waits until the host may be asked and takes the turn.
func (h *host) turn(ctx context.Context, now func() time.Time, pace time.Duration) error {
	h.mu.Lock()
	at := now()
	if at.Before(h.rests) {
		err := resting(h.rests)
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

// judge learns from an answer.
func (h *host) judge(name string, a *Answer, now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch a.Status {
	case http.StatusOK, http.StatusNotModified:
		h.noes = 0
		return nil
	case http.StatusForbidden, http.StatusUnauthorized:
		h.rest(now, refusedRest, a.RetryAfter)
		return resting(h.rests)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.rest(now, busyRest, a.RetryAfter)
		return resting(h.rests)
	case http.StatusNotFound, http.StatusGone:
		h.noes = 0
		return playlists.Errorf(playlists.NotFound, "page_gone", playlists.Params{"status": a.Status},
			"cannot find this on %.100s any more: it answers %d", name, a.Status)
	}
	return playlists.Errorf(playlists.Unavailable, "site_fails", playlists.Params{"status": a.Status, "host": name},
		"cannot use the answer of %.100s: it answers %d; try again later", name, a.Status)
}

// rest begins a rest, at least as long as the host asks for.
func (h *host) rest(now time.Time, least time.Duration, retryAfter string) {
	rest := min(least<<min(h.noes, 10), longestRest)
	if seconds, err := strconv.Atoi(retryAfter); err == nil && seconds > 0 {
		rest = max(rest, time.Duration(seconds)*time.Second)
	} else if at, err := http.ParseTime(retryAfter); err == nil {
		rest = max(rest, at.Sub(now))
	}
	h.noes++
	h.rests = now.Add(min(rest, longestRest))
}
