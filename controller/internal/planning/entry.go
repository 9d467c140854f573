package planning

import (
	"context"
	"slices"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Bounds of entries.
const (
	maxPriority = 100
	maxTag      = 60 // bytes
)

// NoEntry is the answer for an entry that is not there, or not for the actor
// to see.
func NoEntry(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "entry_missing", playlists.Params{"id": string(id)}, "cannot find the schedule entry %.40q: it was deleted or belongs to another unit", string(id))
}

// EntryBody is what people say about an entry.
type EntryBody struct {
	Title    string
	Playlist playlists.ID
	Target   playlists.Target
	Rule     schedule.Rule
	Priority int
	Enabled  bool
}

// Entries lists entries that the actor may see.
func (s *Service) Entries(ctx context.Context, a playlists.Actor, p Page) (Listed[Entry], error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return Listed[Entry]{}, err
	}
	l, err := s.cfg.Store.Entries(ctx, a.Reach(playlists.ReadPlans), p)
	if err != nil {
		return l, err
	}
	return l, s.compare(ctx, l.Items)
}

// Entry gives one entry.
func (s *Service) Entry(ctx context.Context, a playlists.Actor, id playlists.ID) (Entry, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return Entry{}, err
	}
	e, err := s.cfg.Store.Entry(ctx, id)
	if err != nil {
		return e, err
	}
	if !a.May(playlists.ReadPlans, playlists.Scope{Unit: e.Unit}) {
		return Entry{}, NoEntry(id)
	}
	one := []Entry{e}
	err = s.compare(ctx, one)
	return one[0], err
}

// compare tells which entries are published, and as they are now.
func (s *Service) compare(ctx context.Context, entries []Entry) error {
	published, err := s.published(ctx)
	if err != nil {
		return err
	}
	now, err := s.cfg.Store.Plan(ctx)
	if err != nil {
		return err
	}
	find := func(p *programme.Plan, id playlists.ID) *programme.PlanEntry {
		i := slices.IndexFunc(p.Entries, func(e programme.PlanEntry) bool { return e.ID == id })
		if i < 0 {
			return nil
		}
		return &p.Entries[i]
	}
	for i := range entries {
		e := &entries[i]
		was, is := find(published, e.ID), find(now, e.ID)
		e.Published = was != nil
		e.Changed = was != nil && (is == nil || is.Version != was.Version || is.Playlist.Version != was.Playlist.Version)
	}
	return nil
}

// AddEntry adds an entry to the schedule.
func (s *Service) AddEntry(ctx context.Context, a playlists.Actor, b EntryBody) (Entry, error) {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{ID: id, Version: 1}
	if err := s.fill(ctx, a, &e, b); err != nil {
		return Entry{}, err
	}
	if err := s.cfg.Store.AddEntry(ctx, e, a.ID, s.cfg.Now()); err != nil {
		return Entry{}, err
	}
	return s.Entry(ctx, a, id)
}

// SaveEntry changes an entry. version is the one the editor had before them,
// 0 for any.
func (s *Service) SaveEntry(ctx context.Context, a playlists.Actor, id playlists.ID, version int, b EntryBody) (Entry, error) {
	e, err := s.Entry(ctx, a, id)
	if err != nil {
		return Entry{}, err
	}
	if err := s.mayTarget(ctx, a, e.Unit, e.Target, e.Target); err != nil {
		return Entry{}, err
	}
	if version != 0 && version != e.Version {
		return Entry{}, EntryChanged(e.Title, e.Version)
	}
	if err := s.fill(ctx, a, &e, b); err != nil {
		return Entry{}, err
	}
	e.Version++
	if err := s.cfg.Store.SaveEntry(ctx, e, a.ID, s.cfg.Now()); err != nil {
		return Entry{}, err
	}
	return s.Entry(ctx, a, id)
}

// EntryChanged is the answer to a save over somebody else's.
func EntryChanged(title string, version int) *playlists.Error {
	return playlists.Errorf(playlists.Conflict, "version_conflict", playlists.Params{"version": version}, "cannot save %q: somebody has saved it since you opened it; look at that version first", title)
}

