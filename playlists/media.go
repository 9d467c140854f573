package playlists

import (
	"slices"
	"time"
)

// Kind is what a media is.
type Kind string

// The kinds.
const (
	Image Kind = "image"
	Video Kind = "video"
)

// MediaState is where a media stands between intake and the screens.
type MediaState string

// The states. Only Approved reaches a programme.
const (
	Processing MediaState = "processing" // renditions are being made
	Failed     MediaState = "failed"     // they could not be made
	Draft      MediaState = "draft"
	Submitted  MediaState = "submitted" // waits for a reviewer
	Reviewed   MediaState = "reviewed"  // waits for an approver
	Approved   MediaState = "approved"
	Returned   MediaState = "returned"
	Withdrawn  MediaState = "withdrawn"
)

// FitMode says how a picture of another shape fills a profile.
type FitMode string

// The modes.
const (
	Contain FitMode = "contain" // whole picture, bars at the sides
	Cover   FitMode = "cover"   // screen filled, picture cropped about the focus
)

// Fit is how a media is placed in one profile. X and Y are the focus that
// Cover keeps in view, as fractions of the picture's width and height.
type Fit struct {
	Mode FitMode `json:"mode"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
}

// Validate refuses an unknown mode and a focus outside the picture.
func (f Fit) Validate() error {
	if f.Mode != Contain && f.Mode != Cover {
		return Errorf(Invalid, "fit_mode_unknown", Params{"mode": string(f.Mode)}, "cannot use the fit %.40q: choose contain or cover", string(f.Mode))
	}
	if !(f.X >= 0 && f.X <= 1 && f.Y >= 0 && f.Y <= 1) {
		return Errorf(Invalid, "fit_focus_outside", nil, "cannot put the focus at %g, %g: both lie between 0 and 1", f.X, f.Y)
	}
	return nil
}

// Source is a media as it was brought in.
type Source struct {
	FileName string
	Size     int64 // bytes
	SHA256   Digest
	MIME     string
	Width    int // pixels, after orientation
	Height   int
	Duration time.Duration // 0 for an image
}

// Rendition is the exact bytes derived from a media for one profile, fit and
// crop baked in. Approvals are over renditions.
type Rendition struct {
	Profile  Profile
	Digest   Digest
	Size     int64 // bytes
	MIME     string
	Width    int
	Height   int
	Duration time.Duration // 0 for an image
	HasAudio bool
	Chunks   Digest // of the chunk list object
	Prints   Digest // of the object that says what it looks like, "" when it was made before there were any
	Poster   Digest // a still for people to look at; never shown on a screen
}

// Terms is what two people agree to besides the pixels: where, when and in
// which languages a media may be shown, and by what right.
type Terms struct {
	Territory   []string  // cluster ids, or the single element "*" for all
	Languages   []string  // of what is seen or heard: vi, lo, en, zh
	ValidFrom   time.Time // zero: at once
	ValidUntil  time.Time // exclusive; zero: no end
	RightsBasis string    // why we may show it
}

// Everywhere is the territory of all clusters.
const Everywhere = "*"

// Covers tells whether the territory includes the cluster.
func (t Terms) Covers(cluster ID) bool {
	for _, c := range t.Territory {
		if c == Everywhere || c == string(cluster) {
			return true
		}
	}
	return false
}

// Validate refuses terms nobody could have meant.
func (t Terms) Validate() error {
	if len(t.Territory) == 0 {
		return Errorf(Invalid, "territory_empty", nil, "cannot leave the territory empty: choose clusters or all of them")
	}
	for _, c := range t.Territory {
		if c == Everywhere && len(t.Territory) > 1 {
			return Errorf(Invalid, "territory_mixed", nil, "cannot name single clusters beside all of them: choose one or the other")
		}
		if c != Everywhere {
			if err := ID(c).Validate(); err != nil {
				return err
			}
		}
	}
	for _, l := range t.Languages {
		if l != "vi" && l != "lo" && l != "en" && l != "zh" {
			return Errorf(Invalid, "language_unknown", Params{"language": l}, "cannot use the language %.20q: choose vi, lo, en or zh", l)
		}
	}
	if !t.ValidUntil.IsZero() && !t.ValidFrom.Before(t.ValidUntil) {
		return Errorf(Invalid, "validity_empty", nil, "cannot end the validity at %s: that is not after its start", t.ValidUntil.UTC().Format(time.RFC3339))
	}
	return nil
}

// Media is one image or video as brought in, with what was derived from it.
type Media struct {
	ID          ID
	Kind        Kind
	Title       string
	Description string
	Unit        ID
	Author      ID
	State       MediaState
	Revision    int // rises with every change of bytes or terms
	Source      Source
	Origin      Origin
	Excerpt     Excerpt
	Fits        map[Profile]Fit
	Terms       Terms
	Renditions  []Rendition
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Fit gives how the media is placed in a profile: whole, unless somebody has
// chosen otherwise.
func (m *Media) Fit(p Profile) Fit {
	if f, ok := m.Fits[p]; ok {
		return f
	}
	return Fit{Mode: Contain, X: 0.5, Y: 0.5}
}

// Rendered lists the profiles that there is a rendition for, in the order
// people see them.
func (m *Media) Rendered() []Profile {
	var out []Profile
	for _, r := range m.Renditions {
		out = append(out, r.Profile)
	}
	slices.SortFunc(out, CompareProfiles)
	return out
}

// Rendition gives the rendition for a profile.
func (m *Media) Rendition(p Profile) (Rendition, bool) {
	for _, r := range m.Renditions {
		if r.Profile == p {
			return r, true
		}
	}
	return Rendition{}, false
}
