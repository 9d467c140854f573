// Package hours says when a screen is on: always, or by a week of intervals of
// local time.
package hours

import (
	"slices"
	"time"

	"cotmoc/playlists"
)

// Bounds of a week.
const (
	day          = 24 * 60 // minutes
	maxADay      = 6
	lookAhead    = 8 // days: any change comes within a week, and a day for zones
	maxIntervals = 7 * maxADay
)

// Table is when a screen is on. The zero Table is not valid; Always gives the
// one that everybody begins with.
type Table struct {
	Always bool `json:"always"`
	// Week is empty when always; else sorted, without overlap.
	Week []Interval `json:"week"`
}

// Interval is a half-open interval of one weekday's local time. One that goes
// over midnight is two that touch.
type Interval struct {
	Day   int `json:"day"`   // 1 is Monday, 7 Sunday
	From  int `json:"from"`  // minutes since midnight
	Until int `json:"until"` // likewise, at most 1440
}

// Always is a screen that is never off.
func Always() Table { return Table{Always: true, Week: []Interval{}} }

// Daily is on between two times of every day, which may lie across midnight.
func Daily(from, until int) Table {
	t := Table{Week: []Interval{}}
	for d := 1; d <= 7; d++ {
		if until > from {
			t.Week = append(t.Week, Interval{Day: d, From: from, Until: until})
			continue
		}
		if until > 0 {
			t.Week = append(t.Week, Interval{Day: d, Until: until})
		}
		t.Week = append(t.Week, Interval{Day: d, From: from, Until: day})
	}
	return t
}

// Validate refuses a week that is no week, and one in which the screen is
// never on.
func (t Table) Validate() error {
	switch {
	case t.Always != (len(t.Week) == 0):
		return playlists.Errorf(playlists.Invalid, "hours_empty", nil, "cannot keep hours in which the screen is never on, or that are both a week and always: choose always, or at least one interval")
	case len(t.Week) > maxIntervals:
		return playlists.Errorf(playlists.Invalid, "hours_too_many", playlists.Params{"max": maxADay}, "cannot keep %d intervals: at most %d a day", len(t.Week), maxADay)
	}
	for i, v := range t.Week {
		if v.Day < 1 || v.Day > 7 || v.From < 0 || v.From >= v.Until || v.Until > day {
			return playlists.Errorf(playlists.Invalid, "hours_malformed", playlists.Params{"day": v.Day}, "cannot be on from minute %d to %d of day %d: begin before the end, within the day", v.From, v.Until, v.Day)
		}
		if i > 0 && compare(t.Week[i-1], v) >= 0 {
			return playlists.Errorf(playlists.Invalid, "hours_overlap", playlists.Params{"day": v.Day}, "cannot keep intervals of day %d that overlap or stand in the wrong order", v.Day)
		}
	}
	return nil
}

// compare orders intervals; those that overlap are equal.
func compare(a, b Interval) int {
	switch {
	case a.Day != b.Day:
		return a.Day - b.Day
	case a.Until <= b.From:
		return -1
	case b.Until <= a.From:
		return 1
	}
	return 0
}

// OpenAt tells whether the screen is on at t, which is in the screen's zone.
// What counts is what a clock on the wall shows: an hour that is left out in
// spring is on at no instant, and one that comes twice in autumn is on twice.
func (t Table) OpenAt(at time.Time) bool {
	if t.Always {
		return true
	}
	d := int(at.Weekday()+6)%7 + 1
	m := at.Hour()*60 + at.Minute()
	return slices.ContainsFunc(t.Week, func(v Interval) bool { return v.Day == d && v.From <= m && m < v.Until })
}

// Next gives the first instant after t, which is in the screen's zone, at which
// OpenAt changes; false when it never does.
func (t Table) Next(at time.Time) (time.Time, bool) {
	open := t.OpenAt(at)
	var first time.Time
	for _, c := range t.candidates(at) {
		if c.After(at) && t.OpenAt(c) != open && (first.IsZero() || c.Before(first)) {
			first = c
		}
	}
	return first, !first.IsZero()
}

// candidates gives every instant of the next days at which something may
// change: where an interval begins or ends by any offset that is in force
// about then, and where the offset itself changes.
func (t Table) candidates(at time.Time) []time.Time {
	zone := at.Location()
	offsets := map[int]bool{}
	var out []time.Time
	end := at.AddDate(0, 0, lookAhead+1)
	for p := at.AddDate(0, 0, -1); p.Before(end); {
		_, offset := p.Zone()
		offsets[offset] = true
		_, until := p.ZoneBounds()
		if until.IsZero() {
			break
		}
		out = append(out, until.In(zone))
		p = until.In(zone)
	}
	for n := -1; n <= lookAhead; n++ {
		// Noon is in the day whatever the offset.
		date := time.Date(at.Year(), at.Month(), at.Day()+n, 12, 0, 0, 0, time.UTC)
		weekday := int(date.Weekday()+6)%7 + 1
		midnight := time.Date(at.Year(), at.Month(), at.Day()+n, 0, 0, 0, 0, time.UTC)
		for _, v := range t.Week {
			if v.Day != weekday {
				continue
			}
			for offset := range offsets {
				for _, m := range []int{v.From, v.Until} {
					out = append(out, midnight.Add(time.Duration(m)*time.Minute-time.Duration(offset)*time.Second).In(zone))
				}
			}
		}
	}
	return out
}
