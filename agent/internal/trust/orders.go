package trust

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// latches is what orders have put in force here. It stays until a signed lift,
// whatever later sets of orders leave out.
type latches struct {
	Takedowns []latchedOrder `json:"takedowns"`
	Bulletins []latchedOrder `json:"bulletins"`
	Safes     []latchedSafe  `json:"safes"`
	// Ended are orders that were lifted, so that they do not come again.
	Ended []playlists.ID `json:"ended"`
	// Cluster is where a signed order has placed the screen, "" for where it
	// was enrolled.
	Cluster  playlists.ID `json:"cluster"`
	PlacedAt int64        `json:"placed_at"` // issue of that order
}

type latchedOrder struct {
	Signed programme.SignedOrder `json:"signed"`
	Since  int64                 `json:"since"` // Unix milliseconds

	order programme.Order
}

type latchedSafe struct {
	ID    playlists.ID `json:"id"`
	By    string       `json:"by"`
	Local bool         `json:"local"`
	Since int64        `json:"since"`
}

const (
	maxLatched = 200
	maxEnded   = 2000
)

func (k *Keeper) restoreLatches() {
	read := func(b []byte) (latches, error) {
		var l latches
		if err := json.Unmarshal(b, &l); err != nil {
			return l, fmt.Errorf("cannot read the latched orders: %w", err)
		}
		for _, list := range [][]latchedOrder{l.Takedowns, l.Bulletins} {
			for i := range list {
				if err := programme.Unmarshal(list[i].Signed.Order, &list[i].order); err != nil {
					return l, err
				}
			}
		}
		return l, nil
	}
	if data, ok := k.o.Store.Document(state.Latches, func(b []byte) error { _, err := read(b); return err }); ok {
		if l, err := read(data); err == nil {
			k.latches = l
		}
	}
}

// restoreOrders reads the newest set again, for its counter; its orders are
// latched already.
func (k *Keeper) restoreOrders() {
	if k.charter == nil {
		return
	}
	k.o.Store.Document(state.Orders, func(b []byte) error {
		o, err := programme.RereadOrders(b, k.o.Screen, k.keys)
		if err == nil {
			k.orders = o
		}
		return err
	})
}

// OfferOrders takes a set as it came and obeys what holds in it. It waits for
// the disk, milliseconds, and for no network.
func (k *Keeper) OfferOrders(envelope []byte) {
	k.mu.Lock()
	changed, err := k.takeOrders(envelope)
	k.mu.Unlock()
	if changed {
		k.o.Changed()
	}
	switch refusal := programme.RefusalOf(err); {
	case err == nil:
		k.o.Problems.Clear("orders")
	case refusal == programme.CharterMissing:
		k.o.Problems.Set("orders", string(refusal), err.Error())
	default:
		k.refuse("orders", err)
	}
}

func (k *Keeper) takeOrders(envelope []byte) (changed bool, err error) {
	set, err := programme.VerifyOrders(envelope, k.documents())
	if programme.RefusalOf(err) == programme.CharterMissing {
		k.waiting.orders = envelope
	}
	if err != nil {
		return false, err
	}
	if k.orders != nil && k.orders.Payload == set.Payload {
		return false, nil
	}
	k.obey(set)
	k.orders = set
	// What was obeyed stands on disk before the counter that says so.
	k.storeJSON("latches", state.Latches, k.latches)
	k.store("orders", state.Orders, envelope)
	k.o.Clock.Prove(set.Issued())
	k.o.Log.Info("orders accepted", "epoch", set.Epoch, "counter", set.Counter, "obeyed", len(set.Obeyed), "refused", len(set.Refused))
	for _, err := range set.Refused {
		k.refusals.Count(err)
	}
	if len(set.Refused) > 0 {
		return true, set.Refused[0]
	}
	return true, nil
}

// obey latches what a set asks for; lifts come last, so that an order and its
// lift in one set leave nothing.
func (k *Keeper) obey(set *programme.AcceptedOrders) {
	now, _ := k.o.Clock.Now()
	k.latches.Bulletins = slices.DeleteFunc(k.latches.Bulletins, func(o latchedOrder) bool { return o.order.Until <= now.UnixMilli() })
	for _, o := range set.Obeyed {
		if !k.concerns(&o.Order) {
			continue
		}
		l := latchedOrder{Signed: o.Signed, Since: now.UnixMilli(), order: o.Order}
		switch o.Kind {
		case programme.Takedown:
			k.latches.Takedowns = latch(k.latches.Takedowns, l)
		case programme.Bulletin:
			k.latches.Bulletins = latch(k.latches.Bulletins, l)
		case programme.Place:
			if o.IssuedAt > k.latches.PlacedAt {
				k.latches.Cluster, k.latches.PlacedAt = o.Cluster, o.IssuedAt
			}
		}
	}
	for _, s := range set.Safe {
		k.latchSafe(latchedSafe{ID: s.ID, By: s.By, Since: now.UnixMilli()})
	}
	for _, o := range set.Obeyed {
		if o.Kind == programme.Lift && k.concerns(&o.Order) {
			k.lift(o.Lifts)
		}
	}
}

