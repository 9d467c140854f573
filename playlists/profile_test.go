package playlists_test

import (
	"slices"
	"testing"

	"cotmoc/playlists"
)

func TestSiteProfile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		w, h   int
		want   playlists.Profile
		reason string
	}{
		{1280, 384, "site-1280x384", ""},
		{64, 64, "site-64x64", ""},
		{4096, 2048, "site-4096x2048", ""},
		{320, 96, "site-320x96", ""},
		{1281, 384, "", "profile_side"},
		{1280, 62, "", "profile_side"},
		{4098, 384, "", "profile_side"},
		{0, 0, "", "profile_side"},
		{-1280, 384, "", "profile_side"},
		{4096, 2160, "", "profile_pixels"},
		{1920, 1080, "", "profile_built_in"},
		{2160, 3840, "", "profile_built_in"},
	} {
		got, err := playlists.SiteProfile(c.w, c.h)
		if got != c.want || playlists.ReasonOf(err) != c.reason {
			t.Errorf("SiteProfile(%d, %d) = %q, %v, want %q, reason %q", c.w, c.h, got, err, c.want, c.reason)
		}
		if c.reason != "" {
			continue
		}
		if w, h := got.Size(); w != c.w || h != c.h || got.Validate() != nil || !got.Site() {
			t.Errorf("%s = %d × %d, Validate = %v", got, w, h, got.Validate())
		}
	}
}

// One size has one name: two names of the same shape would be approved and
// rendered twice.
func TestProfileNames(t *testing.T) {
	t.Parallel()
	for _, p := range []playlists.Profile{
		"", "4k", "site-", "site-1280", "site-1280x", "site-x384", "site-01280x384", "site-+1280x384", "site-1280x384 ", "site-1280X384", "Site-1280x384",
		"site-1280x384x2", "site-1920x1080", "site-3840x2160", "site-1280x385", "site-99999999999999999999x64", "site-١٢٨٠x384", "2160p", "1080p-landscape/..",
	} {
		if p.Validate() == nil {
			t.Errorf("the profile %q is taken", p)
		}
	}
	for _, p := range playlists.BuiltIn() {
		if w, h := p.Size(); p.Validate() != nil || w == 0 || h == 0 || p.Site() {
			t.Errorf("the profile %s is %d × %d, Validate = %v", p, w, h, p.Validate())
		}
	}
}

func TestCompareProfiles(t *testing.T) {
	t.Parallel()
	want := append(playlists.BuiltIn(), "site-1280x384", "site-640x480", "site-320x96")
	got := slices.Clone(want)
	slices.Reverse(got)
	if slices.SortFunc(got, playlists.CompareProfiles); !slices.Equal(got, want) {
		t.Errorf("sorted = %v, want %v", got, want)
	}
}
