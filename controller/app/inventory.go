package app

import (
	"context"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/inventory"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// openInventory makes what knows the devices of screens.
func (a *App) openInventory(ctx context.Context) error {
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		return err
	}
	a.services.Inventory, err = inventory.Open(ctx, inventory.Config{Store: a.db.Inventory(), Fleet: equipped{a}, Zone: zone, Now: a.now, Random: a.random, Log: a.log})
	if err != nil {
		return err
	}
	a.group.Add("inventory", a.services.Inventory.Run)
	return nil
}

// equipped is the fleet as the inventory sees it.
type equipped struct{ a *App }

// Screens implements inventory.Fleet.
func (e equipped) Screens() []inventory.Screen {
	members := e.a.screens.fleet.Members()
	out := make([]inventory.Screen, len(members))
	for i, m := range members {
		out[i] = equippedOf(m)
	}
	return out
}

// Screen implements inventory.Fleet.
func (e equipped) Screen(id playlists.ID) (inventory.Screen, bool) {
	m, ok := e.a.screens.fleet.Member(id)
	return equippedOf(m), ok
}

func equippedOf(m fleet.Member) inventory.Screen {
	return inventory.Screen{ID: m.Screen.ID, Name: m.Screen.Name, Cluster: m.Cluster.ID, ClusterName: m.Cluster.Name, Unit: m.Unit, Profile: m.Screen.Profile, Tags: m.Screen.Tags}
}

// Facts implements mqttlink.Inbox.
func (i inbox) Facts(_ context.Context, screen playlists.ID, v *wire.Inventory, at time.Time) {
	if i.a.screens.fleet.Admits(screen) {
		i.a.services.Inventory.Hear(screen, v, at)
	}
}
