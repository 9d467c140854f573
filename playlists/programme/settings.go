package programme

import (
	"crypto/ed25519"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/hours"
)

// SettingsType is the DSSE payload type of the settings of a screen.
const SettingsType = "application/vnd.cotmoc.settings.v1+json"

// Bounds of settings.
const (
	MaxCamera = 300 // bytes of its address
	MinIdle   = 10  // seconds
	MaxIdle   = 3600
	usualIdle = 60
)

// Settings is how one screen is run: nothing in it decides what may be shown.
// It has a counter of its own.
type Settings struct {
	Screen   playlists.ID `json:"screen"`
	Epoch    uint64       `json:"epoch"`
	Counter  uint64       `json:"counter"`
	IssuedAt int64        `json:"issued_at"`
	Charter  uint64       `json:"charter"`   // the least number it goes with, 0 before the first
	TimeZone string       `json:"time_zone"` // of the hours
	Hours    hours.Table  `json:"hours"`
	Camera   string       `json:"camera"` // that looks at the wall: a V4L2 device or an address that gives a JPEG; "" for none
	Touch    Touch        `json:"touch"`
}

// Touch is what people may do with a screen that has a touch panel.
type Touch struct {
	Interactive bool `json:"interactive"`
	// IdleS is after how many seconds without a touch the loop goes on.
	IdleS int `json:"idle_s"`
}

// UsualSettings gives how a screen is run that nobody has set.
func UsualSettings() Settings {
	return Settings{TimeZone: playlists.DefaultTimeZone, Hours: hours.Always(), Touch: Touch{IdleS: usualIdle}}
}

// AcceptedSettings are settings that the screen's trust has let through.
type AcceptedSettings struct {
	Settings
	Payload playlists.Digest
}

// VerifySettings reads the settings of a screen. Every refusal has its own
// code; the same settings again are accepted.
func VerifySettings(envelope []byte, trust Trust) (*AcceptedSettings, error) {
	a, err := RereadSettings(envelope, trust.Screen, trust.keys())
	if err != nil {
		return nil, err
	}
	if err := trust.admit(a.Charter, a.Epoch, a.Counter, a.Payload, trust.HeldSettings, "settings"); err != nil {
		return nil, err
	}
	return a, nil
}

// RereadSettings reads settings that were accepted before, under keys that
// counted then.
func RereadSettings(envelope []byte, screen playlists.ID, keys []PublicKey) (*AcceptedSettings, error) {
	payload, err := open(envelope, SettingsType, keys)
	if err != nil {
		return nil, err
	}
	a := &AcceptedSettings{Payload: playlists.DigestOf(payload)}
	if err := Unmarshal(payload, &a.Settings); err != nil {
		return nil, err
	}
	if a.Screen != screen {
		return nil, refuse(OtherScreen, "cannot run screen %s by the settings of screen %.40s", screen, string(a.Screen))
	}
	if a.Counter == 0 || !isInstant(a.IssuedAt) {
		return nil, refuse(Malformed, "cannot read settings %d.%d: a bound is broken", a.Epoch, a.Counter)
	}
	if err := a.Validate(); err != nil {
		return nil, refuse(Malformed, "cannot read settings %d.%d: %w", a.Epoch, a.Counter, err)
	}
	return a, nil
}

// SignSettings gives the envelope of a screen's settings.
func SignSettings(s *Settings, key ed25519.PrivateKey) ([]byte, error) {
	payload, err := Marshal(s)
	if err != nil {
		return nil, err
	}
	return Seal(SettingsType, payload, key)
}

// Validate refuses what a screen cannot be run by. Its numbers are judged when
// it is accepted.
func (s *Settings) Validate() error {
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		return playlists.Errorf(playlists.Invalid, "zone_unknown", playlists.Params{"zone": s.TimeZone}, "cannot use the time zone %.60q: write it as %s", s.TimeZone, playlists.DefaultTimeZone)
	}
	if err := s.Hours.Validate(); err != nil {
		return err
	}
	if t := s.Touch; t.IdleS < MinIdle || t.IdleS > MaxIdle {
		return playlists.Errorf(playlists.Invalid, "idle_malformed", playlists.Params{"min": MinIdle, "max": MaxIdle}, "cannot return to the loop after %d s: write %d to %d", t.IdleS, MinIdle, MaxIdle)
	}
	return validCamera(s.Camera)
}

// validCamera refuses an address that no camera has. What is fetched from it
// is a picture at most; a name and a password in it are for a camera that asks
// for them.
func validCamera(address string) error {
	if address == "" {
		return nil
	}
	device, isDevice := strings.CutPrefix(address, "/dev/video")
	rest, isAddress := strings.CutPrefix(address, "http://")
	if !isAddress {
		rest, isAddress = strings.CutPrefix(address, "https://")
	}
	ok := isDevice && device != "" && len(device) <= 2 && strings.Trim(device, "0123456789") == "" || isAddress && rest != "" && rest[0] != '/'
	for i := range len(address) {
		ok = ok && address[i] > ' ' && address[i] < 0x7f && address[i] != '"' && address[i] != '\\'
	}
	if !ok || len(address) > MaxCamera {
		return playlists.Errorf(playlists.Invalid, "camera_malformed", playlists.Params{"max": MaxCamera}, "cannot use the camera %.100q: write /dev/video0 or http://address/picture.jpg, at most %d characters", address, MaxCamera)
	}
	return nil
}

// Issued gives when the settings were made, by the controller's clock.
func (s *Settings) Issued() time.Time { return time.UnixMilli(s.IssuedAt).UTC() }

// Zone gives the zone of the hours.
func (s *Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC // validated before
	}
	return zone
}

// OnAt tells whether the screen is to be on at an instant.
func (s *Settings) OnAt(t time.Time) bool { return s.Hours.OpenAt(t.In(s.Zone())) }

// NextChange gives the first instant after t at which OnAt changes; false when
// it never does.
func (s *Settings) NextChange(t time.Time) (time.Time, bool) { return s.Hours.Next(t.In(s.Zone())) }
