package slides_test

import (
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"testing"
)

// A fingerprint says coarsely what a picture looks like: how bright each cell
// of a grid is, and of which colour each larger one. One pixel's anti-aliasing
// changes a cell by less than cellSlack; a text that moves by a few pixels, or
// one of another size, changes some cells by more.
const (
	cellLong, cellShort = 32, 18 // cells along the sides
	tint                = 3      // cells that share a colour, each way
	cellSlack           = 4      // of 255
)

// fingerprint gives the brightness of the cells, then their colours.
func fingerprint(img *image.RGBA) []byte {
	across, down := cellLong, cellShort
	if img.Rect.Dx() < img.Rect.Dy() {
		across, down = cellShort, cellLong
	}
	w, h := img.Rect.Dx()/across, img.Rect.Dy()/down
	red, green, blue := make([]int, across*down), make([]int, across*down), make([]int, across*down)
	for y := range h * down {
		row := img.Pix[y*img.Stride:]
		for x := range w * across {
			n := y/h*across + x/w
			red[n] += int(row[4*x])
			green[n] += int(row[4*x+1])
			blue[n] += int(row[4*x+2])
		}
	}
	bright := func(n int) int { return (299*red[n] + 587*green[n] + 114*blue[n]) / 1000 }
	var out []byte
	for n := range red {
		out = append(out, byte(bright(n)/(w*h)))
	}
	for y := 0; y < down; y += tint {
		for x := 0; x < across; x += tint {
			r, b, all := 0, 0, 0
			for dy := range min(tint, down-y) {
				for dx := range min(tint, across-x) {
					n := (y+dy)*across + x + dx
					r, b, all = r+red[n]-bright(n), b+blue[n]-bright(n), all+w*h
				}
			}
			out = append(out, byte(128+r/all/2), byte(128+b/all/2))
		}
	}
	return out
}

// differs tells where two fingerprints are not alike, "" when they are.
func differs(got, want []byte) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d values, want %d", len(got), len(want))
	}
	cells := 0
	worst, at := 0, 0
	for n := range got {
		d := int(got[n]) - int(want[n])
		if d = max(d, -d); d > cellSlack {
			cells++
		}
		if d > worst {
			worst, at = d, n
		}
	}
	if cells == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d values, the most by %d in number %d", cells, len(got), worst, at)
}

func written(f []byte) string { return base64.StdEncoding.EncodeToString(f) }

// canvas gives a picture's own pixels, which are quick to read.
func canvas(img image.Image) *image.RGBA {
	if c, ok := img.(*image.RGBA); ok {
		return c
	}
	c := image.NewRGBA(img.Bounds())
	draw.Draw(c, c.Rect, img, image.Point{}, draw.Src)
	return c
}

// TestFingerprint: it bears a pixel's difference, and notices a text that
// moves, grows or changes its colour.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	text := func(at image.Point, stroke int, ink color.RGBA) []byte {
		img := image.NewRGBA(image.Rect(0, 0, 1920, 1080))
		draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{0xf6, 0xf2, 0xea, 255}), image.Point{}, draw.Src)
		for line := range 3 {
			for letter := range 30 { // upright strokes, as tall as letters are
				r := image.Rect(0, 0, stroke, 60).Add(at).Add(image.Pt(letter*40, line*110))
				draw.Draw(img, r, image.NewUniform(ink), image.Point{}, draw.Src)
			}
		}
		return fingerprint(img)
	}
	ink := color.RGBA{0x1c, 0x1e, 0x23, 255}
	base := text(image.Pt(200, 300), 12, ink)
	for name, x := range map[string]struct {
		f    []byte
		same bool
	}{
		"a pixel down":    {text(image.Pt(200, 301), 12, ink), true},
		"six pixels down": {text(image.Pt(200, 306), 12, ink), false},
		"a letter aside":  {text(image.Pt(220, 300), 12, ink), false},
		"bolder":          {text(image.Pt(200, 300), 15, ink), false},
		"red":             {text(image.Pt(200, 300), 12, color.RGBA{0xb8, 0x0f, 0x29, 255}), false},
		"nothing":         {text(image.Pt(4000, 300), 12, ink), false},
	} {
		if how := differs(x.f, base); (how == "") != x.same {
			t.Errorf("%s: differs = %q", name, how)
		}
	}
}
