package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"cotmoc/controller/internal/media/upload"
	"cotmoc/playlists"
)

// UploadResult is what became of an upload.
type UploadResult struct {
	MediaID     playlists.ID `json:"media_id" doc:"Empty when the file was refused; that of the older media for a duplicate."`
	DuplicateOf *Twin        `json:"duplicate_of,omitempty" doc:"The media with the same bytes that was there before."`
	Error       *Refusal     `json:"error,omitempty" doc:"Why the file was refused."`
}

// Twin is a media that is there already.
type Twin struct {
	Titled
	State playlists.MediaState `json:"state"`
}

// Refusal is a reason with the values of its sentence.
type Refusal struct {
	Reason string         `json:"reason"`
	Params map[string]any `json:"params"`
}

func (s *Server) registerUploads() {
	handle(s, http.MethodGet, "/uploads/{id}/result", "get-upload-result", "What became of an upload; the upload itself speaks tus 1.0 at /api/v1/uploads/",
		func(ctx context.Context, a playlists.Actor, in *ByID) (UploadResult, error) {
			r, err := s.Uploads.Result(ctx, a, in.ID)
			switch {
			case err != nil:
				return UploadResult{}, err
			case r.Reason != "":
				out := UploadResult{Error: &Refusal{Reason: r.Reason, Params: r.Params}}
				if out.Error.Params == nil {
					out.Error.Params = map[string]any{}
				}
				return out, nil
			}
			out := UploadResult{MediaID: r.Media}
			if r.Duplicate {
				m, err := s.Media.Get(ctx, a, r.Media)
				if err != nil {
					return UploadResult{}, err
				}
				out.DuplicateOf = &Twin{Titled{m.ID, m.Title}, m.State}
			}
			return out, nil
		})
}

// mountUploads mounts the tus handler.
func (s *Server) mountUploads() error {
	if s.Uploads == nil {
		return nil
	}
	h, err := s.Uploads.Handler(upload.Face{Base: uploadsPath, Who: actor, Problem: s.problemBytes})
	if err != nil {
		return err
	}
	s.mux.Handle(uploadsPath, h)
	return nil
}

// problemBytes is a problem as bytes, for handlers that write their answers
// themselves.
func (s *Server) problemBytes(ctx context.Context, err error) (status int, mime string, body []byte) {
	p := s.problemOf(ctx, err)
	body, err = json.Marshal(p)
	if err != nil {
		s.log.ErrorContext(ctx, "writing a problem failed", "error", err)
	}
	return p.Status, problemType, body
}
