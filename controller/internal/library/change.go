package library

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cotmoc/playlists"
)

// Change is what an edit does to each of its media; nil and empty fields leave
// things as they are.
type Change struct {
	Folder      *playlists.ID  `json:"folder,omitempty"` // "" takes out of any
	AddTags     []string       `json:"add_tags,omitempty"`
	DropTags    []string       `json:"drop_tags,omitempty"`
	AddThemes   []playlists.ID `json:"add_themes,omitempty"`
	DropThemes  []playlists.ID `json:"drop_themes,omitempty"`
	Languages   *[]string      `json:"languages,omitempty"`
	ValidFrom   *time.Time     `json:"valid_from,omitempty"` // the zero time lifts the limit
	ValidUntil  *time.Time     `json:"valid_until,omitempty"`
	RightsBasis *string        `json:"rights_basis,omitempty"`
}

// Bounds of a change.
const (
	maxTag    = 60   // runes
	maxLabels = 50   // of one kind, of one media
	maxRights = 1000 // runes
)

// TagKey is what makes two tags one: composed, in lower case. The marks stay:
// "ma" and "má" are different words.
func TagKey(tag string) string { return strings.ToLower(playlists.Clean(tag)) }

// clean brings a change into the form that is compared and kept.
func (c *Change) clean() error {
	for _, tags := range []*[]string{&c.AddTags, &c.DropTags} {
		var out []string
		for _, tag := range *tags {
			tag = playlists.Clean(tag)
			if n := utf8.RuneCountInString(tag); n == 0 || n > maxTag || strings.Contains(tag, ",") {
				return playlists.Errorf(playlists.Invalid, "tag_unusable", playlists.Params{"tag": tag, "max": maxTag}, "cannot use the tag %.80q: write 1 to %d characters without a comma", tag, maxTag)
			}
			if !slices.ContainsFunc(out, func(t string) bool { return TagKey(t) == TagKey(tag) }) {
				out = append(out, tag)
			}
		}
		*tags = out
	}
	if len(c.AddTags)+len(c.DropTags) > maxLabels || len(c.AddThemes)+len(c.DropThemes) > maxLabels {
		return tooManyLabels()
	}
	if c.RightsBasis != nil {
		text := playlists.Clean(*c.RightsBasis)
		if n := utf8.RuneCountInString(text); n > maxRights {
			return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": "rights_basis", "max": maxRights}, "cannot use rights_basis of %d characters: shorten it to %d", n, maxRights)
		}
		c.RightsBasis = &text
	}
	for _, at := range []*time.Time{c.ValidFrom, c.ValidUntil} {
		if at != nil && !at.IsZero() {
			*at = at.UTC().Truncate(time.Millisecond)
		}
	}
	if c.empty() {
		return playlists.Errorf(playlists.Invalid, "change_empty", nil, "cannot tell what to change: choose at least one thing")
	}
	return nil
}

func tooManyLabels() error {
	return playlists.Errorf(playlists.TooLarge, "labels_too_many", playlists.Params{"max": maxLabels}, "cannot give a media more than %d tags or themes: take some away first", maxLabels)
}

func (c *Change) empty() bool { return len(c.Names()) == 0 }

// Names tells what a change is about.
func (c *Change) Names() []string {
	out := []string{}
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"folder", c.Folder != nil}, {"tags", len(c.AddTags)+len(c.DropTags) > 0}, {"themes", len(c.AddThemes)+len(c.DropThemes) > 0},
		{"languages", c.Languages != nil}, {"validity", c.ValidFrom != nil || c.ValidUntil != nil}, {"rights_basis", c.RightsBasis != nil},
	} {
		if part.is {
			out = append(out, part.name)
		}
	}
	return out
}

// terms tells that the change is of what people sign.
func (c *Change) terms() bool {
	return c.Languages != nil || c.ValidFrom != nil || c.ValidUntil != nil || c.RightsBasis != nil
}

// apply changes a media and gives the step back.
func (c *Change) apply(i *Item) (Step, error) {
	var s Step
	if c.Folder != nil && *c.Folder != i.Folder {
		s.Folder = &Pair[playlists.ID]{i.Folder, *c.Folder}
	}
	has := func(key string) bool { return slices.ContainsFunc(i.Tags, func(t Tag) bool { return t.Key == key }) }
	for _, tag := range c.AddTags {
		if key := TagKey(tag); !has(key) {
			s.AddedTags = append(s.AddedTags, Tag{Key: key, Text: tag})
		}
	}
	for _, t := range i.Tags {
		if slices.ContainsFunc(c.DropTags, func(tag string) bool { return TagKey(tag) == t.Key }) {
			s.DroppedTags = append(s.DroppedTags, t)
		}
	}
	for _, theme := range c.AddThemes {
		if !slices.Contains(i.Themes, theme) && !slices.Contains(s.AddedThemes, theme) {
			s.AddedThemes = append(s.AddedThemes, theme)
		}
	}
	for _, theme := range i.Themes {
		if slices.Contains(c.DropThemes, theme) {
			s.DroppedThemes = append(s.DroppedThemes, theme)
		}
	}
	t := i.Terms
	if c.Languages != nil {
		t.Languages = *c.Languages
	}
	if c.ValidFrom != nil {
		t.ValidFrom = *c.ValidFrom
	}
	if c.ValidUntil != nil {
		t.ValidUntil = *c.ValidUntil
	}
	if c.RightsBasis != nil {
		t.RightsBasis = *c.RightsBasis
	}
	if before, after := signedOf(i.Terms), signedOf(t); !before.equal(after) {
		if err := t.Validate(); err != nil {
			return s, err
		}
		s.Terms = &Pair[Signed]{before, after}
	}
	s.forward(i)
	if len(i.Tags) > maxLabels || len(i.Themes) > maxLabels {
		return s, tooManyLabels()
	}
	return s, nil
}
