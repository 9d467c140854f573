package approve

import (
	"context"
	"crypto/subtle"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

//go:embed page
var assets embed.FS

const (
	maxAsked  = 64 << 10 // bytes of a request of the page
	stopGrace = 2 * time.Second
)

// policy lets the page run its own files and show bytes that it has hashed.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Run serves the page on listeners, all on loopback addresses, until ctx ends.
func (c *Client) Run(ctx context.Context, listeners ...net.Listener) error {
	for _, l := range listeners {
		if a, ok := l.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
			return fmt.Errorf("cannot serve the page on %s: it is for browsers on this machine; listen on 127.0.0.1:7788", l.Addr())
		}
	}
	srv := &http.Server{
		Handler: c.Handler(), BaseContext: func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(c.cfg.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { served <- srv.Serve(l) }()
	}
	var failed error
	left := len(listeners)
	select {
	case err := <-served:
		failed, left = fmt.Errorf("cannot go on serving the page: %w", err), left-1
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		err = errors.Join(err, srv.Close()) // a rendition that is read on
		c.cfg.Log.Debug("connections of the page were cut", "error", err)
	}
	for range left {
		<-served
	}
	return failed
}

// Handler answers the page of this machine and nobody else.
func (c *Client) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{token}/{$}", c.asset("index.html"))
	entries, err := fs.ReadDir(assets, "page")
	if err != nil {
		entries = nil // embedded: it is there
	}
	for _, e := range entries {
		mux.HandleFunc("GET /{token}/"+e.Name(), c.asset(e.Name()))
	}
	mux.HandleFunc("GET /{token}/api/state", answer(c, func(*http.Request, *struct{}) (any, error) {
		return map[string]any{"person": c.me, "controller": c.cfg.Address, "enrol": c.cfg.Enrol, "key_file": c.credential}, nil
	}))
	mux.HandleFunc("GET /{token}/api/queue", answer(c, func(r *http.Request, _ *struct{}) (any, error) { return c.queue(r.Context()) }))
	mux.HandleFunc("POST /{token}/api/look", answer(c, func(r *http.Request, in *struct {
		Media playlists.ID  `json:"media"`
		Act   programme.Act `json:"act"`
	}) (any, error) {
		return c.look(r.Context(), in.Media, in.Act)
	}))
	mux.HandleFunc("GET /{token}/api/items/{id}/{digest}", c.bytes)
	mux.HandleFunc("POST /{token}/api/items/{id}/sign", answer(c, func(r *http.Request, in *signing) (any, error) {
		state, err := c.sign(r.Context(), r.PathValue("id"), *in)
		return map[string]any{"state": state}, err
	}))
	mux.HandleFunc("POST /{token}/api/enrol/begin", answer(c, func(r *http.Request, _ *struct{}) (any, error) {
		return map[string]any{}, c.beginEnrolment(r.Context())
	}))
	mux.HandleFunc("POST /{token}/api/enrol/challenge", answer(c, func(_ *http.Request, in *enrolment) (any, error) {
		challenge, err := c.enrolmentChallenge(in.key())
		return map[string]any{"challenge": challenge}, err
	}))
	mux.HandleFunc("POST /{token}/api/enrol/finish", answer(c, func(r *http.Request, in *enrolment) (any, error) {
		return c.finishEnrolment(r.Context(), *in)
	}))
	return c.guard(mux)
}

// guard lets requests through that know the secret path and come from this
// page: no other site in the browser, no name that leads here, no neighbour.
func (c *Client) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()")
		site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
		token, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch {
		case r.Host != "localhost:"+c.cfg.Port:
			http.Error(w, "cannot answer for this host: open the address that controller approve has printed", http.StatusMisdirectedRequest)
		case origin != "" && origin != c.origin(), r.Method != http.MethodGet && origin == "", site != "" && site != "same-origin" && site != "none":
			http.Error(w, "cannot answer another site: open the address that controller approve has printed", http.StatusForbidden)
		case subtle.ConstantTimeCompare([]byte(token), []byte(c.token)) != 1:
			http.Error(w, "cannot find this page: open the address that controller approve has printed", http.StatusNotFound)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (c *Client) asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		b, err := fs.ReadFile(assets, "page/"+name)
		if err != nil {
			http.Error(w, "cannot read the page", http.StatusInternalServerError)
			return
		}
		kinds := map[string]string{"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
		w.Header().Set("Content-Type", kinds[name[strings.LastIndexByte(name, '.')+1:]]+"; charset=utf-8")
		_, _ = w.Write(b) // an error is a browser that left
	}
}

// bytes gives a rendition for the page to hash and show.
func (c *Client) bytes(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	var f file
	if it := c.item; it != nil && it.id == r.PathValue("id") {
		f = it.files[playlists.Digest(r.PathValue("digest"))]
	}
	c.mu.Unlock()
	body, err := os.Open(f.path)
	if f.path == "" || err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = body.Close() }() // it was only read
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = io.Copy(w, body) // an error is a browser that left; the page hashes what it has
}

// waiting is a media that waits for the person.
type waiting struct {
	Media playlists.ID  `json:"media"`
	Act   programme.Act `json:"act"`
	Title string        `json:"title"`
	Kind  string        `json:"kind"`
	Again bool          `json:"again"`
}

const maxWaiting = 1200

func (c *Client) queue(ctx context.Context) ([]waiting, error) {
	var q struct {
		Review       []listed `json:"review"`
		Approve      []listed `json:"approve"`
		ReviewAgain  []listed `json:"review_again"`
		ApproveAgain []listed `json:"approve_again"`
		ReviewMore   []listed `json:"review_more"`
		ApproveMore  []listed `json:"approve_more"`
	}
	if err := c.cfg.Controller.Get(ctx, "/queue", &q); err != nil {
		return nil, err
	}
	out := []waiting{}
	for _, part := range []struct {
		all   []listed
		act   programme.Act
		again bool
	}{{q.Review, programme.Review, false}, {q.Approve, programme.Approve, false}, {q.ReviewAgain, programme.Review, true}, {q.ApproveAgain, programme.Approve, true}, {q.ReviewMore, programme.Review, false}, {q.ApproveMore, programme.Approve, false}} {
		for _, m := range part.all {
			if m.ID.Validate() == nil && len(out) < maxWaiting {
				out = append(out, waiting{m.ID, part.act, clip(playlists.Clean(m.Title)), clip(m.Kind), part.again})
			}
		}
	}
	return out, nil
}

// problem is why something could not be done. The detail is text, and may be
// the controller's.
type problem struct {
	Reason Refusal `json:"reason"`
	Detail string  `json:"detail"`
}

// answer joins a handler with its JSON.
func answer[I any](c *Client, fn func(*http.Request, *I) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in I
		if r.Method == http.MethodPost {
			d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAsked))
			if err := d.Decode(&in); err != nil {
				http.Error(w, "cannot read what the page asks", http.StatusBadRequest)
				return
			}
		}
		out, err := fn(r, &in)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if err != nil {
			p := problem{FromController, clip(playlists.Clean(err.Error()))}
			if own, ok := errors.AsType[*refused](err); ok {
				p.Reason = own.Refusal
			}
			c.cfg.Log.Info("refused", "reason", p.Reason, "controller_reason", clip(playlists.ReasonOf(err)))
			w.WriteHeader(http.StatusConflict)
			out = p
		}
		_ = json.NewEncoder(w).Encode(out) // an error is a browser that left
	}
}
