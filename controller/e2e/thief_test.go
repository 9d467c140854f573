package e2e

import (
	"crypto/ed25519"
	"net/http"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/e2e/thief"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// robbed is a screen that plays what two people signed, after a thief has
// taken the controller's place.
type robbed struct {
	*thief.Thief
	t    *testing.T
	s    *stage.Stage
	scr  *stage.Screen
	id   playlists.ID
	held *programme.HeldCharter
	good playlists.Digest // what was signed for the screen
	last programme.Programme
	sent []byte          // its envelope
	evil []thief.Picture // nothing of these may ever be had from the agent
	next uint64
}

func rob(t *testing.T) *robbed {
	t.Helper()
	s := newStage(t)
	r := &robbed{t: t, s: s, held: s.Charter(nil), scr: s.Screen("Quốc môn")}
	r.id = playlists.ID(r.scr.ID)
	photo := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
	r.good = stage.Rendition(t, photo).Digest
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	s.Publish()
	r.scr.AwaitCached(time.Minute)
	stage.OpenPage(t, r.scr.URL)
	r.Thief = thief.Break(t, s)
	r.last, r.sent = r.Stolen(r.id)
	r.next = r.last.Counter
	stage.Await(t, 2*time.Minute, "the agent to talk to the thief", func() bool { return r.scr.Status().Connected })
	return r
}

// picture is bytes that nobody approved.
func (r *robbed) picture(seed uint64) thief.Picture {
	r.t.Helper()
	p := r.Picture("evilaaaaaaaaaaaa", stage.Photo(r.t, seed))
	r.evil = append(r.evil, p)
	return p
}

func (r *robbed) counter() uint64 { r.next++; return r.next }

func (r *robbed) refusals() map[string]uint64 { return r.scr.Status().Report.Trust.Refused }

// refuses does what a thief can and waits until the agent has refused it by
// name. Nothing else changes on the screen.
func (r *robbed) refuses(what string, code programme.Refusal, do func()) {
	r.t.Helper()
	before := r.refusals()[string(code)]
	do()
	stage.Await(r.t, 30*time.Second, what+": the refusal "+string(code), func() bool { return r.refusals()[string(code)] > before })
	r.unmoved(what)
}

// unmoved holds the screen to showing what was signed, and the agent to giving
// no page a byte that was not.
func (r *robbed) unmoved(what string) {
	r.t.Helper()
	if st := r.scr.Status().Report; st.Showing.Rendition != r.good {
		r.t.Errorf("%s: the screen shows %+v", what, st.Showing)
	}
	r.harmless(what)
}

// harmless holds the agent to showing what was signed or nothing.
func (r *robbed) harmless(what string) {
	r.t.Helper()
	if shown := r.scr.Status().Report.Showing.Rendition; shown != r.good && shown != "" {
		r.t.Errorf("%s: the screen shows %s", what, shown)
	}
	for _, p := range r.evil {
		resp, err := http.Get(r.scr.URL + "objects/" + string(p.Rendition))
		if err != nil {
			r.t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			r.t.Errorf("%s: the agent gives a page the bytes: %s", what, resp.Status)
		}
	}
}

func (r *robbed) hand(role string) ed25519.PrivateKey { return stage.Key(role) }

// signedBy is a decision by the hand of a role.
func (r *robbed) signedBy(act programme.Act, role string) thief.Decided {
	return thief.Decided{Act: act, Person: r.s.People[role], Author: r.s.People["editor"], Key: r.hand(role)}
}

// both is what two people would sign.
func (r *robbed) both() []thief.Decided {
	return []thief.Decided{r.signedBy(programme.Review, "reviewer"), r.signedBy(programme.Approve, "approver")}
}

// plays sends a programme that is signed as it should be but for its approval.
func (r *robbed) plays(p thief.Picture, approval []byte) func() {
	return func() { r.Programme(r.With(r.last, r.counter(), r.Showing(p, approval))) }
}

// TestThiefForges: what the holder of the programme key makes up.
func TestThiefForges(t *testing.T) {
	t.Parallel()
	r := rob(t)
	stolen := stage.Key("thief")
	everywhere := playlists.Terms{}
	for i, c := range []struct {
		what string
		code programme.Refusal
		by   func(*[2]thief.Decided)
	}{
		{"unsigned", programme.Unsigned, func(d *[2]thief.Decided) { d[0].Key, d[1].Key = nil, nil }},
		{"wrongly signed", programme.UnknownCredential, func(d *[2]thief.Decided) { d[1].Key = stolen }},
		{"signed by a stranger", programme.UnknownPerson, func(d *[2]thief.Decided) {
			d[1].Person, d[1].Key = "thiefaaaaaaaaaaa", stolen
		}},
		{"one approver twice under two keys", programme.NotApproved, func(d *[2]thief.Decided) { d[0].Person = d[1].Person }},
		{"the author as approver", programme.NotApproved, func(d *[2]thief.Decided) {
			d[0].Author, d[1].Author = d[1].Person, d[1].Person
		}},
		{"the reviewer's hand for the approver", programme.NotApproved, func(d *[2]thief.Decided) { d[1].Signer, d[1].Key = d[0].Person, d[0].Key }},
		{"a hand without the capacity", programme.CapacityMissing, func(d *[2]thief.Decided) {
			d[1].Person, d[1].Key = r.s.People["emergency"], r.hand("emergency")
		}},
	} {
		p := r.picture(uint64(100 + i))
		d := [2]thief.Decided(r.both())
		c.by(&d)
		r.refuses(c.what, c.code, r.plays(p, r.Approval(p, r.last.Profile, everywhere, d[:]...)))
	}

	// Good hands, put to another use.
	p, other := r.picture(200), r.picture(201)
	approval := r.Approval(other, r.last.Profile, everywhere, r.both()...)
	p.Media = other.Media
	r.refuses("a swapped rendition", programme.NotApproved, r.plays(p, approval))
	r.refuses("a rendition of another shape", programme.NotApproved, r.plays(p, r.Approval(p, playlists.Portrait1080, everywhere, r.both()...)))
	r.refuses("outside its territory", programme.OutsideTerms, r.plays(p, r.Approval(p, r.last.Profile, playlists.Terms{Territory: []string{"vungangaaaaaaaaa"}}, r.both()...)))
	r.refuses("another cluster's programme", programme.OtherCluster, func() {
		q := r.With(r.last, r.counter(), r.Showing(p, r.Approval(p, r.last.Profile, playlists.Terms{Territory: []string{"vungangaaaaaaaaa"}}, r.both()...)))
		q.Cluster = "vungangaaaaaaaaa"
		r.Programme(q)
	})
	r.refuses("another screen's programme", programme.OtherScreen, func() {
		q := r.last
		q.Screen, q.Counter = "anotheraaaaaaaaa", r.counter()
		envelope, err := programme.Sign(&q, r.Key)
		if err != nil {
			t.Fatal(err)
		}
		r.Say(r.id, wire.DownProgramme, envelope)
	})
	r.refuses("signed with another key", programme.BadSignature, func() {
		q := r.last
		q.Counter = r.counter()
		r.ProgrammeBy(q, stolen)
	})
	r.refuses("rolled back", programme.RolledBack, func() { q := r.last; q.Counter = 1; r.Programme(q) })
	r.refuses("another epoch", programme.WrongEpoch, func() { q := r.last; q.Epoch, q.Counter = 9, 1; r.Programme(q) })
	r.refuses("retained rubbish", programme.Malformed, func() { r.Say(r.id, wire.DownProgramme, []byte(`{"payloadType":"x"}`)) })
	for _, leaf := range []string{wire.DownCharter, wire.DownOrders, wire.DownBeacon, wire.DownAck} {
		r.Say(r.id, leaf, []byte("\x00rubbish"))
	}

	// After all that, what was signed is still taken.
	q := r.last
	q.Counter = r.counter()
	r.Programme(q)
	stage.Await(t, 30*time.Second, "what was signed", func() bool { c := r.scr.Status().Report.Playing; return c != nil && c.Counter == q.Counter })
	r.refuses("the same number with other bytes", programme.Forked, func() { q.IssuedAt++; r.Programme(q) })
	r.refuses("replayed", programme.RolledBack, func() { r.Say(r.id, wire.DownProgramme, r.sent) })
}

// TestThiefTampersWithBytes: approved names over other bytes, from the objects'
// listener and on the way.
func TestThiefTampersWithBytes(t *testing.T) {
	t.Parallel()
	r := rob(t)
	p := r.picture(300)
	approval := r.Approval(p, r.last.Profile, playlists.Terms{}, r.both()...)
	real := p.Bytes
	r.evil = nil // these bytes are approved; what is served for them is not
	tampered := append([]byte{}, real...)
	tampered[len(tampered)/2] ^= 1
	r.Pretend(p.Rendition, tampered)
	r.plays(p, approval)()
	stage.Await(t, time.Minute, "tampered bytes to be noticed", func() bool {
		for _, pr := range r.scr.Status().Report.Problems {
			if pr.Code == string(programme.WrongDigest) {
				return true
			}
		}
		return false
	})
	r.unmoved("a tampered rendition")
	if resp, err := http.Get(r.scr.URL + "objects/" + string(p.Rendition)); err == nil {
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("tampered bytes are given to a page: %s", resp.Status)
		}
	}
	r.Pretend(p.Rendition, real)
	r.good = p.Rendition
	stage.Await(t, time.Minute, "the real bytes", func() bool { return r.scr.Status().Report.Showing.Rendition == p.Rendition })
}

