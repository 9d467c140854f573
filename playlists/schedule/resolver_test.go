package schedule

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// gate is a plan with a base loop, a holiday above it and a night entry beside
// the base.
func gate(t testing.TB) Plan {
	return Plan{Zone: zone(t, "Asia/Ho_Chi_Minh"), Entries: []Entry{
		{ID: "base", Items: []Item{
			{Key: "a", Duration: 10 * time.Second},
			{Key: "b", Duration: 20 * time.Second, NotAfter: at(t, "2026-11-25T10:00:05+07:00")},
			{Key: "c", Duration: 5 * time.Second, NotBefore: at(t, "2026-11-24T00:00:00+07:00")},
		}},
		{ID: "holiday", Priority: 10, Rule: Rule{From: "2026-09-02", Until: "2026-09-02", Windows: []Window{{"07:00", "19:00"}}}, Items: []Item{{Key: "h", Duration: 7 * time.Second}}},
		{ID: "night", Rule: Rule{Windows: []Window{{"22:00", "05:00"}}}, Items: []Item{{Key: "n", Duration: 30 * time.Second}}},
		{ID: "below", Priority: -1, Items: []Item{{Key: "z", Duration: time.Second}}},
	}}
}

func TestAt(t *testing.T) {
	t.Parallel()
	r, err := NewResolver(gate(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ at, want, start, end string }{
		{"2026-11-23T05:00:00+07:00", "a", "2026-11-23T05:00:00+07:00", "2026-11-23T05:00:10+07:00"}, // phase restarts when the night leaves
		{"2026-11-23T05:00:10+07:00", "b", "2026-11-23T05:00:10+07:00", "2026-11-23T05:00:30+07:00"},
		{"2026-11-23T05:00:45+07:00", "b", "2026-11-23T05:00:40+07:00", "2026-11-23T05:01:00+07:00"}, // c is not valid yet
		{"2026-11-23T22:00:31+07:00", "n", "2026-11-23T22:00:30+07:00", "2026-11-23T22:01:00+07:00"}, // equal priorities share the loop
		{"2026-11-24T05:00:34+07:00", "c", "2026-11-24T05:00:30+07:00", "2026-11-24T05:00:35+07:00"},
		{"2026-11-25T10:00:04+07:00", "b", "2026-11-25T10:00:00+07:00", "2026-11-25T10:00:05+07:00"}, // cut where it expires
		{"2026-11-25T10:00:05+07:00", "a", "2026-11-25T10:00:05+07:00", "2026-11-25T10:00:15+07:00"}, // b has expired
		{"2026-09-02T07:00:00+07:00", "h", "2026-09-02T07:00:00+07:00", "2026-09-02T07:00:07+07:00"},
		{"2026-09-02T18:59:59+07:00", "h", "2026-09-02T18:59:57+07:00", "2026-09-02T19:00:00+07:00"}, // cut where its rule ends
	} {
		s := r.At(at(t, c.at))
		got := ""
		if s.Playing {
			got = gate(t).Entries[s.Entry].Items[s.Item].Key
		}
		if got != c.want || !s.End.Equal(at(t, c.end)) || !s.Start.Equal(at(t, c.start)) {
			t.Errorf("at %s: %q in [%s, %s), want %q in [%s, %s)", c.at, got, s.Start.In(time.FixedZone("", 7*3600)), s.End.In(time.FixedZone("", 7*3600)), c.want, c.start, c.end)
		}
	}
}

func TestNothingDue(t *testing.T) {
	t.Parallel()
	r, err := NewResolver(Plan{Zone: zone(t, "Asia/Ho_Chi_Minh"), Entries: []Entry{
		{ID: "day", Rule: Rule{Windows: []Window{{"07:00", "19:00"}}}, Items: []Item{{Key: "a", Duration: time.Minute}}},
		{ID: "expired", Items: []Item{{Key: "x", Duration: time.Minute, NotAfter: at(t, "2020-01-01T00:00:00Z")}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s := r.At(at(t, "2026-11-23T20:00:00+07:00"))
	if s.Playing || !s.Start.Equal(at(t, "2026-11-23T19:00:00+07:00")) || !s.End.Equal(at(t, "2026-11-24T07:00:00+07:00")) {
		t.Fatalf("got %+v", s)
	}
}

// A set that has not changed for months keeps the phase it had when it began.
func TestLongConstantSet(t *testing.T) {
	t.Parallel()
	p := Plan{Zone: zone(t, "Asia/Ho_Chi_Minh"), Entries: []Entry{
		{ID: "workdays", Priority: 1, Rule: Rule{Weekdays: []int{1, 2, 3, 4, 5}, Until: "2026-03-01"}, Items: []Item{{Key: "w", Duration: 11 * time.Second}}},
		{ID: "always", Items: []Item{{Key: "a", Duration: 13 * time.Second}, {Key: "b", Duration: 17 * time.Second}}},
	}}
	r, err := NewResolver(p)
	if err != nil {
		t.Fatal(err)
	}
	begin := at(t, "2026-02-28T00:00:00+07:00") // after the last workday
	s := r.At(at(t, "2026-11-23T12:00:00+07:00"))
	if !s.Playing || s.Entry != 1 {
		t.Fatalf("got %+v", s)
	}
	if into := s.Start.Sub(begin) % (30 * time.Second); into != 0 && into != 13*time.Second {
		t.Fatalf("slot starts %s into the loop counted from %s", into, begin)
	}
}

func TestRefusedPlans(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]Plan{
		"no zone":      {},
		"bad rule":     {Zone: time.UTC, Entries: []Entry{{Rule: Rule{From: "x"}}}},
		"no duration":  {Zone: time.UTC, Entries: []Entry{{Items: []Item{{Key: "a"}}}}},
		"negative one": {Zone: time.UTC, Entries: []Entry{{Items: []Item{{Key: "a", Duration: -1}}}}},
	} {
		if _, err := NewResolver(p); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestTimelineNamesWinnersAndHidden(t *testing.T) {
	t.Parallel()
	r, err := NewResolver(gate(t))
	if err != nil {
		t.Fatal(err)
	}
	from, to := at(t, "2026-09-02T00:00:00+07:00"), at(t, "2026-09-03T00:00:00+07:00")
	var got []string
	for _, s := range r.Timeline(from, to) {
		got = append(got, fmt.Sprintf("%s %v over %v", s.Start.In(zone(t, "Asia/Ho_Chi_Minh")).Format("15:04"), s.Winning, s.Hidden))
	}
	want := []string{"00:00 [0 2] over [3]", "05:00 [0] over [3]", "07:00 [1] over [0 3]", "19:00 [0] over [3]", "22:00 [0 2] over [3]"}
	if !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
}

// FuzzAt holds the resolver to its properties: slots contain their instant,
// follow one another without a gap, and neither the order of the questions nor
// the cache changes an answer.
func FuzzAt(f *testing.F) {
	f.Add(int64(1795392000), uint8(10), uint8(20), uint16(420), uint16(1140), uint8(31), int16(3), int64(100))
	f.Add(int64(1774746000), uint8(1), uint8(59), uint16(150), uint16(120), uint8(64), int16(-9), int64(90000))
	f.Add(int64(1793000000), uint8(7), uint8(7), uint16(0), uint16(1440), uint8(0), int16(200), int64(-5))
	f.Fuzz(func(t *testing.T, unix int64, d1, d2 uint8, start, end uint16, days uint8, from int16, expire int64) {
		if unix < 946684800+86400*400 || unix > 7000000000 || d1 == 0 || d2 == 0 || start >= 1440 || end > 1440 || start == end || expire < -1e7 || expire > 1e7 {
			return // outside the bounds of a rule
		}
		var weekdays []int
		for d := 1; d <= 7; d++ {
			if days&(1<<d) != 0 {
				weekdays = append(weekdays, d)
			}
		}
		now := time.Unix(unix, 0)
		clock := func(m uint16) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
		p := Plan{Zone: zone(t, "Europe/Berlin"), Entries: []Entry{
			{ID: "a", Items: []Item{{Key: "1", Duration: time.Duration(d1) * time.Second}, {Key: "2", Duration: time.Duration(d2) * time.Second, NotAfter: now.Add(time.Duration(expire) * time.Second)}}},
			{ID: "b", Priority: 1, Rule: Rule{From: now.AddDate(0, 0, int(from)).UTC().Format(time.DateOnly), Weekdays: weekdays, Windows: []Window{{clock(start), clock(end)}}}, Items: []Item{{Key: "3", Duration: time.Duration(d2) * time.Second}}},
		}}
		r, err := NewResolver(p)
		if err != nil {
			t.Fatal(err)
		}
		at := now
		for range 20 {
			s := r.At(at)
			if at.Before(s.Start) || !at.Before(s.End) {
				t.Fatalf("the slot [%s, %s) does not contain %s", s.Start, s.End, at)
			}
			fresh, err := NewResolver(p)
			if err != nil {
				t.Fatal(err)
			}
			g := fresh.At(at)
			if g.Playing != s.Playing || g.Entry != s.Entry || g.Item != s.Item || !g.Start.Equal(s.Start) || s.Playing && !g.End.Equal(s.End) {
				t.Fatalf("at %s: a fresh resolver says %+v, the used one %+v", at, g, s)
			}
			at = s.End
		}
	})
}

func BenchmarkAtCold(b *testing.B) {
	p := gate(b)
	for i := range 100 {
		p.Entries = append(p.Entries, Entry{ID: fmt.Sprint(i), Priority: i % 3, Rule: Rule{Windows: []Window{{"06:00", "09:00"}, {"15:00", "18:00"}}}, Items: p.Entries[0].Items})
	}
	when := at(b, "2026-11-23T12:00:00+07:00")
	for b.Loop() {
		r, err := NewResolver(p)
		if err != nil {
			b.Fatal(err)
		}
		r.At(when)
	}
}
