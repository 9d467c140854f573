package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/playlists"
)

// SourceSearch is a list of a site that is looked through again and again.
type SourceSearch struct {
	ID       playlists.ID  `json:"id"`
	Name     string        `json:"name"`
	Site     string        `json:"site"`
	List     string        `json:"list"`
	Slug     string        `json:"slug"`
	Language string        `json:"language"`
	Words    string        `json:"words"`
	Hours    int           `json:"hours" doc:"From one time to the next."`
	Paused   bool          `json:"paused"`
	By       Named         `json:"by"`
	NextAt   time.Time     `json:"next_at" doc:"Not before."`
	LastAt   *time.Time    `json:"last_at" nullable:"true"`
	Found    int           `json:"found" doc:"New pages the last time."`
	Missed   int           `json:"missed" doc:"Pages that could not be read the last time."`
	Waiting  int           `json:"waiting" doc:"Of its pages in the tray."`
	Failures int           `json:"failures" doc:"In a row; it rests longer after each."`
	Problem  *SearchReason `json:"problem,omitempty" doc:"Of the last time; missing when it went well."`
}

// SearchReason is why something failed, for translation.
type SearchReason struct {
	Reason string         `json:"reason"`
	Params map[string]any `json:"params"`
}

func (s *Server) registerSearches() {
	handle(s, http.MethodGet, "/sources/searches", "list-searches", "Saved searches", func(ctx context.Context, a playlists.Actor, _ *none) (List[SourceSearch], error) {
		all, err := s.Sources.Searches(ctx, a)
		if err != nil {
			return List[SourceSearch]{}, err
		}
		items := each(all, searchShape)
		return List[SourceSearch]{Items: items, Total: len(items)}, nil
	})
	handle(s, http.MethodPost, "/sources/searches", "save-search", "Look through a list again and again; what is new goes to the tray", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Name     string `json:"name" maxLength:"2400"`
			Site     string `json:"site" maxLength:"60"`
			List     string `json:"list" maxLength:"60"`
			Slug     string `json:"slug,omitempty" maxLength:"200"`
			Language string `json:"language,omitempty" maxLength:"3"`
			Words    string `json:"words,omitempty" maxLength:"800"`
			Hours    int    `json:"hours"`
		}
	}) (SourceSearch, error) {
		b := in.Body
		made, err := s.Sources.SaveSearch(ctx, a, b.Name, sources.Query{Site: b.Site, List: b.List, Slug: b.Slug, Language: b.Language, Words: b.Words}, b.Hours)
		if err != nil {
			return SourceSearch{}, err
		}
		return searchShape(made), nil
	})
	for act, change := range map[string]struct {
		summary string
		do      func(context.Context, playlists.Actor, playlists.ID) error
	}{
		"pause": {"Stop looking for a while", func(ctx context.Context, a playlists.Actor, id playlists.ID) error {
			return s.Sources.PauseSearch(ctx, a, id, true)
		}},
		"resume": {"Look again, at once and from then on", func(ctx context.Context, a playlists.Actor, id playlists.ID) error {
			return s.Sources.PauseSearch(ctx, a, id, false)
		}},
		"restore": {"Take back that it was deleted", func(ctx context.Context, a playlists.Actor, id playlists.ID) error {
			return s.Sources.DeleteSearch(ctx, a, id, false)
		}},
	} {
		handle(s, http.MethodPost, "/sources/searches/{id}/"+act, act+"-search", change.summary, func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
			return nothing{}, change.do(ctx, a, in.ID)
		})
	}
	handle(s, http.MethodDelete, "/sources/searches/{id}", "delete-search", "Delete a saved search; what it found stays", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Sources.DeleteSearch(ctx, a, in.ID, true)
	})
}

func searchShape(x *sources.Search) SourceSearch {
	return SourceSearch{
		ID: x.ID, Name: x.Name, Site: x.Query.Site, List: x.Query.List, Slug: x.Query.Slug, Language: x.Query.Language, Words: x.Query.Words,
		Hours: int(x.Every.Hours()), Paused: x.Paused, By: Named{x.By, x.ByName}, NextAt: x.Next.UTC(), LastAt: when(x.Last),
		Found: x.Found, Missed: x.Missed, Waiting: x.Waiting, Failures: x.Failures, Problem: troubleShape(x.Trouble),
	}
}
