package picturehash

import (
	"math"

	"cotmoc/playlists"
)

// Band is the least and the most that each cell of a grid may be: of a picture
// both are the same, of a film what its frames have within some time.
type Band struct {
	Columns, Rows int
	Low, High     []byte
}

// Around is the band of one picture.
func Around(g Grid) Band {
	return Band{Columns: g.Columns, Rows: g.Rows, Low: append([]byte(nil), g.Cells...), High: append([]byte(nil), g.Cells...)}
}

// With gives the least band that has both in it: a blend of two pictures lies
// between them. Of another shape it changes nothing.
func (b Band) With(o Band) Band {
	if len(b.Low) != len(o.Low) || len(b.High) != len(o.High) || b.Columns != o.Columns {
		return b
	}
	out := Band{Columns: b.Columns, Rows: b.Rows, Low: make([]byte, len(b.Low)), High: make([]byte, len(b.High))}
	for i := range out.Low {
		out.Low[i], out.High[i] = min(b.Low[i], o.Low[i]), max(b.High[i], o.High[i])
	}
	return out
}

// Coarse gives the band with fewer cells: of a still picture their means, of a
// moving one the band of them.
func (b Band) Coarse(columns, rows int) (Band, error) {
	if columns < 1 || rows < 1 || b.Columns%columns != 0 || b.Rows%rows != 0 {
		return Band{}, playlists.Errorf(playlists.Invalid, "picture_malformed", nil, "cannot make %d × %d cells of %d × %d", columns, rows, b.Columns, b.Rows)
	}
	mean := func(cells []byte) []byte {
		out := make([]byte, 3*columns*rows)
		w, h := b.Columns/columns, b.Rows/rows
		for i := range out {
			cell, colour := i/3, i%3
			sum := 0
			for y := range h {
				for x := range w {
					sum += int(cells[3*((cell/columns*h+y)*b.Columns+cell%columns*w+x)+colour])
				}
			}
			out[i] = byte((sum + w*h/2) / (w * h))
		}
		return out
	}
	return Band{Columns: columns, Rows: rows, Low: mean(b.Low), High: mean(b.High)}, nil
}

// Mask names cells that move by themselves, as a clock or a ticker does, and
// are not looked at.
type Mask func(column, row int) bool

// Distance is how far a picture lies outside of a band.
type Distance struct {
	Mean  float64 // over all cells that are looked at, 0 to 255
	Worst float64 // of one cell
	Off   int     // cells that are farther off than encoding and scaling explain
	Cells int     // that were looked at
}

// tolerance is how far a cell may lie off for reasons that nobody sees: another
// scaler, another encoder, rounding.
const tolerance = 12

// Distance measures a picture; mask may be nil. Grids of another shape are
// infinitely far.
func (b Band) Distance(g Grid, mask Mask) Distance {
	if b.Columns != g.Columns || b.Rows != g.Rows || len(b.Low) != len(g.Cells) || len(b.High) != len(g.Cells) {
		return Distance{Mean: math.Inf(1), Worst: math.Inf(1), Off: 1, Cells: 1}
	}
	var d Distance
	for i := 0; i < len(g.Cells); i += 3 {
		if cell := i / 3; mask != nil && mask(cell%g.Columns, cell/g.Columns) {
			continue
		}
		off := 0.0
		for j := i; j < i+3; j++ {
			v := g.Cells[j]
			switch {
			case v < b.Low[j]:
				off = max(off, float64(b.Low[j]-v))
			case v > b.High[j]:
				off = max(off, float64(v-b.High[j]))
			}
		}
		d.Cells++
		d.Mean += off
		d.Worst = max(d.Worst, off)
		if off > tolerance {
			d.Off++
		}
	}
	d.Mean /= float64(max(d.Cells, 1))
	return d
}

// Same tells whether what was measured is the picture that was meant: nothing
// that covers about a cell, and no change of all colours, escapes it.
func (d Distance) Same() bool { return d.within(3) }

// SameFilm is Same for a film, the colours of which browsers and decoders
// bring out in more ways.
func (d Distance) SameFilm() bool { return d.within(5) }

func (d Distance) within(mean float64) bool {
	return d.Cells > 0 && d.Mean <= mean && d.Worst <= 24 && d.Off <= max(d.Cells/200, 1)
}

// Dark tells whether a picture of the band may be taken for a black glass.
func (b Band) Dark() bool {
	_, brightest := Grid{Columns: b.Columns, Rows: b.Rows, Cells: b.Low}.Brightness()
	return brightest < blackCell
}

// blackCell is the luminance below which a cell is black.
const blackCell = 20

// Black tells whether there is nothing to be seen.
func (g Grid) Black() bool {
	_, brightest := g.Brightness()
	return brightest < blackCell
}
