package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"cotmoc/controller/internal/planning"
	"cotmoc/playlists"
)

// Playlist is a playlist with what the console shows beside it.
type Playlist struct {
	ID               playlists.ID   `json:"id"`
	Title            string         `json:"title"`
	Unit             Named          `json:"unit"`
	Version          int            `json:"version"`
	PublishedVersion int            `json:"published_version" doc:"0 when it is not published."`
	Items            []PlaylistItem `json:"items"`
	TotalMS          int64          `json:"total_ms"`
	Completeness     []Completeness `json:"completeness"`
	UsedBy           []EntryRef     `json:"used_by"`
	UpdatedAt        time.Time      `json:"updated_at"`
	UpdatedBy        Named          `json:"updated_by"`
}

// PlaylistItem is one slot.
type PlaylistItem struct {
	ID         playlists.ID         `json:"id"`
	MediaID    playlists.ID         `json:"media_id"`
	Media      ItemMedia            `json:"media"`
	DurationMS int64                `json:"duration_ms"`
	Transition playlists.Transition `json:"transition" enum:"cut,fade"`
}

// ItemMedia is the media of an item as lists show it.
type ItemMedia struct {
	Title        string               `json:"title"`
	Kind         playlists.Kind       `json:"kind"`
	State        playlists.MediaState `json:"state"`
	ThumbnailURL string               `json:"thumbnail_url"`
	DurationMS   int64                `json:"duration_ms"`
	ExpiresAt    *time.Time           `json:"expires_at" nullable:"true"`
}

// Completeness is how many items a profile could show.
type Completeness struct {
	Profile playlists.Profile `json:"profile"`
	Ready   int               `json:"ready"`
	Of      int               `json:"of"`
}

// EntryRef names a schedule entry.
type EntryRef struct {
	EntryID playlists.ID `json:"entry_id"`
	Title   string       `json:"title"`
}

// PlaylistVersion is one saved state of a playlist.
type PlaylistVersion struct {
	Version    int       `json:"version"`
	Title      string    `json:"title"`
	At         time.Time `json:"at"`
	By         Named     `json:"by"`
	ItemsCount int       `json:"items_count"`
	TotalMS    int64     `json:"total_ms"`
	Published  bool      `json:"published"`
}

// savedItem is an item as people save it.
type savedItem struct {
	ID         playlists.ID         `json:"id,omitempty" doc:"Left out for a new item."`
	MediaID    playlists.ID         `json:"media_id"`
	DurationMS int64                `json:"duration_ms"`
	Transition playlists.Transition `json:"transition" enum:"cut,fade"`
}

func (s *Server) registerPlaylists() {
	handle(s, http.MethodGet, "/playlists", "list-playlists", "Playlists", func(ctx context.Context, a playlists.Actor, in *page) (List[Playlist], error) {
		l, err := s.Planning.Playlists(ctx, a, planning.Page{Text: in.Q, Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return List[Playlist]{}, err
		}
		items, err := s.playlistShapes(ctx, l.Items...)
		return List[Playlist]{Items: items, NextCursor: l.Next, Total: l.Total}, err
	})
	handle(s, http.MethodPost, "/playlists", "add-playlist", "Add an empty playlist", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Title  string       `json:"title" maxLength:"1000"`
			UnitID playlists.ID `json:"unit_id,omitempty"`
		}
	}) (Playlist, error) {
		p, err := s.Planning.AddPlaylist(ctx, a, in.Body.Title, in.Body.UnitID)
		return s.playlistOr(ctx, p, err)
	})
	handle(s, http.MethodGet, "/playlists/{id}", "get-playlist", "One playlist", func(ctx context.Context, a playlists.Actor, in *ByID) (Playlist, error) {
		p, err := s.Planning.Playlist(ctx, a, in.ID)
		return s.playlistOr(ctx, p, err)
	})
	handle(s, http.MethodPut, "/playlists/{id}", "save-playlist", "Save a playlist as a new version", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			BaseVersion int         `json:"base_version" doc:"The version that was seen."`
			Title       string      `json:"title" maxLength:"1000"`
			Items       []savedItem `json:"items"`
		}
	}) (Playlist, error) {
		items := each(in.Body.Items, func(it savedItem) playlists.Item {
			return playlists.Item{ID: it.ID, Media: it.MediaID, Duration: time.Duration(it.DurationMS) * time.Millisecond, Transition: it.Transition}
		})
		p, err := s.Planning.SavePlaylist(ctx, a, in.ID, in.Body.BaseVersion, in.Body.Title, items)
		return s.playlistOr(ctx, p, err)
	})
	handle(s, http.MethodDelete, "/playlists/{id}", "delete-playlist", "Delete a playlist that no entry plays", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Planning.DeletePlaylist(ctx, a, in.ID)
	})
	handle(s, http.MethodGet, "/playlists/{id}/versions", "list-playlist-versions", "Versions, newest first", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Cursor string `query:"cursor" maxLength:"1000"`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (List[PlaylistVersion], error) {
		l, err := s.Planning.Versions(ctx, a, in.ID, planning.Page{Cursor: in.Cursor, Limit: in.Limit})
		return List[PlaylistVersion]{Items: each(l.Items, versionShape), NextCursor: l.Next, Total: l.Total}, err
	})
	handle(s, http.MethodGet, "/playlists/{id}/versions/{version}", "get-playlist-version", "A playlist as it was", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Version int `path:"version" minimum:"1"`
	}) (Playlist, error) {
		p, err := s.Planning.Version(ctx, a, in.ID, in.Version)
		return s.playlistOr(ctx, p, err)
	})
	handle(s, http.MethodPost, "/playlists/{id}/restore", "restore-playlist", "Make an old version the newest", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			Version int `json:"version" minimum:"1"`
		}
	}) (Playlist, error) {
		p, err := s.Planning.RestorePlaylist(ctx, a, in.ID, in.Body.Version)
		return s.playlistOr(ctx, p, err)
	})
}

