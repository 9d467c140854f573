package publish

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

// Preview says what publishing now would change.
type Preview struct {
	Changes []Change
	Blocked []Block      // why it would be refused, empty when it would not
	Left    []LeftOut    // what is approved but not for some screens
	Held    []Ref        // media that are left out until somebody has looked at their source
	Since   *Publication // the newest of Kind Published, nil before the first
}

// Change is what publishing would change on one screen.
type Change struct {
	Screen         playlists.Screen
	Changed        bool
	Added, Removed []Ref // media
	EntriesAdded   []Ref
	EntriesRemoved []Ref
	BytesToFetch   int64
	FirstShowAt    time.Time // of anything added; zero when it is not due within a week
}

// Ref names something for people.
type Ref struct {
	ID    playlists.ID
	Title string
}

// Block is one reason against publishing.
type Block struct {
	Reason string
	Params playlists.Params
}

// LeftOut is an item that a screen will not show although it is approved.
type LeftOut struct {
	Screen playlists.ID
	programme.LeftOut
}

// Preview compiles the plan without keeping anything.
func (s *Service) Preview(ctx context.Context, a playlists.Actor) (*Preview, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return nil, err
	}
	plan, err := s.cfg.Plans.Plan(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	media, err := s.cfg.Content.Approved(ctx, plan.Media())
	if err != nil {
		return nil, err
	}
	out := &Preview{}
	if out.Blocked, err = s.blocks(ctx, plan, media); err != nil {
		return nil, err
	}
	if out.Since, err = s.newest(ctx); err != nil {
		return nil, err
	}
	if out.Held, err = s.heldOf(ctx, st, plan); err != nil {
		return nil, err
	}
	approved := plan.Only(func(id playlists.ID) bool { _, ok := media[id]; return ok })
	now := s.cfg.Now()
	for _, screen := range st.screens {
		if !a.May(playlists.ReadPlans, playlists.Scope{Cluster: screen.Cluster}) {
			continue
		}
		m, err := s.compile(st, screen, &approved, media, now)
		if err != nil {
			return nil, err
		}
		for _, l := range m.compiled.LeftOut {
			out.Left = append(out.Left, LeftOut{screen.ID, l})
		}
		c, err := s.change(ctx, m, plan, now)
		if err != nil {
			return nil, err
		}
		out.Changes = append(out.Changes, *c)
	}
	return out, nil
}

// blocks names each media of the plan that is not approved.
func (s *Service) blocks(ctx context.Context, plan *programme.Plan, media map[playlists.ID]programme.Approved) ([]Block, error) {
	titles, err := s.cfg.Content.Titles(ctx, plan.Media())
	if err != nil {
		return nil, err
	}
	var out []Block
	seen := map[Ref]bool{}
	for _, e := range plan.Entries {
		for _, it := range e.Playlist.Items {
			ref := Ref{it.Media, e.Playlist.Title}
			if _, ok := media[it.Media]; ok || seen[ref] {
				continue
			}
			seen[ref] = true
			out = append(out, Block{"media_not_approved", playlists.Params{"media_id": string(it.Media), "title": titles[it.Media], "playlist": e.Playlist.Title}})
		}
	}
	return out, nil
}

// heldOf names the media of a plan that are held.
func (s *Service) heldOf(ctx context.Context, st *state, plan *programme.Plan) ([]Ref, error) {
	held := slices.DeleteFunc(plan.Media(), func(id playlists.ID) bool { return !st.held[id] })
	titles, err := s.cfg.Content.Titles(ctx, held)
	if err != nil {
		return nil, err
	}
	var out []Ref
	for _, id := range held {
		out = append(out, Ref{id, titles[id]})
	}
	return out, nil
}

func (s *Service) newest(ctx context.Context) (*Publication, error) {
	id, _, err := s.cfg.Store.PublishedPlan(ctx, "")
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.cfg.Store.Publication(ctx, id)
}

