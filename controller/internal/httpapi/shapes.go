package httpapi

import (
	"time"

	"cotmoc/playlists"
)

// Named is a thing and what it is called now.
type Named struct {
	ID   playlists.ID `json:"id"`
	Name string       `json:"name"`
}

// Titled is a thing and its title.
type Titled struct {
	ID    playlists.ID `json:"id"`
	Title string       `json:"title"`
}

// List is a part of a list; NextCursor is "" at its end.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor" doc:"Send it as cursor for the next page; empty at the end."`
	Total      int    `json:"total" doc:"Of all pages."`
}

// page asks for a part of a list.
type page struct {
	Q      string `query:"q" maxLength:"200" doc:"Only what contains this; diacritics do not matter."`
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// list gives a slice that is not nil.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// each gives the answers' form of some things.
func each[A, B any](in []A, of func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = of(a)
	}
	return out
}

// when gives a time, or null for none.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
