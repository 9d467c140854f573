package agentapi

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// drain is how long downloads may end by themselves when the listener stops.
// They are resumed elsewhere, so it is short.
const drain = 2 * time.Second

// Serve answers agents on a listener until ctx ends. config must verify the
// client certificates that are given.
func Serve(ctx context.Context, listener net.Listener, config *tls.Config, limits Limits, h http.Handler, log *slog.Logger) error {
	config = config.Clone()
	config.NextProtos = []string{"http/1.1"} // ranges of large files gain nothing from HTTP/2
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: limits.Opening,
		IdleTimeout:       limits.Idle,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(tls.NewListener(newBounded(listener, limits, log), config)) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(bounded); err != nil {
		return server.Close()
	}
	return nil
}
