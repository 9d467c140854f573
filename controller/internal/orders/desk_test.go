package orders_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/orders"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

var (
	here, there = playliststest.ID("cautreo"), playliststest.ID("vungang")
	errCut      = errors.New("power cut")
)

// who gives a person with a role everywhere, by the word that the charter
// knows them by.
func who(word string, role playlists.Role) playlists.Actor {
	return playlists.Actor{ID: playliststest.ID(word), Name: word, Grants: []playlists.Grant{{Role: role}}}
}

var (
	approver  = who("approver", playlists.Approver)
	second    = who("second", playlists.Approver)
	emergency = who("emergency", playlists.Emergency)
	officer   = who("officer", playlists.WatchOfficer)
	placer    = who("admin", playlists.Administrator)
)

// desk is a Service over a real database, with a fleet and a charter that a
// test sets and parts that it can break.
type desk struct {
	*orders.Service
	*sqlstoretest.World
	t *testing.T

	mu        sync.Mutex
	charter   *programme.HeldCharter
	key       ed25519.PrivateKey
	screens   []orders.Screen
	reports   map[playlists.ID]*wire.Reported
	cutSave   bool // the transaction does not happen
	onSave    func() error
	cutPlace  bool // the fleet does not hear of a placement
	deaf      int  // how many announcements fail
	announced []orders.Outgoing
	standing  map[playlists.ID]orders.Standing
	heard     chan struct{}
	held      map[playlists.ID]programme.Held
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{
		t: t, World: sqlstoretest.New(t), key: playliststest.Key(1), reports: map[playlists.ID]*wire.Reported{},
		standing: map[playlists.ID]orders.Standing{}, heard: make(chan struct{}, 64), held: map[playlists.ID]programme.Held{},
		screens: []orders.Screen{
			{ID: playliststest.ID("screen"), Name: "screen", Cluster: here, Unit: playliststest.ID("unit")},
			{ID: playliststest.ID("screenb"), Name: "screenb", Cluster: there, Unit: playliststest.ID("other")},
		},
	}
	d.charter, _ = playliststest.Charter(t, nil)
	d.restart()
	return d
}

// restart makes a new Service over what is stored, as after a crash.
func (d *desk) restart() {
	d.t.Helper()
	var err error
	d.Service, err = orders.Open(d.t.Context(), orders.Config{
		Store: store{d, d.DB.Orders()}, Charters: d, Fleet: d, Announcer: d, Observer: d,
		Key: func() ed25519.PrivateKey { return d.key }, Now: d.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) Current() *programme.HeldCharter { return d.charter }

func (d *desk) Screens() []orders.Screen {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]orders.Screen{}, d.screens...)
}

func (d *desk) Operator(cluster playlists.ID) (playlists.ID, bool) {
	switch cluster {
	case here:
		return playliststest.ID("unit"), true
	case there:
		return playliststest.ID("other"), true
	}
	return "", false
}

func (d *desk) Report(screen playlists.ID) *wire.Reported { return d.reports[screen] }

func (d *desk) Place(_ context.Context, screen, cluster playlists.ID) error {
	if d.cutPlace {
		return errCut
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.screens {
		if d.screens[i].ID == screen {
			d.screens[i].Cluster = cluster
		}
	}
	return nil
}

func (d *desk) Announce(_ context.Context, all []orders.Outgoing) []error {
	d.mu.Lock()
	defer d.mu.Unlock()
	errs := make([]error, len(all))
	for i := range all {
		if d.deaf > 0 {
			d.deaf--
			errs[i] = errCut
			continue
		}
		d.announced = append(d.announced, all[i])
		d.heard <- struct{}{}
	}
	return errs
}

func (d *desk) Ordered(screen playlists.ID, st orders.Standing) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.standing[screen] = st
}

type store struct {
	d *desk
	orders.Store
}

