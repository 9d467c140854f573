package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"cotmoc/controller/internal/media/captions"
	"cotmoc/controller/internal/media/render"
	"cotmoc/playlists"
)

// cut is what a media's renditions are made of.
func (s *Service) cut(ctx context.Context, r *Record) (render.Cut, error) {
	c := render.Cut{Excerpt: r.Excerpt}
	if n := r.Excerpt.Subtitles; n > 0 {
		var err error
		if c.Captions, err = s.cues(ctx, r, n); err != nil {
			return render.Cut{}, err
		}
	}
	return c, nil
}

// cues reads the text of a media's subtitles, counted from 1.
func (s *Service) cues(ctx context.Context, r *Record, n int) ([]captions.Cue, error) {
	if n < 1 || n > len(r.Tracks.Subtitles) || r.Tracks.Subtitles[n-1].Text == "" {
		return nil, playlists.Errorf(playlists.NotFound, "subtitles_missing", playlists.Params{"subtitles": n}, "cannot find the subtitles %d of %q: there are none that can be read", n, r.Title)
	}
	f, size, err := s.cfg.Objects.Open(ctx, r.Tracks.Subtitles[n-1].Text)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > captions.MaxBytes {
		return nil, fmt.Errorf("cannot read the subtitles %d of %s: they have %d bytes", n, r.ID, size)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("cannot read the subtitles %d of %s: %w", n, r.ID, err)
	}
	return captions.Decode(b)
}

// look finds out once what a film can be cut by, and makes the small copy to
// look at meanwhile.
func (s *Service) look(ctx context.Context, r *Record, src render.Source, dir string) error {
	film, ok := src.(render.Film)
	if !ok || r.Proxy != "" && r.Tracks.Known {
		return nil
	}
	tracks := playlists.Tracks{Known: true, FrameRate: film.FrameRate(), Audio: []playlists.Track{}, Subtitles: []playlists.Track{}}
	clip := film.Facts().Clip
	for _, t := range clip.Sounds {
		tracks.Audio = append(tracks.Audio, playlists.Track{Language: t.Language, Title: t.Title, Default: t.Stream == clip.AudioStream})
	}
	var parts []playlists.Digest
	for i, t := range clip.Subtitles {
		track := playlists.Track{Language: t.Language, Title: t.Title, Default: t.Default}
		cues, err := film.Subtitles(ctx, i)
		switch {
		case playlists.CodeOf(err) == playlists.Invalid:
			track.Reason = playlists.ReasonOf(err)
			if e, ok := errors.AsType[*playlists.Error](err); ok {
				track.Params = e.Params
			}
		case err != nil:
			return err
		default:
			if track.Text, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(captions.Encode(cues))); err != nil {
				return err
			}
			track.Cues = len(cues)
			parts = append(parts, track.Text)
		}
		tracks.Subtitles = append(tracks.Subtitles, track)
	}
	proxy, err := s.proxy(ctx, film, dir)
	if err != nil {
		return err
	}
	_, err = s.cfg.Store.ChangeMedia(ctx, r.ID, func(now *Record) (*Task, error) {
		if now.Source.SHA256 == r.Source.SHA256 && !now.Tracks.Known {
			now.Tracks, now.Parts = tracks, parts
		}
		now.Proxy = proxy
		return nil, nil
	})
	return err
}

func (s *Service) proxy(ctx context.Context, film render.Film, dir string) (playlists.Digest, error) {
	path, err := film.Proxy(ctx, dir, func(float64) {})
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot open the small copy: %w", err)
	}
	defer f.Close()
	d, _, err := s.cfg.Objects.Put(ctx, f)
	return d, err
}

// maxFiles is how many subtitle files may be brought in beside one film.
const maxFiles = 16

// AddSubtitles brings a subtitle file in beside a video, as one more of those
// that can be chosen. What is kept is its text and times alone. The same text
// again is not added twice.
func (s *Service) AddSubtitles(ctx context.Context, a playlists.Actor, id playlists.ID, name string, b []byte) (*Record, error) {
	r, err := s.Get(ctx, a, id)
	if err == nil {
		err = requireEdit(a, r)
	}
	if err != nil { // before anything is read and kept
		return nil, err
	}
	cues, err := captions.Decode(b)
	if err != nil {
		return nil, err
	}
	text, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(captions.Encode(cues)))
	if err != nil {
		return nil, err
	}
	return s.change(ctx, a, id, func(r *Record) (*Task, error) {
		switch {
		case !Editable(r.State):
			return nil, stateForbids(r)
		case r.Kind != playlists.Video:
			return nil, playlists.Errorf(playlists.Invalid, "cut_of_picture", nil, "cannot add subtitles to a picture: it takes no time")
		case !r.Tracks.Known:
			return nil, playlists.Errorf(playlists.Conflict, "cut_not_read", nil, "cannot add subtitles yet: the video is being read; try again in a moment")
		case slices.ContainsFunc(r.Tracks.Subtitles, func(t playlists.Track) bool { return t.Text == text }):
			return nil, nil
		}
		files := 0
		for _, t := range r.Tracks.Subtitles {
			if t.File {
				files++
			}
		}
		if files >= maxFiles {
			return nil, playlists.Errorf(playlists.Conflict, "subtitle_files", playlists.Params{"max": maxFiles}, "cannot add more than %d subtitle files to one video: choose one of them", maxFiles)
		}
		r.Tracks.Subtitles = append(r.Tracks.Subtitles, playlists.Track{Title: fileName(name), File: true, Text: text, Cues: len(cues)})
		r.Parts = []playlists.Digest{text}
		return nil, nil
	})
}

// Subtitles gives what a media's subtitles say, counted from 1.
func (s *Service) Subtitles(ctx context.Context, a playlists.Actor, id playlists.ID, n int) ([]captions.Cue, error) {
	r, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.cues(ctx, r, n)
}
