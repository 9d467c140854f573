package media

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"cotmoc/controller/internal/media/render"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// ParseTask reads the payload of a RenderJob.
func ParseTask(id, media playlists.ID, payload []byte) (Task, error) {
	t := Task{ID: id, Media: media}
	if err := json.Unmarshal(payload, &t); err != nil {
		return Task{}, playlists.Errorf(playlists.Invalid, "job_malformed", nil, "cannot read the rendering task of %s: %w", media, err)
	}
	return t, nil
}

// made is one finished rendition.
type made struct {
	playlists.Rendition
	thumbnail playlists.Digest
	fit       playlists.Fit // that it was made with
}

// Process does a task: it makes the renditions and turns the media into a
// draft. It may be broken off and done again at any point.
func (s *Service) Process(ctx context.Context, t Task, report func(stage string, progress float64)) error {
	r, err := s.cfg.Store.Media(ctx, t.Media)
	if playlists.CodeOf(err) == playlists.NotFound || err == nil && r.State != playlists.Processing {
		return nil // deleted or decided on meanwhile
	}
	if err != nil {
		return err
	}
	report("read", 0)
	path, release, err := s.cfg.Objects.Local(ctx, r.Source.SHA256)
	if err != nil {
		return err
	}
	defer release()
	dir, err := os.MkdirTemp(s.cfg.Work, "render-*")
	if err != nil {
		return fmt.Errorf("cannot make a folder for renditions: %w", err)
	}
	defer os.RemoveAll(dir)
	profiles := t.Profiles
	if len(profiles) == 0 {
		if profiles, err = s.suited(ctx, r); err != nil {
			return err
		}
	}
	cut, err := s.cut(ctx, r)
	if err != nil {
		return err
	}
	src, err := s.renderer(r).Open(ctx, path, cut, profiles...)
	if err != nil {
		return err
	}
	preview, err := s.preview(ctx, r, src)
	if err != nil {
		return err
	}
	if err := s.look(ctx, r, src, dir); err != nil {
		return err
	}
	var all []made
	for i, p := range profiles {
		m, err := s.render(ctx, src, p, r.Fit(p), dir, func(f float64) {
			report(string(p), (float64(i)+f)/float64(len(profiles)))
		})
		if playlists.CodeOf(err) == playlists.Invalid && !slices.Contains(playlists.Profiles(), p) {
			// The others are good without it; the background tries once more, and
			// says why not.
			s.cfg.Log.WarnContext(ctx, "media not rendered for a profile", "media", r.ID, "profile", string(p), "error", err)
			continue
		}
		if err != nil {
			return err
		}
		all = append(all, *m)
	}
	return s.finish(ctx, t, r, preview, all)
}

// renderer gives what reads a media's source.
func (s *Service) renderer(r *Record) Renderer {
	if made := s.cfg.Composed[r.Source.MIME]; made != nil {
		return made
	}
	return s.cfg.Renderer
}

// preview makes the source's small picture once, and lets people see it while
// the renditions are made.
func (s *Service) preview(ctx context.Context, r *Record, src render.Source) (playlists.Digest, error) {
	if r.Preview != "" {
		return r.Preview, nil
	}
	b, err := src.Preview(ctx)
	if err != nil {
		return "", err
	}
	d, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	source := r.Source.SHA256
	_, err = s.cfg.Store.ChangeMedia(ctx, r.ID, func(r *Record) (*Task, error) {
		if r.Source.SHA256 == source {
			r.Preview = d
		}
		return nil, nil
	})
	return d, err
}

