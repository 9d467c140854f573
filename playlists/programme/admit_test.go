package programme_test

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// What a programme may not say whoever signs it, and what a screen under a
// charter admits.
func TestProgrammesUnderACharter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := signed(t, 7)
	hash := playlists.DigestOf([]byte("audit"))
	type (
		programmes = programme.Programme
		trust      = programme.Trust
	)
	noChange := func(*programmes) {}
	held := programme.Held{Epoch: 1, Counter: 6, Payload: playlists.DigestOf([]byte("held"))}
	withdrawn := func(n int) []playlists.ID {
		return slices.Repeat([]playlists.ID{playliststest.ID("x")}, n)
	}
	slate := func(change func(*programme.Showing)) func(*programmes) {
		return func(p *programmes) {
			sl := *p.Slate
			change(&sl)
			p.Slate = &sl
		}
	}
	entry := func(change func(*programme.Entry)) func(*programmes) {
		return func(p *programmes) {
			p.Entries = slices.Clone(p.Entries)
			change(&p.Entries[0])
		}
	}
	const malformed = programme.Malformed
	for _, c := range []struct {
		name   string
		change func(*programmes)
		trust  func(*trust)
		want   programme.Refusal
	}{
		{"under the charter held", func(p *programmes) { p.Charter = 2 }, nil, ""},
		{"under an earlier one", func(p *programmes) { p.Charter = 1 }, nil, ""},
		{"under a later one", func(p *programmes) { p.Charter = 3 }, nil, programme.CharterMissing},
		{"under a charter, where none is held", func(p *programmes) { p.Charter = 1 }, func(on *trust) { on.Charter, on.Keys = nil, []programme.PublicKey{playliststest.PublicKey(1)} }, programme.CharterMissing},
		{"under none, where none is held", noChange, func(on *trust) { on.Charter, on.Keys = nil, []programme.PublicKey{playliststest.PublicKey(1)} }, ""},
		{"by a key of enrolment that the charter does not name", noChange, func(on *trust) {
			h := *on.Charter
			h.ProgrammeKeys = []programme.PublicKey{playliststest.PublicKey(2)}
			on.Charter, on.Keys = &h, []programme.PublicKey{playliststest.PublicKey(1)}
		}, programme.BadSignature},
		{"of a later epoch than the charter's", func(p *programmes) { p.Epoch = 2 }, nil, programme.WrongEpoch},
		{"of no epoch", func(p *programmes) { p.Epoch = 0 }, nil, programme.WrongEpoch},
		{"as the charter ends", noChange, func(on *trust) { on.Now = on.Charter.Expires() }, programme.CharterExpired},
		{"before the charter ends", noChange, func(on *trust) { on.Now = on.Charter.Expires().Add(-1) }, ""},
		{"at a time that nobody knows", noChange, func(on *trust) { on.Now = on.Now.AddDate(-3000, 0, 0) }, ""},
		{"after an older one", noChange, func(on *trust) { on.Held = held }, ""},
		{"before a newer one", func(p *programmes) { p.Counter = 5 }, func(on *trust) { on.Held = held }, programme.RolledBack},
		{"beside the one held", func(p *programmes) { p.Counter = 6 }, func(on *trust) { on.Held = held }, programme.Forked},
		{"before one of a later epoch", noChange, func(on *trust) { on.Held = programme.Held{Epoch: 2, Counter: 1, Payload: held.Payload} }, programme.RolledBack},
		{"where the screen was placed", noChange, func(on *trust) { on.Cluster = playliststest.Screen().Cluster }, ""},
		{"for another cluster than the screen was placed in", noChange, func(on *trust) { on.Cluster = playliststest.ID("vungang") }, programme.OtherCluster},
		// The orders that have not come may place it there.
		{"for another cluster, with orders that are not held", func(p *programmes) { p.Orders = 4 }, func(on *trust) { on.Cluster = playliststest.ID("vungang") }, programme.OrdersMissing},
		{"with orders that are held", func(p *programmes) { p.Orders = 4 }, func(on *trust) { on.HeldOrders = programme.Held{Epoch: 1, Counter: 4} }, ""},
		{"with earlier orders than are held", func(p *programmes) { p.Orders = 4 }, func(on *trust) { on.HeldOrders = programme.Held{Epoch: 1, Counter: 5} }, ""},
		{"with orders that are not held", func(p *programmes) { p.Orders = 4 }, func(on *trust) { on.HeldOrders = programme.Held{Epoch: 1, Counter: 3} }, programme.OrdersMissing},
		{"with orders of this epoch, where those of the one before are held", func(p *programmes) { p.Orders = 4 }, func(on *trust) { on.HeldOrders = programme.Held{Epoch: 0, Counter: 9} }, programme.OrdersMissing},
		{"with orders, where none are held", func(p *programmes) { p.Orders = 1 }, nil, programme.OrdersMissing},

		{"with the end of the audit log", func(p *programmes) { p.Audit = programme.AuditHead{Seq: 1, Hash: hash} }, nil, ""},
		{"with a number and no hash", func(p *programmes) { p.Audit = programme.AuditHead{Seq: 1} }, nil, malformed},
		{"with a hash and no number", func(p *programmes) { p.Audit = programme.AuditHead{Hash: hash} }, nil, malformed},
		{"with a hash that is none", func(p *programmes) { p.Audit = programme.AuditHead{Seq: 1, Hash: "x"} }, nil, malformed},
		{"issued after the last instant", func(p *programmes) { p.IssuedAt = year10000 }, nil, malformed},
		{"with 1000 withdrawn media", func(p *programmes) { p.Withdrawn = withdrawn(1000) }, nil, ""},
		{"with 1001 withdrawn media", func(p *programmes) { p.Withdrawn = withdrawn(1001) }, nil, malformed},
		{"without a slate", func(p *programmes) { p.Slate = nil }, nil, ""},
		{"with 200 entries", func(p *programmes) {
			first := p.Entries[0]
			p.Entries = nil
			for i := range 200 {
				e := first
				e.ID = calls(200)[i].ID
				p.Entries = append(p.Entries, e)
			}
		}, nil, ""},
		{"with 201 entries", func(p *programmes) {
			first := p.Entries[0]
			p.Entries = nil
			for i := range 201 {
				e := first
				e.ID = calls(201)[i].ID
				p.Entries = append(p.Entries, e)
			}
		}, nil, malformed},
		{"with an entry without a name", entry(func(e *programme.Entry) { e.ID = "" }), nil, malformed},
		{"with an entry without a playlist", entry(func(e *programme.Entry) { e.Playlist = "" }), nil, malformed},
		{"with a slate of no media", slate(func(s *programme.Showing) { s.Media = "" }), nil, malformed},
		{"with a slate of no rendition", slate(func(s *programme.Showing) { s.Rendition = "" }), nil, malformed},
		{"with a slate of no chunks", slate(func(s *programme.Showing) { s.Chunks = "" }), nil, malformed},
		{"with a slate of no approval", slate(func(s *programme.Showing) { s.Approval = "" }), nil, malformed},
		{"with a slate of 16 GiB", slate(func(s *programme.Showing) { s.Size = 16 << 30 }), nil, ""},
		{"with a slate of more", slate(func(s *programme.Showing) { s.Size = 16<<30 + 1 }), nil, malformed},
		{"with a slate of less than nothing", slate(func(s *programme.Showing) { s.Size = -1 }), nil, malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := s.Programme
			c.change(&p)
			on := w.trust()
			if c.trust != nil {
				c.trust(&on)
			}
			a, err := programme.Verify(resign(t, p), on)
			check(t, c.name, err, c.want)
			if (a != nil) != (c.want == "") {
				t.Error("a programme beside a refusal, or neither")
			}
			if a == nil {
				return
			}
			// The same again is accepted whatever has come to pass since.
			on.Held = programme.Held{Epoch: a.Epoch, Counter: a.Counter, Payload: a.Payload}
			if on.Charter != nil {
				on.Now = on.Charter.Expires()
			}
			_, err = programme.Verify(resign(t, p), on)
			check(t, "the same again", err, "")
		})
	}
}

