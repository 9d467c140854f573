// Package sourcestest stands in for the sites that media is taken from: a
// portal with every trap of the real one's three eras, and a site that is made
// quite differently. Their texts and pictures are their own.
package sourcestest

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Portal answers for the national portal's hosts and for another site's. Its
// switches may be changed while it serves.
type Portal struct {
	mu       sync.Mutex
	pieces   map[string]*Piece
	files    map[string]File
	on       map[Switch]bool
	robots   map[string]string
	requests []string
}

// Switch is something that the portal does or does not offer.
type Switch string

// The switches, all off at first.
const (
	Feeds    Switch = "feeds"
	Sitemap  Switch = "sitemap"
	WPJSON   Switch = "wp_json"
	JSONLD   Switch = "json_ld"
	TooMany  Switch = "too_many" // 429 to everything
	Refusing Switch = "refusing" // 403 to everything
)

// Piece is an article of the portal.
type Piece struct {
	Slug      string
	Province  string // the local pages that list it, "" when none
	Titles    map[string]string
	Sapo      string
	Paper     string
	Date      string // dd/MM/yyyy
	Body      map[string][]string
	Pictures  []string // addresses in the page
	Film      string
	Slash     bool // its address ends in a slash
	Repeats   bool // the body begins with the sapo once more
	Changed   bool
	Withdrawn bool
}

// File is a picture or film.
type File struct {
	Type string
	Body []byte
}

// New makes the portal with its pieces.
func New() (*Portal, error) {
	files, err := makeFiles()
	if err != nil {
		return nil, err
	}
	p := &Portal{pieces: map[string]*Piece{}, files: files, on: map[Switch]bool{}, robots: map[string]string{}}
	for _, piece := range pieces() {
		p.pieces[piece.Slug] = &piece
	}
	return p, nil
}

// Turn switches something on or off.
func (p *Portal) Turn(s Switch, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.on[s] = on
}

// Robots sets a host's robots.txt.
func (p *Portal) Robots(host, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.robots[host] = text
}

// Change has an article say something else from now on.
func (p *Portal) Change(slug string) { p.edit(slug, func(piece *Piece) { piece.Changed = true }) }

// Restore has an article say again what it said first.
func (p *Portal) Restore(slug string) {
	p.edit(slug, func(piece *Piece) { piece.Changed, piece.Withdrawn = false, false })
}

// Withdraw takes an article off the portal.
func (p *Portal) Withdraw(slug string) { p.edit(slug, func(piece *Piece) { piece.Withdrawn = true }) }

func (p *Portal) edit(slug string, change func(*Piece)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p.pieces[slug])
}

// Requests gives what was asked for so far: "GET host/path".
func (p *Portal) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.requests...)
}

// ServeHTTP implements http.Handler.
func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests = append(p.requests, r.Method+" "+r.Host+r.URL.Path)
	tooMany, refusing, robots := p.on[TooMany], p.on[Refusing], p.robots[r.Host]
	p.mu.Unlock()
	switch {
	case r.URL.Path == "/robots.txt":
		if robots == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, robots)
	case tooMany:
		w.Header().Set("Retry-After", "120")
		http.Error(w, "too many", http.StatusTooManyRequests)
	case refusing:
		http.Error(w, "no", http.StatusForbidden)
	case r.Host == "bao.example":
		p.other(w, r)
	case strings.HasPrefix(r.Host, "cdn.") || strings.HasPrefix(r.Host, "vstatic.") || strings.HasPrefix(r.Host, "vphoto."):
		p.file(w, r)
	default:
		p.page(w, r)
	}
}

func (p *Portal) file(w http.ResponseWriter, r *http.Request) {
	name := r.Host + r.URL.Path
	if strings.HasPrefix(r.URL.Path, "/thumb/640x360/") {
		name = "thumb"
	}
	p.mu.Lock()
	f, ok := p.files[name]
	p.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("Content-Length", fmt.Sprint(len(f.Body)))
	_, _ = w.Write(f.Body)
}

// slowly sends a page a few bytes at a time, until the reader has had enough.
func slowly(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	for {
		if _, err := fmt.Fprint(w, "<p>"); err != nil {
			return
		}
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		select {
		case <-r.Context().Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// huge sends a page of a size nobody wants.
func huge(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	block := strings.Repeat("<p>Rất dài.</p>", 4096)
	for range 1024 {
		if _, err := fmt.Fprint(w, block); err != nil {
			return
		}
	}
}
