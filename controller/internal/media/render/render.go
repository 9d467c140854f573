// Package render makes from a media's source the exact bytes that screens
// show: one rendition a profile, with posters and thumbnails for people.
package render

import (
	"context"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cotmoc/controller/internal/media/captions"
	"cotmoc/controller/internal/media/probe"
	"cotmoc/controller/internal/media/sandbox"
	"cotmoc/playlists"
)

// Product is one finished rendition.
type Product struct {
	Path      string // of the rendition's file, in the folder given
	MIME      string
	Width     int
	Height    int
	Duration  time.Duration // 0 for an image
	HasAudio  bool
	Poster    []byte // JPEG of the rendition's size; for an image nil, it is its own
	Thumbnail []byte // JPEG
	Looks     Looks
}

// Renderer makes renditions. It is safe for concurrent use.
type Renderer struct {
	box    *sandbox.Sandbox
	prober *probe.Prober
	fonts  func() (*captions.Fonts, error)
}

// New makes a renderer. The sandbox must know ffmpeg and ffprobe; assets are
// the console's built files, whose fonts subtitles are written in.
func New(box *sandbox.Sandbox, prober *probe.Prober, assets fs.FS) *Renderer {
	return &Renderer{box: box, prober: prober, fonts: sync.OnceValues(func() (*captions.Fonts, error) { return captions.OpenFonts(assets) })}
}

// Source is a file to render from, opened once for all profiles.
type Source interface {
	// Facts are what the probe found.
	Facts() *probe.Facts
	// Preview makes a small JPEG of the whole picture, for choosing the crop.
	Preview(ctx context.Context) ([]byte, error)
	// Render makes one rendition with its file in dir, an absolute path.
	// report is told 0..1.
	Render(ctx context.Context, p playlists.Profile, fit playlists.Fit, dir string, report func(float64)) (*Product, error)
}

// Open probes the file at an absolute path and makes ready for profiles what
// the cut leaves of it. Its error of code Invalid carries the reason for people, as the
// prober's.
func (r *Renderer) Open(ctx context.Context, path string, cut Cut, profiles ...playlists.Profile) (Source, error) {
	facts, err := r.prober.Probe(ctx, path)
	if err != nil {
		return nil, err
	}
	if facts.Kind == playlists.Video {
		return r.openVideo(path, facts, cut)
	}
	return r.openStill(ctx, path, facts, cut.Crop, masterSide(profiles))
}

// masterSide is the least shorter side that a picture is reduced to before it
// is placed: enough for every one of the profiles, cropped or not.
func masterSide(profiles []playlists.Profile) int {
	side := 1920
	for _, p := range profiles {
		w, h := p.Size()
		side = max(side, w, h)
	}
	return side
}

// still is an image: flattened, upright, reduced and in sRGB.
type still struct {
	facts  *probe.Facts
	master *image.RGBA // of what is shown
	whole  *image.RGBA // of all, for the preview
}

func (r *Renderer) openStill(ctx context.Context, path string, facts *probe.Facts, crop playlists.Crop, side int) (*still, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot open the image: %w", err)
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot size the image: %w", err)
	}
	s := &still{facts: facts}
	err = r.prober.Decode(ctx, f, fi.Size(), facts.Picture, func(img image.Image) error {
		ready := func(part image.Image, atLeast int) *image.RGBA {
			out := orient(reduce(part, atLeast), facts.Picture.Orientation)
			toUsualGamma(out, facts.Picture.Gamma)
			if facts.Picture.Channels >= 3 && !facts.Picture.Colour.Wide() {
				toSRGB(out, facts.Picture.ICC)
			}
			return out
		}
		if crop == (playlists.Crop{}) {
			s.master = ready(img, side)
			s.whole = s.master
			return nil
		}
		part, err := stored(img.Bounds(), crop, facts.Picture.Orientation)
		if err != nil {
			return err
		}
		s.master, s.whole = ready(window(img, part), side), ready(img, previewSide)
		return nil
	})
	return s, err
}

func (s *still) Facts() *probe.Facts { return s.facts }

func (s *still) Preview(context.Context) ([]byte, error) {
	return encodeJPEG(shrink(s.whole, previewSide), 80)
}

func (s *still) Render(_ context.Context, p playlists.Profile, fit playlists.Fit, dir string, report func(float64)) (*Product, error) {
	w, h := p.Size()
	img := compose(s.master, image.Pt(w, h), fit)
	report(0.5)
	out, err := finished(img, p, dir)
	report(1)
	return out, err
}

// finished encodes what a profile shows, pixel by pixel.
func finished(img *image.RGBA, p playlists.Profile, dir string) (*Product, error) {
	w, h := p.Size()
	b, err := encodeJPEG(img, jpegQuality)
	if err != nil {
		return nil, err
	}
	out := &Product{Path: filepath.Join(dir, string(p)+".jpg"), MIME: "image/jpeg", Width: w, Height: h}
	if out.Thumbnail, err = encodeJPEG(shrink(img, thumbSide), 80); err != nil {
		return nil, err
	}
	if out.Looks, err = looksOf(img); err != nil {
		return nil, err
	}
	if err := os.WriteFile(out.Path, b, 0o600); err != nil {
		return nil, fmt.Errorf("cannot write the rendition: %w", err)
	}
	return out, nil
}