// DeleteEntry takes an entry out of the schedule. Screens play it until the
// next publication.
func (s *Service) DeleteEntry(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	e, err := s.Entry(ctx, a, id)
	if err != nil {
		return err
	}
	if err := s.mayTarget(ctx, a, e.Unit, e.Target, e.Target); err != nil {
		return err
	}
	return s.cfg.Store.DeleteEntry(ctx, id)
}

// fill checks a body and puts it into an entry.
func (s *Service) fill(ctx context.Context, a playlists.Actor, e *Entry, b EntryBody) error {
	p, err := s.editable(ctx, a, b.Playlist)
	if err != nil {
		return err
	}
	title := b.Title
	if playlists.Clean(title) == "" {
		title = p.Title
	}
	if title, err = playlists.CleanTitle("title", title); err != nil {
		return err
	}
	if b.Priority < 0 || b.Priority > maxPriority {
		return playlists.Errorf(playlists.Invalid, "priority_out_of_range", playlists.Params{"max": maxPriority}, "cannot use the priority %d: choose 0 to %d", b.Priority, maxPriority)
	}
	if err := b.Rule.Validate(); err != nil {
		return err
	}
	target, err := cleanTarget(b.Target)
	if err != nil {
		return err
	}
	if err := s.mayTarget(ctx, a, p.Unit, target, e.Target); err != nil {
		return err
	}
	e.Title, e.Playlist, e.Unit, e.Target, e.Rule, e.Priority, e.Enabled = title, p.ID, p.Unit, target, b.Rule, b.Priority, b.Enabled
	return nil
}

// cleanTarget gives a target its one form: each name once, lists never null.
func cleanTarget(t playlists.Target) (playlists.Target, error) {
	out := playlists.Target{Clusters: unique(t.Clusters), Screens: unique(t.Screens), Tags: []string{}}
	for _, tag := range t.Tags {
		tag = playlists.Clean(tag)
		if tag == "" || len(tag) > maxTag {
			return out, playlists.Errorf(playlists.Invalid, "tag_malformed", playlists.Params{"tag": tag}, "cannot use the tag %.80q: write 1 to %d bytes", tag, maxTag)
		}
		out.Tags = append(out.Tags, tag)
	}
	out.Tags = unique(out.Tags)
	return out, out.Validate()
}

func unique[T ~string](in []T) []T {
	out := []T{}
	for _, v := range in {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// mayTarget refuses screens and clusters that are not there (unless the entry
// named them before) or where the actor may not plan. A tag may stand on any
// screen, so that it takes the right everywhere.
func (s *Service) mayTarget(ctx context.Context, a playlists.Actor, unit playlists.ID, t, before playlists.Target) error {
	screens, err := s.cfg.Store.Screens(ctx)
	if err != nil {
		return err
	}
	clusters, err := s.cfg.Store.Clusters(ctx)
	if err != nil {
		return err
	}
	if len(t.Tags) > 0 {
		clusters := a.Reach(playlists.EditPlans)
		if !clusters.All && !slices.Contains(clusters.Units, unit) {
			return playlists.Errorf(playlists.Forbidden, "tags_need_all_clusters", nil, "cannot plan for tags: they may stand on screens of any cluster; name your clusters or screens")
		}
	}
	for _, c := range t.Clusters {
		if !slices.Contains(clusters, c) && !slices.Contains(before.Clusters, c) {
			return unknownTarget(string(c))
		}
		if err := a.Require(playlists.EditPlans, playlists.Scope{Unit: unit, Cluster: c}); err != nil {
			return err
		}
	}
	for _, id := range t.Screens {
		i := slices.IndexFunc(screens, func(sc playlists.Screen) bool { return sc.ID == id })
		switch {
		case i >= 0:
			if err := a.Require(playlists.EditPlans, playlists.Scope{Unit: unit, Cluster: screens[i].Cluster}); err != nil {
				return err
			}
		case !slices.Contains(before.Screens, id):
			return unknownTarget(string(id))
		}
	}
	return a.Require(playlists.EditPlans, playlists.Scope{Unit: unit})
}

func unknownTarget(id string) error {
	return playlists.Errorf(playlists.Invalid, "target_unknown", playlists.Params{"id": id}, "cannot plan for %.40q: there is no such cluster or screen; choose another", id)
}
