package render

import (
	"image"
	"math"

	"cotmoc/playlists"
)

// placement says which part of a picture goes where on a screen.
type placement struct {
	crop image.Rectangle // of the displayed source, in its pixels
	dst  image.Rectangle // on the canvas, even numbers
	bars bool            // dst leaves part of the canvas to the backdrop
}

// nearly is the difference of shape, as a fraction, that is cropped away
// rather than shown as bars a few pixels wide.
const nearly = 0.015

// place puts a picture of w × h pixels onto a canvas. Cover places the focus
// as CSS does with object-position: the point at X of the picture's width
// lands at X of the screen's, so it is always in view and the console's
// preview needs no code of its own.
func place(w, h int, canvas image.Point, fit playlists.Fit) placement {
	shape, want := float64(w)/float64(h), float64(canvas.X)/float64(canvas.Y)
	full := image.Rectangle{Max: canvas}
	if fit.Mode == playlists.Cover || math.Abs(shape/want-1) < nearly {
		if fit.Mode != playlists.Cover {
			fit.X, fit.Y = 0.5, 0.5
		}
		cw, ch := w, h
		if shape > want {
			cw = min(w, max(1, int(math.Round(float64(h)*want))))
		} else {
			ch = min(h, max(1, int(math.Round(float64(w)/want))))
		}
		at := image.Pt(int(math.Round(float64(w-cw)*fit.X)), int(math.Round(float64(h-ch)*fit.Y)))
		return placement{crop: image.Rectangle{Min: at, Max: at.Add(image.Pt(cw, ch))}, dst: full}
	}
	size := canvas
	if shape > want {
		size.Y = even(float64(canvas.X) / shape)
	} else {
		size.X = even(float64(canvas.Y) * shape)
	}
	at := image.Pt((canvas.X-size.X)/4*2, (canvas.Y-size.Y)/4*2)
	return placement{crop: image.Rect(0, 0, w, h), dst: image.Rectangle{Min: at, Max: at.Add(size)}, bars: size != canvas}
}

// even rounds to the nearest even number from 2 up: chroma is stored for
// pairs of pixels.
func even(f float64) int { return max(2, 2*int(math.Round(f/2))) }
