package app

import (
	"context"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/releases"
	"cotmoc/playlists/wire"
)

// openReleases makes what brings releases of the agent to screens.
func (a *App) openReleases(ctx context.Context) error {
	var err error
	a.releases, err = releases.Open(ctx, releases.Config{
		Store: a.db.Releases(), Objects: a.objects, Charters: a.trust.charters, Fleet: updating{a}, Announcer: updating{a},
		Key: a.trust.keys.Key, Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("releases", a.releases.Run)
	a.services.Releases = a.releases
	return nil
}

// updating is the other parts as releases see them.
type updating struct{ a *App }

// Screens implements releases.Fleet.
func (u updating) Screens() []releases.Screen {
	members := u.a.screens.fleet.Members()
	out := make([]releases.Screen, len(members))
	for i, m := range members {
		heard, _ := u.a.screens.fleet.Heard(m.Screen.ID)
		out[i] = releases.Screen{
			ID: m.Screen.ID, Name: m.Screen.Name, Cluster: m.Screen.Cluster, ClusterName: m.Cluster.Name, Unit: m.Unit,
			Online: heard.Online, Report: heard.Report,
		}
	}
	return out
}

// Announce implements outbox.Announcer.
func (u updating) Announce(ctx context.Context, all []releases.Outgoing) []error {
	documents := make([]mqttlink.Document, len(all))
	for i, m := range all {
		documents[i] = mqttlink.Document{Screen: m.Screen, Leaf: wire.DownRelease, Ref: wire.ProgrammeRef{Epoch: m.Epoch, Counter: m.Counter}, Envelope: m.Envelope}
	}
	return u.a.screens.link.Announce(ctx, documents...)
}

// fill gives the broker what every screen was offered.
func (u updating) fill(ctx context.Context, yield func(mqttlink.Document) error) error {
	return u.a.releases.Desired(ctx, func(o *releases.Offer) error {
		return yield(mqttlink.Document{Screen: o.Screen, Leaf: wire.DownRelease, Ref: wire.ProgrammeRef{Epoch: o.Epoch, Counter: o.Counter}, Envelope: o.Envelope})
	})
}
