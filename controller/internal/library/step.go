package library

import (
	"slices"
	"time"

	"cotmoc/playlists"
)

// Step is what an edit did to one media: enough to undo it, and to see whether
// that still makes sense.
type Step struct {
	Folder        *Pair[playlists.ID] `json:"folder,omitempty"`
	AddedTags     []Tag               `json:"added_tags,omitempty"`
	DroppedTags   []Tag               `json:"dropped_tags,omitempty"`
	AddedThemes   []playlists.ID      `json:"added_themes,omitempty"`
	DroppedThemes []playlists.ID      `json:"dropped_themes,omitempty"`
	Terms         *Pair[Signed]       `json:"terms,omitempty"`
}

// Pair is a value before and after.
type Pair[T any] struct{ Before, After T }

// Signed are the terms that an edit of many can change: people sign them.
type Signed struct {
	Languages   []string
	ValidFrom   time.Time
	ValidUntil  time.Time
	RightsBasis string
}

func signedOf(t playlists.Terms) Signed {
	return Signed{slices.Clone(t.Languages), t.ValidFrom, t.ValidUntil, t.RightsBasis}
}

func (s Signed) equal(o Signed) bool {
	return slices.Equal(s.Languages, o.Languages) && s.ValidFrom.Equal(o.ValidFrom) && s.ValidUntil.Equal(o.ValidUntil) && s.RightsBasis == o.RightsBasis
}

// Empty tells that nothing was done.
func (s Step) Empty() bool {
	return s.Folder == nil && s.Terms == nil && len(s.AddedTags)+len(s.DroppedTags)+len(s.AddedThemes)+len(s.DroppedThemes) == 0
}

// Arranges tells that more is changed than what people sign.
func (s Step) Arranges() bool { s.Terms = nil; return !s.Empty() }

// back gives the step that undoes this one.
func (s Step) back() Step {
	out := Step{AddedTags: s.DroppedTags, DroppedTags: s.AddedTags, AddedThemes: s.DroppedThemes, DroppedThemes: s.AddedThemes}
	if s.Folder != nil {
		out.Folder = &Pair[playlists.ID]{s.Folder.After, s.Folder.Before}
	}
	if s.Terms != nil {
		out.Terms = &Pair[Signed]{s.Terms.After, s.Terms.Before}
	}
	return out
}

// fits tells that a media is still as it was when the step begins.
func (s Step) fits(i *Item) bool {
	has := func(t Tag) bool { return slices.ContainsFunc(i.Tags, func(x Tag) bool { return x.Key == t.Key }) }
	carries := func(t playlists.ID) bool { return slices.Contains(i.Themes, t) }
	return (s.Folder == nil || s.Folder.Before == i.Folder) &&
		(s.Terms == nil || s.Terms.Before.equal(signedOf(i.Terms))) &&
		!slices.ContainsFunc(s.AddedTags, has) && !slices.ContainsFunc(s.AddedThemes, carries) &&
		!slices.ContainsFunc(s.DroppedTags, func(t Tag) bool { return !has(t) }) &&
		!slices.ContainsFunc(s.DroppedThemes, func(t playlists.ID) bool { return !carries(t) })
}

// forward does the step to a media.
func (s Step) forward(i *Item) {
	if s.Folder != nil {
		i.Folder = s.Folder.After
	}
	dropped := func(t Tag) bool {
		return slices.ContainsFunc(s.DroppedTags, func(x Tag) bool { return x.Key == t.Key })
	}
	i.Tags = append(slices.DeleteFunc(slices.Clone(i.Tags), dropped), s.AddedTags...)
	i.Themes = append(slices.DeleteFunc(slices.Clone(i.Themes), func(t playlists.ID) bool { return slices.Contains(s.DroppedThemes, t) }), s.AddedThemes...)
	if s.Terms != nil {
		after := s.Terms.After
		i.Terms.Languages, i.Terms.ValidFrom, i.Terms.ValidUntil, i.Terms.RightsBasis = after.Languages, after.ValidFrom, after.ValidUntil, after.RightsBasis
	}
}
