package playlists

// Profile is a screen shape that media is rendered for. There are few; odd
// walls are letterboxed into one of them.
type Profile string

// The profiles that every installation has.
const (
	Landscape1080 Profile = "1080p-landscape"
	Portrait1080  Profile = "1080p-portrait"
)

// Profiles lists all profiles in the order people see them.
func Profiles() []Profile { return []Profile{Landscape1080, Portrait1080} }

// Size gives width and height in pixels; 0, 0 for an unknown profile.
func (p Profile) Size() (width, height int) {
	switch p {
	case Landscape1080:
		return 1920, 1080
	case Portrait1080:
		return 1080, 1920
	}
	return 0, 0
}

// Validate refuses an unknown profile.
func (p Profile) Validate() error {
	if w, _ := p.Size(); w == 0 {
		return Errorf(Invalid, "profile_unknown", Params{"profile": string(p)}, "cannot use the profile %.40q: choose one of %v", string(p), Profiles())
	}
	return nil
}
