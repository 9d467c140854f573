package watch_test

import (
	"testing"
	"time"

	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

var now = playliststest.Now

// digest gives the digest of a letter's bytes.
func digest(letter string) playlists.Digest { return playlists.DigestOf([]byte(letter)) }

// rota plays the letters in turn, ten seconds each from now on; "-" is the
// slate.
func rota(letters string) func(time.Time, func(playlists.ID) bool) watch.Due {
	const slot = 10 * time.Second
	return func(at time.Time, _ func(playlists.ID) bool) watch.Due {
		n := int(at.Sub(now.Add(-time.Hour)) / slot)
		start := now.Add(-time.Hour).Add(time.Duration(n) * slot)
		letter := string(letters[n%len(letters)])
		d := watch.Due{Playing: letter != "-", Start: start, End: start.Add(slot)}
		if d.Playing {
			d.Media, d.Rendition = playliststest.ID(letter), digest(letter)
		}
		return d
	}
}

func ref(counter uint64) *wire.ProgrammeRef { return &wire.ProgrammeRef{Epoch: 1, Counter: counter} }

func wanted(letters string) *watch.Wanted {
	return &watch.Wanted{Ref: *ref(5), IssuedAt: now.Add(-time.Minute), Due: rota(letters)}
}

// showing is a report of programme 5 that shows a letter.
func showing(letter string) *wire.Reported {
	r := &wire.Reported{
		At: now.UnixMilli(), Received: ref(5), Playing: ref(5), Shown: ref(5), Clock: wire.Clock{State: wire.ClockTrusted},
		Showing: wire.Showing{Kind: wire.ShowItem, Media: playliststest.ID(letter), Rendition: digest(letter), LastFrame: now.UnixMilli()},
	}
	if letter == "-" {
		r.Showing = wire.Showing{Kind: wire.ShowSlate, LastFrame: now.UnixMilli()}
	}
	return r
}

func with(r *wire.Reported, change func(*wire.Reported)) *wire.Reported {
	change(r)
	return r
}

func TestJudge(t *testing.T) {
	t.Parallel()
	fresh := func(r *wire.Reported) watch.Heard {
		return watch.Heard{Report: r, ReportedAt: now.Add(-time.Second), SeenAt: now.Add(-time.Second), Online: true}
	}
	aged := func(age time.Duration) watch.Heard {
		return watch.Heard{Report: showing("a"), ReportedAt: now.Add(-age), SeenAt: now.Add(-age), Online: true}
	}
	// An hour before now begins the rota, so at now slot 360 begins.
	for name, c := range map[string]struct {
		want   *watch.Wanted
		heard  watch.Heard
		at     time.Duration // after now
		state  watch.State
		reason string
		next   time.Duration // after now, -1: do not care
	}{
		"never heard":              {wanted("a"), watch.Heard{}, 0, watch.Never, "never_seen", -1},
		"plays what is due":        {wanted("ab"), fresh(showing("a")), time.Second, watch.Playing, "", 15 * time.Second},
		"one item for ever":        {wanted("a"), fresh(showing("a")), time.Second, watch.Playing, "", -1},
		"the item before, briefly": {wanted("ab"), fresh(showing("b")), 4 * time.Second, watch.Playing, "", 5 * time.Second},
		"the item before, too long": {
			wanted("ab"), fresh(showing("b")), 6 * time.Second, watch.Wrong, "other_item", -1,
		},
		"the item after, a moment early": {wanted("ab"), fresh(showing("b")), 9 * time.Second, watch.Playing, "", -1},
		"the item after, too early":      {wanted("abc"), fresh(showing("b")), 6 * time.Second, watch.Wrong, "other_item", -1},
		"the slate when nothing is due":  {wanted("-"), fresh(showing("-")), 0, watch.Slate, "", -1},
		"the slate while an item is due": {wanted("a"), fresh(showing("-")), 0, watch.Wrong, "slate_instead", -1},
		"an item when nothing is due":    {wanted("-"), fresh(showing("a")), 0, watch.Wrong, "nothing_due", -1},
		"something else":                 {wanted("a"), fresh(showing("x")), 0, watch.Wrong, "other_item", -1},
		"something else, clock lost": {
			wanted("a"), fresh(with(showing("x"), func(r *wire.Reported) { r.Clock.State = wire.ClockLost })), 0, watch.Wrong, "clock_lost", -1,
		},
		"what a visitor has opened": {
			wanted("a"), fresh(with(showing("x"), func(r *wire.Reported) { r.Showing.Touched = true })), 0, watch.Playing, "touched", -1,
		},
		"what a visitor may open": {
			wanted("a"), fresh(with(showing("-"), func(r *wire.Reported) { r.Showing.Kind, r.Showing.Touched = wire.ShowPages, true })), 0, watch.Playing, "touched", -1,
		},
		"what a visitor has opened of an old programme": {
			wanted("a"), fresh(with(showing("x"), func(r *wire.Reported) { r.Showing.Touched, r.Received, r.Playing = true, ref(4), ref(4) })), 0, watch.Behind, "not_received", -1,
		},
		"no player": {
			wanted("a"), fresh(with(showing("a"), func(r *wire.Reported) { r.Showing.Kind = wire.ShowNothing })), 0, watch.Wrong, "no_player", -1,
		},
		"a frozen page": {
			wanted("a"), fresh(with(showing("a"), func(r *wire.Reported) { r.Showing.LastFrame -= 25_000 })), 0, watch.Wrong, "no_frames", -1,
		},
		"not received": {
			wanted("a"), fresh(with(showing("a"), func(r *wire.Reported) { r.Received, r.Playing = ref(4), ref(4) })), 0, watch.Behind, "not_received", -1,
		},
		"another epoch": {
			wanted("a"), fresh(with(showing("a"), func(r *wire.Reported) {
				r.Playing = &wire.ProgrammeRef{Epoch: 0, Counter: 9}
				r.Received = r.Playing
			})), 0, watch.Behind, "not_received", -1,
		},
		"downloading": {
			wanted("a"), fresh(with(showing("a"), func(r *wire.Reported) { r.Playing, r.Delivery.BytesTotal = ref(4), 10 })), 0, watch.Behind, "downloading", -1,
		},
		"not switched": {
			wanted("a"), fresh(with(showing("a"), func(r *wire.Reported) { r.Playing = ref(4) })), 0, watch.Behind, "not_switched", -1,
		},
		"nothing published, slate":   {nil, fresh(showing("-")), 0, watch.Slate, "", -1},
		"nothing published, an item": {nil, fresh(showing("a")), 0, watch.Wrong, "nothing_published", -1},
		"just before late":           {wanted("a"), aged(45*time.Second - time.Millisecond), 0, watch.Playing, "", time.Millisecond},
		"late":                       {wanted("a"), aged(45 * time.Second), 0, watch.Late, "report_late", 15 * time.Second},
		"silent":                     {wanted("a"), aged(60 * time.Second), 0, watch.Offline, "silent", -1},
		"dead though it just reported": {
			wanted("a"), watch.Heard{Report: showing("a"), ReportedAt: now, SeenAt: now}, 0, watch.Offline, "connection_ended", -1,
		},
		"born, no report yet":  {wanted("a"), watch.Heard{SeenAt: now, Online: true}, time.Second, watch.Late, "no_report", 60 * time.Second},
		"born, never reported": {wanted("a"), watch.Heard{SeenAt: now, Online: true}, time.Minute, watch.Offline, "silent", -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := watch.Judge(c.want, watch.Ordered{}, c.heard, now.Add(c.at))
			reason := ""
			if v.Reason != nil {
				reason = v.Reason.Code
			}
			if v.State != c.state || reason != c.reason {
				t.Errorf("judged %s %q, want %s %q", v.State, reason, c.state, c.reason)
			}
			if c.next >= 0 && !v.Next.Equal(now.Add(c.next)) {
				t.Errorf("turns at %s, want %s after now", v.Next.Sub(now), c.next)
			}
		})
	}
}

