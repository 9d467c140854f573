package orders_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/orders"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

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

// Whoever the charter names for one cluster is told before signing that the
// screens of another would not obey.
func TestOrdersReachAsFarAsTheCharterSays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.charter, _ = playliststest.Charter(t, func(c *programme.Charter) {
		for i := range c.People {
			if c.People[i].ID == approver.ID {
				c.People[i].Clusters = []string{string(here)}
			}
		}
	})
	media := d.media("flag")
	for _, c := range []struct {
		clusters []string
		reason   string
	}{
		{[]string{string(here)}, ""},
		{[]string{string(there)}, "order_reach_missing"},
		{[]string{string(here), string(there)}, "order_reach_missing"},
		{[]string{playlists.Everywhere}, "order_reach_missing"},
	} {
		_, err := d.Prepare(t.Context(), approver, orders.Wish{Kind: programme.Takedown, Media: media, Clusters: c.clusters, Reason: "wrong map"})
		if playlists.ReasonOf(err) != c.reason {
			t.Errorf("for %v it gives %v", c.clusters, err)
		}
	}
}
