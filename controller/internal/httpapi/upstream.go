package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/playlists"
)

// SourceChange is a page that approved media came from and that somebody has to
// look at.
type SourceChange struct {
	ID        playlists.ID     `json:"id"`
	Address   string           `json:"address"`
	State     sources.Upstream `json:"state" enum:"same,changed,gone,unread,let_go,back"`
	NoticedAt time.Time        `json:"noticed_at"`
	CheckedAt *time.Time       `json:"checked_at" nullable:"true"`
	Flooded   bool             `json:"flooded" doc:"Its site had as much held as it may: what came from this page still plays."`
	Media     []ChangedMedia   `json:"media" doc:"Approved ones that came from it."`
	Problem   *SearchReason    `json:"problem,omitempty" doc:"Why it could not be looked at the last time."`
}

// ChangedMedia is an approved media whose page has changed.
type ChangedMedia struct {
	ID           playlists.ID `json:"id"`
	Name         string       `json:"name"`
	ThumbnailURL string       `json:"thumbnail_url"`
	Held         bool         `json:"held" doc:"Programmes leave it out until somebody decides."`
}

// SourceDifference is a page as it was and as it is.
type SourceDifference struct {
	SourceChange
	Now    playlists.Digest `json:"now" doc:"What a decision names as seen; empty of a page that is gone."`
	Before SourceArticle    `json:"before"`
	After  *SourceArticle   `json:"after,omitempty" doc:"Missing of a page that is gone or was not read."`
	Keeps  bool             `json:"keeps" doc:"You may say that it is no matter."`
}

func (s *Server) registerUpstream() {
	handle(s, http.MethodGet, "/sources/changes", "list-source-changes", "Pages of approved media that have changed or are gone", func(ctx context.Context, a playlists.Actor, _ *none) (List[SourceChange], error) {
		all, err := s.Sources.Changes(ctx, a)
		if err != nil {
			return List[SourceChange]{}, err
		}
		items := each(all, changeShape)
		return List[SourceChange]{Items: items, Total: len(items)}, nil
	})
	handle(s, http.MethodGet, "/sources/changes/{id}", "get-source-change", "A page as it was taken and as it is now", func(ctx context.Context, a playlists.Actor, in *ByID) (SourceDifference, error) {
		d, err := s.Sources.Change(ctx, a, in.ID)
		if err != nil {
			return SourceDifference{}, err
		}
		out := SourceDifference{SourceChange: changeShape(d.Watched), Now: d.Now, Before: articleShape(d.Site, d.Before, nil), Keeps: d.Keeps}
		if d.After != nil {
			after := articleShape(d.Site, d.After, nil)
			out.After = &after
		}
		return out, nil
	})
	handle(s, http.MethodPost, "/sources/changes/look", "look-at-source-again", "Look now at the page that an approved media came from", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			MediaID playlists.ID `json:"media_id" maxLength:"16"`
		}
	}) (SourceChange, error) {
		w, err := s.Sources.LookAgain(ctx, a, in.Body.MediaID)
		if err != nil {
			return SourceChange{}, err
		}
		return changeShape(w), nil
	})
	handle(s, http.MethodPut, "/sources/sites/{site}/policy", "set-source-policy", "Say what a site's changed pages mean for media that came from them", func(ctx context.Context, a playlists.Actor, in *struct {
		Site string `path:"site" maxLength:"60"`
		Body struct {
			Policy sources.Policy `json:"policy" enum:"none,withdrawn,changed"`
		}
	}) (nothing, error) {
		return nothing{}, s.Sources.SetPolicy(ctx, a, in.Site, in.Body.Policy)
	})
	handle(s, http.MethodPost, "/sources/changes/{id}/keep", "keep-after-change", "Say that it is no matter for the media", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Now    playlists.Digest `json:"now" maxLength:"64" doc:"What you have seen."`
			Reason string           `json:"reason" maxLength:"2400"`
		}
	}) (nothing, error) {
		return nothing{}, s.Sources.KeepMedia(ctx, a, in.ID, in.Body.Now, in.Body.Reason)
	})
}

func changeShape(w *sources.Watched) SourceChange {
	return SourceChange{
		ID: w.ID, Address: w.Address, State: w.State, NoticedAt: w.Noticed.UTC(), CheckedAt: when(w.Checked), Flooded: w.Flooded, Problem: troubleShape(w.Trouble),
		Media: each(w.Media, func(m sources.WatchedMedia) ChangedMedia {
			out := ChangedMedia{ID: m.ID, Name: m.Title, Held: m.Held}
			if m.Preview != "" {
				out.ThumbnailURL = previewURL(m.ID, m.Preview)
			}
			return out
		}),
	}
}

func troubleShape(t *sources.Trouble) *SearchReason {
	if t == nil {
		return nil
	}
	out := &SearchReason{t.Reason, map[string]any(t.Params)}
	if out.Params == nil {
		out.Params = map[string]any{}
	}
	return out
}