// render makes and stores one rendition with its chunk list and stills.
func (s *Service) render(ctx context.Context, src render.Source, p playlists.Profile, fit playlists.Fit, dir string, report func(float64)) (*made, error) {
	out, err := src.Render(ctx, p, fit, dir, report)
	if err != nil {
		return nil, err
	}
	m := &made{fit: fit, Rendition: playlists.Rendition{Profile: p, MIME: out.MIME, Width: out.Width, Height: out.Height, Duration: out.Duration, HasAudio: out.HasAudio}}
	f, err := os.Open(out.Path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the rendition: %w", err)
	}
	defer f.Close()
	if m.Digest, m.Size, err = s.cfg.Objects.Put(ctx, f); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, fmt.Errorf("cannot read the rendition again: %w", err)
	}
	digest, _, chunks, err := programme.NewChunks(f)
	if err != nil {
		return nil, err
	}
	if digest != m.Digest {
		return nil, fmt.Errorf("cannot store the rendition: its bytes changed on disk from %s to %s", m.Digest, digest)
	}
	if m.Chunks, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(chunks)); err != nil {
		return nil, err
	}
	if m.Prints, err = s.print(ctx, &m.Rendition, &out.Looks); err != nil {
		return nil, err
	}
	m.Poster = m.Digest
	if out.Poster != nil {
		if m.Poster, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(out.Poster)); err != nil {
			return nil, err
		}
	}
	m.thumbnail, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(out.Thumbnail))
	return m, err
}

// print stores what a rendition looks like, for the screens to check their
// glass by; "" when its maker did not say.
func (s *Service) print(ctx context.Context, r *playlists.Rendition, l *render.Looks) (playlists.Digest, error) {
	if len(l.Bands) == 0 {
		return "", nil
	}
	object, err := programme.NewPrints(r.Digest, r.Width, r.Height, r.Duration, l.Step, l.Bands)
	if err != nil {
		return "", err
	}
	d, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(object))
	return d, err
}

// finish puts the renditions into the row. Those made of a source, of an
// excerpt or with a fit that was changed meanwhile are dropped: a newer task
// makes them.
func (s *Service) finish(ctx context.Context, t Task, of *Record, preview playlists.Digest, all []made) error {
	_, err := s.cfg.Store.ChangeMedia(ctx, t.Media, func(r *Record) (*Task, error) {
		if r.State != playlists.Processing || r.Source.SHA256 != of.Source.SHA256 || r.Excerpt != of.Excerpt {
			return nil, nil
		}
		r.Preview = preview
		if len(t.Profiles) == 0 {
			r.Renditions, r.Thumbnails = nil, nil // those of an older source with them
		}
		for _, m := range all {
			if r.Fit(m.Profile) != m.fit {
				return nil, nil
			}
			r.put(&m)
		}
		if len(t.Profiles) == 0 { // what is left was made of something else
			r.Renditions = slices.DeleteFunc(r.Renditions, func(old playlists.Rendition) bool {
				return !slices.ContainsFunc(all, func(m made) bool { return m.Profile == old.Profile })
			})
		}
		for _, p := range playlists.Profiles() {
			if _, ok := r.Rendition(p); !ok {
				return s.task(r.ID)
			}
		}
		r.State, r.UpdatedAt = playlists.Draft, s.cfg.Now()
		return nil, nil
	})
	return err
}

// put takes a rendition in place of the one for its profile.
func (r *Record) put(m *made) {
	r.Renditions = slices.DeleteFunc(r.Renditions, func(old playlists.Rendition) bool { return old.Profile == m.Profile })
	r.Renditions = append(r.Renditions, m.Rendition)
	if r.Thumbnails == nil {
		r.Thumbnails = map[playlists.Profile]playlists.Digest{}
	}
	r.Thumbnails[m.Profile] = m.thumbnail
}

// ProcessFailed marks a media whose task failed for good.
func (s *Service) ProcessFailed(ctx context.Context, t Task) error {
	_, err := s.cfg.Store.ChangeMedia(ctx, t.Media, func(r *Record) (*Task, error) {
		if r.State == playlists.Processing {
			r.State, r.UpdatedAt = playlists.Failed, s.cfg.Now()
		}
		return nil, nil
	})
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil
	}
	return err
}
