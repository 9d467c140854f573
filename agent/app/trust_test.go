package app

import (
	"strings"
	"testing"
	"time"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// charted runs an agent that was enrolled under a charter.
func charted(t *testing.T, change func(*programme.Charter)) (*controllertest.Controller, *App, *programme.HeldCharter) {
	t.Helper()
	c := controllertest.New(t)
	held, envelope := playliststest.Charter(t, change)
	c.SetCharter(envelope)
	a, _ := enrolled(t, c, t.TempDir())
	return c, a, held
}

// under compiles a programme that names the charter it goes with.
func under(t *testing.T, counter, charter uint64, change func(*programme.Programme), bundles ...playliststest.Bundle) playliststest.Signed {
	t.Helper()
	s := playliststest.Programme(t, playliststest.Screen(), counter, schedule.Rule{}, true, bundles...)
	s.Programme.Charter = charter
	if change != nil {
		change(&s.Programme)
	}
	var err error
	if s.Envelope, err = programme.Sign(&s.Programme, playliststest.Key(1)); err != nil {
		t.Fatal(err)
	}
	return s
}

func bundle(t *testing.T, word string) playliststest.Bundle {
	return playliststest.Approved(t, word, []byte("bytes of "+word), playlists.Terms{})
}

func shows(a *App, kind playout.Kind, media string) func() bool {
	return func() bool {
		slots := a.playout.View().Slots
		return len(slots) > 0 && slots[0].Kind == kind && (media == "" || slots[0].Picture.Media == playliststest.ID(media))
	}
}

func refused(a *App, code programme.Refusal) func() bool {
	return func() bool { return a.Status().Report.Trust.Refused[string(code)] > 0 }
}

const screenID = "screen"

// Under a charter only what its people have signed plays: a programme signed
// by the right programme key over decisions nobody signed is refused, and
// changes nothing.
func TestOnlyWhatPeopleSigned(t *testing.T) {
	t.Parallel()
	c, a, _ := charted(t, nil)
	c.Publish(under(t, 1, 1, nil, bundle(t, "anh")))
	c.Await("what was signed", plays(a, 1))

	stranger := bundle(t, "gia")
	m := *stranger.Media
	forged := func(act programme.Act, who playlists.ID) programme.Decision {
		b, err := programme.Marshal(programme.NewStatement(&m, act, playlists.Actor{ID: who, Name: "x"}, "", playliststest.Now.Add(-time.Hour)))
		if err != nil {
			t.Fatal(err)
		}
		return programme.Decision{Statement: b, Signature: playliststest.Sign(t, programme.StatementPayloadType, b, playliststest.ID("thief"))}
	}
	unsigned := func(act programme.Act, who playlists.ID) programme.Decision {
		d := forged(act, who)
		d.Signature = nil
		return d
	}
	for i, make := range []func(programme.Act, playlists.ID) programme.Decision{unsigned, forged} {
		approval, err := programme.NewApproval(make(programme.Review, playliststest.ID("reviewer")), make(programme.Approve, playliststest.ID("approver")))
		if err != nil {
			t.Fatal(err)
		}
		stranger.Approval = approval
		c.Publish(under(t, uint64(i+2), 1, nil, stranger))
		c.Await("its refusal", refused(a, []programme.Refusal{programme.Unsigned, programme.NotApproved}[i]))
		if !plays(a, 1)() || !shows(a, playout.Item, "anh")() {
			t.Fatalf("it shows %+v", a.playout.View().Slots[0])
		}
	}
}

// A charter that expels somebody takes what they signed off the screen at
// once, while the rest plays on; the programme that goes with it follows.
func TestExpelled(t *testing.T) {
	t.Parallel()
	c, a, held := charted(t, nil)
	c.Publish(under(t, 1, 1, nil, bundle(t, "anh")))
	c.Await("the item", shows(a, playout.Item, "anh"))
	next := playliststest.NextCharter(t, held, func(ch *programme.Charter) { ch.People[0].Standing = programme.Compromised })
	c.Charters(playliststest.ID(screenID), 1, playliststest.SignCharter(t, held.Charter, "anh", "binh"), next)
	c.Await("nothing of theirs", func() bool { return shows(a, playout.Neutral, "")() && a.Status().Report.Trust.Charter == 2 })
	c.Await("the reason", hasProblem(a, string(programme.PersonCompromised)))
	if _, ok := a.playout.Serves(bundle(t, "anh").Media.Renditions[0].Digest); ok {
		t.Error("its bytes are still served to pages")
	}
}

// A chain is followed however many were missed; a fork, an older one, and one
// that the predecessor's holders did not sign are refused.
func TestChain(t *testing.T) {
	t.Parallel()
	c, a, held := charted(t, nil)
	id := playliststest.ID(screenID)
	first := playliststest.SignCharter(t, held.Charter, "anh", "binh")
	envelopes, at := [][]byte{first}, held
	for range 4 {
		next := playliststest.NextCharter(t, at, nil)
		var err error
		if at, err = at.Next(next); err != nil {
			t.Fatal(err)
		}
		envelopes = append(envelopes, next)
	}
	c.Charters(id, 1, envelopes...)
	number := func(n uint64) func() bool { return func() bool { return a.Status().Report.Trust.Charter == n } }
	c.Await("charter 5", number(5))
	c.Charters(id, 1, envelopes[:3]...)
	c.Await("no way back", refused(a, programme.CharterOld))
	c.Charters(id, 7, envelopes[0])
	c.Await("no gap", refused(a, programme.CharterGap))
	c.Charters(id, 1, append(envelopes[:4:4], playliststest.NextCharter(t, held, func(ch *programme.Charter) { ch.Number = 5 }))...)
	c.Await("no fork", refused(a, programme.CharterForked))
	c.Charters(id, 1, append(envelopes[:5:5], playliststest.NextCharter(t, at, nil, "anh"))...)
	c.Await("no charter of one holder", refused(a, programme.CharterUnsigned))
	if !number(5)() {
		t.Errorf("it holds charter %d", a.Status().Report.Trust.Charter)
	}
}

// A takedown is obeyed at once, stays when it leaves the set, over a restart,
// and ends by two people's lift alone.
func TestTakedownIsLatched(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	_, envelope := playliststest.Charter(t, nil)
	c.SetCharter(envelope)
	dir := t.TempDir()
	a, stop := enrolled(t, c, dir)
	id := playliststest.ID(screenID)
	c.Publish(under(t, 1, 1, nil, bundle(t, "nen"), bundle(t, "anh")))
	c.Await("programme 1", plays(a, 1))
	down := playliststest.Order(t, takedown("anh"), "approver")
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 1, Orders: []programme.SignedOrder{down}})
	gone := func(a *App) func() bool {
		return func() bool {
			_, served := a.playout.Serves(bundle(t, "anh").Media.Renditions[0].Digest)
			return !served && len(a.Status().Report.Trust.Latched) == 1
		}
	}
	c.Await("the takedown", gone(a))
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 2})
	c.Await("the empty set", func() bool { o := a.Status().Report.Trust.Orders; return o != nil && o.Counter == 2 })
	if !gone(a)() {
		t.Error("leaving the set has lifted it")
	}
	stop()
	a, _ = start(t, nil, dir)
	if !gone(a)() {
		t.Error("a restart has lifted it")
	}
	lift := programme.Order{ID: playliststest.ID("lift"), Kind: programme.Lift, Clusters: []string{playlists.Everywhere}, Lifts: takedown("anh").ID, IssuedAt: playliststest.Now.UnixMilli()}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 3, Orders: []programme.SignedOrder{playliststest.Order(t, lift, "approver")}})
	c.Await("one is too few", refused(a, programme.TooFewPeople))
	if !gone(a)() {
		t.Error("one person has lifted it")
	}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 4, Orders: []programme.SignedOrder{down, playliststest.Order(t, lift, "approver", "second")}})
	c.Await("the lift", func() bool { return len(a.Status().Report.Trust.Latched) == 0 })
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 3})
	c.Await("no way back", refused(a, programme.RolledBack))
}

