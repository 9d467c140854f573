package planning

import (
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// mergeTime is how soon somebody's next save replaces their last one.
const mergeTime = 5 * time.Minute

// NoPlaylist is the answer for a playlist that is not there, or not for the
// actor to see.
func NoPlaylist(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "playlist_missing", playlists.Params{"id": string(id)}, "cannot find the playlist %.40q: it was deleted or belongs to another unit", string(id))
}

// Playlists lists playlists that the actor may see.
func (s *Service) Playlists(ctx context.Context, a playlists.Actor, p Page) (Listed[Playlist], error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return Listed[Playlist]{}, err
	}
	l, err := s.cfg.Store.Playlists(ctx, a.Reach(playlists.ReadPlans), p)
	if err != nil {
		return l, err
	}
	plan, err := s.published(ctx)
	for i := range l.Items {
		l.Items[i].Published = versionIn(plan, l.Items[i].ID)
	}
	return l, err
}

// Playlist gives one playlist.
func (s *Service) Playlist(ctx context.Context, a playlists.Actor, id playlists.ID) (Playlist, error) {
	p, err := s.cfg.Store.Playlist(ctx, id)
	if err != nil {
		return p, err
	}
	if !a.May(playlists.ReadPlans, playlists.Scope{Unit: p.Unit}) {
		if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
			return Playlist{}, err
		}
		return Playlist{}, NoPlaylist(id)
	}
	plan, err := s.published(ctx)
	p.Published = versionIn(plan, id)
	return p, err
}

// editable gives a playlist that the actor may change.
func (s *Service) editable(ctx context.Context, a playlists.Actor, id playlists.ID) (Playlist, error) {
	p, err := s.Playlist(ctx, a, id)
	if err != nil {
		return p, err
	}
	return p, a.Require(playlists.EditPlans, playlists.Scope{Unit: p.Unit})
}

// AddPlaylist makes an empty playlist, of the actor's unit unless another is
// named.
func (s *Service) AddPlaylist(ctx context.Context, a playlists.Actor, title string, unit playlists.ID) (Playlist, error) {
	if unit == "" {
		unit = a.Unit
	}
	if err := a.Require(playlists.EditPlans, playlists.Scope{Unit: unit}); err != nil {
		return Playlist{}, err
	}
	title, err := playlists.CleanTitle("title", title)
	if err != nil {
		return Playlist{}, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return Playlist{}, err
	}
	p := Playlist{Playlist: playlists.Playlist{ID: id, Title: title, Unit: unit, Version: 1, UpdatedAt: s.cfg.Now(), UpdatedBy: a.ID}, UpdatedByName: a.Name}
	if err := s.cfg.Store.AddPlaylist(ctx, p); err != nil {
		return Playlist{}, err
	}
	return s.Playlist(ctx, a, id)
}

// SavePlaylist stores a new version. base is the version that the editor had
// before them; somebody else's save since then is a conflict. Items without an
// id get one.
func (s *Service) SavePlaylist(ctx context.Context, a playlists.Actor, id playlists.ID, base int, title string, items []playlists.Item) (Playlist, error) {
	p, err := s.editable(ctx, a, id)
	if err != nil {
		return Playlist{}, err
	}
	if title, err = playlists.CleanTitle("title", title); err != nil {
		return Playlist{}, err
	}
	if err := s.identifyItems(items); err != nil {
		return Playlist{}, err
	}
	next := playlists.Playlist{Items: items}
	if err := next.Validate(); err != nil {
		return Playlist{}, err
	}
	if err := s.mayUse(ctx, a, &p, items); err != nil {
		return Playlist{}, err
	}
	return s.save(ctx, a, id, func(p *Playlist) error {
		if p.Version != base {
			return playlists.Errorf(playlists.Conflict, "version_conflict", playlists.Params{"version": p.Version, "by": p.UpdatedByName}, "cannot save %q: %s has saved it since you opened it; look at that version first", p.Title, p.UpdatedByName)
		}
		p.Title, p.Items = title, items
		return nil
	})
}

// RestorePlaylist makes an old version the newest one.
func (s *Service) RestorePlaylist(ctx context.Context, a playlists.Actor, id playlists.ID, version int) (Playlist, error) {
	if _, err := s.editable(ctx, a, id); err != nil {
		return Playlist{}, err
	}
	old, err := s.cfg.Store.Version(ctx, id, version)
	if err != nil {
		return Playlist{}, err
	}
	return s.save(ctx, a, id, func(p *Playlist) error {
		p.Title, p.Items = old.Title, old.Items
		return nil
	})
}

