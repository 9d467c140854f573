// Package schedule decides what plays at an instant: time rules and priorities
// select entries, and the position in their loop is a pure function of time,
// so that the console's preview, the controller and every agent agree.
package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"cotmoc/playlists"
)

// Rule says when an entry plays, in the local time of the screen. All parts
// must hold; an empty part always holds.
type Rule struct {
	From     string   `json:"from"`     // first local date, YYYY-MM-DD, "" for no beginning
	Until    string   `json:"until"`    // last local date, inclusive, "" for no end
	Weekdays []int    `json:"weekdays"` // ISO 8601: 1 Monday … 7 Sunday, rising; empty for all
	Windows  []Window `json:"windows"`  // times of day; empty for the whole day
}

// Window is a half-open part of a day, [Start, End). One whose End is not
// after its Start goes on into the next day and belongs to the day it began.
type Window struct {
	Start string `json:"start"` // HH:MM
	End   string `json:"end"`   // HH:MM, up to 24:00
}

// Bounds of a rule.
const (
	maxWindows = 24
	minYear    = 2000
	maxYear    = 2199
	dayMinutes = 24 * 60
)

// Validate refuses a rule that never holds or cannot be read.
func (r Rule) Validate() error {
	from, err := parseDate("from", r.From)
	if err != nil {
		return err
	}
	until, err := parseDate("until", r.Until)
	if err != nil {
		return err
	}
	if r.From != "" && r.Until != "" && until.before(from) {
		return playlists.Errorf(playlists.Invalid, "rule_ends_before_start", playlists.Params{"from": r.From, "until": r.Until}, "cannot end on %s: that is before the first day %s", r.Until, r.From)
	}
	for i, d := range r.Weekdays {
		if d < 1 || d > 7 || i > 0 && d <= r.Weekdays[i-1] {
			return playlists.Errorf(playlists.Invalid, "weekdays_malformed", nil, "cannot use the weekdays %v: name each once, rising, from 1 (Monday) to 7 (Sunday)", r.Weekdays)
		}
	}
	if len(r.Windows) > maxWindows {
		return playlists.Errorf(playlists.Invalid, "windows_too_many", playlists.Params{"max": maxWindows}, "cannot use %d time slots: use at most %d", len(r.Windows), maxWindows)
	}
	for _, w := range r.Windows {
		if _, _, err := w.minutes(); err != nil {
			return err
		}
	}
	return nil
}

// minutes gives the window's start and end in minutes after midnight of the
// day it begins; end may pass 24 hours.
func (w Window) minutes() (start, end int, err error) {
	start, okStart := parseClock(w.Start)
	end, okEnd := parseClock(w.End)
	if !okStart || !okEnd || start == dayMinutes {
		return 0, 0, playlists.Errorf(playlists.Invalid, "window_malformed", playlists.Params{"start": w.Start, "end": w.End}, "cannot read the time slot %.10q to %.10q: write HH:MM from 00:00 to 24:00", w.Start, w.End)
	}
	if start == end {
		return 0, 0, playlists.Errorf(playlists.Invalid, "window_empty", playlists.Params{"start": w.Start}, "cannot begin and end a time slot at %s: leave the slots empty for the whole day", w.Start)
	}
	if end < start {
		end += dayMinutes
	}
	return start, end, nil
}

func parseClock(s string) (minutes int, ok bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, errH := strconv.ParseUint(s[:2], 10, 8)
	m, errM := strconv.ParseUint(s[3:], 10, 8)
	minutes = int(h)*60 + int(m)
	return minutes, errH == nil && errM == nil && m < 60 && minutes <= dayMinutes
}

// date is a local calendar date.
type date struct {
	y int
	m time.Month
	d int
}

func dateOf(t time.Time) date { y, m, d := t.Date(); return date{y, m, d} }

func (a date) before(b date) bool { return a.compare(b) < 0 }

func (a date) compare(b date) int {
	if a.y != b.y {
		return a.y - b.y
	}
	if a.m != b.m {
		return int(a.m - b.m)
	}
	return a.d - b.d
}