func takedown(media string) programme.Order {
	return programme.Order{ID: playliststest.ID("down"), Kind: programme.Takedown, Clusters: []string{playlists.Everywhere}, Media: playliststest.ID(media), IssuedAt: playliststest.Now.UnixMilli()}
}

// The slate is called for by the controller alone, and lifted by two people; a
// bulletin does not show through it, and shows without it.
func TestSafeAndBulletin(t *testing.T) {
	t.Parallel()
	c, a, _ := charted(t, nil)
	id := playliststest.ID(screenID)
	c.Publish(under(t, 1, 1, nil, bundle(t, "nen"), bundle(t, "anh")))
	c.Await("programme 1", plays(a, 1))
	safe := programme.Safe{ID: playliststest.ID("safe"), By: "Trực ban", At: playliststest.Now.UnixMilli()}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 1, Safe: []programme.Safe{safe}})
	// Messages may overtake each other, and the slate stands while pictures come.
	c.Await("the latch", func() bool { return len(a.Status().Report.Trust.Latched) == 1 })
	c.Await("the slate", shows(a, playout.Slate, "nen"))
	now := time.Now()
	storm := programme.Order{
		ID: playliststest.ID("storm"), Kind: programme.Bulletin, Clusters: []string{playlists.Everywhere}, IssuedAt: now.UnixMilli(),
		Text: []programme.BulletinText{{Language: "vi", Title: "Mưa lũ", Body: "Đường 8A tạm đóng."}}, Level: programme.Urgent, Until: now.Add(time.Hour).UnixMilli(),
	}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 2, Orders: []programme.SignedOrder{playliststest.Order(t, storm, "emergency")}})
	c.Await("the orders", func() bool { o := a.Status().Report.Trust.Orders; return o != nil && o.Counter == 2 })
	if !shows(a, playout.Slate, "nen")() {
		t.Error("a bulletin shows on a safe screen")
	}
	lift := programme.Order{ID: playliststest.ID("lift"), Kind: programme.Lift, Clusters: []string{playlists.Everywhere}, Lifts: safe.ID, IssuedAt: now.UnixMilli()}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 3, Orders: []programme.SignedOrder{playliststest.Order(t, lift, "approver", "second")}})
	c.Await("the bulletin", shows(a, playout.Bulletin, ""))
	forged := storm
	forged.ID = playliststest.ID("forged")
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 4, Orders: []programme.SignedOrder{playliststest.Order(t, forged, "approver")}})
	c.Await("no bulletin of somebody else", refused(a, programme.CapacityMissing))
	lift.ID, lift.Lifts = playliststest.ID("end"), storm.ID
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 5, Orders: []programme.SignedOrder{playliststest.Order(t, lift, "approver", "second")}})
	c.Await("the programme again", func() bool { return !shows(a, playout.Bulletin, "")() })
}

