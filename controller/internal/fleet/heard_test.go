package fleet_test

import (
	"testing"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

func report(boot string, session, seq uint64) *wire.Reported {
	return &wire.Reported{
		At: playliststest.Now.UnixMilli(), Boot: boot, Session: session, Seq: seq,
		Clock: wire.Clock{State: wire.ClockTrusted}, Showing: wire.Showing{Kind: wire.ShowSlate}, Problems: []wire.Problem{},
	}
}

func TestWhatIsHeardLast(t *testing.T) {
	t.Parallel()
	const (
		birth = iota
		death
		says
	)
	type message struct {
		kind         int
		boot         string
		session, seq uint64
		kept         bool
	}
	for name, c := range map[string]struct {
		messages []message
		online   bool
		seq      uint64 // of the report that counts
		seen     bool   // the last message proves that the screen is there
	}{
		"birth":                                  {[]message{{birth, "a", 1, 0, false}}, true, 0, true},
		"birth, report":                          {[]message{{birth, "a", 1, 0, false}, {says, "a", 1, 1, false}}, true, 1, true},
		"death":                                  {[]message{{birth, "a", 1, 0, false}, {death, "a", 1, 0, false}}, false, 0, false},
		"late will of the session before":        {[]message{{birth, "a", 2, 0, false}, {death, "a", 1, 0, false}}, true, 0, false},
		"late will of the boot before":           {[]message{{birth, "b", 1, 0, false}, {death, "a", 7, 0, false}}, true, 0, false},
		"will after a reconnect that was missed": {[]message{{says, "a", 1, 1, false}, {death, "a", 2, 0, false}}, false, 1, false},
		"a report proves a birth":                {[]message{{death, "a", 1, 0, false}, {says, "a", 2, 5, false}}, true, 5, true},
		"the same report again":                  {[]message{{says, "a", 1, 5, false}, {says, "a", 1, 5, false}}, true, 5, false},
		"an overtaken report":                    {[]message{{says, "a", 1, 5, false}, {says, "a", 1, 4, false}}, true, 5, false},
		"a new boot begins to count again":       {[]message{{says, "a", 1, 5, false}, {says, "b", 1, 1, false}}, true, 1, true},
		"a kept birth proves nothing":            {[]message{{birth, "a", 1, 0, true}}, false, 0, false},
		"a kept report is not now":               {[]message{{says, "a", 1, 1, true}}, false, 1, false},
		"a kept report never goes back":          {[]message{{says, "b", 1, 3, false}, {says, "a", 9, 9, true}}, true, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			screen := s.claim(s.open(7), "Cổng", s.cluster("Cầu Treo")).Screen.ID
			s.pass(time.Hour)
			for _, m := range c.messages {
				s.pass(time.Second)
				switch m.kind {
				case says:
					s.fleet.Reported(t.Context(), screen, report(m.boot, m.session, m.seq), s.clock(), m.kept)
				default:
					s.fleet.Status(t.Context(), screen, wire.Status{Online: m.kind == birth, Boot: m.boot, Session: m.session}, s.clock(), m.kept)
				}
			}
			h, ok := s.fleet.Heard(screen)
			seq := uint64(0)
			if h.Report != nil {
				seq = h.Report.Seq
			}
			if !ok || h.Online != c.online || seq != c.seq {
				t.Errorf("heard online %v, report %d, want %v, %d", h.Online, seq, c.online, c.seq)
			}
			if seen := h.SeenAt.Equal(s.clock()); seen != c.seen {
				t.Errorf("seen now: %v, want %v", seen, c.seen)
			}
		})
	}
}

func TestWhatIsHeardSurvivesARestart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	screen := s.claim(s.open(7), "Cổng", s.cluster("Cầu Treo")).Screen.ID
	r := report("a", 1, 1)
	r.Received, r.Playing = &wire.ProgrammeRef{Epoch: 1, Counter: 3}, &wire.ProgrammeRef{Epoch: 1, Counter: 2}
	s.fleet.Reported(t.Context(), screen, r, s.clock(), false)
	if err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.reopen()
	h := s.observer.heard[screen]
	if h.Report == nil || h.Report.Seq != 1 || !h.Online || h.Boot != "a" || !h.SeenAt.Equal(s.clock()) {
		t.Errorf("after the restart: %+v", h)
	}
	s.fleet.Status(t.Context(), ids("stranger"), wire.Status{Online: true}, s.clock(), false)
	s.fleet.Reported(t.Context(), ids("stranger"), r, s.clock(), false)
	if err := s.fleet.Flush(t.Context()); err != nil {
		t.Errorf("a stranger's words spoil the rest: %v", err)
	}
}

func TestStageOf(t *testing.T) {
	t.Parallel()
	want := wire.ProgrammeRef{Epoch: 1, Counter: 5}
	at := func(counter uint64) *wire.ProgrammeRef { return &wire.ProgrammeRef{Epoch: 1, Counter: counter} }
	for name, c := range map[string]struct {
		r    *wire.Reported
		want fleet.Stage
	}{
		"nothing heard":  {nil, fleet.Desired},
		"an older one":   {&wire.Reported{Received: at(4), Playing: at(4), Shown: at(4)}, fleet.Desired},
		"received":       {&wire.Reported{Received: at(5), Playing: at(4), Delivery: wire.Delivery{BytesTotal: 1}}, fleet.Received},
		"cached":         {&wire.Reported{Received: at(5), Playing: at(4)}, fleet.Cached},
		"scheduled":      {&wire.Reported{Received: at(5), Playing: at(5)}, fleet.Scheduled},
		"shown":          {&wire.Reported{Received: at(5), Playing: at(5), Shown: at(5)}, fleet.Shown},
		"overtaken":      {&wire.Reported{Received: at(7), Playing: at(6), Shown: at(6)}, fleet.Shown},
		"a newer epoch":  {&wire.Reported{Received: &wire.ProgrammeRef{Epoch: 2}, Playing: at(4)}, fleet.Received},
		"newer received": {&wire.Reported{Received: at(6), Playing: at(4)}, fleet.Received},
	} {
		if got := fleet.StageOf(want, c.r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
