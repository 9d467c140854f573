package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"cotmoc/controller/internal/planning"
	"cotmoc/playlists"
)

// Preview is what a screen shows at an instant.
type Preview struct {
	Screen    Named           `json:"screen"`
	At        time.Time       `json:"at"`
	Kind      string          `json:"kind" enum:"item,slate"`
	Entry     *PreviewRef     `json:"entry"`
	Playlist  *PreviewRef     `json:"playlist"`
	Media     *PreviewMedia   `json:"media"`
	SlotStart time.Time       `json:"slot_start"`
	SlotEnd   time.Time       `json:"slot_end"`
	OffsetMS  int64           `json:"offset_ms"`
	Eligible  []EligibleEntry `json:"eligible" doc:"Entries whose rule holds then; those of the highest priority play."`
	Next      []NextSlot      `json:"next"`
	Held      []Titled        `json:"held" doc:"Media planned for the screen that programmes leave out until somebody has looked at their source."`
}

// PreviewRef names an entry or a playlist; null for the slate.
type PreviewRef struct {
	_     struct{}     `nullable:"true"`
	ID    playlists.ID `json:"id"`
	Title string       `json:"title"`
}

// PreviewMedia is the media that a slot shows; null when there is not even a
// slate.
type PreviewMedia struct {
	_            struct{}       `nullable:"true"`
	ID           playlists.ID   `json:"id"`
	Title        string         `json:"title"`
	Kind         playlists.Kind `json:"kind"`
	ThumbnailURL string         `json:"thumbnail_url"`
	RenditionURL string         `json:"rendition_url"`
}

// EligibleEntry is an entry whose rule holds.
type EligibleEntry struct {
	EntryID  playlists.ID `json:"entry_id"`
	Title    string       `json:"title"`
	Priority int          `json:"priority"`
}

// NextSlot is a slot that follows.
type NextSlot struct {
	Media     *PreviewMedia `json:"media"`
	SlotStart time.Time     `json:"slot_start"`
	SlotEnd   time.Time     `json:"slot_end"`
}

// Slate is the media that fills a profile when nothing is due.
type Slate struct {
	Profile playlists.Profile `json:"profile"`
	Media   *SlateMedia       `json:"media"`
}

// SlateMedia names a slate's media.
type SlateMedia struct {
	_            struct{}     `nullable:"true"`
	ID           playlists.ID `json:"id"`
	Title        string       `json:"title"`
	ThumbnailURL string       `json:"thumbnail_url"`
}

func (s *Server) registerPreview() {
	handle(s, http.MethodGet, "/preview", "preview", "What a screen shows at an instant", func(ctx context.Context, a playlists.Actor, in *struct {
		Screen playlists.ID `query:"screen" required:"true"`
		At     time.Time    `query:"at" doc:"Now when left out."`
		Source string       `query:"source" enum:"draft,published" default:"draft"`
	}) (Preview, error) {
		at := in.At
		if at.IsZero() {
			at = s.now()
		}
		p, err := s.Planning.Preview(ctx, a, in.Screen, at, in.Source == "draft")
		if err != nil {
			return Preview{}, err
		}
		return s.previewShape(ctx, p)
	})
	handle(s, http.MethodGet, "/slates/{profile}", "get-slate", "The slate of a profile", func(ctx context.Context, a playlists.Actor, in *struct {
		Profile playlists.Profile `path:"profile" maxLength:"40"`
	}) (Slate, error) {
		sl, err := s.Planning.Slate(ctx, a, in.Profile)
		return s.slateOr(ctx, sl, err)
	})
	handle(s, http.MethodPut, "/slates/{profile}", "set-slate", "Choose the slate of a profile, from the next publication on", func(ctx context.Context, a playlists.Actor, in *struct {
		Profile playlists.Profile `path:"profile" maxLength:"40"`
		Body    struct {
			MediaID playlists.ID `json:"media_id" doc:"Empty for none."`
		}
	}) (Slate, error) {
		sl, err := s.Planning.SetSlate(ctx, a, in.Profile, in.Body.MediaID)
		return s.slateOr(ctx, sl, err)
	})
}

func (s *Server) slateOr(ctx context.Context, sl planning.Slate, err error) (Slate, error) {
	if err != nil || sl.Media == "" {
		return Slate{Profile: sl.Profile}, err
	}
	media, err := s.Planning.Media(ctx, []playlists.ID{sl.Media})
	m := media[sl.Media]
	return Slate{Profile: sl.Profile, Media: &SlateMedia{ID: sl.Media, Title: m.Title, ThumbnailURL: plannedThumbnail(m)}}, err
}

func (s *Server) previewShape(ctx context.Context, p planning.Preview) (Preview, error) {
	ids := []playlists.ID{p.Now.Media}
	for _, n := range p.Next {
		ids = append(ids, n.Media)
	}
	held, err := s.Sources.Holds(ctx)
	if err != nil {
		return Preview{}, err
	}
	left := slices.DeleteFunc(p.Planned, func(id playlists.ID) bool { _, ok := held[id]; return !ok })
	media, err := s.Planning.Media(ctx, append(ids, left...))
	if err != nil {
		return Preview{}, err
	}
	show := func(sl planning.Slot) *PreviewMedia {
		if sl.Media == "" {
			return nil
		}
		m := media[sl.Media]
		return &PreviewMedia{ID: sl.Media, Title: m.Title, Kind: m.Kind, ThumbnailURL: plannedThumbnail(m), RenditionURL: renditionURL(sl.Media, p.Screen.Profile, sl.Rendition)}
	}
	out := Preview{
		Screen: Named{p.Screen.ID, p.Screen.Name}, At: p.At, Kind: "slate", Media: show(p.Now), SlotStart: p.Now.Start, SlotEnd: p.Now.End, OffsetMS: p.At.Sub(p.Now.Start).Milliseconds(),
		Eligible: each(p.Eligible, func(e planning.Eligible) EligibleEntry { return EligibleEntry{e.Entry, e.Title, e.Priority} }),
		Next:     each(p.Next, func(sl planning.Slot) NextSlot { return NextSlot{show(sl), sl.Start, sl.End} }),
		Held:     each(left, func(id playlists.ID) Titled { return Titled{id, media[id].Title} }),
	}
	if p.Playing {
		out.Kind = "item"
		out.Entry = &PreviewRef{ID: p.Now.Entry, Title: p.Now.EntryTitle}
		out.Playlist = &PreviewRef{ID: p.Now.Playlist, Title: p.Now.PlaylistTitle}
	}
	return out, nil
}
