// Package app puts an agent together from its parts and runs it: what connects
// to what, what works before the screen is anybody's, and how all of it stops.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync/atomic"
	"time"

	"cotmoc/agent/internal/assist"
	"cotmoc/agent/internal/cache"
	"cotmoc/agent/internal/enrol"
	"cotmoc/agent/internal/health"
	"cotmoc/agent/internal/kiosk"
	"cotmoc/agent/internal/player"
	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/proof"
	"cotmoc/agent/internal/screencheck"
	"cotmoc/agent/internal/state"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists"
	"cotmoc/playlists/rungroup"
	"cotmoc/playlists/wire"
)

const (
	// stopGrace is how long the parts may take to stop.
	stopGrace = 8 * time.Second
	// screenGrace is within it: the session's parts stop inside one of them.
	screenGrace = 5 * time.Second
	// diskReserve stays free for the rest of the system.
	diskReserve = 64 << 20
)

// App is an agent. New opens it, Start runs it, Stop ends it.
type App struct {
	cfg     Config
	version string
	boot    string
	log     *slog.Logger
	random  io.Reader

	source   trust.Source
	store    *state.Store
	clock    *trust.Clock
	cache    *cache.Cache
	problems *health.Problems
	enroller *enrol.Enroller
	plays    *proof.Log
	playout  *playout.Playout
	player   *player.Server
	watchdog *player.Watchdog
	kiosk    *kiosk.Supervisor    // nil when the browser is not ours
	check    *screencheck.Checker // nil likewise
	listener net.Listener
	tail     *assist.Tail
	again    chan struct{} // somebody wants the agent started again
	changed  *bell
	screen   atomic.Pointer[screen] // nil until enrolled

	restarting chan struct{} // a release is there to be tried

	group *rungroup.Group
	stop  context.CancelFunc
	done  chan struct{}
	err   error // of the parts, once done is closed
}

// New opens the data folder, begins to listen for the player's browser and
// restores what the screen was playing. What a failed New has opened is closed
// again. built is when this program was made: no clock is before it.
func New(cfg Config, version string, built time.Time, log *slog.Logger) (*App, error) {
	return open(cfg, version, built, clockSource(), log)
}

func open(cfg Config, version string, built time.Time, source trust.Source, log *slog.Logger) (*App, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	tail := &assist.Tail{}
	log = tail.Logger(log)
	a := &App{cfg: cfg, version: version, log: log, tail: tail, again: make(chan struct{}, 1), random: rand.Reader, source: source, changed: newBell(), restarting: make(chan struct{}, 1), done: make(chan struct{})}
	for _, open := range []func(time.Time) error{a.openState, a.openIdentity, a.openPlayer, a.openKiosk} {
		if err := open(built); err != nil {
			return nil, errors.Join(err, a.close())
		}
	}
	a.group = rungroup.New(log, stopGrace)
	a.group.Add("player", func(ctx context.Context) error { return a.player.Run(ctx, a.listener) })
	a.group.Add("playout", a.playout.Run)
	a.group.Add("player watchdog", a.watchdog.Run)
	a.group.Add("clock floor", a.keepFloor)
	a.group.Add("service watchdog", a.beatService)
	a.group.Add("screen", a.live)
	a.group.Add("restart", a.awaitRestart)
	if a.kiosk != nil {
		a.group.Add("kiosk", a.kiosk.Run)
		a.group.Add("screen check", a.check.Run)
	}
	return a, nil
}

// openState opens what is kept and what judges it.
func (a *App) openState(built time.Time) error {
	boot, err := playlists.NewID(a.random)
	if err != nil {
		return err
	}
	a.boot = string(boot)
	if a.store, err = state.Open(a.cfg.Data, a.log, time.Now); err != nil {
		return err
	}
	a.clock = trust.NewClock(a.source, a.store, built, a.log)
	now := func() time.Time { at, _ := a.clock.Now(); return at }
	a.problems = health.NewProblems(now, a.notify)
	if !a.store.Lasting() {
		a.problems.Set("state", "state_not_kept", "the disk cannot be written: what the screen learns is forgotten at the next start")
	}
	if name := a.store.SetAside(); name != "" {
		a.problems.Set("database", "database_damaged", "the database was damaged; it was set aside as "+name+" and built anew")
	}
	a.cache, err = cache.New(cache.Options{
		Dir: a.cfg.cacheDir(), Space: a.space, Reserve: diskReserve, Now: now, Log: a.log,
	}, a.cacheChanged)
	return err
}

func (a *App) space() (free, total int64, err error) { return health.Space(a.cfg.Data) }

