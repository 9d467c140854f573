package app

import (
	"context"
	"time"

	"cotmoc/controller/internal/assist"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// openAssist makes what asks screen PCs for help.
func (a *App) openAssist(ctx context.Context) error {
	var err error
	a.services.Assist, err = assist.Open(ctx, assist.Config{
		Store: a.db.Assist(), Fleet: assisting{a}, Charters: a.trust.charters, Sender: assisting{a},
		Key: a.trust.keys.Key, Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("remote help", a.services.Assist.Run)
	return nil
}

// assisting is the other parts as remote help sees them.
type assisting struct{ a *App }

// Screen implements assist.Fleet.
func (h assisting) Screen(id playlists.ID) (assist.Screen, bool) {
	m, ok := h.a.screens.fleet.Member(id)
	return assist.Screen{ID: m.Screen.ID, Name: m.Screen.Name, Cluster: m.Screen.Cluster, Unit: m.Unit}, ok
}

// Send implements assist.Sender.
func (h assisting) Send(screen playlists.ID, envelope []byte) {
	h.a.screens.link.Command(screen, envelope)
}

// Result implements mqttlink.Inbox.
func (i inbox) Result(ctx context.Context, screen playlists.ID, r *wire.Result, at time.Time) {
	if i.a.screens.fleet.Admits(screen) {
		i.a.services.Assist.Answer(ctx, screen, r, at)
	}
}
