package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"cotmoc/playlists"
)

// Composed is a media that the controller makes itself: its source is a
// description, of a type that no upload is ever taken for.
type Composed struct {
	MIME      string // one of Config.Composed
	Source    []byte
	Parts     []playlists.Digest // objects that the source names
	FileName  string
	Title     string
	Languages []string
	Unit      playlists.ID // "" takes the person's own
	// Origin and Rights are as far as they are known. Where another source of a
	// stored media comes from replaces what was entered by hand only.
	Origin playlists.Origin
	Rights string
	Width  int // of what it describes, in pixels
	Height int
}

// Compose makes the draft of a composed media, whose renditions follow.
func (s *Service) Compose(ctx context.Context, a playlists.Actor, c Composed) (*Record, error) {
	unit, err := UnitFor(a, c.Unit)
	if err != nil {
		return nil, err
	}
	if s.cfg.Composed[c.MIME] == nil {
		return nil, fmt.Errorf("cannot compose a media of type %q: nothing makes its renditions", c.MIME)
	}
	if err := c.Origin.Validate(); err != nil {
		return nil, err
	}
	r, err := s.draftOf(a, unit, c)
	if err != nil {
		return nil, err
	}
	if r.Source.SHA256, r.Source.Size, err = s.cfg.Objects.Put(ctx, bytes.NewReader(c.Source)); err != nil {
		return nil, err
	}
	task, err := s.task(r.ID)
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Store.AddMedia(ctx, r, task); err != nil {
		return nil, err
	}
	s.cfg.Wake()
	s.cfg.Log.InfoContext(ctx, "media composed", "media", r.ID, "person", a.ID, "type", c.MIME)
	return s.cfg.Store.Media(ctx, r.ID)
}

// Recompose gives a composed media another source: a new revision, with new
// renditions. Its title follows as long as nobody has given it one of its own.
func (s *Service) Recompose(ctx context.Context, a playlists.Actor, id playlists.ID, revision int, was string, c Composed) (*Record, error) {
	digest, size, err := s.cfg.Objects.Put(ctx, bytes.NewReader(c.Source))
	if err != nil {
		return nil, err
	}
	r, err := s.change(ctx, a, id, func(r *Record) (*Task, error) {
		switch {
		case r.Source.MIME != c.MIME:
			return nil, Missing(id)
		case !Editable(r.State):
			return nil, stateForbids(r)
		case revision != r.Revision:
			return nil, mediaChanged(r)
		}
		r.Parts = append(slices.Clone(c.Parts), r.Source.SHA256) // what was decided on stays evidence
		if r.Title == clip(playlists.Clean(was)) {
			r.Title = clip(playlists.Clean(c.Title))
		}
		r.Terms.Languages = unique(c.Languages)
		if c.Origin != (playlists.Origin{}) && r.Origin.Page == "" {
			r.Origin = c.Origin
		}
		if r.Terms.RightsBasis == "" {
			r.Terms.RightsBasis = c.Rights
		}
		if err := r.Origin.Validate(); err != nil {
			return nil, err
		}
		if err := r.Terms.Validate(); err != nil {
			return nil, err
		}
		r.Revision++
		if r.Source.SHA256 == digest {
			return nil, nil
		}
		r.Source.SHA256, r.Source.Size, r.Preview, r.State = digest, size, "", playlists.Processing
		return s.task(r.ID)
	})
	if err == nil && r.State == playlists.Processing {
		s.cfg.Wake()
	}
	return r, err
}

// Composition gives a composed media and its source.
func (s *Service) Composition(ctx context.Context, a playlists.Actor, id playlists.ID, mime string) (*Record, []byte, error) {
	r, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, nil, err
	}
	if r.Source.MIME != mime {
		return nil, nil, Missing(id)
	}
	f, size, err := s.cfg.Objects.Open(ctx, r.Source.SHA256)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	const most = 1 << 20
	if size > most {
		return nil, nil, fmt.Errorf("cannot read the source of %s: it has %d bytes", id, size)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read the source of %s: %w", id, err)
	}
	return r, b, nil
}

// Picture gives a picture of the library, or its draft, and its source on the
// local disk until release is called. What the controller composes is none.
func (s *Service) Picture(ctx context.Context, a playlists.Actor, id playlists.ID) (r *Record, path string, release func(), err error) {
	if r, err = s.Get(ctx, a, id); err != nil {
		return nil, "", nil, err
	}
	switch {
	case r.Kind != playlists.Image || s.cfg.Composed[r.Source.MIME] != nil:
		return nil, "", nil, playlists.Errorf(playlists.Invalid, "picture_wanted", nil, "cannot use %q here: choose a picture", r.Title)
	case r.State == playlists.Failed || r.State == playlists.Withdrawn:
		return nil, "", nil, PictureGone(r.Title)
	}
	path, release, err = s.cfg.Objects.Local(ctx, r.Source.SHA256)
	return r, path, release, err
}

// PictureReady tells, as an error, why what shows a picture of the library
// cannot be submitted.
func (s *Service) PictureReady(ctx context.Context, id playlists.ID) error {
	r, err := s.cfg.Store.Media(ctx, id)
	switch {
	case playlists.CodeOf(err) == playlists.NotFound:
		return PictureGone("")
	case err != nil:
		return err
	case r.State == playlists.Failed || r.State == playlists.Withdrawn:
		return PictureGone(r.Title)
	case r.Terms.RightsBasis == "":
		return playlists.Errorf(playlists.Conflict, "picture_rights_missing", playlists.Params{"title": r.Title}, "cannot submit this: nobody has said by what right its picture %q may be shown; fill in the rights basis of the picture", r.Title)
	}
	return nil
}

// PictureGone is the answer for a picture that was withdrawn or deleted.
func PictureGone(title string) error {
	return playlists.Errorf(playlists.Conflict, "picture_gone", playlists.Params{"title": title}, "cannot use the picture %q: it was withdrawn or deleted; choose another", title)
}
