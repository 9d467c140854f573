package library

import (
	"context"
	"slices"
	"time"

	"cotmoc/playlists"
)

// MaxMedia is the most that one edit takes: all of it happens in one
// transaction, which others wait for.
const MaxMedia = 5000

// How many of a person's edits can be undone, and for how long.
const (
	KeepEdits = 10
	UndoTime  = 24 * time.Hour
)

// Edit is an edit of many media.
type Edit struct {
	ID      playlists.ID
	Person  playlists.ID
	At      time.Time
	What    Change
	Changed int // media that it changed
	Undone  time.Time
	Steps   []MediaStep // not of a list
}

// MediaStep is what an edit did to one media.
type MediaStep struct {
	Media playlists.ID
	Step  Step
}

// Seen is a media and its mark as the person saw it; a mark of -1 is any.
type Seen struct {
	Media playlists.ID
	Mark  int
}

// Outcome tells what became of an edit, or of undoing one.
type Outcome struct {
	Edit    playlists.ID // "" when nothing changed
	Changed int
	Same    int // were so already
	Refused []Refusal
}

// Refusal is a media that stays as it was, and why.
type Refusal struct {
	Media playlists.ID
	Title string
	Why   *playlists.Error
}

// written is what the audit log keeps of an edit: one entry for all media.
type written struct {
	Count   int          `json:"media"`
	Refused int          `json:"refused"`
	What    *Change      `json:"what,omitempty"`
	Edit    playlists.ID `json:"edit,omitempty"` // that was undone
}

// Edit changes many media at once. What cannot be changed, or was changed by
// others since it was seen, stays as it was and is told; the rest changes.
func (s *Service) Edit(ctx context.Context, a playlists.Actor, seen []Seen, c Change) (*Outcome, error) {
	if err := a.Require(playlists.AddMedia, playlists.Scope{}); err != nil {
		return nil, err
	}
	if len(seen) == 0 || len(seen) > MaxMedia {
		return nil, playlists.Errorf(playlists.TooLarge, "selection_size", playlists.Params{"count": len(seen), "max": MaxMedia}, "cannot change %d media at once: choose 1 to %d", len(seen), MaxMedia)
	}
	if err := c.clean(); err != nil {
		return nil, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	out := &Outcome{}
	act := playlists.Act{At: now, By: a.ID, Subject: id}
	return out, s.cfg.Store.Within(playlists.WithAct(ctx, &act), func(d Desk) error {
		folder, err := s.known(ctx, d, &c)
		if err != nil {
			return err
		}
		edit := &Edit{ID: id, Person: a.ID, At: now, What: c}
		for _, media := range seen {
			i, err := d.Item(ctx, media.Media)
			if err != nil {
				return err
			}
			step, err := s.step(a, i, media, c, folder)
			if err != nil {
				if err := out.refuse(media.Media, i, err); err != nil {
					return err
				}
				continue
			}
			if step.Empty() {
				out.Same++
				continue
			}
			if err := d.SaveItem(ctx, i, step, now); err != nil {
				return err
			}
			edit.Steps = append(edit.Steps, MediaStep{media.Media, step})
		}
		if len(edit.Steps) == 0 {
			return nil
		}
		out.Edit, out.Changed, edit.Changed = id, len(edit.Steps), len(edit.Steps)
		act.Kind, act.Detail = playlists.MediaEdited, written{Count: out.Changed, Refused: len(out.Refused), What: &c}
		return d.AddEdit(ctx, edit, KeepEdits)
	})
}

// refuse keeps why a media stays as it was; what is no refusal comes back.
func (o *Outcome) refuse(id playlists.ID, i *Item, err error) error {
	why, ok := err.(*playlists.Error)
	if !ok {
		return err
	}
	r := Refusal{Media: id, Why: why}
	if i != nil && why.Reason != "media_missing" {
		r.Title = i.Title
	}
	o.Refused = append(o.Refused, r)
	return nil
}

// known gives the folder of a change, nil for none, and refuses what media
// cannot be given.
func (s *Service) known(ctx context.Context, d Desk, c *Change) (*Folder, error) {
	if len(c.AddThemes) > 0 {
		open, err := d.OpenThemes(ctx)
		if err != nil {
			return nil, err
		}
		for _, t := range c.AddThemes {
			if !open[t] {
				return nil, playlists.Errorf(playlists.Conflict, "theme_gone", nil, "cannot give the theme %s: it was retired or merged into another; look at the themes again", t)
			}
		}
	}
	if c.Folder == nil || *c.Folder == "" {
		return nil, nil
	}
	return d.Folder(ctx, *c.Folder)
}

// step decides on one media and changes it.
func (s *Service) step(a playlists.Actor, i *Item, seen Seen, c Change, folder *Folder) (Step, error) {
	if err := s.mayChange(a, i, seen.Media, c.terms()); err != nil {
		return Step{}, err
	}
	switch {
	case seen.Mark >= 0 && seen.Mark != i.Mark:
		return Step{}, playlists.Errorf(playlists.Conflict, "media_changed", playlists.Params{"title": i.Title}, "cannot save %q: somebody has changed it since; look at it again", i.Title)
	case folder != nil && folder.Unit != i.Unit:
		return Step{}, playlists.Errorf(playlists.Conflict, "folder_of_other_unit", playlists.Params{"title": i.Title, "folder": folder.Name}, "cannot put %q into the folder %q: that belongs to another unit", i.Title, folder.Name)
	}
	return c.apply(i)
}

func (s *Service) mayChange(a playlists.Actor, i *Item, id playlists.ID, terms bool) error {
	switch {
	case i == nil || i.Deleted || !s.cfg.Rules.MaySee(a, i.Unit, i.Author):
		return playlists.Errorf(playlists.NotFound, "media_missing", playlists.Params{"media": string(id)}, "cannot find the media %s: it was deleted or belongs to another unit", id)
	case !s.cfg.Rules.MayEdit(a, i.Unit, i.Author):
		return playlists.Errorf(playlists.Forbidden, "media_not_yours", playlists.Params{"title": i.Title}, "cannot change %q: it is another person's; ask its author or an editor of the unit", i.Title)
	case terms && !s.cfg.Rules.Editable(i.State):
		return playlists.Errorf(playlists.Conflict, "terms_locked", playlists.Params{"title": i.Title, "state": string(i.State)}, "cannot change languages, validity or rights of %q while it is %s, they are part of what people sign: withdraw it, or begin a new revision", i.Title, i.State)
	}
	return nil
}

// Edits lists the actor's edits that can be undone, or were.
func (s *Service) Edits(ctx context.Context, a playlists.Actor) ([]Edit, error) {
	if err := a.Require(playlists.AddMedia, playlists.Scope{}); err != nil {
		return nil, err
	}
	return s.cfg.Store.Edits(ctx, a.ID, s.cfg.Now().Add(-UndoTime))
}

// NoEdit is the answer for an edit that is not there, or another person's.
func NoEdit(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "edit_missing", nil, "cannot find the edit %s: the last %d of yours can be undone", id, KeepEdits)
}

