package programme_test

import (
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/hours"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func someSettings() programme.Settings {
	return programme.Settings{
		Screen: playliststest.Screen().ID, Epoch: 1, Counter: 6, IssuedAt: playliststest.Now.UnixMilli(), Charter: 2, TimeZone: playlists.DefaultTimeZone,
		Hours: hours.Table{Week: []hours.Interval{{Day: 1, From: 360, Until: 1320}}}, Camera: "http://10.20.0.9/snap.jpg", Touch: programme.Touch{Interactive: true, IdleS: 60},
	}
}

func signSettings(t testing.TB, s *programme.Settings) []byte {
	t.Helper()
	b, err := programme.SignSettings(s, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFieldOfSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	doc := someSettings()
	old := signSettings(t, &doc)
	judge := func(envelope []byte) error {
		on := w.trust()
		on.HeldSettings = programme.Held{Epoch: 1, Counter: 6, Payload: playlists.DigestOf(marshal(t, doc))}
		return second(programme.VerifySettings(envelope, on))
	}
	flipAll(t, func() *programme.Settings { return copied(t, &doc) }, `
		Screen             bad_signature other_screen
		Epoch              bad_signature wrong_epoch
		Counter            bad_signature -
		IssuedAt           bad_signature -
		Charter            bad_signature charter_missing
		TimeZone           bad_signature malformed
		Hours.Always       bad_signature malformed
		Hours.Week#        bad_signature malformed
		Hours.Week[].Day   bad_signature -
		Hours.Week[].From  bad_signature -
		Hours.Week[].Until bad_signature -
		Camera             bad_signature -
		Touch.Interactive  bad_signature -
		Touch.IdleS        bad_signature -
	`,
		func(s *programme.Settings) error { return judge(underOld(t, old, s)) },
		func(s *programme.Settings) error {
			if s.Counter == 6 && playlists.DigestOf(marshal(t, s)) != playlists.DigestOf(marshal(t, doc)) {
				s.Counter = 7 // what is new has a new number
			}
			return judge(signSettings(t, s))
		})
}

func TestSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	camera := func(address string) func(*programme.Settings) {
		return func(s *programme.Settings) { s.Camera = address }
	}
	idle := func(s int) func(*programme.Settings) { return func(d *programme.Settings) { d.Touch.IdleS = s } }
	for _, c := range []struct {
		name   string
		change func(*programme.Settings)
		trust  func(*programme.Trust)
		want   programme.Refusal
	}{
		{"sound", nil, nil, ""},
		{"before the first charter", func(s *programme.Settings) { s.Charter = 0 }, func(on *programme.Trust) {
			on.Charter, on.Keys = nil, []programme.PublicKey{playliststest.PublicKey(1)}
		}, ""},
		{"under a charter that is not held", nil, func(on *programme.Trust) {
			on.Charter, on.Keys = nil, []programme.PublicKey{playliststest.PublicKey(1)}
		}, programme.CharterMissing},
		{"under an expired charter", nil, func(on *programme.Trust) { on.Now = on.Charter.Expires() }, programme.CharterExpired},
		{"older", func(s *programme.Settings) { s.Counter = 4 }, nil, programme.RolledBack},
		{"of the number held, otherwise", func(s *programme.Settings) { s.Counter = 5 }, nil, programme.Forked},
		{"without a number", func(s *programme.Settings) { s.Counter = 0 }, func(on *programme.Trust) { on.HeldSettings = programme.Held{} }, programme.Malformed},
		{"issued never", func(s *programme.Settings) { s.IssuedAt = 0 }, nil, programme.Malformed},
		{"issued after the last instant", func(s *programme.Settings) { s.IssuedAt = year10000 }, nil, programme.Malformed},
		{"in the machine's own zone", func(s *programme.Settings) { s.TimeZone = "Local" }, nil, programme.Malformed},
		{"in no zone", func(s *programme.Settings) { s.TimeZone = "" }, nil, programme.Malformed},
		{"that are never on", func(s *programme.Settings) { s.Hours.Week = []hours.Interval{} }, nil, programme.Malformed},
		{"always on", func(s *programme.Settings) { s.Hours = hours.Always() }, nil, ""},
		{"without a camera", camera(""), nil, ""},
		{"with a device", camera("/dev/video12"), nil, ""},
		{"with a disk for a camera", camera("/dev/sda"), nil, programme.Malformed},
		{"with a path beside the devices", camera("/dev/video0/../sda"), nil, programme.Malformed},
		{"with a device without a number", camera("/dev/video"), nil, programme.Malformed},
		{"with a file for a camera", camera("file:///etc/passwd"), nil, programme.Malformed},
		{"with an address without a host", camera("http:///picture"), nil, programme.Malformed},
		{"with a space in the address", camera("http://10.0.0.1/a b"), nil, programme.Malformed},
		{"with a line in the address", camera("http://10.0.0.1/\r\nHost: x"), nil, programme.Malformed},
		{"with letters beyond ASCII", camera("http://máy/anh.jpg"), nil, programme.Malformed},
		{"with the longest address", camera("http://" + strings.Repeat("a", 293)), nil, ""},
		{"with a longer address", camera("http://" + strings.Repeat("a", 294)), nil, programme.Malformed},
		{"back after 10 s", idle(10), nil, ""},
		{"back after 9 s", idle(9), nil, programme.Malformed},
		{"back after an hour", idle(3600), nil, ""},
		{"back after more", idle(3601), nil, programme.Malformed},
	} {
		doc := someSettings()
		if c.change != nil {
			c.change(&doc)
		}
		envelope := signSettings(t, &doc)
		on := w.trust()
		on.HeldSettings = programme.Held{Epoch: 1, Counter: 5, Payload: playlists.DigestOf([]byte("held"))}
		if c.trust != nil {
			c.trust(&on)
		}
		got, err := programme.VerifySettings(envelope, on)
		check(t, c.name, err, c.want)
		if got == nil {
			continue
		}
		on.HeldSettings = programme.Held{Epoch: doc.Epoch, Counter: doc.Counter, Payload: got.Payload}
		check(t, c.name+", again", second(programme.VerifySettings(envelope, on)), "")
	}
	usual := programme.UsualSettings()
	if err := usual.Validate(); err != nil || !usual.OnAt(time.Unix(0, 0)) {
		t.Errorf("the usual settings: %v", err)
	}
}

// FuzzVerifySettings: whatever the programme key has signed, what is accepted
// is for this screen and keeps every bound.
func FuzzVerifySettings(f *testing.F) {
	w := newWorld(f, nil)
	doc := someSettings()
	f.Add(marshal(f, doc))
	doc.Hours, doc.Camera = hours.Always(), "/dev/video0"
	f.Add(marshal(f, doc))
	f.Add(signSettings(f, &doc))
	f.Fuzz(func(t *testing.T, b []byte) {
		sealed, err := programme.Seal(programme.SettingsType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			got, err := programme.VerifySettings(e, w.trust())
			refusedByName(t, err)
			if got == nil {
				continue
			}
			if got.Screen != w.trust().Screen || got.Counter == 0 || got.Epoch != w.held.Epoch || got.Validate() != nil || len(got.Camera) > programme.MaxCamera {
				t.Fatal("unsound settings are accepted")
			}
			got.NextChange(playliststest.Now)
		}
	})
}
