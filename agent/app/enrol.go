package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"time"

	"cotmoc/agent/internal/enrol"
	"cotmoc/agent/internal/state"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists"
)

// Enrol pairs this PC without a player: show is called with each code. It gives
// the name of the screen that the PC has become.
func Enrol(ctx context.Context, cfg Config, version string, built time.Time, log *slog.Logger, show func(code string)) (name string, err error) {
	if err := cfg.Validate(); err != nil {
		return "", err
	}
	way, err := cfg.way(os.DirFS("/"), log)
	if err != nil {
		return "", err
	}
	if way.controller == "" {
		return "", playlists.Errorf(playlists.Invalid, "controller_missing", nil, "cannot enrol without a controller: name it with --controller https://host:8443")
	}
	store, err := state.Open(cfg.Data, log, time.Now)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	clock := trust.NewClock(clockSource(), store, built, log)
	var e *enrol.Enroller
	e, err = enrol.New(enrol.Options{
		Controller: way.controller, CAPin: way.pin, Facts: facts(version), Ticket: way.ticket, Marks: marks(), Store: store, Random: rand.Reader,
		Now: clock.Now, Log: log, Changed: func() {
			if code, enrolled := e.Code(); code != "" && !enrolled {
				show(code)
			}
		},
	})
	if err != nil {
		return "", err
	}
	en, err := e.Run(ctx)
	if err != nil {
		return "", err
	}
	return en.Name, nil
}
