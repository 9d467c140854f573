package siteplan

import (
	"context"
	"time"

	"cotmoc/playlists"
)

// Store keeps plans.
type Store interface {
	// SitePlan gives the plan of a cluster; the zero Saved when there is none.
	SitePlan(ctx context.Context, cluster playlists.ID) (Saved, error)
	// PutSitePlan keeps a plan in place of the one of version base. It answers
	// Conflict, reason "plan_changed", when that is not the newest.
	PutSitePlan(ctx context.Context, cluster playlists.ID, base int, s Saved) error
}

// Site knows clusters and their screens.
type Site interface {
	// Operator gives the unit that operates a cluster today; false when there is
	// no such cluster.
	Operator(cluster playlists.ID) (playlists.ID, bool)
	// Stands gives the cluster where a trusted screen stands, "" for none.
	Stands(screen playlists.ID) playlists.ID
}

// Service reads and changes plans. It is safe for concurrent use.
type Service struct {
	store Store
	site  Site
	now   func() time.Time
}

// New makes a Service.
func New(store Store, site Site, now func() time.Time) *Service {
	return &Service{store: store, site: site, now: now}
}

// Plan gives the plan of a cluster that the actor may watch.
func (s *Service) Plan(ctx context.Context, a playlists.Actor, cluster playlists.ID) (Saved, error) {
	scope, err := s.scope(cluster)
	if err != nil {
		return Saved{}, err
	}
	if !a.May(playlists.Watch, scope) {
		return Saved{}, noCluster(cluster)
	}
	return s.store.SitePlan(ctx, cluster)
}

// Draw keeps a plan in place of the one of version base.
func (s *Service) Draw(ctx context.Context, a playlists.Actor, cluster playlists.ID, base int, p Plan) (Saved, error) {
	scope, err := s.scope(cluster)
	if err != nil {
		return Saved{}, err
	}
	if err := a.Require(playlists.ManageScreens, scope); err != nil {
		return Saved{}, err
	}
	if err := p.Validate(); err != nil {
		return Saved{}, err
	}
	for i := range p.Screens {
		if id := p.Screens[i].ID; s.site.Stands(id) != cluster {
			return Saved{}, playlists.Errorf(playlists.Conflict, "plan_screen_elsewhere", playlists.Params{"screen": string(id)}, "cannot place the screen %s on this plan: it stands in no or another cluster; take it off the plan", id)
		}
	}
	saved := Saved{Plan: p, Version: base + 1, By: a.ID, At: s.now()}
	return saved, s.store.PutSitePlan(ctx, cluster, base, saved)
}

func (s *Service) scope(cluster playlists.ID) (playlists.Scope, error) {
	unit, ok := s.site.Operator(cluster)
	if !ok {
		return playlists.Scope{}, noCluster(cluster)
	}
	return playlists.Scope{Unit: unit, Cluster: cluster}, nil
}

func noCluster(id playlists.ID) error {
	return playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": string(id)}, "cannot find the cluster %.40q: choose one from the list of clusters", string(id))
}

// Changed is the answer to who draws on a plan that somebody else has changed.
func Changed() *playlists.Error {
	return playlists.Errorf(playlists.Conflict, "plan_changed", nil, "cannot keep this plan: somebody else has changed it meanwhile; look at theirs, then draw again")
}
