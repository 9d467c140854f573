package library

import (
	"context"
	"slices"
	"strings"

	"cotmoc/playlists"
)

// Bounds of a unit's folders.
const (
	maxFolders = 1000
	maxDepth   = 6
)

// Folders gives the folders of the units whose media the actor sees.
func (s *Service) Folders(ctx context.Context, a playlists.Actor) ([]Folder, error) {
	if err := a.Require(playlists.ReadMedia, playlists.Scope{}); err != nil {
		return nil, err
	}
	return s.cfg.Store.Folders(ctx, a.Reach(playlists.ReadMedia))
}

// NoFolder is the answer for a folder that is not there, or not for this person.
func NoFolder(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "folder_missing", nil, "cannot find the folder %s: it was deleted, or belongs to another unit", id)
}

// AddFolder makes a folder below another of the unit, or at the top.
func (s *Service) AddFolder(ctx context.Context, a playlists.Actor, unit, parent playlists.ID, name string) (playlists.ID, error) {
	if err := a.Require(playlists.EditMedia, playlists.Scope{Unit: unit}); err != nil {
		return "", err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return "", err
	}
	return id, s.cfg.Store.Within(ctx, func(d Desk) error {
		all, err := d.FoldersOf(ctx, unit)
		if err != nil {
			return err
		}
		if len(all) >= maxFolders {
			return playlists.Errorf(playlists.TooLarge, "folders_too_many", playlists.Params{"max": maxFolders}, "cannot keep more than %d folders: delete empty ones first", maxFolders)
		}
		f, err := placed(append(all, Folder{ID: id, Unit: unit}), id, parent, name)
		if err != nil {
			return err
		}
		return d.SaveFolder(ctx, f, s.cfg.Now())
	})
}

// ChangeFolder renames a folder or puts it elsewhere within its unit; nil
// stays as it is.
func (s *Service) ChangeFolder(ctx context.Context, a playlists.Actor, id playlists.ID, parent *playlists.ID, name *string) error {
	return s.withFolder(ctx, a, id, func(d Desk, f *Folder) error {
		all, err := d.FoldersOf(ctx, f.Unit)
		if err != nil {
			return err
		}
		if parent == nil {
			parent = &f.Parent
		}
		if name == nil {
			name = &f.Name
		}
		next, err := placed(all, id, *parent, *name)
		if err != nil {
			return err
		}
		return d.SaveFolder(ctx, next, s.cfg.Now())
	})
}

// DeleteFolder takes an empty folder away.
func (s *Service) DeleteFolder(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	return s.withFolder(ctx, a, id, func(d Desk, f *Folder) error {
		all, err := d.FoldersOf(ctx, f.Unit)
		if err != nil {
			return err
		}
		below := slices.ContainsFunc(all, func(x Folder) bool { return x.Parent == id })
		if f.Uses > 0 || below {
			return playlists.Errorf(playlists.Conflict, "folder_used", playlists.Params{"name": f.Name, "count": f.Uses}, "cannot delete the folder %q while something is in it: move that elsewhere first", f.Name)
		}
		return d.DropFolder(ctx, id)
	})
}

func (s *Service) withFolder(ctx context.Context, a playlists.Actor, id playlists.ID, fn func(Desk, *Folder) error) error {
	if err := a.Require(playlists.EditMedia, playlists.Scope{}); err != nil {
		return err
	}
	return s.cfg.Store.Within(ctx, func(d Desk) error {
		f, err := d.Folder(ctx, id)
		if err != nil {
			return err
		}
		if !a.May(playlists.EditMedia, playlists.Scope{Unit: f.Unit}) {
			return NoFolder(id)
		}
		return fn(d, f)
	})
}

// placed gives one of a unit's folders with a place and a name among them.
func placed(all []Folder, id, parent playlists.ID, name string) (Folder, error) {
	at := func(id playlists.ID) *Folder {
		if i := slices.IndexFunc(all, func(f Folder) bool { return f.ID == id }); i >= 0 {
			return &all[i]
		}
		return nil
	}
	f := *at(id)
	name, err := playlists.CleanTitle("name", name)
	if err != nil {
		return f, err
	}
	f.Name = name
	if parent != "" && at(parent) == nil {
		return f, NoFolder(parent)
	}
	depth := height(all, id)
	for above := at(parent); above != nil; above = at(above.Parent) {
		if above.ID == id {
			return f, playlists.Errorf(playlists.Invalid, "folder_below_itself", playlists.Params{"name": name}, "cannot put the folder %q into itself: choose another place", name)
		}
		depth++
	}
	if depth > maxDepth {
		return f, playlists.Errorf(playlists.Invalid, "folder_too_deep", playlists.Params{"max": maxDepth}, "cannot go deeper than %d folders: choose a place further up", maxDepth)
	}
	if slices.ContainsFunc(all, func(x Folder) bool { return x.ID != id && x.Parent == parent && strings.EqualFold(x.Name, name) }) {
		return f, playlists.Errorf(playlists.Conflict, "folder_name_taken", playlists.Params{"name": name}, "cannot call two folders in the same place %q: choose another name", name)
	}
	f.Parent = parent
	return f, nil
}

// height tells how many levels a folder and what is below it take.
func height(all []Folder, id playlists.ID) int {
	most := 0
	for _, f := range all {
		if f.Parent == id {
			most = max(most, height(all, f.ID))
		}
	}
	return most + 1
}
