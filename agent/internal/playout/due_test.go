package playout_test

import (
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// above is an entry over the base loop.
func above(parts ...playouttest.Part) playouttest.Entry {
	return playouttest.Entry{Word: "above", Priority: 5, Parts: parts}
}

func valid(word string, d, from, until time.Duration) playouttest.Part {
	p := part(word, d)
	if from != 0 {
		p.Terms.ValidFrom = playliststest.Now.Add(from)
	}
	if until != 0 {
		p.Terms.ValidUntil = playliststest.Now.Add(until)
	}
	return p
}

// goTo sleeps until an offset from the fixtures' time.
func (s *stage) goTo(d time.Duration) {
	s.t.Helper()
	s.sleep(playliststest.Now.Add(d).Sub(s.p.Now()))
}

// atFixtures starts the stage at the fixtures' time.
func atFixtures(d *playouttest.Desk) { d.SetClock(time.Until(playliststest.Now), wire.ClockTrusted) }

// Clocks that differ a little must not put the slate between the lower loop and
// an item of the higher entry: the lower one goes on, in one piece, until the
// item may begin, and takes over where it may not be shown any more.
func TestHigherEntryInDoubtGivesWay(t *testing.T) {
	for name, doubt := range map[string][2]time.Duration{
		"clocks agree": {0, 0}, "the answer's way": {-20 * time.Millisecond, 20 * time.Millisecond}, "seconds": {-2500 * time.Millisecond, 1300 * time.Millisecond}, "longer than an item": {-70 * time.Second, 40 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(d *playouttest.Desk) {
				atFixtures(d)
				d.SetDoubt(doubt[0], doubt[1])
				d.Hold(one(1, slate(), base(part("a", 10*time.Second), part("b", 7*time.Second)), above(valid("v", 15*time.Second, 5*time.Minute, 10*time.Minute)))(t))
			}, func(s *stage) {
				up := func(d time.Duration) time.Duration { return (d + 99*time.Millisecond).Truncate(100 * time.Millisecond) }
				begins, ends := 5*time.Minute+up(-doubt[0]), 10*time.Minute-up(doubt[1])
				low := func(when string) {
					t.Helper()
					if v := s.p.View(); v.Slots[0].Kind != playout.Item || v.Slots[0].Picture.Media == playliststest.ID("v") {
						t.Fatalf("%s it shows %+v", when, v.Slots[0])
					}
				}
				for at := 290 * time.Second; at < begins; at += 500 * time.Millisecond {
					s.goTo(at)
					low("before the item may begin")
					v := s.p.View()
					if v.Slots[0].Key == v.Slots[1].Key || !v.Slots[1].From.Equal(v.Slots[0].End) {
						t.Fatalf("announces %+v after %+v", v.Slots[1], v.Slots[0])
					}
				}
				s.goTo(begins - time.Millisecond)
				low("a moment before the item may begin")
				if next := s.p.View().Slots[1]; next.Picture.Media != playliststest.ID("v") || !next.From.Equal(playliststest.Now.Add(begins)) {
					t.Fatalf("announces %+v", next)
				}
				s.goTo(begins)
				s.want(playout.Item, "v")
				if into := s.p.View().Slots[0].Start.Sub(playliststest.Now.Add(5*time.Minute)) % (15 * time.Second); into != 0 {
					t.Fatalf("the loop is %s out of step with the other screens", into)
				}
				s.goTo(ends - time.Millisecond)
				s.want(playout.Item, "v")
				s.goTo(ends)
				low("when the item may have ended")
				s.goTo(10*time.Minute + time.Millisecond)
				low("after the item's end")
			})
		})
	}
}

// What nobody may show hides nothing; what has only not come yet keeps its
// place.
func TestEntryOfWhichNothingMayShowGivesWay(t *testing.T) {
	v, w := part("v", 10*time.Second), part("w", 10*time.Second)
	inBubble(t, func(d *playouttest.Desk) {
		atFixtures(d)
		d.Hold(one(1, slate(), base(part("a", 10*time.Second)), above(v, w))(t))
	}, func(s *stage) {
		taken := map[playlists.ID]bool{playliststest.ID("v"): true}
		rule := playout.Ruling{Forbids: func(m playlists.ID, _ playlists.Digest) bool { return taken[m] }}
		s.Rule(rule)
		synctest.Wait()
		seen := map[string]bool{}
		for range 20 {
			k, m := s.now()
			if seen[string(k)+" "+string(m)] = true; m == playliststest.ID("a") {
				t.Fatal("an entry of which something may be shown gave way")
			}
			s.sleep(time.Second)
		}
		if len(seen) != 2 {
			t.Fatalf("showed %v", seen)
		}
		taken = map[playlists.ID]bool{playliststest.ID("v"): true, playliststest.ID("w"): true}
		s.Rule(playout.Ruling{Forbids: func(m playlists.ID, _ playlists.Digest) bool { return taken[m] }})
		synctest.Wait()
		s.want(playout.Item, "a")
		s.Rule(playout.Ruling{})
		s.Lose(playlists.DigestOf(v.Bytes))
		s.Lose(playlists.DigestOf(w.Bytes))
		synctest.Wait()
		s.want(playout.Slate, "slate")
	})
}

// With a lost clock, what may have ended gives way to what lies below it, also
// when that has never played before.
func TestLostClockGivesWay(t *testing.T) {
	always := schedule.Rule{}
	inBubble(t, func(d *playouttest.Desk) {
		atFixtures(d)
		d.Hold(one(1, slate(), base(part("a", 10*time.Second)), playouttest.Entry{Word: "above", Priority: 5, Rule: always, Parts: []playouttest.Part{valid("v", 10*time.Second, 0, 20*24*time.Hour)}})(t))
	}, func(s *stage) {
		s.want(playout.Item, "v")
		s.SetClock(time.Until(playliststest.Now), wire.ClockLost)
		synctest.Wait()
		s.want(playout.Item, "a")
		s.SetClock(time.Until(playliststest.Now), wire.ClockTrusted)
		synctest.Wait()
		s.want(playout.Item, "v")
	})
}
