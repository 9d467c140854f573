package app

import (
	"context"
	"time"

	"cotmoc/playlists/wire"
)

// browser is the kiosk's, as far as the agent needs it.
type browser interface {
	Run(context.Context) error
	Restart(why string)
	Problems() []wire.Problem
}

// openKiosk prepares the browser when it is ours to start.
func (a *App) openKiosk(time.Time) error {
	if !a.cfg.Kiosk {
		return nil
	}
	return nil
}