func (a date) add(days int) date {
	return dateOf(time.Date(a.y, a.m, a.d+days, 0, 0, 0, 0, time.UTC))
}

func (a date) weekday() int {
	return (int(time.Date(a.y, a.m, a.d, 0, 0, 0, 0, time.UTC).Weekday())+6)%7 + 1
}

// parseDate reads a date; "" gives the zero date.
func parseDate(field, s string) (date, error) {
	if s == "" {
		return date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < minYear || t.Year() > maxYear {
		return date{}, playlists.Errorf(playlists.Invalid, "date_malformed", playlists.Params{"field": field, "value": s}, "cannot read the date %.20q of %s: write YYYY-MM-DD between %d and %d", s, field, minYear, maxYear)
	}
	return dateOf(t), nil
}

// compiled is a valid rule in the form the resolver evaluates.
type compiled struct {
	from, until date // zero for open
	weekdays    [8]bool
	windows     [][2]int // minutes; end may pass dayMinutes
}

func compileRule(r Rule) (compiled, error) {
	if err := r.Validate(); err != nil {
		return compiled{}, err
	}
	var c compiled
	// Validate has read all of these already.
	c.from, _ = parseDate("from", r.From)
	c.until, _ = parseDate("until", r.Until)
	for d := 1; d <= 7; d++ {
		c.weekdays[d] = len(r.Weekdays) == 0 || slices.Contains(r.Weekdays, d)
	}
	for _, w := range r.Windows {
		start, end, err := w.minutes()
		if err != nil {
			return compiled{}, fmt.Errorf("cannot compile the rule: %w", err)
		}
		c.windows = append(c.windows, [2]int{start, end})
	}
	if len(c.windows) == 0 {
		c.windows = [][2]int{{0, dayMinutes}}
	}
	return c, nil
}

func (c *compiled) holdsOn(d date) bool {
	return (c.from == date{} || !d.before(c.from)) && (c.until == date{} || !c.until.before(d)) && c.weekdays[d.weekday()]
}

// spans appends the instants [start, end) at which the rule holds for windows
// that begin on the local date d.
func (c *compiled) spans(out []span, d date, zone *time.Location) []span {
	if !c.holdsOn(d) {
		return out
	}
	for _, w := range c.windows {
		s := span{instant(d, w[0], zone, false), instant(d, w[1], zone, true)}
		if s.start.Before(s.end) {
			out = append(out, s)
		}
	}
	return out
}

type span struct{ start, end time.Time }

// instant gives the instant of a local wall-clock time. A time that a forward
// change of the clock skips is the instant of the change. A time that a
// backward change repeats is the first for a start and the second for an end,
// so that a window covers every instant whose wall clock lies in it.
func instant(d date, minutes int, zone *time.Location, second bool) time.Time {
	t := time.Date(d.y, d.m, d.d, 0, minutes, 0, 0, zone)
	// What the wall clock would say under the offsets a day before and after:
	// only there can the two readings differ.
	wall := time.Date(d.y, d.m, d.d, 0, minutes, 0, 0, time.UTC)
	_, before := t.Add(-24 * time.Hour).Zone()
	_, after := t.Add(24 * time.Hour).Zone()
	if before == after {
		return t
	}
	a := wall.Add(-time.Duration(before) * time.Second).In(zone)
	b := wall.Add(-time.Duration(after) * time.Second).In(zone)
	_, offA := a.Zone()
	_, offB := b.Zone()
	switch validA, validB := offA == before, offB == after; {
	case validA && validB && second:
		return b
	case validA:
		return a
	case validB:
		return b
	}
	return changeBetween(b, a)
}

// changeBetween finds the first instant after lo whose offset differs from
// lo's; the offset changes once between lo and hi.
func changeBetween(lo, hi time.Time) time.Time {
	_, off := lo.Zone()
	for hi.Sub(lo) > time.Second {
		mid := lo.Add(hi.Sub(lo) / 2).Truncate(time.Second)
		if _, o := mid.Zone(); o == off {
			lo = mid
		} else {
			hi = mid
		}
		if !lo.Before(hi) {
			break
		}
	}
	return hi.Truncate(time.Second)
}
