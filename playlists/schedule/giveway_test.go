package schedule

import (
	"strings"
	"testing"
	"time"
)

// An entry hides those below it only while one of its items is valid, at the
// very instants of its approval and whatever the zone's rules say.
func TestEntryWithNothingValidGivesWay(t *testing.T) {
	t.Parallel()
	morning := Rule{Windows: []Window{{"07:00", "11:00"}}}
	for name, c := range map[string]struct {
		zone, from, until string
		rule              Rule
		at, want          string
		ends              string
	}{
		"not yet valid":                  {"Asia/Ho_Chi_Minh", "2026-11-24T08:00:00+07:00", "", morning, "2026-11-24T07:59:59.999+07:00", "low", "2026-11-24T08:00:00+07:00"},
		"valid from now":                 {"Asia/Ho_Chi_Minh", "2026-11-24T08:00:00+07:00", "", morning, "2026-11-24T08:00:00+07:00", "high", "2026-11-24T08:00:10+07:00"},
		"valid for a moment yet":         {"Asia/Ho_Chi_Minh", "", "2026-11-24T08:00:00+07:00", morning, "2026-11-24T07:59:59.999+07:00", "high", "2026-11-24T08:00:00+07:00"},
		"expired now":                    {"Asia/Ho_Chi_Minh", "", "2026-11-24T08:00:00+07:00", morning, "2026-11-24T08:00:00+07:00", "low", "2026-11-24T08:00:10+07:00"},
		"valid but its rule is over":     {"Asia/Vientiane", "2026-11-24T08:00:00+07:00", "", morning, "2026-11-24T11:00:00+07:00", "low", "2026-11-24T11:00:10+07:00"},
		"approval in another zone":       {"Asia/Ho_Chi_Minh", "2026-11-24T01:30:00Z", "", morning, "2026-11-24T08:29:59+07:00", "low", "2026-11-24T08:30:00+07:00"},
		"in the hour that comes twice":   {"Europe/Berlin", "", "2026-10-25T02:30:00+02:00", Rule{Windows: []Window{{"02:00", "03:00"}}}, "2026-10-25T02:30:00+01:00", "low", "2026-10-25T02:30:10+01:00"},
		"before the second of two hours": {"Europe/Berlin", "2026-10-25T02:00:00+01:00", "", Rule{Windows: []Window{{"02:00", "03:00"}}}, "2026-10-25T02:59:55+02:00", "low", "2026-10-25T02:00:00+01:00"},
		"across the hour that is not":    {"Europe/Berlin", "2026-03-29T03:00:00+02:00", "", Rule{Windows: []Window{{"01:00", "04:00"}}}, "2026-03-29T01:59:59+01:00", "low", "2026-03-29T03:00:00+02:00"},
	} {
		item := Item{Key: "high", Duration: 10 * time.Second}
		if c.from != "" {
			item.NotBefore = at(t, c.from)
		}
		if c.until != "" {
			item.NotAfter = at(t, c.until)
		}
		r, err := NewResolver(Plan{Zone: zone(t, c.zone), Entries: []Entry{
			{ID: "base", Items: []Item{{Key: "low", Duration: 10 * time.Second}}},
			{ID: "above", Priority: 5, Rule: c.rule, Items: []Item{item}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		s := r.At(at(t, c.at))
		if got := []string{"low", "high"}[s.Entry]; !s.Playing || got != c.want || !s.End.Equal(at(t, c.ends)) {
			t.Errorf("%s: %s until %s, want %s until %s", name, got, s.End, c.want, c.ends)
		}
	}
}

// Of what is valid not all may be shown: an entry of which nothing may gives
// way, for as long as it would have won, and the one below is where it would be
// without it.
func TestAmong(t *testing.T) {
	t.Parallel()
	gate := at(t, "2026-11-24T08:00:00+07:00")
	p := Plan{Zone: zone(t, "Asia/Ho_Chi_Minh"), Entries: []Entry{
		{ID: "base", Items: []Item{{Key: "a", Duration: 7 * time.Second}, {Key: "b", Duration: 11 * time.Second}}},
		{ID: "middle", Priority: 3, Rule: Rule{Windows: []Window{{"06:00", "09:00"}}}, Items: []Item{{Key: "m", Duration: 10 * time.Second}}},
		{ID: "top", Priority: 5, Rule: Rule{Windows: []Window{{"08:00", "08:30"}}}, Items: []Item{{Key: "v", Duration: 10 * time.Second}, {Key: "w", Duration: 10 * time.Second, NotAfter: gate.Add(10 * time.Minute)}}},
	}}
	r, err := NewResolver(p)
	if err != nil {
		t.Fatal(err)
	}
	base, err := NewResolver(Plan{Zone: p.Zone, Entries: p.Entries[:1]})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		gone  string
		after time.Duration
		want  string
	}{
		"all may be shown":           {"", 0, "top"},
		"one of two may":             {"v", 0, "top"},
		"one that is over":           {"v", 20 * time.Minute, "middle"},
		"none of the highest":        {"vw", 0, "middle"},
		"none of the two above":      {"vwm", 0, "base"},
		"nothing at all":             {"vwmab", 0, ""},
		"before the highest":         {"vw", -time.Minute, "middle"},
		"the middle, while hidden":   {"m", 0, "top"},
		"the middle, when it is due": {"m", -time.Minute, "base"},
	} {
		when := gate.Add(c.after)
		s := r.Among(when, func(e, i int) bool { return !strings.Contains(c.gone, p.Entries[e].Items[i].Key) })
		got := ""
		if s.Playing {
			got = p.Entries[s.Entry].ID
		}
		if got != c.want || when.Before(s.Start) || !when.Before(s.End) {
			t.Errorf("%s: %q in [%s, %s), want %q", name, got, s.Start, s.End, c.want)
		}
		if got == "base" && !s.Start.Equal(base.At(when).Start) {
			t.Errorf("%s: the base is out of step", name)
		}
	}
	last := gate.Add(30*time.Minute - time.Second)
	if s := r.Among(last, func(e, _ int) bool { return e == 0 }); s.End.After(gate.Add(30 * time.Minute)) {
		t.Errorf("a slot below goes on to %s, where another entry wins", s.End)
	}
}

// FuzzGivesWay holds that nothing invalid is due, that something is due as long
// as an entry has something valid, and that it is of the highest entry that
// has. An item that is taken out leaves the plan as if it had never been in it.
func FuzzGivesWay(f *testing.F) {
	f.Add(int64(1795392000), int32(-5), int32(5), int32(100), int32(-100), uint8(0))
	f.Add(int64(1795392000), int32(1), int32(60), int32(-1), int32(0), uint8(3))
	f.Add(int64(1774746000), int32(-86400), int32(0), int32(0), int32(86400), uint8(5))
	f.Fuzz(func(t *testing.T, unix int64, from1, until1, from2, until2 int32, out uint8) {
		if unix < 946684800+86400*400 || unix > 7000000000 {
			return
		}
		now := time.Unix(unix, 0)
		in := func(s int32) time.Time { return now.Add(time.Duration(s) * time.Second) }
		p := Plan{Zone: zone(t, "Europe/Berlin"), Entries: []Entry{
			{ID: "lowest", Items: []Item{{Key: "a", Duration: 7 * time.Second, NotBefore: in(-1000), NotAfter: in(1000)}}},
			{ID: "middle", Priority: 1, Items: []Item{{Key: "b", Duration: 11 * time.Second, NotBefore: in(from1), NotAfter: in(until1)}}},
			{ID: "top", Priority: 2, Items: []Item{{Key: "c", Duration: 13 * time.Second, NotBefore: in(from2), NotAfter: in(until2)}, {Key: "d", Duration: 5 * time.Second, NotBefore: in(until1)}}},
		}}
		r, err := NewResolver(p)
		if err != nil {
			t.Fatal(err)
		}
		gone := func(entry, item int) bool { return out&(1<<(entry+item)) != 0 }
		reduced, less := r.Without(gone), Plan{Zone: p.Zone}
		for i, e := range p.Entries {
			for j := range e.Items {
				if gone(i, j) {
					e.Items = append([]Item{}, e.Items...)
					e.Items[j].NotBefore, e.Items[j].NotAfter = in(-2000), in(-2000)
				}
			}
			less.Entries = append(less.Entries, e)
		}
		fresh, err := NewResolver(less)
		if err != nil {
			t.Fatal(err)
		}
		for _, when := range []time.Time{now, in(from1), in(until1), in(from2), in(until2), in(from1).Add(-1), in(until1).Add(-1), in(from2).Add(-1), in(until2).Add(-1)} {
			best := -1
			for i, e := range p.Entries {
				for _, it := range e.Items {
					if it.validAt(when) {
						best = i
					}
				}
			}
			s := r.At(when)
			if s.Playing != (best >= 0) || s.Playing && (s.Entry != best || !p.Entries[s.Entry].Items[s.Item].validAt(when)) {
				t.Fatalf("at %s: %+v, but the highest entry with something valid is %d", when, s, best)
			}
			if s.Playing && !p.Entries[s.Entry].Items[s.Item].validAt(s.End.Add(-1)) {
				t.Fatalf("%+v goes on after its end", s)
			}
			a, b := reduced.At(when), fresh.At(when)
			if a.Playing != b.Playing || a.Playing && (a.Entry != b.Entry || a.Item != b.Item || !a.Start.Equal(b.Start)) {
				t.Fatalf("at %s: without %b %+v, and %+v of a plan that never had it", when, out, a, b)
			}
		}
	})
}
