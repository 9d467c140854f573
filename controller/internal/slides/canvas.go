package slides

import (
	"math"

	"cotmoc/playlists"
)

// canvas is the paper that a slide is laid out on: templates speak of a screen
// of 1080 rows or columns, and what they make is drawn larger or smaller.
type canvas struct {
	shape         string // class of the page: wide or tall; and low or near to square
	width, height int    // of the paper
	scale         float64
}

// The shorter side of the paper. Low walls get less of it: their letters would
// be too small to read otherwise.
const (
	paperSide    = 1080
	lowPaperSide = 720
)

// Bounds of what a slide is drawn on.
const (
	lowFrom   = 2.2 // times as wide as high
	longest   = 6.0 // either way
	leastText = 10  // pixels of the smallest letters
	smallest  = 30  // the same letters on paper
)

// canvasOf chooses the paper for a profile. It refuses shapes on which nobody
// could read a slide.
func canvasOf(p playlists.Profile) (canvas, error) {
	w, h := p.Size()
	ratio := float64(w) / float64(h)
	c, side := canvas{shape: "wide"}, paperSide
	switch {
	case ratio >= lowFrom:
		c.shape, side = "wide low", lowPaperSide
	case ratio < 0.7:
		c.shape = "tall"
	case ratio < 1.2:
		c.shape = "tall near"
	case ratio < 1.5:
		c.shape = "wide near"
	}
	// Both sides of the paper are whole numbers, and so are those of the picture.
	whole := gcd(w, h)
	step := min(w, h) / whole
	times := max(1, int(math.Round(float64(side)/float64(step))))
	c.width, c.height = w/whole*times, h/whole*times
	c.scale = float64(whole) / float64(times)
	if ratio > longest || ratio < 1/longest || smallest*c.scale < leastText {
		return canvas{}, playlists.Errorf(playlists.Invalid, "slide_shape", playlists.Params{"profile": string(p), "width": w, "height": h}, "cannot draw slides for a screen of %d × %d pixels: letters would be too small to read; show pictures made for it", w, h)
	}
	return c, nil
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// Suits tells, as an error, why slides are not drawn for a profile.
func Suits(p playlists.Profile) error {
	_, err := canvasOf(p)
	return err
}
