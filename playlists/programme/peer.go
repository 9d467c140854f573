package programme

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cotmoc/playlists"
)

// PeerReportType is the DSSE payload type of what a screen tells its
// neighbours.
const PeerReportType = "application/vnd.cotmoc.peer.v1+json"

// Bounds of a peer's report.
const (
	MaxPeerReport   = 16 << 10 // bytes of the envelope
	MaxPeerProblems = 16
	maxPeerChecks   = 4
	maxPeerTitle    = 400 // bytes
	maxPeerCode     = 40
	maxPeerAge      = 10 * 365 * 24 * 3600 // seconds
	keptBoots       = 16
)

// PeerReport is what a screen says of itself to its neighbours, signed by its
// device key. Times are ages at the moment of the report: clocks at a site may
// differ by years.
type PeerReport struct {
	Screen    playlists.ID  `json:"screen"`
	Boot      playlists.ID  `json:"boot"`
	Seq       uint64        `json:"seq"` // rises with every report of a boot
	At        int64         `json:"at"`  // the screen's clock, for people; Unix milliseconds
	Version   string        `json:"version"`
	Showing   string        `json:"showing"` // as wire.ShowKind
	Title     string        `json:"title"`   // of what shows, from its signed statement; "" for none
	ShowingS  int64         `json:"showing_s"`
	Checks    []PeerCheck   `json:"checks"`
	Problems  []PeerProblem `json:"problems"`
	Clock     string        `json:"clock"` // as wire.ClockState
	Connected bool          `json:"connected"`
	HeardS    int64         `json:"heard_s"` // since the controller was heard, -1 never
	Safe      bool          `json:"safe"`    // called to the slate
	Capture   *PeerCapture  `json:"capture"` // null for none
}

// PeerCheck is what a witness of the glass found, as wire.Check.
type PeerCheck struct {
	Witness string `json:"witness"`
	Finding string `json:"finding"`
	SinceS  int64  `json:"since_s"`
}

// PeerProblem is a problem of a screen, by its code.
type PeerProblem struct {
	Code   string `json:"code"`
	SinceS int64  `json:"since_s"`
}

// PeerCapture names the newest capture of the glass, a JPEG that the screen
// gives to its neighbours.
type PeerCapture struct {
	Digest playlists.Digest `json:"digest"`
	Size   int64            `json:"size"`
	AgeS   int64            `json:"age_s"`
}

// MaxPeerCapture is the most bytes of a neighbour's capture.
const MaxPeerCapture = 256 << 10

// SignPeerReport gives the envelope of a report.
func SignPeerReport(r *PeerReport, device ed25519.PrivateKey) ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	payload, err := Marshal(r)
	if err != nil {
		return nil, err
	}
	return Seal(PeerReportType, payload, device)
}

// VerifyPeerReport reads a report of the neighbour whose key the roster gives,
// and names its payload.
func VerifyPeerReport(envelope []byte, from *Neighbour) (*PeerReport, playlists.Digest, error) {
	if len(envelope) > MaxPeerReport {
		return nil, "", refuse(Malformed, "cannot read a neighbour's report of %d bytes: the most is %d", len(envelope), MaxPeerReport)
	}
	payload, err := open(envelope, PeerReportType, []PublicKey{NewPublicKey(from.Key)})
	if err != nil {
		return nil, "", err
	}
	var r PeerReport
	if err := Unmarshal(payload, &r); err != nil {
		return nil, "", err
	}
	if r.Screen != from.Screen {
		return nil, "", refuse(OtherScreen, "cannot take the report of screen %.40s from screen %s", string(r.Screen), from.Screen)
	}
	if err := r.validate(); err != nil {
		return nil, "", err
	}
	return &r, playlists.DigestOf(payload), nil
}

func (r *PeerReport) validate() error {
	bad := refuse(Malformed, "cannot read the report of neighbour %.40s: a bound is broken", string(r.Screen))
	if r.Screen.Validate() != nil || r.Boot.Validate() != nil || r.Seq == 0 || !isInstant(r.At) {
		return bad
	}
	if !isPeerText(r.Version, maxPeerTitle) || !isPeerText(r.Title, maxPeerTitle) || !isCode(r.Showing) || !isCode(r.Clock) {
		return bad
	}
	if !isAge(r.ShowingS) || r.HeardS != -1 && !isAge(r.HeardS) || len(r.Checks) > maxPeerChecks || len(r.Problems) > MaxPeerProblems {
		return bad
	}
	for _, c := range r.Checks {
		if !isCode(c.Witness) || !isCode(c.Finding) || !isAge(c.SinceS) {
			return bad
		}
	}
	for _, p := range r.Problems {
		if !isCode(p.Code) || !isAge(p.SinceS) {
			return bad
		}
	}
	if c := r.Capture; c != nil && (c.Digest.Validate() != nil || c.Size <= 0 || c.Size > MaxPeerCapture || !isAge(c.AgeS)) {
		return bad
	}
	return nil
}

// PeerTitle makes a title fit a report: one line, and no longer than it may be.
func PeerTitle(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	for len(s) > maxPeerTitle {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

func isAge(s int64) bool { return s >= 0 && s <= maxPeerAge }

func isPeerText(s string, most int) bool {
	return len(s) <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// isCode tells whether a text is a short word in snake_case.
func isCode(s string) bool {
	return s != "" && len(s) <= maxPeerCode && !strings.ContainsFunc(s, func(c rune) bool {
		return c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
}

// PeerHistory is what a neighbour has said, as far as it takes to notice that
// it says something older or other. The zero value has heard nothing.
type PeerHistory struct {
	boot    playlists.ID
	seq     uint64
	payload playlists.Digest
	before  []playlists.ID // boots, newest last
}

// Admit takes a report that is newer than all before, or the newest again. An
// older one, or one of an earlier boot, is refused as rolled back; two of one
// number that differ contradict each other, and only the screen itself can
// have signed both.
func (h *PeerHistory) Admit(r *PeerReport, payload playlists.Digest) error {
	switch {
	case r.Boot != h.boot:
		if slices.Contains(h.before, r.Boot) {
			return refuse(RolledBack, "cannot go back to what neighbour %s said before its last start", r.Screen)
		}
		if h.boot != "" {
			h.before = append(h.before, h.boot)
			h.before = h.before[max(0, len(h.before)-keptBoots):]
		}
	case r.Seq < h.seq:
		return refuse(RolledBack, "cannot go back to report %d of neighbour %s: %d is held", r.Seq, r.Screen, h.seq)
	case r.Seq == h.seq && payload != h.payload:
		return refuse(Forked, "cannot believe neighbour %s: it has signed two reports %d that differ", r.Screen, r.Seq)
	}
	h.boot, h.seq, h.payload = r.Boot, r.Seq, payload
	return nil
}
