package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/siteplan"
	"cotmoc/playlists"
)

// SitePlan is the plan of a cluster.
type SitePlan struct {
	Version   int               `json:"version" doc:"0 while nothing was drawn."`
	UpdatedAt *time.Time        `json:"updated_at" nullable:"true"`
	Screens   []siteplan.Placed `json:"screens"`
	Shapes    []siteplan.Drawn  `json:"shapes"`
	Width     int               `json:"width" doc:"Of the sheet, in steps of its grid."`
	Height    int               `json:"height"`
}

func (s *Server) registerSitePlans() {
	handle(s, http.MethodGet, "/clusters/{id}/plan", "get-plan", "Where the screens of a cluster stand", func(ctx context.Context, a playlists.Actor, in *ByID) (SitePlan, error) {
		p, err := s.SitePlans.Plan(ctx, a, in.ID)
		return planOf(p), err
	})
	handle(s, http.MethodPut, "/clusters/{id}/plan", "draw-plan", "Draw where the screens of a cluster stand", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Version int `json:"version" minimum:"0" doc:"That was drawn on."`
			siteplan.Plan
		}
	}) (SitePlan, error) {
		p, err := s.SitePlans.Draw(ctx, a, in.ID, in.Body.Version, in.Body.Plan)
		return planOf(p), err
	})
}

func planOf(p siteplan.Saved) SitePlan {
	return SitePlan{Version: p.Version, UpdatedAt: when(p.At), Screens: list(p.Screens), Shapes: list(p.Shapes), Width: siteplan.Width, Height: siteplan.Height}
}
