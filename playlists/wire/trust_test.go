package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"cotmoc/playlists"
)

// What the trust documents added to the payloads, with every bound.
func TestTrustPayloads(t *testing.T) {
	t.Parallel()
	digest := playlists.DigestOf(nil)
	digests := func(n int) []playlists.Digest { return slices.Repeat([]playlists.Digest{digest}, n) }
	latch := func(kind LatchKind) Latched { return Latched{ID: screen, Kind: kind} }
	report := func(change func(*Trusted)) *Reported {
		r := &Reported{Clock: Clock{State: ClockLost}, Showing: Showing{Kind: ShowNothing}}
		change(&r.Trust)
		return r
	}
	refused := func(n, length int) map[string]uint64 {
		out := map[string]uint64{}
		for i := range n {
			name := []byte(strings.Repeat("x", length))
			name[0], name[1] = 'a'+byte(i/26), 'a'+byte(i%26)
			out[string(name)] = 1
		}
		return out
	}
	showing := report(func(*Trusted) {})
	showing.Showing.Kind = ShowBulletin
	for _, c := range []struct {
		name string
		v    interface{ Validate() error }
		ok   bool
	}{
		{"a chain", &Chain{First: 1, Envelopes: digests(2)}, true},
		{"a chain of 1000", &Chain{First: 1, Envelopes: digests(1000)}, true},
		{"a chain of 1001", &Chain{First: 1, Envelopes: digests(1001)}, false},
		{"a chain of none", &Chain{First: 1}, false},
		{"a chain from nothing", &Chain{Envelopes: digests(1)}, false},
		{"a chain to the last number", &Chain{First: math.MaxUint64 - 1000, Envelopes: digests(1)}, true},
		{"a chain past the last number", &Chain{First: math.MaxUint64 - 999, Envelopes: digests(1)}, false},
		{"a chain of what is no digest", &Chain{First: 1, Envelopes: []playlists.Digest{digest, "x"}}, false},
		{"a question", &Question{Nonce: bytes.Repeat([]byte{1}, 32)}, true},
		{"a short question", &Question{Nonce: bytes.Repeat([]byte{1}, 31)}, false},
		{"a long question", &Question{Nonce: bytes.Repeat([]byte{1}, 33)}, false},
		{"no question", &Question{}, false},
		{"a report", report(func(*Trusted) {}), true},
		{"a report of a bulletin", showing, true},
		{"every latch", report(func(t *Trusted) {
			t.Latched = []Latched{latch(LatchTakedown), latch(LatchSafe), latch(LatchBulletin)}
		}), true},
		{"a latch of no kind", report(func(t *Trusted) { t.Latched = []Latched{latch("")} }), false},
		{"a latch of another kind", report(func(t *Trusted) { t.Latched = []Latched{latch("place")} }), false},
		{"a latch without a name", report(func(t *Trusted) { t.Latched = []Latched{{Kind: LatchSafe}} }), false},
		{"256 latches", report(func(t *Trusted) { t.Latched = slices.Repeat([]Latched{latch(LatchSafe)}, 256) }), true},
		{"257 latches", report(func(t *Trusted) { t.Latched = slices.Repeat([]Latched{latch(LatchSafe)}, 257) }), false},
		{"64 refusals", report(func(t *Trusted) { t.Refused = refused(64, 200) }), true},
		{"65 refusals", report(func(t *Trusted) { t.Refused = refused(65, 200) }), false},
		{"a refusal as long as a book", report(func(t *Trusted) { t.Refused = refused(1, 201) }), false},
		{"an audit head", report(func(t *Trusted) { t.Audit = AuditHead{Seq: 1, Hash: digest} }), true},
		{"an audit head that is no digest", report(func(t *Trusted) { t.Audit = AuditHead{Seq: 1, Hash: "x"} }), false},
	} {
		b, err := Encode(c.v)
		if err != nil {
			t.Fatal(err)
		}
		// Read as the other side reads it.
		into := map[bool]interface{ Validate() error }{true: &Chain{}, false: &Reported{}}[strings.Contains(c.name, "chain")]
		if strings.Contains(c.name, "question") {
			into = &Question{}
		}
		err = Decode(b, into)
		if (err == nil) != c.ok {
			t.Errorf("%s: %.300v", c.name, err)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "cannot ") || playlists.CodeOf(err) != playlists.Invalid) {
			t.Errorf("%s: %q does not say what cannot be done", c.name, err)
		}
	}
}

