package orders_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/orders"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func TestTakedownReachesWhomItConcerns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.media("flag")
	everywhere := d.order(approver, takedown(media))
	local := d.order(emergency, takedown(media, here))
	if everywhere.Signed != 1 || everywhere.Needs != 1 {
		t.Errorf("signed by %d of %d", everywhere.Signed, everywhere.Needs)
	}
	if got, _ := d.obeys("screen"); !slices.Equal(got, []playlists.ID{everywhere.ID, local.ID}) {
		t.Errorf("the screen here obeys %v", got)
	}
	if got, _ := d.obeys("screenb"); !slices.Equal(got, []playlists.ID{everywhere.ID}) {
		t.Errorf("the screen there obeys %v", got)
	}
	if a, b := d.Counter(playliststest.ID("screen")), d.Counter(playliststest.ID("screenb")); a != 2 || b != 1 {
		t.Errorf("counters %d and %d: one rises only when the content changes", a, b)
	}
	if got := d.standing[playliststest.ID("screen")]; got.Ref.Counter != 2 || got.Takedowns[local.ID] != media {
		t.Errorf("the observer was told %+v", got)
	}
}

func TestTakedownNamesTheRenditions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, err := d.Prepare(t.Context(), approver, takedown(d.media("flag")))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Order.Renditions) == 0 || !slices.Equal(p.Order.Clusters, []string{playlists.Everywhere}) || len(p.Credentials) != 1 {
		t.Errorf("prepared %+v with %d credentials", p.Order, len(p.Credentials))
	}
}

// What is lifted leaves the set, and the lift stands in its place for more
// than a year.
func TestLiftTakesTwoPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	down := d.order(approver, takedown(d.media("flag")))
	lift := d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: down.ID})
	if lift.Signed != 1 || lift.Needs != 2 {
		t.Fatalf("signed by %d of %d", lift.Signed, lift.Needs)
	}
	if got, _ := d.obeys("screen"); !slices.Equal(got, []playlists.ID{down.ID}) {
		t.Fatalf("one person has lifted it: %v", got)
	}
	d.restart()
	waiting, err := d.List(second, orders.Unready)
	if err != nil || len(waiting) != 1 || waiting[0].ID != lift.ID || waiting[0].Signed != 1 || waiting[0].Needs != 2 {
		t.Fatalf("waiting are %+v, %v", waiting, err)
	}
	again, err := d.Sign(t.Context(), approver, lift.ID, *playliststest.Sign(t, programme.OrderType, waiting[0].Order, approver.ID))
	if err != nil || again.Signed != 1 {
		t.Fatalf("the same person twice counts %+v, %v", again, err)
	}
	done, err := d.Sign(t.Context(), second, lift.ID, *playliststest.Sign(t, programme.OrderType, waiting[0].Order, second.ID))
	if err != nil || done.Signed != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	for _, screen := range []string{"screen", "screenb"} {
		if got, _ := d.obeys(screen); !slices.Equal(got, []playlists.ID{lift.ID}) {
			t.Errorf("%s obeys %v", screen, got)
		}
	}
	for _, c := range []struct {
		after time.Duration
		left  int
	}{{399 * 24 * time.Hour, 1}, {2 * 24 * time.Hour, 0}} {
		d.Clock.Add(c.after)
		if err := d.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, _ := d.obeys("screen"); len(got) != c.left {
			t.Errorf("after %s more %v stands", c.after, got)
		}
	}
}

// A lift for one cluster leaves the order in force elsewhere.
func TestLiftForOneCluster(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	down := d.order(approver, takedown(d.media("flag")))
	lift := d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: down.ID, Clusters: []string{string(there)}}, second)
	if got, _ := d.obeys("screen"); !slices.Equal(got, []playlists.ID{down.ID}) {
		t.Errorf("here stands %v", got)
	}
	if got, _ := d.obeys("screenb"); !slices.Equal(got, []playlists.ID{lift.ID}) {
		t.Errorf("there stands %v", got)
	}
	list, err := d.List(officer, orders.InForce)
	if err != nil || len(list) != 2 || !slices.Equal(list[1].LiftedBy, []playlists.ID{lift.ID}) {
		t.Errorf("listed %+v, %v", list, err)
	}
}

func TestBulletinEndsByItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	template := orders.Templates()[0]
	wish := orders.Wish{Kind: programme.Bulletin, Clusters: []string{string(here)}, Level: template.Level, Lasts: time.Hour, Text: template.Text}
	if _, err := d.try(emergency, wish); playlists.ReasonOf(err) != "bulletin_blank" {
		t.Fatalf("a blank was left: %v", err)
	}
	wish.Text = []programme.BulletinText{{Language: "vi", Title: "Bão số 5", Body: "Không  qua ngầm.\nGọi 112."}}
	taken := d.order(emergency, wish)
	if got, _ := d.obeys("screen"); !slices.Equal(got, []playlists.ID{taken.ID}) {
		t.Fatalf("the screen obeys %v", got)
	}
	if got, _ := d.obeys("screenb"); len(got) != 0 {
		t.Errorf("the other cluster shows %v", got)
	}
	d.Clock.Add(time.Hour)
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, _ := d.obeys("screen"); len(got) != 0 {
		t.Errorf("after its end %v stands", got)
	}
}

func TestEveryTemplateIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, template := range orders.Templates() {
		if seen[template.ID] || template.Minutes < 1 || len(template.Text) != 3 {
			t.Errorf("template %s: %+v", template.ID, template)
		}
		seen[template.ID] = true
		for i, language := range []string{"vi", "lo", "en"} {
			if got := template.Text[i]; got.Language != language || got.Title == "" || got.Body == "" {
				t.Errorf("template %s says %+v", template.ID, got)
			}
		}
	}
}

func TestSafe(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids, err := d.Safe(t.Context(), officer, []string{string(here)}, nil)
	if err != nil || len(ids) != 1 {
		t.Fatalf("%v, %v", ids, err)
	}
	if again, err := d.Safe(t.Context(), officer, nil, []playlists.ID{playliststest.ID("screen")}); err != nil || !slices.Equal(again, ids) {
		t.Errorf("called twice: %v, %v", again, err)
	}
	if _, got := d.obeys("screen"); !slices.Equal(got, ids) {
		t.Errorf("the screen is called by %v", got)
	}
	if _, got := d.obeys("screenb"); len(got) != 0 {
		t.Errorf("the other screen is called by %v", got)
	}
	d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: ids[0]}, second)
	if _, got := d.obeys("screen"); len(got) != 0 {
		t.Errorf("after the lift %v calls", got)
	}
}

// What a person put on the slate at the screen PC is lifted too, though no
// order of ours did it.
func TestLiftOfWhatWasLatchedAtTheScreen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	local := playliststest.ID("local")
	if _, err := d.try(approver, orders.Wish{Kind: programme.Lift, Lifts: local}); playlists.ReasonOf(err) != "order_missing" {
		t.Fatalf("lifted what nobody knows: %v", err)
	}
	d.report("screenb", 0, local)
	lift := d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: local}, second)
	if got, _ := d.obeys("screenb"); !slices.Equal(got, []playlists.ID{lift.ID}) {
		t.Errorf("the screen obeys %v", got)
	}
	if got, _ := d.obeys("screen"); len(got) != 0 {
		t.Errorf("another screen obeys %v", got)
	}
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.media("flag")
	down := d.order(approver, takedown(media, there))
	wish := orders.Wish{Kind: programme.Place, Screens: []playlists.ID{playliststest.ID("screen")}, Cluster: there}
	d.cutPlace = true
	if _, err := d.try(placer, wish); err == nil {
		t.Fatal("the fleet heard of it")
	}
	d.cutPlace = false
	d.restart()
	d.run(2) // the screen there was told to take down, this one to move
	if d.screens[0].Cluster != there {
		t.Error("the crash has lost the placement")
	}
	if got, _ := d.obeys("screen"); len(got) != 2 || got[0] != down.ID {
		t.Errorf("the moved screen obeys %v, want what stands in its new cluster and its placement", got)
	}
	if _, err := d.try(placer, wish); playlists.ReasonOf(err) != "place_same" {
		t.Errorf("moved to where it stands: %v", err)
	}
}

