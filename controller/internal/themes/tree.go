package themes

import (
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// Bounds of the tree.
const (
	maxThemes = 500
	maxDepth  = 5
)

// Tree is all themes while they are changed. Sisters stand in their order.
type Tree struct {
	All    []Theme
	Merged map[playlists.ID]playlists.ID // what was taken away, and what media carry instead
}

// at gives a theme for changing, nil when there is none.
func (t *Tree) at(id playlists.ID) *Theme {
	if i := slices.IndexFunc(t.All, func(x Theme) bool { return x.ID == id }); i >= 0 {
		return &t.All[i]
	}
	return nil
}

func (t *Tree) find(id playlists.ID) (*Theme, error) {
	if theme := t.at(id); theme != nil {
		return theme, nil
	}
	return nil, playlists.Errorf(playlists.NotFound, "theme_missing", nil, "cannot find the theme %s: look at the tree again", id)
}

// ordered gives the tree, each theme before those below it.
func (t *Tree) ordered() []Theme {
	out := make([]Theme, 0, len(t.All))
	var below func(playlists.ID)
	below = func(parent playlists.ID) {
		for _, theme := range t.All {
			if theme.Parent == parent {
				out = append(out, theme)
				below(theme.ID)
			}
		}
	}
	below("")
	return out
}

// height tells how many levels a theme and what is below it take.
func (t *Tree) height(id playlists.ID) int {
	most := 0
	for _, theme := range t.All {
		if theme.Parent == id {
			most = max(most, t.height(theme.ID))
		}
	}
	return most + 1
}

// path gives a theme and what it is below, the nearest first.
func (t *Tree) path(id playlists.ID) []playlists.ID {
	var out []playlists.ID
	for theme := t.at(id); theme != nil; theme = t.at(theme.Parent) {
		out = append(out, theme.ID)
	}
	return out
}

// rename gives a theme its names. Sisters are called differently.
func (t *Tree) rename(id playlists.ID, n Names) error {
	theme := t.at(id)
	name, err := playlists.CleanTitle("name", n.Vietnamese)
	if err != nil {
		return err
	}
	theme.Name = name
	for _, other := range []struct {
		from string
		to   *string
	}{{n.English, &theme.English}, {n.Lao, &theme.Lao}} {
		*other.to = ""
		if playlists.Clean(other.from) != "" {
			if *other.to, err = playlists.CleanTitle("name", other.from); err != nil {
				return err
			}
		}
	}
	return t.distinct(id)
}

func (t *Tree) distinct(id playlists.ID) error {
	theme := t.at(id)
	if slices.ContainsFunc(t.All, func(x Theme) bool {
		return x.ID != id && x.Parent == theme.Parent && strings.EqualFold(x.Name, theme.Name)
	}) {
		return playlists.Errorf(playlists.Conflict, "theme_name_taken", playlists.Params{"name": theme.Name}, "cannot call two themes in the same place %q: choose another name, or use the one that is there", theme.Name)
	}
	return nil
}

// place puts a theme below another, behind those that are there.
func (t *Tree) place(id, parent playlists.ID) error {
	if parent != "" {
		if _, err := t.find(parent); err != nil {
			return err
		}
	}
	above := t.path(parent)
	if slices.Contains(above, id) {
		return playlists.Errorf(playlists.Invalid, "theme_below_itself", playlists.Params{"name": t.at(id).Name}, "cannot put %q below itself: choose another place", t.at(id).Name)
	}
	if len(above)+t.height(id) > maxDepth {
		return playlists.Errorf(playlists.Invalid, "theme_too_deep", playlists.Params{"max": maxDepth}, "cannot go deeper than %d levels: choose a place further up", maxDepth)
	}
	theme := *t.at(id)
	theme.Parent = parent
	t.All = append(slices.DeleteFunc(t.All, func(x Theme) bool { return x.ID == id }), theme)
	return t.distinct(id)
}

// before puts a theme before a sister.
func (t *Tree) before(id, sister playlists.ID) error {
	theme := *t.at(id)
	if x := t.at(sister); x == nil || x.Parent != theme.Parent || sister == id {
		return playlists.Errorf(playlists.Conflict, "theme_moved", nil, "cannot put %q there: the tree has changed since; look at it again", theme.Name)
	}
	t.All = slices.DeleteFunc(t.All, func(x Theme) bool { return x.ID == id })
	i := slices.IndexFunc(t.All, func(x Theme) bool { return x.ID == sister })
	t.All = slices.Insert(t.All, i, theme)
	return nil
}

// retire takes a theme and what is below it out of use, or a theme and what it
// is below into use again.
func (t *Tree) retire(id playlists.ID, retired bool, now time.Time) {
	if !retired {
		for _, above := range t.path(id) {
			t.at(above).Retired = time.Time{}
		}
		return
	}
	for i := range t.All {
		if slices.Contains(t.path(t.All[i].ID), id) && t.All[i].Retired.IsZero() {
			t.All[i].Retired = now
		}
	}
}

func (t *Tree) remove(id playlists.ID) error {
	theme := t.at(id)
	if theme.Uses > 0 {
		return playlists.Errorf(playlists.Conflict, "theme_used", playlists.Params{"name": theme.Name, "count": theme.Uses}, "cannot delete %q: %d media carry it; merge it into another theme, or retire it", theme.Name, theme.Uses)
	}
	if t.height(id) > 1 {
		return playlists.Errorf(playlists.Conflict, "theme_has_below", playlists.Params{"name": theme.Name}, "cannot delete %q: there are themes below it; move them, or merge it into another theme", theme.Name)
	}
	t.All = slices.DeleteFunc(t.All, func(x Theme) bool { return x.ID == id })
	return nil
}

func (t *Tree) merge(id, into playlists.ID) error {
	other, err := t.find(into)
	if err != nil {
		return err
	}
	name := t.at(id).Name
	switch {
	case slices.Contains(t.path(into), id):
		return playlists.Errorf(playlists.Invalid, "theme_below_itself", playlists.Params{"name": name}, "cannot merge %q into itself or into what is below it: choose another theme", name)
	case !other.Retired.IsZero():
		return playlists.Errorf(playlists.Conflict, "theme_retired", playlists.Params{"name": other.Name}, "cannot use the theme %q: it is retired; take it into use again, or choose another", other.Name)
	}
	var below []playlists.ID
	for _, x := range t.All {
		if x.Parent == id {
			below = append(below, x.ID)
		}
	}
	for _, x := range below {
		if err := t.place(x, into); err != nil {
			return err
		}
	}
	t.All = slices.DeleteFunc(t.All, func(x Theme) bool { return x.ID == id })
	t.Merged = map[playlists.ID]playlists.ID{id: into}
	return nil
}
