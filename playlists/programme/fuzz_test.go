package programme_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// The fuzz targets hold one property: whatever comes, the answer is a refusal
// by name or a document that was signed. Where a signature would turn all input
// away at once, the fuzzer's bytes are signed anew.

func refusedByName(t *testing.T, err error) {
	t.Helper()
	if err != nil && (programme.RefusalOf(err) == "" || !strings.HasPrefix(err.Error(), "cannot ")) {
		t.Fatalf("an error without a refusal: %.300v", err)
	}
}

// FuzzFirstCharter: bytes as an envelope, and bytes as a payload that two
// holders of root keys have signed.
func FuzzFirstCharter(f *testing.F) {
	w := newWorld(f, nil)
	f.Add(playliststest.SignCharter(f, w.first, "anh", "binh"))
	f.Add(marshal(f, w.first))
	f.Add(marshal(f, w.next))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := programme.FirstCharter(b)
		refusedByName(t, err)
		if c == nil {
			c, err = programme.FirstCharter(signedByRoots(t, b))
			refusedByName(t, err)
		}
		if c == nil {
			return
		}
		if err := c.Validate(); err != nil || c.LiftThreshold < 2 || c.RootThreshold < 1 || len(c.Roots) == 0 {
			t.Fatalf("an unsound charter is taken on trust: %.300v", err)
		}
		again, err := c.Next(signedByRoots(t, marshal(t, c.Charter)))
		if err != nil || again != c {
			t.Fatalf("the same charter again: %.300v", err)
		}
	})
}

func signedByRoots(t *testing.T, payload []byte) []byte {
	t.Helper()
	var envelope []byte
	var err error
	for _, h := range playliststest.Holders() {
		if envelope, err = programme.SignCharter(envelope, payload, playliststest.Root(h)); err != nil {
			t.Fatal(err)
		}
	}
	return envelope
}

// FuzzNext: only a charter of the next number that names the one held follows
// it, and it goes back in nothing.
func FuzzNext(f *testing.F) {
	w := newWorld(f, nil)
	f.Add(playliststest.NextCharter(f, w.held, nil), false)
	next := w.next
	next.Number, next.Previous, next.IssuedAt = 3, w.held.Payload, next.IssuedAt+1
	f.Add(marshal(f, next), true)
	f.Add(marshal(f, w.next), true)
	f.Add(marshal(f, w.first), true)
	f.Fuzz(func(t *testing.T, b []byte, sign bool) {
		if sign {
			b = signedByRoots(t, b)
		}
		c, err := w.held.Next(b)
		refusedByName(t, err)
		if c == nil || c == w.held {
			return
		}
		if c.Number != w.held.Number+1 || c.Previous != w.held.Payload || c.Epoch < w.held.Epoch || c.IssuedAt < w.held.IssuedAt || c.Validate() != nil {
			t.Fatalf("charter %d of epoch %d follows %d", c.Number, c.Epoch, w.held.Number)
		}
	})
}

