package app

import (
	"context"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/roster"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// openRosters makes what tells screens of their neighbours. It is used once
// everything is open.
func (a *App) openRosters(ctx context.Context) error {
	var err error
	a.rosters, err = roster.Open(ctx, roster.Config{
		Store: a.db.Rosters(), Fleet: standing{a}, Charters: a.trust.charters, Announcer: standing{a},
		Key: a.trust.keys.Key, Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("rosters", a.rosters.Run)
	a.services.Rosters = a.rosters
	return nil
}

// wakeRosters has rosters made anew; before everything is open the start does.
func (a *App) wakeRosters() {
	if a.rosters != nil {
		a.rosters.Wake()
	}
}

// fillRosters gives the broker every screen's roster.
func (a *App) fillRosters(ctx context.Context, yield func(mqttlink.Document) error) error {
	return a.rosters.Desired(ctx, func(s *roster.Set) error { return yield(rosterDocument(s.Outgoing())) })
}

func rosterDocument(m roster.Outgoing) mqttlink.Document {
	return mqttlink.Document{Screen: m.Screen, Leaf: wire.DownRoster, Ref: wire.ProgrammeRef{Epoch: m.Epoch, Counter: m.Counter}, Envelope: m.Envelope}
}

// standing is the other parts as rosters see them.
type standing struct{ a *App }

// Screens implements roster.Fleet.
func (s standing) Screens() []roster.Screen {
	members := s.a.screens.fleet.Members()
	out := make([]roster.Screen, len(members))
	for i, m := range members {
		out[i] = roster.Screen{
			ID: m.Screen.ID, Name: m.Screen.Name, Cluster: m.Cluster.ID, ClusterName: m.Cluster.Name, Unit: m.Unit, Profile: m.Screen.Profile, DeviceKey: m.Screen.DeviceKey,
		}
	}
	return out
}

// Operator implements roster.Fleet.
func (s standing) Operator(cluster playlists.ID) (playlists.ID, bool) {
	return s.a.screens.fleet.Operator(cluster)
}

// Announce implements outbox.Announcer.
func (s standing) Announce(ctx context.Context, all []roster.Outgoing) []error {
	documents := make([]mqttlink.Document, len(all))
	for i, m := range all {
		documents[i] = rosterDocument(m)
	}
	return s.a.screens.link.Announce(ctx, documents...)
}
