package media

import (
	"context"
	"fmt"
	"os"
	"path"
	"strings"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/playlists"
)

// File is something brought in, complete on the local disk.
type File struct {
	Path  string       // absolute; it stays the caller's
	Name  string       // as the person's computer calls it; never trusted
	Title string       // "" takes it from the name
	Unit  playlists.ID // "" takes the person's own
	// Origin is where it was taken from; the zero Origin of an upload, about
	// which its author says more.
	Origin playlists.Origin
	Rights string // the rights basis, as far as it is known already
	// Declared is the type that a site says the file has; a file of another
	// kind is refused. "" of an upload.
	Declared string
}

// Receipt tells what became of a file.
type Receipt struct {
	Media     *Record
	Duplicate bool // Media was there before, with the same bytes
}

// Accept looks at a file, stores its bytes and makes the draft whose
// renditions follow. The same bytes again give the media that is there, when
// the person may see it. An error of code Invalid says why the file cannot be
// used.
func (s *Service) Accept(ctx context.Context, a playlists.Actor, f File) (*Receipt, error) {
	unit, err := UnitFor(a, f.Unit)
	if err != nil {
		return nil, err
	}
	facts, err := s.cfg.Prober.Probe(ctx, f.Path)
	if err != nil {
		return nil, err
	}
	if err := asDeclared(f.Declared, facts); err != nil {
		return nil, err
	}
	digest, size, err := s.keep(ctx, f.Path)
	if err != nil {
		return nil, err
	}

	s.intake.Lock()
	defer s.intake.Unlock()
	old, err := s.cfg.Store.MediaBySource(ctx, digest, viewer(a))
	if err != nil {
		return nil, err
	}
	if old != nil {
		return &Receipt{Media: old, Duplicate: true}, nil
	}
	r, err := s.draft(a, unit, f, facts, digest, size)
	if err != nil {
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
	s.cfg.Log.InfoContext(ctx, "media brought in", "media", r.ID, "person", a.ID, "kind", string(r.Kind), "bytes", size)
	if r, err = s.cfg.Store.Media(ctx, r.ID); err != nil {
		return nil, err
	}
	return &Receipt{Media: r}, nil
}

// asDeclared refuses a film that is sent as a picture, or the other way round:
// whoever sends one wants something else to read it.
func asDeclared(declared string, facts *probe.Facts) error {
	family, _, _ := strings.Cut(declared, "/")
	found, _, _ := strings.Cut(facts.MIME, "/") // a moving GIF is an image to the web and a film to us
	if family != "image" && family != "video" || family == string(facts.Kind) || family == found {
		return nil
	}
	return playlists.Errorf(playlists.Invalid, "type_differs", playlists.Params{"declared": declared, "found": facts.MIME},
		"cannot use this file: it is sent as %.60s and is %s; look at the page, and upload the file yourself if it is right", declared, facts.MIME)
}

// UnitFor chooses the unit that a person brings media in for: the one asked
// for, else the person's own, else the first that a grant names.
func UnitFor(a playlists.Actor, asked playlists.ID) (playlists.ID, error) {
	if asked == "" {
		asked = a.Unit
		if reach := a.Reach(playlists.AddMedia); !reach.All && !a.May(playlists.AddMedia, playlists.Scope{Unit: asked}) && len(reach.Units) > 0 {
			asked = reach.Units[0]
		}
	}
	if err := a.Require(playlists.AddMedia, playlists.Scope{Unit: asked}); err != nil {
		return "", err
	}
	return asked, nil
}

// keep puts the file's bytes into the object store.
func (s *Service) keep(ctx context.Context, path string) (playlists.Digest, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("cannot open the file to keep it: %w", err)
	}
	defer f.Close()
	return s.cfg.Objects.Put(ctx, f)
}

func (s *Service) draft(a playlists.Actor, unit playlists.ID, f File, facts *probe.Facts, digest playlists.Digest, size int64) (*Record, error) {
	name := fileName(f.Name)
	title := clip(playlists.Clean(f.Title))
	if title == "" {
		title = titleOf(name)
	}
	return s.fresh(a, unit, playlists.Media{
		Kind: facts.Kind, Title: title, Origin: f.Origin, Terms: playlists.Terms{Languages: []string{}, RightsBasis: f.Rights},
		Source: playlists.Source{FileName: name, Size: size, SHA256: digest, MIME: facts.MIME, Width: facts.Width, Height: facts.Height, Duration: facts.Duration},
	})
}

func (s *Service) draftOf(a playlists.Actor, unit playlists.ID, c Composed) (*Record, error) {
	r, err := s.fresh(a, unit, playlists.Media{
		Kind: playlists.Image, Title: clip(playlists.Clean(c.Title)), Origin: c.Origin, Terms: playlists.Terms{Languages: unique(c.Languages), RightsBasis: c.Rights},
		Source: playlists.Source{FileName: fileName(c.FileName), MIME: c.MIME, Width: c.Width, Height: c.Height},
	})
	if err != nil {
		return nil, err
	}
	r.Parts = c.Parts
	return r, r.Terms.Validate()
}

// fresh fills in what all drafts begin with.
func (s *Service) fresh(a playlists.Actor, unit playlists.ID, m playlists.Media) (*Record, error) {
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	m.ID, m.Unit, m.Author, m.State, m.Revision = id, unit, a.ID, playlists.Processing, 1
	m.Terms.Territory = []string{playlists.Everywhere}
	m.CreatedAt = s.cfg.Now()
	m.UpdatedAt = m.CreatedAt
	m.Fits = map[playlists.Profile]playlists.Fit{}
	for _, p := range playlists.Profiles() {
		m.Fits[p] = m.Fit(p)
	}
	return &Record{Media: m}, nil
}

// fileName keeps the last part of a name, whichever way its slashes lean.
func fileName(name string) string {
	return clip(path.Base("/" + strings.ReplaceAll(playlists.Clean(name), `\`, "/")))
}

// titleOf makes a title of a file's name.
func titleOf(name string) string {
	t := playlists.Clean(strings.ReplaceAll(strings.TrimSuffix(name, path.Ext(name)), "_", " "))
	if t == "" || t == "/" {
		return "Media"
	}
	return t
}

func clip(s string) string {
	if r := []rune(s); len(r) > playlists.MaxTitle {
		return strings.TrimSpace(string(r[:playlists.MaxTitle]))
	}
	return s
}

func viewer(a playlists.Actor) Viewer {
	return Viewer{Person: a.ID, Reach: a.Reach(playlists.ReadMedia)}
}
