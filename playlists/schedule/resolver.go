package schedule

import (
	"slices"
	"sort"
	"sync"
	"time"

	"cotmoc/playlists"
)

// Plan is what one screen may play.
type Plan struct {
	Zone    *time.Location
	Entries []Entry // order matters: entries that share a priority loop in it
}

// Entry is a playlist with its rule.
type Entry struct {
	ID       string
	Priority int // the highest wins; equal ones share the loop
	Rule     Rule
	Items    []Item
}

// Item is one slot of an entry's playlist.
type Item struct {
	Key       string // unique within its entry
	Duration  time.Duration
	NotBefore time.Time // zero: at once
	NotAfter  time.Time // exclusive; zero: no end
}

func (i *Item) validAt(t time.Time) bool {
	return (i.NotBefore.IsZero() || !t.Before(i.NotBefore)) && (i.NotAfter.IsZero() || t.Before(i.NotAfter))
}

// Slot is one showing: Entries[Entry].Items[Item] of the plan is due in
// [Start, End). Playing is false when nothing is due; the slate fills it.
type Slot struct {
	Playing     bool
	Entry, Item int
	Start, End  time.Time
}

// Segment is a stretch of time in which the same items are eligible.
type Segment struct {
	Start, End time.Time
	Winning    []int // entries that play, in plan order
	Hidden     []int // entries whose rule holds but whose priority is lower
	items      []ref
}

type ref struct{ entry, item int }

// Resolver answers what a plan plays. It is safe for concurrent use.
type Resolver struct {
	plan  Plan
	rules []compiled

	mu       sync.Mutex
	segments []Segment // a cached stretch of time, merged by what plays
	until    time.Time // the cache answers for instants before it
}

// window is how far the resolver looks around an instant. Rules repeat weekly,
// so nine days without a change mean that only a date bounds the segment.
const window = 9 * 24 * time.Hour

// origin is where a loop without any beginning is counted from: a Monday.
var origin = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// NewResolver checks the plan and prepares it.
func NewResolver(p Plan) (*Resolver, error) {
	if p.Zone == nil {
		return nil, playlists.Errorf(playlists.Invalid, "zone_missing", nil, "cannot resolve a plan without a time zone: name one such as %s", playlists.DefaultTimeZone)
	}
	r := &Resolver{plan: p, rules: make([]compiled, len(p.Entries))}
	for i, e := range p.Entries {
		c, err := compileRule(e.Rule)
		if err != nil {
			return nil, err
		}
		r.rules[i] = c
		for j, it := range e.Items {
			if it.Duration <= 0 {
				return nil, playlists.Errorf(playlists.Invalid, "item_duration_out_of_range", playlists.Params{"position": j + 1}, "cannot show item %d of entry %.40q for %s: give it a duration", j+1, e.ID, it.Duration)
			}
		}
	}
	return r, nil
}

// Without gives the resolver of the same plan in which the items that blocked
// names are never valid. Indices stay as they are.
func (r *Resolver) Without(blocked func(entry, item int) bool) *Resolver {
	out := &Resolver{plan: Plan{Zone: r.plan.Zone, Entries: slices.Clone(r.plan.Entries)}, rules: r.rules}
	for i := range out.plan.Entries {
		e := &out.plan.Entries[i]
		e.Items = slices.Clone(e.Items)
		for j := range e.Items {
			if blocked(i, j) {
				e.Items[j].NotBefore, e.Items[j].NotAfter = time.Time{}, time.Unix(0, 0)
			}
		}
	}
	return out
}

// Barred gives the entries that win at t when nothing of them may be shown;
// none when something may, or nothing wins.
func (r *Resolver) Barred(t time.Time, may func(entry, item int) bool) []int {
	won := r.Timeline(t, t.Add(1))[0].Winning
	for _, e := range won {
		for i := range r.plan.Entries[e].Items {
			if r.plan.Entries[e].Items[i].validAt(t) && may(e, i) {
				return nil
			}
		}
	}
	return won
}

