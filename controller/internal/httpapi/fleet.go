package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/fleet"
	"cotmoc/playlists"
)

// Cluster is the screens at one site, with the units that operated it.
type Cluster struct {
	ID          playlists.ID `json:"id"`
	Name        string       `json:"name"`
	Place       string       `json:"place"`
	Unit        Named        `json:"unit" doc:"That operates it today."`
	Tenures     []Tenure     `json:"tenures" doc:"Oldest first."`
	ScreenCount int          `json:"screen_count"`
}

// Tenure is a unit's time with a cluster, in local dates.
type Tenure struct {
	Unit  Named   `json:"unit"`
	From  string  `json:"from" format:"date"`
	Until *string `json:"until" nullable:"true" doc:"The next one's beginning; null for the last."`
}

// Screen is one display with its PC.
type Screen struct {
	ID       playlists.ID      `json:"id"`
	Name     string            `json:"name"`
	Cluster  Named             `json:"cluster"`
	Profile  playlists.Profile `json:"profile"`
	Tags     []string          `json:"tags"`
	TimeZone string            `json:"time_zone"`
}

func (s *Server) registerFleet() {
	s.registerClusters()
	handle(s, http.MethodPost, "/screens/claim", "claim-screen", "Make the screen PC that shows a code a screen", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Code      string            `json:"code" maxLength:"40" doc:"As the screen shows it; hyphen, spaces and case do not matter."`
			Name      string            `json:"name" maxLength:"400"`
			ClusterID playlists.ID      `json:"cluster_id"`
			Profile   playlists.Profile `json:"profile"`
			Tags      []string          `json:"tags,omitempty" maxItems:"100"`
			TimeZone  string            `json:"time_zone,omitempty" maxLength:"100"`
		}
	}) (Screen, error) {
		b := &in.Body
		m, err := s.Fleet.Claim(ctx, a, b.Code, playlists.Screen{Name: b.Name, Cluster: b.ClusterID, Profile: b.Profile, Tags: b.Tags, TimeZone: b.TimeZone})
		return screenOf(m), err
	})
	handle(s, http.MethodGet, "/screens", "list-screens", "Screens, by name", func(ctx context.Context, a playlists.Actor, in *struct {
		Q       string `query:"q" maxLength:"200" doc:"Only what contains this; diacritics do not matter."`
		Cursor  string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
		Limit   int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
		Cluster string `query:"cluster" maxLength:"20" doc:"Only those of this cluster."`
	}) (List[Screen], error) {
		p, err := s.Fleet.Screens(ctx, a, fleet.Filter{Query: in.Q, Cluster: playlists.ID(in.Cluster), Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return List[Screen]{}, err
		}
		clusters := s.Fleet.ClusterNames()
		return List[Screen]{Items: each(p.Screens, func(screen playlists.Screen) Screen {
			return screenOf(fleet.Member{Screen: screen, Cluster: fleet.Named{ID: screen.Cluster, Name: clusters[screen.Cluster]}})
		}), NextCursor: p.Next, Total: p.Total}, nil
	})
	handle(s, http.MethodGet, "/screens/{id}", "get-screen", "One screen", func(_ context.Context, a playlists.Actor, in *ByID) (Screen, error) {
		m, err := s.Fleet.Screen(a, in.ID)
		return screenOf(m), err
	})
	handle(s, http.MethodPatch, "/screens/{id}", "change-screen", "Change a screen; what it plays changes with the next programme", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Name      *string            `json:"name,omitempty" maxLength:"400"`
			ClusterID *playlists.ID      `json:"cluster_id,omitempty"`
			Profile   *playlists.Profile `json:"profile,omitempty"`
			Tags      *[]string          `json:"tags,omitempty" maxItems:"100"`
			TimeZone  *string            `json:"time_zone,omitempty" maxLength:"100"`
		}
	}) (Screen, error) {
		b := &in.Body
		m, err := s.Fleet.ChangeScreen(ctx, a, in.ID, fleet.ScreenChange{Name: b.Name, Cluster: b.ClusterID, Profile: b.Profile, Tags: b.Tags, TimeZone: b.TimeZone})
		return screenOf(m), err
	})
	handle(s, http.MethodPost, "/screens/{id}/replace", "replace-screen-pc", "Give a screen the PC that shows a code, in the place of a broken one", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Code string `json:"code" maxLength:"40" doc:"As the new PC shows it."`
		}
	}) (Screen, error) {
		m, err := s.Fleet.Replace(ctx, a, in.ID, in.Body.Code)
		return screenOf(m), err
	})
	handle(s, http.MethodDelete, "/screens/{id}", "revoke-screen", "Remove a screen: it is trusted no longer", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Fleet.Revoke(ctx, a, in.ID)
	})
}

