package playout_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// A bubble's time begins at midnight UTC on 1 January 2000; the desk's clock
// is moved to the fixtures' time.
const toFixtures = 235_976 * time.Hour

func part(word string, d time.Duration) playouttest.Part {
	return playouttest.Part{Word: word, Bytes: []byte("bytes of " + word), Duration: d}
}

func slate() *playouttest.Part { p := part("slate", 0); return &p }

func base(parts ...playouttest.Part) playouttest.Entry {
	return playouttest.Entry{Word: "base", Parts: parts}
}

// stage is a running playout in a bubble.
type stage struct {
	*playouttest.Desk
	p *playout.Playout
	t *testing.T
}

func inBubble(t *testing.T, prepare func(*playouttest.Desk), f func(*stage)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{Desk: playouttest.NewDesk(), t: t}
		s.SetClock(toFixtures, wire.ClockTrusted)
		prepare(s.Desk)
		s.p = playout.New(s.Options())
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- s.p.Run(ctx) }()
		synctest.Wait()
		f(s)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func (s *stage) hold(l func(testing.TB) (playliststest.Signed, *programme.Loaded)) {
	signed, loaded := l(s.t)
	s.Hold(signed, loaded)
	synctest.Wait()
}

// sleep lets time pass and the playout catch up.
func (s *stage) sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *stage) now() (kind playout.Kind, media playlists.ID) {
	v := s.p.View()
	return v.Slots[0].Kind, v.Slots[0].Picture.Media
}

func (s *stage) want(kind playout.Kind, word string) {
	s.t.Helper()
	var media playlists.ID
	if word != "" {
		media = playliststest.ID(word)
	}
	if k, m := s.now(); k != kind || m != media {
		s.t.Fatalf("shows %s %s, want %s %s", k, m, kind, media)
	}
}

func one(counter uint64, sl *playouttest.Part, entries ...playouttest.Entry) func(testing.TB) (playliststest.Signed, *programme.Loaded) {
	return func(t testing.TB) (playliststest.Signed, *programme.Loaded) {
		return playouttest.Programme(t, counter, sl, nil, entries...)
	}
}

func held(f func(testing.TB) (playliststest.Signed, *programme.Loaded), t *testing.T) func(*playouttest.Desk) {
	return func(d *playouttest.Desk) { d.Hold(f(t)) }
}

func TestLoopFollowsTheResolver(t *testing.T) {
	inBubble(t, held(one(1, slate(), base(part("a", 10*time.Second), part("b", 5*time.Second))), t), func(s *stage) {
		v := s.p.View()
		if len(v.Slots) != 2 || !v.Slots[0].End.Equal(v.Slots[1].From) || v.Slate == nil {
			t.Fatalf("got %+v", v)
		}
		for range 20 {
			next := s.p.View().Slots[1]
			s.sleep(s.p.View().Slots[0].End.Sub(s.p.Now()))
			if got := s.p.View().Slots[0]; got.Key != next.Key || got != next {
				t.Fatalf("announced %+v, then showed %+v", next, got)
			}
		}
	})
}

func TestNothingHeldShowsNeutral(t *testing.T) {
	inBubble(t, func(*playouttest.Desk) {}, func(s *stage) {
		s.want(playout.Neutral, "")
		s.hold(one(1, nil, base(part("a", 10*time.Second))))
		s.want(playout.Item, "a")
	})
}

func TestPairing(t *testing.T) {
	inBubble(t, func(d *playouttest.Desk) { d.SetCode("ABCD-EFGH") }, func(s *stage) {
		s.want(playout.Pairing, "")
		if c := s.p.View().Code; c != "ABCD-EFGH" {
			t.Fatalf("code %q", c)
		}
		s.p.Shown(1, s.p.View().Slots[0].Key, playout.Pairing)
		if k := s.p.Status().Showing.Kind; k != wire.ShowPairing {
			t.Fatalf("reports %s", k)
		}
		s.SetCode("")
		synctest.Wait()
		s.want(playout.Neutral, "")
	})
}

func TestUnplayableSlotIsFilledAndKeepsItsPlace(t *testing.T) {
	a := part("a", 10*time.Second)
	inBubble(t, held(one(1, slate(), base(a, part("b", 5*time.Second))), t), func(s *stage) {
		for k, _ := s.now(); k != playout.Item || s.p.View().Slots[0].Picture.Media != playliststest.ID("a"); k, _ = s.now() {
			s.sleep(time.Second)
		}
		before := s.p.View().Slots[0]
		s.Lose(playlists.DigestOf(a.Bytes))
		synctest.Wait()
		s.want(playout.Slate, "slate")
		if v := s.p.View(); v.Slots[0].End != before.End || v.Slots[1].Picture.Media != playliststest.ID("b") {
			t.Fatalf("the slate moved the loop: %+v", v.Slots)
		}
		s.Lose(playlists.DigestOf(slate().Bytes))
		synctest.Wait()
		s.want(playout.Neutral, "")
	})
}

func TestProgrammeSwitchesAtAnItemBoundary(t *testing.T) {
	inBubble(t, held(one(1, slate(), base(part("a", time.Minute))), t), func(s *stage) {
		s.sleep(s.p.View().Slots[0].End.Sub(s.p.Now()) + 10*time.Second)
		s.hold(one(2, slate(), base(part("c", 7*time.Second))))
		s.want(playout.Item, "a")
		v := s.p.View()
		if next := v.Slots[1]; next.Picture.Media != playliststest.ID("c") || !next.From.Equal(v.Slots[0].End) {
			t.Fatalf("announces %+v", next)
		}
		s.sleep(49 * time.Second)
		s.want(playout.Item, "a")
		s.sleep(time.Second)
		s.want(playout.Item, "c")
		if got := s.p.View().Slots[0]; got != v.Slots[1] {
			t.Fatalf("announced %+v, shows %+v", v.Slots[1], got)
		}
	})
}

