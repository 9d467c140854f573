package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/captures"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Captures are what is kept of a screen's glass.
type Captures struct {
	Newest     []Capture `json:"newest" doc:"Of each witness, the newest first."`
	Items      []Capture `json:"items" doc:"What showed something else than what was due, for 90 days; the newest first."`
	NextCursor string    `json:"next_cursor" doc:"Send it as cursor for the next page; empty at the end."`
	Total      int       `json:"total" doc:"Of all pages."`
}

// Capture is a picture of a screen's glass.
type Capture struct {
	Digest  playlists.Digest `json:"digest" doc:"SHA-256 of the picture."`
	Witness wire.Witness     `json:"witness" enum:"browser,display,camera"`
	Finding wire.Finding     `json:"finding" enum:"right,unsure,wrong,black,frozen,blind"`
	At      time.Time        `json:"at" doc:"When the witness looked, by the controller's clock."`
	Wanted  playlists.ID     `json:"wanted_id" doc:"The media that was due; empty for the slate or nothing."`
	URL     string           `json:"url"`
	Width   int              `json:"width"`
	Height  int              `json:"height"`
}

func (s *Server) registerCaptures() {
	handle(s, http.MethodGet, "/screens/{id}/captures", "list-captures", "What the glass of a screen looked like", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Cursor string `query:"cursor" maxLength:"30" doc:"next_cursor of the page before."`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (Captures, error) {
		l, err := s.Captures.Of(ctx, a, in.ID, in.Cursor, in.Limit)
		return Captures{Newest: each(l.Newest, captureOf), Items: each(l.Evidence, captureOf), NextCursor: l.Next, Total: l.Total}, err
	})
	s.mountCapture()
}

// mountCapture mounts the pictures, outside huma as those of media.
func (s *Server) mountCapture() {
	const path = "/screens/{id}/captures/{digest}"
	op := operation(http.MethodGet, path, "get-capture", "A picture of a screen's glass")
	op.Responses = map[string]*huma.Response{
		"200":     {Description: "The picture; its name is its SHA-256, so it never changes.", Content: map[string]*huma.MediaType{"image/jpeg": {}}},
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
	text := &huma.Schema{Type: huma.TypeString}
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: text}, {Name: "digest", In: "path", Required: true, Schema: text}}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc("GET "+prefix+path, func(w http.ResponseWriter, r *http.Request) {
		if err := s.serveCapture(w, r); err != nil {
			s.writeError(w, r, err)
		}
	})
}

func (s *Server) serveCapture(w http.ResponseWriter, r *http.Request) error {
	a := actor(r.Context())
	if a.ID == "" {
		return playlists.Errorf(playlists.Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again")
	}
	digest := playlists.Digest(r.PathValue("digest"))
	picture, err := s.Captures.Picture(r.Context(), a, playlists.ID(r.PathValue("id")), digest)
	if err != nil {
		return err
	}
	defer func() { _ = picture.Close() }() // it was only read
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Disposition", "attachment") // nobody is led to one as a page
	h.Set("ETag", `"`+string(digest)+`"`)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, picture)
	return nil
}

func captureOf(c captures.Capture) Capture {
	return Capture{
		Digest: c.Digest, Witness: c.Witness, Finding: c.Finding, At: c.At.UTC(), Wanted: c.Wanted, Width: c.Width, Height: c.Height,
		URL: prefix + "/screens/" + string(c.Screen) + "/captures/" + string(c.Digest),
	}
}
