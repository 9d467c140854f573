package orders_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
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
	other := d.order(second, orders.Wish{Kind: programme.Lift, Lifts: down.ID}) // each has begun one
	if lift.Signed != 1 || lift.Needs != 2 {
		t.Fatalf("signed by %d of %d", lift.Signed, lift.Needs)
	}
	if got, _ := d.obeys("screen"); !slices.Equal(got, []playlists.ID{down.ID}) {
		t.Fatalf("one person has lifted it: %v", got)
	}
	d.restart()
	waiting, err := d.List(second, orders.Unready)
	slices.SortFunc(waiting, func(a, b orders.View) int { return cmp.Compare(fmt.Sprint(a.Mine), fmt.Sprint(b.Mine)) })
	if err != nil || len(waiting) != 2 || waiting[0].ID != lift.ID || waiting[0].Signed != 1 || waiting[0].Needs != 2 || waiting[0].Mine || waiting[1].ID != other.ID || !waiting[1].Mine {
		t.Fatalf("waiting are %+v, %v", waiting, err)
	}
	again, err := d.Sign(t.Context(), approver, lift.ID, *playliststest.Sign(t, programme.OrderType, waiting[0].Order, approver.ID))
	if err != nil || again.Signed != 1 {
		t.Fatalf("the same person twice counts %+v, %v", again, err)
	}
	if _, err := d.Waiting(approver, lift.ID); playlists.ReasonOf(err) != "order_hand_known" {
		t.Errorf("whoever has signed is asked again: %v", err)
	}
	asked, err := d.Waiting(second, lift.ID)
	if err != nil || !bytes.Equal(asked.Bytes, waiting[0].Order) || asked.Signed != 1 || asked.Needs != 2 || len(asked.Credentials) == 0 {
		t.Fatalf("the second person is given %+v, %v", asked, err)
	}
	done, err := d.Sign(t.Context(), second, lift.ID, *playliststest.Sign(t, programme.OrderType, asked.Bytes, second.ID))
	if err != nil || done.Signed != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	if _, err := d.Waiting(second, lift.ID); playlists.ReasonOf(err) != "order_signed" {
		t.Errorf("more hands are asked for than are needed: %v", err)
	}
	if left, err := d.List(second, orders.Unready); err != nil || len(left) > 0 {
		t.Errorf("a lift of what has been lifted still waits: %+v, %v", left, err)
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
