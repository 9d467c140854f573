package player_test

import (
	"slices"
	"testing"
	"time"

	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest/glass"
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
	complete := 0
	for _, p := range s.Plays() {
		if p.Complete && p.DurationMS > 900 && p.DurationMS < 1100 {
			complete++
		}
	}
	if complete < changes*9/10 {
		t.Errorf("%d of about %d plays were recorded as complete", complete, changes)
	}
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