func (k *Keeper) concerns(o *programme.Order) bool {
	return o.Concerns(k.o.Screen, k.cluster()) && !slices.Contains(k.latches.Ended, o.ID)
}

func latch(list []latchedOrder, l latchedOrder) []latchedOrder {
	if slices.ContainsFunc(list, func(o latchedOrder) bool { return o.order.ID == l.order.ID }) {
		return list
	}
	if len(list) >= maxLatched {
		list = list[1:]
	}
	return append(list, l)
}

func (k *Keeper) latchSafe(s latchedSafe) {
	known := slices.ContainsFunc(k.latches.Safes, func(o latchedSafe) bool { return o.ID == s.ID })
	if !known && !slices.Contains(k.latches.Ended, s.ID) && len(k.latches.Safes) < maxLatched {
		k.latches.Safes = append(k.latches.Safes, s)
	}
}

func (k *Keeper) lift(id playlists.ID) {
	k.latches.Takedowns = slices.DeleteFunc(k.latches.Takedowns, func(o latchedOrder) bool { return o.order.ID == id })
	k.latches.Bulletins = slices.DeleteFunc(k.latches.Bulletins, func(o latchedOrder) bool { return o.order.ID == id })
	k.latches.Safes = slices.DeleteFunc(k.latches.Safes, func(s latchedSafe) bool { return s.ID == id })
	k.end(id)
}

func (k *Keeper) end(id playlists.ID) {
	if slices.Contains(k.latches.Ended, id) {
		return
	}
	k.latches.Ended = append(k.latches.Ended, id)
	if n := len(k.latches.Ended); n > maxEnded {
		k.latches.Ended = k.latches.Ended[n-maxEnded:]
	}
}

// judgeBulletins ends bulletins of people whom the newest charter does not let
// speak any more. Takedowns stay: hiding needs no second thought.
func (k *Keeper) judgeBulletins() {
	before := len(k.latches.Bulletins)
	k.latches.Bulletins = slices.DeleteFunc(k.latches.Bulletins, func(o latchedOrder) bool {
		_, err := k.charter.CheckOrder(&o.Signed)
		if err != nil {
			k.end(o.order.ID)
		}
		return err != nil
	})
	if len(k.latches.Bulletins) != before {
		k.storeJSON("latches", state.Latches, k.latches)
	}
}

// Latched lists what is in force, for reports.
func (k *Keeper) Latched() []wire.Latched {
	last := k.lastMoment()
	k.mu.Lock()
	defer k.mu.Unlock()
	out := []wire.Latched{}
	for _, o := range k.latches.Takedowns {
		out = append(out, wire.Latched{ID: o.order.ID, Kind: wire.LatchTakedown, Since: o.Since})
	}
	for _, s := range k.latches.Safes {
		out = append(out, wire.Latched{ID: s.ID, Kind: wire.LatchSafe, Local: s.Local, Since: s.Since})
	}
	if b := k.bulletin(last); b != nil {
		out = append(out, wire.Latched{ID: b.order.ID, Kind: wire.LatchBulletin, Since: b.Since})
	}
	return out[:min(len(out), maxLatched)]
}

// lastMoment gives the latest that now may be; zero while the clock is lost,
// when no bulletin may show: nobody could say that it has not ended.
func (k *Keeper) lastMoment() time.Time {
	if _, clock := k.o.Clock.Now(); clock == wire.ClockLost {
		return time.Time{}
	}
	_, last := k.o.Clock.Bounds()
	return last
}

// bulletin gives the newest bulletin that holds.
func (k *Keeper) bulletin(last time.Time) *latchedOrder {
	if last.IsZero() {
		return nil
	}
	for i := len(k.latches.Bulletins) - 1; i >= 0; i-- {
		if b := &k.latches.Bulletins[i]; last.UnixMilli() < b.order.Until {
			return b
		}
	}
	return nil
}