// Screens go by the newest placement, so one that was prepared before another
// took effect comes too late, although the screen stands where it says again.
func TestPlacementThatWasOvertaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	screen := playliststest.ID("screen")
	wish := func(to playlists.ID) orders.Wish {
		return orders.Wish{Kind: programme.Place, Screens: []playlists.ID{screen}, Cluster: to}
	}
	late, err := d.Prepare(t.Context(), placer, wish(there))
	if err != nil {
		t.Fatal(err)
	}
	d.Clock.Add(time.Second)
	d.order(placer, wish(there))
	d.Clock.Add(time.Second)
	d.order(placer, wish(here))
	signed := programme.SignedOrder{Order: late.Bytes, Hands: []programme.HandSignature{*playliststest.Sign(t, programme.OrderType, late.Bytes, placer.ID)}}
	if _, err := d.Submit(t.Context(), placer, signed); playlists.ReasonOf(err) != "place_moved" {
		t.Errorf("an overtaken placement: %v", err)
	}
	if d.screens[0].Cluster != here {
		t.Errorf("the screen stands in %s", d.screens[0].Cluster)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.media("flag")
	bulletin := orders.Wish{Kind: programme.Bulletin, Clusters: []string{playlists.Everywhere}, Level: programme.Notice, Lasts: time.Hour, Text: []programme.BulletinText{{Language: "vi", Title: "x"}}}
	aimed := func(w orders.Wish, change func(*orders.Wish)) orders.Wish { change(&w); return w }
	local := playlists.Actor{ID: approver.ID, Grants: []playlists.Grant{{Role: playlists.Approver, Cluster: here}}}
	for name, c := range map[string]struct {
		actor  playlists.Actor
		wish   orders.Wish
		reason string
	}{
		"a watch officer takes down":        {officer, takedown(media), "right_missing"},
		"an approver issues a bulletin":     {approver, bulletin, "right_missing"},
		"an approver whom nobody chartered": {who("stranger", playlists.Approver), takedown(media), "order_capacity_missing"},
		"an emergency person lifts":         {emergency, orders.Wish{Kind: programme.Lift, Lifts: media}, "order_capacity_missing"},
		"elsewhere than one's right":        {local, takedown(media, there), "right_missing"},
		"everywhere, with a right here":     {local, aimed(takedown(media), func(w *orders.Wish) { w.Clusters = []string{"*"} }), "right_missing"},
		"an unknown media":                  {approver, takedown(playliststest.ID("nothing")), "media_missing"},
		"an unknown cluster":                {approver, takedown(media, playliststest.ID("nowhere")), "cluster_missing"},
		"an unknown screen":                 {approver, orders.Wish{Kind: programme.Takedown, Media: media, Screens: []playlists.ID{media}}, "screen_missing"},
		"clusters and screens":              {approver, aimed(takedown(media, here), func(w *orders.Wish) { w.Screens = []playlists.ID{media} }), "targets_mixed"},
		"a bulletin to nobody":              {emergency, aimed(bulletin, func(w *orders.Wish) { w.Clusters = nil }), "target_empty"},
		"a bulletin of two days":            {emergency, aimed(bulletin, func(w *orders.Wish) { w.Lasts = 48 * time.Hour }), "bulletin_length"},
		"a bulletin of no level":            {emergency, aimed(bulletin, func(w *orders.Wish) { w.Level = "loud" }), "malformed"},
		"a bulletin of no words":            {emergency, aimed(bulletin, func(w *orders.Wish) { w.Text = nil }), "text_empty"},
		"a bulletin without a title":        {emergency, aimed(bulletin, func(w *orders.Wish) { w.Text = []programme.BulletinText{{Language: "vi", Body: "x"}} }), "text_empty"},
		"two screens at once":               {placer, orders.Wish{Kind: programme.Place, Screens: []playlists.ID{media, media}, Cluster: there}, "place_one_screen"},
		"another kind":                      {approver, orders.Wish{Kind: "party", Clusters: []string{"*"}}, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := d.try(c.actor, c.wish); playlists.ReasonOf(err) != c.reason {
				t.Errorf("refused with %q: %v", playlists.ReasonOf(err), err)
			}
		})
	}
}

