package profiles_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"cotmoc/controller/internal/profiles"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// hall is a world with its profiles.
type hall struct {
	*sqlstoretest.World
	*profiles.Service
	technician playlists.Actor
	changed    int
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{World: sqlstoretest.New(t)}
	h.Service = profiles.New(profiles.Config{Store: h.DB.Profiles(), Changed: func() { h.changed++ }, Retry: func(context.Context) error { return nil }, Now: h.Clock.Now})
	h.technician = h.Person("technician", "unit", playlists.Technician)
	return h
}

func (h *hall) wanted(t *testing.T) []playlists.Profile {
	t.Helper()
	out, err := h.Wanted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWanted: 4K and walls cost nobody anything until a screen has them or
// somebody wants them ahead of the screen.
func TestWanted(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	if got := h.wanted(t); !slices.Equal(got, playlists.Profiles()) {
		t.Fatalf("at first %v", got)
	}
	if _, err := h.Describe(t.Context(), h.technician, "Bảng LED", 1280, 384); err != nil {
		t.Fatal(err)
	}
	if got := h.wanted(t); !slices.Equal(got, playlists.Profiles()) {
		t.Errorf("described is not wanted yet: %v", got)
	}
	yes, no := true, false
	if _, err := h.Change(t.Context(), h.technician, playlists.Portrait2160, profiles.Change{Chosen: &yes}); err != nil {
		t.Fatal(err)
	}
	h.Screen("wall", "cautreo", "site-1280x384")
	want := append(playlists.Profiles(), playlists.Portrait2160, "site-1280x384")
	if got := h.wanted(t); !slices.Equal(got, want) {
		t.Errorf("with a screen and a choice %v, want %v", got, want)
	}
	for _, p := range []playlists.Profile{playlists.Portrait2160, playlists.Landscape1080} {
		if _, err := h.Change(t.Context(), h.technician, p, profiles.Change{Chosen: &no}); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.wanted(t); !slices.Equal(got, append(playlists.Profiles(), "site-1280x384")) {
		t.Errorf("without the choice %v", got)
	}
	if h.changed != 4 {
		t.Errorf("told of %d changes", h.changed)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	for i := range profiles.MaxSite {
		if _, err := h.Describe(t.Context(), h.technician, fmt.Sprint("Bảng ", i), 320, 96+2*i); err != nil {
			t.Fatal(err)
		}
	}
	h.Screen("wall", "cautreo", "site-320x96")
	watch := h.Person("watch", "unit", playlists.WatchOfficer)
	describe := func(a playlists.Actor, name string, w, height int) error {
		_, err := h.Describe(t.Context(), a, name, w, height)
		return err
	}
	change := func(p playlists.Profile) error {
		_, err := h.Change(t.Context(), h.technician, p, profiles.Change{})
		return err
	}
	for name, c := range map[string]struct {
		err    error
		reason string
	}{
		"one too many":                   {describe(h.technician, "x", 640, 96), "profile_too_many"},
		"the same wall":                  {describe(h.technician, "x", 320, 96), "profile_described"},
		"a built-in size":                {describe(h.technician, "x", 3840, 2160), "profile_built_in"},
		"no name":                        {describe(h.technician, " ", 322, 96), "text_empty"},
		"somebody who watches":           {describe(watch, "x", 322, 96), "right_missing"},
		"a change of what is not there":  {change("site-4000x100"), "profile_unknown"},
		"a change of nonsense":           {change("8k"), "profile_unknown"},
		"dropping what a screen has":     {h.Drop(t.Context(), h.technician, "site-320x96"), "profile_in_use"},
		"dropping what is built in":      {h.Drop(t.Context(), h.technician, playlists.Landscape2160), "profile_built_in"},
		"dropping by somebody else":      {h.Drop(t.Context(), watch, "site-320x98"), "right_missing"},
		"a screen of an unknown wall":    {h.Known(t.Context(), "site-4000x100"), "profile_unknown"},
		"a screen of a wall":             {h.Known(t.Context(), "site-320x98"), ""},
		"a screen of 4K":                 {h.Known(t.Context(), playlists.Portrait2160), ""},
		"nobody's look at the profiles":  {second(h.List(t.Context(), playlists.Actor{})), "login_required"},
		"a look at the background":       {second(h.Rendering(t.Context(), watch)), "right_missing"},
		"another try by somebody else":   {h.Retry(t.Context(), watch), "right_missing"},
		"a look of somebody who watches": {second(h.List(t.Context(), watch)), ""},
		"dropping a wall of nobody":      {h.Drop(t.Context(), h.technician, "site-320x110"), ""},
	} {
		if got := playlists.ReasonOf(c.err); got != c.reason || c.reason == "" && c.err != nil {
			t.Errorf("%s: %v, want %q", name, c.err, c.reason)
		}
	}
}

func second[T any](_ T, err error) error { return err }