// Among is At when only what may names can be shown: entries of which nothing
// may be shown give way to those below them.
func (r *Resolver) Among(t time.Time, may func(entry, item int) bool) Slot {
	left, end := r, time.Time{}
	for {
		barred := left.Barred(t, may)
		if len(barred) == 0 {
			break
		}
		if end.IsZero() {
			end = r.Timeline(t, t.Add(time.Hour))[0].End
		}
		left = left.Without(func(entry, _ int) bool { return slices.Contains(barred, entry) })
	}
	slot := left.At(t)
	if !end.IsZero() && end.Before(slot.End) {
		slot.End = end // there another entry may win
	}
	return slot
}

// At gives the slot due at t. Slots are half-open and follow one another
// without a gap: At(slot.End) is the next one.
func (r *Resolver) At(t time.Time) Slot {
	seg := r.segmentAt(t)
	if len(seg.items) == 0 {
		return Slot{Start: seg.Start, End: seg.End}
	}
	var round time.Duration
	for _, f := range seg.items {
		round += r.plan.Entries[f.entry].Items[f.item].Duration
	}
	anchor := seg.Start
	if anchor.Before(origin) {
		anchor = origin
	}
	into := t.Sub(anchor) % round
	if into < 0 {
		into += round
	}
	start := t.Add(-into)
	for _, f := range seg.items {
		d := r.plan.Entries[f.entry].Items[f.item].Duration
		if into < d {
			end := start.Add(d)
			if end.After(seg.End) {
				end = seg.End
			}
			return Slot{Playing: true, Entry: f.entry, Item: f.item, Start: start, End: end}
		}
		into -= d
		start = start.Add(d)
	}
	return Slot{Start: seg.Start, End: seg.End} // unreachable: into < round
}

// Timeline gives the segments of [from, to), clipped to it. The span is
// bounded by the caller; a year is about the sensible most.
func (r *Resolver) Timeline(from, to time.Time) []Segment {
	return r.sweep(from, to, func(a, b *Segment) bool {
		return slices.Equal(a.items, b.items) && slices.Equal(a.Hidden, b.Hidden)
	})
}

// segmentAt gives the longest stretch around t in which the same items play.
// Its Start is exact; its End is exact or more than a day away.
func (r *Resolver) segmentAt(t time.Time) Segment {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t.Before(r.until) {
		if seg, ok := find(r.segments, t); ok {
			return seg
		}
	}
	from := t.Add(-window)
	segs := r.sweep(from, t.Add(window), func(a, b *Segment) bool { return slices.Equal(a.items, b.items) })
	if t.Before(segs[0].End) {
		segs[0].Start = r.beginning(from)
	} else {
		segs = segs[1:] // its beginning is unknown and not needed
	}
	r.segments, r.until = segs, t.Add(window-24*time.Hour)
	seg, _ := find(segs, t)
	return seg
}

func find(segs []Segment, t time.Time) (Segment, bool) {
	i := sort.Search(len(segs), func(i int) bool { return t.Before(segs[i].End) })
	if i == len(segs) || t.Before(segs[i].Start) {
		return Segment{}, false
	}
	return segs[i], true
}

// beginning finds when the set that plays at from began, knowing that it stays
// the same for a whole window after it: rules repeat weekly, so only the first
// or last week of a rule, or an item's validity, can have begun it.
func (r *Resolver) beginning(from time.Time) time.Time {
	var bounds []time.Time
	for i := range r.rules {
		c := &r.rules[i]
		if (c.from != date{}) {
			for _, s := range r.entrySpans(i, c.from, c.from.add(7)) {
				bounds = append(bounds, s.start)
			}
		}
		if (c.until != date{}) {
			for _, s := range r.entrySpans(i, c.until.add(-7), c.until) {
				bounds = append(bounds, s.end)
			}
		}
		for j := range r.plan.Entries[i].Items {
			it := &r.plan.Entries[i].Items[j]
			bounds = append(bounds, it.NotBefore, it.NotAfter)
		}
	}
	slices.SortFunc(bounds, func(a, b time.Time) int { return b.Compare(a) })
	bounds = slices.CompactFunc(bounds, time.Time.Equal)
	for _, b := range bounds {
		if b.IsZero() || b.After(from) {
			continue
		}
		if !slices.Equal(r.setAt(b).items, r.setAt(b.Add(-1)).items) {
			return b
		}
	}
	return origin
}

