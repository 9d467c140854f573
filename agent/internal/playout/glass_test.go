package playout_test

import (
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// atStart waits for the next slot to begin.
func (s *stage) atStart() playout.Slot {
	s.sleep(s.p.View().Slots[0].End.Sub(s.p.Now()))
	return s.p.View().Slots[0]
}

// show has a page confirm the slot each second for a while.
func (s *stage) show(page uint64, key string, d time.Duration) {
	s.p.Shown(page, key, playout.Item)
	for end := time.Now().Add(d); time.Now().Before(end); {
		s.sleep(min(time.Second, time.Until(end)))
		s.p.Shown(page, key, playout.Item)
	}
	synctest.Wait()
}

func twoItems(t *testing.T) func(*playouttest.Desk) {
	return held(one(3, slate(), base(part("a", 10*time.Second), part("b", 10*time.Second))), t)
}

func TestPlaysAreWhatPagesSaw(t *testing.T) {
	inBubble(t, twoItems(t), func(s *stage) {
		first := s.atStart()
		s.show(1, first.Key, 10*time.Second)
		second := s.p.View().Slots[0]
		s.show(1, second.Key, 4*time.Second)
		s.p.Left(1)
		synctest.Wait()
		plays := s.Plays()
		if len(plays) != 2 {
			t.Fatalf("%d plays: %+v", len(plays), plays)
		}
		for i, want := range []struct {
			slot     playout.Slot
			ms       int64
			complete bool
		}{{first, 10000, true}, {second, 4000, false}} {
			p := plays[i]
			if p.Media != want.slot.Picture.Media || p.Item != want.slot.Item || p.Entry != want.slot.Entry || p.Programme != (wire.ProgrammeRef{Epoch: 1, Counter: 3}) ||
				p.DurationMS != want.ms || p.Complete != want.complete || p.StartedAt != want.slot.Start.UnixMilli() || p.Clock != wire.ClockTrusted {
				t.Errorf("play %d: %+v, want %+v", i, p, want)
			}
			if err := (&wire.Event{Plays: []wire.Play{p}}).Validate(); err != nil {
				t.Error(err)
			}
		}
	})
}

// What is asked for and never painted is no play, and no programme was shown.
func TestNothingConfirmedNothingRecorded(t *testing.T) {
	inBubble(t, twoItems(t), func(s *stage) {
		s.sleep(time.Minute)
		s.p.Shown(1, "no such slot", playout.Item)
		synctest.Wait()
		st := s.p.Status()
		if len(s.Plays()) != 0 || st.Showing.Kind != wire.ShowNothing || st.Shown != nil || st.Playing == nil || !s.p.LastFrame().IsZero() {
			t.Fatalf("plays %v, status %+v", s.Plays(), st)
		}
	})
}

func TestFramesThatStopEndThePlay(t *testing.T) {
	inBubble(t, twoItems(t), func(s *stage) {
		slot := s.atStart()
		s.show(1, slot.Key, 2*time.Second)
		if st := s.p.Status(); st.Showing.Kind != wire.ShowItem || st.Showing.Rendition != slot.Picture.Rendition || st.Shown == nil || st.Showing.LastFrame-st.Showing.Since != 2000 {
			t.Fatalf("status %+v", st)
		}
		s.sleep(5 * time.Second)
		if p := s.Plays(); len(p) != 1 || p[0].DurationMS != 2000 || p[0].Complete {
			t.Fatalf("plays %+v", p)
		}
		if k := s.p.Status().Showing.Kind; k != wire.ShowNothing {
			t.Fatalf("reports %s", k)
		}
		s.show(1, slot.Key, time.Second)
		if k := s.p.Status().Showing.Kind; k != wire.ShowItem {
			t.Fatalf("reports %s after frames came back", k)
		}
	})
}

func TestSeveralPagesAreOneScreen(t *testing.T) {
	inBubble(t, twoItems(t), func(s *stage) {
		first := s.atStart()
		s.p.Shown(1, first.Key, playout.Item)
		s.sleep(20 * time.Millisecond)
		s.p.Shown(2, first.Key, playout.Item)
		s.p.Shown(3, first.Key, playout.Slate) // cannot decode it
		s.show(2, first.Key, 5*time.Second)
		s.p.Left(1)
		s.show(2, first.Key, 4980*time.Millisecond)
		second := s.p.View().Slots[0]
		s.p.Shown(2, second.Key, playout.Item)
		s.p.Shown(3, first.Key, playout.Item) // lags
		synctest.Wait()
		if p := s.Plays(); len(p) != 1 || p[0].DurationMS != 10000 || !p[0].Complete || p[0].Media != first.Picture.Media {
			t.Fatalf("plays %+v", p)
		}
		if st := s.p.Status(); st.Showing.Rendition != second.Picture.Rendition {
			t.Fatalf("status %+v", st)
		}
	})
}

func TestFilledSlotIsAPlayOfTheSlate(t *testing.T) {
	inBubble(t, twoItems(t), func(s *stage) {
		slot := s.atStart()
		s.p.Failed(slot.Key, "the video cannot be decoded")
		s.p.Shown(1, slot.Key, playout.Slate)
		synctest.Wait()
		st := s.p.Status()
		if st.Showing.Kind != wire.ShowSlate || st.Showing.Media != playliststest.ID("slate") || len(st.Problems) != 1 || st.Problems[0].Code != "item_failed" {
			t.Fatalf("status %+v", st)
		}
		s.p.Left(1)
		synctest.Wait()
		if p := s.Plays(); len(p) != 1 || p[0].Media != playliststest.ID("slate") || p[0].Entry != "" {
			t.Fatalf("plays %+v", p)
		}
	})
}

func TestPagesCannotClaimWhatTheSlotIsNot(t *testing.T) {
	inBubble(t, held(one(1, nil, base(part("a", 10*time.Second))), t), func(s *stage) {
		slot := s.atStart()
		for _, as := range []playout.Kind{playout.Pairing, playout.Slate, "", "desktop"} {
			s.p.Shown(1, slot.Key, as)
			if k := s.p.Status().Showing.Kind; k != wire.ShowNothing {
				t.Errorf("a page that claims %q makes the screen report %s", as, k)
			}
		}
		s.p.Shown(1, slot.Key, playout.Neutral)
		if sh := s.p.Status().Showing; sh.Kind != wire.ShowSlate || sh.Rendition != "" {
			t.Errorf("the neutral page is reported as %+v", sh)
		}
	})
}

func TestStopRecordsWhatIsOpen(t *testing.T) {
	var s *stage
	inBubble(t, twoItems(t), func(st *stage) {
		s = st
		slot := s.atStart()
		s.show(1, slot.Key, 3*time.Second)
		t.Cleanup(func() {
			if p := s.Plays(); len(p) != 1 || p[0].DurationMS != 3000 || p[0].Complete {
				t.Errorf("plays %+v", p)
			}
		})
	})
}

// A bulletin is recorded like any play: which order's very bytes, from when and
// how long by the monotonic clock, whole when it ended by itself and cut short
// when it was lifted.
func TestBulletinIsRecorded(t *testing.T) {
	for name, lifted := range map[string]bool{"ends by itself": false, "is lifted": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, twoItems(t), func(s *stage) {
				now := s.p.Now()
				order := &programme.Order{
					ID: playliststest.ID("storm"), Kind: programme.Bulletin, Clusters: []string{playlists.Everywhere}, IssuedAt: now.UnixMilli(), Level: programme.Urgent,
					Text: []programme.BulletinText{{Language: "vi", Title: "Mưa lũ", Body: "Đường 8A tạm đóng."}}, Until: now.Add(time.Minute).UnixMilli(),
				}
				signed := playliststest.Order(t, *order, "emergency")
				s.Rule(playout.Ruling{Bulletin: order})
				synctest.Wait()
				slot := s.p.View().Slots[0]
				s.p.Shown(1, slot.Key, playout.Bulletin)
				for range 30 {
					s.sleep(time.Second)
					s.p.Shown(1, slot.Key, playout.Bulletin)
				}
				want := 30 * time.Second
				if !lifted {
					want = time.Minute
					for range 30 {
						s.sleep(time.Second)
						s.p.Shown(1, slot.Key, playout.Bulletin)
					}
				}
				s.Rule(playout.Ruling{})
				synctest.Wait()
				s.p.Shown(1, s.p.View().Slots[0].Key, playout.Item)
				synctest.Wait()
				plays := s.Plays()
				if len(plays) != 1 {
					t.Fatalf("%d plays: %+v", len(plays), plays)
				}
				p := plays[0]
				if p.Order != order.ID || p.Rendition != playlists.DigestOf(signed.Order) || p.Entry != "" || p.Item != "" || p.Media != "" ||
					p.StartedAt != now.UnixMilli() || p.DurationMS != want.Milliseconds() || p.Complete == lifted || p.Clock != wire.ClockTrusted {
					t.Errorf("recorded %+v", p)
				}
				if err := (&wire.Event{Plays: plays}).Validate(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
