package app

import (
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"

	"cotmoc/controller/internal/console"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/render"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/controller/internal/slides"
	"cotmoc/controller/internal/sources"
	"cotmoc/playlists"
)

// browserMemory is of data, for each process of the browser that draws slides.
const browserMemory = 2 << 30

// openStudio makes what draws slides. Without a browser it says so to those who
// want one; all else works.
func (a *App) openStudio(box *sandbox.Sandbox, work string) (*slides.Studio, error) {
	data, err := filepath.Abs(a.cfg.Data) // the browser starts in another folder
	if err != nil {
		return nil, fmt.Errorf("cannot use the data folder %q: %w", a.cfg.Data, err)
	}
	if work, err = filepath.Abs(work); err != nil {
		return nil, fmt.Errorf("cannot use the folder for renditions: %w", err)
	}
	studio := slides.NewStudio(slides.StudioConfig{
		Chromium: a.cfg.Chromium, Fonts: console.Files(), Work: work, Log: a.log,
		Confine: func(cmd *exec.Cmd) { box.Confine(cmd, data, work, browserMemory) },
	})
	if err := studio.Lacks(); err != nil {
		a.log.Warn("slides cannot be made", "error", err)
	}
	return studio, nil
}

// shelf joins slides with media.
type shelf struct{ media *media.Service }

func (s shelf) composed(d slides.Draft) media.Composed {
	w, h := playlists.Landscape1080.Size()
	return media.Composed{
		MIME: slides.MIME, Source: d.Source, Parts: d.Parts, FileName: "slide.json", Title: d.Title, Languages: d.Speaks,
		Unit: d.Unit, Origin: d.Origin, Rights: d.Rights, Width: w, Height: h,
	}
}

// Add implements slides.Library.
func (s shelf) Add(ctx context.Context, a playlists.Actor, d slides.Draft) (playlists.ID, error) {
	r, err := s.media.Compose(ctx, a, s.composed(d))
	if err != nil {
		return "", err
	}
	return r.ID, nil
}

// Slide implements slides.Library.
func (s shelf) Slide(ctx context.Context, a playlists.Actor, id playlists.ID) (*slides.Stored, error) {
	r, source, err := s.media.Composition(ctx, a, id, slides.MIME)
	if err != nil {
		return nil, err
	}
	return &slides.Stored{Media: r.ID, Revision: r.Revision, State: r.State, Unit: r.Unit, Source: source}, nil
}

// Replace implements slides.Library.
func (s shelf) Replace(ctx context.Context, a playlists.Actor, id playlists.ID, revision int, was string, d slides.Draft) error {
	_, err := s.media.Recompose(ctx, a, id, revision, was, s.composed(d))
	return err
}

// finds joins slides with sources.
type finds struct {
	sources  *sources.Service
	renderer *render.Renderer
}

// pictureSide is the longer side of a slide's picture, in pixels: it fills a
// wide screen.
const pictureSide = 1920

// Material implements slides.Finds.
func (f finds) Material(ctx context.Context, a playlists.Actor, find playlists.ID, picture string) (*slides.Material, error) {
	found, local, err := f.sources.Borrow(ctx, a, find, picture)
	if err != nil {
		return nil, err
	}
	m := &slides.Material{Unit: found.Unit, Origin: found.Origin}
	if local == "" {
		return m, nil
	}
	defer os.Remove(local)
	m.Picture, err = f.renderer.Copy(ctx, local, pictureSide)
	return m, err
}

// Made implements slides.Finds.
func (f finds) Made(ctx context.Context, a playlists.Actor, find, media playlists.ID) error {
	return f.sources.Made(ctx, a, find, media)
}

// photos joins slides with the pictures of the library.
type photos struct {
	media    *media.Service
	renderer *render.Renderer
}

// Photo implements slides.Photos.
func (p photos) Photo(ctx context.Context, a playlists.Actor, id playlists.ID) (*slides.Material, error) {
	r, path, release, err := p.media.Picture(ctx, a, id)
	if err != nil {
		return nil, err
	}
	defer release()
	m := &slides.Material{Origin: r.Origin, Rights: r.Terms.RightsBasis}
	m.Picture, err = p.renderer.Copy(ctx, path, pictureSide)
	return m, err
}

// Ready implements slides.Photos.
func (p photos) Ready(ctx context.Context, id playlists.ID) error {
	return p.media.PictureReady(ctx, id)
}

// copier joins slides with what reads pictures.
type copier struct {
	renderer *render.Renderer
	work     string
}

// Copy implements slides.Copier.
func (c copier) Copy(ctx context.Context, file []byte, side int) ([]byte, error) {
	f, err := os.CreateTemp(c.work, "emblem-*")
	if err != nil {
		return nil, fmt.Errorf("cannot keep an uploaded picture: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if _, err := f.Write(file); err != nil {
		return nil, fmt.Errorf("cannot keep an uploaded picture: %w", err)
	}
	return c.renderer.Copy(ctx, f.Name(), side)
}

// drawings makes the renditions of slides.
type drawings struct {
	slides *slides.Service
	studio *slides.Studio
}

// Open implements media.Renderer.
func (d *drawings) Open(ctx context.Context, path string, _ render.Cut, profiles ...playlists.Profile) (render.Source, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the source of a slide: %w", err)
	}
	slide, parts, err := d.slides.Source(ctx, source)
	if err != nil {
		return nil, err
	}
	w, h := playlists.Landscape1080.Size()
	facts := &probe.Facts{Kind: playlists.Image, MIME: slides.MIME, Width: w, Height: h}
	return &drawing{studio: d.studio, slide: slide, parts: parts, facts: facts, profiles: profiles}, nil
}

// Suits implements media.Suits.
func (d *drawings) Suits(p playlists.Profile) error { return slides.Suits(p) }

// drawing is one slide, drawn once for all profiles.
type drawing struct {
	studio *slides.Studio
	slide  slides.Slide
	parts  slides.Parts
	facts  *probe.Facts

	profiles []playlists.Profile
	mu       sync.Mutex
	drawn    map[playlists.Profile]slides.Drawn
}

// Facts implements render.Source.
func (d *drawing) Facts() *probe.Facts { return d.facts }

// Preview implements render.Source.
func (d *drawing) Preview(ctx context.Context) ([]byte, error) {
	img, err := d.in(ctx, playlists.Landscape1080)
	if err != nil {
		return nil, err
	}
	return render.Small(img)
}

// Render implements render.Source. A slide is drawn for each profile: there is
// nothing to fit or crop.
func (d *drawing) Render(ctx context.Context, p playlists.Profile, _ playlists.Fit, dir string, report func(float64)) (*render.Product, error) {
	img, err := d.in(ctx, p)
	if err != nil {
		return nil, err
	}
	report(0.5)
	out, err := render.Drawn(img, p, dir)
	report(1)
	return out, err
}

func (d *drawing) in(ctx context.Context, p playlists.Profile) (image.Image, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, done := d.drawn[p]; !done {
		wanted := append([]playlists.Profile{p}, d.profiles...) // with one browser
		slices.SortFunc(wanted, playlists.CompareProfiles)
		var err error
		if d.drawn, err = d.studio.DrawFor(ctx, d.slide, d.parts, slices.Compact(wanted)...); err != nil {
			return nil, err
		}
	}
	return d.drawn[p].Image, d.drawn[p].Err
}
