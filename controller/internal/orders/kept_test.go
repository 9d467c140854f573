package orders_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/orders"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// A crash at any point loses nothing and repeats nothing harmful.
func TestCrashes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		cut  func(*desk)
		fail bool // Submit fails
	}{
		{"before the transaction", func(d *desk) { d.cutSave = true }, true},
		{"before the announcement", func(*desk) {}, false},
		{"while the broker is away", func(d *desk) { d.deaf = 1 }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			media := d.media("flag")
			c.cut(d)
			_, err := d.try(approver, takedown(media))
			if (err != nil) != c.fail {
				t.Fatalf("Submit gave %v", err)
			}
			if c.fail {
				if got, _ := d.obeys("screen"); len(got) != 0 {
					t.Fatal("an order stands although taking it failed")
				}
				d.cutSave = false
				d.restart()
				d.order(approver, takedown(media))
			}
			d.restart()
			d.run(2)
			if got := d.Counter(playliststest.ID("screen")); got != 1 || len(d.announced) != 2 {
				t.Fatalf("counter %d after one order, %d announcements", got, len(d.announced))
			}
			sets, err := d.DB.Orders().Sets(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range d.announced {
				if !slices.ContainsFunc(sets, func(s orders.Set) bool { return s.Screen == o.Screen && bytes.Equal(s.Envelope, o.Envelope) }) {
					t.Errorf("announced other bytes than are stored for %s", o.Screen)
				}
			}
		})
	}
}

// Only the newest set of a screen is announced, however many waited, and a
// broker that lost all is filled with the same.
func TestOutboxIsLevelTriggered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.order(approver, takedown(d.media("flag")))
	d.order(approver, takedown(d.media("map")))
	d.run(2)
	for _, o := range d.announced {
		if o.Counter != 2 {
			t.Errorf("announced counter %d of %s", o.Counter, o.Screen)
		}
	}
	filled := 0
	if err := d.Desired(t.Context(), func(s *orders.Set) error {
		filled++
		if s.Counter != 2 || len(s.Envelope) == 0 {
			t.Errorf("the broker is filled with %d.%d of %s", s.Epoch, s.Counter, s.Screen)
		}
		return nil
	}); err != nil || filled != 2 {
		t.Errorf("%d sets, %v", filled, err)
	}
}

func TestHistoryIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.order(approver, takedown(d.media("flag")))
	if _, err := d.Safe(t.Context(), officer, []string{string(here)}, nil); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"orders", "order_hands", "orders_standing", "safes"} {
		for _, statement := range []string{"delete from " + table, "update " + table + " set at = 9"} {
			if d.TryExec(statement) == nil {
				t.Errorf("the database lets history be changed: %s", statement)
			}
		}
	}
}