// TestThiefPlaysWithTime: what is approved, before and after its time, with
// the programme key, the beacon and the clock in the thief's hands.
func TestThiefPlaysWithTime(t *testing.T) {
	t.Parallel()
	r := rob(t)
	now := time.Now()
	over, early := r.picture(400), r.picture(401)
	over.Media, early.Media = "overaaaaaaaaaaaa", "earlyaaaaaaaaaaa"
	expired := r.Approval(over, r.last.Profile, playlists.Terms{ValidUntil: now.Add(-time.Hour)}, r.both()...)
	future := r.Approval(early, r.last.Profile, playlists.Terms{ValidFrom: now.AddDate(0, 6, 0)}, r.both()...)
	// In lists of their own above what plays: they win as soon as they may.
	q := r.last
	for i, show := range []programme.Showing{r.Showing(over, expired), r.Showing(early, future)} {
		one := r.With(r.last, 1, show)
		e := one.Entries[0]
		e.ID, e.Priority = playlists.ID([]string{"entrybaaaaaaaaaa", "entrycaaaaaaaaaa"}[i]), 90
		e.Rule = schedule.Rule{Weekdays: []int{}, Windows: []schedule.Window{}}
		q.Entries = append([]programme.Entry{e}, q.Entries...)
	}
	q.Counter = r.counter()
	r.Programme(q)
	stage.Await(t, time.Minute, "the programme", func() bool { c := r.scr.Status().Report.Playing; return c != nil && c.Counter == q.Counter })
	r.unmoved("expired and future items")
	until := r.held.Expires()
	r.Beacons(func(b *programme.Beacon) { b.Time = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() })
	r.scr.Kill()
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, time.Minute, "the beacon from 2099", func() bool { return r.scr.Status().Report.Clock.Floor >= until.Add(-time.Hour).UnixMilli() })
	if floor := time.UnixMilli(r.scr.Status().Report.Clock.Floor); floor.After(until.Add(time.Hour)) {
		t.Errorf("a beacon from 2099 has moved the floor to %s, past the charter's end on %s", floor, until)
	}
	// The thief may hide what was signed by it, and show nothing else.
	stage.Await(t, 30*time.Second, "a frame", func() bool { return r.scr.Status().Report.Showing.Kind != wire.ShowNothing })
	r.harmless("a beacon from 2099")
}

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

