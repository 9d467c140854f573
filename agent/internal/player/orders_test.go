package player_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/playliststest/glass"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// await waits until the page has confirmed what it shows.
func (s *screen) await(t *testing.T, what string, holds func(wire.Showing) bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for !holds(s.playout.Status().Showing) {
		changed := s.playout.Changed()
		if holds(s.playout.Status().Showing) {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("waited in vain for %s; it shows %+v of %+v", what, s.playout.Status().Showing, s.playout.View())
		}
	}
}

// A bulletin takes the glass from the item that shows, as signed and as text,
// every line of it, with no black frame between, and gives it back.
func TestBulletinOnTheGlass(t *testing.T) {
	c := glass.Palette()[0]
	s := newScreen(t, func(d *playouttest.Desk) {
		d.Hold(playouttest.Programme(t, 1, nil, nil, playouttest.Entry{Word: "loop", Parts: []playouttest.Part{{Word: "a", Bytes: still(t, c), Duration: time.Hour}}}))
	})
	s.await(t, "the item", func(w wire.Showing) bool { return w.Kind == wire.ShowItem })
	now := time.Now()
	order := &programme.Order{
		ID: playliststest.ID("storm"), Kind: programme.Bulletin, Clusters: []string{playlists.Everywhere}, IssuedAt: now.UnixMilli(), Level: programme.Urgent, Until: now.Add(time.Hour).UnixMilli(),
		Text: []programme.BulletinText{
			{Language: "vi", Title: "Mưa lũ trên quốc lộ 8A", Body: "Đường từ Kim Sơn đi Cầu Treo <b>tạm đóng</b>. Hỏi trực ban: 0239 3 855 555."},
			{Language: "lo", Title: "ນ້ຳຖ້ວມ", Body: "ຖະໜົນ 8A ປິດຊົ່ວຄາວ."}, {Language: "en", Title: "Flooding on road 8A", Body: strings.Repeat("The road to Cầu Treo is closed. ", 18)},
		},
	}
	frames := s.record(t, func() {
		s.Rule(playout.Ruling{Bulletin: order})
		s.await(t, "the bulletin", func(w wire.Showing) bool { return w.Kind == wire.ShowBulletin && w.Item == order.ID })
		text, err := chromedp.Run(s.browser, chromedp.Evaluate[string](`document.querySelector('#bulletin article:lang(vi) p').textContent`))
		if err != nil {
			t.Fatal(err)
		}
		elements, err := chromedp.Run(s.browser, chromedp.Evaluate[int](`document.querySelectorAll('#bulletin b').length`))
		if err != nil {
			t.Fatal(err)
		}
		if text != order.Text[0].Body || elements != 0 {
			t.Errorf("the page says %q with %d elements of its own", text, elements)
		}
		out, err := chromedp.Run(s.browser, chromedp.Evaluate[[]string](`[...document.querySelectorAll('#bulletin article')].filter((e) => {
			const r = e.getBoundingClientRect();
			return r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth;
		}).map((e) => e.lang)`))
		if err != nil || len(out) > 0 {
			t.Errorf("%v is not on the glass as a whole: %v", out, err)
		}
		s.picture(t, "bulletin")
		s.Rule(playout.Ruling{})
		s.await(t, "the item again", func(w wire.Showing) bool { return w.Kind == wire.ShowItem })
	})
	for i, f := range frames {
		if f.Black {
			t.Errorf("frame %d is black", i)
		}
	}
}

// picture leaves a picture of the page for people to look at.
func (s *screen) picture(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("COTMOC_TEST_FRAMES")
	if dir == "" {
		return
	}
	shot, err := chromedp.Call(s.browser, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A person at the screen brings up the pad, enters a PIN by keys or fingers,
// and is told what came of it; nothing of it stays on the page.
func TestPINPad(t *testing.T) {
	s := newScreen(t, func(d *playouttest.Desk) {
		d.Hold(playouttest.Programme(t, 1, nil, nil, playouttest.Entry{Word: "loop", Parts: []playouttest.Part{{Word: "a", Bytes: still(t, glass.Palette()[0]), Duration: time.Hour}}}))
	})
	s.await(t, "the item", func(w wire.Showing) bool { return w.Kind == wire.ShowItem })
	answer := func(want string) {
		t.Helper()
		if _, err := chromedp.Run(s.browser, chromedp.Poll[bool](`document.getElementById('answer').textContent.includes('`+want+`')`)); err != nil {
			t.Fatal(err)
		}
	}
	if err := chromedp.Do(s.browser, chromedp.KeyEvent(kb.F9), chromedp.KeyEvent("13579"), chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	answer("Còn 4 lần")
	s.picture(t, "pin")
	if c := s.server.Covered(); c != "pin" {
		t.Errorf("with the pad over the picture the player says %q", c)
	}
	if err := chromedp.Do(s.browser, chromedp.KeyEvent("2468"), chromedp.KeyEvent(kb.Enter)); err != nil {
		t.Fatal(err)
	}
	answer("nội dung dự phòng")
	if _, err := chromedp.Run(s.browser, chromedp.Poll[bool](`document.getElementById('pin').hidden`)); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(5 * time.Second); s.server.Covered() != ""; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the player goes on saying that the pad covers the picture")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pins) != 2 || s.pins[0] != "13579" || s.pins[1] != "2468" {
		t.Errorf("the agent was given %q", s.pins)
	}
}
