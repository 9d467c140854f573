// Package picturehash says coarsely what a picture looks like: the mean colours
// of a grid of cells, and of a film the band within which each of them moves. So
// two machines can tell whether a glass shows what it should, without keeping a
// picture.
package picturehash

import (
	"image"
	"image/color"

	"cotmoc/playlists"
)

// MaxSide is the most columns or rows of a grid.
const MaxSide = 64

// Grid is the mean colours of a picture's cells.
type Grid struct {
	Columns, Rows int
	Cells         []byte // luminance and the two colour differences of each cell, row by row
}

// FromRGB makes a grid of red, green and blue of each cell.
func FromRGB(columns, rows int, rgb []byte) Grid {
	g := Grid{Columns: columns, Rows: rows, Cells: make([]byte, len(rgb))}
	for i := 0; i+2 < len(rgb); i += 3 {
		g.Cells[i], g.Cells[i+1], g.Cells[i+2] = color.RGBToYCbCr(rgb[i], rgb[i+1], rgb[i+2])
	}
	return g
}

// Box is a part of a picture, as fractions of its width and height.
type Box struct{ Left, Top, Right, Bottom float64 }

// Whole is all of a picture.
func Whole() Box { return Box{0, 0, 1, 1} }

// Contained is where a picture of one shape lies in a glass of another when the
// whole of it is shown.
func Contained(picture, glass image.Point) Box {
	if picture.X <= 0 || picture.Y <= 0 || glass.X <= 0 || glass.Y <= 0 {
		return Whole()
	}
	pw, gw := float64(picture.X)*float64(glass.Y), float64(glass.X)*float64(picture.Y)
	switch {
	case pw < gw: // bars at the sides
		side := (1 - pw/gw) / 2
		return Box{side, 0, 1 - side, 1}
	case pw > gw:
		side := (1 - gw/pw) / 2
		return Box{0, side, 1, 1 - side}
	}
	return Whole()
}

// Shape gives a grid's columns and rows for a picture of a size: fine on its
// longer side, and with cells that are about square.
func Shape(width, height, fine int) (columns, rows int) {
	longer, shorter := max(width, height, 1), max(min(width, height), 1)
	fine = min(max(fine, 1), MaxSide)
	other := max((fine*shorter+longer/2)/longer, 1)
	if width >= height {
		return fine, other
	}
	return other, fine
}

// span is the pixels that a cell covers along one side, and how much of the
// first and the last.
type span struct {
	from, until int // half-open
	first, last float64
}

func spans(cells, pixels int, low, high float64) []span {
	out := make([]span, cells)
	start, step := low*float64(pixels), (high-low)*float64(pixels)/float64(cells)
	for i := range out {
		a, b := start+step*float64(i), start+step*float64(i+1)
		a, b = min(max(a, 0), float64(pixels)), min(max(b, 0), float64(pixels))
		from, until := min(int(a), pixels-1), min(int(b), pixels-1)+1
		s := span{from, until, float64(from+1) - a, b - float64(until-1)}
		if until > from+1 && s.last <= 0 {
			s.until, s.last = until-1, 1
		}
		if s.until == s.from+1 {
			s.first = max(b-a, 1e-6)
		}
		out[i] = s
	}
	return out
}

func (s *span) weight(i int) float64 {
	switch i {
	case s.from:
		return s.first
	case s.until - 1:
		return s.last
	}
	return 1
}

// Of reads the part of a picture that a box gives.
func Of(img image.Image, box Box, columns, rows int) (Grid, error) {
	b := img.Bounds()
	if columns < 1 || rows < 1 || columns > MaxSide || rows > MaxSide || b.Empty() || !(box.Left >= 0 && box.Left < box.Right && box.Right <= 1 && box.Top >= 0 && box.Top < box.Bottom && box.Bottom <= 1) {
		return Grid{}, playlists.Errorf(playlists.Invalid, "picture_malformed", nil, "cannot read %d × %d cells of a picture of %v", columns, rows, b.Size())
	}
	g := Grid{Columns: columns, Rows: rows, Cells: make([]byte, 0, 3*columns*rows)}
	across, down := spans(columns, b.Dx(), box.Left, box.Right), spans(rows, b.Dy(), box.Top, box.Bottom)
	read := reader(img)
	for r := range down {
		for c := range across {
			var sum [3]float64
			var area float64
			for y := down[r].from; y < down[r].until; y++ {
				wy := down[r].weight(y)
				for x := across[c].from; x < across[c].until; x++ {
					w := wy * across[c].weight(x)
					p := read(b.Min.X+x, b.Min.Y+y)
					sum[0] += w * p[0]
					sum[1] += w * p[1]
					sum[2] += w * p[2]
					area += w
				}
			}
			for _, v := range sum {
				g.Cells = append(g.Cells, byte(min(max(v/area+0.5, 0), 255)))
			}
		}
	}
	if _, ok := img.(*image.YCbCr); !ok {
		g = FromRGB(columns, rows, g.Cells)
	}
	return g, nil
}

// reader gives a picture's pixels: of a JPEG luminance and colour differences,
// of others red, green and blue.
func reader(img image.Image) func(x, y int) [3]float64 {
	switch m := img.(type) {
	case *image.YCbCr:
		return func(x, y int) [3]float64 {
			c := m.COffset(x, y)
			return [3]float64{float64(m.Y[m.YOffset(x, y)]), float64(m.Cb[c]), float64(m.Cr[c])}
		}
	case *image.RGBA:
		return func(x, y int) [3]float64 {
			p := m.Pix[m.PixOffset(x, y):]
			return [3]float64{float64(p[0]), float64(p[1]), float64(p[2])}
		}
	}
	return func(x, y int) [3]float64 {
		r, g, b, _ := img.At(x, y).RGBA()
		return [3]float64{float64(r) / 257, float64(g) / 257, float64(b) / 257}
	}
}

// Brightness is the mean luminance, and that of the brightest cell.
func (g Grid) Brightness() (mean, brightest float64) {
	for i := 0; i+2 < len(g.Cells); i += 3 {
		y := float64(g.Cells[i])
		mean += y
		brightest = max(brightest, y)
	}
	return mean / float64(max(len(g.Cells)/3, 1)), brightest
}
