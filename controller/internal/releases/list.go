package releases

import (
	"cmp"
	"context"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Listed is a release for people.
type Listed struct {
	Release
	Lacks  []programme.Build // programs that are not here yet
	Stands bool              // under the charter in force
}

// Cluster says which versions run where.
type Cluster struct {
	ID      playlists.ID
	Name    string
	Screens []Version
}

// Version is what a screen runs.
type Version struct {
	Screen playlists.ID
	Name   string
	Online bool
	Runs   string // as it said last, "" when it never did
	State  string // of its update, "" when it never said
	Reason string
}

// Overview is the page of releases.
type Overview struct {
	Releases []Listed // newest version first
	Open     *Plan    // nil for none
	Past     []Plan   // newest first
	Clusters []Cluster
	// Signers says how many of how many sign a release, zero when the charter
	// names nobody or there is none.
	Threshold, Signers int
	MayStart           bool
}

// List gives everything that whoever manages releases sees.
func (s *Service) List(ctx context.Context, a playlists.Actor) (*Overview, error) {
	if err := a.Require(playlists.ManageReleases, playlists.Scope{}); err != nil {
		return nil, err
	}
	out := &Overview{Releases: []Listed{}, Past: []Plan{}, MayStart: a.May(playlists.StartReleases, playlists.Scope{})}
	charter := s.cfg.Charters.Current()
	if charter != nil {
		out.Threshold, out.Signers = charter.ReleaseThreshold, len(charter.ReleaseSigners)
	}
	s.mu.RLock()
	all, plans := s.releases, s.plans
	s.mu.RUnlock()
	for i := range all {
		_, err := programme.VerifyRelease(all[i].Envelope, charter)
		out.Releases = append(out.Releases, Listed{Release: all[i], Lacks: s.lacks(ctx, &all[i]), Stands: err == nil})
	}
	slices.SortStableFunc(out.Releases, func(a, b Listed) int {
		switch {
		case b.Version.Before(a.Version):
			return -1
		case a.Version.Before(b.Version):
			return 1
		}
		return 0
	})
	for i := range plans {
		if plans[i].State.open() {
			out.Open = plans[i].clone()
		} else {
			out.Past = append(out.Past, *plans[i].clone())
		}
	}
	out.Clusters = s.versions(a)
	return out, nil
}

func (s *Service) versions(a playlists.Actor) []Cluster {
	out := []Cluster{}
	screens := s.cfg.Fleet.Screens()
	slices.SortFunc(screens, func(a, b Screen) int {
		return cmp.Or(cmp.Compare(a.ClusterName, b.ClusterName), cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Name, b.Name))
	})
	for _, screen := range screens {
		if !a.May(playlists.ManageReleases, playlists.Scope{Unit: screen.Unit, Cluster: screen.Cluster}) {
			continue
		}
		if len(out) == 0 || out[len(out)-1].ID != screen.Cluster {
			out = append(out, Cluster{ID: screen.Cluster, Name: screen.ClusterName})
		}
		v := Version{Screen: screen.ID, Name: screen.Name, Online: screen.Online}
		if screen.Report != nil {
			v.Runs = screen.Report.Version
		}
		if u := screen.update(); u != nil {
			v.State, v.Reason = string(u.State), u.Reason
		}
		c := &out[len(out)-1]
		c.Screens = append(c.Screens, v)
	}
	return out
}
