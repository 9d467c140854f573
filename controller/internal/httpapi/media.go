package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/library"
	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

func (s *Server) registerMedia() {
	handle(s, http.MethodGet, "/media", "list-media", "Media", func(ctx context.Context, a playlists.Actor, in *struct {
		MediaFilter
		Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before."`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (List[Media], error) {
		q := in.query()
		q.Cursor, q.Limit = in.Cursor, in.Limit
		p, err := s.Media.List(ctx, a, q)
		if err != nil {
			return List[Media]{}, err
		}
		items, err := s.mediaShapes(ctx, a, p.Items...)
		return List[Media]{Items: items, NextCursor: p.Next, Total: p.Total}, err
	})
	handle(s, http.MethodGet, "/media/order", "order-media", "All media that match, their ids alone", func(ctx context.Context, a playlists.Actor, in *MediaFilter) (MediaOrder, error) {
		places, more, err := s.Media.Order(ctx, a, in.query())
		return MediaOrder{
			IDs:   each(places, func(p media.Place) playlists.ID { return p.ID }),
			Marks: each(places, func(p media.Place) int { return p.Mark }), More: more,
		}, err
	})
	handle(s, http.MethodGet, "/media/some", "some-media", "Some media by their ids", func(ctx context.Context, a playlists.Actor, in *struct {
		IDs []playlists.ID `query:"ids" maxItems:"200" doc:"Separated by commas."`
	}) (List[Media], error) {
		all, err := s.Media.Some(ctx, a, in.IDs)
		if err != nil {
			return List[Media]{}, err
		}
		items, err := s.mediaShapes(ctx, a, all...)
		return List[Media]{Items: items, Total: len(items)}, err
	})
	handle(s, http.MethodGet, "/media/{id}", "get-media", "One media", func(ctx context.Context, a playlists.Actor, in *ByID) (Media, error) {
		r, err := s.Media.Get(ctx, a, in.ID)
		return s.mediaOr(ctx, a, r, err)
	})
	handle(s, http.MethodPatch, "/media/{id}", "change-media", "Change a media; new fits and another excerpt make new renditions", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body mediaEdit
	}) (Media, error) {
		r, err := s.Media.Edit(ctx, a, in.ID, in.Body.edit())
		return s.mediaOr(ctx, a, r, err)
	})
	handle(s, http.MethodDelete, "/media/{id}", "delete-media", "Delete a media that nobody has decided on; it can be restored for ten minutes", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Media.Delete(ctx, a, in.ID)
	})
	handle(s, http.MethodPost, "/media/{id}/restore", "restore-media", "Bring back what was deleted less than ten minutes ago", func(ctx context.Context, a playlists.Actor, in *ByID) (Media, error) {
		r, err := s.Media.Restore(ctx, a, in.ID)
		return s.mediaOr(ctx, a, r, err)
	})
	handle(s, http.MethodPost, "/media/{id}/revise", "revise-media", "Begin a new revision, to be approved anew; after a failure, try again", func(ctx context.Context, a playlists.Actor, in *ByID) (Media, error) {
		r, err := s.Media.Revise(ctx, a, in.ID)
		return s.mediaOr(ctx, a, r, err)
	})
}

// mediaEdit is the body of a change.
type mediaEdit struct {
	Revision    int                                  `json:"revision" minimum:"1" doc:"The one that was seen."`
	Title       *string                              `json:"title,omitempty" maxLength:"1000"`
	Description *string                              `json:"description,omitempty" maxLength:"20000"`
	Languages   *[]string                            `json:"languages,omitempty" maxItems:"10"`
	Territory   *[]string                            `json:"territory,omitempty" maxItems:"200"`
	ValidFrom   clearable                            `json:"valid_from,omitempty"`
	ValidUntil  clearable                            `json:"valid_until,omitempty"`
	RightsBasis *string                              `json:"rights_basis,omitempty" maxLength:"5000"`
	Publisher   *string                              `json:"publisher,omitempty" maxLength:"1000" doc:"The paper or organisation that first published it, or supplied it."`
	Creator     *string                              `json:"creator,omitempty" maxLength:"1000" doc:"Who made it."`
	Published   clearable                            `json:"published_at,omitempty"`
	Fits        *map[playlists.Profile]playlists.Fit `json:"fits,omitempty"`
	Excerpt     *playlists.Excerpt                   `json:"excerpt,omitempty"`
}

func (b *mediaEdit) edit() media.Edit {
	e := media.Edit{
		Revision: b.Revision, Title: b.Title, Description: b.Description, Languages: b.Languages, Territory: b.Territory,
		ValidFrom: b.ValidFrom.time, ValidUntil: b.ValidUntil.time, RightsBasis: b.RightsBasis,
		Publisher: b.Publisher, Creator: b.Creator, Published: b.Published.time, Excerpt: b.Excerpt,
	}
	if b.Fits != nil {
		e.Fits = *b.Fits
	}
	return e
}

// clearable is a time that may be left out, set, or cleared with null.
type clearable struct{ time *time.Time }

// UnmarshalJSON implements json.Unmarshaler; it is not called for what is left
// out.
func (c *clearable) UnmarshalJSON(b []byte) error {
	c.time = &time.Time{}
	return json.Unmarshal(b, c.time)
}

// Schema implements huma.SchemaProvider.
func (clearable) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Nullable: true, Description: "null for no limit."}
}

// mediaOr gives the answer of a call that ends in a media.
func (s *Server) mediaOr(ctx context.Context, a playlists.Actor, r *media.Record, err error) (Media, error) {
	if err != nil {
		return Media{}, err
	}
	all, err := s.mediaShapes(ctx, a, r)
	if err != nil {
		return Media{}, err
	}
	return all[0], nil
}

// MediaFilter is what media are looked for by.
type MediaFilter struct {
	Q        string                 `query:"q" maxLength:"200" doc:"Only what has words that begin so; diacritics do not matter."`
	State    []playlists.MediaState `query:"state" doc:"Any of these, separated by commas."`
	Kind     playlists.Kind         `query:"kind" enum:"image,video"`
	Language string                 `query:"language" enum:"vi,lo,en"`
	Author   string                 `query:"author" enum:"me"`
	Theme    string                 `query:"theme" pattern:"^([a-z2-7]{16}|-)$" doc:"And what is below it; - for what has none."`
	Folder   string                 `query:"folder" pattern:"^([a-z2-7]{16}|-)$" doc:"And what is below it; - for what is in none."`
	Tag      string                 `query:"tag" maxLength:"200"`
	Validity media.Validity         `query:"validity" enum:"now,later,ending,ended"`
	Sort     media.Sort             `query:"sort" enum:"newest,title" default:"newest"`
}

func (f *MediaFilter) query() media.Query {
	return media.Query{
		Text: f.Q, States: f.State, Kind: f.Kind, Language: f.Language, Mine: f.Author == "me",
		Theme: f.Theme, Folder: f.Folder, Tag: library.TagKey(f.Tag), Validity: f.Validity, Sort: f.Sort,
	}
}

// MediaOrder is all media that match, in their order.
type MediaOrder struct {
	IDs   []playlists.ID `json:"ids"`
	Marks []int          `json:"marks" doc:"Of each: rises with every change."`
	More  bool           `json:"more" doc:"There are others, which do not fit."`
}
