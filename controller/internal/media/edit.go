package media

import (
	"context"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// Edit is a change to a media; nil fields stay as they are.
type Edit struct {
	Revision    int // that the person saw
	Title       *string
	Description *string
	Languages   *[]string
	Territory   *[]string
	ValidFrom   *time.Time // the zero time lifts the limit
	ValidUntil  *time.Time
	RightsBasis *string
	Publisher   *string
	Creator     *string                             // who made it
	Published   *time.Time                          // the zero time is unknown
	Fits        map[playlists.Profile]playlists.Fit // those that change
	Excerpt     *playlists.Excerpt
}

// Longest texts, in runes, and lists.
const (
	maxDescription = 4000
	maxRights      = 1000
	maxTerritory   = 200
)

// Editable tells the states in which a media may be changed.
func Editable(s playlists.MediaState) bool {
	return slices.Contains([]playlists.MediaState{playlists.Processing, playlists.Failed, playlists.Draft, playlists.Returned}, s)
}

func stateForbids(r *Record) error {
	return playlists.Errorf(playlists.Conflict, "media_state", playlists.Params{"title": r.Title, "state": string(r.State)}, "cannot change %q while it is %s: withdraw it, or begin a new revision", r.Title, r.State)
}

func mediaChanged(r *Record) error {
	return playlists.Errorf(playlists.Conflict, "media_changed", playlists.Params{"title": r.Title, "revision": r.Revision}, "cannot save %q: somebody has changed it since; look at it again", r.Title)
}

// Edit changes a media. Fits that differ and another excerpt make new
// renditions.
func (s *Service) Edit(ctx context.Context, a playlists.Actor, id playlists.ID, e Edit) (*Record, error) {
	r, err := s.change(ctx, a, id, func(r *Record) (*Task, error) {
		switch {
		case !Editable(r.State):
			return nil, stateForbids(r)
		case e.Revision != r.Revision:
			return nil, mediaChanged(r)
		}
		if err := e.texts(r); err != nil {
			return nil, err
		}
		if err := e.terms(&r.Terms); err != nil {
			return nil, err
		}
		changed, err := e.fits(r)
		if err != nil {
			return nil, err
		}
		excerpt := e.Excerpt != nil && *e.Excerpt != r.Excerpt
		if excerpt {
			if err := s.excerpt(r, *e.Excerpt); err != nil {
				return nil, err
			}
		}
		r.Revision++
		if len(changed) == 0 && !excerpt {
			return nil, nil
		}
		if excerpt || r.State != playlists.Draft && r.State != playlists.Returned {
			changed = nil // all; of another state, the job that this one replaces was not done
		}
		r.State = playlists.Processing
		return s.task(r.ID, changed...)
	})
	if err == nil && r.State == playlists.Processing {
		s.cfg.Wake()
	}
	return r, err
}

// change wraps a change with what all of them check.
func (s *Service) change(ctx context.Context, a playlists.Actor, id playlists.ID, change func(*Record) (*Task, error)) (*Record, error) {
	return s.cfg.Store.ChangeMedia(ctx, id, func(r *Record) (*Task, error) {
		if !r.DeletedAt.IsZero() {
			return nil, Missing(id)
		}
		if err := requireEdit(a, r); err != nil {
			return nil, err
		}
		r.UpdatedAt = s.cfg.Now()
		return change(r)
	})
}

func (e *Edit) texts(r *Record) error {
	if e.Title != nil {
		t, err := playlists.CleanTitle("title", *e.Title)
		if err != nil {
			return err
		}
		r.Title = t
	}
	for _, field := range []struct {
		name string
		from *string
		to   *string
		max  int
	}{{"description", e.Description, &r.Description, maxDescription}, {"rights_basis", e.RightsBasis, &r.Terms.RightsBasis, maxRights},
		{"publisher", e.Publisher, &r.Origin.Publisher, playlists.MaxTitle}, {"author", e.Creator, &r.Origin.Author, playlists.MaxTitle}} {
		if field.from == nil {
			continue
		}
		t := playlists.Clean(*field.from)
		if n := utf8.RuneCountInString(t); n > field.max {
			return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": field.name, "max": field.max}, "cannot use %s of %d characters: shorten it to %d", field.name, n, field.max)
		}
		*field.to = t
	}
	if e.Published != nil {
		r.Origin.Published = *e.Published
	}
	return r.Origin.Validate()
}

func (e *Edit) terms(t *playlists.Terms) error {
	if e.Languages != nil {
		t.Languages = unique(*e.Languages)
	}
	if e.Territory != nil {
		t.Territory = unique(*e.Territory)
	}
	if e.ValidFrom != nil {
		t.ValidFrom = e.ValidFrom.UTC().Truncate(time.Millisecond)
	}
	if e.ValidUntil != nil {
		t.ValidUntil = e.ValidUntil.UTC().Truncate(time.Millisecond)
	}
	if len(t.Territory) > maxTerritory {
		return playlists.Errorf(playlists.Invalid, "territory_too_long", playlists.Params{"max": maxTerritory}, "cannot name %d clusters: name at most %d, or all", len(t.Territory), maxTerritory)
	}
	return t.Validate()
}

// unique keeps the first of each, in order.
func unique(in []string) []string {
	out := make([]string, 0, min(len(in), maxTerritory))
	for _, v := range in {
		if !slices.Contains(out, v) && len(out) <= maxTerritory {
			out = append(out, v)
		}
	}
	return out
}

// fits sets the fits and tells the profiles whose renditions change with them.
func (e *Edit) fits(r *Record) ([]playlists.Profile, error) {
	fits := maps.Clone(r.Fits)
	for p, fit := range e.Fits {
		if err := p.Validate(); err != nil {
			return nil, err
		}
		if err := fit.Validate(); err != nil {
			return nil, err
		}
		fits[p] = fit
	}
	var changed []playlists.Profile
	before := r.Media
	r.Fits = fits
	unmade := r.State == playlists.Processing || r.State == playlists.Failed
	for _, p := range slices.SortedFunc(maps.Keys(fits), playlists.CompareProfiles) {
		// What was not rendered yet is, when its turn comes, with the new fit.
		if _, rendered := r.Rendition(p); (rendered || unmade) && r.Fit(p) != before.Fit(p) {
			changed = append(changed, p)
		}
	}
	return changed, nil
}

// excerpt sets what of a media is shown.
func (s *Service) excerpt(r *Record, x playlists.Excerpt) error {
	if s.cfg.Composed[r.Source.MIME] != nil {
		return playlists.Errorf(playlists.Invalid, "cut_composed", nil, "cannot cut a slide: it is drawn for each screen; change its words instead")
	}
	if err := x.Validate(r.Kind, r.Source, r.Tracks); err != nil {
		return err
	}
	r.Excerpt = x
	return nil
}

// Revise begins a new revision of what was decided on, to be approved anew,
// and tries again what could not be rendered.
func (s *Service) Revise(ctx context.Context, a playlists.Actor, id playlists.ID) (*Record, error) {
	r, err := s.change(ctx, a, id, func(r *Record) (*Task, error) {
		switch r.State {
		case playlists.Approved, playlists.Withdrawn, playlists.Returned:
			r.State = playlists.Draft
			r.Revision++
			return nil, nil
		case playlists.Failed:
			r.State = playlists.Processing
			return s.task(r.ID)
		}
		return nil, playlists.Errorf(playlists.Conflict, "media_state", playlists.Params{"title": r.Title, "state": string(r.State)}, "cannot revise %q while it is %s: that is for what was approved, returned, withdrawn or failed", r.Title, r.State)
	})
	if err == nil && r.State == playlists.Processing {
		s.cfg.Wake()
	}
	return r, err
}

// UndoTime is how long a deleted media can be brought back.
const UndoTime = 10 * time.Minute

// Delete takes a media away that nobody has decided on. Its bytes stay for
// UndoTime at least.
func (s *Service) Delete(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	_, err := s.change(ctx, a, id, func(r *Record) (*Task, error) {
		if !Editable(r.State) {
			return nil, playlists.Errorf(playlists.Conflict, "media_state", playlists.Params{"title": r.Title, "state": string(r.State)}, "cannot delete %q while it is %s: withdraw it first; what was approved stays as evidence", r.Title, r.State)
		}
		if r.Approved {
			return nil, playlists.Errorf(playlists.Conflict, "media_still_approved", playlists.Params{"title": r.Title}, "cannot delete %q: an approved version of it may be on screens; have it withdrawn first", r.Title)
		}
		r.DeletedAt = r.UpdatedAt
		return nil, nil
	})
	return err
}

// Restore undoes a deletion within UndoTime.
func (s *Service) Restore(ctx context.Context, a playlists.Actor, id playlists.ID) (*Record, error) {
	r, err := s.cfg.Store.ChangeMedia(ctx, id, func(r *Record) (*Task, error) {
		now := s.cfg.Now()
		if err := requireEdit(a, r); err != nil {
			return nil, err
		}
		if r.DeletedAt.IsZero() {
			return nil, nil
		}
		if now.Sub(r.DeletedAt) > UndoTime {
			return nil, playlists.Errorf(playlists.Conflict, "undo_too_late", playlists.Params{"title": r.Title, "minutes": int(UndoTime.Minutes())}, "cannot bring %q back: that goes for %d minutes after deleting; bring the file in again", r.Title, int(UndoTime.Minutes()))
		}
		r.DeletedAt, r.UpdatedAt = time.Time{}, now
		if r.State == playlists.Processing { // its job may have found nothing to do
			return s.task(r.ID)
		}
		return nil, nil
	})
	if err == nil {
		s.cfg.Wake()
	}
	return r, err
}