// A screen plays for the cluster it was placed in: what the programme key
// alone says of another is refused, and a signed order moves it.
func TestPlacement(t *testing.T) {
	t.Parallel()
	c, a, _ := charted(t, nil)
	id, there := playliststest.ID(screenID), playliststest.ID("vungang")
	c.Publish(under(t, 1, 1, nil, bundle(t, "anh")))
	c.Await("programme 1", plays(a, 1))
	moved := under(t, 2, 1, func(p *programme.Programme) { p.Cluster = there }, bundle(t, "anh"))
	c.Publish(moved)
	c.Await("no other cluster", refused(a, programme.OtherCluster))
	place := programme.Order{ID: playliststest.ID("place"), Kind: programme.Place, Clusters: []string{playlists.Everywhere}, Screens: []playlists.ID{id}, Cluster: there, IssuedAt: playliststest.Now.UnixMilli()}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 1, Orders: []programme.SignedOrder{playliststest.Order(t, place, "admin")}})
	c.Await("the order", func() bool { return a.Status().Report.Trust.Orders != nil })
	c.Publish(moved)
	c.Await("programme 2", plays(a, 2))
}

// A programme that goes with a later charter or later orders waits for them.
func TestGoesWith(t *testing.T) {
	t.Parallel()
	c, a, held := charted(t, nil)
	id := playliststest.ID(screenID)
	c.Publish(under(t, 1, 2, func(p *programme.Programme) { p.Orders = 1 }, bundle(t, "anh")))
	c.Await("that the charter is missing", hasProblem(a, string(programme.CharterMissing)))
	c.Charters(id, 2, playliststest.NextCharter(t, held, nil))
	c.Await("that the orders are missing", hasProblem(a, string(programme.OrdersMissing)))
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 1, Charter: 2})
	c.Await("the programme", plays(a, 1))
}