// TestGreenNeedsTheDueItem goes through two rounds of a rota and holds that no
// report of another item than those due within the tolerance is ever green.
func TestGreenNeedsTheDueItem(t *testing.T) {
	t.Parallel()
	want := wanted("abc-")
	for ms := 0; ms < 80_000; ms += 250 {
		at := now.Add(time.Duration(ms) * time.Millisecond)
		for _, letter := range []string{"a", "b", "c", "-"} {
			r := showing(letter)
			v := watch.Judge(want, watch.Ordered{}, watch.Heard{Report: r, ReportedAt: at, SeenAt: at, Online: true}, at)
			good := false
			for d := -5 * time.Second; d <= 2*time.Second; d += 250 * time.Millisecond {
				due := want.Due(at.Add(d), nil)
				good = good || due.Playing && due.Rendition == r.Showing.Rendition || !due.Playing && letter == "-"
			}
			if green := v.State == watch.Playing || v.State == watch.Slate; green != good {
				t.Fatalf("at %d ms %q is judged %s, due nearby: %v", ms, letter, v.State, good)
			}
		}
	}
}

func TestPlannedIsWhatTheScreenResolves(t *testing.T) {
	t.Parallel()
	first := playliststest.Approved(t, "first", []byte("1"), playlists.Terms{})
	second := playliststest.Approved(t, "second", []byte("2"), playlists.Terms{})
	signed := playliststest.Programme(t, playliststest.Screen(), 1, schedule.Rule{}, false, first, second)
	accepted, err := programme.Verify(signed.Envelope, programme.Trust{Screen: signed.Programme.Screen, Keys: []programme.PublicKey{playliststest.PublicKey(1)}})
	if err != nil {
		t.Fatal(err)
	}
	loaded, _, err := programme.Load(accepted, programme.Grounds{}, func(d playlists.Digest) ([]byte, bool) { b, ok := signed.Objects[d]; return b, ok })
	if err != nil {
		t.Fatal(err)
	}
	due, err := watch.Planned(loaded)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[playlists.ID]bool{}
	for i := range 4 {
		d := due(now.Add(time.Duration(i)*10*time.Second), nil)
		seen[d.Media] = true
		if !d.Playing || d.End.Sub(d.Start) != 10*time.Second {
			t.Errorf("slot %d is %+v", i, d)
		}
	}
	if !seen[first.Media.ID] || !seen[second.Media.ID] {
		t.Errorf("due were %v", seen)
	}
	// One of several keeps its slot, whose slate others judge; an entry of which
	// all is gone gives way, here to nothing.
	for i := range 2 {
		at := now.Add(time.Duration(i) * 10 * time.Second)
		if d := due(at, func(m playlists.ID) bool { return m == first.Media.ID }); !d.Playing {
			t.Errorf("slot %d with one gone is %+v", i, d)
		}
		if d := due(at, func(playlists.ID) bool { return true }); d.Playing {
			t.Errorf("slot %d with all gone is %+v", i, d)
		}
	}
}
