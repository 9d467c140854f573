package fleet

import (
	"context"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// Cluster is the screens at one site.
type Cluster struct {
	ID          playlists.ID
	Name        string
	Place       string
	Tenures     []Tenure // by From, oldest first, never empty
	ScreenCount int      // of trusted screens
}

// Tenure says which unit operates a cluster from a local date on.
type Tenure struct {
	Unit Named
	From string // YYYY-MM-DD
}

// UnitOn gives the unit that operates the cluster on a local date; before the
// first tenure it is the first one's.
func (c *Cluster) UnitOn(date string) Named {
	var unit Named
	for i, t := range c.Tenures {
		if i == 0 || t.From <= date {
			unit = t.Unit
		}
	}
	return unit
}

func (c *Cluster) scope(date string) playlists.Scope {
	return playlists.Scope{Unit: c.UnitOn(date).ID, Cluster: c.ID}
}

// Clusters lists all clusters whose name or place matches, by name. Everybody
// who is logged in may know them: media and plans name them.
func (s *Service) Clusters(ctx context.Context, a playlists.Actor, query string) ([]Cluster, error) {
	if a.ID == "" {
		return nil, a.Require(playlists.ReadPlans, playlists.Scope{})
	}
	all, err := s.o.Store.Clusters(ctx)
	if err != nil {
		return nil, err
	}
	words := strings.Fields(playlists.Fold(query))
	return slices.DeleteFunc(all, func(c Cluster) bool {
		text := playlists.Fold(c.Name + " " + c.Place)
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}), nil
}

// AddCluster adds a cluster that a unit operates from today on.
func (s *Service) AddCluster(ctx context.Context, a playlists.Actor, name, place string, unit playlists.ID) (Cluster, error) {
	if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: unit}); err != nil {
		return Cluster{}, err
	}
	c := Cluster{Tenures: []Tenure{{Unit: Named{ID: unit}, From: s.Today()}}}
	var err error
	if c.Name, err = playlists.CleanTitle("name", name); err != nil {
		return Cluster{}, err
	}
	if c.Place = playlists.Clean(place); len([]rune(c.Place)) > playlists.MaxTitle {
		return Cluster{}, placeTooLong()
	}
	if err := s.unitExists(ctx, unit, s.Today()); err != nil {
		return Cluster{}, err
	}
	if c.ID, err = playlists.NewID(s.o.Random); err != nil {
		return Cluster{}, err
	}
	if err := s.o.Store.AddCluster(s.audited(ctx, a, playlists.ClusterAdded, c.ID, writtenCluster(c)), c, s.o.Now()); err != nil {
		return Cluster{}, err
	}
	return s.reloadCluster(ctx, c.ID)
}

// ClusterChange is what changes about a cluster; nil leaves it. A unit comes
// with the local date from which it operates the cluster, "" for today; what
// was shown before stays the former unit's.
type ClusterChange struct {
	Name  *string
	Place *string
	Unit  *playlists.ID
	From  string
}

// ChangeCluster changes a cluster.
func (s *Service) ChangeCluster(ctx context.Context, a playlists.Actor, id playlists.ID, ch ClusterChange) (Cluster, error) {
	s.mu.RLock()
	c, ok := s.clusters[id]
	s.mu.RUnlock()
	if !ok {
		return Cluster{}, noCluster(id)
	}
	if err := a.Require(playlists.ManagePeople, c.scope(s.Today())); err != nil {
		return Cluster{}, err
	}
	c.Tenures = slices.Clone(c.Tenures)
	var err error
	if ch.Name != nil {
		if c.Name, err = playlists.CleanTitle("name", *ch.Name); err != nil {
			return Cluster{}, err
		}
	}
	if ch.Place != nil {
		if c.Place = playlists.Clean(*ch.Place); len([]rune(c.Place)) > playlists.MaxTitle {
			return Cluster{}, placeTooLong()
		}
	}
	if ch.Unit != nil {
		if err := a.Require(playlists.ManagePeople, playlists.Scope{Unit: *ch.Unit, Cluster: id}); err != nil {
			return Cluster{}, err
		}
		from := ch.From
		if from == "" {
			from = s.Today()
		}
		if err := s.unitExists(ctx, *ch.Unit, from); err != nil {
			return Cluster{}, err
		}
		if err := c.hand(*ch.Unit, from); err != nil {
			return Cluster{}, err
		}
	}
	if err := s.o.Store.SaveCluster(s.audited(ctx, a, playlists.ClusterChanged, id, writtenCluster(c)), c); err != nil {
		return Cluster{}, err
	}
	return s.reloadCluster(ctx, id)
}

// hand gives the cluster to a unit from a date on. The last tenure can be
// corrected; history before it cannot.
func (c *Cluster) hand(unit playlists.ID, from string) error {
	if _, err := time.Parse(time.DateOnly, from); err != nil {
		return playlists.Errorf(playlists.Invalid, "date_malformed", playlists.Params{"field": "from", "value": from}, "cannot use the date %.20q: write it as 2026-08-05", from)
	}
	last := &c.Tenures[len(c.Tenures)-1]
	switch {
	case from < last.From:
		return playlists.Errorf(playlists.Invalid, "tenure_before_last", playlists.Params{"from": from, "last": last.From}, "cannot hand the cluster over on %s: its last handover is %s, choose that date or a later one", from, last.From)
	case from == last.From:
		last.Unit = Named{ID: unit}
	case last.Unit.ID != unit:
		c.Tenures = append(c.Tenures, Tenure{Unit: Named{ID: unit}, From: from})
	}
	return nil
}

// reloadCluster reads a cluster as the store now has it and tells of its
// screens.
func (s *Service) reloadCluster(ctx context.Context, id playlists.ID) (Cluster, error) {
	all, err := s.o.Store.Clusters(ctx)
	if err != nil {
		return Cluster{}, err
	}
	i := slices.IndexFunc(all, func(c Cluster) bool { return c.ID == id })
	if i < 0 {
		return Cluster{}, noCluster(id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters[id] = all[i]
	for _, m := range s.members {
		if m.screen.Cluster == id {
			s.tell(m)
		}
	}
	return all[i], nil
}

func (s *Service) unitExists(ctx context.Context, unit playlists.ID, on string) error {
	ok, err := s.o.Store.UnitExists(ctx, unit, on)
	if err == nil && !ok {
		return playlists.Errorf(playlists.NotFound, "unit_missing", playlists.Params{"id": string(unit)}, "cannot find the unit %.40q: choose one from the list of units", string(unit))
	}
	return err
}

func placeTooLong() error {
	return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "place", "max": playlists.MaxTitle}, "cannot use so long a place: shorten it to %d characters", playlists.MaxTitle)
}

func noCluster(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": string(id)}, "cannot find the cluster %.40q: choose one from the list of clusters", string(id))
}
