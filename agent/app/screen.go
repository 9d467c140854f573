package app

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"cotmoc/agent/internal/assist"
	"cotmoc/agent/internal/display"
	"cotmoc/agent/internal/enrol"
	"cotmoc/agent/internal/health"
	"cotmoc/agent/internal/hours"
	"cotmoc/agent/internal/link"
	"cotmoc/agent/internal/player"
	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/sync"
	"cotmoc/agent/internal/tool"
	"cotmoc/agent/internal/trust"
	"cotmoc/agent/internal/update"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/rungroup"
	"cotmoc/playlists/wire"
)

// screen is what an enrolled PC has besides its player.
type screen struct {
	a        *App
	en       *enrol.Enrolled
	source   *sync.Controller
	keeper   *trust.Keeper
	sync     *sync.Sync
	link     *link.Link
	reporter *link.Reporter
	hours    *hours.Hours
	assist   *assist.Assistant
	updater  *update.Updater
	met      chan struct{} // the session is there: facts may be told
	heard    chan struct{} // the session is there: a beacon may be asked for
	renewal  enrol.Renewal
	site     *site
	seq      uint64 // of reports; the reporter's alone
}

// openScreen restores the screen's programme and prepares its session.
func (a *App) openScreen(en *enrol.Enrolled) error {
	pinned, err := trust.Pinned(&en.Identity, en.Key, a.clock.Now)
	if err != nil {
		return err
	}
	// The certificate of today, not of when the session was opened.
	pinned.Certificates, pinned.GetClientCertificate = nil, a.enroller.Certificate
	base := en.Controller
	if a.cfg.Controller != "" {
		base = a.cfg.Controller
	}
	s := &screen{a: a, en: en, source: sync.NewController(base, pinned.Clone()), heard: make(chan struct{}, 1), met: make(chan struct{}, 1)}
	s.keeper, err = trust.New(trust.Options{
		Screen: en.Screen, Cluster: en.Cluster, Keys: en.ProgrammeKeys, Charter: en.Charter, Store: a.store, Clock: a.clock,
		Problems: a.problems, Newest: s.newest, Random: a.random, Mono: time.Now, Log: a.log, Changed: a.cacheChanged,
	})
	if err != nil {
		return err
	}
	s.hours = hours.New(hours.Options{
		Settings: s.keeper.Settings, Waking: func() bool { return s.keeper.Ruling().Bulletin != nil }, Changed: a.changed.Changed,
		Power: switchable{display.New(tool.System())}, Now: a.clock.Now, Problems: a.problems, Log: a.log, Rested: a.notify,
	})
	s.renewal = enrol.Renewal{Controller: base, TLS: pinned.Clone(), Connected: func() bool { return s.link.Open() }}
	s.reporter = link.NewReporter(s.report, func(r wire.Reported) error { return s.link.Report(r) }, a.log)
	s.sync = sync.New(sync.Options{
		Screen: en.Screen, Trust: s.keeper, Documents: a.store, Cache: a.cache, Source: s.source,
		Clock: a.clock, Problems: a.problems, Now: time.Now, Log: a.log, Changed: a.notify,
	})
	s.openUpdater()
	s.assist = assist.New(a.assistance(s))
	s.link = link.New(link.Options{
		URL: en.MQTTURL, WebSocket: webSocket(base), Screen: en.Screen, Boot: a.boot, TLS: pinned, Log: a.log,
		Programme: s.sync.Offer, Charters: s.keeper.OfferChain, Orders: s.keeper.OfferOrders, Beacon: s.keeper.OfferBeacon,
		Settings: s.keeper.OfferSettings, Command: s.assist.Offer, Release: s.updater.Offer, Roster: s.offerRoster,
		Ack: a.plays.Ack, Changed: s.linkChanged,
	})
	if s.site, err = openSite(s); err != nil {
		return err
	}
	a.screen.Store(s)
	return nil
}

// webSocket is where MQTT is spoken through the port that bytes come from.
func webSocket(base string) string {
	rest, ok := strings.CutPrefix(strings.TrimSuffix(base, "/"), "https://")
	if !ok {
		return ""
	}
	return "wss://" + rest + wire.PathMQTT
}

