// Package polite visits sites as a good guest: it asks robots.txt, keeps its
// distance between two requests, and stays away for a while from a host that
// says no.
package polite

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Request says what is fetched and what is acceptable.
type Request struct {
	URL      string
	Types    []string      // media types such as "text/html" or "image/*"
	Bytes    int64         // the most that is read
	Within   time.Duration // the answer, its body included; not the wait for our turn
	ETag     string        // of what we have, "" when we have nothing
	Modified string        // its Last-Modified
	Hosts    []string      // where a redirect may lead; filled in by Get
}

// Answer is what came. Body must be closed; it is empty of a NotModified.
type Answer struct {
	Status      int
	URL         string // after redirects
	Type        string
	NotModified bool
	ETag        string
	Modified    string
	RetryAfter  string // the header
	Body        io.ReadCloser
}

// Fetch gets one address. It must never reach a network that is not public, nor
// follow a redirect to another host than Request.Hosts.
type Fetch func(ctx context.Context, r Request) (*Answer, error)

// Rest is how a host has asked us to stay away.
type Rest struct {
	Until time.Time
	Noes  int // in a row; 0: it has not
}

// Memory keeps rests, so that a restart does not forget them.
type Memory interface {
	// Rest gives a host's, empty when there is none.
	Rest(ctx context.Context, host string) (Rest, error)
	KeepRest(ctx context.Context, host string, r Rest) error
}

// Bounds on our manners.
const (
	longestWait = 30 * time.Second // for our turn; beyond it the caller is told
	maxHosts    = 1000
)

// Visitor visits sites. It is safe for concurrent use: requests to one host
// take turns.
type Visitor struct {
	fetch  Fetch
	agent  string
	now    func() time.Time
	memory Memory

	mu    sync.Mutex
	hosts map[string]*host
}

// New makes a Visitor that calls itself agent, as robots.txt knows it.
func New(fetch Fetch, agent string, now func() time.Time, memory Memory) *Visitor {
	return &Visitor{fetch: fetch, agent: agent, now: now, memory: memory, hosts: map[string]*host{}}
}

// Get fetches an address of a site, or says why not: Forbidden, reason
// "robots_forbid"; RateLimited, reason "site_resting", until it may be asked
// again; NotFound, reason "page_gone".
func (v *Visitor) Get(ctx context.Context, s *site.Site, r Request) (*Answer, error) {
	if !s.MayFetch(r.URL) {
		_, err := s.Read(r.URL)
		if err == nil {
			err = playlists.Errorf(playlists.Invalid, "host_not_allowed", playlists.Params{"host": r.URL}, "cannot take anything from %.200q", r.URL)
		}
		return nil, err
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, playlists.Errorf(playlists.Invalid, "address_unreadable", playlists.Params{"address": r.URL}, "cannot read the address %.200q", r.URL)
	}
	h := v.host(u.Host)
	if err := h.recall(ctx, u.Host, v.memory); err != nil {
		return nil, err
	}
	r.Hosts = append(append([]string(nil), s.Hosts...), s.Media...)
	if err := v.mayVisit(ctx, h, s, u, r.Hosts); err != nil {
		return nil, err
	}
	if err := h.turn(ctx, v.now, s.PaceAt(u.Host)); err != nil {
		return nil, err
	}
	answer, err := v.fetch(ctx, r)
	if err != nil {
		return nil, err
	}
	learned, err := h.judge(u.Host, answer, v.now())
	if learned {
		err = errors.Join(err, v.memory.KeepRest(context.WithoutCancel(ctx), u.Host, h.rests()))
	}
	if err != nil {
		answer.Body.Close()
		return nil, err
	}
	answer.NotModified = answer.Status == http.StatusNotModified
	return answer, nil
}

func (v *Visitor) host(name string) *host {
	v.mu.Lock()
	defer v.mu.Unlock()
	h, ok := v.hosts[name]
	if !ok {
		if len(v.hosts) >= maxHosts { // descriptions name few; this is a fuse
			v.hosts = map[string]*host{}
		}
		h = &host{}
		v.hosts[name] = h
	}
	return h
}