// Every order, every further signature and every call is in the audit log,
// written with it or not at all.
func TestOrdersAreInTheAuditLog(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	down := d.order(approver, takedown(d.media("flag")))
	lift := d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: down.ID})
	waiting, err := d.List(second, orders.Unready)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Sign(t.Context(), second, lift.ID, *playliststest.Sign(t, programme.OrderType, waiting[0].Order, second.ID)); err != nil {
		t.Fatal(err)
	}
	ids, err := d.Safe(t.Context(), officer, []string{string(here)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.cutSave = true
	if _, err := d.try(approver, takedown(d.media("map"))); err == nil {
		t.Fatal("the transaction happened")
	}
	entries, err := d.DB.Audit().After(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if strings.HasPrefix(string(e.Kind), "order.") {
			got = append(got, fmt.Sprintf("%s %s %s", e.Kind, e.Subject, e.Actor))
		}
	}
	want := []string{
		fmt.Sprintf("order.takedown %s %s", down.ID, approver.ID), fmt.Sprintf("order.lift %s %s", lift.ID, approver.ID),
		fmt.Sprintf("order.lift %s %s", lift.ID, second.ID), fmt.Sprintf("order.safe %s %s", ids[0], officer.ID),
	}
	if !slices.Equal(got, want) {
		t.Errorf("the log says %v, want %v", got, want)
	}
}

// A charter that expels a signer takes their orders out of the sets, one of
// another epoch begins the counters anew, another key signs anew; nothing else
// changes a counter.
func TestUnderTheNextCharter(t *testing.T) {
	t.Parallel()
	next := func(d *desk, change func(*programme.Charter)) {
		t.Helper()
		held, err := d.charter.Next(playliststest.NextCharter(t, d.charter, change))
		if err != nil {
			t.Fatal(err)
		}
		d.charter = held
		if err := d.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	d := newDesk(t)
	first := d.order(approver, takedown(d.media("flag")))
	kept := d.order(emergency, takedown(d.media("map")))
	next(d, nil)
	if got := d.Counter(playliststest.ID("screen")); got != 2 {
		t.Errorf("a charter that changes nothing for the orders raised the counter to %d", got)
	}
	next(d, func(c *programme.Charter) { c.People[1].Standing = programme.Compromised })
	if got, _ := d.obeys("screen"); !slices.Equal(got, []playlists.ID{kept.ID}) {
		t.Errorf("after the signer was expelled %v stands", got)
	}
	list, err := d.List(officer, orders.InForce)
	if err != nil || len(list) != 2 || list[1].ID != first.ID || list[1].Refusal != programme.PersonCompromised {
		t.Errorf("the list does not say that an order has fallen: %+v, %v", list, err)
	}
	d.key = playliststest.Key(2)
	next(d, func(c *programme.Charter) { c.ProgrammeKeys = []programme.PublicKey{playliststest.PublicKey(2)} })
	if got, _ := d.obeys("screen"); len(got) != 1 || d.Counter(playliststest.ID("screen")) != 4 {
		t.Errorf("under a new key %v, counter %d", got, d.Counter(playliststest.ID("screen")))
	}
	next(d, func(c *programme.Charter) { c.Epoch++ })
	if got, _ := d.obeys("screen"); len(got) != 1 || d.Counter(playliststest.ID("screen")) != 1 {
		t.Errorf("in a new epoch %v, counter %d", got, d.Counter(playliststest.ID("screen")))
	}
}

func TestReceipts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	down := d.order(approver, takedown(d.media("flag")))
	state := func() string {
		t.Helper()
		list, err := d.List(officer, orders.InForce)
		if err != nil || len(list) == 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		v := list[len(list)-1]
		out := fmt.Sprintf("%d/%d", v.ObeyedBy, v.Told)
		for _, r := range v.Receipts {
			out += " " + string(r.State)
		}
		return out
	}
	steps := []struct {
		name string
		do   func()
		want string
	}{
		{"nobody has said anything", func() {}, "0/2 waiting waiting"},
		{"an older set", func() { d.report("screen", 0) }, "0/2 waiting waiting"},
		{"the set, not latched", func() { d.report("screen", 1) }, "0/2 refused waiting"},
		{"latched", func() { d.report("screen", 1, down.ID) }, "1/2 obeyed waiting"},
		{"latched, restart", func() { d.report("screenb", 1, down.ID); d.run(2); d.restart() }, "2/2 obeyed obeyed"},
		{"what was obeyed stays so", func() { d.report("screen", 1) }, "2/2 obeyed obeyed"},
	}
	for _, step := range steps {
		if step.do(); state() != step.want {
			t.Errorf("%s: %s, want %s", step.name, state(), step.want)
		}
	}
	lift := d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: down.ID}, second)
	if list, err := d.List(officer, orders.InForce); err != nil || len(list) != 1 || list[0].ID != lift.ID || list[0].ObeyedBy != 0 {
		t.Fatalf("standing are %+v, %v", list, err)
	}
	d.report("screen", 2, down.ID)
	d.report("screenb", 2)
	list, err := d.List(officer, orders.All)
	if err != nil || len(list) != 2 || list[0].Receipts[0].State != orders.Refused || list[0].Receipts[1].State != orders.Obeyed {
		t.Errorf("a lift that leaves the order latched: %+v, %v", list, err)
	}
	if list[1].Receipts != nil || list[1].Standing || list[1].LiftedBy[0] != lift.ID {
		t.Errorf("the lifted order is %+v", list[1])
	}
}
