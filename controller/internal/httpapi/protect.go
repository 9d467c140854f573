package httpapi

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/shortlink"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Bounds of a request. Uploads have their own, in their handler.
const (
	maxBody        = 1 << 20 // bytes
	maxCharterBody = 8 << 20 // with everybody and their clusters, or the largest envelope in base64
	uploadsPath    = prefix + "/uploads/"
	charterPath    = prefix + "/charter"
)

// mostOf is the most bytes of a body that a path takes.
func mostOf(path string) int64 {
	if path == charterPath || strings.HasPrefix(path, charterPath+"/") {
		return maxCharterBody
	}
	if path == brandPath {
		return maxEmblemBody
	}
	if strings.HasPrefix(path, releasesPath+"/") && strings.Contains(path, "/builds/") {
		return programme.MaxBuild
	}
	return maxBody
}

type contextKey int

const (
	actorKey contextKey = iota
	requestKey
	addressKey
	tokenKey // true for a request that is made with a token
	userAgentKey
	sessionKey
)

// actor gives the person on whose behalf a request is made; the zero Actor
// when nobody has logged in.
func actor(ctx context.Context) playlists.Actor {
	a, _ := ctx.Value(actorKey).(playlists.Actor)
	return a
}

// requestID gives the id under which a request is logged.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey).(string)
	return id
}

// addressOf gives the network address a request came from.
func addressOf(ctx context.Context) string {
	a, _ := ctx.Value(addressKey).(string)
	return a
}

// userAgentOf gives what the browser of a request says it is.
func userAgentOf(ctx context.Context) string {
	a, _ := ctx.Value(userAgentKey).(string)
	return a
}

// sessionOf gives the session of a request, the zero one when it has none.
func sessionOf(ctx context.Context) identity.Session {
	s, _ := ctx.Value(sessionKey).(identity.Session)
	return s
}

// protect is what every request passes before its resource, from the outside
// in: a log line, strict headers, no foreign origins, bounded bodies, who is
// asking.
func (s *Server) protect(cfg Config, next http.Handler) http.Handler {
	origins := http.NewCrossOriginProtection()
	origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.writeError(w, r, foreignOrigin())
	}))
	h := s.identify(next)
	h = bounded(h)
	h = origins.Handler(h)
	h = headers(cfg.Secure, h)
	return s.logged(cfg.Metrics, h)
}

func foreignOrigin() error {
	return playlists.Errorf(playlists.Forbidden, "cross_origin", nil, "cannot accept this from another site: open the console itself and try again")
}

// bounded keeps a body from being longer than any call needs.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, uploadsPath) {
			r.Body = http.MaxBytesReader(w, r.Body, mostOf(r.URL.Path)+1)
		}
		next.ServeHTTP(w, r)
	})
}

// headers sets what an answer may do in a browser: nothing. The console's
// pages set their own policy.
func headers(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// statusWriter remembers the status of an answer. Unwrap lets a response
// controller reach what is underneath.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Hijack implements http.Hijacker, which the WebSocket library asks for.
func (w *statusWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// logged writes one line a request, never its query, headers or body, counts
// it, and turns a panic into an answer.
func (s *Server) logged(metrics *prometheus.Registry, next http.Handler) http.Handler {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "cotmoc_http_request_seconds", Help: "Time to answer a request, by method and class of status.",
		Buckets: []float64{.001, .005, .025, .1, .5, 2.5, 10},
	}, []string{"method", "class"})
	if metrics != nil {
		metrics.MustRegister(seconds)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := s.now()
		id := uuid.NewString()
		r = r.WithContext(context.WithValue(r.Context(), requestKey, id))
		sw := &statusWriter{ResponseWriter: w}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.log.ErrorContext(r.Context(), "request panicked", "request", id, "panic", p, "stack", string(debug.Stack()))
				if sw.status == 0 {
					s.writeError(sw, r, playlists.Errorf(playlists.Internal, "internal", nil, "cannot do this: something went wrong on the server; try again, and tell an administrator when it stays so"))
				}
			}
			took := s.now().Sub(begun)
			class := string(rune('0'+sw.status/100)) + "xx"
			seconds.WithLabelValues(knownMethod(r.Method), class).Observe(took.Seconds())
			if strings.HasPrefix(r.URL.Path, shortlink.Path) {
				return // of who uses codes nothing is written down
			}
			s.log.DebugContext(r.Context(), "request", "request", id, "method", r.Method, "path", r.URL.Path, "status", sw.status, "ms", took.Milliseconds(), "address", s.address(r))
		}()
		next.ServeHTTP(sw, r)
	})
}

// knownMethod keeps a stranger from making labels.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return m
	}
	return "other"
}

func securitySchemes(secure bool) map[string]*huma.SecurityScheme {
	return map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: cookieName(secure)},
		"token":   {Type: "http", Scheme: "bearer"},
	}
}