// TestThiefFreezes: saying nothing for longer than the charter allows ends on
// the slate, also on a machine that was switched off in between.
func TestThiefFreezes(t *testing.T) {
	t.Parallel()
	r := rob(t)
	r.Beacons(nil)
	r.scr.Stop()
	days := time.Duration(r.held.MaxUnattendedDays) * 24 * time.Hour
	r.scr.UseClock(time.Now().Add(days - time.Hour))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "what was signed, and a warning", func() bool {
		return r.scr.Status().Report.Showing.Rendition == r.good && r.problem("unattended_soon")
	})
	r.scr.Stop()
	r.scr.UseClock(time.Now().Add(days + 2*time.Hour))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "the slate", func() bool {
		return r.scr.Status().Report.Showing.Rendition != r.good && r.problem("unattended")
	})
}

func (r *robbed) problem(code string) bool {
	for _, p := range r.scr.Status().Report.Problems {
		if p.Code == code {
			return true
		}
	}
	return false
}

// TestThiefHasAScreensCredential: with the key of a screen one can speak as
// that screen, and make none show anything.
func TestThiefHasAScreensCredential(t *testing.T) {
	t.Parallel()
	r := rob(t)
	impostor := r.Impostor(r.id, r.scr.Data)
	for _, leaf := range []string{wire.DownProgramme, wire.DownOrders, wire.DownCharter} {
		impostor.Publish(wire.Topic(r.id, leaf), 1, true, []byte("from a screen")).WaitTimeout(5 * time.Second)
		impostor.Publish(wire.Topic("anotheraaaaaaaaa", leaf), 1, true, []byte("from a screen")).WaitTimeout(5 * time.Second)
	}
	r.unmoved("a stolen credential")
	for _, leaf := range []string{wire.DownProgramme, wire.DownOrders, wire.DownCharter} {
		if b := r.Retained(wire.Topic("anotheraaaaaaaaa", leaf)); string(b) == "from a screen" {
			t.Errorf("a screen can say %s to another", leaf)
		}
	}
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

// TestThiefInTheMiddle: with another authority's certificates nobody is
// listened to.
func TestThiefInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Charter(nil)
	scr := s.Screen("Quốc môn")
	photo := s.Approved("anh.jpg", "Ảnh", stage.Photo(t, 1))
	s.Schedule("Cả ngày", s.Playlist("Danh sách", photo), 50)
	s.Publish()
	scr.AwaitCached(time.Minute)
	stage.OpenPage(t, scr.URL)
	th := thief.Between(t, s)
	p, _ := th.Stolen(playlists.ID(scr.ID))
	p.Counter++
	th.Programme(p) // even a programme that would be taken
	own := th.Called.Load()
	stage.Await(t, 3*time.Minute, "the screen to call", func() bool { return th.Called.Load() > own+1 })
	st := scr.Status()
	if st.Connected || st.Report.Received.Counter >= p.Counter || st.Report.Showing.Rendition != stage.Rendition(t, photo).Digest {
		t.Errorf("connected %t, holds programme %d, shows %s", st.Connected, st.Report.Received.Counter, st.Report.Showing.Rendition)
	}
}

