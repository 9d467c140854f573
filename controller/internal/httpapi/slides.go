package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// SlideTexts are what is written on a slide.
type SlideTexts struct {
	Template string `json:"template" enum:"tin,thong-bao"`
	Language string `json:"language" enum:"vi,en,lo"`
	Title    string `json:"title" maxLength:"1200"`
	Text     string `json:"text" maxLength:"8000" doc:"A paragraph a line."`
	Source   string `json:"source" maxLength:"480"`
	Date     string `json:"date" doc:"YYYY-MM-DD, or empty."`
	Page     string `json:"page" maxLength:"2048" doc:"Where the QR code leads, or empty."`

	Count bool         `json:"count" doc:"Put a short address of the controller into the code, which counts how often it is used."`
	Pages slides.Pages `json:"pages" doc:"The page of a counted code in other languages than the slide's."`
}

// Slide is a media that is made of words. Its pictures are the media's own.
type Slide struct {
	SlideTexts
	MediaID    playlists.ID         `json:"media_id"`
	Revision   int                  `json:"revision"`
	State      playlists.MediaState `json:"state" enum:"processing,failed,draft,submitted,reviewed,approved,returned,withdrawn"`
	HasPicture bool                 `json:"has_picture"`
	PhotoID    playlists.ID         `json:"photo_id" doc:"The picture of the library that it shows, or empty."`
	Short      string               `json:"short" doc:"The address in a counted code, otherwise empty."`
}

func (s *Server) registerSlides() {
	handle(s, http.MethodPost, "/slides", "make-slide", "Make a slide: a draft whose renditions follow", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			SlideTexts
			FindID  playlists.ID `json:"find_id" doc:"The page of the tray that it is made of, or empty."`
			Picture string       `json:"picture" maxLength:"2048" doc:"The address of a picture that this page shows, or empty."`
			PhotoID playlists.ID `json:"photo_id" required:"false" maxLength:"16" doc:"A picture of the library instead, or empty."`
		}
	}) (Slide, error) {
		return slideOr(s.Slides.Make(ctx, a, slides.Texts(in.Body.SlideTexts), slides.Choice{Find: in.Body.FindID, Address: in.Body.Picture, Photo: in.Body.PhotoID}))
	})
	handle(s, http.MethodGet, "/slides/{id}", "get-slide", "What a slide says", func(ctx context.Context, a playlists.Actor, in *ByID) (Slide, error) {
		return slideOr(s.Slides.Get(ctx, a, in.ID))
	})
	handle(s, http.MethodPut, "/slides/{id}", "edit-slide", "Change a slide: a new revision, drawn anew", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			SlideTexts
			Revision    int  `json:"revision" doc:"That the person saw."`
			KeepPicture bool `json:"keep_picture"`

			PhotoID playlists.ID `json:"photo_id" required:"false" maxLength:"16" doc:"Another picture, of the library, or empty."`
		}
	}) (Slide, error) {
		return slideOr(s.Slides.Edit(ctx, a, in.ID, in.Body.Revision, slides.Texts(in.Body.SlideTexts), slides.Choice{Keep: in.Body.KeepPicture, Photo: in.Body.PhotoID}))
	})
}

func slideOr(stored *slides.Stored, slide slides.Slide, err error) (Slide, error) {
	if err != nil {
		return Slide{}, err
	}
	return Slide{
		SlideTexts: SlideTexts{
			Template: slide.Template, Language: slide.Language, Title: slide.Title, Text: slide.Text, Source: slide.Source, Date: slide.Date, Page: slide.Page,
			Count: slide.Short != "", Pages: slide.Pages,
		},
		MediaID: stored.Media, Revision: stored.Revision, State: stored.State, HasPicture: slide.Picture != "", PhotoID: slide.Photo, Short: slide.Short,
	}, nil
}
