package render

import (
	"image"
	"slices"
	"testing"

	"cotmoc/controller/internal/media/probe"
	"cotmoc/playlists"
)

// TestGrade: what every screen PC can decode is asked of small screens, and
// more than level 5.1 of none.
func TestGrade(t *testing.T) {
	t.Parallel()
	for p, want := range map[playlists.Profile]string{
		playlists.Landscape1080: "4.1", playlists.Portrait1080: "4.1", playlists.Landscape2160: "5.1", playlists.Portrait2160: "5.1",
		"site-64x64": "4.1", "site-1280x384": "4.1", "site-4096x512": "4.1", "site-2048x1152": "5.1", "site-4096x2048": "5.1",
	} {
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
		w, h := p.Size()
		facts := &probe.Facts{Width: 320, Height: 240, Clip: &probe.Clip{FrameRate: 60}}
		args := encodeArgs(facts, part{crop: image.Rect(0, 0, 320, 240), sound: -1}, image.Pt(w, h), playlists.Fit{Mode: playlists.Contain}, 0, "in", "out")
		if i := slices.Index(args, "-level:v"); args[i+1] != want {
			t.Errorf("%s is encoded at level %s, want %s", p, args[i+1], want)
		}
		if _, group := frameRate(60); group > playlists.MaxFrameRate {
			t.Errorf("%d pictures a second", group)
		}
	}
	if masterSide(playlists.Profiles()) != 1920 || masterSide([]playlists.Profile{"site-64x64"}) != 1920 || masterSide(playlists.BuiltIn()) != 3840 {
		t.Error("pictures are reduced to other than what the profiles need")
	}
}
