package watch_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

func holding(kind wire.LatchKind, ids ...string) func(*wire.Reported) {
	return func(r *wire.Reported) {
		for _, id := range ids {
			r.Trust.Latched = append(r.Trust.Latched, wire.Latched{ID: playliststest.ID(id), Kind: kind})
		}
	}
}

// down orders the media of a letter down.
func down(letter string) watch.Ordered {
	return watch.Ordered{Ref: *ref(2), Takedowns: map[playlists.ID]playlists.ID{playliststest.ID("down"): playliststest.ID(letter)}}
}

func TestJudgeUnderOrders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		want   *watch.Wanted
		orders watch.Ordered
		report *wire.Reported
		state  watch.State
		reason string
	}{
		"safe":                          {wanted("a"), watch.Ordered{}, with(showing("-"), holding(wire.LatchSafe, "call")), watch.Slate, "safe"},
		"safe, yet an item":             {wanted("a"), watch.Ordered{}, with(showing("a"), holding(wire.LatchSafe, "call")), watch.Wrong, "safe_not_shown"},
		"safe, no player":               {wanted("a"), watch.Ordered{}, with(with(showing("-"), holding(wire.LatchSafe, "call")), func(r *wire.Reported) { r.Showing.Kind = wire.ShowNothing }), watch.Wrong, "no_player"},
		"safe before anything":          {nil, watch.Ordered{}, with(showing("-"), holding(wire.LatchSafe, "call")), watch.Slate, "safe"},
		"a bulletin":                    {wanted("a"), watch.Ordered{}, with(showing("-"), holding(wire.LatchBulletin, "storm")), watch.Playing, "bulletin"},
		"what was taken down":           {wanted("a"), down("a"), showing("a"), watch.Wrong, "taken_down_shown"},
		"the slate in its slot":         {wanted("a"), down("a"), with(showing("-"), holding(wire.LatchTakedown, "down")), watch.Slate, ""},
		"another item in its slot":      {wanted("a"), down("a"), showing("b"), watch.Wrong, "nothing_due"},
		"the others of the rota":        {wanted("a"), down("b"), showing("a"), watch.Playing, ""},
		"unattended":                    {wanted("a"), watch.Ordered{}, with(showing("-"), func(r *wire.Reported) { r.Trust.Late = now.UnixMilli() }), watch.Wrong, "unattended"},
		"not unattended yet":            {wanted("a"), watch.Ordered{}, with(showing("-"), func(r *wire.Reported) { r.Trust.Late = now.Add(time.Hour).UnixMilli() }), watch.Wrong, "slate_instead"},
		"a takedown after it was shown": {wanted("ab"), down("b"), showing("a"), watch.Playing, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			heard := watch.Heard{Report: c.report, ReportedAt: now, SeenAt: now, Online: true}
			v := watch.Judge(c.want, c.orders, heard, now)
			reason := ""
			if v.Reason != nil {
				reason = v.Reason.Code
			}
			if v.State != c.state || reason != c.reason {
				t.Errorf("judged %s %q, want %s %q", v.State, reason, c.state, c.reason)
			}
		})
	}
}

// Each thing that people should know of a screen's trust is told by its own
// word, and only while it is so.
func TestNoticesOfTrust(t *testing.T) {
	t.Parallel()
	ordered := down("x")
	ordered.Charter = 3
	safe := watch.Ordered{Ref: *ref(2), Charter: 3, Safes: []playlists.ID{playliststest.ID("call")}}
	well := func(change func(*wire.Trusted)) *wire.Reported {
		return with(showing("-"), func(r *wire.Reported) {
			r.Trust = wire.Trusted{Starts: 7, Charter: 3, Orders: ref(2), Heard: now.UnixMilli(), Late: now.Add(30 * 24 * time.Hour).UnixMilli()}
			holding(wire.LatchTakedown, "down")(r)
			holding(wire.LatchSafe, "call")(r)
			change(&r.Trust)
		})
	}
	for name, c := range map[string]struct {
		orders watch.Ordered
		change func(*wire.Trusted)
		want   []string
	}{
		"all is well":             {ordered, func(*wire.Trusted) {}, nil},
		"nothing ordered":         {watch.Ordered{}, func(tr *wire.Trusted) { tr.Orders = nil }, nil},
		"a takedown not latched":  {ordered, func(tr *wire.Trusted) { tr.Latched, tr.Orders = nil, ref(1) }, []string{"takedown_pending"}},
		"the slate not latched":   {safe, func(tr *wire.Trusted) { tr.Latched = nil }, []string{"safe_pending"}},
		"an older set":            {ordered, func(tr *wire.Trusted) { tr.Orders = ref(1) }, []string{"orders_behind"}},
		"an older charter":        {ordered, func(tr *wire.Trusted) { tr.Charter = 2 }, []string{"charter_behind"}},
		"no word for too long":    {ordered, func(tr *wire.Trusted) { tr.Late = now.UnixMilli() }, []string{"unattended"}},
		"no word for nearly long": {ordered, func(tr *wire.Trusted) { tr.Late = now.Add(48 * time.Hour).UnixMilli() }, []string{"unattended_soon"}},
		"a late beacon":           {ordered, func(tr *wire.Trusted) { tr.Heard = now.Add(-2 * time.Hour).UnixMilli() }, []string{"beacon_late"}},
		"something was refused":   {ordered, func(tr *wire.Trusted) { tr.Refused = map[string]uint64{"forked": 2, "malformed": 1} }, []string{"refused"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := watch.NewBoard(titles{}, func() time.Time { return now }, slog.New(slog.DiscardHandler))
			s := screen("gate", "here")
			b.Set(s)
			b.Order(s.ID, c.orders)
			b.Hear(s.ID, watch.Heard{Report: well(c.change), ReportedAt: now, SeenAt: now, Online: true})
			v := alone(t, b)
			var got []string
			for _, p := range v.Problems {
				got = append(got, p.Code)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("noticed %v, want %v", got, c.want)
			}
			if v.Trust == nil || v.Trust.Charter.Wanted != c.orders.Charter {
				t.Errorf("trust is %+v", v.Trust)
			}
		})
	}
}

