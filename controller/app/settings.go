package app

import (
	"context"
	"time"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/settings"
	"cotmoc/playlists"
	"cotmoc/playlists/hours"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// openSettings makes what says how screens are run.
func (a *App) openSettings(ctx context.Context) error {
	var err error
	a.settings, err = settings.Open(ctx, settings.Config{
		Store: a.db.Settings(), Charters: a.trust.charters, Fleet: running{a}, Announcer: running{a}, Observer: running{a},
		Key: a.trust.keys.Key, Now: a.now, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("settings", a.settings.Run)
	a.group.Add("settings anew", a.settings.Follow)
	a.services.Settings = a.settings
	return nil
}

// running is the other parts as settings see them.
type running struct{ a *App }

// Screen implements settings.Fleet.
func (r running) Screen(id playlists.ID) (settings.Screen, bool) {
	m, ok := r.a.screens.fleet.Member(id)
	if !ok {
		return settings.Screen{}, false
	}
	out := settings.Screen{ID: id, Cluster: m.Screen.Cluster, Unit: m.Unit, TimeZone: m.Screen.TimeZone}
	if h, _ := r.a.screens.fleet.Heard(id); h.Report != nil {
		out.Held = h.Report.Trust.Settings
	}
	return out, true
}

// Settings implements beacon.Settings.
func (r running) Settings(screen playlists.ID) programme.Numbers {
	return r.a.settings.Newest(screen)
}

// Announce implements outbox.Announcer.
func (r running) Announce(ctx context.Context, all []settings.Outgoing) []error {
	documents := make([]mqttlink.Document, len(all))
	for i, m := range all {
		documents[i] = mqttlink.Document{Screen: m.Screen, Leaf: wire.DownSettings, Ref: wire.ProgrammeRef{Epoch: m.Epoch, Counter: m.Counter}, Envelope: m.Envelope}
	}
	return r.a.screens.link.Announce(ctx, documents...)
}

// fill gives the broker how every screen is run.
func (r running) fill(yield func(mqttlink.Document) error) error {
	return r.a.settings.Desired(func(g *settings.Given) error {
		return yield(mqttlink.Document{Screen: g.Screen, Leaf: wire.DownSettings, Ref: wire.ProgrammeRef{Epoch: g.Epoch, Counter: g.Counter}, Envelope: g.Envelope})
	})
}

// Hours implements settings.Observer.
func (r running) Hours(screen playlists.ID, table hours.Table, zone *time.Location) {
	r.a.screens.board.Hours(screen, table, zone)
}
