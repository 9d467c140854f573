package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// serve binds an address now, so that a busy port is known before anything
// starts, and adds the part that answers on it.
func (a *App) serve(name, address string, config *tls.Config, h http.Handler) error {
	listener, err := a.listen(name, address)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	if config != nil {
		server.TLSConfig = config
		listener = tls.NewListener(listener, config)
	}
	a.group.Add(name, func(ctx context.Context) error {
		a.log.Info("listening", "part", name, "address", listener.Addr().String(), "tls", config != nil)
		return serveUntil(ctx, server, listener)
	})
	return nil
}

// listen binds an address, or says what stands in the way.
func (a *App) listen(name, address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("cannot listen on %s for the %s: another program uses this port; stop it or choose another address", address, name)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s for the %s: %w", address, name, err)
	}
	a.closers = append(a.closers, func() error { listener.Close(); return nil }) // closed already when it was served
	return listener, nil
}

// drainTime is how long requests that run may take when we are asked to stop;
// it is less than the grace, so that what they used is still open.
const drainTime = 5 * time.Second

// serveUntil answers until ctx ends, lets running requests end, and then
// breaks off those that do not.
func serveUntil(ctx context.Context, server *http.Server, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return server.Close()
	}
	return nil
}
