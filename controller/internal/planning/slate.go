package planning

import (
	"context"
	"slices"

	"cotmoc/playlists"
)

// Slate gives the slate of a profile.
func (s *Service) Slate(ctx context.Context, a playlists.Actor, p playlists.Profile) (Slate, error) {
	if err := a.Require(playlists.ReadPlans, playlists.Scope{}); err != nil {
		return Slate{}, err
	}
	if err := p.Validate(); err != nil {
		return Slate{}, err
	}
	return s.cfg.Store.Slate(ctx, p)
}

// SetSlate chooses the slate of a profile for all screens, from the next
// publication on. It is what a screen shows when it has nothing else, so that
// it must never expire nor be kept out of a cluster.
func (s *Service) SetSlate(ctx context.Context, a playlists.Actor, p playlists.Profile, media playlists.ID) (Slate, error) {
	if err := a.Require(playlists.EditPlans, playlists.Scope{}); err != nil {
		return Slate{}, err
	}
	if !a.Reach(playlists.EditPlans).All {
		return Slate{}, playlists.Errorf(playlists.Forbidden, "slate_needs_all", nil, "cannot choose the slate: it is for the screens of all units and clusters; ask an editor of all of them")
	}
	if err := p.Validate(); err != nil {
		return Slate{}, err
	}
	slate := Slate{Profile: p, Media: media}
	if media != "" {
		all, err := s.cfg.Store.Media(ctx, []playlists.ID{media})
		if err != nil {
			return Slate{}, err
		}
		m, ok := all[media]
		params := playlists.Params{"title": m.Title}
		switch {
		case !ok || m.Deleted:
			return Slate{}, playlists.Errorf(playlists.Invalid, "media_missing", playlists.Params{"media": string(media)}, "cannot find the media %.40q: it was deleted", string(media))
		case !m.Approved:
			return Slate{}, playlists.Errorf(playlists.Conflict, "media_not_approved", params, "cannot take %q as the slate: it is not approved; have it approved first", m.Title)
		case !m.ValidUntil.IsZero():
			return Slate{}, playlists.Errorf(playlists.Conflict, "slate_expires", params, "cannot take %q as the slate: its validity ends; choose one without an end", m.Title)
		case !slices.Contains(m.Territory, playlists.Everywhere):
			return Slate{}, playlists.Errorf(playlists.Conflict, "slate_not_everywhere", params, "cannot take %q as the slate: it is not approved for all clusters; choose one that is", m.Title)
		case !slices.Contains(m.Ready, p):
			return Slate{}, playlists.Errorf(playlists.Conflict, "rendition_missing", playlists.Params{"title": m.Title, "profile": string(p)}, "cannot take %q as the slate: it has no picture for %s", m.Title, p)
		}
	}
	return slate, s.cfg.Store.SetSlate(ctx, slate, a.ID, s.cfg.Now())
}
