package trust

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var everywhere = []string{playlists.Everywhere}

// give offers a set of orders.
func (d *desk) give(counter uint64, safe []programme.Safe, orders ...programme.SignedOrder) {
	d.t.Helper()
	o := programme.Orders{Screen: playliststest.Screen().ID, Epoch: 1, Counter: counter, IssuedAt: playliststest.Now.UnixMilli(), Orders: orders, Safe: safe}
	if o.Orders == nil {
		o.Orders = []programme.SignedOrder{}
	}
	if o.Safe == nil {
		o.Safe = []programme.Safe{}
	}
	envelope, err := programme.SignOrders(&o, playliststest.Key(1))
	if err != nil {
		d.t.Fatal(err)
	}
	d.OfferOrders(envelope)
}

// latched lists what is in force by its word.
func (d *desk) latched() []playlists.ID {
	var out []playlists.ID
	for _, l := range d.Latched() {
		out = append(out, l.ID)
	}
	slices.Sort(out)
	return out
}

func (d *desk) wantLatched(when string, words ...string) {
	d.t.Helper()
	var want []playlists.ID
	for _, w := range words {
		want = append(want, playliststest.ID(w))
	}
	slices.Sort(want)
	if got := d.latched(); !slices.Equal(got, want) {
		d.t.Errorf("%s: in force are %v, want %v", when, got, want)
	}
}

func down(t *testing.T, word string, change func(*programme.Order)) programme.SignedOrder {
	o := programme.Order{ID: playliststest.ID(word), Kind: programme.Takedown, Clusters: everywhere, Media: playliststest.ID("anh"), IssuedAt: playliststest.Now.UnixMilli()}
	if change != nil {
		change(&o)
	}
	return playliststest.Order(t, o, "approver")
}

func lift(t *testing.T, word, what string, change func(*programme.Order)) programme.SignedOrder {
	o := programme.Order{ID: playliststest.ID(word), Kind: programme.Lift, Clusters: everywhere, Lifts: playliststest.ID(what), IssuedAt: playliststest.Now.UnixMilli()}
	if change != nil {
		change(&o)
	}
	return playliststest.Order(t, o, "approver", "second")
}

func bulletin(t *testing.T, word string, lasts time.Duration) programme.SignedOrder {
	return playliststest.Order(t, programme.Order{
		ID: playliststest.ID(word), Kind: programme.Bulletin, Clusters: everywhere, IssuedAt: playliststest.Now.UnixMilli(), Level: programme.Urgent,
		Text: []programme.BulletinText{{Language: "vi", Title: "Mưa lũ", Body: "Đường 8A tạm đóng."}}, Until: playliststest.Now.Add(lasts).UnixMilli(),
	}, "emergency")
}

func call(word string) []programme.Safe {
	return []programme.Safe{{ID: playliststest.ID(word), By: "Trực ban", At: playliststest.Now.UnixMilli()}}
}

// What an order asks for stays in force once, over later sets, other screens'
// lifts and restarts, until it is lifted; then it does not come again.
func TestLatching(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	other := []playlists.ID{playliststest.ID("khac")}
	first := down(t, "down", nil)
	d.give(1, call("safe"), first, down(t, "theirs", func(o *programme.Order) { o.Screens = other }), bulletin(t, "storm", time.Hour))
	all := []string{"down", "safe", "storm"}
	d.wantLatched("the first set", all...)
	if len(d.latches.Ended) > 0 {
		t.Errorf("ended without a lift: %q", d.latches.Ended)
	}
	d.give(2, call("safe"), first, bulletin(t, "storm", time.Hour))
	d.wantLatched("the same orders again", all...)
	d.give(3, nil)
	d.wantLatched("an empty set", all...)
	d.give(4, nil, lift(t, "nothere", "down", func(o *programme.Order) { o.Screens = other }))
	d.wantLatched("another screen's lift", all...)
	if d.problem("orders") != "" {
		t.Errorf("another screen's lift: %q", d.problem("orders"))
	}
	d.give(5, nil, lift(t, "lift", "down", nil))
	d.wantLatched("the lift", "safe", "storm")
	d.give(6, call("safe"), first, lift(t, "both", "safe", nil))
	d.wantLatched("an order with its lift", "storm")
	d.give(7, call("safe"), first)
	d.wantLatched("what was lifted comes again", "storm")
	if d.Ruling().Safe {
		t.Error("the slate was lifted and is called for")
	}
	if d.problem("orders") != "" {
		t.Errorf("told of %q", d.problem("orders"))
	}
	d.start()
	d.wantLatched("a restart", "storm")
	if o := d.Report().Orders; o == nil || o.Counter != 7 {
		t.Errorf("after a restart the orders held are %v", o)
	}
	d.give(6, nil)
	if d.problem("orders") != string(programme.RolledBack) {
		t.Errorf("an older set: %q", d.problem("orders"))
	}
	d.give(8, nil, lift(t, "end", "storm", nil))
	d.wantLatched("the bulletin's end")
}

