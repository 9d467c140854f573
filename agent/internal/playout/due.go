package playout

import (
	"slices"
	"time"

	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// place is an item of the plan.
type place struct{ entry, item int }

// due gives the slot due at t, as the resolver gives it to the console, but for
// what only this screen knows: while its clocks do not agree that an item has
// begun, the loop is as it was before; and entries of which nothing may be
// shown give way to those below them.
func (p *plan) due(t time.Time, s *situation) schedule.Slot {
	var blocked []place
	p.each(func(e, i int, from, _ time.Time) {
		if !from.IsZero() && !t.Before(from) && t.Add(s.early).Before(from) {
			blocked = append(blocked, place{e, i})
		}
	})
	for {
		r := p.without(blocked)
		barred := r.Barred(t, func(e, i int) bool { return p.mayShow(e, i, t, s) })
		if len(barred) == 0 {
			slot := r.At(t)
			if !slot.Playing && s.clock == wire.ClockLost {
				if last, ok := p.lastGood(t, s); ok {
					return last
				}
			}
			return p.clip(slot, t, len(blocked) > 0, s)
		}
		for _, e := range barred {
			for i := range p.loaded.Playlists[e].Items {
				if b := (place{e, i}); !slices.Contains(blocked, b) {
					blocked = append(blocked, b)
				}
			}
		}
	}
}

// clip ends a slot where what may be shown changes on this screen; when
// something is blocked, also where the plan itself changes.
func (p *plan) clip(slot schedule.Slot, t time.Time, blocked bool, s *situation) schedule.Slot {
	end := func(at time.Time) {
		if at.After(t) && at.Before(slot.End) {
			slot.End = at
		}
	}
	if blocked {
		end(p.resolver.Timeline(t, t.Add(slateSlot))[0].End)
	}
	p.each(func(_, _ int, from, until time.Time) {
		if !from.IsZero() {
			end(from.Add(-s.early))
		}
		if !until.IsZero() {
			end(until.Add(-s.late))
		}
	})
	return slot
}

// each visits every item with its approved validity.
func (p *plan) each(visit func(entry, item int, from, until time.Time)) {
	for e := range p.loaded.Playlists {
		for i := range p.loaded.Playlists[e].Items {
			terms := p.loaded.Terms(e, i)
			visit(e, i, terms.ValidFrom, terms.ValidUntil)
		}
	}
}

// reduced is the resolver of the plan without some items.
type reduced struct {
	blocked  []place
	resolver *schedule.Resolver
}

// maxReduced is how many of them are kept: the same ones are asked for again
// within a second.
const maxReduced = 4

// without gives the resolver of the plan without some items.
func (p *plan) without(blocked []place) *schedule.Resolver {
	if len(blocked) == 0 {
		return p.resolver
	}
	for _, r := range p.reduced {
		if slices.Equal(r.blocked, blocked) {
			return r.resolver
		}
	}
	gone := map[place]bool{}
	for _, b := range blocked {
		gone[b] = true
	}
	r := reduced{slices.Clone(blocked), p.resolver.Without(func(e, i int) bool { return gone[place{e, i}] })}
	if p.reduced = append(p.reduced, r); len(p.reduced) > maxReduced {
		p.reduced = p.reduced[1:]
	}
	return r.resolver
}

// mayShow tells whether an item may be shown at t. One whose bytes have not
// come may: its slot waits for them, so that screens beside one another stay in
// step.
func (p *plan) mayShow(entry, item int, t time.Time, s *situation) bool {
	sh := &p.loaded.Item(entry, item).Showing
	return p.holds(entry, item, t, s) && !s.isGone(sh.Media, sh.Rendition) && p.loaded.Stands(sh) == nil
}

func (p *plan) anyMayShow(entry int, t time.Time, s *situation) bool {
	for i := range p.loaded.Playlists[entry].Items {
		if p.mayShow(entry, i, t, s) {
			return true
		}
	}
	return false
}

// lastGood finds the newest loop before t of which something may still play,
// and goes on with it: with a lost clock, times of day say nothing. It reads
// at most nine days, beyond which weekly rules only repeat.
func (p *plan) lastGood(t time.Time, s *situation) (schedule.Slot, bool) {
	var blocked []place
	for e := range p.loaded.Playlists {
		if !p.anyMayShow(e, t, s) {
			for i := range p.loaded.Playlists[e].Items {
				blocked = append(blocked, place{e, i})
			}
		}
	}
	r := p.without(blocked)
	day := t.Truncate(24 * time.Hour)
	for _, seg := range slices.Backward(r.Timeline(day.AddDate(0, 0, -9), t.Add(1))) {
		if !slices.ContainsFunc(seg.Winning, func(e int) bool { return p.anyMayShow(e, t, s) }) {
			continue
		}
		length := seg.End.Sub(seg.Start)
		into := t.Sub(seg.Start) % length
		shift := t.Sub(seg.Start) - into
		slot := r.At(seg.Start.Add(into))
		if slot.End.After(seg.End) {
			slot.End = seg.End
		}
		slot.Start, slot.End = slot.Start.Add(shift), slot.End.Add(shift)
		return slot, true
	}
	return schedule.Slot{}, false
}
