package programme_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	"github.com/secure-systems-lab/go-securesystemslib/signerverifier"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

func trust() programme.Trust {
	return programme.Trust{Screen: playliststest.Screen().ID, Keys: []programme.PublicKey{playliststest.PublicKey(1)}}
}

func signed(t testing.TB, counter uint64) playliststest.Signed {
	return playliststest.Programme(t, playliststest.Screen(), counter, schedule.Rule{}, true, playliststest.Approved(t, "anh", []byte("picture"), playlists.Terms{}))
}

// resign signs a changed programme with the right key, as somebody who holds
// the key or has a fault in the controller would.
func resign(t testing.TB, p programme.Programme) []byte {
	t.Helper()
	b, err := programme.Sign(&p, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s := signed(t, 7)
	accepted, err := programme.Verify(s.Envelope, trust())
	if err != nil {
		t.Fatal(err)
	}
	held := programme.Held{Epoch: 1, Counter: 7, Payload: accepted.Payload}
	with := func(change func(*programme.Trust)) programme.Trust { tr := trust(); change(&tr); return tr }
	changed := func(change func(*programme.Programme)) []byte { p := s.Programme; change(&p); return resign(t, p) }
	tamper := func(old, new string) []byte {
		var e programme.Envelope
		if err := json.Unmarshal(s.Envelope, &e); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(e.Payload, []byte(old)) {
			t.Fatalf("%s is not in the payload", old)
		}
		e.Payload = bytes.Replace(e.Payload, []byte(old), []byte(new), 1)
		b, err := programme.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	payload, err := programme.Marshal(s.Programme)
	if err != nil {
		t.Fatal(err)
	}
	seal := func(payloadType string, payload []byte) []byte {
		b, err := programme.Seal(payloadType, payload, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, c := range []struct {
		name     string
		envelope []byte
		trust    programme.Trust
		want     programme.Refusal
	}{
		{"the first one", s.Envelope, trust(), ""},
		{"the same again", s.Envelope, with(func(tr *programme.Trust) { tr.Held = held }), ""},
		{"a newer one", signed(t, 8).Envelope, with(func(tr *programme.Trust) { tr.Held = held }), ""},
		{"a new epoch starts its counter anew", changed(func(p *programme.Programme) { p.Epoch, p.Counter = 2, 1 }), with(func(tr *programme.Trust) { tr.Held = held }), ""},
		{"a new epoch with the counter of the one held", changed(func(p *programme.Programme) { p.Epoch = 2 }), with(func(tr *programme.Trust) { tr.Held = held }), ""},
		{"an older one", signed(t, 6).Envelope, with(func(tr *programme.Trust) { tr.Held = held }), programme.RolledBack},
		{"an older epoch", changed(func(p *programme.Programme) { p.Epoch, p.Counter = 0, 99 }), with(func(tr *programme.Trust) { tr.Held = held }), programme.RolledBack},
		{"the same counter with other bytes", changed(func(p *programme.Programme) { p.IssuedAt++ }), with(func(tr *programme.Trust) { tr.Held = held }), programme.Forked},
		{"for another screen", s.Envelope, with(func(tr *programme.Trust) { tr.Screen = playliststest.ID("other") }), programme.OtherScreen},
		{"no key pinned", s.Envelope, with(func(tr *programme.Trust) { tr.Keys = nil }), programme.BadSignature},
		{"another key pinned", s.Envelope, with(func(tr *programme.Trust) { tr.Keys = []programme.PublicKey{playliststest.PublicKey(2)} }), programme.BadSignature},
		{"another key under the right id", s.Envelope, with(func(tr *programme.Trust) {
			tr.Keys = []programme.PublicKey{{ID: playliststest.PublicKey(1).ID, Key: playliststest.PublicKey(2).Key}}
		}), programme.BadSignature},
		{"a key of a wrong length", s.Envelope, with(func(tr *programme.Trust) {
			tr.Keys = []programme.PublicKey{{ID: playliststest.PublicKey(1).ID, Key: ed25519.PublicKey("short")}}
		}), programme.BadSignature},
		{"another type of document", seal("application/other", payload), trust(), programme.BadType},
		{"a payload with a space", seal(programme.ProgrammeType, append([]byte(" "), payload...)), trust(), programme.Malformed},
		{"a payload with a field more", seal(programme.ProgrammeType, bytes.Replace(payload, []byte(`{"screen"`), []byte(`{"x":1,"screen"`), 1)), trust(), programme.Malformed},
		{"a payload with a field twice", seal(programme.ProgrammeType, bytes.Replace(payload, []byte(`"epoch":1`), []byte(`"epoch":1,"epoch":1`), 1)), trust(), programme.Malformed},
		{"a payload with a field in capitals", seal(programme.ProgrammeType, bytes.Replace(payload, []byte(`"epoch"`), []byte(`"Epoch"`), 1)), trust(), programme.Malformed},
		{"two documents in one", seal(programme.ProgrammeType, append(bytes.Clone(payload), payload...)), trust(), programme.Malformed},
		{"an envelope with a newline", append(bytes.Clone(s.Envelope), '\n'), trust(), programme.Malformed},
		{"too large", bytes.Repeat([]byte(" "), programme.MaxEnvelope+1), trust(), programme.Malformed},
		{"no signature", bytes.Replace(s.Envelope, s.Envelope[bytes.Index(s.Envelope, []byte(`"signatures":[`)):], []byte(`"signatures":[]}`), 1), trust(), programme.Malformed},
		{"empty", nil, trust(), programme.Malformed},
		{"screen flipped", tamper(`"screen":"screen`, `"screen":"scream`), trust(), programme.BadSignature},
		{"cluster flipped", tamper(`"cluster":"c`, `"cluster":"d`), trust(), programme.BadSignature},
		{"profile flipped", tamper(`1080p-landscape`, `1080p-portrait`), trust(), programme.BadSignature},
		{"time zone flipped", tamper(`Asia/Ho_Chi_Minh`, `Asia/Vientiane`), trust(), programme.BadSignature},
		{"epoch flipped", tamper(`"epoch":1`, `"epoch":2`), trust(), programme.BadSignature},
		{"counter flipped", tamper(`"counter":7`, `"counter":8`), trust(), programme.BadSignature},
		{"issue time flipped", tamper(`"issued_at":1`, `"issued_at":2`), trust(), programme.BadSignature},
		{"slate taken", tamper(`"slate":{`, `"slate":[`), trust(), programme.BadSignature},
		{"entry flipped", tamper(`"id":"entry`, `"id":"fntry`), trust(), programme.BadSignature},
		{"priority flipped", tamper(`"priority":0`, `"priority":1`), trust(), programme.BadSignature},
		{"rule flipped", tamper(`"until":""`, `"until":"2099-01-01"`), trust(), programme.BadSignature},
		{"withdrawn flipped", tamper(`"withdrawn":[]`, `"withdrawn":[""]`), trust(), programme.BadSignature},
		{"signed, but of no cluster", changed(func(p *programme.Programme) { p.Cluster = "" }), trust(), programme.Malformed},
		{"signed, but of an unknown profile", changed(func(p *programme.Programme) { p.Profile = "8k" }), trust(), programme.Malformed},
		{"signed, but in no zone", changed(func(p *programme.Programme) { p.TimeZone = "" }), trust(), programme.Malformed},
		{"signed, but in the local zone", changed(func(p *programme.Programme) { p.TimeZone = "Local" }), trust(), programme.Malformed},
		{"signed, but in a zone that is not there", changed(func(p *programme.Programme) { p.TimeZone = "Asia/Cau_Treo" }), trust(), programme.Malformed},
		{"signed, but without a counter", changed(func(p *programme.Programme) { p.Counter = 0 }), trust(), programme.Malformed},
		{"signed, but issued never", changed(func(p *programme.Programme) { p.IssuedAt = 0 }), trust(), programme.Malformed},
		{"signed, but with an entry twice", changed(func(p *programme.Programme) { p.Entries = append(p.Entries, p.Entries[0]) }), trust(), programme.InternallyWrong},
		{"signed, but with too many entries", changed(func(p *programme.Programme) { p.Entries = make([]programme.Entry, 201) }), trust(), programme.Malformed},
		{"signed, but with an entry without a name", changed(func(p *programme.Programme) { p.Entries = []programme.Entry{{Playlist: p.Entries[0].Playlist}} }), trust(), programme.Malformed},
		{"signed, but with a playlist without a name", changed(func(p *programme.Programme) { p.Entries = []programme.Entry{{ID: p.Entries[0].ID}} }), trust(), programme.Malformed},
		{"signed, but with a broken rule", changed(func(p *programme.Programme) {
			e := p.Entries[0]
			e.Rule = schedule.Rule{From: "never"}
			p.Entries = []programme.Entry{e}
		}), trust(), programme.Malformed},
		{"signed, but with withdrawn media unsorted", changed(func(p *programme.Programme) {
			p.Withdrawn = []playlists.ID{playliststest.ID("b"), playliststest.ID("a")}
		}), trust(), programme.Malformed},
		{"signed, but with a withdrawn media without a name", changed(func(p *programme.Programme) { p.Withdrawn = []playlists.ID{""} }), trust(), programme.Malformed},
		{"signed, but with a slate of no bytes", changed(func(p *programme.Programme) { sl := *p.Slate; sl.Size = 0; p.Slate = &sl }), trust(), programme.Malformed},
		{"signed, but with a page as the slate", changed(func(p *programme.Programme) { sl := *p.Slate; sl.MIME = "text/html"; p.Slate = &sl }), trust(), programme.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := programme.Verify(c.envelope, c.trust)
			if got := programme.RefusalOf(err); got != c.want || (err != nil) != (c.want != "") {
				t.Fatalf("refusal %q (%.300v), want %q", got, err, c.want)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "cannot ") {
				t.Errorf("%q does not say what cannot be done", err)
			}
		})
	}
}

// The envelope is plain DSSE: a well-known library verifies it.
func TestEnvelopeIsDSSE(t *testing.T) {
	t.Parallel()
	var e dsse.Envelope
	if err := json.Unmarshal(signed(t, 1).Envelope, &e); err != nil {
		t.Fatal(err)
	}
	key := playliststest.PublicKey(1)
	v, err := signerverifier.NewED25519SignerVerifierFromSSLibKey(&signerverifier.SSLibKey{KeyType: "ed25519", Scheme: "ed25519", KeyID: key.ID, KeyVal: signerverifier.KeyVal{Public: string(hexOf(key.Key))}})
	if err != nil {
		t.Fatal(err)
	}
	ev, err := dsse.NewEnvelopeVerifier(v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ev.Verify(context.Background(), &e); err != nil {
		t.Fatal(err)
	}
}

func hexOf(b []byte) []byte {
	const digits = "0123456789abcdef"
	var out []byte
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return out
}

// FuzzVerify: no bytes make the verifier fail otherwise than by refusing, and
// no payload but the signed one is accepted.
func FuzzVerify(f *testing.F) {
	s := signed(f, 7)
	f.Add(s.Envelope)
	f.Add([]byte(`{"payloadType":"","payload":"","signatures":[]}`))
	f.Add(bytes.Replace(s.Envelope, []byte("sig"), []byte("Sig"), 1))
	want := playlists.DigestOf(marshal(f, s.Programme))
	f.Fuzz(func(t *testing.T, envelope []byte) {
		a, err := programme.Verify(envelope, trust())
		if err == nil && a.Payload != want {
			t.Fatalf("accepted another payload as programme %d", a.Counter)
		}
		if err != nil && programme.RefusalOf(err) == "" {
			t.Fatalf("an error without a refusal: %v", err)
		}
	})
}
