package slides

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"cotmoc/playlists"
)

// Draft is a slide on its way to be a media.
type Draft struct {
	Source []byte             // canonical JSON
	Parts  []playlists.Digest // objects that it names
	Title  string
	Speaks []string     // languages
	Unit   playlists.ID // "" takes the person's own
	Origin playlists.Origin
}

// Stored is a slide that is a media.
type Stored struct {
	Media    playlists.ID
	Revision int
	State    playlists.MediaState
	Unit     playlists.ID
	Source   []byte
}

// Library keeps slides as media: it knows who may see and change them.
type Library interface {
	Add(ctx context.Context, a playlists.Actor, d Draft) (playlists.ID, error)
	// Slide gives one: NotFound when the media is none, or not for this person.
	Slide(ctx context.Context, a playlists.Actor, id playlists.ID) (*Stored, error)
	// Replace makes a new revision; was is the title of the slide before.
	Replace(ctx context.Context, a playlists.Actor, id playlists.ID, revision int, was string, d Draft) error
}

// Material is what a page of another site gives to a slide.
type Material struct {
	Unit    playlists.ID
	Origin  playlists.Origin
	Picture []byte // JPEG made anew from its pixels, nil for none
}

// Finds gives what was found on other sites.
type Finds interface {
	// Material gives a find's; picture is the address of one that the page
	// shows, "" for none.
	Material(ctx context.Context, a playlists.Actor, find playlists.ID, picture string) (*Material, error)
	// Made notes that a media was made of a find.
	Made(ctx context.Context, a playlists.Actor, find, media playlists.ID) error
}

// Objects keeps bytes by digest.
type Objects interface {
	Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error)
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Library Library
	Finds   Finds
	Objects Objects
	Brands  Brands
	Copier  Copier
	Studio  *Studio
	Now     func() time.Time
}

// Service is the feature. It is safe for concurrent use.
type Service struct{ cfg Config }

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg} }

// Texts are what a person writes on a slide.
type Texts struct {
	Template string
	Language string
	Title    string
	Text     string
	Source   string
	Date     string
	Page     string
	Level    int
	Phone    string
	Time     string
	Until    string
	Rows     [][]string
	Branded  bool // in the unit's name and colours
}

func (t Texts) slide() Slide {
	return Slide{
		Template: t.Template, Version: Newest(t.Template), Language: t.Language, Title: t.Title, Text: t.Text, Source: t.Source, Date: t.Date, Page: t.Page,
		Level: t.Level, Phone: t.Phone, Time: t.Time, Until: t.Until, Rows: t.Rows,
	}.Clean()
}

// Make makes a slide of texts, and of a find's picture when find is not "".
// What does not fit is refused here, before there is a media.
func (s *Service) Make(ctx context.Context, a playlists.Actor, t Texts, find playlists.ID, picture string) (*Stored, Slide, error) {
	if a.Reach(playlists.AddMedia).None() {
		return nil, Slide{}, a.Require(playlists.AddMedia, playlists.Scope{Unit: a.Unit})
	}
	if err := s.cfg.Studio.Lacks(); err != nil {
		return nil, Slide{}, err
	}
	slide := t.slide()
	if err := slide.Validate(); err != nil {
		return nil, Slide{}, err
	}
	m := &Material{Origin: playlists.Origin{Publisher: slide.Source}}
	if find != "" {
		var err error
		if m, err = s.cfg.Finds.Material(ctx, a, find, picture); err != nil {
			return nil, Slide{}, err
		}
	}
	parts := Parts{Picture: m.Picture}
	if t.Branded {
		unit := m.Unit
		if unit == "" {
			unit = a.Unit
		}
		if err := s.dress(ctx, &slide, unit, &parts); err != nil {
			return nil, Slide{}, err
		}
	}
	if m.Picture != nil {
		var err error
		if slide.Picture, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(m.Picture)); err != nil {
			return nil, Slide{}, err
		}
	}
	d, err := s.draft(ctx, slide, parts)
	if err != nil {
		return nil, Slide{}, err
	}
	d.Unit, d.Origin = m.Unit, m.Origin
	id, err := s.cfg.Library.Add(ctx, a, *d)
	if err != nil {
		return nil, Slide{}, err
	}
	if find != "" {
		if err := s.cfg.Finds.Made(ctx, a, find, id); err != nil {
			return nil, Slide{}, err
		}
	}
	return s.Get(ctx, a, id)
}

// Get gives a slide.
func (s *Service) Get(ctx context.Context, a playlists.Actor, id playlists.ID) (*Stored, Slide, error) {
	stored, err := s.cfg.Library.Slide(ctx, a, id)
	if err != nil {
		return nil, Slide{}, err
	}
	slide, err := Parse(stored.Source)
	return stored, slide, err
}

// Edit gives a slide other texts: a new revision in the newest design. Its
// picture stays unless it is dropped, or has no place any more.
func (s *Service) Edit(ctx context.Context, a playlists.Actor, id playlists.ID, revision int, t Texts, drop bool) (*Stored, Slide, error) {
	stored, was, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, Slide{}, err
	}
	slide := t.slide()
	var parts Parts
	if t.Branded {
		if err := s.dress(ctx, &slide, stored.Unit, &parts); err != nil {
			return nil, Slide{}, err
		}
	}
	if design, ok := find(slide.Template, slide.Version); ok && design.Has(Picture) && was.Picture != "" && !drop {
		slide.Picture = was.Picture
		if parts.Picture, err = s.picture(ctx, was.Picture); err != nil {
			return nil, Slide{}, err
		}
	}
	d, err := s.draft(ctx, slide, parts)
	if err != nil {
		return nil, Slide{}, err
	}
	if err := s.cfg.Library.Replace(ctx, a, id, revision, was.Title, *d); err != nil {
		return nil, Slide{}, err
	}
	return s.Get(ctx, a, id)
}

// draft checks that a slide can be shown, and gives what is kept of it.
func (s *Service) draft(ctx context.Context, slide Slide, parts Parts) (*Draft, error) {
	source, err := slide.Canonical()
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Studio.Fits(ctx, slide, parts); err != nil {
		return nil, err
	}
	d := &Draft{Source: source, Title: slide.Title, Speaks: slide.Speaks()}
	if slide.Picture != "" {
		d.Parts = append(d.Parts, slide.Picture)
	}
	if slide.Brand != nil && slide.Brand.Emblem != "" {
		d.Parts = append(d.Parts, slide.Brand.Emblem)
	}
	return d, nil
}

// Source reads a slide's source and what it needs to be drawn.
func (s *Service) Source(ctx context.Context, source []byte) (Slide, Parts, error) {
	var parts Parts
	slide, err := Parse(source)
	if err == nil && slide.Picture != "" {
		parts.Picture, err = s.picture(ctx, slide.Picture)
	}
	if err == nil && slide.Brand != nil && slide.Brand.Emblem != "" {
		parts.Emblem, err = s.picture(ctx, slide.Brand.Emblem)
	}
	return slide, parts, err
}

func (s *Service) picture(ctx context.Context, d playlists.Digest) ([]byte, error) {
	f, _, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("cannot read the picture of a slide: %w", err)
	}
	return b, nil
}