// setAt computes the set at t without any cache.
func (r *Resolver) setAt(t time.Time) Segment {
	day := dateOf(t.In(r.plan.Zone))
	spans := make([][]span, len(r.rules))
	for i := range r.rules {
		spans[i] = r.entrySpans(i, day.add(-1), day)
	}
	return r.eligible(t, spans)
}

// entrySpans gives the sorted, merged spans of an entry for windows that
// begin on the local dates first to last.
func (r *Resolver) entrySpans(entry int, first, last date) []span {
	var out []span
	for d := first; !last.before(d); d = d.add(1) {
		out = r.rules[entry].spans(out, d, r.plan.Zone)
	}
	slices.SortFunc(out, func(a, b span) int { return a.start.Compare(b.start) })
	merged := out[:0]
	for _, s := range out {
		if n := len(merged); n > 0 && !merged[n-1].end.Before(s.start) {
			if merged[n-1].end.Before(s.end) {
				merged[n-1].end = s.end
			}
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// sweep computes the segments of [from, to), joining neighbours that alike
// calls the same.
func (r *Resolver) sweep(from, to time.Time, alike func(a, b *Segment) bool) []Segment {
	first, last := dateOf(from.In(r.plan.Zone)).add(-1), dateOf(to.In(r.plan.Zone))
	spans := make([][]span, len(r.rules))
	bounds := []time.Time{from}
	add := func(t time.Time) {
		if t.After(from) && t.Before(to) {
			bounds = append(bounds, t)
		}
	}
	for i := range r.rules {
		spans[i] = r.entrySpans(i, first, last)
		for _, s := range spans[i] {
			add(s.start)
			add(s.end)
		}
		if len(spans[i]) > 0 {
			for j := range r.plan.Entries[i].Items {
				add(r.plan.Entries[i].Items[j].NotBefore)
				add(r.plan.Entries[i].Items[j].NotAfter)
			}
		}
	}
	slices.SortFunc(bounds, time.Time.Compare)
	bounds = slices.CompactFunc(bounds, time.Time.Equal)

	var segs []Segment
	for _, b := range bounds {
		next := r.eligible(b, spans)
		if n := len(segs); n > 0 {
			if alike(&segs[n-1], &next) {
				continue
			}
			segs[n-1].End = b
		}
		segs = append(segs, next)
	}
	segs[len(segs)-1].End = to
	return segs
}

// eligible computes the set at t.
func (r *Resolver) eligible(t time.Time, spans [][]span) Segment {
	seg := Segment{Start: t}
	var active []int
	top := 0
	for i, ss := range spans {
		k := sort.Search(len(ss), func(k int) bool { return t.Before(ss[k].end) })
		if k == len(ss) || t.Before(ss[k].start) || !r.anyValid(i, t) {
			continue
		}
		if p := r.plan.Entries[i].Priority; len(active) == 0 || p > top {
			top = p
		}
		active = append(active, i)
	}
	for _, i := range active {
		if r.plan.Entries[i].Priority < top {
			seg.Hidden = append(seg.Hidden, i)
			continue
		}
		seg.Winning = append(seg.Winning, i)
		for j := range r.plan.Entries[i].Items {
			if r.plan.Entries[i].Items[j].validAt(t) {
				seg.items = append(seg.items, ref{i, j})
			}
		}
	}
	return seg
}

func (r *Resolver) anyValid(entry int, t time.Time) bool {
	items := r.plan.Entries[entry].Items
	return slices.ContainsFunc(items, func(i Item) bool { return i.validAt(t) })
}
