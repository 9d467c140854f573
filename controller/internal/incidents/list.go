package incidents

import (
	"context"
	"time"

	"cotmoc/playlists"
)

// Filter chooses incidents. Those that are open come first, the most severe
// before the others; then the newest.
type Filter struct {
	Reach   playlists.Reach
	State   State
	Mine    playlists.ID // whose, "" for all
	Cluster playlists.ID
	Screen  playlists.ID
	Rule    Rule
	From    time.Time // opened in [From, Until); zero no bound
	Until   time.Time
	Cursor  string
	Limit   int
}

// State is whether incidents are open.
type State string

// The states one may ask for.
const (
	OpenOnly   State = "open"
	ClosedOnly State = "closed"
	AnyState   State = "all"
)

// Page is a page of incidents.
type Page struct {
	Incidents []Incident
	Next      string // cursor of the next page, "" when this is the last
	Total     int
}

// Counts are the open incidents that a person may see.
type Counts struct {
	Critical, Warning, Info int
	Untaken                 int // of all severities
	Mine                    int
}

// List gives a page of the incidents that the actor may see.
func (s *Service) List(ctx context.Context, a playlists.Actor, f Filter) (Page, error) {
	if f.Reach = a.Reach(playlists.Watch); f.Reach.None() {
		return Page{}, a.Require(playlists.Watch, playlists.Scope{})
	}
	return s.cfg.Store.Find(ctx, f)
}

// Count counts the open incidents that the actor may see.
func (s *Service) Count(ctx context.Context, a playlists.Actor) (Counts, error) {
	r := a.Reach(playlists.Watch)
	if r.None() {
		return Counts{}, a.Require(playlists.Watch, playlists.Scope{})
	}
	return s.cfg.Store.Count(ctx, r, a.ID)
}

// Incident gives one incident with what happened to it, oldest first.
func (s *Service) Incident(ctx context.Context, a playlists.Actor, id playlists.ID) (Incident, []Entry, error) {
	i, err := s.cfg.Store.Incident(ctx, id)
	if err != nil {
		return Incident{}, nil, err
	}
	if !a.May(playlists.Watch, i.scope()) {
		return Incident{}, nil, Missing(id)
	}
	entries, err := s.cfg.Store.Journal(ctx, id)
	return i, entries, err
}

// Handlers gives the people to whom an incident may be handed over.
func (s *Service) Handlers(ctx context.Context, a playlists.Actor, id playlists.ID) ([]Named, error) {
	i, err := s.cfg.Store.Incident(ctx, id)
	if err != nil {
		return nil, err
	}
	if !a.May(playlists.Watch, i.scope()) {
		return nil, Missing(id)
	}
	if err := a.Require(playlists.HandleIncidents, i.scope()); err != nil {
		return nil, err
	}
	return s.cfg.Handlers(ctx, Place{Named: i.Cluster, Unit: i.Unit})
}

// MayHandle tells whether the actor may act on an incident.
func (i *Incident) MayHandle(a playlists.Actor) bool {
	return a.May(playlists.HandleIncidents, i.scope())
}

// OpenIn gives the open incidents of a cluster, for those who hand over.
func (s *Service) OpenIn(ctx context.Context, cluster playlists.ID) ([]Incident, error) {
	p, err := s.cfg.Store.Find(ctx, Filter{Reach: playlists.Reach{All: true}, State: OpenOnly, Cluster: cluster, Limit: 500})
	return p.Incidents, err
}

// Told is a journal entry as those who alert people read it. Kind is one of
// opened, escalated, acknowledged and closed.
type Told struct {
	Seq         int64
	At          time.Time
	Kind        Kind
	Incident    playlists.ID
	Screen      playlists.ID
	Cluster     playlists.ID
	Unit        playlists.ID
	Rule        Rule
	Severity    Severity
	ScreenName  string
	ClusterName string
	Params      playlists.Params
}