// save stores what change makes as the next version. A save soon after one's
// own replaces it, unless that one was published: people save often, and few
// of these versions are worth going back to. The number rises even then, so
// that no two contents ever have the same one.
func (s *Service) save(ctx context.Context, a playlists.Actor, id playlists.ID, change func(*Playlist) error) (Playlist, error) {
	plan, err := s.published(ctx)
	if err != nil {
		return Playlist{}, err
	}
	now := s.cfg.Now()
	_, err = s.cfg.Store.SavePlaylist(ctx, id, func(p *Playlist) (bool, error) {
		forget := p.UpdatedBy == a.ID && now.Sub(p.UpdatedAt) < mergeTime && versionIn(plan, id) != p.Version
		if err := change(p); err != nil {
			return false, err
		}
		p.Version++
		p.UpdatedAt, p.UpdatedBy, p.UpdatedByName = now, a.ID, a.Name
		return forget, nil
	})
	if err != nil {
		return Playlist{}, err
	}
	return s.Playlist(ctx, a, id)
}

// identifyItems gives new items an id and refuses one that stands twice.
func (s *Service) identifyItems(items []playlists.Item) error {
	seen := map[playlists.ID]bool{}
	for i := range items {
		it := &items[i]
		if it.ID == "" {
			id, err := playlists.NewID(s.cfg.Random)
			if err != nil {
				return err
			}
			it.ID = id
		}
		if err := it.ID.Validate(); err != nil {
			return err
		}
		if seen[it.ID] {
			return playlists.Errorf(playlists.Invalid, "item_twice", playlists.Params{"position": i + 1}, "cannot save item %d: another has the same id; leave the id out for a copy", i+1)
		}
		seen[it.ID] = true
	}
	return nil
}

// mayUse refuses media that are not there, or that the actor may not see and
// that did not stand in the playlist before.
func (s *Service) mayUse(ctx context.Context, a playlists.Actor, before *Playlist, items []playlists.Item) error {
	had := map[playlists.ID]bool{}
	for _, it := range before.Items {
		had[it.Media] = true
	}
	all, err := s.cfg.Store.Media(ctx, mediaOf(items))
	if err != nil {
		return err
	}
	for i, it := range items {
		m, ok := all[it.Media]
		if had[it.Media] && ok {
			continue
		}
		if !ok || m.Deleted || m.Author != a.ID && !a.May(playlists.ReadMedia, playlists.Scope{Unit: m.Unit}) {
			return playlists.Errorf(playlists.Invalid, "item_media_missing", playlists.Params{"position": i + 1}, "cannot save item %d: its media was deleted or belongs to another unit; take it out", i+1)
		}
	}
	return nil
}

func mediaOf(items []playlists.Item) []playlists.ID {
	out := make([]playlists.ID, len(items))
	for i, it := range items {
		out[i] = it.Media
	}
	return out
}

// DeletePlaylist removes a playlist that no entry plays. What was published
// of it goes on until the next publication.
func (s *Service) DeletePlaylist(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	if _, err := s.editable(ctx, a, id); err != nil {
		return err
	}
	return s.cfg.Store.DeletePlaylist(ctx, id, s.cfg.Now())
}

// Versions lists the versions of a playlist, newest first.
func (s *Service) Versions(ctx context.Context, a playlists.Actor, id playlists.ID, page Page) (Listed[Version], error) {
	p, err := s.Playlist(ctx, a, id)
	if err != nil {
		return Listed[Version]{}, err
	}
	l, err := s.cfg.Store.Versions(ctx, id, page)
	for i := range l.Items {
		l.Items[i].Published = l.Items[i].Version == p.Published
	}
	return l, err
}

// Version gives a playlist as it was in one version.
func (s *Service) Version(ctx context.Context, a playlists.Actor, id playlists.ID, version int) (Playlist, error) {
	p, err := s.Playlist(ctx, a, id)
	if err != nil {
		return p, err
	}
	v, err := s.cfg.Store.Version(ctx, id, version)
	p.Playlist, p.UpdatedByName = v.Playlist, v.UpdatedByName
	return p, err
}

// versionIn gives the version of a playlist in a plan, 0 when it is not in it.
func versionIn(p *programme.Plan, id playlists.ID) int {
	version := 0
	for i := range p.Entries {
		if p.Entries[i].Playlist.ID == id {
			version = max(version, p.Entries[i].Playlist.Version)
		}
	}
	return version
}
