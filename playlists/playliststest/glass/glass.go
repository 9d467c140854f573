// Package glass judges frames captured from a screen: which of the expected
// colours fills each, and whether any is black or foreign. The pictures played
// are of bright, distinct colours, so that nothing else passes for one.
package glass

import (
	"image"
	"image/color"
	"time"
)

// Colour is one that pictures are made of. All are bright: no mixture of two,
// as a fade makes, is as dark as Black says.
type Colour struct {
	Name string
	RGB  [3]uint8
}

// Palette gives eight colours that lossy codecs do not confuse.
func Palette() []Colour {
	return []Colour{
		{"red", [3]uint8{250, 70, 70}}, {"green", [3]uint8{70, 220, 70}}, {"blue", [3]uint8{90, 130, 255}}, {"yellow", [3]uint8{250, 230, 60}},
		{"magenta", [3]uint8{240, 80, 240}}, {"cyan", [3]uint8{60, 235, 235}}, {"white", [3]uint8{250, 250, 250}}, {"orange", [3]uint8{255, 160, 40}},
	}
}

const (
	black     = 60 // luma below which a pixel counts as black
	tolerance = 26 // of each channel, for what codecs do to a colour
)

// Reading is what one frame showed.
type Reading struct {
	At    time.Time // when the compositor made it
	Black bool      // a pixel anywhere is as dark as black
	// Colours are the indexes that fill the upper half: one, or the two that a
	// fade mixes. Empty is foreign: something that was not to be played.
	Colours []int
}

// Foreign tells a frame with something that was not to be played.
func (r Reading) Foreign() bool { return len(r.Colours) == 0 }

// Read judges a frame on a grid of its pixels. The lower half may hold moving
// parts of any bright colour.
func Read(img image.Image, at time.Time, palette []Colour) Reading {
	const steps = 24
	r := Reading{At: at}
	b := img.Bounds()
	var upper [][3]float64
	for y := range steps {
		for x := range steps {
			px := b.Min.X + (2*x+1)*b.Dx()/(2*steps)
			py := b.Min.Y + (2*y+1)*b.Dy()/(2*steps)
			c, _ := color.NRGBAModel.Convert(img.At(px, py)).(color.NRGBA)
			if luma := (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000; luma < black {
				r.Black = true
			}
			if y < steps/2-1 {
				upper = append(upper, [3]float64{float64(c.R), float64(c.G), float64(c.B)})
			}
		}
	}
	for i := range palette {
		if all(upper, palette[i], palette[i]) {
			r.Colours = []int{i}
			return r
		}
	}
	for i := range palette {
		for j := range i {
			if all(upper, palette[i], palette[j]) {
				r.Colours = []int{j, i}
				return r
			}
		}
	}
	return r
}

// all tells whether every pixel lies on the line between two colours.
func all(pixels [][3]float64, a, b Colour) bool {
	for _, p := range pixels {
		var along, length float64
		for k := range 3 {
			d := float64(b.RGB[k]) - float64(a.RGB[k])
			along += d * (p[k] - float64(a.RGB[k]))
			length += d * d
		}
		if length > 0 {
			along = max(0, min(1, along/length))
		}
		for k := range 3 {
			d := p[k] - float64(a.RGB[k]) - along*(float64(b.RGB[k])-float64(a.RGB[k]))
			if d > tolerance || d < -tolerance {
				return false
			}
		}
	}
	return true
}
