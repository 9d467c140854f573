// Package themes keeps the tree of subjects (chủ đề) that media are about.
package themes

import (
	"context"
	"io"
	"time"

	"cotmoc/playlists"
)

// Theme is one subject. Its names are read by people alone; what media carry
// is its id.
type Theme struct {
	ID      playlists.ID
	Parent  playlists.ID // "" at the top
	Name    string       // Vietnamese
	English string       // "" as the Vietnamese
	Lao     string
	Retired time.Time // zero while it is given to media
	Uses    int       // media that carry it itself; read only
}

// Store keeps the tree.
type Store interface {
	// Themes gives all, those with the same parent in their order.
	Themes(ctx context.Context) ([]Theme, error)
	// ChangeThemes lets change work on the tree and stores what it made of it,
	// all in one transaction. An error of change's comes back and stores
	// nothing.
	ChangeThemes(ctx context.Context, change func(*Tree) error) error
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Store  Store
	Now    func() time.Time
	Random io.Reader
}

// Service is the feature. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a service.
func New(cfg Config) *Service { return &Service{cfg} }

// List gives the tree, each theme before those below it.
func (s *Service) List(ctx context.Context, a playlists.Actor) ([]Theme, error) {
	if a.ID == "" {
		return nil, a.Require(playlists.ReadMedia, playlists.Scope{})
	}
	all, err := s.cfg.Store.Themes(ctx)
	if err != nil {
		return nil, err
	}
	return (&Tree{All: all}).ordered(), nil
}

// Names are what a theme is called.
type Names struct{ Vietnamese, English, Lao string }

// Add puts a new theme below another, after those that are there.
func (s *Service) Add(ctx context.Context, a playlists.Actor, parent playlists.ID, n Names) (playlists.ID, error) {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return "", err
	}
	return id, s.change(ctx, a, id, "add", func(t *Tree) (string, error) {
		if len(t.All) >= maxThemes {
			return "", playlists.Errorf(playlists.TooLarge, "themes_too_many", playlists.Params{"max": maxThemes}, "cannot keep more than %d themes: merge some first", maxThemes)
		}
		t.All = append(t.All, Theme{ID: id, Parent: parent})
		if err := t.rename(id, n); err != nil {
			return "", err
		}
		return t.at(id).Name, t.place(id, parent)
	})
}

// Change is what becomes of a theme; nil fields stay as they are.
type Change struct {
	Names   *Names
	Parent  *playlists.ID
	Before  *playlists.ID // a sister that it comes before; "" for the end
	Retired *bool
}

// Change renames, moves or retires a theme, or takes it into use again.
func (s *Service) Change(ctx context.Context, a playlists.Actor, id playlists.ID, c Change) error {
	return s.change(ctx, a, id, "change", func(t *Tree) (string, error) {
		theme, err := t.find(id)
		if err != nil {
			return "", err
		}
		if c.Names != nil {
			if err := t.rename(id, *c.Names); err != nil {
				return "", err
			}
		}
		if c.Parent != nil || c.Before != nil {
			parent := theme.Parent
			if c.Parent != nil {
				parent = *c.Parent
			}
			if err := t.place(id, parent); err != nil {
				return "", err
			}
			if c.Before != nil && *c.Before != "" {
				if err := t.before(id, *c.Before); err != nil {
					return "", err
				}
			}
		}
		if c.Retired != nil {
			t.retire(id, *c.Retired, s.cfg.Now())
		}
		return t.at(id).Name, nil
	})
}

// Delete takes a theme away that nothing carries and that has none below it.
func (s *Service) Delete(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	return s.change(ctx, a, id, "delete", func(t *Tree) (string, error) {
		theme, err := t.find(id)
		if err != nil {
			return "", err
		}
		return theme.Name, t.remove(id)
	})
}

// Merge gives another theme to all media that carry this one, has the other
// take over what is below it, and takes it away.
func (s *Service) Merge(ctx context.Context, a playlists.Actor, id, into playlists.ID) error {
	return s.change(ctx, a, id, "merge", func(t *Tree) (string, error) {
		theme, err := t.find(id)
		if err != nil {
			return "", err
		}
		return theme.Name, t.merge(id, into)
	})
}

// written is what the audit log keeps of a change.
type written struct {
	Name string `json:"name"`
	What string `json:"what"`
}

func (s *Service) change(ctx context.Context, a playlists.Actor, id playlists.ID, what string, change func(*Tree) (name string, err error)) error {
	if err := a.Require(playlists.EditMedia, playlists.Scope{}); err != nil {
		return err
	}
	act := playlists.Act{At: s.cfg.Now(), By: a.ID, Kind: playlists.ThemeChanged, Subject: id}
	return s.cfg.Store.ChangeThemes(playlists.WithAct(ctx, &act), func(t *Tree) error {
		name, err := change(t)
		act.Detail = written{name, what}
		return err
	})
}