func (s *Server) registerClusters() {
	handle(s, http.MethodGet, "/clusters", "list-clusters", "Clusters, by name", func(ctx context.Context, a playlists.Actor, in *page) (List[Cluster], error) {
		all, err := s.Fleet.Clusters(ctx, a, in.Q)
		if err != nil {
			return List[Cluster]{}, err
		}
		items, next, err := pageOf(all, in.Cursor, in.Limit)
		return List[Cluster]{Items: each(items, s.clusterOf), NextCursor: next, Total: len(all)}, err
	})
	handle(s, http.MethodPost, "/clusters", "add-cluster", "Add a cluster, operated by a unit from today on", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Name   string       `json:"name" maxLength:"400"`
			UnitID playlists.ID `json:"unit_id"`
			Place  string       `json:"place,omitempty" maxLength:"400"`
		}
	}) (Cluster, error) {
		c, err := s.Fleet.AddCluster(ctx, a, in.Body.Name, in.Body.Place, in.Body.UnitID)
		return s.clusterOf(c), err
	})
	handle(s, http.MethodPatch, "/clusters/{id}", "change-cluster", "Change a cluster; a unit begins a new tenure", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Name   *string       `json:"name,omitempty" maxLength:"400"`
			Place  *string       `json:"place,omitempty" maxLength:"400"`
			UnitID *playlists.ID `json:"unit_id,omitempty"`
			From   string        `json:"from,omitempty" maxLength:"10" doc:"Local date from which the unit operates it; today when empty."`
		}
	}) (Cluster, error) {
		b := &in.Body
		c, err := s.Fleet.ChangeCluster(ctx, a, in.ID, fleet.ClusterChange{Name: b.Name, Place: b.Place, Unit: b.UnitID, From: b.From})
		return s.clusterOf(c), err
	})
}

func screenOf(m fleet.Member) Screen {
	return Screen{
		ID: m.Screen.ID, Name: m.Screen.Name, Cluster: Named(m.Cluster), Profile: m.Screen.Profile, Tags: list(m.Screen.Tags), TimeZone: m.Screen.TimeZone,
	}
}

func (s *Server) clusterOf(c fleet.Cluster) Cluster {
	out := Cluster{ID: c.ID, Name: c.Name, Place: c.Place, Unit: Named(c.UnitOn(s.Fleet.Today())), Tenures: make([]Tenure, len(c.Tenures)), ScreenCount: c.ScreenCount}
	for i, t := range c.Tenures {
		out.Tenures[i] = Tenure{Unit: Named(t.Unit), From: t.From}
		if i+1 < len(c.Tenures) {
			out.Tenures[i].Until = &c.Tenures[i+1].From
		}
	}
	return out
}

// pageOf cuts a part out of a list that is held whole; the cursor is the id
// of the last one before it.
func pageOf(all []fleet.Cluster, after string, limit int) (items []fleet.Cluster, next string, err error) {
	begin := 0
	if after != "" {
		for begin < len(all) && string(all[begin].ID) != after {
			begin++
		}
		if begin++; begin > len(all) {
			return nil, "", playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", after)
		}
	}
	items = all[begin:]
	if len(items) > limit {
		items = items[:limit]
		next = string(items[limit-1].ID)
	}
	return items, next, nil
}