// TestThiefTurnsTheClock: a clock that is lost, in a screen that was switched
// off, begins nothing that lies ahead and shows nothing that may be over.
func TestThiefTurnsTheClock(t *testing.T) {
	t.Parallel()
	r := rob(t)
	r.Beacons(nil)
	now := time.Now()
	early, soon := r.picture(700), r.picture(701)
	early.Media, soon.Media = "earlyaaaaaaaaaaa", "soonaaaaaaaaaaaa"
	q := r.With(r.last, r.counter(), r.Showing(early, r.Approval(early, r.last.Profile, playlists.Terms{ValidFrom: now.AddDate(0, 0, 10)}, r.both()...)))
	one := r.With(r.last, 1, r.Showing(soon, r.Approval(soon, r.last.Profile, playlists.Terms{ValidUntil: now.AddDate(0, 0, 5)}, r.both()...)))
	one.Entries[0].ID = "entrybaaaaaaaaaa"
	q.Entries = append(q.Entries, one.Entries[0])
	r.Programme(q)
	stage.Await(t, time.Minute, "the programme", func() bool { c := r.scr.Status().Report.Playing; return c != nil && c.Counter == q.Counter })
	r.scr.Stop()
	r.scr.UseClock(time.Date(1970, 1, 1, 0, 1, 0, 0, time.UTC))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "a frame with the lost clock", func() bool {
		st := r.scr.Status().Report
		return st.Clock.State == wire.ClockLost && st.Showing.Kind != wire.ShowNothing
	})
	r.good = "" // what was signed for ever is not in this programme
	r.harmless("a lost clock")
	r.scr.Stop()
	r.scr.UseClock(now.AddDate(0, 0, 15))
	r.scr.Start()
	r.scr.AwaitServing()
	stage.Await(t, 30*time.Second, "a frame after its end", func() bool { return r.scr.Status().Report.Showing.Kind != wire.ShowNothing })
	r.evil = []thief.Picture{soon} // the other one's time has come by this clock
	stage.Await(t, 30*time.Second, "the item whose time has come", func() bool { return r.scr.Status().Report.Showing.Rendition == early.Rendition })
	r.good = early.Rendition
	r.harmless("a clock that is two weeks on")
}
