package app

import (
	"context"
	"math/rand/v2"
	"time"

	"cotmoc/agent/internal/enrol"
	"cotmoc/agent/internal/health"
	"cotmoc/agent/internal/link"
	"cotmoc/agent/internal/sync"
	"cotmoc/agent/internal/trust"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/rungroup"
	"cotmoc/playlists/wire"
)

// screen is what an enrolled PC has besides its player.
type screen struct {
	a        *App
	en       *enrol.Enrolled
	source   *sync.Controller
	sync     *sync.Sync
	link     *link.Link
	reporter *link.Reporter
	seq      uint64 // of reports; the reporter's alone
}

// openScreen restores the screen's programme and prepares its session.
func (a *App) openScreen(en *enrol.Enrolled) error {
	pinned, err := trust.Pinned(&en.Identity, en.Key, a.clock.Now)
	if err != nil {
		return err
	}
	base := en.Controller
	if a.cfg.Controller != "" {
		base = a.cfg.Controller
	}
	s := &screen{a: a, en: en, source: sync.NewController(base, pinned.Clone())}
	s.reporter = link.NewReporter(s.report, func(r wire.Reported) error { return s.link.Report(r) }, a.log)
	s.sync = sync.New(sync.Options{
		Screen: en.Screen, Keys: en.ProgrammeKeys, Documents: a.store, Cache: a.cache, Source: s.source,
		Clock: a.clock, Problems: a.problems, Now: time.Now, Log: a.log, Changed: a.notify,
	})
	s.link = link.New(link.Options{
		URL: en.MQTTURL, Screen: en.Screen, Boot: a.boot, TLS: pinned, Log: a.log,
		Programme: s.sync.Offer, Ack: a.plays.Ack, Changed: s.linkChanged,
	})
	a.screen.Store(s)
	return nil
}

// run keeps the session until ctx ends.
func (s *screen) run(ctx context.Context) error {
	g := rungroup.New(s.a.log, screenGrace)
	g.Add("sync", s.sync.Run)
	g.Add("verify", s.sync.Verify)
	g.Add("link", s.link.Run)
	g.Add("reports", s.reporter.Run)
	g.Add("report changes", s.watchPlayout)
	g.Add("plays", s.a.plays.Run)
	g.Add("telemetry", s.telemetry)
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
		s.a.plays.Kick()
		s.reporter.Kick()
	}
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

func (s *screen) telemetry(ctx context.Context) error {
	for {
		wait := health.TelemetryEvery*9/10 + rand.N(health.TelemetryEvery/5)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
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
