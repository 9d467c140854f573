package slides

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image/jpeg"
	"sync"
	"time"

	"cotmoc/playlists"
)

// Bounds of what is drawn while people type.
const (
	mostPreviews = 4                // at once, waiting ones with them; one is drawn at a time
	previewTime  = 30 * time.Second // waiting with it
	mostLent     = 12               // pictures that are kept for the next letter typed
	lentFor      = 10 * time.Minute
)

// Preview is a slide in one profile as it would be, a JPEG.
type Preview struct {
	Profile playlists.Profile
	JPEG    []byte
}

// Preview draws a slide that is being written, of a stored one when id is not
// "". Nothing of it is kept. Of what one person asks only the newest is drawn.
func (s *Service) Preview(ctx context.Context, a playlists.Actor, id playlists.ID, t Texts, c Choice) ([]Preview, error) {
	var was Slide
	unit := a.Unit
	if id != "" {
		stored, slide, err := s.Get(ctx, a, id)
		if err != nil {
			return nil, err
		}
		was, unit = slide, stored.Unit
	} else if a.Reach(playlists.AddMedia).None() {
		return nil, a.Require(playlists.AddMedia, playlists.Scope{Unit: a.Unit})
	}
	ctx, leave, err := s.desk.enter(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	defer leave()
	slide := t.slide()
	if err := s.shortAsIs(&slide, t, was); err != nil {
		return nil, err
	}
	if err := slide.Validate(); err != nil {
		return nil, err
	}
	var parts Parts
	if parts.Picture, err = s.lend(ctx, a, slide, was, c); err != nil {
		return nil, err
	}
	if parts.Picture != nil {
		slide.Picture = playlists.DigestOf(parts.Picture)
	}
	if t.Branded {
		if id == "" && c.Find != "" {
			m, err := s.cfg.Finds.Material(ctx, a, c.Find, "")
			if err != nil {
				return nil, err
			}
			unit = cmp.Or(m.Unit, unit)
		}
		if err := s.dress(ctx, &slide, unit, &parts); err != nil {
			return nil, err
		}
	}
	drawn, err := s.cfg.Studio.Draw(ctx, slide, parts)
	if err != nil {
		return nil, err
	}
	var out []Preview
	for _, p := range playlists.Profiles() {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, drawn[p], &jpeg.Options{Quality: 85}); err != nil {
			return nil, fmt.Errorf("cannot encode the picture of a slide: %w", err)
		}
		out = append(out, Preview{p, b.Bytes()})
	}
	return out, nil
}

// shortAsIs is short for a slide that is not kept: a code that is to come is
// drawn as one of the same length, which leads nowhere.
func (s *Service) shortAsIs(slide *Slide, t Texts, was Slide) (err error) {
	if !t.Count || slide.Page == "" {
		slide.Pages = Pages{}
		return nil
	}
	if slide.Short = was.Short; !sameCode(*slide, was) {
		slide.Short, err = s.cfg.Links.Sample()
	}
	return err
}

// lend gives the picture of a choice, nil for none. One that was fetched or
// made anew is kept a while: people type, and the picture stays.
func (s *Service) lend(ctx context.Context, a playlists.Actor, slide, was Slide, c Choice) ([]byte, error) {
	design, ok := find(slide.Template, slide.Version)
	switch {
	case !ok || !design.Has(Picture):
		return nil, nil
	case c.Photo == "" && c.Address == "":
		if !c.Keep || was.Picture == "" {
			return nil, nil
		}
		return s.picture(ctx, was.Picture)
	}
	which := lentKey{a.ID, c}
	if b := s.desk.lent(which); b != nil {
		return b, nil
	}
	var m *Material
	var err error
	if c.Photo != "" {
		m, err = s.cfg.Photos.Photo(ctx, a, c.Photo)
	} else {
		m, err = s.cfg.Finds.Material(ctx, a, c.Find, c.Address)
	}
	if err != nil {
		return nil, err
	}
	s.desk.lendOn(which, m.Picture)
	return m.Picture, nil
}

type lentKey struct {
	person playlists.ID
	choice Choice
}

type lentPicture struct {
	key   lentKey
	bytes []byte
	until time.Time
}

// desk is where slides are drawn while they are written.
type desk struct {
	now func() time.Time

	mu       sync.Mutex
	at       map[playlists.ID]*seat
	pictures []lentPicture // oldest first
}

type seat struct{ leave context.CancelCauseFunc }

func newDesk(now func() time.Time) *desk { return &desk{now: now, at: map[playlists.ID]*seat{}} }

// enter waits for nobody: whoever is there already under the same name leaves,
// and when others fill the desk there is no room.
func (d *desk) enter(ctx context.Context, person playlists.ID) (context.Context, func(), error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if before := d.at[person]; before != nil {
		before.leave(superseded())
	} else if len(d.at) >= mostPreviews {
		return nil, nil, playlists.Errorf(playlists.RateLimited, "preview_busy", playlists.Params{"wait_s": 3}, "cannot draw this now: %d others are being drawn; wait a few seconds", mostPreviews)
	}
	timed, end := context.WithTimeoutCause(ctx, previewTime, playlists.Errorf(playlists.Unavailable, "slide_slow", nil, "cannot draw the slide in %s: the controller has too much to do; try again later", previewTime))
	seated, cancel := context.WithCancelCause(timed)
	mine := &seat{leave: cancel}
	d.at[person] = mine
	return seated, func() {
		cancel(nil)
		end()
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.at[person] == mine {
			delete(d.at, person)
		}
	}, nil
}

// dismiss ends what a person has drawn: the slide itself is to be drawn now.
func (d *desk) dismiss(person playlists.ID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if before := d.at[person]; before != nil {
		before.leave(superseded())
	}
}

func superseded() error {
	return playlists.Errorf(playlists.Conflict, "preview_superseded", nil, "cannot go on drawing this: you have asked for something newer")
}

func (d *desk) lent(key lentKey) []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.pictures {
		if p.key == key && d.now().Before(p.until) {
			return p.bytes
		}
	}
	return nil
}

func (d *desk) lendOn(key lentKey, b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.pictures) >= mostLent {
		d.pictures = d.pictures[1:]
	}
	d.pictures = append(d.pictures, lentPicture{key, b, d.now().Add(lentFor)})
}