func TestWithdrawnLeavesAtOnce(t *testing.T) {
	inBubble(t, held(one(1, slate(), base(part("a", time.Hour))), t), func(s *stage) {
		gone := s.p.View().Slots[0].Picture.Rendition
		_, l := playouttest.Programme(t, 2, slate(), []playlists.ID{playliststest.ID("a")}, base(part("b", time.Minute)))
		s.Announce(&l.Accepted) // its renditions are still missing
		synctest.Wait()
		s.want(playout.Slate, "slate")
		if v := s.p.View(); !v.Hurry {
			t.Fatal("the page is not told to hurry")
		}
		if _, ok := s.p.Serves(gone); ok {
			t.Fatal("the page may still have the withdrawn bytes")
		}
		s.hold(func(t testing.TB) (playliststest.Signed, *programme.Loaded) {
			return playouttest.Programme(t, 2, slate(), []playlists.ID{playliststest.ID("a")}, base(part("b", time.Minute)))
		})
		s.want(playout.Item, "b")
	})
}

func TestLostClock(t *testing.T) {
	limited := func(word string, left time.Duration) playouttest.Part {
		p := part(word, 10*time.Second)
		p.Terms.ValidUntil = playliststest.Now.Add(left)
		return p
	}
	night := schedule.Rule{Windows: []schedule.Window{{Start: "22:00", End: "05:00"}}}
	day := schedule.Rule{Windows: []schedule.Window{{Start: "06:00", End: "07:00"}}}
	past := schedule.Rule{Until: "2026-11-23"}
	soon := schedule.Rule{Until: "2026-12-10"}
	for name, c := range map[string]struct {
		entries []playouttest.Entry
		trusted string // what shows at 08:00 local time with a good clock
		lost    string
	}{
		"no end":                      {[]playouttest.Entry{base(part("a", 10*time.Second))}, "a", "a"},
		"ends far away":               {[]playouttest.Entry{base(limited("a", 31*24*time.Hour))}, "a", "a"},
		"ends soon":                   {[]playouttest.Entry{base(limited("a", 29*24*time.Hour))}, "a", "slate"},
		"rule ends soon":              {[]playouttest.Entry{{Word: "base", Rule: soon, Parts: []playouttest.Part{part("a", 10*time.Second)}}}, "a", "slate"},
		"nothing due, last good":      {[]playouttest.Entry{{Word: "base", Rule: day, Parts: []playouttest.Part{part("a", 10*time.Second)}}}, "slate", "a"},
		"nothing due, newest of them": {[]playouttest.Entry{{Word: "day", Rule: day, Parts: []playouttest.Part{part("a", 10*time.Second)}}, {Word: "night", Rule: night, Parts: []playouttest.Part{part("n", 10*time.Second)}}}, "slate", "a"},
		"what is over stays over":     {[]playouttest.Entry{{Word: "base", Rule: past, Parts: []playouttest.Part{part("a", 10*time.Second)}}}, "slate", "slate"},
		"ends soon, last good":        {[]playouttest.Entry{{Word: "fair", Priority: 5, Rule: schedule.Rule{From: "2026-11-24", Until: "2026-11-30"}, Parts: []playouttest.Part{part("f", 10*time.Second)}}, base(part("a", 10*time.Second))}, "f", "a"},
		"begins later":                {[]playouttest.Entry{{Word: "base", Rule: schedule.Rule{From: "2026-11-25"}, Parts: []playouttest.Part{part("a", 10*time.Second)}}}, "slate", "slate"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, held(one(1, slate(), c.entries...), t), func(s *stage) {
				for _, want := range []struct {
					state wire.ClockState
					word  string
				}{{wire.ClockTrusted, c.trusted}, {wire.ClockPlausible, c.trusted}, {wire.ClockLost, c.lost}, {wire.ClockTrusted, c.trusted}} {
					s.SetClock(time.Until(playliststest.Now), want.state)
					synctest.Wait()
					kind := playout.Item
					if want.word == "slate" {
						kind = playout.Slate
					}
					s.want(kind, want.word)
					if v := s.p.View(); s.p.Now().Before(v.Slots[0].Start) || !s.p.Now().Before(v.Slots[0].End) {
						t.Fatalf("%s: the slot %+v does not hold now", want.state, v.Slots[0])
					}
				}
			})
		})
	}
}

func TestClockJumpIsFollowed(t *testing.T) {
	rule := schedule.Rule{From: "2026-11-24"}
	inBubble(t, held(one(1, slate(), playouttest.Entry{Word: "base", Rule: rule, Parts: []playouttest.Part{part("a", 10*time.Second)}}), t), func(s *stage) {
		s.SetClock(time.Until(playliststest.Now.Add(-48*time.Hour)), wire.ClockPlausible)
		synctest.Wait()
		s.want(playout.Slate, "slate")
		s.SetClock(time.Until(playliststest.Now), wire.ClockTrusted)
		synctest.Wait()
		s.want(playout.Item, "a")
	})
}
