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

// kiosk is a screen to be touched with two images, a video and an image that
// is not valid yet.
func kiosk(t *testing.T) func(*playouttest.Desk) {
	return func(d *playouttest.Desk) {
		d.Interactive(30 * time.Second)
		film := part("film", 5*time.Second)
		film.MIME = "video/mp4"
		later := part("later", 5*time.Second)
		later.Terms.ValidFrom = playliststest.Now.AddDate(1, 0, 0)
		d.Hold(one(1, slate(), base(part("a", 10*time.Second), film, part("b", 5*time.Second), later, part("a", 5*time.Second)))(t))
	}
}

func (s *stage) touch(key string) {
	s.p.Touched(key)
	synctest.Wait()
}

// seen confirms what the view says for a second, as a page does.
func (s *stage) seen(d time.Duration) {
	s.t.Helper()
	for range int(d / time.Second) {
		slot := s.p.View().Slots[0]
		s.p.Shown(1, slot.Key, slot.Kind)
		s.sleep(time.Second)
	}
}

func (s *stage) offered() (words []playlists.ID) {
	for _, pg := range s.p.View().Pages {
		words = append(words, pg.Picture.Media)
	}
	return words
}

// A visitor opens the list, a page, another one, and leaves it; the loop goes
// on after a while. What was opened is a play of its own.
func TestTouch(t *testing.T) {
	inBubble(t, kiosk(t), func(s *stage) {
		a, b := playliststest.ID("a"), playliststest.ID("b")
		if got := s.offered(); len(got) != 2 || got[0] != a || got[1] != b {
			t.Fatalf("offers %v", got)
		}
		for _, pg := range s.p.View().Pages {
			if mime, ok := s.p.Serves(pg.Picture.Rendition); !ok || mime != pg.Picture.MIME {
				t.Errorf("%s is not served", pg.Picture.Media)
			}
		}
		s.want(playout.Item, "a")
		s.seen(2 * time.Second)
		s.touch("nobody/offers this")
		s.want(playout.Item, "a")
		s.touch("")
		s.want(playout.Pages, "")
		s.seen(3 * time.Second)
		if w := s.p.Status().Showing; w.Kind != wire.ShowPages || !w.Touched || w.Media != "" {
			t.Errorf("reports %+v", w)
		}
		s.touch(s.p.View().Pages[1].Key)
		s.want(playout.Item, "b")
		s.seen(20 * time.Second)
		if w := s.p.Status().Showing; w.Kind != wire.ShowItem || !w.Touched || w.Media != b {
			t.Errorf("reports %+v", w)
		}
		s.touch(s.p.View().Pages[1].Key) // still there
		seq := s.p.View().Seq
		s.seen(28 * time.Second)
		s.want(playout.Item, "b")
		if now := s.p.View().Seq; now != seq {
			t.Errorf("the view has changed %d times while nothing has", now-seq)
		}
		s.seen(4 * time.Second)
		if v := s.p.View(); len(v.Slots) != 2 || v.Slots[0].Touched {
			t.Errorf("the loop does not go on: %+v", v.Slots)
		}
		s.touch(s.p.View().Pages[0].Key)
		s.seen(2 * time.Second)
		s.touch(playout.Away)
		s.seen(time.Second)
		var touched []wire.Play
		for _, p := range s.Plays() {
			if p.Validate() != nil {
				t.Errorf("%+v is no play", p)
			}
			if p.Touched {
				touched = append(touched, p)
			}
		}
		if len(touched) != 2 || touched[0].Media != b || touched[0].Item == "" || touched[0].DurationMS < 47_000 || touched[0].DurationMS > 52_000 ||
			touched[1].Media != a || touched[1].Complete || touched[1].DurationMS > 3000 {
			t.Errorf("touched plays are %+v", touched)
		}
	})
}

// What must not be shown leaves an open page at once and is offered no more;
// a bulletin and the slate take the glass from a visitor, and a screen that is
// not to be touched is not.
func TestTouchObeys(t *testing.T) {
	inBubble(t, kiosk(t), func(s *stage) {
		a, b := playliststest.ID("a"), playliststest.ID("b")
		open := s.p.View().Pages[1]
		s.touch(open.Key)
		s.want(playout.Item, "b")
		s.Rule(playout.Ruling{Forbids: func(m playlists.ID, _ playlists.Digest) bool { return m == b }})
		synctest.Wait()
		s.want(playout.Pages, "")
		if got := s.offered(); !s.p.View().Hurry || len(got) != 1 || got[0] != a {
			t.Errorf("offers %v, in a hurry: %t", got, s.p.View().Hurry)
		}
		if _, ok := s.p.Serves(open.Picture.Rendition); ok {
			t.Error("what was taken down is served")
		}
		s.touch(open.Key)
		s.want(playout.Pages, "")
		s.Rule(playout.Ruling{})
		s.touch(s.p.View().Pages[0].Key)
		now := s.p.Now()
		order := &programme.Order{ID: playliststest.ID("storm"), Kind: programme.Bulletin, IssuedAt: now.UnixMilli(), Until: now.Add(time.Hour).UnixMilli(), Text: []programme.BulletinText{{Language: "vi", Title: "x"}}}
		s.Rule(playout.Ruling{Bulletin: order})
		synctest.Wait()
		s.want(playout.Bulletin, "")
		s.touch("")
		s.want(playout.Bulletin, "")
		s.Rule(playout.Ruling{Safe: true})
		synctest.Wait()
		s.want(playout.Slate, "slate")
		s.Rule(playout.Ruling{})
		synctest.Wait()
		if s.p.View().Slots[0].Touched {
			t.Error("after the slate a page comes back")
		}
		s.touch("")
		s.want(playout.Pages, "")
		s.Interactive(0)
		synctest.Wait()
		if v := s.p.View(); v.Slots[0].Kind == playout.Pages || len(v.Pages) > 0 {
			t.Errorf("a screen that is not to be touched shows %+v", v)
		}
		s.touch("")
		if s.p.View().Slots[0].Kind == playout.Pages {
			t.Error("a screen that is not to be touched is")
		}
	})
}
