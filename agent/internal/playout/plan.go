package playout

import (
	"fmt"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
	"cotmoc/playlists/wire"
)

// lostMargin is how far from its end an item must be to play while the clock
// is lost: longer than a screen PC is likely to have been without power.
const lostMargin = 30 * 24 * time.Hour

// slateSlot bounds a slot of the slate when nothing is due, so that its plays
// are of a length that people can read.
const slateSlot = time.Hour

// plan is a programme made ready for the question what is due.
type plan struct {
	loaded   *programme.Loaded
	resolver *schedule.Resolver
	ends     []time.Time // by entry: when its rule's last date is over; zero for never
	ref      wire.ProgrammeRef
}

func newPlan(l *programme.Loaded) (*plan, error) {
	sp, err := l.Plan()
	if err != nil {
		return nil, err
	}
	r, err := schedule.NewResolver(sp)
	if err != nil {
		return nil, err
	}
	p := &plan{loaded: l, resolver: r, ref: wire.ProgrammeRef{Epoch: l.Epoch, Counter: l.Counter}}
	for _, e := range sp.Entries {
		var end time.Time
		if e.Rule.Until != "" {
			last, err := time.ParseInLocation(time.DateOnly, e.Rule.Until, sp.Zone)
			if err != nil {
				return nil, fmt.Errorf("cannot read the last day of entry %s: %w", e.ID, err)
			}
			end = last.AddDate(0, 0, 1)
		}
		p.ends = append(p.ends, end)
	}
	return p, nil
}

// situation is what else than the programme decides about a slot.
type situation struct {
	clock     wire.ClockState
	withdrawn []playlists.ID // sorted
	has       func(playlists.Digest) bool
	slate     *Picture // nil when it cannot be shown
}

// slate gives the programme's slate if it may and can be shown.
func (p *plan) slate(s *situation) *Picture {
	sl := p.loaded.Slate
	if sl == nil || !s.showable(sl) {
		return nil
	}
	return &Picture{Media: sl.Media, Rendition: sl.Rendition, MIME: sl.MIME}
}

func (s *situation) showable(sh *programme.Showing) bool {
	return !s.isWithdrawn(sh.Media) && s.has(sh.Rendition)
}

func (s *situation) isWithdrawn(m playlists.ID) bool {
	_, found := slices.BinarySearch(s.withdrawn, m)
	return found
}

// slotAt gives the showing at t: the item due, or what fills its slot.
func (p *plan) slotAt(t time.Time, s *situation) Slot {
	due := p.resolver.At(t)
	if s.clock == wire.ClockLost && !p.anyTrusted(t) {
		if last, ok := p.lastGood(t); ok {
			due = last
		}
	}
	if !due.Playing {
		hour := t.Truncate(slateSlot)
		start, end := due.Start, due.End
		if start.Before(hour) {
			start = hour
		}
		if end.After(hour.Add(slateSlot)) {
			end = hour.Add(slateSlot)
		}
		return p.filler(start, end, "", s)
	}
	it := p.loaded.Item(due.Entry, due.Item)
	entry := p.loaded.Entries[due.Entry].ID
	name := string(entry) + "/" + string(it.ID)
	if !s.showable(&it.Showing) || s.clock == wire.ClockLost && !p.trusted(due.Entry, due.Item, t) {
		return p.filler(due.Start, due.End, name, s)
	}
	return Slot{
		Key: p.key(name, due.Start), Kind: Item, Programme: p.ref, Entry: entry, Item: it.ID,
		Picture: Picture{Media: it.Showing.Media, Rendition: it.Showing.Rendition, MIME: it.Showing.MIME},
		Start:   due.Start, End: due.End, From: due.Start, Transition: it.Transition,
	}
}

// filler gives the slot with the slate, or the neutral page, in it.
func (p *plan) filler(start, end time.Time, instead string, s *situation) Slot {
	slot := Slot{Kind: Neutral, Programme: p.ref, Start: start, End: end, From: start, Transition: playlists.Cut}
	if s.slate != nil {
		slot.Kind, slot.Picture = Slate, *s.slate
	}
	slot.Key = p.key(string(slot.Kind)+"/"+instead, start)
	return slot
}

func (p *plan) key(name string, start time.Time) string {
	return fmt.Sprintf("%d.%d/%s/%d", p.ref.Epoch, p.ref.Counter, name, start.UnixMilli())
}

// trusted tells whether an item may play at t when the clock is lost: true
// time is somewhere after t, so what ends soon may have ended.
func (p *plan) trusted(entry, item int, t time.Time) bool {
	for _, end := range []time.Time{p.ends[entry], p.loaded.Terms(entry, item).ValidUntil} {
		if !end.IsZero() && end.Sub(t) <= lostMargin {
			return false
		}
	}
	from := p.loaded.Terms(entry, item).ValidFrom
	return from.IsZero() || !t.Before(from)
}

// anyTrusted tells whether an item that is due around t may play.
func (p *plan) anyTrusted(t time.Time) bool {
	return p.winnerTrusted(p.resolver.Timeline(t, t.Add(1))[0], t)
}

func (p *plan) winnerTrusted(seg schedule.Segment, t time.Time) bool {
	for _, e := range seg.Winning {
		for i := range p.loaded.Playlists[e].Items {
			if p.trusted(e, i, t) {
				return true
			}
		}
	}
	return false
}

// lastGood finds the newest loop before t of which something may still play,
// and goes on with it: with a lost clock, times of day say nothing. It reads
// at most nine days, beyond which weekly rules only repeat.
func (p *plan) lastGood(t time.Time) (schedule.Slot, bool) {
	day := t.Truncate(24 * time.Hour)
	segs := p.resolver.Timeline(day.AddDate(0, 0, -9), t.Add(1))
	for _, seg := range slices.Backward(segs) {
		if !p.winnerTrusted(seg, t) {
			continue
		}
		length := seg.End.Sub(seg.Start)
		into := t.Sub(seg.Start) % length
		shift := t.Sub(seg.Start) - into
		s := p.resolver.At(seg.Start.Add(into))
		if s.End.After(seg.End) {
			s.End = seg.End
		}
		s.Start, s.End = s.Start.Add(shift), s.End.Add(shift)
		return s, true
	}
	return schedule.Slot{}, false
}
