package shifts_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/shifts"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

type incidents []shifts.OpenIncident

func (i incidents) Open(context.Context, playlists.ID) ([]shifts.OpenIncident, error) { return i, nil }

var place = playliststest.ID("cautreo")

func officer(w *sqlstoretest.World, word string) playlists.Actor {
	return w.Person(word, "unit", playlists.WatchOfficer)
}

func newService(t *testing.T, w *sqlstoretest.World, open ...shifts.OpenIncident) *shifts.Service {
	t.Helper()
	s, err := shifts.New(shifts.Config{Store: w.Shifts(), Incidents: incidents(open), Now: w.Clock.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestAShift goes from its beginning to the hand-over, with everything that is
// refused on the way.
func TestAShift(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	an, binh, chi := officer(w, "an"), officer(w, "binh"), officer(w, "chi")
	editor := w.Person("editor", "unit", playlists.Editor)
	s := newService(t, w, shifts.OpenIncident{ID: playliststest.ID("i"), ScreenName: "Quốc môn", Rule: "black", Severity: "critical", Since: w.Clock.Now()})
	ctx := t.Context()
	shift := func(of playlists.Actor) playlists.ID {
		d, err := s.Desk(ctx, an, place)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range d.OnDuty {
			if x.Person == of.ID {
				return x.ID
			}
		}
		return ""
	}
	for _, step := range []struct {
		name, want string // reason
		do         func() error
	}{
		{"note before the shift", "shift_not_on", func() error { return s.Note(ctx, an, place, "x") }},
		{"an editor begins", "shift_role", func() error { return s.Begin(ctx, editor, place) }},
		{"begin", "", func() error { return s.Begin(ctx, an, place) }},
		{"begin again", "shift_on", func() error { return s.Begin(ctx, an, place) }},
		{"an empty note", "text_empty", func() error { return s.Note(ctx, an, place, " \n ") }},
		{"a note too long", "text_too_long", func() error { return s.Note(ctx, an, place, strings.Repeat("x", 2001)) }},
		{"note", "", func() error { return s.Note(ctx, an, place, "Mưa to,\nđường truyền chập chờn") }},
		{"to an editor", "shift_taker", func() error { return s.Offer(ctx, an, place, editor.ID, "") }},
		{"to oneself", "shift_taker", func() error { return s.Offer(ctx, an, place, an.ID, "") }},
		{"hand over", "", func() error { return s.Offer(ctx, an, place, binh.ID, "Xem Quốc môn") }},
		{"another accepts", "shift_offer_gone", func() error { return s.Answer(ctx, chi, place, shift(an), true) }},
		{"decline", "", func() error { return s.Answer(ctx, binh, place, shift(an), false) }},
		{"accept what was declined", "shift_offer_gone", func() error { return s.Answer(ctx, binh, place, shift(an), true) }},
		{"hand over to another", "", func() error { return s.Offer(ctx, an, place, chi.ID, "") }},
		{"think better of it", "", func() error { return s.Withdraw(ctx, an, place) }},
		{"hand over at last", "", func() error { return s.Offer(ctx, an, place, binh.ID, "Xem Quốc môn") }},
		{"accept", "", func() error { return s.Answer(ctx, binh, place, shift(an), true) }},
		{"note after the shift", "shift_not_on", func() error { return s.Note(ctx, an, place, "x") }},
		{"end", "", func() error { return s.End(ctx, binh, place, "") }},
		{"end again", "shift_not_on", func() error { return s.End(ctx, binh, place, "") }},
	} {
		w.Clock.Add(time.Second)
		if err := step.do(); playlists.ReasonOf(err) != step.want {
			t.Fatalf("%s gives %v", step.name, err)
		}
	}
	h, err := s.Sheet(ctx, editor, place, w.Clock.Now().In(time.FixedZone("", 7*3600)).Format(time.DateOnly))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range h.Entries {
		got = append(got, string(e.Kind)+" "+strings.TrimPrefix(h.Names[e.Person], "Ông "))
		if e.Kind == shifts.Offered && (len(e.Open) != 1 || e.Open[0].ScreenName != "Quốc môn") {
			t.Errorf("the hand-over lists %v", e.Open)
		}
	}
	want := []string{"began an", "noted an", "offered an", "declined binh", "offered an", "withdrawn an", "offered an", "accepted binh", "ended binh"}
	if !slices.Equal(got, want) || h.Entries[1].Note != "Mưa to,\nđường truyền chập chờn" {
		t.Errorf("the sheet says %q", got)
	}
	for _, statement := range []string{`update shift_entries set note = 'x'`, `delete from shift_entries`} {
		if err := w.TryExec(statement); err == nil {
			t.Errorf("%s is done", statement)
		}
	}
}

// TestOnDuty tells a desk that is missed from one that nobody has to be at.
func TestOnDuty(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, until, at string
		begun, want     bool
	}{
		{"", "", "12:00", false, true},
		{"06:00", "22:00", "12:00", false, false},
		{"06:00", "22:00", "12:00", true, true},
		{"06:00", "22:00", "05:59", false, true},
		{"06:00", "22:00", "22:00", false, true},
		{"22:00", "06:00", "03:00", false, false},
		{"22:00", "06:00", "12:00", false, true},
		{"06:00", "06:00", "03:00", false, false},
	} {
		t.Run(fmt.Sprint(c.from, " ", c.until, " ", c.at, " ", c.begun), func(t *testing.T) {
			t.Parallel()
			w := sqlstoretest.New(t)
			s := newService(t, w)
			technician := w.Person("tech", "unit", playlists.Technician)
			an := officer(w, "an")
			if err := s.Staff(t.Context(), an, place, shifts.Staffing{From: c.from, Until: c.until}); playlists.CodeOf(err) != playlists.Forbidden {
				t.Errorf("a watch officer sets the hours: %v", err)
			}
			if err := s.Staff(t.Context(), technician, place, shifts.Staffing{From: c.from, Until: c.until}); err != nil {
				t.Fatal(err)
			}
			if err := s.Staff(t.Context(), technician, place, shifts.Staffing{From: c.from, Until: c.until}); playlists.ReasonOf(err) != "staffing_changed" {
				t.Errorf("from an old version: %v", err)
			}
			zone := time.FixedZone("", 7*3600)
			clock, err := time.Parse("15:04", c.at)
			if err != nil {
				t.Fatal(err)
			}
			now := w.Clock.Now().In(zone)
			w.Clock.Add(time.Date(now.Year(), now.Month(), now.Day()+1, clock.Hour(), clock.Minute(), 0, 0, zone).Sub(now))
			if c.begun {
				if err := s.Begin(t.Context(), an, place); err != nil {
					t.Fatal(err)
				}
			}
			if on, err := s.OnDuty(t.Context(), place); err != nil || on != c.want {
				t.Errorf("%v, %v", on, err)
			}
		})
	}
}
