package e2e

import (
	"crypto/ed25519"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// TestThiefForgesCharters: root keys are not among what was stolen.
func TestThiefForgesCharters(t *testing.T) {
	t.Parallel()
	r := rob(t)
	copied := func() programme.Charter { // changing it changes nothing held
		c := r.held.Charter
		c.Roots, c.People = slices.Clone(c.Roots), slices.Clone(c.People)
		return c
	}
	next := func(change func(*programme.Charter)) []byte {
		c := copied()
		c.Number, c.Previous, c.IssuedAt = r.held.Number+1, r.held.Payload, r.held.IssuedAt+1
		change(&c)
		b, err := programme.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	own := func(c *programme.Charter) {
		for i := range c.Roots {
			c.Roots[i].Key = stage.Key("thief " + c.Roots[i].Holder).Public().(ed25519.PublicKey)
		}
	}
	forged, err := programme.SignCharter(nil, next(own), stage.Key("thief Thu"))
	if err == nil {
		forged, err = programme.SignCharter(forged, nil, stage.Key("thief Sơn"))
	}
	if err != nil {
		t.Fatal(err)
	}
	first := stage.SignCharter(t, marshal(t, r.held.Charter), "Thu", "Sơn")
	r.refuses("a charter by the thief's own roots", programme.CharterUnsigned, func() { r.Charters(r.id, 1, first, forged) })
	r.refuses("a charter of one holder", programme.CharterUnsigned, func() {
		r.Charters(r.id, 1, first, stage.SignCharter(t, next(func(*programme.Charter) {}), "Thu"))
	})
	r.refuses("another first charter", programme.CharterForked, func() {
		c := copied()
		own(&c)
		e, err := programme.SignCharter(nil, marshal(t, c), stage.Key("thief Thu"))
		if err == nil {
			e, err = programme.SignCharter(e, nil, stage.Key("thief Sơn"))
		}
		if err != nil {
			t.Fatal(err)
		}
		r.Charters(r.id, 1, e)
	})
	r.refuses("a gap", programme.CharterGap, func() { r.Charters(r.id, 5, first) })
	if n := r.scr.Status().Report.Trust.Charter; n != 1 {
		t.Errorf("the screen holds charter %d", n)
	}

	// What holders sign counts at once: one who is expelled, one who retires.
	gone := stage.SignCharter(t, next(func(c *programme.Charter) {
		for i := range c.People {
			if c.People[i].ID == r.s.People["approver"] {
				c.People[i].Standing = programme.Compromised
			}
		}
	}), "Thu", "Sơn")
	r.Charters(r.id, 1, first, gone)
	stage.Await(t, time.Minute, "what an expelled person signed to be gone", func() bool {
		st := r.scr.Status().Report
		return st.Trust.Charter == 2 && st.Showing.Rendition != r.good
	})
	p := r.picture(500)
	before := r.refusals()[string(programme.PersonCompromised)]
	q := r.With(r.last, r.counter(), r.Showing(p, r.Approval(p, r.last.Profile, playlists.Terms{}, r.both()...)))
	q.Charter = 2
	r.Programme(q)
	stage.Await(t, 30*time.Second, "an expelled hand to be refused", func() bool { return r.refusals()[string(programme.PersonCompromised)] > before })
}

// TestThiefPlaysWithOrders: forged, dropped and replayed.
func TestThiefPlaysWithOrders(t *testing.T) {
	t.Parallel()
	r := rob(t)
	everywhere := []string{playlists.Everywhere}
	sign := func(o programme.Order, roles ...string) programme.SignedOrder {
		b := marshal(t, o)
		out := programme.SignedOrder{Order: b, Hands: []programme.HandSignature{}}
		for _, role := range roles {
			h, err := programme.SignByHand(programme.OrderType, b, r.s.People[role], stage.Key(role))
			if err != nil {
				t.Fatal(err)
			}
			out.Hands = append(out.Hands, *h)
		}
		return out
	}
	now := time.Now()
	r.s.People["thief"] = "thiefaaaaaaaaaaa"
	storm := programme.Order{ID: "stormaaaaaaaaaaa", Kind: programme.Bulletin, Clusters: everywhere, IssuedAt: now.UnixMilli(), Level: programme.Urgent,
		Text: []programme.BulletinText{{Language: "vi", Title: "Tin giả", Body: "x"}}, Until: now.Add(time.Hour).UnixMilli()}
	var n uint64
	set := func(o ...programme.SignedOrder) func() {
		return func() { n++; r.Orders(programme.Orders{Screen: r.id, Epoch: 1, Counter: n, Charter: 1, Orders: o}) }
	}
	r.refuses("a forged bulletin", programme.UnknownPerson, set(sign(storm, "thief")))
	r.refuses("a bulletin by somebody else", programme.CapacityMissing, set(sign(storm, "approver")))
	r.refuses("an unsigned bulletin", programme.TooFewPeople, set(sign(storm)))
	down := programme.Order{ID: "downaaaaaaaaaaaa", Kind: programme.Takedown, Clusters: everywhere, Media: r.media(), IssuedAt: now.UnixMilli()}
	set(sign(down, "approver"))()
	latched := func() bool { return len(r.scr.Status().Report.Trust.Latched) == 1 }
	stage.Await(t, 10*time.Second, "the takedown", func() bool { return latched() && r.scr.Status().Report.Showing.Rendition != r.good })
	set()()
	stage.Await(t, 10*time.Second, "the set without it", func() bool { o := r.scr.Status().Report.Trust.Orders; return o != nil && o.Counter == n })
	if !latched() {
		t.Error("dropping a takedown lifts it")
	}
	lift := programme.Order{ID: "liftaaaaaaaaaaaa", Kind: programme.Lift, Clusters: everywhere, Lifts: down.ID, IssuedAt: now.UnixMilli()}
	before := r.refusals()[string(programme.TooFewPeople)]
	set(sign(lift, "approver"))()
	stage.Await(t, 10*time.Second, "a lift of one", func() bool { return r.refusals()[string(programme.TooFewPeople)] > before })
	if !latched() {
		t.Error("one person lifts it")
	}
	set(sign(lift, "approver", "reviewer"))()
	stage.Await(t, 10*time.Second, "the lift of two", func() bool { return !latched() && r.scr.Status().Report.Showing.Rendition == r.good })
	set(sign(down, "approver"))()
	stage.Await(t, 10*time.Second, "the replay", func() bool { o := r.scr.Status().Report.Trust.Orders; return o.Counter == n })
	if latched() {
		t.Error("an order that was lifted comes again")
	}
	r.refuses("an older set", programme.RolledBack, func() { r.Orders(programme.Orders{Screen: r.id, Epoch: 1, Counter: 1, Charter: 1}) })
}

// media is the media of the one item that plays.
func (r *robbed) media() playlists.ID { return r.scr.Status().Report.Showing.Media }

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	b, err := programme.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestThiefUsesARetiredHand: what a person signed before they left stands when
// the charter keeps it; nothing they sign later does, whatever its date.
func TestThiefUsesARetiredHand(t *testing.T) {
	t.Parallel()
	r := rob(t)
	kept, err := programme.NewKeptSet(r.Statements(r.last))
	if err != nil {
		t.Fatal(err)
	}
	retired := func(held *programme.HeldCharter, keeps playlists.Digest) []byte {
		c := held.Charter
		c.People = slices.Clone(c.People)
		c.Number, c.Previous, c.IssuedAt = held.Number+1, held.Payload, held.IssuedAt+1
		for i := range c.People {
			if c.People[i].ID == r.s.People["approver"] {
				c.People[i].Standing, c.People[i].Kept = programme.Retired, keeps
			}
		}
		return stage.SignCharter(t, marshal(t, c), "Thu", "Sơn")
	}
	first := stage.SignCharter(t, marshal(t, r.held.Charter), "Thu", "Sơn")
	second := retired(r.held, r.Serve(kept))
	r.Charters(r.id, 1, first, second)
	stage.Await(t, time.Minute, "charter 2 with what it keeps", func() bool {
		st := r.scr.Status().Report
		return st.Trust.Charter == 2 && st.Showing.Rendition == r.good
	})
	p := r.picture(600)
	old := r.both()
	old[1].At = time.Now().Add(-40 * time.Minute)
	r.refuses("a retired hand with an early date", programme.PersonRetired, func() {
		q := r.With(r.last, r.counter(), r.Showing(p, r.Approval(p, r.last.Profile, playlists.Terms{}, old...)))
		q.Charter = 2
		r.Programme(q)
	})
	held, err := r.held.Next(second)
	if err != nil {
		t.Fatal(err)
	}
	r.Charters(r.id, 1, first, second, retired(held, ""))
	stage.Await(t, time.Minute, "what is not kept to be gone", func() bool {
		st := r.scr.Status().Report
		return st.Trust.Charter == 3 && st.Showing.Rendition != r.good
	})
}
