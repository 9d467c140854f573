package app

import (
	"context"
	"time"

	"cotmoc/controller/internal/captures"
	"cotmoc/controller/internal/objectstore"
	"cotmoc/controller/internal/siteplan"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
)

// capturesFolder is where pictures of the glass are. They are no objects:
// screens are given none, and backups leave them out.
const capturesFolder = "captures"

// maxCaptures bounds all pictures together: evidence, and the newest.
const maxCaptures = 4 << 30

// openCaptures makes what keeps pictures of the glass. The fleet and the board
// are open.
func (a *App) openCaptures(ctx context.Context) error {
	files, err := objectstore.OpenDir(a.cfg.path(capturesFolder), objectstore.DirOptions{MaxBytes: maxCaptures})
	if err != nil {
		return err
	}
	stored := func(ctx context.Context) (out []playlists.Digest, err error) {
		for info, err := range files.List(ctx) {
			if err != nil {
				return nil, err
			}
			out = append(out, info.Digest)
		}
		return out, nil
	}
	board := a.screens.board
	a.services.Captures, err = captures.Open(ctx, captures.Config{
		Store: a.db.Captures(), Files: files, Stored: stored, Screens: onGlass{a}, Now: a.now, Log: a.log,
		Captured: func(c captures.Capture) {
			board.Capture(c.Screen, watch.Captured{Digest: c.Digest, Witness: c.Witness, Finding: c.Finding, At: c.At, Width: c.Width, Height: c.Height})
		},
	})
	if err != nil {
		return err
	}
	a.group.Add("captures", a.services.Captures.Run)
	a.services.SitePlans = siteplan.New(a.db.SitePlans(), onSite{a}, a.now)
	return nil
}

// onGlass is screens as their captures see them.
type onGlass struct{ a *App }

// Place implements captures.Screens.
func (o onGlass) Place(screen playlists.ID) (playlists.Scope, bool) {
	m, ok := o.a.screens.fleet.Member(screen)
	return playlists.Scope{Unit: m.Unit, Cluster: m.Screen.Cluster}, ok
}

// Ahead implements captures.Screens.
func (o onGlass) Ahead(screen playlists.ID) time.Duration { return o.a.screens.board.Ahead(screen) }

// onSite is clusters and screens as plans see them.
type onSite struct{ a *App }

// Operator implements siteplan.Site.
func (o onSite) Operator(cluster playlists.ID) (playlists.ID, bool) {
	return o.a.screens.fleet.Operator(cluster)
}

// Stands implements siteplan.Site.
func (o onSite) Stands(screen playlists.ID) playlists.ID {
	m, _ := o.a.screens.fleet.Member(screen)
	return m.Screen.Cluster
}
