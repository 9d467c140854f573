package programme_test

import (
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func TestEveryFieldOfARelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	release := playliststest.Release("1.4.2", []byte("program"), func(r *programme.Release) { r.From = "1.0.0" })
	old := playliststest.SignRelease(t, release, "giang", "hai")
	judge := func(envelope []byte) error {
		r, err := programme.VerifyRelease(envelope, w.held)
		if err != nil {
			return err
		}
		return second(r.For(programme.Platform{OS: "linux", Arch: "amd64", Running: "1.4.1", Floor: "1.4.1", Now: playliststest.Now}))
	}
	flipAll(t, func() *programme.Release { return copied(t, release) }, `
		Version         malformed        malformed
		Floor           malformed        malformed
		From            malformed        malformed
		IssuedAt        release_unsigned -
		ExpiresAt       release_unsigned -
		Notes           release_unsigned -
		Builds#         malformed        malformed
		Builds[].OS     release_unsigned release_unfit
		Builds[].Arch   release_unsigned release_unfit
		Builds[].Digest release_unsigned -
		Builds[].Size   release_unsigned -
	`,
		func(r *programme.Release) error { return judge(underOld(t, old, r)) },
		func(r *programme.Release) error { return judge(playliststest.SignRelease(t, r, "giang", "hai")) })
	sign := func(e *programme.Envelope) error { return judge(marshal(t, e)) }
	flipAll(t, func() *programme.Envelope { return readEnvelope(t, old) }, `
		PayloadType        bad_type         bad_type
		Payload            malformed        malformed
		Signatures#        release_unsigned release_unsigned
		Signatures[].KeyID release_unsigned release_unsigned
		Signatures[].Sig   release_unsigned release_unsigned
	`, sign, sign)
}

func TestEveryFieldOfAnOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	held := programme.Held{Epoch: 1, Counter: 4, Payload: playlists.DigestOf([]byte("the one before"))}
	offer := programme.ReleaseOffer{Screen: playliststest.Screen().ID, Epoch: 1, Counter: 5, IssuedAt: playliststest.Now.UnixMilli(), Charter: 2, Release: playlists.DigestOf(nil)}
	sign := func(o *programme.ReleaseOffer) []byte {
		e, err := programme.SignOffer(o, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	old := sign(&offer)
	judge := func(envelope []byte) error { return second(programme.VerifyOffer(envelope, w.trust(), held)) }
	flipAll(t, func() *programme.ReleaseOffer { return copied(t, &offer) }, `
		Screen   bad_signature other_screen
		Epoch    bad_signature wrong_epoch
		Counter  bad_signature -
		IssuedAt bad_signature -
		Charter  bad_signature charter_missing
		Release  bad_signature -
	`,
		func(o *programme.ReleaseOffer) error { return judge(underOld(t, old, o)) },
		func(o *programme.ReleaseOffer) error { return judge(sign(o)) })
	for _, c := range []struct {
		name    string
		counter uint64
		want    programme.Refusal
	}{{"an older offer", 3, programme.RolledBack}, {"another of the same number", 4, programme.Forked}, {"of no number", 0, programme.Malformed}} {
		o := offer
		o.Counter = c.counter
		if err := judge(sign(&o)); programme.RefusalOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	none := w.trust()
	none.Charter = nil
	if _, err := programme.VerifyOffer(old, none, programme.Held{}); programme.RefusalOf(err) != programme.CharterMissing {
		t.Errorf("without a charter: %v", err)
	}
}

// Who signs a release, and who does not.
func TestWhoSignsReleases(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	r := playliststest.Release("1.0.0", []byte("program"), nil)
	payload := marshal(t, r)
	seal := func(key ...string) []byte { return playliststest.SignRelease(t, r, key...) }
	byProgrammeKey, err := programme.Seal(programme.ReleaseType, payload, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	var byRoots []byte
	for _, h := range playliststest.Holders() {
		if byRoots, err = programme.SignRelease(byRoots, payload, playliststest.Root(h)); err != nil {
			t.Fatal(err)
		}
	}
	nobody := newWorld(t, func(c *programme.Charter) { c.ReleaseSigners, c.ReleaseThreshold = nil, 0 }).held
	for _, c := range []struct {
		name     string
		envelope []byte
		charter  *programme.HeldCharter
		want     programme.Refusal
	}{
		{"two holders", seal("giang", "khoa"), w.held, ""},
		{"three holders and a stranger", seal("stranger", "giang", "hai", "khoa"), w.held, ""},
		{"one holder", seal("giang"), w.held, programme.ReleaseUnsigned},
		{"one holder twice", seal("giang", "giang"), w.held, programme.ReleaseUnsigned},
		{"a holder and a stranger", seal("giang", "stranger"), w.held, programme.ReleaseUnsigned},
		{"two strangers", seal("stranger", "other"), w.held, programme.ReleaseUnsigned},
		{"the programme key", byProgrammeKey, w.held, programme.ReleaseUnsigned},
		{"all roots", byRoots, w.held, programme.ReleaseUnsigned},
		{"two holders under a charter that names none", seal("giang", "hai"), nobody, programme.ReleaseUnsigned},
		{"two holders without a charter", seal("giang", "hai"), nil, programme.CharterMissing},
	} {
		if _, err := programme.VerifyRelease(c.envelope, c.charter); programme.RefusalOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Bounds of a release, each on both of its sides.
func TestReleaseBounds(t *testing.T) {
	t.Parallel()
	type release = programme.Release
	build := func(change func(*programme.Build)) func(*release) { return func(r *release) { change(&r.Builds[0]) } }
	many := func(n int) func(*release) {
		return func(r *release) {
			for i := range n - 1 {
				b := r.Builds[0]
				b.Arch = strings.Repeat("a", i+1)
				r.Builds = append(r.Builds, b)
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*release)
		ok     bool
	}{
		{"nothing", func(*release) {}, true},
		{"two numbers", func(r *release) { r.Version = "1.0" }, false},
		{"a leading zero", func(r *release) { r.Version = "1.01.0" }, false},
		{"a sign", func(r *release) { r.Version = "+1.0.0" }, false},
		{"large numbers", func(r *release) { r.Version = "999999.999999.999999" }, true},
		{"larger numbers", func(r *release) { r.Version = "1000000.0.0" }, false},
		{"no floor", func(r *release) { r.Floor = "" }, false},
		{"a lower floor", func(r *release) { r.Floor = "0.9.0" }, true},
		{"a floor above itself", func(r *release) { r.Floor = "1.0.1" }, false},
		{"after itself", func(r *release) { r.From = "1.0.0" }, true},
		{"after later ones", func(r *release) { r.From = "1.0.1" }, false},
		{"over as it begins", func(r *release) { r.ExpiresAt = r.IssuedAt }, false},
		{"never over", func(r *release) { r.ExpiresAt = year10000 }, false},
		{"long notes", func(r *release) { r.Notes = strings.Repeat("x", 4000) }, true},
		{"longer notes", func(r *release) { r.Notes = strings.Repeat("x", 4001) }, false},
		{"no builds", func(r *release) { r.Builds = nil }, false},
		{"16 builds", many(16), true},
		{"17 builds", many(17), false},
		{"two builds for one platform", func(r *release) { r.Builds = append(r.Builds, r.Builds[0]) }, false},
		{"a platform by a path", build(func(b *programme.Build) { b.OS = "../linux" }), false},
		{"a platform without a name", build(func(b *programme.Build) { b.Arch = "" }), false},
		{"a build of nothing", build(func(b *programme.Build) { b.Size = 0 }), false},
		{"a build of 64 MiB", build(func(b *programme.Build) { b.Size = 64 << 20 }), true},
		{"a larger build", build(func(b *programme.Build) { b.Size = 64<<20 + 1 }), false},
		{"a build without a digest", build(func(b *programme.Build) { b.Digest = "x" }), false},
	} {
		r := playliststest.Release("1.0.0", []byte("program"), c.change)
		if err := r.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What a screen PC takes, and after what.
func TestReleaseFor(t *testing.T) {
	t.Parallel()
	r := playliststest.Release("1.4.0", []byte("program"), func(r *programme.Release) { r.From, r.Floor = "1.2.0", "1.3.0" })
	for _, c := range []struct {
		name string
		p    programme.Platform
		want programme.Refusal
	}{
		{"the one before", programme.Platform{Running: "1.3.9", Floor: "1.3.0"}, ""},
		{"back from a later one that allows it", programme.Platform{Running: "1.5.0", Floor: "1.4.0"}, ""},
		{"back from a later one that does not", programme.Platform{Running: "1.5.0", Floor: "1.5.0"}, programme.ReleaseOld},
		{"too far", programme.Platform{Running: "1.1.9"}, programme.ReleaseUnfit},
		{"from no release", programme.Platform{}, programme.ReleaseUnfit},
		{"on another processor", programme.Platform{Running: "1.3.9", Arch: "arm64"}, programme.ReleaseUnfit},
		{"after its end", programme.Platform{Running: "1.3.9", Now: playliststest.Now.AddDate(1, 0, 0)}, programme.ReleaseExpired},
		{"before its end", programme.Platform{Running: "1.3.9", Now: playliststest.Now.AddDate(1, 0, 0).Add(-time.Millisecond)}, ""},
	} {
		c.p.OS = "linux"
		if c.p.Arch == "" {
			c.p.Arch = "amd64"
		}
		if c.p.Now.IsZero() {
			c.p.Now = playliststest.Now
		}
		b, err := r.For(c.p)
		if programme.RefusalOf(err) != c.want || (err == nil) != (b != nil) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if programme.Version("1.9.0").Before("1.10.0") != true || programme.Version("1.10.0").Before("1.9.0") || programme.Version("").Before("x") {
		t.Error("versions are not compared by their numbers")
	}
}

// FuzzRelease: what is taken was signed by enough, keeps its bounds, and is
// written as it was read.
func FuzzRelease(f *testing.F) {
	w := newWorld(f, nil)
	r := playliststest.Release("1.4.2", []byte("program"), nil)
	f.Add(marshal(f, r))
	f.Add(playliststest.SignRelease(f, r, "giang", "hai"))
	f.Add(playliststest.SignRelease(f, r, "giang"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := programme.VerifyRelease(b, w.held)
		refusedByName(t, err)
		if err != nil {
			signed := b
			var envelope []byte
			for _, h := range []string{"giang", "hai"} {
				if envelope, err = programme.SignRelease(envelope, signed, playliststest.Releaser(h)); err != nil {
					t.Fatal(err)
				}
			}
			got, err = programme.VerifyRelease(envelope, w.held)
			refusedByName(t, err)
		}
		if err == nil && (got.Validate() != nil || playlists.DigestOf(marshal(t, got.Release)) != got.Payload) {
			t.Fatal("an unsound release is taken")
		}
	})
}

// FuzzOffer: an offer is to this screen and by its controller.
func FuzzOffer(f *testing.F) {
	w := newWorld(f, nil)
	f.Add(marshal(f, programme.ReleaseOffer{Screen: playliststest.Screen().ID, Epoch: 1, Counter: 1, IssuedAt: 1}))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sealed, err := programme.Seal(programme.OfferType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			got, err := programme.VerifyOffer(e, w.trust(), programme.Held{})
			refusedByName(t, err)
			if err == nil && (got.Screen != w.trust().Screen || got.Counter == 0) {
				t.Fatal("an offer to another screen is taken")
			}
		}
	})
}
