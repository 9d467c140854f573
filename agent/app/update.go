package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/agent/internal/update"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Launching is what the launcher of releases needs beside the configuration.
type Launching struct {
	// A program on trial shows its picture within Time, and for Steady.
	Time, Steady time.Duration
}

// DefaultLaunching is how long trials are in service.
func DefaultLaunching() Launching {
	return Launching{Time: update.DefaultTrialTime, Steady: update.DefaultTrialSteady}
}

// Launch runs the release that is to run in place of this program, if there is
// one; ended tells that it has run and ended. version is this program's.
func Launch(ctx context.Context, cfg Config, l Launching, version string, log *slog.Logger) (ended bool, err error) {
	if err := cfg.Validate(); err != nil {
		return false, err
	}
	return update.Launch(ctx, update.LaunchOptions{
		Folder: releases(cfg, func() *programme.HeldCharter { return chartered(cfg.Data) }), Own: ownVersion(version),
		Status: "http://" + cfg.PlayerListen + "/status", Time: l.Time, Steady: l.Steady, Log: log,
	})
}

// chartered reads the newest charter from its file; the state is for the agent
// that is begun to open.
func chartered(data string) *programme.HeldCharter {
	b, err := state.ReadFile(data, state.Charter)
	if err != nil {
		return nil
	}
	held, err := programme.FirstCharter(b)
	if err != nil {
		return nil
	}
	return held
}

func releases(cfg Config, charter func() *programme.HeldCharter) *update.Folder {
	return &update.Folder{Dir: filepath.Join(cfg.Data, "releases"), Disk: update.OSDisk{}, Charter: charter}
}

// ownVersion is what a release calls itself, "" for a build that is none.
func ownVersion(version string) programme.Version {
	if v := programme.Version(version); v.Validate() == nil {
		return v
	}
	return ""
}

// openUpdater makes what keeps the screen's program new.
func (s *screen) openUpdater() {
	a := s.a
	launched := a.cfg.Launched
	if launched.Slot == update.Installed {
		launched.Installed = ownVersion(a.version)
	}
	s.updater = update.New(update.Options{
		Screen: s.en.Screen, Folder: releases(a.cfg, func() *programme.HeldCharter { return s.keeper.Documents().Charter }),
		Launched: launched, Own: ownVersion(a.version), Trust: s.keeper, Documents: a.store, Source: s.source, Problems: a.problems,
		Now:     func() time.Time { at, _ := a.clock.Now(); return at },
		Picture: a.picture, Restart: a.relaunch, Log: a.log, Changed: a.notify,
	})
}

// picture tells whether something that was signed is on glass.
func (a *App) picture() bool {
	s := a.playout.Status().Showing
	return update.IsPicture(s.Kind, string(s.Rendition))
}

// relaunch asks whoever runs the agent to stop it and to look at what to run.
func (a *App) relaunch() {
	select {
	case a.restarting <- struct{}{}:
	default: // asked already
	}
}

// Restarting tells when the agent wants to be begun anew by its launcher.
func (a *App) Restarting() <-chan struct{} { return a.restarting }

// TakeOver has the launcher look at what to run, in this process; it returns
// only when that fails. A program on trial ends with RestartCode instead.
func TakeOver(l update.Launched) error { return update.TakeOver(l) }

// RestartCode is what a program on trial ends with to be begun anew.
const RestartCode = update.RestartCode

// Launched tells how this program was begun, false when it is the launcher.
func Launched() (update.Launched, bool) { return update.FromEnvironment() }

func (s *screen) update() *wire.Update {
	st := s.updater.Status()
	return &st
}