func (s store) Save(ctx context.Context, c *orders.Change) error {
	if s.d.cutSave {
		return errCut
	}
	if s.d.onSave != nil {
		if err := s.d.onSave(); err != nil {
			return err
		}
	}
	return s.Store.Save(ctx, c)
}

// media adds a media that anybody may take down.
func (d *desk) media(word string) playlists.ID {
	d.t.Helper()
	return d.World.Media(word, d.Person("author"+word, "unit", playlists.Contributor), playlists.Terms{})
}

// order prepares, signs and submits.
func (d *desk) order(a playlists.Actor, w orders.Wish, hands ...playlists.Actor) *orders.Taken {
	d.t.Helper()
	taken, err := d.try(a, w, hands...)
	if err != nil {
		d.t.Fatal(err)
	}
	return taken
}

func (d *desk) try(a playlists.Actor, w orders.Wish, hands ...playlists.Actor) (*orders.Taken, error) {
	d.t.Helper()
	p, err := d.Prepare(d.t.Context(), a, w)
	if err != nil {
		return nil, err
	}
	signed := programme.SignedOrder{Order: p.Bytes}
	for _, h := range append([]playlists.Actor{a}, hands...) {
		signed.Hands = append(signed.Hands, *playliststest.Sign(d.t, programme.OrderType, p.Bytes, h.ID))
	}
	return d.Submit(d.t.Context(), a, signed)
}

// obeys verifies the newest set of a screen as the screen does, beside what it
// held before, and gives the ids of what it obeys and the calls for the slate.
func (d *desk) obeys(screen string) (ids []playlists.ID, safes []playlists.ID) {
	d.t.Helper()
	id := playliststest.ID(screen)
	sets, err := d.DB.Orders().Sets(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, set := range sets {
		if set.Screen != id {
			continue
		}
		accepted, err := programme.VerifyOrders(set.Envelope, programme.Trust{Screen: id, Charter: d.charter, Now: d.Clock.Now(), HeldOrders: d.held[id]})
		if err != nil {
			d.t.Fatal(err)
		}
		if len(accepted.Refused) > 0 || accepted.Epoch != set.Epoch || accepted.Counter != set.Counter {
			d.t.Fatalf("the screen refuses %v of orders %d.%d", accepted.Refused, accepted.Epoch, accepted.Counter)
		}
		d.held[id] = programme.Held{Epoch: set.Epoch, Counter: set.Counter, Payload: accepted.Payload}
		for _, o := range accepted.Obeyed {
			ids = append(ids, o.ID)
		}
		for _, c := range accepted.Safe {
			safes = append(safes, c.ID)
		}
	}
	return ids, safes
}

// run runs the service until it has announced n sets, and has noted so.
func (d *desk) run(n int) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	for range n {
		select {
		case <-d.heard:
		case <-ctx.Done():
			d.t.Fatal("the outbox did not announce in time")
		}
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		left, err := d.DB.Orders().Outgoing(ctx, 10)
		if err != nil {
			d.t.Fatal(err)
		}
		if len(left) == 0 {
			break
		}
		<-tick.C
	}
	cancel()
	if err := <-ended; err != nil {
		d.t.Fatal(err)
	}
}

// report has a screen say that it holds a set and has latched things.
func (d *desk) report(screen string, counter uint64, latched ...playlists.ID) {
	r := &wire.Reported{Trust: wire.Trusted{Orders: &wire.ProgrammeRef{Epoch: 1, Counter: counter}}}
	for _, id := range latched {
		r.Trust.Latched = append(r.Trust.Latched, wire.Latched{ID: id, Kind: wire.LatchTakedown})
	}
	d.reports[playliststest.ID(screen)] = r
	d.Heard(playliststest.ID(screen), r, d.Clock.Now())
}

func takedown(media playlists.ID, clusters ...playlists.ID) orders.Wish {
	w := orders.Wish{Kind: programme.Takedown, Media: media, Reason: "wrong map"}
	for _, c := range clusters {
		w.Clusters = append(w.Clusters, string(c))
	}
	return w
}
