package siteplan_test

import (
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/internal/siteplan"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

var (
	cautreo = playliststest.ID("cautreo")
	gate    = playliststest.ID("screen")
	theirs  = playliststest.ID("screenb")
)

// site is two clusters of two units with a screen each.
type site struct{}

func (site) Operator(cluster playlists.ID) (playlists.ID, bool) {
	switch cluster {
	case cautreo:
		return playliststest.ID("unit"), true
	case playliststest.ID("vungang"):
		return playliststest.ID("other"), true
	}
	return "", false
}

func (site) Stands(screen playlists.ID) playlists.ID {
	return map[playlists.ID]playlists.ID{gate: cautreo, theirs: playliststest.ID("vungang")}[screen]
}

func who(role playlists.Role, unit string) playlists.Actor {
	return playlists.Actor{ID: playliststest.ID("who"), Grants: []playlists.Grant{{Role: role, Unit: playliststest.ID(unit)}}}
}

func at(x, y, w, h int) siteplan.Place { return siteplan.Place{X: x, Y: y, W: w, H: h} }

func TestAPlanIsDrawnByTechniciansAndSeenByThoseOnWatch(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	s := siteplan.New(w.SitePlans(), site{}, w.Clock.Now)
	empty, err := s.Plan(t.Context(), who(playlists.WatchOfficer, "unit"), cautreo)
	if err != nil || empty.Version != 0 || len(empty.Screens) != 0 {
		t.Fatalf("before anything was drawn %+v, %v", empty, err)
	}
	p := siteplan.Plan{
		Screens: []siteplan.Placed{{ID: gate, Place: siteplan.Place{X: 10, Y: 10, W: 12, H: 3, Turn: 90}}},
		Shapes:  []siteplan.Drawn{{Kind: siteplan.Road, Text: "QL8A", Place: at(0, 40, 160, 10)}},
	}
	technician := who(playlists.Technician, "unit")
	saved, err := s.Draw(t.Context(), technician, cautreo, 0, p)
	if err != nil || saved.Version != 1 {
		t.Fatal(saved, err)
	}
	got, err := s.Plan(t.Context(), who(playlists.WatchOfficer, "unit"), cautreo)
	if err != nil || got.Version != 1 || !slices.Equal(got.Screens, p.Screens) || !slices.Equal(got.Shapes, p.Shapes) || got.By != technician.ID || !got.At.Equal(w.Clock.Now()) {
		t.Errorf("kept %+v, %v", got, err)
	}
	// Two who draw at once: the second is told, and nothing is lost.
	if _, err := s.Draw(t.Context(), technician, cautreo, 0, siteplan.Plan{}); playlists.ReasonOf(err) != "plan_changed" {
		t.Errorf("drawn on an older version: %v", err)
	}
	if got, _ := s.Plan(t.Context(), technician, cautreo); len(got.Screens) != 1 {
		t.Error("the first was overwritten")
	}
	if _, err := s.Draw(t.Context(), technician, cautreo, 1, siteplan.Plan{}); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"an officer draws":               second(s.Draw(t.Context(), who(playlists.WatchOfficer, "unit"), cautreo, 2, p)),
		"another unit's technician":      second(s.Draw(t.Context(), who(playlists.Technician, "other"), cautreo, 2, p)),
		"another unit's officer looks":   second(s.Plan(t.Context(), who(playlists.WatchOfficer, "other"), cautreo)),
		"a reviewer looks":               second(s.Plan(t.Context(), who(playlists.Reviewer, "unit"), cautreo)),
		"a cluster that is not":          second(s.Plan(t.Context(), technician, playliststest.ID("nowhere"))),
		"a screen that stands elsewhere": second(s.Draw(t.Context(), technician, cautreo, 2, siteplan.Plan{Screens: []siteplan.Placed{{ID: theirs, Place: at(1, 1, 1, 1)}}})),
	} {
		if err == nil {
			t.Errorf("%s: nobody minds", name)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestWhatIsNoPlanIsRefused(t *testing.T) {
	t.Parallel()
	screen := func(p siteplan.Place) siteplan.Plan {
		return siteplan.Plan{Screens: []siteplan.Placed{{ID: gate, Place: p}}}
	}
	shape := func(k siteplan.Kind, text string) siteplan.Plan {
		return siteplan.Plan{Shapes: []siteplan.Drawn{{Kind: k, Text: text, Place: at(0, 0, 5, 5)}}}
	}
	turned := at(0, 0, 5, 5)
	turned.Turn = 7
	for name, c := range map[string]struct {
		plan siteplan.Plan
		want string
	}{
		"the whole sheet":   {screen(at(0, 0, siteplan.Width, siteplan.Height)), ""},
		"a label":           {shape(siteplan.Label, "Cổng chào – ກະກຽມ"), ""},
		"left of the sheet": {screen(at(-1, 0, 5, 5)), "plan_malformed"},
		"over its edge":     {screen(at(156, 0, 5, 5)), "plan_malformed"},
		"over its edge by an overflow": {
			screen(at(1<<62, 0, 1<<62, 5)), "plan_malformed",
		},
		"of no size":              {screen(at(1, 1, 0, 5)), "plan_malformed"},
		"turned a little":         {screen(turned), "plan_malformed"},
		"twice":                   {siteplan.Plan{Screens: []siteplan.Placed{{ID: gate, Place: at(0, 0, 1, 1)}, {ID: gate, Place: at(0, 0, 1, 1)}}}, "plan_malformed"},
		"no screen's id":          {siteplan.Plan{Screens: []siteplan.Placed{{ID: "<svg>", Place: at(0, 0, 1, 1)}}}, "id_malformed"},
		"another kind":            {shape("script", ""), "plan_malformed"},
		"a long text":             {shape(siteplan.Label, strings.Repeat("ệ", 61)), "plan_text_malformed"},
		"a text that turns":       {shape(siteplan.Label, "a\u202eb"), "plan_text_malformed"},
		"more than anybody draws": {siteplan.Plan{Shapes: make([]siteplan.Drawn, 201)}, "plan_too_full"},
	} {
		if err := c.plan.Validate(); playlists.ReasonOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
