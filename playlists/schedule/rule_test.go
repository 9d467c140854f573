package schedule

import (
	"testing"
	"time"
	_ "time/tzdata"

	"cotmoc/playlists"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestRuleValidate(t *testing.T) {
	t.Parallel()
	w := func(s, e string) []Window { return []Window{{s, e}} }
	for _, c := range []struct {
		name   string
		rule   Rule
		reason string
	}{
		{"empty always holds", Rule{}, ""},
		{"a holiday", Rule{From: "2026-09-02", Until: "2026-09-05", Weekdays: []int{1, 5}, Windows: w("07:00", "19:00")}, ""},
		{"one day", Rule{From: "2026-09-02", Until: "2026-09-02"}, ""},
		{"through midnight", Rule{Windows: w("22:00", "02:00")}, ""},
		{"to midnight", Rule{Windows: w("12:00", "24:00")}, ""},
		{"no such day", Rule{From: "2026-02-30"}, "date_malformed"},
		{"a year nobody plans", Rule{From: "1970-01-01"}, "date_malformed"},
		{"a date in another form", Rule{Until: "02/09/2026"}, "date_malformed"},
		{"ends before it starts", Rule{From: "2026-09-05", Until: "2026-09-02"}, "rule_ends_before_start"},
		{"weekday 0", Rule{Weekdays: []int{0}}, "weekdays_malformed"},
		{"weekday 8", Rule{Weekdays: []int{8}}, "weekdays_malformed"},
		{"weekday twice", Rule{Weekdays: []int{1, 1}}, "weekdays_malformed"},
		{"weekdays falling", Rule{Weekdays: []int{2, 1}}, "weekdays_malformed"},
		{"an hour too many", Rule{Windows: w("24:00", "01:00")}, "window_malformed"},
		{"past midnight's end", Rule{Windows: w("07:00", "24:01")}, "window_malformed"},
		{"no such minute", Rule{Windows: w("07:60", "08:00")}, "window_malformed"},
		{"a sign", Rule{Windows: w("+7:00", "08:00")}, "window_malformed"},
		{"a short form", Rule{Windows: w("7:00", "08:00")}, "window_malformed"},
		{"an empty slot", Rule{Windows: w("07:00", "07:00")}, "window_empty"},
		{"too many slots", Rule{Windows: make([]Window, 25)}, "windows_too_many"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := playlists.ReasonOf(c.rule.Validate()); got != c.reason {
				t.Fatalf("reason %q, want %q", got, c.reason)
			}
		})
	}
}

func TestRuleHolds(t *testing.T) {
	t.Parallel()
	type cases map[string]bool
	for _, c := range []struct {
		name string
		zone string
		rule Rule
		at   cases
	}{
		{"office hours at the gate, half-open", "Asia/Ho_Chi_Minh", Rule{Weekdays: []int{1, 2, 3, 4, 5}, Windows: []Window{{"07:00", "19:00"}}}, cases{
			"2026-11-23T07:00:00+07:00": true, "2026-11-23T06:59:59.999+07:00": false,
			"2026-11-23T18:59:59.999+07:00": true, "2026-11-23T19:00:00+07:00": false,
			"2026-11-22T12:00:00+07:00": false, "2026-11-23T00:30:00Z": true,
		}},
		{"a night belongs to the day it began", "Asia/Ho_Chi_Minh", Rule{Weekdays: []int{5}, Windows: []Window{{"22:00", "02:00"}}}, cases{
			"2026-11-27T22:00:00+07:00": true, "2026-11-28T01:59:00+07:00": true,
			"2026-11-28T02:00:00+07:00": false, "2026-11-27T01:00:00+07:00": false, "2026-11-28T23:00:00+07:00": false,
		}},
		{"the last day counts whole", "Asia/Ho_Chi_Minh", Rule{From: "2026-09-02", Until: "2026-09-05"}, cases{
			"2026-09-01T23:59:59+07:00": false, "2026-09-02T00:00:00+07:00": true,
			"2026-09-05T23:59:59+07:00": true, "2026-09-06T00:00:00+07:00": false,
		}},
		{"the last night ends in the morning after", "Asia/Ho_Chi_Minh", Rule{Until: "2026-09-05", Windows: []Window{{"22:00", "02:00"}}}, cases{
			"2026-09-06T01:00:00+07:00": true, "2026-09-06T02:00:00+07:00": false, "2026-09-06T22:00:00+07:00": false,
		}},
		{"a start that the clock skips begins at the change", "Europe/Berlin", Rule{Windows: []Window{{"02:30", "04:00"}}}, cases{
			"2026-03-29T00:59:59Z": false, "2026-03-29T01:00:00Z": true, "2026-03-29T01:59:59Z": true, "2026-03-29T02:00:00Z": false,
		}},
		{"an hour that comes twice is covered twice", "Europe/Berlin", Rule{Windows: []Window{{"02:00", "03:00"}}}, cases{
			"2026-10-24T23:59:59Z": false, "2026-10-25T00:00:00Z": true, "2026-10-25T00:59:59Z": true,
			"2026-10-25T01:30:00Z": true, "2026-10-25T01:59:59Z": true, "2026-10-25T02:00:00Z": false,
		}},
		{"a half-hour change", "Australia/Lord_Howe", Rule{Windows: []Window{{"02:00", "02:30"}}}, cases{
			"2026-10-03T15:29:59Z": false, "2026-10-03T15:30:00Z": false, // skipped whole
			"2026-10-04T15:00:00Z": true, "2026-10-04T15:29:59Z": true, "2026-10-04T15:30:00Z": false,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := NewResolver(Plan{Zone: zone(t, c.zone), Entries: []Entry{{ID: "e", Rule: c.rule, Items: []Item{{Key: "i", Duration: time.Hour}}}}})
			if err != nil {
				t.Fatal(err)
			}
			for s, want := range c.at {
				at, err := time.Parse(time.RFC3339Nano, s)
				if err != nil {
					t.Fatal(err)
				}
				if got := r.At(at).Playing; got != want {
					t.Errorf("at %s: playing %v, want %v", s, got, want)
				}
			}
		})
	}
}

// FuzzRule gives any dates and times of day: a rule that passes is one that
// the resolver takes, and every other is refused with a reason.
func FuzzRule(f *testing.F) {
	f.Add("2026-11-24", "2026-12-31", "07:00", "19:00", 1, int64(1795392000))
	f.Add("", "", "23:00", "01:00", 7, int64(0))
	f.Add("9999-12-31", "0000-01-01", "24:00", "00:00", 0, int64(-62135596800))
	f.Fuzz(func(t *testing.T, from, until, start, end string, day int, unix int64) {
		r := Rule{From: from, Until: until, Weekdays: []int{day}, Windows: []Window{{start, end}}}
		if err := r.Validate(); err != nil {
			if playlists.CodeOf(err) != playlists.Invalid || playlists.ReasonOf(err) == "" {
				t.Fatalf("refused by %v", err)
			}
			return
		}
		resolver, err := NewResolver(Plan{Zone: time.UTC, Entries: []Entry{{ID: "a", Rule: r, Items: []Item{{Key: "1", Duration: time.Second}}}}})
		if err != nil {
			t.Fatalf("%+v passes, and the resolver says %v", r, err)
		}
		if unix > 0 && unix < 1<<33 {
			at := time.Unix(unix, 0)
			if s := resolver.At(at); at.Before(s.Start) || !at.Before(s.End) {
				t.Fatalf("the slot [%s, %s) does not contain %s", s.Start, s.End, at)
			}
		}
	})
}