// An old disk shows by numbers that are lower than before, whichever it is,
// and is told of for days, though the screen soon holds the newest again.
func TestRestoredDiskIsNoticed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*wire.Reported){
		"starts":       func(r *wire.Reported) { r.Trust.Starts-- },
		"charter":      func(r *wire.Reported) { r.Trust.Charter-- },
		"orders":       func(r *wire.Reported) { r.Trust.Orders = ref(1) },
		"no orders":    func(r *wire.Reported) { r.Trust.Orders = nil },
		"programme":    func(r *wire.Reported) { r.Received = ref(4) },
		"older epoch":  func(r *wire.Reported) { r.Received = &wire.ProgrammeRef{Counter: 9} },
		"nothing left": func(r *wire.Reported) { r.Trust, r.Received = wire.Trusted{}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := now
			b := watch.NewBoard(titles{}, func() time.Time { return at }, slog.New(slog.DiscardHandler))
			s := screen("gate", "here")
			b.Set(s)
			hear := func(change func(*wire.Reported)) []string {
				report := with(showing("-"), func(r *wire.Reported) {
					r.Trust = wire.Trusted{Starts: 7, Charter: 3, Orders: ref(2)}
					change(r)
				})
				b.Hear(s.ID, watch.Heard{Report: report, ReportedAt: at, SeenAt: at, Online: true})
				var codes []string
				for _, p := range alone(t, b).Problems {
					codes = append(codes, p.Code)
				}
				return codes
			}
			same := func(*wire.Reported) {}
			if got := append(hear(same), hear(same)...); got != nil {
				t.Fatalf("before: %v", got)
			}
			if got := hear(change); !slices.Contains(got, "restored") {
				t.Errorf("the old disk is not noticed: %v", got)
			}
			if got := hear(same); !slices.Contains(got, "restored") {
				t.Errorf("forgotten at once: %v", got)
			}
			at = at.Add(8 * 24 * time.Hour)
			if got := hear(same); got != nil {
				t.Errorf("after a week: %v", got)
			}
		})
	}
}

// Somebody else who speaks in a screen's name ends its sessions, one after
// another, or speaks with a start of its own beside it. A line that breaks now
// and then, and an agent that starts anew, are neither.
func TestContestedSessionIsNoticed(t *testing.T) {
	t.Parallel()
	type said struct {
		boot    string
		session uint64
		after   time.Duration
	}
	one := func(n int, every time.Duration) (out []said) {
		for i := range n {
			out = append(out, said{"a", uint64(i + 1), every})
		}
		return out
	}
	for name, c := range map[string]struct {
		said []said
		want bool
	}{
		"one session":                 {[]said{{"a", 1, 0}, {"a", 1, time.Minute}, {"a", 1, time.Minute}}, false},
		"a line that breaks":          {one(6, 10*time.Second), false},
		"a line that breaks for ever": {one(40, 3*time.Minute), false},
		"six more sessions":           {one(7, 10*time.Second), true},
		"the agent starts anew":       {[]said{{"a", 1, 0}, {"b", 1, time.Second}, {"c", 1, time.Second}, {"d", 2, time.Second}, {"e", 1, time.Second}, {"f", 1, time.Second}, {"g", 1, time.Second}}, false},
		"two starts at once":          {[]said{{"a", 1, 0}, {"b", 1, time.Minute}, {"a", 2, time.Hour}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := now
			b := watch.NewBoard(titles{}, func() time.Time { return at }, slog.New(slog.DiscardHandler))
			s := screen("gate", "here")
			b.Set(s)
			noticed := func() bool {
				return slices.ContainsFunc(alone(t, b).Problems, func(p watch.ProblemView) bool { return p.Code == "session_contested" })
			}
			hear := func(x said) {
				at = at.Add(x.after)
				b.Hear(s.ID, watch.Heard{Report: showing("-"), ReportedAt: now, SeenAt: at, Online: x.session%2 == 0, Boot: x.boot, Session: x.session})
			}
			for i, x := range c.said {
				hear(x)
				if got := noticed(); got != (c.want && i == len(c.said)-1) {
					t.Fatalf("after report %d noticed %t", i+1, got)
				}
			}
			last := c.said[len(c.said)-1]
			last.after = contestedFor
			hear(last)
			if noticed() {
				t.Error("told of an hour after the last of it")
			}
		})
	}
}

const contestedFor = time.Hour