// Undo takes one of the actor's edits back. What was changed since stays as it
// is and is told.
func (s *Service) Undo(ctx context.Context, a playlists.Actor, id playlists.ID) (*Outcome, error) {
	if err := a.Require(playlists.AddMedia, playlists.Scope{}); err != nil {
		return nil, err
	}
	now := s.cfg.Now()
	out := &Outcome{}
	act := playlists.Act{At: now, By: a.ID, Subject: id}
	return out, s.cfg.Store.Within(playlists.WithAct(ctx, &act), func(d Desk) error {
		edit, err := d.Edit(ctx, id, a.ID)
		if err != nil {
			return err
		}
		switch {
		case !edit.Undone.IsZero():
			return playlists.Errorf(playlists.Conflict, "edit_undone", nil, "cannot undo this twice: it was undone already")
		case now.Sub(edit.At) > UndoTime:
			return playlists.Errorf(playlists.Conflict, "edit_too_old", playlists.Params{"hours": int(UndoTime.Hours())}, "cannot undo this any more: that goes for %d hours; change the media again instead", int(UndoTime.Hours()))
		}
		for _, done := range edit.Steps {
			i, err := d.Item(ctx, done.Media)
			if err != nil {
				return err
			}
			step := done.Step.back()
			if err := s.undo(ctx, d, a, i, done.Media, step); err != nil {
				if err := out.refuse(done.Media, i, err); err != nil {
					return err
				}
				continue
			}
			if err := d.SaveItem(ctx, i, step, now); err != nil {
				return err
			}
			out.Changed++
		}
		if out.Changed == 0 && len(out.Refused) > 0 {
			return nil // it can be tried again
		}
		act.Kind, act.Detail = playlists.EditUndone, written{Count: out.Changed, Refused: len(out.Refused), Edit: id}
		return d.Undone(ctx, id, now)
	})
}

func (s *Service) undo(ctx context.Context, d Desk, a playlists.Actor, i *Item, id playlists.ID, back Step) error {
	if err := s.mayChange(a, i, id, back.Terms != nil); err != nil {
		return err
	}
	if !back.fits(i) {
		return playlists.Errorf(playlists.Conflict, "changed_since_edit", playlists.Params{"title": i.Title}, "cannot undo the change of %q: it was changed again since; change it by hand", i.Title)
	}
	if back.Folder != nil && back.Folder.After != "" {
		if _, err := d.Folder(ctx, back.Folder.After); err != nil {
			return err
		}
	}
	if len(back.AddedThemes) > 0 {
		open, err := d.OpenThemes(ctx)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(back.AddedThemes, func(t playlists.ID) bool { return !open[t] }) {
			return playlists.Errorf(playlists.Conflict, "theme_gone", nil, "cannot give %q its theme back: it was retired or merged into another", i.Title)
		}
	}
	back.forward(i)
	return nil
}
