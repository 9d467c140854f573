package programme_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

func TestOrders(t *testing.T) {
	t.Parallel()
	here, there := string(playliststest.Screen().Cluster), string(playliststest.ID("vungang"))
	type order = programme.Order
	noChange := func(*order) {}
	long := func(n int) string { return strings.Repeat("ệ", n) }
	clusters := func(n int) []string {
		return slices.Repeat([]string{here}, n)
	}
	only := func(word string, clusters ...string) func(*programme.Charter) {
		return func(c *programme.Charter) { named(c, word).Clusters = clusters }
	}
	const malformed = programme.Malformed
	for _, c := range []struct {
		name    string
		kind    programme.OrderKind
		change  func(*order)
		by      []string // nil for the right people
		charter func(*programme.Charter)
		want    programme.Refusal
	}{
		{"a takedown", programme.Takedown, noChange, nil, nil, ""},
		{"a bulletin", programme.Bulletin, noChange, nil, nil, ""},
		{"a lift", programme.Lift, noChange, nil, nil, ""},
		{"a placement", programme.Place, noChange, nil, nil, ""},
		{"a takedown everywhere", programme.Takedown, func(o *order) { o.Clusters = []string{"*"} }, nil, nil, ""},
		{"of an unknown kind", "reboot", noChange, []string{"approver", "second"}, nil, malformed},
		{"without an id", programme.Takedown, func(o *order) { o.ID = "" }, nil, nil, malformed},
		{"for no cluster", programme.Takedown, func(o *order) { o.Clusters = []string{} }, nil, nil, malformed},
		{"for a cluster that is none", programme.Takedown, func(o *order) { o.Clusters = []string{"x"} }, nil, nil, malformed},
		{"for a screen that is none", programme.Takedown, func(o *order) { o.Screens = []playlists.ID{"x"} }, nil, nil, malformed},
		{"for 500 clusters", programme.Takedown, func(o *order) { o.Clusters = clusters(500) }, nil, nil, ""},
		{"for 501 clusters", programme.Takedown, func(o *order) { o.Clusters = clusters(501) }, nil, nil, malformed},
		{"for 500 screens", programme.Takedown, func(o *order) { o.Screens = slices.Repeat([]playlists.ID{playliststest.ID("x")}, 500) }, nil, nil, ""},
		{"for 501 screens", programme.Takedown, func(o *order) { o.Screens = slices.Repeat([]playlists.ID{playliststest.ID("x")}, 501) }, nil, nil, malformed},
		{"issued never", programme.Takedown, func(o *order) { o.IssuedAt = 0 }, nil, nil, malformed},
		{"issued after the last instant", programme.Takedown, func(o *order) { o.IssuedAt = year10000 }, nil, nil, malformed},
		{"with a reason of 2000 characters", programme.Takedown, func(o *order) { o.Reason = long(2000) }, nil, nil, ""},
		{"with a longer reason", programme.Takedown, func(o *order) { o.Reason = long(2001) }, nil, nil, malformed},
		{"longer than an order may be", programme.Takedown, func(o *order) {
			o.Clusters, o.Screens = clusters(500), slices.Repeat([]playlists.ID{playliststest.ID("x")}, 500)
		}, nil, nil, malformed},

		{"a takedown of nothing", programme.Takedown, func(o *order) { o.Media = "" }, nil, nil, malformed},
		{"a takedown of bytes without a name", programme.Takedown, func(o *order) { o.Renditions = []playlists.Digest{"x"} }, nil, nil, malformed},
		{"a takedown that lifts", programme.Takedown, func(o *order) { o.Lifts = playliststest.ID("other") }, nil, nil, malformed},
		{"a takedown that places", programme.Takedown, func(o *order) { o.Cluster = playliststest.ID("vungang") }, nil, nil, malformed},
		{"a takedown that speaks", programme.Takedown, func(o *order) { o.Text = orderOf(programme.Bulletin).Text }, nil, nil, malformed},
		{"a takedown with an end", programme.Takedown, func(o *order) { o.Until = o.IssuedAt + 1 }, nil, nil, malformed},
		{"a bulletin that takes down", programme.Bulletin, func(o *order) { o.Media = playliststest.ID("anh") }, nil, nil, malformed},
		{"a bulletin that takes bytes down", programme.Bulletin, func(o *order) { o.Renditions = []playlists.Digest{playlists.DigestOf(nil)} }, nil, nil, malformed},
		{"a lift of nothing", programme.Lift, func(o *order) { o.Lifts = "" }, nil, nil, malformed},

		{"a placement of no screen", programme.Place, func(o *order) { o.Screens = []playlists.ID{} }, nil, nil, malformed},
		{"a placement of two screens", programme.Place, func(o *order) { o.Screens = append(o.Screens, playliststest.ID("other")) }, nil, nil, malformed},
		{"a placement nowhere", programme.Place, func(o *order) { o.Cluster, o.Clusters = "", []string{"*"} }, nil, nil, malformed},
		{"a placement in a cluster that is none", programme.Place, func(o *order) { o.Cluster, o.Clusters = "x", []string{"*"} }, nil, nil, malformed},
		{"a placement that names the cluster left alone", programme.Place, func(o *order) { o.Clusters = []string{here} }, nil, nil, malformed},
		{"a placement for everywhere", programme.Place, func(o *order) { o.Clusters = []string{"*"} }, nil, nil, ""},
		{"a placement by who has a say where it enters alone", programme.Place, noChange, nil, only("admin", there), programme.CapacityMissing},
		{"a placement by who has a say where it leaves alone", programme.Place, noChange, nil, only("admin", here), programme.CapacityMissing},
		{"a placement by who has a say in both", programme.Place, noChange, nil, only("admin", here, there), ""},

		{"a bulletin of no text", programme.Bulletin, func(o *order) { o.Text = []programme.BulletinText{} }, nil, nil, malformed},
		{"a bulletin without a title", programme.Bulletin, func(o *order) { o.Text[0].Title = " " }, nil, nil, malformed},
		{"a bulletin in another language", programme.Bulletin, func(o *order) { o.Text[0].Language = "zh" }, nil, nil, malformed},
		{"a bulletin twice in one language", programme.Bulletin, func(o *order) { o.Text[1].Language = "vi" }, nil, nil, malformed},
		{"a bulletin of 600 characters", programme.Bulletin, func(o *order) { o.Text[0].Body = long(598) }, nil, nil, ""},
		{"a bulletin of 601 characters", programme.Bulletin, func(o *order) { o.Text[0].Body = long(599) }, nil, nil, malformed},
		{"a notice", programme.Bulletin, func(o *order) { o.Level = programme.Notice }, nil, nil, ""},
		{"a bulletin of no level", programme.Bulletin, func(o *order) { o.Level = "" }, nil, nil, malformed},
		{"a bulletin of a day", programme.Bulletin, func(o *order) { o.Until = o.IssuedAt + 24*time.Hour.Milliseconds() }, nil, nil, ""},
		{"a bulletin of longer", programme.Bulletin, func(o *order) { o.Until = o.IssuedAt + 24*time.Hour.Milliseconds() + 1 }, nil, nil, malformed},
		{"a bulletin of no length", programme.Bulletin, func(o *order) { o.Until = o.IssuedAt }, nil, nil, malformed},
		{"a bulletin that ends before", programme.Bulletin, func(o *order) { o.Until = o.IssuedAt - 1 }, nil, nil, malformed},
		{"a bulletin that ends before all time", programme.Bulletin, func(o *order) { o.Until = -1 << 63 }, nil, nil, malformed},
		// As nanoseconds this overflows to one second.
		{"a bulletin without end that looks like a second", programme.Bulletin, func(o *order) { o.Until = o.IssuedAt + 1<<58 + 1000 }, nil, nil, malformed},

		{"a takedown by nobody", programme.Takedown, noChange, []string{}, nil, programme.TooFewPeople},
		{"a takedown by two", programme.Takedown, noChange, []string{"approver", "emergency"}, nil, ""},
		{"a takedown by one who may and one who may not", programme.Takedown, noChange, []string{"approver", "second"}, nil, programme.CapacityMissing},
		{"a takedown by a stranger", programme.Takedown, noChange, []string{"stranger"}, nil, programme.UnknownPerson},
		{"a takedown by who may not", programme.Takedown, noChange, []string{"reviewer"}, nil, programme.CapacityMissing},
		{"a bulletin by who may take down", programme.Bulletin, noChange, []string{"approver"}, nil, programme.CapacityMissing},
		{"a placement by who may lift", programme.Place, noChange, []string{"second"}, nil, programme.CapacityMissing},
		{"a lift by one", programme.Lift, noChange, []string{"approver"}, nil, programme.TooFewPeople},
		{"a lift by one twice", programme.Lift, noChange, []string{"approver", "approver"}, nil, programme.TooFewPeople},
		{"a lift by one who may and one who may not", programme.Lift, noChange, []string{"approver", "emergency"}, nil, programme.CapacityMissing},
		{"a lift by two of three", programme.Lift, noChange, nil, func(c *programme.Charter) { c.LiftThreshold = 3 }, programme.TooFewPeople},
		{"by the expelled", programme.Takedown, noChange, nil, func(c *programme.Charter) { named(c, "approver").Standing = programme.Compromised }, programme.PersonCompromised},
		{"by who has left", programme.Takedown, func(o *order) { o.Clusters = []string{here} }, []string{"veteran"}, nil, programme.PersonRetired},
		{"before their term", programme.Takedown, noChange, nil, func(c *programme.Charter) { named(c, "approver").ValidFrom = playliststest.Now.UnixMilli() + 1 }, programme.PersonNotValid},
		{"after their term", programme.Takedown, noChange, nil, func(c *programme.Charter) { named(c, "approver").ValidUntil = playliststest.Now.UnixMilli() }, programme.PersonNotValid},
		{"for another cluster than theirs", programme.Takedown, noChange, nil, only("approver", there), programme.CapacityMissing},
		{"for one more than theirs", programme.Takedown, func(o *order) { o.Clusters = []string{here, there} }, nil, only("approver", here), programme.CapacityMissing},
		{"for everywhere, where theirs is one", programme.Takedown, func(o *order) { o.Clusters = []string{"*"} }, nil, only("approver", here), programme.CapacityMissing},
		{"for theirs", programme.Takedown, noChange, nil, only("approver", there, here), ""},
		{"a lift where one of two has no say", programme.Lift, noChange, nil, only("second", there), programme.CapacityMissing},
		{"by 16 hands", programme.Takedown, noChange, slices.Repeat([]string{"approver"}, 16), nil, ""},
		{"by 17 hands", programme.Takedown, noChange, slices.Repeat([]string{"approver"}, 17), nil, malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := orderOf(programme.Takedown)
			if len(signers(c.kind)) > 0 {
				o = orderOf(c.kind)
			}
			o.Kind = c.kind
			c.change(&o)
			by := c.by
			if by == nil {
				by = signers(c.kind)
			}
			s := playliststest.Order(t, o, by...)
			charter := playliststest.FirstCharter(t, nil)
			veteran := playliststest.Person(t, "veteran", programme.MayTakeDown)
			veteran.Standing = programme.Retired
			charter.People = append(charter.People, veteran)
			if c.charter != nil {
				c.charter(&charter)
			}
			got, err := charter.CheckOrder(&s)
			check(t, c.name, err, c.want)
			if (got != nil) != (c.want == "") {
				t.Errorf("an order beside a refusal, or neither: %.200v", err)
			}
		})
	}

	o := orderOf(programme.Takedown)
	o.Renditions = slices.Repeat(o.Renditions, 500)
	check(t, "500 renditions", o.Validate(), "")
	o.Renditions = append(o.Renditions, o.Renditions[0])
	check(t, "501 renditions", o.Validate(), malformed)
	charter := playliststest.FirstCharter(t, nil)
	_, err := charter.CheckOrder(&programme.SignedOrder{Order: []byte("{}")})
	check(t, "no order", err, malformed)
	// A decision's signature is none over an order of the same bytes.
	s := playliststest.Order(t, orderOf(programme.Takedown), "approver")
	s.Hands[0] = *playliststest.Sign(t, programme.StatementPayloadType, s.Order, playliststest.ID("approver"))
	_, err = charter.CheckOrder(&s)
	check(t, "signed as a statement", err, programme.PersonSignature)
	s.Hands[0] = *playliststest.Sign(t, programme.BatchPayloadType, s.Order, playliststest.ID("approver"))
	_, err = charter.CheckOrder(&s)
	check(t, "signed as a batch", err, programme.PersonSignature)
}

