package httpapi

import (
	"context"
	"net/http"

	"cotmoc/controller/internal/media/captions"
	"cotmoc/playlists"
)

// Cue is text that is seen for a time.
type Cue struct {
	FromMS  int64    `json:"from_ms"`
	UntilMS int64    `json:"until_ms" doc:"Exclusive."`
	Lines   []string `json:"lines"`
}

func (s *Server) registerSubtitles() {
	handle(s, http.MethodPost, "/media/{id}/subtitles", "add-subtitles", "Bring in a subtitle file beside a video; only its text and times are kept", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			FileName string `json:"file_name" maxLength:"1000"`
			Data     []byte `json:"data" maxLength:"400000" doc:"The file, SubRip or WebVTT, in base64."`
		}
	}) (Media, error) {
		r, err := s.Media.AddSubtitles(ctx, a, in.ID, in.Body.FileName, in.Body.Data)
		return s.mediaOr(ctx, a, r, err)
	})
	handle(s, http.MethodGet, "/media/{id}/subtitles/{number}", "get-subtitles", "What subtitles say", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Number int `path:"number" minimum:"1" doc:"Which of the media's, counted from 1."`
	}) (List[Cue], error) {
		cues, err := s.Media.Subtitles(ctx, a, in.ID, in.Number)
		if err != nil {
			return List[Cue]{}, err
		}
		items := each(cues, func(c captions.Cue) Cue { return Cue{c.From.Milliseconds(), c.Until.Milliseconds(), c.Lines} })
		return List[Cue]{Items: items, Total: len(items)}, nil
	})
}