// The bounds that payloads had before, each on both of its sides.
func TestBounds(t *testing.T) {
	t.Parallel()
	report := func(change func(*Reported)) *Reported {
		r := &Reported{Clock: Clock{State: ClockTrusted}, Showing: Showing{Kind: ShowItem}}
		change(r)
		return r
	}
	play := func(change func(*Play)) *Event {
		p := Play{ID: screen, Rendition: playlists.DigestOf(nil), Clock: ClockPlausible}
		change(&p)
		return &Event{Plays: []Play{p}}
	}
	long := strings.Repeat("x", 201)
	checks := func(by ...Witness) []Check {
		var out []Check
		for _, w := range by {
			out = append(out, Check{Witness: w, Finding: FindingRight, Evidence: playlists.DigestOf(nil)})
		}
		return out
	}
	for _, c := range []struct {
		name string
		v    interface{ Validate() error }
		ok   bool
	}{
		{"a report", report(func(*Reported) {}), true},
		{"32 problems", report(func(r *Reported) { r.Problems = make([]Problem, 32) }), true},
		{"33 problems", report(func(r *Reported) { r.Problems = make([]Problem, 33) }), false},
		{"a problem of 200 bytes", report(func(r *Reported) { r.Problems = []Problem{{Detail: long[1:]}} }), true},
		{"a longer problem", report(func(r *Reported) { r.Problems = []Problem{{Detail: long}} }), false},
		{"a longer code", report(func(r *Reported) { r.Problems = []Problem{{Code: long}} }), false},
		{"less than nothing done", report(func(r *Reported) { r.Delivery.BytesDone = -1 }), false},
		{"less than nothing to do", report(func(r *Reported) { r.Delivery.BytesTotal = -1 }), false},
		{"less than nothing free", report(func(r *Reported) { r.Disk.Free = -1 }), false},
		{"a disk of less than nothing", report(func(r *Reported) { r.Disk.Total = -1 }), false},
		{"an unknown clock", report(func(r *Reported) { r.Clock.State = "fine" }), false},
		{"an unknown showing", report(func(r *Reported) { r.Showing.Kind = "art" }), false},
		{"three witnesses", report(func(r *Reported) { r.Checks = checks(WitnessBrowser, WitnessDisplay, WitnessCamera) }), true},
		{"a witness who speaks twice", report(func(r *Reported) { r.Checks = checks(WitnessCamera, WitnessCamera) }), false},
		{"a witness of no kind", report(func(r *Reported) { r.Checks = checks("passer-by") }), false},
		{"a finding of no kind", report(func(r *Reported) { r.Checks = []Check{{Witness: WitnessCamera, Finding: "nice"}} }), false},
		{"evidence of no digest", report(func(r *Reported) {
			r.Checks = []Check{{Witness: WitnessCamera, Finding: FindingWrong, Evidence: "x"}}
		}), false},
		{"a reason as long as a book", report(func(r *Reported) {
			r.Checks = []Check{{Witness: WitnessCamera, Finding: FindingWrong, Why: long}}
		}), false},
		{"a capture", &Capture{Witness: WitnessBrowser, Finding: FindingBlack, At: 1, Wanted: screen}, true},
		{"a capture of no time", &Capture{Witness: WitnessBrowser, Finding: FindingBlack}, false},
		{"a capture of something else", &Capture{Witness: WitnessBrowser, Finding: FindingBlack, At: 1, Wanted: "x"}, false},
		{"a boot as long as a book", report(func(r *Reported) { r.Boot = long }), false},
		{"a play", play(func(*Play) {}), true},
		{"a play of two days", play(func(p *Play) { p.DurationMS = 48 * 3600 * 1000 }), true},
		{"a play of longer", play(func(p *Play) { p.DurationMS = 48*3600*1000 + 1 }), false},
		{"a play of less than nothing", play(func(p *Play) { p.DurationMS = -1 }), false},
		{"a play without a name", play(func(p *Play) { p.ID = "" }), false},
		{"a play of nothing", play(func(p *Play) { p.Rendition = "" }), false},
		{"a play of a long entry", play(func(p *Play) { p.Entry = playlists.ID(long) }), false},
		{"telemetry of a long boot", &Telemetry{Boot: long}, false},
		{"telemetry", &Telemetry{}, true},
	} {
		if err := c.v.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %.300v", c.name, err)
		}
	}
}

// FuzzTrust: what is accepted keeps its bounds and is written as it was read.
func FuzzTrust(f *testing.F) {
	f.Add([]byte(`{"first":1,"envelopes":["` + string(playlists.DigestOf(nil)) + `"]}`))
	f.Add([]byte(`{"first":18446744073709551615,"envelopes":[]}`))
	f.Add([]byte(`{"nonce":"` + strings.Repeat("A", 43) + `="}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Chain
		if Decode(b, &c) == nil {
			if last := c.First + uint64(len(c.Envelopes)) - 1; c.First == 0 || last < c.First || len(c.Envelopes) == 0 {
				t.Fatalf("a chain from %d to %d", c.First, last)
			}
			var again Chain
			if w, err := json.Marshal(c); err != nil || Decode(w, &again) != nil || !slices.Equal(again.Envelopes, c.Envelopes) {
				t.Fatal("a chain is read as another")
			}
		}
		var q Question
		if err := Decode(b, &q); err == nil && len(q.Nonce) != 32 {
			t.Fatalf("a nonce of %d bytes", len(q.Nonce))
		} else if err != nil && playlists.CodeOf(err) == playlists.Internal {
			t.Fatalf("an error that blames us: %.300v", err)
		}
	})
}
