package trust

import (
	"testing"

	"cotmoc/playlists/hours"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func TestSettingsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	sign := func(counter uint64, change func(*programme.Settings)) []byte {
		s := programme.UsualSettings()
		s.Screen, s.Epoch, s.Counter, s.Charter, s.IssuedAt = playliststest.Screen().ID, 1, counter, 1, playliststest.Now.UnixMilli()
		change(&s)
		b, err := programme.SignSettings(&s, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	camera := func(to string) func(*programme.Settings) { return func(s *programme.Settings) { s.Camera = to } }
	expect := func(what, camera, problem string) {
		t.Helper()
		if got := d.Settings().Camera; got != camera || d.problem("settings") != problem {
			t.Errorf("%s: camera %q, problem %q", what, got, d.problem("settings"))
		}
	}
	expect("none yet", "", "")
	if s := d.Settings(); s.Validate() != nil || !s.Hours.Always {
		t.Error("a screen that nobody has set is not always on")
	}
	d.OfferSettings(sign(2, camera("/dev/video0")))
	expect("the first", "/dev/video0", "")
	if r := d.Report().Settings; r == nil || r.Counter != 2 {
		t.Errorf("it reports %v", r)
	}
	d.OfferSettings(sign(1, camera("/dev/video1")))
	expect("an older one", "/dev/video0", "rolled_back")
	d.OfferSettings(sign(2, camera("/dev/video1")))
	expect("another of the same number", "/dev/video0", "forked")
	d.OfferSettings(sign(3, func(s *programme.Settings) { s.Screen = playliststest.ID("other") }))
	expect("another screen's", "/dev/video0", "other_screen")
	d.OfferSettings(sign(3, func(s *programme.Settings) { s.Hours = hours.Table{Week: []hours.Interval{}} }))
	expect("one that is never on", "/dev/video0", "malformed")
	d.OfferSettings(sign(3, func(s *programme.Settings) { s.Charter = 2 }))
	expect("one under the next charter", "/dev/video0", "charter_missing")
	if n := d.Refusals()["rolled_back"]; n != 1 {
		t.Errorf("%d refusals are counted", n)
	}
	d.OfferSettings(sign(2, camera("/dev/video0")))
	expect("the same again", "/dev/video0", "")
	d.start()
	expect("after a restart", "/dev/video0", "")
	d.OfferSettings(sign(1, camera("/dev/video1")))
	expect("an older one after a restart", "/dev/video0", "rolled_back")
}