// change compares a compiled programme with the one the screen has.
func (s *Service) change(ctx context.Context, m *made, plan *programme.Plan, now time.Time) (*Change, error) {
	c := &Change{Screen: m.screen, Changed: m.changed()}
	if !c.Changed {
		return c, nil
	}
	after, err := s.load(ctx, m)
	if err != nil {
		return nil, err
	}
	var before *programme.Loaded
	if m.before != nil {
		cur, err := s.current(ctx, m.screen.ID)
		if err != nil {
			return nil, err
		}
		before = cur.loaded
	}
	was, is := showings(before), showings(after)
	titles, err := s.cfg.Content.Titles(ctx, append(mediaOf(was), mediaOf(is)...))
	if err != nil {
		return nil, err
	}
	fresh := map[playlists.Digest]bool{}
	for _, sh := range is {
		if !slices.ContainsFunc(was, func(o programme.Showing) bool { return o.Rendition == sh.Rendition }) {
			c.Added = append(c.Added, Ref{sh.Media, titles[sh.Media]})
			c.BytesToFetch += sh.Size
			fresh[sh.Rendition] = true
		}
	}
	for _, sh := range was {
		if !slices.ContainsFunc(is, func(o programme.Showing) bool { return o.Rendition == sh.Rendition }) {
			c.Removed = append(c.Removed, Ref{sh.Media, titles[sh.Media]})
		}
	}
	c.EntriesAdded, c.EntriesRemoved = entriesChanged(before, after, plan)
	c.FirstShowAt, err = firstShow(after, fresh, now)
	return c, err
}

func showings(l *programme.Loaded) []programme.Showing {
	if l == nil {
		return nil
	}
	return l.Showings()
}

func mediaOf(list []programme.Showing) []playlists.ID {
	var out []playlists.ID
	for _, sh := range list {
		out = append(out, sh.Media)
	}
	return out
}

// entriesChanged names entries that are new or gone; a changed one is both.
func entriesChanged(before, after *programme.Loaded, plan *programme.Plan) (added, removed []Ref) {
	var was []programme.Entry
	if before != nil {
		was = before.Entries
	}
	same := func(a programme.Entry) func(programme.Entry) bool {
		return func(b programme.Entry) bool {
			return a.ID == b.ID && a.Playlist == b.Playlist && a.Priority == b.Priority && slices.Equal(a.Rule.Weekdays, b.Rule.Weekdays) &&
				slices.Equal(a.Rule.Windows, b.Rule.Windows) && a.Rule.From == b.Rule.From && a.Rule.Until == b.Rule.Until
		}
	}
	title := func(id playlists.ID, l *programme.Loaded) string {
		for _, e := range plan.Entries {
			if e.ID == id && e.Title != "" {
				return e.Title
			}
		}
		for i, e := range l.Entries {
			if e.ID == id {
				return l.Playlists[i].Title
			}
		}
		return ""
	}
	for _, e := range after.Entries {
		if !slices.ContainsFunc(was, same(e)) {
			added = append(added, Ref{e.ID, title(e.ID, after)})
		}
	}
	for _, e := range was {
		if !slices.ContainsFunc(after.Entries, same(e)) {
			removed = append(removed, Ref{e.ID, title(e.ID, before)})
		}
	}
	return added, removed
}

// lookAhead and maxSlots bound the search for the first showing.
const (
	lookAhead = 7 * 24 * time.Hour
	maxSlots  = 5000
)

// firstShow finds when one of the renditions is due first.
func firstShow(l *programme.Loaded, fresh map[playlists.Digest]bool, now time.Time) (time.Time, error) {
	if len(fresh) == 0 {
		return time.Time{}, nil
	}
	plan, err := l.Plan()
	if err != nil {
		return time.Time{}, err
	}
	r, err := schedule.NewResolver(plan)
	if err != nil {
		return time.Time{}, err
	}
	for t, n := now, 0; t.Before(now.Add(lookAhead)) && n < maxSlots; n++ {
		slot := r.At(t)
		if slot.Playing && fresh[l.Item(slot.Entry, slot.Item).Showing.Rendition] {
			if slot.Start.Before(now) {
				return now, nil
			}
			return slot.Start, nil
		}
		t = slot.End
	}
	return time.Time{}, nil
}