func TestOrdersConcern(t *testing.T) {
	t.Parallel()
	here, there, screen, other := playliststest.ID("cautreo"), playliststest.ID("vungang"), playliststest.ID("screen"), playliststest.ID("other")
	for _, c := range []struct {
		name     string
		clusters []string
		screens  []playlists.ID
		want     bool
	}{
		{"everywhere", []string{"*"}, nil, true},
		{"here", []string{string(here)}, nil, true},
		{"there", []string{string(there)}, nil, false},
		{"this screen", []string{string(here)}, []playlists.ID{other, screen}, true},
		{"another screen", []string{string(here)}, []playlists.ID{other}, false},
		{"this screen there", []string{string(there)}, []playlists.ID{screen}, false},
		{"nowhere", nil, nil, false},
	} {
		o := programme.Order{Clusters: c.clusters, Screens: c.screens}
		if o.Concerns(screen, here) != c.want {
			t.Errorf("%s: %v", c.name, !c.want)
		}
	}
}

func TestSetsOfOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	now := playliststest.Now.UnixMilli()
	takedown := playliststest.Order(t, orderOf(programme.Takedown), "approver")
	bulletin := func() programme.SignedOrder {
		o := orderOf(programme.Bulletin)
		o.ID = playliststest.ID("bulletin")
		return playliststest.Order(t, o, "emergency")
	}()
	held := programme.Held{Epoch: 1, Counter: 5, Payload: playlists.DigestOf([]byte("held"))}
	safe := func(change func(*programme.Safe)) func(*programme.Orders) {
		return func(o *programme.Orders) {
			s := programme.Safe{ID: playliststest.ID("safe"), By: "Lê Trực", At: now}
			change(&s)
			o.Safe = []programme.Safe{s}
		}
	}
	for _, c := range []struct {
		name    string
		change  func(*programme.Orders)
		trust   func(*programme.Trust)
		obeyed  int
		refused programme.Refusal // of one of the orders
		want    programme.Refusal
	}{
		{"two orders", nil, nil, 2, "", ""},
		{"without a charter", nil, func(on *programme.Trust) { on.Charter = nil }, 0, "", programme.CharterMissing},
		{"under a later charter", func(o *programme.Orders) { o.Charter = 3 }, nil, 0, "", programme.CharterMissing},
		{"under an earlier charter", func(o *programme.Orders) { o.Charter = 1 }, nil, 2, "", ""},
		{"of another epoch", func(o *programme.Orders) { o.Epoch = 2 }, nil, 0, "", programme.WrongEpoch},
		{"older", func(o *programme.Orders) { o.Counter = 4 }, nil, 0, "", programme.RolledBack},
		{"of the number held, otherwise", func(o *programme.Orders) { o.Counter = 5 }, nil, 0, "", programme.Forked},
		{"for another screen", func(o *programme.Orders) { o.Screen = playliststest.ID("other") }, nil, 0, "", programme.OtherScreen},
		{"under an expired charter", nil, func(on *programme.Trust) { on.Now = on.Charter.Expires() }, 0, "", programme.CharterExpired},
		{"by another key", nil, func(on *programme.Trust) {
			h := *on.Charter
			h.ProgrammeKeys = []programme.PublicKey{playliststest.PublicKey(2)}
			on.Charter = &h
		}, 0, "", programme.BadSignature},
		{"without a number", func(o *programme.Orders) { o.Counter = 0 }, func(on *programme.Trust) { on.HeldOrders = programme.Held{} }, 0, "", programme.Malformed},
		{"issued never", func(o *programme.Orders) { o.IssuedAt = 0 }, nil, 0, "", programme.Malformed},
		{"issued after the last instant", func(o *programme.Orders) { o.IssuedAt = year10000 }, nil, 0, "", programme.Malformed},
		{"of 200", func(o *programme.Orders) { o.Orders = slices.Repeat([]programme.SignedOrder{{}}, 200) }, nil, 0, programme.Malformed, ""},
		{"of 201", func(o *programme.Orders) { o.Orders = slices.Repeat([]programme.SignedOrder{{}}, 201) }, nil, 0, "", programme.Malformed},
		{"with 50 calls for the slate", func(o *programme.Orders) { o.Safe = calls(50) }, nil, 2, "", ""},
		{"with 51 calls for the slate", func(o *programme.Orders) { o.Safe = calls(51) }, nil, 0, "", programme.Malformed},
		{"a call for the slate", safe(func(*programme.Safe) {}), nil, 2, "", ""},
		{"a call at no time", safe(func(s *programme.Safe) { s.At = 0 }), nil, 2, "", ""},
		{"a call after the last instant", safe(func(s *programme.Safe) { s.At = year10000 }), nil, 0, "", programme.Malformed},
		{"a call without a name", safe(func(s *programme.Safe) { s.ID = "" }), nil, 0, "", programme.Malformed},
		{"a call by 400 bytes", safe(func(s *programme.Safe) { s.By = strings.Repeat("x", 400) }), nil, 2, "", ""},
		{"a call by more", safe(func(s *programme.Safe) { s.By = strings.Repeat("x", 401) }), nil, 0, "", programme.Malformed},
		{"two calls by one name", func(o *programme.Orders) { o.Safe = append(calls(2), calls(1)...) }, nil, 0, "", programme.InternallyWrong},
		{"a call by the name of a takedown", safe(func(s *programme.Safe) { s.ID = playliststest.ID("order") }), nil, 1, programme.InternallyWrong, ""},
		{"an order twice", func(o *programme.Orders) { o.Orders = append(o.Orders, o.Orders[0]) }, nil, 2, programme.InternallyWrong, ""},
		{"a bad one first", func(o *programme.Orders) {
			bad := takedown
			bad.Hands = nil
			o.Orders = append([]programme.SignedOrder{bad}, o.Orders...)
		}, nil, 2, programme.TooFewPeople, ""},
	} {
		set := programme.Orders{Screen: playliststest.Screen().ID, Epoch: 1, Counter: 6, IssuedAt: now, Charter: 2, Orders: []programme.SignedOrder{takedown, bulletin}, Safe: []programme.Safe{}}
		if c.change != nil {
			c.change(&set)
		}
		envelope, err := programme.SignOrders(&set, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		on := w.trust()
		on.HeldOrders = held
		if c.trust != nil {
			c.trust(&on)
		}
		got, err := programme.VerifyOrders(envelope, on)
		check(t, c.name, err, c.want)
		if got == nil {
			continue
		}
		if len(got.Obeyed) != c.obeyed {
			t.Errorf("%s: %d obeyed, %d refused", c.name, len(got.Obeyed), len(got.Refused))
		}
		var refused programme.Refusal
		if len(got.Refused) > 0 {
			refused = programme.RefusalOf(got.Refused[0])
		}
		if refused != c.refused {
			t.Errorf("%s: refused %q", c.name, refused)
		}
		on.HeldOrders = programme.Held{Epoch: set.Epoch, Counter: set.Counter, Payload: got.Payload}
		on.Now = on.Charter.Expires()
		_, err = programme.VerifyOrders(envelope, on)
		check(t, c.name+", again and after the charter", err, "")
	}
	envelope, err := programme.Seal(programme.OrdersType, []byte("{}"), playliststest.Key(1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = programme.VerifyOrders(envelope, w.trust())
	check(t, "no set", err, programme.Malformed)
}

func calls(n int) []programme.Safe {
	var out []programme.Safe
	for i := range n {
		out = append(out, programme.Safe{ID: playliststest.ID("safe" + string([]rune{'a' + rune(i/676), 'a' + rune(i/26%26), 'a' + rune(i%26)})), By: "x", At: 1})
	}
	return out
}

func TestBeacons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	nonce := []byte(strings.Repeat("n", programme.NonceSize))
	for _, c := range []struct {
		name   string
		change func(*programme.Beacon)
		asked  []byte
		key    byte
		want   programme.Refusal
	}{
		{"an answer", nil, nonce, 1, ""},
		{"by another key", nil, nonce, 2, programme.BadSignature},
		{"to another screen", func(b *programme.Beacon) { b.Screen = playliststest.ID("other") }, nonce, 1, programme.OtherScreen},
		{"to another question", nil, []byte(strings.Repeat("m", programme.NonceSize)), 1, programme.WrongNonce},
		{"to no question", nil, nil, 1, programme.WrongNonce},
		{"without a question to no question", func(b *programme.Beacon) { b.Nonce = nil }, nil, 1, programme.WrongNonce},
		{"to a short question", func(b *programme.Beacon) { b.Nonce = nonce[:31] }, nonce[:31], 1, programme.WrongNonce},
		{"to the beginning of the question", func(b *programme.Beacon) { b.Nonce = nonce[:31] }, nonce, 1, programme.WrongNonce},
		{"at no time", func(b *programme.Beacon) { b.Time = 0 }, nonce, 1, programme.Malformed},
		{"before time", func(b *programme.Beacon) { b.Time = -1 }, nonce, 1, programme.Malformed},
		{"at the last instant", func(b *programme.Beacon) { b.Time = year10000 - 1 }, nonce, 1, ""},
		{"after the last instant", func(b *programme.Beacon) { b.Time = year10000 }, nonce, 1, programme.Malformed},
	} {
		b := programme.Beacon{Screen: playliststest.Screen().ID, Nonce: nonce, Time: playliststest.Now.UnixMilli()}
		if c.change != nil {
			c.change(&b)
		}
		envelope, err := programme.SignBeacon(&b, playliststest.Key(c.key))
		if err != nil {
			t.Fatal(err)
		}
		got, err := programme.VerifyBeacon(envelope, c.asked, w.trust())
		check(t, c.name, err, c.want)
		if c.want == "" && !got.When().Equal(time.UnixMilli(b.Time)) {
			t.Errorf("%s: %v", c.name, got.When())
		}
	}
	for name, payload := range map[string]string{"no beacon": "{}", "a beacon before a charter": ""} {
		b := []byte(payload)
		on := w.trust()
		if payload == "" {
			b = marshal(t, programme.Beacon{Screen: on.Screen, Nonce: nonce, Time: 1})
			on.Charter, on.Keys = nil, []programme.PublicKey{{ID: playliststest.PublicKey(1).ID, Key: []byte("short")}}
		}
		envelope, err := programme.Seal(programme.BeaconType, b, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		_, err = programme.VerifyBeacon(envelope, nonce, on)
		want := programme.Malformed
		if payload == "" {
			want = programme.BadSignature // by a pinned key of another length
		}
		check(t, name, err, want)
	}
}