// run keeps the session until ctx ends.
func (s *screen) run(ctx context.Context) error {
	g := rungroup.New(s.a.log, screenGrace)
	g.Add("sync", s.sync.Run)
	g.Add("verify", s.sync.Verify)
	g.Add("link", s.link.Run)
	g.Add("charters", func(ctx context.Context) error { return s.keeper.FollowChain(ctx, s.source) })
	g.Add("contact", s.keeper.KeepContact)
	g.Add("beacons", func(ctx context.Context) error { return s.keeper.AskForBeacons(ctx, s.heard, s.link.Ask) })
	g.Add("facts", s.facts)
	g.Add("hours", s.hours.Run)
	g.Add("reports", s.reporter.Run)
	g.Add("report changes", s.watchPlayout)
	g.Add("plays", s.a.plays.Run)
	g.Add("certificate", func(ctx context.Context) error { return s.a.enroller.KeepCertificate(ctx, s.renewal) })
	g.Add("telemetry", s.telemetry)
	g.Add("assistance", s.assist.Run)
	g.Add("release", s.updater.Run)
	s.site.add(g)
	return g.Run(ctx)
}

// linkChanged has everything that waited for the session look again.
func (s *screen) linkChanged() {
	if s.link.Refused() {
		s.a.problems.Set("link", "broker_refuses", "the broker does not let this screen listen: is it still enrolled?")
	} else {
		s.a.problems.Clear("link")
	}
	if s.link.Open() {
		s.sync.Kick()
		s.updater.Kick()
		s.a.plays.Kick()
		s.reporter.Kick()
		s.assist.Kick()
		s.site.announceNow()
		for _, c := range []chan struct{}{s.heard, s.met} {
			select {
			case c <- struct{}{}:
			default: // it is asked already
			}
		}
	}
}

// newest names the newest accepted programme.
func (s *screen) newest() wire.ProgrammeRef {
	if n := s.sync.Newest(); n != nil {
		return *refOf(n)
	}
	return wire.ProgrammeRef{}
}

// watchPlayout reports what the page has confirmed.
func (s *screen) watchPlayout(ctx context.Context) error {
	for {
		changed := s.a.playout.Changed()
		s.reporter.Kick()
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// firstTelemetry is how soon after its start an agent sends facts, or twice that.
const firstTelemetry = 10 * time.Second

func (s *screen) telemetry(ctx context.Context) error {
	// The first facts come soon: they say whether the PC was without power.
	wait := firstTelemetry + rand.N(firstTelemetry)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		wait = health.TelemetryEvery*9/10 + rand.N(health.TelemetryEvery/5)
		if err := s.link.Telemetry(health.Machine(ctx, s.a.boot)); err != nil {
			s.a.log.Debug("cannot send telemetry", "error", err)
		}
	}
}

// report makes the next report.
func (s *screen) report() wire.Reported {
	s.seq++
	r := s.a.reported()
	r.Seq = s.seq
	return r
}

// enterPIN tries a PIN that somebody has entered on the player page.
func (a *App) enterPIN(pin string) player.PINAnswer {
	s := a.screen.Load()
	if s == nil {
		return player.PINAnswer{}
	}
	r, err := s.keeper.EnterPIN(trust.AtTheScreen, pin)
	if err != nil {
		a.log.Warn("cannot take a PIN", "error", err)
		return player.PINAnswer{}
	}
	return player.PINAnswer{Right: r.Right, Left: r.Left, WaitS: int(r.Wait.Seconds() + 0.5)}
}

// programmes gives the playout what the screen holds; nothing before it is
// enrolled.
type programmes struct{ a *App }

func (p programmes) Current() *programme.Loaded {
	if s := p.a.screen.Load(); s != nil {
		return s.sync.Current()
	}
	return nil
}

func (p programmes) Newest() *programme.Accepted {
	if s := p.a.screen.Load(); s != nil {
		return s.sync.Newest()
	}
	return nil
}

func (p programmes) Changed() <-chan struct{} { return p.a.changed.Changed() }

// Ruling gives what stands above the programme; nothing before the screen is
// enrolled.
func (p programmes) Ruling() playout.Ruling {
	s := p.a.screen.Load()
	if s == nil {
		return playout.Ruling{}
	}
	r := s.keeper.Ruling()
	return playout.Ruling{Safe: r.Safe, Bulletin: r.Bulletin, Forbids: r.Forbids}
}
