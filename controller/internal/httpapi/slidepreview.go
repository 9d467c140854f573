package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// SlidePreview is a slide that is being written, as it would be.
type SlidePreview struct {
	Pictures []SlidePicture `json:"pictures"`
}

// SlidePicture is a slide in one profile.
type SlidePicture struct {
	Profile playlists.Profile `json:"profile"`
	Width   int               `json:"width"`
	Height  int               `json:"height"`
	JPEG    []byte            `json:"jpeg" doc:"In base64."`
}

// previewsAtOnce and previewPause bound what one person has drawn.
const (
	previewsAtOnce = 8
	previewPause   = time.Second
)

func (s *Server) registerSlidePreview() {
	limit := identity.NewLimiter(previewsAtOnce, previewPause)
	handle(s, http.MethodPost, "/slides/preview", "preview-slide", "Draw a slide that is being written; nothing of it is kept", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			SlideTexts
			SlideID     playlists.ID `json:"slide_id" maxLength:"16" doc:"The slide that is changed, or empty."`
			FindID      playlists.ID `json:"find_id" maxLength:"16"`
			Picture     string       `json:"picture" maxLength:"2048"`
			PhotoID     playlists.ID `json:"photo_id" maxLength:"16"`
			KeepPicture bool         `json:"keep_picture"`
		}
	}) (SlidePreview, error) {
		b := &in.Body
		if !limit.Allow(string(a.ID), s.now()) {
			return SlidePreview{}, playlists.Errorf(playlists.RateLimited, "preview_busy", playlists.Params{"wait_s": 3}, "cannot draw so many slides at once: wait a few seconds")
		}
		drawn, err := s.Slides.Preview(ctx, a, b.SlideID, slides.Texts(b.SlideTexts), slides.Choice{Find: b.FindID, Address: b.Picture, Photo: b.PhotoID, Keep: b.KeepPicture})
		if err != nil {
			return SlidePreview{}, err
		}
		out := SlidePreview{Pictures: []SlidePicture{}}
		for _, p := range drawn {
			w, h := p.Profile.Size()
			out.Pictures = append(out.Pictures, SlidePicture{p.Profile, w, h, p.JPEG})
		}
		return out, nil
	})
}