func TestSignaturesThatDoNotCount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, err := d.Prepare(t.Context(), approver, takedown(d.media("flag")))
	if err != nil {
		t.Fatal(err)
	}
	by := func(word string, payload []byte) []programme.HandSignature {
		return []programme.HandSignature{*playliststest.Sign(t, programme.OrderType, payload, playliststest.ID(word))}
	}
	other := bytes.Replace(p.Bytes, []byte("wrong map"), []byte("wrong cap"), 1)
	stale := *p.Order
	stale.IssuedAt -= 25 * time.Hour.Milliseconds()
	ahead := *p.Order
	ahead.IssuedAt += time.Hour.Milliseconds()
	encode := func(o programme.Order) []byte {
		b, err := programme.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		order  []byte
		hands  []programme.HandSignature
		reason string
	}{
		"nobody's":                {p.Bytes, nil, "hand_missing"},
		"of a reviewer":           {p.Bytes, by("reviewer", p.Bytes), "capacity_missing"},
		"of somebody unknown":     {p.Bytes, by("stranger", p.Bytes), "unknown_person"},
		"over other bytes":        {p.Bytes, by("approver", other), "person_signature"},
		"over spaced out bytes":   {append([]byte(" "), p.Bytes...), by("approver", append([]byte(" "), p.Bytes...)), "malformed"},
		"one bad beside one good": {p.Bytes, append(by("approver", p.Bytes), by("reviewer", p.Bytes)...), "capacity_missing"},
		"of yesterday":            {encode(stale), by("approver", encode(stale)), "order_stale"},
		"of tomorrow":             {encode(ahead), by("approver", encode(ahead)), "order_ahead"},
	} {
		_, err := d.Submit(t.Context(), approver, programme.SignedOrder{Order: c.order, Hands: c.hands})
		if playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s: refused with %q: %v", name, playlists.ReasonOf(err), err)
		}
	}
	if got, _ := d.obeys("screen"); len(got) != 0 {
		t.Fatalf("a refused order stands: %v", got)
	}
	if _, err := d.Submit(t.Context(), approver, programme.SignedOrder{Order: p.Bytes, Hands: by("approver", p.Bytes)}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Submit(t.Context(), approver, programme.SignedOrder{Order: p.Bytes, Hands: by("approver", p.Bytes)}); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if got := d.Counter(playliststest.ID("screen")); got != 1 {
		t.Errorf("the same again raised the counter to %d", got)
	}
	if _, err := d.Submit(t.Context(), approver, programme.SignedOrder{Order: other, Hands: by("approver", other)}); playlists.ReasonOf(err) != "order_known" {
		t.Errorf("another order with the same id: %v", err)
	}
}

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

func TestNothingBeforeACharter(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.media("flag")
	d.charter = nil
	if _, err := d.try(approver, takedown(media)); playlists.ReasonOf(err) != "charter_missing" {
		t.Errorf("an order without a charter: %v", err)
	}
	if _, err := d.Safe(t.Context(), officer, []string{string(here)}, nil); playlists.ReasonOf(err) != "charter_missing" {
		t.Errorf("a call without a charter: %v", err)
	}
	if err := d.Refresh(t.Context()); err != nil || d.Counter(playliststest.ID("screen")) != 0 {
		t.Errorf("%v, counter %d", err, d.Counter(playliststest.ID("screen")))
	}
}

// A set has room for so many orders. Lifts make room, the oldest first; what
// hides something never leaves by itself, and what does not fit is refused
// whole.
func TestFullSet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	media := d.media("flag")
	wish := takedown(media, here)
	var ids []playlists.ID
	for range 200 {
		ids = append(ids, d.order(approver, wish).ID)
	}
	if _, err := d.try(approver, wish); playlists.ReasonOf(err) != "orders_full" {
		t.Fatalf("one too many: %v", err)
	}
	lift := d.order(approver, orders.Wish{Kind: programme.Lift, Lifts: ids[0]}, second)
	if got, _ := d.obeys("screen"); len(got) != 200 || got[199] != lift.ID {
		t.Fatalf("after a lift %d stand", len(got))
	}
	d.order(approver, wish)
	got, _ := d.obeys("screen")
	if len(got) != 200 || slices.Contains(got, lift.ID) || !slices.Contains(got, ids[1]) {
		t.Errorf("after the next takedown %d stand, the lift among them: %v", len(got), slices.Contains(got, lift.ID))
	}
	d.restart()
	if list, err := d.List(officer, orders.InForce); err != nil || len(list) != 200 {
		t.Errorf("%d are listed, %v", len(list), err)
	}
}
