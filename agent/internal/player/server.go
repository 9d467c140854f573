// Package player serves the page that is the screen: to a browser on the same
// machine and to nobody else, over HTTP for bytes and a WebSocket for what to
// show and what was seen.
package player

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
)

//go:embed page
var assets embed.FS

// Options is what a server works with. All are required.
type Options struct {
	Playout *playout.Playout
	Ready   playout.Ready
	Status  func() any // what /status answers, as JSON
	// PIN puts the screen on its slate when the PIN is right.
	PIN func(pin string) PINAnswer
	Log *slog.Logger
}

// Server is the player's side of the agent. It is safe for concurrent use.
type Server struct {
	o     Options
	files map[string]file // by path
	build string          // changes with the page, so that an old one loads again

	pages atomic.Uint64 // the number of the newest
	mu    sync.Mutex
	open  map[uint64]chan struct{} // a message asks the page to load again
	pads  map[uint64]time.Time     // pages with the PIN pad over the picture, until when at most
}

type file struct {
	mime, etag string
	bytes      []byte
}

// New prepares the page.
func New(o Options) (*Server, error) {
	s := &Server{o: o, files: map[string]file{}, open: map[uint64]chan struct{}{}, pads: map[uint64]time.Time{}}
	all := sha256.New()
	for path, mime := range map[string]string{"/": "text/html", "/player.js": "text/javascript", "/pin.js": "text/javascript", "/touch.js": "text/javascript", "/player.css": "text/css", "/mark.svg": "image/svg+xml"} {
		name := strings.TrimPrefix(path, "/")
		if name == "" {
			name = "index.html"
		}
		b, err := fs.ReadFile(assets, "page/"+name)
		if err != nil {
			return nil, fmt.Errorf("cannot prepare the player page: %w", err)
		}
		sum := sha256.Sum256(b)
		s.files[path] = file{mime: mime + "; charset=utf-8", etag: `"` + hex.EncodeToString(sum[:8]) + `"`, bytes: b}
	}
	for _, path := range []string{"/", "/player.js", "/pin.js", "/touch.js", "/player.css", "/mark.svg"} {
		all.Write(s.files[path].bytes)
	}
	s.build = hex.EncodeToString(all.Sum(nil)[:8])
	return s, nil
}

// Run serves on the listener, which must be on a loopback address, until ctx
// ends.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return playlists.Errorf(playlists.Invalid, "player_listen_not_loopback", playlists.Params{"address": l.Addr().String()}, "cannot serve the player on %s: it is for browsers on this machine; use an address such as 127.0.0.1:9001", l.Addr())
	}
	srv := &http.Server{
		Handler:           s.Handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.o.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("cannot go on serving the player: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		err = errors.Join(err, srv.Close()) // a video that a browser reads on
		s.o.Log.Debug("player connections were cut", "error", err)
	}
	<-served
	return nil
}

// Reload asks every page to load again.
func (s *Server) Reload() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		select {
		case c <- struct{}{}:
		default: // it is asked already
		}
	}
}

// Pages tells how many pages are open and the number of the newest, which
// rises with each that joins.
func (s *Server) Pages() (open int, newest uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open), s.pages.Load()
}

// padTime is how long the PIN pad stays when nobody touches it, and a little.
const padTime = 40 * time.Second

// Covered tells why a page shows something of ours over the picture: "pin" for
// the PIN pad, "" for nothing.
func (s *Server) Covered() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, until := range s.pads {
		if time.Now().Before(until) {
			return "pin"
		}
	}
	return ""
}

// padded notes that a page shows the PIN pad, or does not any more.
func (s *Server) padded(page uint64, shows bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if delete(s.pads, page); shows {
		s.pads[page] = time.Now().Add(padTime)
	}
}

// Handler answers the player's requests.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /objects/{digest}", s.object)
	mux.HandleFunc("GET /player", s.socket)
	mux.HandleFunc("GET /status", s.status)
	for path, f := range s.files {
		if path == "/" {
			path = "/{$}"
		}
		mux.HandleFunc("GET "+path, f.serve)
	}
	return guard(mux)
}

// guard lets requests through that name this machine and come from its own
// page: another site open in a browser here can neither read what the screen
// holds nor lead a name of its own to this address.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			http.Error(w, "cannot answer for this host: open the address of the player on this machine", http.StatusMisdirectedRequest)
			return
		}
		if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host {
			http.Error(w, "cannot answer another site: open the address of the player itself", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self' ws://"+r.Host+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()")
		next.ServeHTTP(w, r)
	})
}

func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", f.etag)
	w.Header().Set("Content-Type", f.mime)
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if _, err := w.Write(f.bytes); err != nil {
		return // the browser left
	}
}

// object gives the bytes of a rendition that the view names. The browser may
// not keep them: what is withdrawn must not lie in its cache.
func (s *Server) object(w http.ResponseWriter, r *http.Request) {
	d := playlists.Digest(r.PathValue("digest"))
	mime, ok := s.o.Playout.Serves(d)
	if !ok {
		http.NotFound(w, r)
		return
	}
	body, _, err := s.o.Ready.Open(d)
	if err != nil {
		s.o.Log.Warn("rendition cannot be opened", "rendition", d, "error", err)
		http.NotFound(w, r)
		return
	}
	defer func() {
		if err := body.Close(); err != nil {
			s.o.Log.Warn("rendition cannot be closed", "rendition", d, "error", err)
		}
	}()
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("ETag", `"`+string(d)+`"`)
	h.Set("Content-Type", mime)
	http.ServeContent(w, r, "", time.Time{}, body)
}

func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewEncoder(w).Encode(s.o.Status()); err != nil {
		s.o.Log.Debug("status cannot be written", "error", err)
	}
}
