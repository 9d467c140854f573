package player_test

import (
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/playliststest/glass"
	"cotmoc/playlists/wire"
)

// The colours of the fault stories, as indexes of the palette.
const (
	red = iota
	green
	blue
	yellow
	magenta
	_
	white
)

// judge fails on black frames and on colours that were not to be seen.
func judge(t *testing.T, readings []glass.Reading, allowed ...int) {
	t.Helper()
	if len(readings) == 0 {
		t.Fatal("no frame was captured")
	}
	for i, r := range readings {
		if r.Black || r.Foreign() || slices.ContainsFunc(r.Colours, func(c int) bool { return !slices.Contains(allowed, c) }) {
			t.Errorf("frame %d of %d: %+v, want colours %v", i, len(readings), r, allowed)
		}
	}
}

// seen waits until the page has confirmed an item or the slate, and looks at
// the glass itself.
func (s *screen) seen(t *testing.T, kind wire.ShowKind, word string) {
	t.Helper()
	waitFor(t, string(kind)+" "+word, func() bool {
		sh := s.playout.Status().Showing
		return sh.Kind == kind && sh.Media == playliststest.ID(word)
	})
}

// TestFaults walks one browser through what can go wrong with what it shows.
func TestFaults(t *testing.T) {
	t.Parallel()
	palette := glass.Palette()
	slate := playouttest.Part{Word: "slate", Bytes: still(t, palette[white])}
	image := playouttest.Part{Word: "image", Bytes: still(t, palette[red]), Duration: time.Second}
	broken := playouttest.Part{Word: "broken", Bytes: film(t, palette[green], 2*time.Second), MIME: "video/mp4", Duration: time.Second}
	for i := len(broken.Bytes) / 4; i < len(broken.Bytes); i++ {
		broken.Bytes[i] ^= 0x5a
	}
	notVideo := playouttest.Part{Word: "novideo", Bytes: []byte("this is no video"), MIME: "video/mp4", Duration: time.Second}
	notImage := playouttest.Part{Word: "noimage", Bytes: []byte("this is no image"), Duration: time.Second}
	video := playouttest.Part{Word: "video", Bytes: film(t, palette[blue], 3*time.Second), MIME: "video/mp4", Duration: time.Hour}
	other := playouttest.Part{Word: "other", Bytes: still(t, palette[yellow]), Duration: time.Hour}
	hold := func(d *playouttest.Desk, counter uint64, withdrawn []playlists.ID, parts ...playouttest.Part) {
		s, l := playouttest.Programme(t, counter, &slate, withdrawn, playouttest.Entry{Word: "loop", Parts: parts})
		d.Hold(s, l)
	}
	s := newScreen(t, func(d *playouttest.Desk) { hold(d, 1, nil, image, notVideo, notImage) })

	// What cannot be decoded: the slate takes its slots, without a dark moment.
	s.seen(t, wire.ShowItem, "image")
	readings := s.record(t, func() {
		for range 2 {
			s.seen(t, wire.ShowSlate, "slate")
			s.seen(t, wire.ShowItem, "image")
		}
	})
	judge(t, readings, red, white)
	if p := s.playout.Status().Problems; len(s.Plays()) == 0 || slices.ContainsFunc(s.Plays(), func(p wire.Play) bool {
		return p.Media == playliststest.ID("novideo") || p.Media == playliststest.ID("noimage")
	}) {
		t.Errorf("plays %+v, problems %+v", s.Plays(), p)
	}

	// A video whose bytes go bad behind its beginning.
	hold(s.Desk, 2, nil, image, broken)
	judge(t, s.record(t, func() {
		waitFor(t, "two rounds", func() bool {
			return len(slices.DeleteFunc(s.Plays(), func(p wire.Play) bool { return p.Programme.Counter != 2 || p.Media != playliststest.ID("image") })) >= 2
		})
	}), red, green, white)

	// A page that loads in the middle of a slot seeks into it.
	hold(s.Desk, 3, nil, video)
	s.seen(t, wire.ShowItem, "video")
	if err := chromedp.Do(s.browser, chromedp.Reload()); err != nil {
		t.Fatal(err)
	}
	s.seen(t, wire.ShowItem, "video")
	waitFor(t, "the video to be where the time says", func() bool {
		at, err := chromedp.Run(s.browser, chromedp.Evaluate[float64](`document.querySelector('video.shown') ? document.querySelector('video.shown').currentTime : -1`))
		if err != nil {
			t.Fatal(err)
		}
		due := s.playout.Now().Sub(s.playout.View().Slots[0].Start) % (3 * time.Second)
		return at >= 0 && (time.Duration(at*float64(time.Second))-due).Abs() < 100*time.Millisecond
	})

	// Withdrawn: off the glass within a second, the new programme after it.
	began := time.Now()
	var gone time.Duration
	readings = s.record(t, func() {
		_, l := playouttest.Programme(t, 4, &slate, []playlists.ID{playliststest.ID("video")}, playouttest.Entry{Word: "loop", Parts: []playouttest.Part{other}})
		began = time.Now()
		s.Announce(&l.Accepted)
		s.seen(t, wire.ShowSlate, "slate")
		gone = time.Since(began)
		hold(s.Desk, 4, []playlists.ID{playliststest.ID("video")}, other)
		s.seen(t, wire.ShowItem, "other")
	})
	judge(t, readings, blue, white, yellow)
	if gone > time.Second {
		t.Errorf("a withdrawn video stayed for %s", gone)
	}
	for _, r := range readings {
		if r.At.After(began.Add(gone+200*time.Millisecond)) && slices.Contains(r.Colours, blue) {
			t.Errorf("the withdrawn video is seen %s after the withdrawal", r.At.Sub(began))
		}
	}

	// Everything gone: the neutral page, no text, nothing black.
	s.Lose(playlists.DigestOf(slate.Bytes))
	s.Lose(playlists.DigestOf(other.Bytes))
	waitFor(t, "the neutral page", func() bool {
		sh := s.playout.Status().Showing
		return sh.Kind == wire.ShowSlate && sh.Rendition == ""
	})
	for _, r := range s.record(t, func() { time.Sleep(300 * time.Millisecond) }) {
		if r.Black {
			t.Error("the neutral page is black")
		}
	}

	// The pairing code covers everything, and goes away.
	s.SetCode("ABCD-EFGH")
	waitFor(t, "the pairing code", func() bool { return s.playout.Status().Showing.Kind == wire.ShowPairing })
	code, err := chromedp.Run(s.browser, chromedp.Evaluate[string](`document.getElementById('code').innerText`))
	if err != nil || code != "ABCD-EFGH" {
		t.Errorf("the page shows the code %q, %v", code, err)
	}
	s.SetCode("")
	hold(s.Desk, 5, nil, image)
	s.seen(t, wire.ShowItem, "image")
	judge(t, s.record(t, func() {
		waitFor(t, "a round", func() bool { return s.Plays()[len(s.Plays())-1].Programme.Counter == 5 })
	}), red)
}