// One order that does not hold is told of and takes no other with it.
func TestOneBadOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	one := playliststest.Order(t, programme.Order{ID: playliststest.ID("one"), Kind: programme.Lift, Clusters: everywhere, Lifts: playliststest.ID("down"), IssuedAt: playliststest.Now.UnixMilli()}, "approver")
	d.give(1, nil, down(t, "down", nil), one)
	d.wantLatched("a lift that one person signed", "down")
	if d.problem("orders") != string(programme.TooFewPeople) || d.Refusals()[string(programme.TooFewPeople)] != 2 {
		t.Errorf("told of %q, counted %v", d.problem("orders"), d.Refusals())
	}
	d.OfferOrders([]byte("{}"))
	d.wantLatched("what is no set", "down")
	if d.problem("orders") != string(programme.Malformed) {
		t.Errorf("what is no set: %q", d.problem("orders"))
	}
}

// Calls for the slate are bounded: more of them do not fill the disk.
func TestManyCalls(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	for n := range maxLatched + 1 {
		d.latchSafe(latchedSafe{ID: playlists.ID(strconv.Itoa(n))})
	}
	if n := len(d.latches.Safes); n != maxLatched {
		t.Errorf("%d calls are latched", n)
	}
}

// A takedown is against the media, and against bytes wherever they are.
func TestForbids(t *testing.T) {
	t.Parallel()
	bytes := playlists.DigestOf([]byte("bytes"))
	d := newDesk(t, nil)
	if d.Ruling().Forbids(playliststest.ID("anh"), bytes) || (*Ruling)(nil).Forbids(playliststest.ID("anh"), bytes) {
		t.Error("nothing was taken down")
	}
	d.give(1, nil, down(t, "down", func(o *programme.Order) { o.Renditions = []playlists.Digest{bytes} }))
	r := d.Ruling()
	for _, c := range []struct {
		media string
		bytes playlists.Digest
		want  bool
	}{{"anh", "", true}, {"khac", bytes, true}, {"khac", playlists.DigestOf([]byte("others")), false}} {
		if got := r.Forbids(playliststest.ID(c.media), c.bytes); got != c.want {
			t.Errorf("%s with %s is forbidden: %t", c.media, c.bytes, got)
		}
	}
}

// A bulletin shows as long as nobody could say that it has ended: not at its
// end by any clock, nor while the clock is lost.
func TestBulletinEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do    func(*desk)
		shows bool
	}{
		"at once":                    {func(*desk) {}, true},
		"a moment before its end":    {func(d *desk) { d.run(time.Hour - time.Millisecond) }, true},
		"at its end":                 {func(d *desk) { d.run(time.Hour) }, false},
		"a beacon says it has ended": {func(d *desk) { d.answer(func(b *programme.Beacon) { b.Time += time.Hour.Milliseconds() }) }, false},
		"the clock is lost":          {func(d *desk) { d.m.r.Wall = time.Unix(9, 0) }, false},
		"lost over a restart":        {func(d *desk) { d.m.r.Wall = time.Unix(9, 0); d.start() }, false},
		"lost, and a beacon says when": {func(d *desk) {
			d.m.r.Wall = time.Unix(9, 0)
			d.start()
			d.answer(func(b *programme.Beacon) { b.Time = playliststest.Now.Add(time.Minute).UnixMilli() })
		}, true},
		"lost, and a beacon is late": {func(d *desk) {
			d.m.r.Wall = time.Unix(9, 0)
			d.start()
			d.answer(func(b *programme.Beacon) { b.Time = playliststest.Now.Add(time.Hour).UnixMilli() })
		}, false},
	} {
		d := newDesk(t, nil)
		d.give(1, nil, bulletin(t, "storm", time.Hour))
		c.do(d)
		if got := d.Ruling().Bulletin != nil; got != c.shows {
			t.Errorf("%s: shows %t", name, got)
		}
		if got := slices.ContainsFunc(d.Latched(), func(l wire.Latched) bool { return l.Kind == wire.LatchBulletin }); got != c.shows {
			t.Errorf("%s: reported %t", name, got)
		}
	}
	d := newDesk(t, nil)
	d.give(1, nil, bulletin(t, "storm", time.Hour), bulletin(t, "later", 2*time.Hour))
	d.run(time.Hour + time.Minute)
	d.give(2, nil)
	if b := d.Ruling().Bulletin; b == nil || b.ID != playliststest.ID("later") || len(d.latches.Bulletins) != 1 {
		t.Errorf("after the first has ended: %+v of %d", b, len(d.latches.Bulletins))
	}
}

