package player_test

import (
	"slices"
	"testing"
	"time"

	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest/glass"
	"cotmoc/playlists/wire"
)

// TestNoBlackFrame plays a hundred changes between images and videos, cuts and
// fades, and looks at every frame that the compositor made.
func TestNoBlackFrame(t *testing.T) {
	t.Parallel()
	const changes = 100
	palette := glass.Palette()
	var parts []playouttest.Part
	for i, c := range palette[:6] {
		p := playouttest.Part{Word: c.Name, Duration: time.Second, Transition: playlists.Cut}
		if i%2 == 0 {
			p.Bytes = still(t, c)
		} else {
			p.Bytes, p.MIME = film(t, c, 1200*time.Millisecond), "video/mp4"
		}
		if c.Name == "yellow" || c.Name == "magenta" {
			p.Transition = playlists.Fade
		}
		if c.Name == "cyan" {
			p.Bytes = film(t, c, 400*time.Millisecond) // goes round in its slot
		}
		parts = append(parts, p)
	}
	slate := playouttest.Part{Word: "slate", Bytes: still(t, palette[6])}
	s := newScreen(t, func(d *playouttest.Desk) {
		d.Hold(playouttest.Programme(t, 1, &slate, nil, playouttest.Entry{Word: "loop", Parts: parts}))
	})
	waitFor(t, "the first item to be over, and the fade with it", func() bool { return len(s.Plays()) > 0 && s.Plays()[0].Entry != "" })

	var starts []time.Time
	var want []int
	readings := s.record(t, func() {
		for len(starts) <= changes {
			changed := s.playout.Changed()
			slot := s.playout.View().Slots[0]
			if n := len(starts); n == 0 || !starts[n-1].Equal(slot.Start) {
				starts = append(starts, slot.Start)
				want = append(want, slices.IndexFunc(parts, func(p playouttest.Part) bool { return playlists.DigestOf(p.Bytes) == slot.Picture.Rendition }))
			}
			<-changed
		}
	})

	black, foreign := 0, 0
	for i, r := range readings {
		if r.Black {
			black++
		}
		if r.Foreign() || slices.Max(r.Colours) >= len(parts) {
			foreign++
			t.Logf("frame %d at %s: %+v", i, r.At, r)
		}
	}
	var gaps []time.Duration
	for i := 1; i < changes; i++ {
		k := slices.IndexFunc(readings, func(r glass.Reading) bool {
			return r.At.After(starts[i].Add(-100*time.Millisecond)) && r.At.Before(starts[i+1].Add(time.Second)) && slices.Contains(r.Colours, want[i])
		})
		if k < 0 {
			t.Errorf("change %d: no frame shows %s", i, palette[want[i]].Name)
			continue
		}
		if parts[want[i]].Transition == playlists.Fade {
			continue // its beginning cannot be told from what it covers
		}
		gaps = append(gaps, readings[k].At.Sub(starts[i]).Abs())
	}
	slices.Sort(gaps)
	if black > 0 || foreign > 0 || len(readings) < 10*changes {
		t.Errorf("%d frames captured, %d black, %d foreign; want none of these in at least %d", len(readings), black, foreign, 10*changes)
	}
	t.Logf("changes %d, frames %d, black %d, foreign %d, gap of cuts p50 %s p99 %s", changes, len(readings), black, foreign, gaps[len(gaps)/2], gaps[len(gaps)*99/100])
	wholeRecord(t, s.Plays(), parts, changes)
}

// wholeRecord holds the plays to what happened, however busy the machine was: a
// late frame makes one play longer and the next one shorter, but none is twice
// or cut short, and each begins as the one before it ends. One in ten may be
// missing: that it was seen was not confirmed before the next one came.
func wholeRecord(t *testing.T, plays []wire.Play, parts []playouttest.Part, changes int) {
	t.Helper()
	first := slices.IndexFunc(plays, func(p wire.Play) bool { return p.Entry != "" })
	plays = plays[first+1:] // the first one joined its slot late
	if len(plays) < changes*9/10 {
		t.Fatalf("%d plays of %d changes were recorded", len(plays), changes)
	}
	of := func(p wire.Play) int {
		return slices.IndexFunc(parts, func(q playouttest.Part) bool { return playlists.DigestOf(q.Bytes) == p.Rendition })
	}
	var shown int64
	missing := 0
	for i, p := range plays {
		shown += p.DurationMS
		if !p.Complete {
			t.Errorf("play %d of %s is not complete after %d ms", i, p.Media, p.DurationMS)
		}
		if i == 0 {
			continue
		}
		before := plays[i-1]
		step := (of(p) - of(before) + len(parts)) % len(parts)
		if missing += step - 1; step == 0 {
			t.Errorf("play %d of %s is there twice", i, p.Media)
		}
		if hole := p.StartedAt - before.StartedAt - before.DurationMS; hole < -2 || hole > 2 { // two clocks, in milliseconds
			t.Errorf("between play %d of %s and the one before it are %d ms", i, p.Media, hole)
		}
	}
	// Only the ends of the first and the last count: the machine may be late there.
	if off := shown - 1000*int64(len(plays)+missing); off < -2000 || off > 2000 {
		t.Errorf("%d plays of a second each, and %d that are missing, took %d ms", len(plays), missing, shown)
	}
	if missing > changes/10 {
		t.Errorf("%d of about %d plays are missing", missing, changes)
	}
	t.Logf("%d plays, all complete; %d are missing", len(plays), missing)
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
