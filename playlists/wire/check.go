package wire

import (
	"cotmoc/playlists"
)

// PathCaptures takes a capture of the glass: POST of a JPEG with the query of
// a Capture, by a screen's certificate. Answered with 204.
const PathCaptures = "/agent/v1/captures"

// MaxCapture is the most bytes of a capture.
const MaxCapture = 256 << 10

// Witness is who looked at the glass.
type Witness string

// The witnesses, from the nearest to the page to the nearest to people.
const (
	WitnessBrowser Witness = "browser" // what the browser has drawn
	WitnessDisplay Witness = "display" // the whole display as the PC sends it out
	WitnessCamera  Witness = "camera"  // a camera that is pointed at the wall
)

// Finding is what a witness makes of what it saw.
type Finding string

// The findings.
const (
	FindingRight  Finding = "right"  // what was due
	FindingUnsure Finding = "unsure" // seen, and not comparable
	FindingWrong  Finding = "wrong"  // something else
	FindingBlack  Finding = "black"
	FindingFrozen Finding = "frozen"
	FindingBlind  Finding = "blind" // nothing could be seen
)

// Check is what one witness saw last.
type Check struct {
	Witness Witness `json:"witness"`
	Finding Finding `json:"finding"`
	Why     string  `json:"why"`   // snake_case: other_page, other_picture, no_print, …; "" when right
	At      int64   `json:"at"`    // when it looked, agent's clock, Unix milliseconds
	Since   int64   `json:"since"` // since when it finds so
	// Evidence is the SHA-256 of the capture that shows it, "" for none. It is
	// at the controller once it was posted.
	Evidence playlists.Digest `json:"evidence"`
}

// Capture is what a posted picture is of: the query's witness, finding, at and
// wanted. The body's SHA-256 is its name.
type Capture struct {
	Witness Witness
	Finding Finding
	At      int64 // agent's clock, Unix milliseconds
	// Wanted is the media that was due, "" for the slate or nothing.
	Wanted playlists.ID
}

// Validate refuses what no witness says.
func (c *Check) Validate() error {
	if !c.Witness.known() || !c.Finding.known() || c.Evidence != "" && c.Evidence.Validate() != nil {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read what the witness %.20q found: %.20q", string(c.Witness), string(c.Finding))
	}
	return short(c.Why)
}

// Validate refuses what no witness captures.
func (c *Capture) Validate() error {
	if !c.Witness.known() || !c.Finding.known() || c.At <= 0 || c.Wanted != "" && c.Wanted.Validate() != nil {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot take a capture by the witness %.20q that finds %.20q", string(c.Witness), string(c.Finding))
	}
	return nil
}

func (w Witness) known() bool {
	return w == WitnessBrowser || w == WitnessDisplay || w == WitnessCamera
}

func (f Finding) known() bool {
	switch f {
	case FindingRight, FindingUnsure, FindingWrong, FindingBlack, FindingFrozen, FindingBlind:
		return true
	}
	return false
}

func validateChecks(checks []Check) error {
	seen := map[Witness]bool{}
	for i := range checks {
		if err := checks[i].Validate(); err != nil {
			return err
		}
		if w := checks[i].Witness; seen[w] {
			return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a report in which the witness %.20q speaks twice", string(w))
		} else {
			seen[w] = true
		}
	}
	return nil
}