// Beacons: a true one holds the clock, one from 2099 moves it no further than
// the charter's end, and one that names what has not come says so.
func TestBeacons(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	held, envelope := playliststest.Charter(t, nil)
	c.SetCharter(envelope)
	c.Beacons(func(b *programme.Beacon) { b.Reported = programme.Numbers{Epoch: 1, Counter: 9} })
	a, _ := enrolled(t, c, t.TempDir())
	c.Await("a beacon", func() bool {
		r := a.Status().Report
		return r.Trust.Heard > 0 && r.Clock.State == wire.ClockTrusted && r.Trust.Late > r.Trust.Heard
	})
	c.Await("an old disk to be noticed by its own reports", hasProblem(a, "state_restored"))
	c.Beacons(func(b *programme.Beacon) { b.Time = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() })
	a.screen.Load().heard <- struct{}{}
	c.Await("the floor at the charter's end", func() bool { return !a.clock.Floor().Before(held.Expires()) })
	if limit := held.Expires().Add(time.Hour); a.clock.Floor().After(limit) {
		t.Errorf("a beacon from 2099 has moved the floor to %s", a.clock.Floor())
	}
	if earliest, _ := a.clock.Bounds(); earliest.After(time.Now().Add(time.Minute)) {
		t.Errorf("a beacon from 2099 lets things begin as at %s", earliest)
	}
}

// After a restore that a charter has acknowledged by a new epoch the screen
// takes programmes from the first number on; before, it refuses them.
func TestNewEpoch(t *testing.T) {
	t.Parallel()
	c, a, held := charted(t, nil)
	id := playliststest.ID(screenID)
	c.Publish(under(t, 7, 1, nil, bundle(t, "anh")))
	c.Await("programme 7", plays(a, 7))
	c.Publish(under(t, 1, 1, nil, bundle(t, "anh")))
	c.Await("no way back", refused(a, programme.RolledBack))
	again := under(t, 1, 1, func(p *programme.Programme) { p.Epoch = 2 }, bundle(t, "anh"))
	c.Publish(again)
	c.Await("no epoch without a charter", refused(a, programme.WrongEpoch))
	c.Charters(id, 2, playliststest.NextCharter(t, held, func(ch *programme.Charter) { ch.Epoch = 2 }))
	c.Await("the charter", func() bool { return a.Status().Report.Trust.Charter == 2 })
	c.Publish(again)
	c.Await("epoch 2", func() bool { p := a.Status().Report.Playing; return p != nil && p.Epoch == 2 })
}

// A screen notices that the controller's audit log has become shorter, or
// another one of the same length.
func TestAuditRewritten(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	a, _ := enrolled(t, c, t.TempDir())
	head := func(seq uint64, of string) func(*programme.Programme) {
		return func(p *programme.Programme) {
			p.Audit = programme.AuditHead{Seq: seq, Hash: playlists.DigestOf([]byte(of))}
		}
	}
	for i, h := range []struct {
		seq   uint64
		of    string
		found bool
	}{{5, "five", false}, {9, "nine", false}, {9, "another nine", true}} {
		c.Publish(under(t, uint64(i+1), 0, head(h.seq, h.of), bundle(t, "anh")))
		c.Await("the programme", func() bool { r := a.Status().Report.Received; return r != nil && r.Counter == uint64(i+1) })
		if noticed := hasProblem(a, "audit_rewritten"); h.found {
			c.Await("it to be noticed", noticed)
		} else if noticed() {
			t.Errorf("after entry %d of %s: noticed", h.seq, h.of)
		}
	}
	c.Publish(under(t, 4, 0, head(3, "three"), bundle(t, "anh")))
	c.Await("the shorter log", func() bool {
		for _, p := range a.Status().Report.Problems {
			if p.Code == "audit_rewritten" && strings.Contains(p.Detail, "now ends at 3") {
				return true
			}
		}
		return false
	})
}

