package httpapi

import (
	"context"
	"net"
	"net/http"
	"strings"
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
		// Screens go on playing meanwhile, so that this is no failure.
		if s.Restored != nil && s.Restored.Ahead() > 0 {
			_, _ = w.Write([]byte("restored: waiting for an act\n"))
		}
	})
	if cfg.Metrics == nil {
		return
	}
	metrics := promhttp.HandlerFor(cfg.Metrics, promhttp.HandlerOpts{})
	s.mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		// Counters tell a stranger how busy and how large we are.
		if !s.loopback(r) {
			if err := actor(r.Context()).Require(playlists.ReadReports, playlists.Scope{}); err != nil {
				s.writeError(w, r, err)
				return
			}
		}
		metrics.ServeHTTP(w, r)
	})
}

// address gives the network address of the person's machine, without its
// port. Of a chain of proxies only the last hop is believed, the one that the
// proxy on this machine has seen itself; without it all people would share one
// limit, and a stranger could use it up.
func (s *Server) address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if ip := net.ParseIP(host); s.proxied && ip != nil && ip.IsLoopback() {
		hops := strings.Split(strings.Join(r.Header.Values(forwardedFor), ","), ",")
		if last := strings.TrimSpace(hops[len(hops)-1]); net.ParseIP(last) != nil {
			return last
		}
	}
	return host
}

const forwardedFor = "X-Forwarded-For"

func (s *Server) loopback(r *http.Request) bool {
	ip := net.ParseIP(s.address(r))
	return ip != nil && ip.IsLoopback() && r.Header.Get(forwardedFor) == ""
}
