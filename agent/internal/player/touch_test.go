package player_test

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/playliststest/glass"
	"cotmoc/playlists/wire"
)

// A visitor touches the glass, sees all that may be opened, opens a page, goes
// to the next one and home, and leaves; left alone the loop goes on by itself.
func TestTouchOnTheGlass(t *testing.T) {
	colours := glass.Palette()
	part := func(word string, i int) playouttest.Part {
		return playouttest.Part{Word: word, Bytes: still(t, colours[i]), Duration: time.Hour}
	}
	s := newScreen(t, func(d *playouttest.Desk) {
		d.Interactive(6 * time.Second)
		d.Hold(playouttest.Programme(t, 1, nil, nil, playouttest.Entry{Word: "loop", Parts: []playouttest.Part{part("a", 0), part("b", 1), part("c", 2)}}))
	})
	first := s.playout.View().Slots[0].Picture.Media
	shows := func(media playlists.ID, touched bool) func(wire.Showing) bool {
		return func(w wire.Showing) bool {
			return w.Kind == wire.ShowItem && w.Media == media && w.Touched == touched
		}
	}
	pages := func(w wire.Showing) bool { return w.Kind == wire.ShowPages && w.Touched }
	click := func(selector string) {
		t.Helper()
		if err := chromedp.Do(s.browser, chromedp.Click(selector)); err != nil {
			t.Fatal(err)
		}
	}
	s.await(t, "the loop", shows(first, false))
	click("#stage")
	s.await(t, "the pages", pages)
	s.picture(t, "pages")
	click("#grid button:nth-child(2)")
	s.await(t, "the second page", shows(playliststest.ID("b"), true))
	click("#after")
	s.await(t, "the third page", shows(playliststest.ID("c"), true))
	s.picture(t, "page")
	click("#after")
	s.await(t, "the first page", shows(playliststest.ID("a"), true))
	click("#home")
	s.await(t, "the pages", pages)
	click("#away")
	s.await(t, "the loop again", shows(first, false))
	click("#stage")
	s.await(t, "the pages", pages)
	s.await(t, "the loop by itself", shows(first, false))
}
