package hours_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"cotmoc/playlists"
	"cotmoc/playlists/hours"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

const (
	hanoi  = "Asia/Ho_Chi_Minh"
	berlin = "Europe/Berlin" // 29 March 2026: 02:00 → 03:00; 25 October 2026: 03:00 → 02:00
	lordHo = "Australia/Lord_Howe"
)

func TestHours(t *testing.T) {
	t.Parallel()
	sundayNight := hours.Table{Week: []hours.Interval{{Day: 7, From: 150, Until: 240}}} // 02:30–04:00
	sundayHour := hours.Table{Week: []hours.Interval{{Day: 7, From: 120, Until: 180}}}  // 02:00–03:00
	office := hours.Table{Week: []hours.Interval{{Day: 1, From: 420, Until: 690}, {Day: 1, From: 780, Until: 1020}, {Day: 5, From: 420, Until: 1020}}}
	for _, c := range []struct {
		name     string
		table    hours.Table
		zone, at string
		open     bool
		next     string // RFC 3339, "" for never
	}{
		{"always", hours.Always(), hanoi, "2026-11-26T03:00:00+07:00", true, ""},
		{"before the day begins", hours.Daily(360, 1320), hanoi, "2026-11-26T05:59:59+07:00", false, "2026-11-26T06:00:00+07:00"},
		{"as the day begins", hours.Daily(360, 1320), hanoi, "2026-11-26T06:00:00+07:00", true, "2026-11-26T22:00:00+07:00"},
		{"as the day ends", hours.Daily(360, 1320), hanoi, "2026-11-26T22:00:00+07:00", false, "2026-11-27T06:00:00+07:00"},
		{"over midnight goes on", hours.Daily(1080, 120), hanoi, "2026-11-26T23:59:59+07:00", true, "2026-11-27T02:00:00+07:00"},
		{"until midnight", hours.Daily(360, 0), hanoi, "2026-11-26T12:00:00+07:00", true, "2026-11-27T00:00:00+07:00"},
		{"every minute of the week", hours.Daily(0, 0), hanoi, "2026-11-26T12:00:00+07:00", true, ""},
		{"a midday break", office, hanoi, "2026-11-23T11:30:00+07:00", false, "2026-11-23T13:00:00+07:00"},
		{"over the weekend", office, hanoi, "2026-11-27T17:00:00+07:00", false, "2026-11-30T07:00:00+07:00"},
		{"a week to the same interval", sundayHour, hanoi, "2026-11-29T03:00:00+07:00", false, "2026-12-06T02:00:00+07:00"},
		{"it begins in the gap: at its end", sundayNight, berlin, "2026-03-29T01:59:59+01:00", false, "2026-03-29T03:00:00+02:00"},
		{"in the gap only: a week later", sundayHour, berlin, "2026-03-28T12:00:00+01:00", false, "2026-04-05T02:00:00+02:00"},
		{"twice in the overlap, which joins them", sundayHour, berlin, "2026-10-25T02:30:00+02:00", true, "2026-10-25T03:00:00+01:00"},
		{"begun in the overlap: interrupted by it", sundayNight, berlin, "2026-10-25T02:45:00+02:00", true, "2026-10-25T02:00:00+01:00"},
		{"and begun again", sundayNight, berlin, "2026-10-25T02:00:00+01:00", false, "2026-10-25T02:30:00+01:00"},
		{"a change by half an hour", hours.Daily(105, 360), lordHo, "2026-04-05T01:45:00+11:00", true, "2026-04-05T01:30:00+10:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := c.table.Validate(); err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			at = at.In(zone(t, c.zone))
			if got := c.table.OpenAt(at); got != c.open {
				t.Errorf("open at %s: %t", at, got)
			}
			next, ok := c.table.Next(at)
			got := ""
			if ok {
				got = next.Format(time.RFC3339)
			}
			if got != c.next {
				t.Errorf("after %s it changes at %q, want %q", at, got, c.next)
			}
		})
	}
}

// FuzzNext: between t and the next change nothing changes, and there it does.
func FuzzNext(f *testing.F) {
	f.Add(int64(1774746000), 1, 0, 420, 120, 180, true)
	f.Add(int64(1793000000), 7, 7, 30, 150, 240, false)
	zones := []*time.Location{zone(f, hanoi), zone(f, berlin), zone(f, lordHo)}
	f.Fuzz(func(t *testing.T, sec int64, d1, d2, a, b, c int, first bool) {
		table := hours.Table{Week: []hours.Interval{{Day: d1, From: a, Until: b}, {Day: d2, From: b, Until: c}}}
		if first {
			table.Week = table.Week[:1]
		}
		if table.Validate() != nil || sec < 0 || sec > 4e9 {
			return
		}
		for _, z := range zones {
			at := time.Unix(sec, 0).In(z)
			open := table.OpenAt(at)
			next, ok := table.Next(at)
			if ok && (!next.After(at) || table.OpenAt(next) == open || table.OpenAt(next.Add(-time.Second)) != open) {
				t.Fatalf("%+v at %s: changes at %s", table, at, next)
			}
			if !ok {
				next = at.AddDate(0, 0, 8)
			}
			for p := at; p.Before(next); p = p.Add(30 * time.Minute) {
				if table.OpenAt(p) != open {
					t.Fatalf("%+v at %s: changes before %s", table, at, next)
				}
			}
		}
	})
}

func TestHoursThatAreNone(t *testing.T) {
	t.Parallel()
	week := func(v ...hours.Interval) hours.Table { return hours.Table{Week: v} }
	var many []hours.Interval
	for i := range 43 {
		many = append(many, hours.Interval{Day: 1, From: 2 * i, Until: 2*i + 1})
	}
	for name, c := range map[string]struct {
		table  hours.Table
		reason string
	}{
		"never":              {week(), "hours_empty"},
		"always and a week":  {hours.Table{Always: true, Week: hours.Daily(1, 2).Week}, "hours_empty"},
		"too many":           {week(many...), "hours_too_many"},
		"no day":             {week(hours.Interval{Day: 0, From: 1, Until: 2}), "hours_malformed"},
		"an eighth day":      {week(hours.Interval{Day: 8, From: 1, Until: 2}), "hours_malformed"},
		"backwards":          {week(hours.Interval{Day: 1, From: 2, Until: 1}), "hours_malformed"},
		"of no length":       {week(hours.Interval{Day: 1, From: 2, Until: 2}), "hours_malformed"},
		"before midnight":    {week(hours.Interval{Day: 1, From: -1, Until: 2}), "hours_malformed"},
		"after the day":      {week(hours.Interval{Day: 1, From: 1, Until: 1441}), "hours_malformed"},
		"overlapping":        {week(hours.Interval{Day: 1, From: 1, Until: 5}, hours.Interval{Day: 1, From: 4, Until: 9}), "hours_overlap"},
		"in the wrong order": {week(hours.Interval{Day: 2, From: 1, Until: 5}, hours.Interval{Day: 1, From: 1, Until: 5}), "hours_overlap"},
	} {
		if got := playlists.ReasonOf(c.table.Validate()); got != c.reason {
			t.Errorf("%s: %q, want %q", name, got, c.reason)
		}
	}
}
