// Package sitepage serves a page of a site's screens to phones on the site's
// network, while the line to the province is down too: how each screen is, what
// to do, and the switch that puts screens on their slate. It shows and changes
// nothing else, and nobody sees it without the PIN of the site.
package sitepage

import (
	"bytes"
	"context"
	"crypto/tls"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"cotmoc/agent/internal/crowd"
	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

//go:embed page
var assets embed.FS

// Site is what is known of the screens of a site now.
type Site struct {
	Cluster string // name
	PIN     *programme.SitePIN
	Screens []Screen // the one that serves the page first
}

// Screen is one of them.
type Screen struct {
	ID      playlists.ID
	Name    string
	Own     bool
	Report  *programme.PeerReport // the newest, nil for none yet
	Age     time.Duration         // of the report, or since it was first looked for
	Silent  bool
	Lying   bool
	Capture playlists.Digest // that can be shown, "" for none
}

// Answer is what becomes of the safe PIN at one screen.
type Answer struct {
	Right bool
	Left  int
	Wait  time.Duration
}

// Store keeps the certificate and what was tried.
type Store interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
}

// Options of a Page. All are required but Runbook.
type Options struct {
	Site func() Site
	// Capture gives a capture of a screen of the site, a JPEG.
	Capture func(screen playlists.ID, name playlists.Digest) ([]byte, bool)
	// Safe puts one screen on its slate when the safe PIN is right. It answers
	// NotFound when there is no such PIN.
	Safe func(ctx context.Context, screen playlists.ID, pin string) (Answer, error)
	// Runbook gives what to do about an incident, in Markdown.
	Runbook func(rule, lang string) (string, bool)
	Store   Store
	Now     func() (time.Time, wire.ClockState)
	Mono    func() time.Time // time.Now: only differences are used
	Random  io.Reader
	Host    string // name of this machine, by which it may be called
	Log     *slog.Logger
}

// Page is the page of one screen. It is safe for concurrent use.
type Page struct {
	o           Options
	templates   *template.Template
	certificate tls.Certificate
	fingerprint string
	zone        *time.Location
	sessions    sessions
	waits       *waits
	rates       *crowd.Rates
	checking    sync.Mutex // one PIN at a time: each takes its memory
}

// New prepares the page.
func New(o Options) (*Page, error) {
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		return nil, fmt.Errorf("cannot load the time zone: %w", err)
	}
	if o.Runbook == nil {
		o.Runbook = func(string, string) (string, bool) { return "", false }
	}
	p := &Page{o: o, zone: zone, sessions: sessions{open: map[string]session{}}, waits: newWaits(o.Store, o.Mono), rates: crowd.NewRates(askedByAll, askedByOne)}
	p.templates, err = template.New("").Funcs(template.FuncMap{"t": say}).ParseFS(assets, "page/layout.html")
	if err != nil {
		return nil, fmt.Errorf("cannot prepare the page of the site: %w", err)
	}
	if p.certificate, p.fingerprint, err = certificate(o.Store, o.Random); err != nil {
		return nil, err
	}
	return p, nil
}

// Fingerprint is the SHA-256 of the page's certificate, as browsers show it.
// The page itself does not: whoever stands between would show the right one.
func (p *Page) Fingerprint() string { return p.fingerprint }

// How often the page is asked for anything: a phone that shows twenty screens
// asks for as many pictures at once.
var (
	askedByAll = crowd.Rate{PerSecond: 20, AtOnce: 200}
	askedByOne = crowd.Rate{PerSecond: 8, AtOnce: 100}
)

// The bounds of connections: a phone needs a few.
const (
	maxConnections = 32
	maxOfOne       = 8
)

// Run serves on a listener until ctx ends.
func (p *Page) Run(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           p.Handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{p.certificate}, NextProtos: []string{"http/1.1"}},
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){},
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       30 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(p.o.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- srv.ServeTLS(crowd.Limit(l, maxConnections, maxOfOne), "", "") }()
	select {
	case err := <-served:
		return fmt.Errorf("cannot go on serving the page of the site: %w", err)
	case <-ctx.Done():
	}
	err := srv.Close()
	<-served
	return err
}

// Handler answers phones.
func (p *Page) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.inside(p.plan))
	mux.HandleFunc("GET /screens/{screen}", p.inside(p.screen))
	mux.HandleFunc("GET /captures/{screen}/{digest}", p.inside(p.capture))
	mux.HandleFunc("GET /runbooks/{rule}", p.inside(p.runbook))
	mux.HandleFunc("GET /safe", p.inside(p.askSafe))
	mux.HandleFunc("POST /safe", p.inside(p.doSafe))
	mux.HandleFunc("POST /leave", p.inside(p.leave))
	mux.HandleFunc("POST /pin", p.enter)
	mux.HandleFunc("GET /lang", p.language)
	for path, mime := range map[string]string{"/site.css": "text/css", "/site.js": "text/javascript", "/mark.svg": "image/svg+xml"} {
		mux.HandleFunc("GET "+path, asset(path, mime))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { p.render(w, http.StatusNotFound, "missing", p.view(r)) })
	return p.guard(mux)
}

func asset(path, mime string) http.HandlerFunc {
	b, err := fs.ReadFile(assets, "page"+path)
	return func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", mime+"; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=300")
		_, _ = w.Write(b) // the phone left
	}
}

// view is what every page shows.
type view struct {
	Lang, Path string
	Cluster    string
	Languages  []language
	Token      string // of the session, "" without
	Live       bool   // the page keeps itself fresh
}

type language struct{ Code, Name string }

func (p *Page) view(r *http.Request) view {
	v := view{Lang: languageOf(r), Path: r.URL.Path}
	for _, code := range languages {
		v.Languages = append(v.Languages, language{code, names[code]})
	}
	if s, ok := r.Context().Value(sessionKey{}).(session); ok {
		v.Token, v.Cluster = s.token, p.o.Site().Cluster
	}
	return v
}

// render answers with a page that is whole, or with an error.
func (p *Page) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		p.o.Log.Error("cannot make a page of the site", "page", name, "error", err)
		http.Error(w, "cannot make this page", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the phone left
}

// missing says that there is no such page.
func (p *Page) missing(w http.ResponseWriter, r *http.Request) {
	p.render(w, http.StatusNotFound, "missing", p.view(r))
}
