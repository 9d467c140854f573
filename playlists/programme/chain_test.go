package programme_test

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// check fails unless an error is the refusal, "" for none.
func check(t *testing.T, name string, err error, want programme.Refusal) {
	t.Helper()
	if got := programme.RefusalOf(err); got != want || (err != nil) != (want != "") {
		t.Errorf("%s: refusal %q (%.300v), want %q", name, got, err, want)
	}
}

func root(holder, key string) programme.Root {
	return programme.Root{Holder: holder, Key: playliststest.Root(key).Public().(ed25519.PublicKey)}
}

func TestChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	held := w.held // number 2
	next := func(change func(*programme.Charter), by ...string) []byte {
		return playliststest.NextCharter(t, held, change, by...)
	}
	good := next(nil)
	resealed := func(change func(*programme.Envelope)) []byte {
		e := readEnvelope(t, good)
		change(e)
		return marshal(t, e)
	}
	first := playliststest.SignCharter(t, w.first, "anh", "binh")
	// Two holders have signed what another reader could understand otherwise.
	spaced := func() (e []byte) {
		for _, h := range []string{"anh", "binh"} {
			var err error
			if e, err = programme.SignCharter(e, append(readEnvelope(t, good).Payload, ' '), playliststest.Root(h)); err != nil {
				t.Fatal(err)
			}
		}
		return e
	}()
	same := playliststest.SignCharter(t, w.next, "anh", "binh", "chi")
	newRoots := func(c *programme.Charter) {
		c.Roots, c.RootThreshold = []programme.Root{root("dung", "dung"), root("em", "em")}, 2
	}
	for _, c := range []struct {
		name     string
		envelope []byte
		want     programme.Refusal
	}{
		{"the next", good, ""},
		{"the next by all three", next(nil, "anh", "binh", "chi"), ""},
		{"the same again", playliststest.SignCharter(t, w.next, "anh", "binh"), ""},
		{"the same again with more signatures", same, ""},
		{"the one before", first, programme.CharterOld},
		{"another of the same number", playliststest.SignCharter(t, func() programme.Charter { c := *copied(t, &w.next); c.LiftThreshold = 3; return c }(), "anh", "binh"), programme.CharterForked},
		{"another of the same number that follows the one held", next(func(c *programme.Charter) { c.Number-- }), programme.CharterForked},
		{"the next with a space behind it", spaced, programme.Malformed},
		{"the next of another", next(func(c *programme.Charter) { c.Previous = playlists.DigestOf([]byte("another")) }), programme.CharterForked},
		{"one but the next", next(func(c *programme.Charter) { c.Number++ }), programme.CharterGap},
		{"the last of all", next(func(c *programme.Charter) { c.Number = 1<<64 - 1 }), programme.CharterGap},
		{"by one holder", next(nil, "anh"), programme.CharterUnsigned},
		{"by one holder twice", resealed(func(e *programme.Envelope) { e.Signatures[1] = e.Signatures[0] }), programme.CharterUnsigned},
		{"by one holder under the other's name", resealed(func(e *programme.Envelope) { e.Signatures[1].Sig = e.Signatures[0].Sig }), programme.CharterUnsigned},
		{"by strangers", next(nil, "kẻ", "lạ"), programme.CharterUnsigned},
		{"by one and a stranger", next(nil, "anh", "lạ"), programme.CharterUnsigned},
		{"by its own roots alone", next(newRoots, "dung", "em"), programme.CharterUnsigned},
		{"by the roots before alone", next(newRoots, "anh", "binh"), programme.CharterUnsigned},
		{"by one of each", next(newRoots, "anh", "dung"), programme.CharterUnsigned},
		{"by both", next(newRoots, "anh", "binh", "dung", "em"), ""},
		{"a threshold raised past those who sign", next(func(c *programme.Charter) { c.RootThreshold = 3 }), programme.CharterUnsigned},
		{"a threshold lowered by too few", next(func(c *programme.Charter) { c.RootThreshold = 1 }, "anh"), programme.CharterUnsigned},
		{"a threshold lowered by enough", next(func(c *programme.Charter) { c.RootThreshold = 1 }), ""},
		{"one holder under two keys", next(func(c *programme.Charter) { c.Roots[1].Holder = c.Roots[0].Holder }), programme.Malformed},
		{"back to the epoch before", next(func(c *programme.Charter) { c.Epoch-- }), programme.Malformed},
		{"issued before the one held", next(func(c *programme.Charter) { c.IssuedAt = held.IssuedAt - 1 }), programme.CharterOld},
		{"issued with the one held", next(func(c *programme.Charter) { c.IssuedAt = held.IssuedAt }), ""},
		{"not a charter inside", playliststest.SignCharter(t, programme.Charter{}, "anh", "binh"), programme.Malformed},
		{"a payload that is none", resealed(func(e *programme.Envelope) { e.Payload = []byte("{}") }), programme.Malformed},
		{"a programme", signed(t, 1).Envelope, programme.BadType},
		{"no envelope", []byte("{}"), programme.Malformed},
		{"too long", marshal(t, programme.Envelope{PayloadType: "x", Payload: make([]byte, programme.MaxEnvelope), Signatures: []programme.Signature{}}), programme.Malformed},
		{"too many signatures", resealed(func(e *programme.Envelope) { e.Signatures = slices.Repeat(e.Signatures, 9)[:17] }), programme.Malformed},
		{"as many signatures as may be", resealed(func(e *programme.Envelope) { e.Signatures = slices.Repeat(e.Signatures, 8) }), ""},
	} {
		got, err := held.Next(c.envelope)
		check(t, c.name, err, c.want)
		if (got != nil) != (c.want == "") {
			t.Errorf("%s: a charter beside a refusal, or neither: %.300v", c.name, err)
		}
	}

	risen, err := held.Next(next(func(c *programme.Charter) { c.Epoch = 5 }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = risen.Next(playliststest.NextCharter(t, risen, func(c *programme.Charter) { c.Epoch = 4 }))
	check(t, "the epoch before", err, programme.CharterOld)

	for name, c := range map[string]struct {
		envelope []byte
		want     programme.Refusal
	}{
		"on trust":              {first, ""},
		"a later one on trust":  {same, ""},
		"on trust by one":       {playliststest.SignCharter(t, w.first, "anh"), programme.CharterUnsigned},
		"on trust by strangers": {playliststest.SignCharter(t, w.first, "kẻ", "lạ"), programme.CharterUnsigned},
		"no charter on trust":   {[]byte("{}"), programme.Malformed},
	} {
		got, err := programme.FirstCharter(c.envelope)
		check(t, name, err, c.want)
		if (got != nil) != (c.want == "") {
			t.Errorf("%s: a charter beside a refusal, or neither: %.300v", name, err)
		}
	}
}

func TestCharterIsShownWithWhoSignedIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	envelope := playliststest.NextCharter(t, w.held, func(c *programme.Charter) { c.Roots = []programme.Root{root("dung", "dung"), root("em", "em")} }, "anh", "em", "lạ")
	before := w.held.Charter
	before.Roots = append([]programme.Root{{Holder: "ngắn", Key: []byte("short")}}, before.Roots...)
	c, by, err := programme.ReadCharter(envelope, &before)
	if err != nil || c.Number != 3 || len(by) != 2 {
		t.Errorf("signed by %v, %v", by, err)
	}
	if _, by, err = programme.ReadCharter(envelope, nil); err != nil || len(by) != 1 {
		t.Errorf("signed by %v, %v", by, err)
	}
	_, _, err = programme.ReadCharter([]byte("{}"), nil)
	check(t, "no charter", err, programme.Malformed)
	// Signing again changes nothing.
	again, err := programme.SignCharter(envelope, nil, playliststest.Root("em"))
	if err != nil || !bytes.Equal(again, envelope) {
		t.Errorf("a second signature of one key: %v", err)
	}
}
