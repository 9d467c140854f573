// Package app puts a controller together from its parts and runs it: what
// connects to what, in which order they start and how they stop.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"cotmoc/controller/internal/console"
	"cotmoc/controller/internal/httpapi"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/incidents"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/orders"
	"cotmoc/controller/internal/publish"
	"cotmoc/controller/internal/releases"
	"cotmoc/controller/internal/roster"
	"cotmoc/controller/internal/settings"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/playlists/rungroup"
)

// App is a controller. New opens it, Start runs it, Stop ends it.
type App struct {
	cfg     Config
	version string
	log     *slog.Logger
	now     func() time.Time
	random  io.Reader

	db        *sqlstore.DB
	objects   *objectstore.Dir
	metrics   *prometheus.Registry
	services  httpapi.Services
	screens   screens
	trust     trust
	publish   *publish.Service
	orders    *orders.Service
	incidents *incidents.Service
	settings  *settings.Service
	changed   *changedScreens
	rerender  *rerendering
	ready     map[string]func(context.Context) error
	group     *rungroup.Group
	rosters   *roster.Service
	releases  *releases.Service
	seal      []byte // key of secrets in the database
	// passphrase seals our keys; forgotten once all are open.
	passphrase []byte
	closers    []func() error // last opened first

	stop context.CancelFunc
	done chan struct{}
	err  error // of the parts, once done is closed
}

// New opens the data folder and joins all parts. Nothing listens yet. What a
// failed New has opened is closed again.
func New(ctx context.Context, cfg Config, version string, log *slog.Logger) (*App, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if err := cfg.checkTLS(); err != nil {
		return nil, err
	}
	a := &App{
		cfg: cfg, version: version, log: log, now: time.Now, random: rand.Reader,
		metrics: prometheus.NewRegistry(), ready: map[string]func(context.Context) error{},
		group: rungroup.New(log, stopGrace), done: make(chan struct{}),
		changed: newChangedScreens(), rerender: newRerendering(),
	}
	var err error
	if a.passphrase, err = cfg.passphrase(); err != nil {
		return nil, err
	}
	defer func() { clear(a.passphrase); a.passphrase = nil }()
	for _, open := range []func(context.Context) error{
		a.openData,
		a.openAudit,
		a.openIdentity,
		a.openTrust,
		a.openMedia,
		a.openScreens,
		a.openPlans,
		a.openOrders,
		a.openSettings,
		a.openRosters,
		a.openReleases,
		a.openShifts,
		a.openIncidents,
		a.openAlerts,
		a.openInventory,
		a.openAssist,
		a.openConsole, // last: it serves what the others have made
	} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, a.close())
		}
	}
	return a, nil
}

// openData opens what is kept on disk.
func (a *App) openData(ctx context.Context) error {
	if err := a.cfg.mayOpen(); err != nil {
		return err
	}
	if err := os.MkdirAll(a.cfg.path("keys"), 0o700); err != nil {
		return fmt.Errorf("cannot use the data folder %q: %w", a.cfg.Data, err)
	}
	var err error
	if a.db, err = sqlstore.Open(ctx, a.cfg.path(databaseFile)); err != nil {
		return err
	}
	a.closers = append(a.closers, a.db.Close)
	a.ready["database"] = a.db.Ready
	if a.objects, err = objectstore.OpenDir(a.cfg.path("objects"), objectstore.DirOptions{MaxBytes: a.cfg.MaxStorage}); err != nil {
		return err
	}
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return nil
}

// openIdentity makes what knows people.
func (a *App) openIdentity(context.Context) error {
	site, err := a.cfg.site()
	if err != nil {
		return err
	}
	if a.seal, err = sealKey(a.cfg.path("keys", sealFile), a.passphrase, a.random); err != nil {
		return err
	}
	a.services.Identity, err = identity.New(identity.Config{Store: a.db.Identity(), Audit: a.services.Audit, Now: a.now, Random: a.random, Site: site, Seal: a.seal})
	return err
}

// openConsole makes the console's listener.
func (a *App) openConsole(ctx context.Context) error {
	pages, err := console.NewHandler(console.Files(), a.random)
	if err != nil {
		return err
	}
	api, err := httpapi.New(httpapi.Config{
		Log: a.log, Now: a.now, Random: a.random, Version: a.version, Secure: a.cfg.secure(), Proxied: a.cfg.Secure && !a.cfg.speaksTLS(),
		Metrics: a.metrics, Ready: a.ready, Console: pages, Sessions: a.db.Sessions(a.now), Services: a.services,
	})
	if err != nil {
		return err
	}
	return a.serveConsole(ctx, api)
}

// Start runs all parts until Stop, or until one of them fails; Done tells.
func (a *App) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	a.stop = cancel
	go func() {
		defer close(a.done)
		a.err = a.group.Run(ctx)
	}()
}

// Done is closed when the parts have ended.
func (a *App) Done() <-chan struct{} { return a.done }

// Stop ends all parts, within the grace of ten seconds, closes what New
// opened and tells what went wrong since Start.
func (a *App) Stop() error {
	if a.stop != nil {
		a.stop()
		<-a.done
	}
	return errors.Join(a.err, a.close())
}

func (a *App) close() error {
	var err error
	for i := len(a.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, a.closers[i]())
	}
	a.closers = nil
	return err
}

// OpenAPI gives the document that a controller of this version serves.
func OpenAPI(version string) ([]byte, error) {
	api, err := httpapi.New(httpapi.Config{Log: slog.New(slog.DiscardHandler), Now: time.Now, Random: rand.Reader, Version: version})
	if err != nil {
		return nil, err
	}
	return api.OpenAPI(), nil
}
