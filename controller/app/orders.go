package app

import (
	"context"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/orders"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// openOrders makes what takes orders. It is used once everything is open.
func (a *App) openOrders(ctx context.Context) error {
	var err error
	a.orders, err = orders.Open(ctx, orders.Config{
		Store: a.db.Orders(), Charters: a.trust.charters, Fleet: ordering{a}, Announcer: ordering{a}, Observer: ordering{a},
		Key: a.trust.keys.Key, Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("orders", a.orders.Run)
	a.services.Orders = a.orders
	return nil
}

// ordering is the other parts as orders see them.
type ordering struct{ a *App }

// Counter implements publish.Orders and beacon.Orders.
func (o ordering) Counter(screen playlists.ID) uint64 { return o.a.orders.Counter(screen) }

// Screens implements orders.Fleet.
func (o ordering) Screens() []orders.Screen {
	members := o.a.screens.fleet.Members()
	out := make([]orders.Screen, len(members))
	for i, m := range members {
		heard, _ := o.a.screens.fleet.Heard(m.Screen.ID)
		out[i] = orders.Screen{ID: m.Screen.ID, Name: m.Screen.Name, Cluster: m.Screen.Cluster, Unit: m.Unit, Online: heard.Online}
	}
	return out
}

// Operator implements orders.Fleet.
func (o ordering) Operator(cluster playlists.ID) (playlists.ID, bool) {
	return o.a.screens.fleet.Operator(cluster)
}

// Report implements orders.Fleet.
func (o ordering) Report(screen playlists.ID) *wire.Reported {
	h, _ := o.a.screens.fleet.Heard(screen)
	return h.Report
}

// Place implements orders.Fleet.
func (o ordering) Place(ctx context.Context, screen, cluster playlists.ID) error {
	return o.a.screens.fleet.Place(ctx, screen, cluster)
}

// signed tells whether only signed orders move screens.
func (o ordering) signed() bool { return o.a.trust.charters.Current() != nil }

// Announce implements outbox.Announcer.
func (o ordering) Announce(ctx context.Context, all []orders.Outgoing) []error {
	documents := make([]mqttlink.Document, len(all))
	for i, m := range all {
		documents[i] = mqttlink.Document{Screen: m.Screen, Leaf: wire.DownOrders, Ref: wire.ProgrammeRef{Epoch: m.Epoch, Counter: m.Counter}, Envelope: m.Envelope}
	}
	return o.a.screens.link.Announce(ctx, documents...)
}

// fill gives the broker what every screen is to obey.
func (o ordering) fill(ctx context.Context, yield func(mqttlink.Document) error) error {
	return o.a.orders.Desired(ctx, func(s *orders.Set) error {
		return yield(mqttlink.Document{Screen: s.Screen, Leaf: wire.DownOrders, Ref: wire.ProgrammeRef{Epoch: s.Epoch, Counter: s.Counter}, Envelope: s.Envelope})
	})
}

// Ordered implements orders.Observer.
func (o ordering) Ordered(screen playlists.ID, s orders.Standing) {
	o.a.screens.board.Order(screen, watch.Ordered{Ref: s.Ref, Charter: s.Charter, Takedowns: s.Takedowns, Safes: s.Safes})
}
