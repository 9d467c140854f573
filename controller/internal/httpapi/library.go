package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/library"
	"cotmoc/playlists"
)

// Tag is a word that media carry.
type Tag struct {
	Tag  string `json:"tag"`
	Uses int    `json:"uses"`
}

// MediaChange is what an edit does to each of its media; what is left out
// stays as it is.
type MediaChange struct {
	FolderID    *playlists.ID  `json:"folder_id,omitempty" maxLength:"16" doc:"Empty takes out of any."`
	AddTags     []string       `json:"add_tags,omitempty" maxItems:"50"`
	DropTags    []string       `json:"drop_tags,omitempty" maxItems:"50"`
	AddThemes   []playlists.ID `json:"add_themes,omitempty" maxItems:"50"`
	DropThemes  []playlists.ID `json:"drop_themes,omitempty" maxItems:"50"`
	Languages   *[]string      `json:"languages,omitempty" maxItems:"3"`
	ValidFrom   clearable      `json:"valid_from,omitempty"`
	ValidUntil  clearable      `json:"valid_until,omitempty"`
	RightsBasis *string        `json:"rights_basis,omitempty" maxLength:"4000"`
}

// MediaOutcome tells what became of an edit of many media.
type MediaOutcome struct {
	EditID  playlists.ID   `json:"edit_id" doc:"To undo it; empty when nothing changed."`
	Changed int            `json:"changed"`
	Same    int            `json:"same" doc:"Were so already."`
	Refused []MediaRefusal `json:"refused" doc:"Stay as they were."`
}

// MediaRefusal is a media that stays as it was, and why.
type MediaRefusal struct {
	ID     playlists.ID     `json:"id"`
	Title  string           `json:"title"`
	Reason string           `json:"reason"`
	Params playlists.Params `json:"params"`
}

// EditOfMany is an edit of many media that can be undone, or was.
type EditOfMany struct {
	ID      playlists.ID `json:"id"`
	At      time.Time    `json:"at"`
	Changed int          `json:"changed"`
	Undone  bool         `json:"undone"`
	What    []string     `json:"what" doc:"Names of what was changed." enum:"folder,tags,themes,languages,validity,rights_basis"`
}

func (s *Server) registerLibrary() {
	handle(s, http.MethodGet, "/tags", "list-tags", "Tags of the media that one sees, the most used first", func(ctx context.Context, a playlists.Actor, _ *none) (List[Tag], error) {
		all, err := s.Library.Tags(ctx, a)
		items := each(all, func(t library.Tag) Tag { return Tag{t.Text, t.Uses} })
		return List[Tag]{Items: items, Total: len(items)}, err
	})
	handle(s, http.MethodPost, "/media/edits", "edit-many-media", "Change many media at once", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			IDs    []playlists.ID `json:"ids" maxItems:"5000"`
			Marks  []int          `json:"marks" maxItems:"5000" doc:"Of each, as it was seen; empty for whatever they are."`
			Change MediaChange    `json:"change"`
		}
	}) (MediaOutcome, error) {
		if len(in.Body.Marks) > 0 && len(in.Body.Marks) != len(in.Body.IDs) {
			return MediaOutcome{}, playlists.Errorf(playlists.Invalid, "marks_number", nil, "cannot match %d marks with %d media: send one for each, or none", len(in.Body.Marks), len(in.Body.IDs))
		}
		seen := make([]library.Seen, len(in.Body.IDs))
		for i, id := range in.Body.IDs {
			seen[i] = library.Seen{Media: id, Mark: -1}
			if len(in.Body.Marks) > 0 {
				seen[i].Mark = in.Body.Marks[i]
			}
		}
		out, err := s.Library.Edit(ctx, a, seen, in.Body.Change.change())
		return outcomeShape(out, err)
	})
	handle(s, http.MethodGet, "/media/edits", "list-media-edits", "One's own edits of many media, the newest first", func(ctx context.Context, a playlists.Actor, _ *none) (List[EditOfMany], error) {
		all, err := s.Library.Edits(ctx, a)
		items := each(all, func(e library.Edit) EditOfMany {
			return EditOfMany{ID: e.ID, At: e.At, Changed: e.Changed, Undone: !e.Undone.IsZero(), What: e.What.Names()}
		})
		return List[EditOfMany]{Items: items, Total: len(items)}, err
	})
	handle(s, http.MethodPost, "/media/edits/{id}/undo", "undo-media-edit", "Undo an edit of many media", func(ctx context.Context, a playlists.Actor, in *ByID) (MediaOutcome, error) {
		out, err := s.Library.Undo(ctx, a, in.ID)
		return outcomeShape(out, err)
	})
}

func (c *MediaChange) change() library.Change {
	return library.Change{
		Folder: c.FolderID, AddTags: c.AddTags, DropTags: c.DropTags, AddThemes: c.AddThemes, DropThemes: c.DropThemes,
		Languages: c.Languages, ValidFrom: c.ValidFrom.time, ValidUntil: c.ValidUntil.time, RightsBasis: c.RightsBasis,
	}
}

func outcomeShape(o *library.Outcome, err error) (MediaOutcome, error) {
	if err != nil {
		return MediaOutcome{}, err
	}
	return MediaOutcome{EditID: o.Edit, Changed: o.Changed, Same: o.Same, Refused: each(o.Refused, func(r library.Refusal) MediaRefusal {
		params := r.Why.Params
		if params == nil {
			params = playlists.Params{}
		}
		return MediaRefusal{r.Media, r.Title, r.Why.Reason, params}
	})}, nil
}
