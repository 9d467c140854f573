package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/media"
	"cotmoc/playlists"
)

// mountMediaBytes mounts the pictures and films of media. They are answered
// outside huma, for ranges and entity tags, and described by hand.
func (s *Server) mountMediaBytes() {
	s.mediaBytes("/media/{id}/renditions/{profile}", "get-rendition", "What screens of a profile show", media.ARendition)
	s.mediaBytes("/media/{id}/poster", "get-poster", "A still of a rendition", media.APoster)
	s.mediaBytes("/media/{id}/thumbnail", "get-thumbnail", "A small still of a rendition, 480 pixels", media.AThumbnail)
	s.mediaBytes("/media/{id}/source-preview", "get-source-preview", "The whole source, small and without metadata", media.APreview)
	s.mediaBytes("/media/{id}/proxy", "get-proxy", "The whole of a video, small, to be cut by", media.AProxy)
}

func (s *Server) mediaBytes(path, id, summary string, which media.Picture) {
	op := operation(http.MethodGet, path, id, summary)
	binary := map[string]*huma.MediaType{"image/jpeg": {}, "video/mp4": {}}
	op.Responses = map[string]*huma.Response{
		"200":     {Description: "The bytes; Range is understood, ETag is their digest.", Content: binary},
		"206":     {Description: "A part of them.", Content: binary},
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
	op.Parameters = []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}}
	switch which {
	case media.ARendition:
		op.Parameters = append(op.Parameters, &huma.Param{Name: "profile", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}})
	case media.APoster, media.AThumbnail:
		op.Parameters = append(op.Parameters, &huma.Param{Name: "profile", In: "query", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc("GET "+prefix+path, func(w http.ResponseWriter, r *http.Request) {
		if err := s.serveMedia(w, r, which); err != nil {
			s.writeError(w, r, err)
		}
	})
}

func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request, which media.Picture) error {
	a := actor(r.Context())
	if a.ID == "" {
		return playlists.Errorf(playlists.Unauthenticated, "login_required", nil, "cannot do this without logging in: log in and try again")
	}
	profile := playlists.Profile(r.PathValue("profile"))
	if profile == "" {
		profile = playlists.Profile(r.URL.Query().Get("profile"))
	}
	if profile != "" {
		if err := profile.Validate(); err != nil {
			return err
		}
	}
	b, err := s.Media.Open(r.Context(), a, playlists.ID(r.PathValue("id")), which, profile)
	if err != nil {
		return err
	}
	defer b.Close()
	h := w.Header()
	h.Set("Content-Type", mediaType(b.MIME))
	// Pages show pictures whatever this says; nobody is led to one as a page.
	h.Set("Content-Disposition", "attachment")
	h.Set("ETag", `"`+string(b.Digest)+`"`)
	// An address that names the digest never means other bytes.
	h.Set("Cache-Control", "private, no-cache")
	if v := r.URL.Query().Get("v"); len(v) >= len(short(b.Digest)) && strings.HasPrefix(string(b.Digest), v) {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, b)
	return nil
}

// mediaType is the type that bytes of ours are given as: what a browser draws
// and cannot run, whatever else stands in the database.
func mediaType(t string) string {
	switch t {
	case "image/jpeg", "image/png", "image/webp", "image/avif", "video/mp4", "video/webm":
		return t
	}
	return "application/octet-stream"
}