// A programme that was accepted is read again under the keys that counted then,
// whatever number it has; another screen's is not, nor one by no key of those.
func TestReread(t *testing.T) {
	t.Parallel()
	s, w := signed(t, 7), newWorld(t, nil)
	screen, keys := playliststest.Screen().ID, []programme.PublicKey{playliststest.PublicKey(2), playliststest.PublicKey(1)}
	a, err := programme.Reread(s.Envelope, screen, keys)
	check(t, "again", err, "")
	if a == nil || a.Counter != 7 || !a.Issued().Equal(playliststest.Now) {
		t.Error("read as something else")
	}
	_, err = programme.Reread(s.Envelope, playliststest.ID("other"), keys)
	check(t, "another screen's", err, programme.OtherScreen)
	_, err = programme.Reread(s.Envelope, screen, keys[:1])
	check(t, "by another key", err, programme.BadSignature)
	orders := programme.Orders{Screen: screen, Epoch: 1, Counter: 3, IssuedAt: 1, Orders: []programme.SignedOrder{playliststest.Order(t, orderOf(programme.Takedown), "approver")}, Safe: []programme.Safe{}}
	envelope, err := programme.SignOrders(&orders, playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	o, err := programme.RereadOrders(envelope, screen, keys)
	check(t, "orders again", err, "")
	if o == nil || o.Counter != 3 || len(o.Obeyed) != 0 {
		t.Error("orders are obeyed that were only read")
	}
	_, err = programme.RereadOrders(envelope, screen, keys[:1])
	check(t, "orders by another key", err, programme.BadSignature)
	_, err = programme.VerifyOrders(s.Envelope, w.trust())
	check(t, "a programme as orders", err, programme.BadType)
	_, err = programme.Verify(envelope, w.trust())
	check(t, "orders as a programme", err, programme.BadType)
}

// An envelope has one to sixteen signatures, of which one by a key that counts
// is enough, wherever it stands.
func TestEnvelopes(t *testing.T) {
	t.Parallel()
	sound := readEnvelope(t, signed(t, 7).Envelope)
	stranger := func() programme.Signature {
		b, err := programme.Seal(sound.PayloadType, sound.Payload, playliststest.Key(2))
		if err != nil {
			t.Fatal(err)
		}
		return readEnvelope(t, b).Signatures[0]
	}()
	for _, c := range []struct {
		name string
		sigs []programme.Signature
		want programme.Refusal
	}{
		{"one", sound.Signatures, ""},
		{"none", []programme.Signature{}, programme.Malformed},
		{"a stranger's", []programme.Signature{stranger}, programme.BadSignature},
		{"a stranger's under the name of the key", []programme.Signature{{KeyID: sound.Signatures[0].KeyID, Sig: stranger.Sig}}, programme.BadSignature},
		{"the key's under the name of a stranger's", []programme.Signature{{KeyID: stranger.KeyID, Sig: sound.Signatures[0].Sig}}, programme.BadSignature},
		{"a stranger's before", []programme.Signature{stranger, sound.Signatures[0]}, ""},
		{"16", slices.Repeat(sound.Signatures, 16), ""},
		{"17", slices.Repeat(sound.Signatures, 17), programme.Malformed},
	} {
		e := *sound
		e.Signatures = c.sigs
		_, err := programme.Verify(marshal(t, e), trust())
		check(t, c.name, err, c.want)
	}
	big := bytes.Repeat([]byte(" "), programme.MaxEnvelope)
	_, err := programme.Verify(big, trust())
	check(t, "as long as may be", err, programme.Malformed)
	// A pinned key of a wrong length is no key; the library would panic.
	on := trust()
	on.Keys = []programme.PublicKey{{ID: sound.Signatures[0].KeyID, Key: ed25519.PublicKey(strings.Repeat("x", 31))}}
	_, err = programme.Verify(signed(t, 7).Envelope, on)
	check(t, "a short key", err, programme.BadSignature)
}
