package screencheck

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/wire"
)

// Reasons that a finding gives.
const (
	otherPage      = "other_page"      // a page that is not the player's
	otherPicture   = "other_picture"   // neither what is due nor what was
	earlierPicture = "earlier_picture" // what was due before
	standsStill    = "stands_still"    // a film does not move
	nothingDrawn   = "nothing_drawn"
	noBrowser      = "no_browser"
	noPrint        = "no_print" // nobody has said what the item looks like
	aBulletin      = "bulletin"
	thePairing     = "pairing"
	nothingDue     = "starting"
)

// option is one picture that may be seen.
type option struct {
	band picturehash.Band
	size image.Point // of the picture, which the glass contains
	mask picturehash.Mask
	film bool
}

// expectation is what may be seen at one look.
type expectation struct {
	options []option // any of them is right
	earlier []option // and these were, before
	unsure  string   // why something may be seen that cannot be compared; "" when all can
	film    bool     // what is due moves
	wanted  playlists.ID
}

// What is decoded is bounded: its sides, and the scans of a progressive JPEG,
// each of which goes over all of it again.
const (
	maxSide  = 1024
	maxScans = 20
)

func decode(capture []byte) (image.Image, error) { return decodeWithin(capture, maxSide, maxSide) }

func decodeWithin(capture []byte, width, height int) (image.Image, error) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(capture))
	if err != nil || c.Width > width || c.Height > height || c.Width < 16 || c.Height < 16 {
		return nil, errors.Join(fmt.Errorf("cannot read a capture of %d × %d pixels", c.Width, c.Height), err)
	}
	if n := bytes.Count(capture, []byte{0xff, 0xda}); n > maxScans {
		return nil, fmt.Errorf("cannot read a capture of %d scans: the most is %d", n, maxScans)
	}
	return jpeg.Decode(bytes.NewReader(capture))
}

// sight is a capture, read in the shapes that it is compared in.
type sight struct {
	img   image.Image
	size  image.Point
	whole picturehash.Grid
	grids map[shape]picturehash.Grid
}

type shape struct {
	box           picturehash.Box
	columns, rows int
}

func newSight(img image.Image) (*sight, error) {
	columns, rows := picturehash.Shape(img.Bounds().Dx(), img.Bounds().Dy(), 32)
	whole, err := picturehash.Of(img, picturehash.Whole(), columns, rows)
	if err != nil {
		return nil, err
	}
	return &sight{img: img, size: img.Bounds().Size(), whole: whole, grids: map[shape]picturehash.Grid{{picturehash.Whole(), columns, rows}: whole}}, nil
}

// from tells how far the sight is from an option.
func (s *sight) from(o *option) picturehash.Distance {
	k := shape{picturehash.Contained(o.size, s.img.Bounds().Size()), o.band.Columns, o.band.Rows}
	g, ok := s.grids[k]
	if !ok {
		var err error
		if g, err = picturehash.Of(s.img, k.box, k.columns, k.rows); err != nil {
			return picturehash.Distance{}
		}
		s.grids[k] = g
	}
	return o.band.Distance(g, o.mask)
}

// shows tells whether the sight is of an option.
func (s *sight) shows(o *option) bool {
	d := s.from(o)
	return d.Same() || o.film && d.SameFilm()
}

// nearest gives the option that the sight is the least far from.
func (s *sight) nearest(all []option) picturehash.Distance {
	best := picturehash.Distance{Mean: math.Inf(1)}
	for i := range all {
		if d := s.from(&all[i]); d.Mean < best.Mean {
			best = d
		}
	}
	return best
}

// unmoved is how far two looks at the same thing lie apart at most.
func unmoved(a, b picturehash.Grid) bool {
	d := picturehash.Around(a).Distance(b, nil)
	return d.Worst <= 2
}

const (
	// stillFilm is how long a film that is not what it should be must not have
	// moved to be called frozen and not wrong.
	stillFilm = 1500 * time.Millisecond
	// blindly is how long it must not have moved, or have been black, where
	// nobody has said what it looks like.
	blindly = 10 * time.Second
)

// judge says what a sight is, of which still tells how long it has not changed.
func judge(s *sight, e *expectation, still time.Duration) (wire.Finding, string) {
	dark := false
	for i := range e.options {
		if s.shows(&e.options[i]) {
			return wire.FindingRight, ""
		}
		dark = dark || e.options[i].band.Dark()
	}
	black := s.whole.Black() && !dark
	if e.unsure != "" {
		switch {
		case black && still >= blindly:
			return wire.FindingBlack, e.unsure
		case e.film && still >= blindly:
			return wire.FindingFrozen, standsStill
		}
		return wire.FindingUnsure, e.unsure
	}
	if len(e.options) == 0 {
		return wire.FindingUnsure, nothingDue
	}
	if black {
		return wire.FindingBlack, ""
	}
	for i := range e.earlier {
		if s.shows(&e.earlier[i]) {
			return wire.FindingFrozen, earlierPicture
		}
	}
	if e.film && still >= stillFilm {
		return wire.FindingFrozen, standsStill
	}
	return wire.FindingWrong, otherPicture
}