// FuzzVerifyOrders: what is obeyed was signed by a person of the charter, and
// no name is obeyed twice.
func FuzzVerifyOrders(f *testing.F) {
	w := newWorld(f, nil)
	known := map[string]bool{}
	set := programme.Orders{Screen: playliststest.Screen().ID, Epoch: 1, Counter: 1, IssuedAt: 1, Charter: 2, Safe: calls(1)}
	for _, k := range []programme.OrderKind{programme.Takedown, programme.Bulletin, programme.Lift, programme.Place} {
		o := orderOf(k)
		o.ID = playliststest.ID(strings.ReplaceAll(string(k), "_", ""))
		s := playliststest.Order(f, o, signers(k)...)
		known[string(s.Order)] = true
		set.Orders = append(set.Orders, s)
	}
	envelope, err := programme.SignOrders(&set, playliststest.Key(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(envelope)
	f.Add(marshal(f, set))
	set.Orders = append(set.Orders, set.Orders[0])
	f.Add(marshal(f, set))
	f.Fuzz(func(t *testing.T, b []byte) {
		sealed, err := programme.Seal(programme.OrdersType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			a, err := programme.VerifyOrders(e, w.trust())
			refusedByName(t, err)
			if a == nil {
				continue
			}
			names := map[playlists.ID]bool{}
			for _, o := range a.Obeyed {
				if !known[string(o.Signed.Order)] || names[o.ID] {
					t.Fatalf("order %s is obeyed, which nobody signed, or twice", o.ID)
				}
				names[o.ID] = true
			}
			for _, err := range a.Refused {
				refusedByName(t, err)
			}
			if len(a.Obeyed)+len(a.Refused) != len(a.Orders.Orders) {
				t.Fatal("an order is neither obeyed nor refused")
			}
		}
	})
}

// FuzzCheckOrder: bytes that the right person has signed are an order that
// keeps every bound, or are refused.
func FuzzCheckOrder(f *testing.F) {
	w := newWorld(f, nil)
	for _, k := range []programme.OrderKind{programme.Takedown, programme.Bulletin, programme.Lift, programme.Place} {
		f.Add(marshal(f, orderOf(k)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var s programme.SignedOrder
		s.Order = b
		o, err := w.held.CheckOrder(&s)
		refusedByName(t, err)
		if o != nil {
			t.Fatal("an order by nobody is obeyed")
		}
		for _, word := range []string{"approver", "emergency", "second", "admin"} {
			s.Hands = append(s.Hands[:0:0], *playliststest.Sign(t, programme.OrderType, b, playliststest.ID(word)))
			o, err := w.held.CheckOrder(&s)
			refusedByName(t, err)
			if o == nil {
				continue
			}
			p, _ := w.held.Person(playliststest.ID(word))
			may := map[programme.OrderKind]programme.Capacity{programme.Takedown: programme.MayTakeDown, programme.Bulletin: programme.MayBulletin, programme.Place: programme.MayPlace}[o.Kind]
			if may == "" || !slices.Contains(p.May, may) {
				t.Fatalf("%s alone has given an order of kind %.20q", word, o.Kind)
			}
			if o.Kind == programme.Bulletin && (o.Until <= o.IssuedAt || o.Until-o.IssuedAt > programme.MaxBulletin.Milliseconds()) {
				t.Fatal("a bulletin without end")
			}
		}
	})
}

// FuzzVerifyBeacon: an answer is to this screen and this question.
func FuzzVerifyBeacon(f *testing.F) {
	w := newWorld(f, nil)
	nonce := bytes.Repeat([]byte{7}, programme.NonceSize)
	b := programme.Beacon{Screen: playliststest.Screen().ID, Nonce: nonce, Time: playliststest.Now.UnixMilli(), Epoch: 1, Charter: 2}
	f.Add(marshal(f, b), nonce)
	f.Add(marshal(f, b), nonce[:31])
	f.Add([]byte("{}"), []byte(nil))
	f.Fuzz(func(t *testing.T, b, asked []byte) {
		sealed, err := programme.Seal(programme.BeaconType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range [][]byte{b, sealed} {
			got, err := programme.VerifyBeacon(e, asked, w.trust())
			refusedByName(t, err)
			if got != nil && (got.Screen != w.trust().Screen || !bytes.Equal(got.Nonce, asked) || len(asked) != programme.NonceSize || got.Time <= 0) {
				t.Fatal("an answer to another question")
			}
		}
	})
}

// FuzzKept: whatever is held under the name of a kept set, a decision that is
// not in the set that the charter names stays fallen.
func FuzzKept(f *testing.F) {
	w := newWorld(f, nil)
	object := marshal(f, programme.Approval{Type: "cotmoc/approval/v1", Decisions: []programme.Decision{w.decisions["veteran"], w.decisions["approver"]}})
	f.Add(w.kept)
	f.Add([]byte(`{"type":"cotmoc/kept/v1","statements":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		err := programme.CheckApproval(object, w.grounds(), func(playlists.Digest) ([]byte, bool) { return b, true })
		refusedByName(t, err)
		if err == nil && !bytes.Equal(b, w.kept) {
			t.Fatal("another set makes a decision good")
		}
	})
}

// FuzzBatch: a signature over bytes that do not name the statement is none over
// it.
func FuzzBatch(f *testing.F) {
	w := newWorld(f, nil)
	review := w.decisions["reviewer"]
	digest := []byte(playlists.DigestOf(review.Statement))
	batch, err := programme.NewBatch(review.Statement, []byte("another"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(batch)
	f.Add([]byte(`{"type":"cotmoc/batch/v1","statements":[]}`))
	f.Add(review.Statement)
	f.Fuzz(func(t *testing.T, b []byte) {
		s := playliststest.Sign(t, programme.BatchPayloadType, b, playliststest.ID("reviewer"))
		err := w.judge(t, programme.Decision{Statement: review.Statement, Batch: b, Signature: s}, w.decisions["approver"])
		refusedByName(t, err)
		if err == nil && !(bytes.HasPrefix(b, []byte(`{"type":"cotmoc/batch/v1"`)) && bytes.Contains(b, digest)) {
			t.Fatal("a batch that does not name the statement signs it")
		}
	})
}
