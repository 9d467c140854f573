package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/checks"
	"cotmoc/playlists"
)

// MediaNotice is something to look at twice before one decides.
type MediaNotice struct {
	Kind    checks.Kind          `json:"kind" enum:"low_resolution,watch_word,near_duplicate,rejected,map_islands"`
	Word    string               `json:"word" doc:"Of a watch_word."`
	Note    string               `json:"note" doc:"What to do about it, in the words of whoever entered it."`
	Hint    checks.Hint          `json:"hint" doc:"Of a built-in word, in place of a note: sea, islands, unlawful_unit, nine_dash."`
	MediaID playlists.ID         `json:"media_id" doc:"Of a near_duplicate: the other media."`
	Title   string               `json:"title"`
	State   playlists.MediaState `json:"state"`
}

// WatchWord is a word to look out for.
type WatchWord struct {
	Text    string      `json:"text"`
	Note    string      `json:"note"`
	Hint    checks.Hint `json:"hint" doc:"Of a built-in one, in place of a note."`
	BuiltIn bool        `json:"built_in"`
	By      Named       `json:"by"`
}

func (s *Server) registerChecks() {
	handle(s, http.MethodGet, "/media/{id}/checks", "check-media", "What to look at twice about a media", func(ctx context.Context, a playlists.Actor, in *ByID) (List[MediaNotice], error) {
		all, err := s.Checks.Of(ctx, a, in.ID)
		if err != nil {
			return List[MediaNotice]{}, err
		}
		items := each(all, func(n checks.Notice) MediaNotice {
			return MediaNotice{Kind: n.Kind, Word: n.Word, Note: n.Note, Hint: n.Hint, MediaID: n.Media, Title: n.Title, State: n.State}
		})
		return List[MediaNotice]{Items: items, Total: len(items)}, nil
	})
	handle(s, http.MethodGet, "/watch-words", "list-watch-words", "Words that are looked out for", func(ctx context.Context, a playlists.Actor, _ *none) (List[WatchWord], error) {
		all, err := s.Checks.Words(ctx, a)
		if err != nil {
			return List[WatchWord]{}, err
		}
		items := each(all, func(w checks.Word) WatchWord {
			return WatchWord{w.Text, w.Note, w.Hint, w.BuiltIn, Named{w.By, w.ByName}}
		})
		return List[WatchWord]{Items: items, Total: len(items)}, nil
	})
	handle(s, http.MethodPut, "/watch-words", "add-watch-word", "Look out for a word", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Text string `json:"text" maxLength:"240"`
			Note string `json:"note,omitempty" maxLength:"1000"`
		}
	}) (nothing, error) {
		return nothing{}, s.Checks.AddWord(ctx, a, in.Body.Text, in.Body.Note)
	})
	handle(s, http.MethodPost, "/watch-words/drop", "drop-watch-word", "Look out for a word no more", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Text string `json:"text" maxLength:"240"`
		}
	}) (nothing, error) {
		return nothing{}, s.Checks.DropWord(ctx, a, in.Body.Text)
	})
}
