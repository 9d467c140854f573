package playlists

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Profile is a screen shape that media is rendered for. There are few; odd
// walls are letterboxed into one of them. A profile's name says its size, so
// that programmes, statements and agents need no table to understand it:
// "1080p-landscape" and its like, or "site-1280x384" for a wall of a site.
type Profile string

// The profiles that need no description.
const (
	Landscape1080 Profile = "1080p-landscape"
	Portrait1080  Profile = "1080p-portrait"
	Landscape2160 Profile = "2160p-landscape"
	Portrait2160  Profile = "2160p-portrait"
)

// Bounds of a site's profile.
const (
	MinSide = 64
	MaxSide = 4096
	// MaxBlocks is the most 16 × 16 blocks of a picture: what H.264 level 5.1
	// decodes thirty times a second.
	MaxBlocks = 983_040 / MaxFrameRate
	// MaxFrameRate is of every rendition, in pictures a second.
	MaxFrameRate = 30
)

const sitePrefix = "site-"

// Profiles lists those that every media is rendered for, in the order people
// see them.
func Profiles() []Profile { return []Profile{Landscape1080, Portrait1080} }

// BuiltIn lists those that every installation knows, in the order people see
// them.
func BuiltIn() []Profile { return append(Profiles(), Landscape2160, Portrait2160) }

// SiteProfile names the profile of a wall of width × height pixels. It refuses
// sizes that cannot be encoded or decoded, and those that have a name already.
func SiteProfile(width, height int) (Profile, error) {
	p := Profile(fmt.Sprintf("%s%dx%d", sitePrefix, width, height))
	for _, side := range []int{width, height} {
		if side < MinSide || side > MaxSide || side%2 != 0 {
			return "", Errorf(Invalid, "profile_side", Params{"min": MinSide, "max": MaxSide}, "cannot use a screen of %d × %d pixels: each side is an even number from %d to %d", width, height, MinSide, MaxSide)
		}
	}
	if p.blocks() > MaxBlocks {
		return "", Errorf(Invalid, "profile_pixels", nil, "cannot use a screen of %d × %d pixels: no film of so many pixels plays on a screen PC; choose at most as many as 3840 × 2160", width, height)
	}
	for _, known := range BuiltIn() {
		if w, h := known.Size(); w == width && h == height {
			return "", Errorf(Conflict, "profile_built_in", Params{"profile": string(known)}, "cannot describe a screen of %d × %d pixels again: use the profile %s", width, height, known)
		}
	}
	return p, nil
}

// Size gives width and height in pixels; 0, 0 for an unknown profile.
func (p Profile) Size() (width, height int) {
	switch p {
	case Landscape1080:
		return 1920, 1080
	case Portrait1080:
		return 1080, 1920
	case Landscape2160:
		return 3840, 2160
	case Portrait2160:
		return 2160, 3840
	}
	return p.sided()
}

// sided reads the size in the name of a site's profile.
func (p Profile) sided() (width, height int) {
	text, ok := strings.CutPrefix(string(p), sitePrefix)
	w, h, found := strings.Cut(text, "x")
	if !ok || !found || len(text) > len("4096x4096") {
		return 0, 0
	}
	width, errW := strconv.Atoi(w)
	height, errH := strconv.Atoi(h)
	if errW != nil || errH != nil || text != fmt.Sprintf("%dx%d", width, height) {
		return 0, 0 // one size has one name
	}
	return width, height
}

// blocks counts the 16 × 16 blocks of a picture, as a decoder does.
func (p Profile) blocks() int {
	w, h := p.sided()
	return (w + 15) / 16 * ((h + 15) / 16)
}

// Site tells whether it is the profile of a site's wall.
func (p Profile) Site() bool { return strings.HasPrefix(string(p), sitePrefix) }

// Validate refuses an unknown profile.
func (p Profile) Validate() error {
	if slices.Contains(BuiltIn(), p) {
		return nil
	}
	if w, h := p.sided(); w != 0 {
		_, err := SiteProfile(w, h)
		return err
	}
	return Errorf(Invalid, "profile_unknown", Params{"profile": string(p)}, "cannot use the profile %.40q: choose one of %v, or describe the size of the screen", string(p), BuiltIn())
}

// CompareProfiles orders profiles as people see them: the built-in ones, then
// those of sites, the largest first.
func CompareProfiles(a, b Profile) int {
	if d := place(a) - place(b); d != 0 {
		return d
	}
	aw, ah := a.Size()
	bw, bh := b.Size()
	if d := bw*bh - aw*ah; d != 0 {
		return d
	}
	return strings.Compare(string(a), string(b))
}

func place(p Profile) int {
	if i := slices.Index(BuiltIn(), p); i >= 0 {
		return i
	}
	return len(BuiltIn())
}
