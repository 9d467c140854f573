package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// SlideTexts are what is written on a slide.
type SlideTexts struct {
	Template string `json:"template" enum:"tin,thong-bao,canh-bao,gio-cua-khau,ti-gia,dem-ngay,chao-mung"`
	Language string `json:"language" enum:"vi,en,lo,zh"`
	Title    string `json:"title" maxLength:"1200"`
	Text     string `json:"text" maxLength:"8000" doc:"A paragraph a line."`
	Source   string `json:"source" maxLength:"480"`
	Date     string `json:"date" doc:"YYYY-MM-DD, or empty."`
	Page     string `json:"page" maxLength:"2048" doc:"Where the QR code leads, or empty."`

	Count bool         `json:"count" doc:"Put a short address of the controller into the code, which counts how often it is used."`
	Pages slides.Pages `json:"pages" doc:"The page of a counted code in other languages than the slide's."`

	Level int        `json:"level,omitempty" doc:"Of a risk, 1 to 5."`
	Phone string     `json:"phone,omitempty" maxLength:"240"`
	Time  string     `json:"time,omitempty" doc:"HH:MM of the date, or empty."`
	Until string     `json:"until,omitempty" doc:"YYYY-MM-DD, the day that is awaited."`
	Rows  [][]string `json:"rows,omitempty" maxItems:"40" doc:"A cell for each of the template's columns."`

	Branded bool `json:"branded,omitempty" doc:"In the name and the colours of the unit."`
}

// SlideTemplate is what a slide can be made in: the fields that it has, in the
// order in which they are filled in.
type SlideTemplate struct {
	Name    string   `json:"name"`
	Fields  []string `json:"fields"`
	Needs   []string `json:"needs" doc:"Besides the title."`
	Columns []string `json:"columns" doc:"Of its rows."`
	Most    int      `json:"most" doc:"Rows that there is room for."`
	Each    []string `json:"each" doc:"The language of each row, when there is one row for each."`
}

func templateOf(t slides.Template) SlideTemplate {
	out := SlideTemplate{Name: t.Name, Fields: []string{}, Needs: []string{}, Columns: list(t.Columns), Most: t.Most, Each: list(t.Each)}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, string(f))
	}
	for _, f := range t.Needs {
		out.Needs = append(out.Needs, string(f))
	}
	return out
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
	handle(s, http.MethodGet, "/slide-templates", "list-slide-templates", "The templates of slides and what each has a place for", func(context.Context, playlists.Actor, *struct{}) ([]SlideTemplate, error) {
		out := []SlideTemplate{}
		for _, t := range slides.Templates() {
			out = append(out, templateOf(t))
		}
		return out, nil
	})
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
			Level: slide.Level, Phone: slide.Phone, Time: slide.Time, Until: slide.Until, Rows: slide.Rows, Branded: slide.Brand != nil,
		},
		MediaID: stored.Media, Revision: stored.Revision, State: stored.State, HasPicture: slide.Picture != "", PhotoID: slide.Photo, Short: slide.Short,
	}, nil
}
