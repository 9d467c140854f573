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
	reduced  []reduced // the newest last
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
	clock wire.ClockState
	// early and late are how far the earliest and the latest moment that now
	// may be lie from the effective time: 0 or less, 0 or more.
	early, late time.Duration
	ruling      Ruling
	withdrawn   []playlists.ID              // sorted
	fallen      func(playlists.Digest) bool // nil without a programme
	has         func(playlists.Digest) bool
	slate       *Picture // nil when it cannot be shown
}

// slate gives the programme's slate if it may and can be shown.
func (p *plan) slate(s *situation) *Picture {
	sl := p.loaded.Slate
	if sl == nil || !p.showable(sl, s) {
		return nil
	}
	return &Picture{Media: sl.Media, Rendition: sl.Rendition, MIME: sl.MIME}
}

func (p *plan) showable(sh *programme.Showing, s *situation) bool {
	return !s.isGone(sh.Media, sh.Rendition) && p.loaded.Stands(sh) == nil && s.has(sh.Rendition)
}

// isGone tells whether a rendition is withdrawn or taken down, or its approval
// has fallen.
func (s *situation) isGone(m playlists.ID, rendition playlists.Digest) bool {
	_, withdrawn := slices.BinarySearch(s.withdrawn, m)
	return withdrawn || s.ruling.Forbids != nil && s.ruling.Forbids(m, rendition) || s.fallen != nil && s.fallen(rendition)
}

// slotAt gives the showing at t: the item due, or what fills its slot.
func (p *plan) slotAt(t time.Time, s *situation) Slot {
	if s.ruling.Safe {
		return p.fillHour(t, t.Truncate(slateSlot), t.Truncate(slateSlot).Add(slateSlot), "safe", s)
	}
	due := p.due(t, s)
	if !due.Playing {
		return p.fillHour(t, due.Start, due.End, "", s)
	}
	it := p.loaded.Item(due.Entry, due.Item)
	entry := p.loaded.Entries[due.Entry].ID
	name := string(entry) + "/" + string(it.ID)
	if !p.showable(&it.Showing, s) || !p.holds(due.Entry, due.Item, t, s) {
		return p.filler(due.Start, due.End, name, s)
	}
	return Slot{
		Key: p.key(name, due.Start), Kind: Item, Programme: p.ref, Entry: entry, Item: it.ID,
		Picture: Picture{Media: it.Showing.Media, Rendition: it.Showing.Rendition, MIME: it.Showing.MIME},
		Start:   due.Start, End: due.End, From: due.Start, Transition: it.Transition,
	}
}

// fillHour gives the filler of a slot that may be endless, by the hour.
func (p *plan) fillHour(t, start, end time.Time, instead string, s *situation) Slot {
	hour := t.Truncate(slateSlot)
	if start.Before(hour) {
		start = hour
	}
	if end.After(hour.Add(slateSlot)) {
		end = hour.Add(slateSlot)
	}
	return p.filler(start, end, instead, s)
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

// holds tells whether an item may play at t however the clock stands: it has
// begun at the earliest moment that t may be, and not ended at the latest. When
// the clock is lost, true time is somewhere after t, so what ends soon may have
// ended.
func (p *plan) holds(entry, item int, t time.Time, s *situation) bool {
	terms := p.loaded.Terms(entry, item)
	if from := terms.ValidFrom; !from.IsZero() && t.Add(s.early).Before(from) {
		return false
	}
	if s.clock != wire.ClockLost {
		return terms.ValidUntil.IsZero() || t.Add(s.late).Before(terms.ValidUntil)
	}
	for _, end := range []time.Time{p.ends[entry], terms.ValidUntil} {
		if !end.IsZero() && end.Sub(t) <= lostMargin {
			return false
		}
	}
	return true
}
