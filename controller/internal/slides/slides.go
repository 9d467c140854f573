package slides

import (
	"bytes"
	"cmp"
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
	// Origin and Rights are those of what the slide is made of; the zero ones
	// leave a stored slide as it is.
	Origin playlists.Origin
	Rights string
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

// Material is what a page of another site, or a picture of the library, gives
// to a slide.
type Material struct {
	Unit    playlists.ID
	Origin  playlists.Origin
	Rights  string // by which a picture of the library may be shown, "" when nobody has said so
	Picture []byte // JPEG made anew from its pixels, nil for none
}

// Photos gives pictures of the library.
type Photos interface {
	// Photo gives one that the person sees and that may be used: Invalid or
	// Conflict when it may not.
	Photo(ctx context.Context, a playlists.Actor, id playlists.ID) (*Material, error)
	// Ready tells, as an error, why what shows this picture cannot be submitted.
	Ready(ctx context.Context, id playlists.ID) error
}

// Choice says where the picture of a slide comes from: at most one of its
// fields beside Find is set.
type Choice struct {
	Find    playlists.ID // the page that the slide is made of, "" for none
	Address string       // of a picture that this page shows
	Photo   playlists.ID // of the library
	Keep    bool         // the one that the slide has
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

// Links gives codes short addresses, whose uses are counted.
type Links interface {
	// Fresh gives one that leads nowhere yet.
	Fresh(ctx context.Context) (string, error)
	// Sample gives one that looks like a fresh one and never leads anywhere.
	Sample() (string, error)
	// Keep lets the short address that a slide names lead to its pages once a
	// media with this source is approved.
	Keep(ctx context.Context, slide Slide, source playlists.Digest) error
}

// Config is what a Service needs; all fields must be set.
type Config struct {
	Library Library
	Links   Links
	Finds   Finds
	Photos  Photos
	Objects Objects
	Brands  Brands
	Copier  Copier
	Studio  *Studio
	Now     func() time.Time
}

// Service is the feature. It is safe for concurrent use.
type Service struct {
	cfg  Config
	desk *desk
}

// New makes a Service.
func New(cfg Config) *Service { return &Service{cfg: cfg, desk: newDesk(cfg.Now)} }

// Texts are what a person writes on a slide.
type Texts struct {
	Template string
	Language string
	Title    string
	Text     string
	Source   string
	Date     string
	Page     string
	Count    bool  // how often the code is used
	Pages    Pages // of a counted code
	Level    int
	Phone    string
	Time     string
	Until    string
	Rows     [][]string
	Branded  bool // in the unit's name and colours
}

func (t Texts) slide() Slide {
	s := Slide{
		Template: t.Template, Version: Newest(t.Template), Language: t.Language, Title: t.Title, Text: t.Text, Source: t.Source, Date: t.Date, Page: t.Page,
		Level: t.Level, Phone: t.Phone, Time: t.Time, Until: t.Until, Rows: t.Rows,
	}
	if t.Count {
		s.Pages = t.Pages
	}
	return s.Clean()
}

// short gives a slide the short address that its code has when it is counted:
// that of the slide before when it leads to the same pages, otherwise a new one.
func (s *Service) short(ctx context.Context, slide *Slide, t Texts, was Slide) (err error) {
	switch {
	case !t.Count || slide.Page == "":
		slide.Pages = Pages{}
	case sameCode(*slide, was):
		slide.Short = was.Short
	default:
		slide.Short, err = s.cfg.Links.Fresh(ctx)
	}
	return err
}

// sameCode tells whether a slide can have the counted code of the one before.
func sameCode(slide, was Slide) bool {
	return was.Short != "" && was.Page == slide.Page && was.Pages == slide.Pages && was.Language == slide.Language
}

// Make makes a slide of texts, and of a picture. What does not fit is refused
// here, before there is a media.
func (s *Service) Make(ctx context.Context, a playlists.Actor, t Texts, c Choice) (*Stored, Slide, error) {
	if a.Reach(playlists.AddMedia).None() {
		return nil, Slide{}, a.Require(playlists.AddMedia, playlists.Scope{Unit: a.Unit})
	}
	if err := s.cfg.Studio.Lacks(); err != nil {
		return nil, Slide{}, err
	}
	slide := t.slide()
	if err := s.short(ctx, &slide, t, Slide{}); err != nil {
		return nil, Slide{}, err
	}
	if err := slide.Validate(); err != nil {
		return nil, Slide{}, err
	}
	m := &Material{Origin: playlists.Origin{Publisher: slide.Source}}
	if c.Find != "" {
		var err error
		if m, err = s.cfg.Finds.Material(ctx, a, c.Find, c.Address); err != nil {
			return nil, Slide{}, err
		}
	}
	origin, rights := m.Origin, ""
	if c.Photo != "" {
		photo, err := s.cfg.Photos.Photo(ctx, a, c.Photo)
		if err != nil {
			return nil, Slide{}, err
		}
		m.Picture, slide.Photo = photo.Picture, c.Photo
		origin, rights = along(origin, photo)
	}
	parts := Parts{Picture: m.Picture}
	if t.Branded {
		if err := s.dress(ctx, &slide, cmp.Or(m.Unit, a.Unit), &parts); err != nil {
			return nil, Slide{}, err
		}
	}
	if m.Picture != nil {
		var err error
		if slide.Picture, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(m.Picture)); err != nil {
			return nil, Slide{}, err
		}
	}
	s.desk.dismiss(a.ID)
	d, err := s.draft(ctx, slide, parts)
	if err != nil {
		return nil, Slide{}, err
	}
	d.Unit, d.Origin, d.Rights = m.Unit, origin, rights
	id, err := s.cfg.Library.Add(ctx, a, *d)
	if err != nil {
		return nil, Slide{}, err
	}
	if c.Find != "" {
		if err := s.cfg.Finds.Made(ctx, a, c.Find, id); err != nil {
			return nil, Slide{}, err
		}
	}
	return s.Get(ctx, a, id)
}

// along gives the origin and the rights of a slide with a picture of the
// library: where the picture comes from goes along, unless the slide itself
// comes from a page.
func along(origin playlists.Origin, photo *Material) (playlists.Origin, string) {
	if origin.Page != "" {
		return origin, photo.Rights
	}
	from := photo.Origin
	if from.Publisher == "" {
		from.Publisher = origin.Publisher
	}
	return from, photo.Rights
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

// Edit gives a slide other texts or another picture: a new revision in the
// newest design. A picture goes when it is not kept, or has no place any more.
func (s *Service) Edit(ctx context.Context, a playlists.Actor, id playlists.ID, revision int, t Texts, c Choice) (*Stored, Slide, error) {
	stored, was, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, Slide{}, err
	}
	slide := t.slide()
	if err := s.short(ctx, &slide, t, was); err != nil {
		return nil, Slide{}, err
	}
	var parts Parts
	if t.Branded {
		if err := s.dress(ctx, &slide, stored.Unit, &parts); err != nil {
			return nil, Slide{}, err
		}
	}
	var origin playlists.Origin
	var rights string
	design, ok := find(slide.Template, slide.Version)
	switch {
	case !ok || !design.Has(Picture):
	case c.Photo != "":
		photo, err := s.cfg.Photos.Photo(ctx, a, c.Photo)
		if err != nil {
			return nil, Slide{}, err
		}
		parts.Picture, slide.Photo = photo.Picture, c.Photo
		origin, rights = along(playlists.Origin{Publisher: slide.Source}, photo)
		if slide.Picture, _, err = s.cfg.Objects.Put(ctx, bytes.NewReader(parts.Picture)); err != nil {
			return nil, Slide{}, err
		}
	case c.Keep && was.Picture != "":
		slide.Picture, slide.Photo = was.Picture, was.Photo
		if parts.Picture, err = s.picture(ctx, was.Picture); err != nil {
			return nil, Slide{}, err
		}
	}
	s.desk.dismiss(a.ID)
	d, err := s.draft(ctx, slide, parts)
	if err != nil {
		return nil, Slide{}, err
	}
	d.Origin, d.Rights = origin, rights
	if err := s.cfg.Library.Replace(ctx, a, id, revision, was.Title, *d); err != nil {
		return nil, Slide{}, err
	}
	return s.Get(ctx, a, id)
}

// Ready tells, as an error, why a slide cannot be submitted for the sake of the
// picture that it shows. Any other media is ready.
func (s *Service) Ready(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	_, slide, err := s.Get(ctx, a, id)
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil // no slide, or none for this person, which others say better
	}
	if err != nil || slide.Photo == "" {
		return err
	}
	return s.cfg.Photos.Ready(ctx, slide.Photo)
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
	if slide.Short != "" { // before there is a media, which would have a code that leads nowhere
		if err := s.cfg.Links.Keep(ctx, slide, playlists.DigestOf(source)); err != nil {
			return nil, err
		}
	}
	d := &Draft{Source: source, Title: slide.Title, Speaks: slide.Speaks()}
	if slide.Picture != "" {
		d.Parts = append(d.Parts, slide.Picture)
	}
	if slide.Brand != nil && slide.Brand.Emblem != "" {
		if _, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(parts.Emblem)); err != nil {
			return nil, err
		}
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
