package render

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"

	"golang.org/x/image/draw"

	"cotmoc/playlists"
)

// jpegQuality is that of renditions: no block is seen from a metre away.
const jpegQuality = 88

// thumbSide is the longer side of thumbnails, in pixels.
const thumbSide = 480

// previewSide is the longer side of the source's preview, in pixels.
const previewSide = 1280

// compose draws a picture onto a canvas as the fit says. Bars are the picture
// itself, blurred and darkened: an upright photo on a wide wall stays one
// picture, and no LED wall shows hard black edges.
func compose(src *image.RGBA, canvas image.Point, fit playlists.Fit) *image.RGBA {
	p := place(src.Rect.Dx(), src.Rect.Dy(), canvas, fit)
	out := image.NewRGBA(image.Rectangle{Max: canvas})
	if p.bars {
		backdrop(out, src)
	}
	draw.CatmullRom.Scale(out, p.dst, src, p.crop.Add(src.Rect.Min), draw.Src, nil)
	return out
}

// The backdrop is made this small and blown up again, which blurs it.
const (
	backdropSide = 32  // pixels of the longer side
	backdropDim  = 115 // of 256: darker than the picture in front
)

func backdrop(out *image.RGBA, src *image.RGBA) {
	canvas := out.Rect.Max
	p := place(src.Rect.Dx(), src.Rect.Dy(), canvas, playlists.Fit{Mode: playlists.Cover, X: 0.5, Y: 0.5})
	small := image.NewRGBA(image.Rectangle{Max: fitWithin(canvas, backdropSide)})
	draw.CatmullRom.Scale(small, small.Rect, src, p.crop.Add(src.Rect.Min), draw.Src, nil)
	for i := range small.Pix {
		if i%4 != 3 {
			small.Pix[i] = uint8(int(small.Pix[i]) * backdropDim / 256)
		}
	}
	blur(small)
	blur(small)
	draw.CatmullRom.Scale(out, out.Rect, small, small.Rect, draw.Src, nil)
}

// blur averages each pixel with its neighbours, edges repeated.
func blur(img *image.RGBA) {
	in := bytes.Clone(img.Pix)
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for y := range h {
		for x := range w {
			for c := range 3 {
				sum := 0
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						sum += int(in[min(max(y+dy, 0), h-1)*img.Stride+4*min(max(x+dx, 0), w-1)+c])
					}
				}
				img.Pix[y*img.Stride+4*x+c] = uint8(sum / 9)
			}
		}
	}
}

// fitWithin gives the largest size of the same shape whose longer side is at
// most side; a smaller one stays as it is.
func fitWithin(size image.Point, side int) image.Point {
	long := max(size.X, size.Y)
	if long <= side {
		return size
	}
	return image.Pt(max(1, (size.X*side+long/2)/long), max(1, (size.Y*side+long/2)/long))
}

// shrink gives a smaller copy.
func shrink(src *image.RGBA, side int) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: fitWithin(src.Rect.Size(), side)})
	draw.CatmullRom.Scale(out, out.Rect, src, src.Rect, draw.Src, nil)
	return out
}

// encodeJPEG writes nothing but pixels: no metadata comes through.
func encodeJPEG(img *image.RGBA, quality int) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("cannot encode a picture: %w", err)
	}
	return b.Bytes(), nil
}

// paper is what transparent pictures are laid on, as every viewer does.
var paper = image.NewUniform(color.White)
