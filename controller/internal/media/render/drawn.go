package render

import (
	"context"
	"fmt"
	"image"

	"golang.org/x/image/draw"

	"cotmoc/playlists"
)

// Drawn makes the rendition of a picture that was drawn for this very profile:
// its pixels are neither moved nor scaled.
func Drawn(img image.Image, p playlists.Profile, dir string) (*Product, error) {
	if w, h := p.Size(); img.Bounds().Dx() != w || img.Bounds().Dy() != h {
		return nil, fmt.Errorf("cannot use a drawing of %v for %s: want %d × %d", img.Bounds().Size(), p, w, h)
	}
	return finished(flat(img), p, dir)
}

// Small makes the small JPEG that a source's preview is.
func Small(img image.Image) ([]byte, error) { return encodeJPEG(shrink(flat(img), previewSide), 80) }

// Copy makes a JPEG of a picture anew from its pixels, upright, in sRGB, its
// longer side at most side.
func (r *Renderer) Copy(ctx context.Context, path string, side int) ([]byte, error) {
	facts, err := r.prober.Probe(ctx, path)
	if err != nil {
		return nil, err
	}
	if facts.Kind != playlists.Image {
		return nil, playlists.Errorf(playlists.Invalid, "picture_wanted", nil, "cannot use a video here: choose a picture")
	}
	s, err := r.openStill(ctx, path, facts, playlists.Crop{}, masterSide(nil))
	if err != nil {
		return nil, err
	}
	return encodeJPEG(shrink(s.master, side), jpegQuality)
}

// flat lays a picture on paper, at the origin.
func flat(img image.Image) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(out, out.Rect, paper, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Over)
	return out
}