// openIdentity finds out whose screen this is.
func (a *App) openIdentity(time.Time) error {
	var sticks fs.FS = os.DirFS("/")
	if _, known := a.store.Document(state.Identity, func([]byte) error { return nil }); known {
		sticks = nothingMounted{} // it is a screen already
	}
	way, err := a.cfg.way(sticks, a.log)
	if err != nil {
		return err
	}
	a.enroller, err = enrol.New(enrol.Options{
		Controller: way.controller, CAPin: way.pin, Facts: facts(a.version), Ticket: way.ticket, Marks: marks(), Store: a.store,
		Random: a.random, Now: a.clock.Now, Log: a.log, Changed: a.notify,
	})
	if err != nil {
		return err
	}
	a.plays = proof.New(a.store, a.sendPlays, a.problems, a.log)
	if en := a.enroller.Enrolled(); en != nil {
		return a.openScreen(en)
	}
	if way.controller == "" {
		return playlists.Errorf(playlists.Invalid, "not_enrolled", nil, "cannot start: this screen is not enrolled yet; name its controller with --controller https://host:8443, or plug in a stick with a ticket")
	}
	return nil
}

// openPlayer makes what the browser sees.
func (a *App) openPlayer(time.Time) error {
	var err error
	a.playout = playout.New(playout.Options{
		Programmes: programmes{a}, Ready: a.cache, Clock: a.clock, Rulings: programmes{a}, Enrolment: a.enroller, Recorder: a.plays, Touch: a.touched,
		Monotonic: time.Now, Random: a.random, Log: a.log,
	})
	a.player, err = player.New(player.Options{Playout: a.playout, Ready: a.cache, Status: func() any { return a.Status() }, PIN: a.enterPIN, Log: a.log})
	if err != nil {
		return err
	}
	a.watchdog = &player.Watchdog{
		LastFrame: a.playout.LastFrame, Reload: a.player.Reload, Monotonic: time.Now,
		Wall: func() time.Time { at, _ := a.clock.Now(); return at }, Resting: a.resting, Log: a.log,
	}
	if a.listener, err = net.Listen("tcp", a.cfg.PlayerListen); err != nil {
		return fmt.Errorf("cannot serve the player on %s: %w; is another agent running?", a.cfg.PlayerListen, err)
	}
	return nil
}

// resting tells that the display is off by the screen's hours.
func (a *App) resting() bool {
	s := a.screen.Load()
	return s != nil && s.hours.Resting()
}

// PlayerURL is the address of the screen's page.
func (a *App) PlayerURL() string { return "http://" + a.listener.Addr().String() + "/" }

// notify tells the page, and the controller by a report, that something has
// changed.
func (a *App) notify() {
	a.changed.ring()
	if s := a.screen.Load(); s != nil {
		s.reporter.Kick()
	}
}

// cacheChanged has everything looked at anew that bytes and trust decide.
func (a *App) cacheChanged() {
	a.notify()
	if s := a.screen.Load(); s != nil {
		s.sync.Kick()
		s.updater.Kick() // the charter may name other release keys
	}
}

// live pairs the screen if need be, and then keeps its session.
func (a *App) live(ctx context.Context) error {
	en, err := a.enroller.Run(ctx)
	if err != nil {
		return err
	}
	if a.screen.Load() == nil {
		if err := a.openScreen(en); err != nil {
			return err
		}
		a.notify()
	}
	return a.screen.Load().run(ctx)
}

// keepFloor saves the clock's floor now and then, and at the end.
func (a *App) keepFloor(ctx context.Context) error {
	tick := time.NewTicker(trust.SaveEvery)
	defer tick.Stop()
	for {
		a.clock.Save()
		select {
		case <-ctx.Done():
			a.clock.Save()
			return nil
		case <-tick.C:
		}
	}
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

// Stop ends all parts within ten seconds, closes what New opened and tells
// what went wrong since Start.
func (a *App) Stop() error {
	if a.stop != nil {
		a.stop()
		<-a.done
	}
	return errors.Join(a.err, a.close())
}

func (a *App) close() error {
	var err error
	if a.listener != nil {
		if err = a.listener.Close(); errors.Is(err, net.ErrClosed) {
			err = nil
		}
	}
	if s := a.screen.Load(); s != nil {
		s.source.Close()
	}
	if a.store != nil {
		err = errors.Join(err, a.store.Close())
	}
	return err
}

func (a *App) sendPlays(e wire.Event) error {
	s := a.screen.Load()
	if s == nil {
		return errors.New("cannot hand plays over: the screen is not enrolled")
	}
	return s.link.Event(e)
}