func versionShape(v planning.Version) PlaylistVersion {
	return PlaylistVersion{
		Version: v.Version, Title: v.Title, At: v.UpdatedAt, By: Named{v.UpdatedBy, v.UpdatedByName},
		ItemsCount: len(v.Items), TotalMS: v.Length().Milliseconds(), Published: v.Published,
	}
}

func (s *Server) playlistOr(ctx context.Context, p planning.Playlist, err error) (Playlist, error) {
	if err != nil {
		return Playlist{}, err
	}
	all, err := s.playlistShapes(ctx, p)
	if err != nil {
		return Playlist{}, err
	}
	return all[0], nil
}

// playlistShapes gives the answers' form of playlists that the actor may see.
func (s *Server) playlistShapes(ctx context.Context, in ...planning.Playlist) ([]Playlist, error) {
	var ids []playlists.ID
	for _, p := range in {
		for _, it := range p.Items {
			ids = append(ids, it.Media)
		}
	}
	media, err := s.Planning.Media(ctx, ids)
	if err != nil {
		return nil, err
	}
	shapes, err := s.Profiles.Wanted(ctx)
	if err != nil {
		return nil, err
	}
	return each(in, func(p planning.Playlist) Playlist { return playlistShape(p, media, shapes) }), nil
}

func playlistShape(p planning.Playlist, media map[playlists.ID]planning.Media, shapes []playlists.Profile) Playlist {
	out := Playlist{
		ID: p.ID, Title: p.Title, Unit: Named{p.Unit, p.UnitName}, Version: p.Version, PublishedVersion: p.Published, Items: []PlaylistItem{},
		TotalMS: p.Length().Milliseconds(), UpdatedAt: p.UpdatedAt, UpdatedBy: Named{p.UpdatedBy, p.UpdatedByName},
		UsedBy: each(p.UsedBy, func(e planning.Entry) EntryRef { return EntryRef{e.ID, e.Title} }),
	}
	for _, it := range p.Items {
		m := media[it.Media]
		out.Items = append(out.Items, PlaylistItem{
			ID: it.ID, MediaID: it.Media, DurationMS: it.Duration.Milliseconds(), Transition: it.Transition,
			Media: ItemMedia{Title: m.Title, Kind: m.Kind, State: m.State, ThumbnailURL: plannedThumbnail(m), DurationMS: m.Duration.Milliseconds(), ExpiresAt: when(m.ValidUntil)},
		})
	}
	for _, profile := range shapes {
		c := Completeness{Profile: profile, Of: len(p.Items)}
		for _, it := range p.Items {
			if m := media[it.Media]; m.Approved && slices.Contains(m.Ready, profile) {
				c.Ready++
			}
		}
		out.Completeness = append(out.Completeness, c)
	}
	return out
}

// plannedThumbnail names a small picture of a planned media.
func plannedThumbnail(m planning.Media) string {
	switch {
	case m.Thumbnail != "":
		return mediaURL(m.ID, "thumbnail", m.Thumbnail, m.Small)
	case m.Small != "":
		return prefix + "/media/" + string(m.ID) + "/thumbnail?v=" + short(m.Small)
	}
	return ""
}
