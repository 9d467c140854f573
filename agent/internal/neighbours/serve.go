package neighbours

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/agent/internal/crowd"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// The bounds of answering. A neighbour needs one connection, and has a second
// while the first one dies.
const (
	maxConnections = programme.MaxNeighbours + 16
	maxOfOne       = 8
	asksPerSecond  = 2
	asksAtOnce     = 10
	reportFor      = time.Second // as long the same signature serves
)

// Serve answers neighbours on a listener until ctx ends.
func (x *Exchange) Serve(ctx context.Context, l net.Listener) error {
	config := x.identity.config(func(key ed25519.PublicKey) error {
		if x.who(key) == nil {
			return errOtherKey
		}
		return nil
	})
	srv := &http.Server{
		Handler:           x.handler(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		TLSConfig:         config,
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){},
		ReadHeaderTimeout: askWithin,
		ReadTimeout:       askWithin,
		WriteTimeout:      safeWithin,
		IdleTimeout:       2 * longest,
		MaxHeaderBytes:    4 << 10,
		ErrorLog:          slog.NewLogLogger(x.o.Log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- srv.ServeTLS(crowd.Limit(l, maxConnections, maxOfOne), "", "") }()
	select {
	case err := <-served:
		return fmt.Errorf("cannot go on answering the neighbours: %w", err)
	case <-ctx.Done():
	}
	err := srv.Close() // they ask again
	<-served
	return err
}

func (x *Exchange) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pathReport, func(w http.ResponseWriter, _ *http.Request) {
		b, err := x.speak()
		if err != nil {
			x.o.Log.Error("cannot tell the neighbours how this screen is", "error", err)
			http.Error(w, "cannot report", http.StatusInternalServerError)
			return
		}
		answer(w, "application/json", b)
	})
	mux.HandleFunc("GET "+pathCapture+"{digest}", func(w http.ResponseWriter, r *http.Request) {
		p := x.o.Picture()
		if p.JPEG == nil || string(p.Digest) != r.PathValue("digest") {
			http.NotFound(w, r)
			return
		}
		answer(w, "image/jpeg", p.JPEG)
	})
	mux.HandleFunc("POST "+pathSafe, x.safe)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The roster of now: a connection may be older than it.
		key, ok := keyOf(r.TLS)
		from := x.who(key)
		if !ok || from == nil {
			http.Error(w, "cannot answer a screen that is no neighbour", http.StatusForbidden)
			return
		}
		if !x.may(from.Screen) {
			http.Error(w, "cannot answer so often", http.StatusTooManyRequests)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func answer(w http.ResponseWriter, mime string, b []byte) {
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // the neighbour left
}

func (x *Exchange) may(screen playlists.ID) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	l := x.limits[screen]
	if l == nil {
		l = rate.NewLimiter(asksPerSecond, asksAtOnce)
		x.limits[screen] = l
	}
	return l.AllowN(x.o.Mono(), 1)
}

// safe judges a PIN that a neighbour forwards.
func (x *Exchange) safe(w http.ResponseWriter, r *http.Request) {
	key, _ := keyOf(r.TLS)
	from := x.who(key)
	pin, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPIN))
	if err != nil || from == nil {
		http.Error(w, "cannot read the PIN", http.StatusBadRequest)
		return
	}
	a, err := x.o.Safe(from.Screen, string(pin))
	if err != nil {
		code := http.StatusInternalServerError
		if playlists.CodeOf(err) == playlists.NotFound {
			code = http.StatusNotFound
		}
		x.o.Log.Warn("cannot take a neighbour's PIN", "neighbour", from.Screen, "error", err)
		http.Error(w, "cannot take a PIN", code)
		return
	}
	x.o.Log.Info("a neighbour has forwarded a PIN", "neighbour", from.Screen, "right", a.Right)
	b, err := json.Marshal(a)
	if err != nil {
		http.Error(w, "cannot answer", http.StatusInternalServerError)
		return
	}
	answer(w, "application/json", b)
}

// said is the newest report of this screen. It is safe for concurrent use.
type said struct {
	mu       sync.Mutex
	seq      uint64
	at       time.Time // mono
	envelope []byte
}

// speak gives a report of now, signed.
func (x *Exchange) speak() ([]byte, error) {
	x.said.mu.Lock()
	defer x.said.mu.Unlock()
	now := x.o.Mono()
	if x.said.envelope != nil && now.Sub(x.said.at) < reportFor {
		return x.said.envelope, nil
	}
	r := x.o.Report()
	r.Screen, r.Boot, r.Seq = x.o.Screen, x.o.Boot, x.said.seq+1
	envelope, err := programme.SignPeerReport(&r, x.o.Key)
	if err != nil {
		return nil, err
	}
	if len(envelope) > programme.MaxPeerReport {
		return nil, errors.New("cannot report so much to the neighbours")
	}
	x.said.seq, x.said.at, x.said.envelope = r.Seq, now, envelope
	return envelope, nil
}
