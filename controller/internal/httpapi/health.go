package httpapi

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"cotmoc/playlists"
)

// readyTime bounds how long one part may take to say that it is ready.
const readyTime = 2 * time.Second

// mountHealth mounts what supervisors ask: alive, ready, counters.
func (s *Server) mountHealth(cfg Config) {
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("ok\n")) // the reader may be gone
	})
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		for name, check := range cfg.Ready {
			ctx, cancel := context.WithTimeout(r.Context(), readyTime)
			err := check(ctx)
			cancel()
			if err != nil {
				s.log.WarnContext(r.Context(), "not ready", "part", name, "error", err)
				s.writeError(w, r, playlists.Errorf(playlists.Unavailable, "not_ready", playlists.Params{"part": name}, "cannot serve yet: %s is not ready; wait a little", name))
				return
			}
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	if cfg.Metrics == nil {
		return
	}
	metrics := promhttp.HandlerFor(cfg.Metrics, promhttp.HandlerOpts{})
	s.mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		// Counters tell a stranger how busy and how large we are.
		if !loopback(r) {
			if err := actor(r.Context()).Require(playlists.ReadReports, playlists.Scope{}); err != nil {
				s.writeError(w, r, err)
				return
			}
		}
		metrics.ServeHTTP(w, r)
	})
}

// address gives the network address of the other side, without its port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func loopback(r *http.Request) bool {
	ip := net.ParseIP(address(r))
	return ip != nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == ""
}
