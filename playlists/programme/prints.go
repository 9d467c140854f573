package programme

import (
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
)

// Bounds of prints. With them, the longest are an object that fits.
const (
	printsType    = "cotmoc/prints/v1"
	fineCells     = 16 // on the longer side, of a film; twice that of a picture
	leastStep     = 500
	mostStep      = 1 << 20
	mostLength    = 7 * 24 * 3600 * 1000
	maxPrintBytes = 2_800_000 // of Low and High together
)

// Prints is the object that says coarsely what a rendition looks like, so that
// a screen can tell whether its glass shows it. It is no ground for showing
// anything: a screen plays without it.
type Prints struct {
	Type      string           `json:"type"`
	Rendition playlists.Digest `json:"rendition"`
	Width     int              `json:"width"` // pixels of the rendition
	Height    int              `json:"height"`
	LengthMS  int64            `json:"length_ms"` // of a film; 0 for a picture
	StepMS    int64            `json:"step_ms"`   // likewise
	Columns   int              `json:"columns"`
	Rows      int              `json:"rows"`
	// Low and High are, step by step, the least and the most of each cell's
	// luminance and colour differences in the frames of the step. A picture has one step and
	// no High.
	Low  []byte `json:"low"` // base64 in JSON
	High []byte `json:"high"`
}

// PictureCells gives the grid of a picture of a size.
func PictureCells(width, height int) (columns, rows int) {
	columns, rows = FilmCells(width, height)
	return 2 * columns, 2 * rows
}

// FilmCells gives the grid of a film of a size: half of a picture's, so that
// one can be held against the other where they fade.
func FilmCells(width, height int) (columns, rows int) {
	return picturehash.Shape(width, height, fineCells)
}

// FilmStep gives the length of the steps of a film, so that its prints fit.
func FilmStep(width, height int, length time.Duration) time.Duration {
	columns, rows := FilmCells(width, height)
	step := int64(leastStep)
	for (length.Milliseconds()/step+2)*int64(columns*rows*6) > maxPrintBytes && step < mostStep {
		step *= 2
	}
	return time.Duration(step) * time.Millisecond
}

// NewPrints makes the object of a rendition: of a picture, with length and step
// 0, from one band without width, of a film from the bands of its steps.
func NewPrints(rendition playlists.Digest, width, height int, length, step time.Duration, bands []picturehash.Band) ([]byte, error) {
	p := &Prints{Type: printsType, Rendition: rendition, Width: width, Height: height, LengthMS: length.Milliseconds(), StepMS: step.Milliseconds(), Low: []byte{}, High: []byte{}}
	for _, b := range bands {
		p.Columns, p.Rows = b.Columns, b.Rows
		if p.Low = append(p.Low, b.Low...); p.StepMS > 0 {
			p.High = append(p.High, b.High...)
		}
	}
	if err := p.validate(); err != nil {
		return nil, err
	}
	return Marshal(p)
}

// ParsePrints reads prints, the bytes of which are those of their name, and
// holds them to the showing that names them.
func ParsePrints(object []byte, of *Showing) (*Prints, error) {
	if err := checkObject(object, of.Prints); err != nil {
		return nil, err
	}
	var p Prints
	if err := Unmarshal(object, &p); err != nil {
		return nil, err
	}
	if p.Type != printsType {
		return nil, refuse(BadType, "cannot use an object of type %.80q as prints", p.Type)
	}
	if p.Rendition != of.Rendition {
		return nil, refuse(InternallyWrong, "cannot use the prints of another rendition")
	}
	return &p, p.validate()
}

func (p *Prints) validate() error {
	cell := 3 * p.Columns * p.Rows
	switch {
	case p.Rendition.Validate() != nil || p.Width <= 0 || p.Height <= 0 || p.Width > 1<<16 || p.Height > 1<<16:
		return refuse(Malformed, "cannot read prints of %d × %d pixels", p.Width, p.Height)
	case p.Columns < 1 || p.Rows < 1 || p.Columns > picturehash.MaxSide || p.Rows > picturehash.MaxSide:
		return refuse(Malformed, "cannot read prints of %d × %d cells", p.Columns, p.Rows)
	case p.StepMS == 0 && (p.LengthMS != 0 || len(p.Low) != cell || len(p.High) != 0):
		return refuse(Malformed, "cannot read the prints of a picture from %d and %d bytes", len(p.Low), len(p.High))
	case p.StepMS != 0 && (p.StepMS < leastStep || p.StepMS > mostStep || len(p.Low) == 0 || len(p.Low) != len(p.High) || len(p.Low)%cell != 0 || p.LengthMS <= 0 || p.LengthMS > mostLength || 2*len(p.Low) > maxPrintBytes):
		return refuse(Malformed, "cannot read the prints of a film from %d and %d bytes in steps of %d ms", len(p.Low), len(p.High), p.StepMS)
	}
	for i := range p.High {
		if p.High[i] < p.Low[i] {
			return refuse(InternallyWrong, "cannot use prints the least of which is more than the most")
		}
	}
	return nil
}

// Film tells a film's prints from a picture's.
func (p *Prints) Film() bool { return p.StepMS > 0 }

// Length of a film; 0 for a picture.
func (p *Prints) Length() time.Duration { return time.Duration(p.LengthMS) * time.Millisecond }

// Between gives what may be seen of a film from one position to another; of a
// picture what is always seen. Positions past the end stand on the last frame.
func (p *Prints) Between(from, until time.Duration) picturehash.Band {
	cell := 3 * p.Columns * p.Rows
	if !p.Film() {
		return picturehash.Band{Columns: p.Columns, Rows: p.Rows, Low: p.Low, High: p.Low}
	}
	n := int64(len(p.Low) / cell)
	first, last := max(from.Milliseconds(), 0)/p.StepMS, max(until.Milliseconds(), 0)/p.StepMS
	first, last = min(first, n-1), min(last, n-1)
	at := func(i int64) picturehash.Band {
		k := int(i) * cell
		return picturehash.Band{Columns: p.Columns, Rows: p.Rows, Low: p.Low[k : k+cell], High: p.High[k : k+cell]}
	}
	out := at(first)
	for i := first + 1; i <= last; i++ {
		out = out.With(at(i))
	}
	return out
}