// What a retired person signed before stands once the set that the charter
// keeps has come, while nothing else of the programme changes.
func TestKeptSetComesLater(t *testing.T) {
	t.Parallel()
	c, a, held := charted(t, nil)
	b := bundle(t, "anh")
	c.Publish(under(t, 1, 1, nil, b))
	c.Await("programme 1", plays(a, 1))
	var approval programme.Approval
	if err := programme.Unmarshal(b.Approval, &approval); err != nil {
		t.Fatal(err)
	}
	kept, err := programme.NewKeptSet([]playlists.Digest{playlists.DigestOf(approval.Decisions[0].Statement)})
	if err != nil {
		t.Fatal(err)
	}
	next := playliststest.NextCharter(t, held, func(ch *programme.Charter) {
		ch.People[0].Standing, ch.People[0].Kept = programme.Retired, playlists.DigestOf(kept)
	})
	c.Charters(playliststest.ID(screenID), 2, next)
	c.Await("the item gone without the set", func() bool { return a.Status().Report.Trust.Charter == 2 && shows(a, playout.Neutral, "")() })
	c.Object(kept)
	a.screen.Load().sync.Kick()
	c.Await("the item back with it", shows(a, playout.Item, "anh"))
}

// A screen that has lost its clock shows no bulletin, neither one it had before
// the power went nor one that comes now: both may be of last spring. The answer
// to its question shows them, as long as they have not ended.
func TestBulletinWithALostClock(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	_, envelope := playliststest.Charter(t, nil)
	c.SetCharter(envelope)
	dir := t.TempDir()
	a, stop := enrolled(t, c, dir)
	id, now := playliststest.ID(screenID), time.Now()
	c.Publish(under(t, 1, 1, nil, bundle(t, "nen"), bundle(t, "anh")))
	c.Await("programme 1", plays(a, 1))
	storm := func(word string, lasts time.Duration) programme.SignedOrder {
		return playliststest.Order(t, programme.Order{
			ID: playliststest.ID(word), Kind: programme.Bulletin, Clusters: []string{playlists.Everywhere}, IssuedAt: now.UnixMilli(), Level: programme.Urgent,
			Text: []programme.BulletinText{{Language: "vi", Title: "Mưa lũ", Body: "Đường 8A tạm đóng."}}, Until: now.Add(lasts).UnixMilli(),
		}, "emergency")
	}
	held := func(counter uint64) func() bool {
		return func() bool { o := a.Status().Report.Trust.Orders; return o != nil && o.Counter == counter }
	}
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 1, IssuedAt: now.UnixMilli(), Orders: []programme.SignedOrder{storm("before", 2*time.Hour)}})
	c.Await("the bulletin", shows(a, playout.Bulletin, ""))
	stop()
	c.Beacons(nil)
	var err error
	if a, err = newWithClock(t, dir, time.Date(1970, 1, 1, 0, 0, 9, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	c.Await("the session", func() bool { return a.Status().Connected })
	c.Orders(programme.Orders{Screen: id, Epoch: 1, Counter: 2, IssuedAt: now.UnixMilli(), Orders: []programme.SignedOrder{storm("now", time.Hour)}})
	c.Await("the orders", held(2))
	if st := a.Status().Report; shows(a, playout.Bulletin, "")() || len(st.Trust.Latched) > 0 || st.Clock.State != wire.ClockLost {
		t.Errorf("with a clock that is %s it shows %+v", st.Clock.State, a.playout.View().Slots)
	}
	answer := func(at time.Time) {
		c.Beacons(func(b *programme.Beacon) { b.Time = at.UnixMilli() })
		a.screen.Load().heard <- struct{}{}
	}
	newest := func(word string) func() bool {
		return func() bool {
			v := a.playout.View()
			return v.Bulletin != nil && v.Bulletin.ID == playliststest.ID(word)
		}
	}
	answer(now.Add(time.Minute))
	c.Await("the bulletin of today", newest("now"))
	answer(now.Add(90 * time.Minute))
	c.Await("the one before, which lasts longer", newest("before"))
	answer(now.Add(3 * time.Hour))
	c.Await("none", func() bool { return !shows(a, playout.Bulletin, "")() && len(a.Status().Report.Trust.Latched) == 0 })
}