// A screen stands where a signed order has placed it, also after a restart, and
// an older order does not move it back.
func TestPlaced(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	place := func(word string, cluster playlists.ID, at time.Duration) programme.SignedOrder {
		return playliststest.Order(t, programme.Order{
			ID: playliststest.ID(word), Kind: programme.Place, Clusters: everywhere, Screens: []playlists.ID{playliststest.Screen().ID}, Cluster: cluster, IssuedAt: playliststest.Now.Add(at).UnixMilli(),
		}, "admin")
	}
	there, back := playliststest.ID("vungang"), playliststest.Screen().Cluster
	d.give(1, nil, place("there", there, 0))
	d.give(2, nil, place("before", back, -time.Minute))
	if got := d.Grounds().Cluster; got != there {
		t.Errorf("stands in %s", got)
	}
	d.start()
	if got := d.Documents().Cluster; got != there {
		t.Errorf("after a restart it stands in %s", got)
	}
	d.give(3, nil, place("back", back, time.Minute))
	if got := d.Grounds().Cluster; got != back {
		t.Errorf("moved back, it stands in %s", got)
	}
}

// A document that is damaged in both places counts for nothing: no half of it
// is taken.
func TestDamagedDocuments(t *testing.T) {
	t.Parallel()
	now := playliststest.Now.UnixMilli()
	ago := playliststest.Now.AddDate(0, 0, -10).UnixMilli()
	for name, c := range map[string]struct {
		document state.Name
		data     string
		right    func(*desk) bool
	}{
		"keys of another type":     {state.Keys, `[{"id":"x","key":"AAAA"},5]`, oneKey},
		"a short key":              {state.Keys, `[{"id":"x","key":"AAAA"}]`, oneKey},
		"a key by another name":    {state.Keys, `[{"id":"x","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}]`, oneKey},
		"a key cut short":          {state.Keys, `[{"id":"` + programme.NewPublicKey([]byte("ab")).ID + `","key":"YWI="}]`, oneKey},
		"latches of another type":  {state.Latches, `{"safes":[{"id":"safeaaaaaaaaaaaa"}],"placed_at":"x"}`, nothingLatched},
		"latches without an order": {state.Latches, `{"takedowns":[{"signed":{"order":"e30=","hands":[]}}],"safes":[{"id":"safeaaaaaaaaaaaa"}],"bulletins":[{"signed":{"order":"","hands":[]}}]}`, nothingLatched},
		"heard before time began":  {state.Contact, `{"heard":-1,"powered":0}`, heardNow(now)},
		"powered backwards":        {state.Contact, `{"heard":` + strconv.FormatInt(ago, 10) + `,"powered":-1}`, heardNow(now)},
		"powered as words":         {state.Contact, `{"heard":` + strconv.FormatInt(ago, 10) + `,"powered":"x"}`, heardNow(now)},
	} {
		d := newDesk(t, nil)
		if err := d.store.SetDocument(c.document, []byte(c.data)); err != nil {
			t.Fatal(err)
		}
		d.start()
		if !c.right(d) {
			t.Errorf("%s: taken: %d keys, latched %v, heard %d", name, len(d.EveryKey()), d.latches, d.Report().Heard)
		}
	}
}

// asked is a disk on which everything is damaged, and which notes what was not
// noticed.
type asked struct {
	Store
	taken map[state.Name]bool
}

func (a *asked) Document(name state.Name, valid func([]byte) error) ([]byte, bool) {
	for _, damaged := range []string{"", "{", "[5]", `"x"`} {
		if valid([]byte(damaged)) == nil {
			a.taken[name] = true
		}
	}
	return nil, false
}

// Of each kept document the first copy that can be read counts, so that each
// knows when it cannot be.
func TestDamageIsNoticed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	a := &asked{Store: d.store, taken: map[state.Name]bool{}}
	o := d.o
	o.Store, o.Clock = a, NewClock(d.m.read, a, built, o.Log)
	if _, err := New(o); err != nil {
		t.Fatal(err)
	}
	if len(a.taken) > 0 {
		t.Errorf("damage is not noticed in %v", a.taken)
	}
}

func oneKey(d *desk) bool { return len(d.EveryKey()) == 1 }

func nothingLatched(d *desk) bool {
	return len(d.latches.Takedowns)+len(d.latches.Safes)+len(d.latches.Bulletins) == 0
}

func heardNow(now int64) func(*desk) bool {
	return func(d *desk) bool { return d.Report().Heard == now }
}
