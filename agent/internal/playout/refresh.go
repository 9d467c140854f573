package playout

import (
	"reflect"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// refresh derives the view again and tells how long it holds at most.
func (p *Playout) refresh() time.Duration {
	code, enrolled := p.o.Enrolment.Code()
	now, clock := p.o.Clock.Now()
	now = now.Round(0).UTC() // views are compared, so their times carry nothing else
	earliest, latest := p.o.Clock.Bounds()
	sit := &situation{clock: clock, early: coarse(earliest.Sub(now)), late: -coarse(now.Sub(latest)), ruling: p.o.Rulings.Ruling(), has: p.o.Ready.Has}
	if n := p.o.Programmes.Newest(); n != nil {
		sit.withdrawn = n.Withdrawn
	}
	current := p.o.Programmes.Current()
	if current != nil {
		sit.fallen = current.Forbidden
	}

	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.derive(now, sit, current)
	if !enrolled {
		next = View{Code: code, Slots: []Slot{{Key: "pairing", Kind: Pairing}}}
	}
	next.Seq, next.Hurry = p.view.Seq, p.hurries(&next, now, sit)
	p.expire()
	if !reflect.DeepEqual(next, p.view) {
		next.Seq++
		p.view = next
		p.glass.expect(next.Slots, sit)
		p.announce()
	}
	wait := beat
	if s := &p.view.Slots[0]; !s.End.IsZero() {
		wait = min(wait, max(s.End.Sub(now), time.Millisecond))
	}
	return wait
}

// coarse rounds how far a bound lies from now away from it, so that views do
// not differ by what two readings of a clock differ; above 0 it gives 0.
func coarse(d time.Duration) time.Duration {
	const grain = 100 * time.Millisecond
	return min((d - grain + 1).Truncate(grain), 0)
}

// derive gives the view of an enrolled screen. The caller holds the lock.
func (p *Playout) derive(now time.Time, sit *situation, current *programme.Loaded) View {
	pending := p.pending(current)
	if pending != nil && p.maySwitch(now, sit) {
		p.active, p.waiting, pending = pending, nil, nil
	}
	if p.active == nil {
		if b := p.bulletinSlot(now, wire.ProgrammeRef{}, sit); b != nil {
			return View{Slots: []Slot{*b}, Bulletin: sit.ruling.Bulletin}
		}
		return View{Slots: []Slot{{Key: "neutral", Kind: Neutral}}}
	}
	v := View{Slate: p.active.slate(sit)}
	sit.slate = v.Slate
	if b := p.bulletinSlot(now, p.active.ref, sit); b != nil {
		v.Bulletin, v.Slots = sit.ruling.Bulletin, []Slot{*b}
		return v
	}
	if slot, pages := p.touched(now, sit); slot != nil {
		v.Slots, v.Pages = []Slot{*slot}, pages
		return v
	} else {
		v.Pages = pages
	}
	slot := p.active.slotAt(now, sit)
	if len(p.view.Slots) > 0 && p.view.Slots[0].Key == slot.Key {
		slot.From = p.view.Slots[0].From
	} else if slot.Start.Before(now) && len(p.view.Slots) > 1 && p.view.Slots[1].Key == slot.Key {
		slot.From = p.view.Slots[1].From
	} else if len(p.view.Slots) > 0 && slot.From.Before(p.view.Slots[0].From) {
		slot.From = now // it comes back, or something calls for the slate
	}
	following := p.active
	if pending != nil {
		following = pending
	}
	next := following.slotAt(slot.End, sit)
	for n := 0; next.Key == slot.Key && n < maxJoined; n++ {
		slot.End = next.End // it goes on past a moment that changed nothing here
		next = following.slotAt(slot.End, sit)
	}
	if next.From.Before(slot.End) {
		next.From = slot.End
	}
	v.Slots = []Slot{slot, next}
	return v
}

// maxJoined bounds how often a slot is lengthened at one look.
const maxJoined = 100

// bulletinSlot gives the slot of the bulletin in force, nil without one. A
// screen that was put on its slate shows none.
func (p *Playout) bulletinSlot(now time.Time, ref wire.ProgrammeRef, s *situation) *Slot {
	b := s.ruling.Bulletin
	if b == nil || s.ruling.Safe {
		return nil
	}
	text, err := programme.Marshal(b)
	if err != nil {
		p.o.Log.Error("bulletin cannot be shown", "order", b.ID, "error", err)
		return nil
	}
	slot := &Slot{
		Key: "bulletin/" + string(b.ID), Kind: Bulletin, Programme: ref, Item: b.ID,
		Start: time.UnixMilli(b.IssuedAt).UTC(), From: now, End: time.UnixMilli(b.Until).UTC(), Transition: playlists.Cut,
		Signed: playlists.DigestOf(text),
	}
	if len(p.view.Slots) > 0 && p.view.Slots[0].Key == slot.Key {
		slot.From = p.view.Slots[0].From
	}
	return slot
}

// pending gives the plan of the current programme if it is not the active one.
func (p *Playout) pending(current *programme.Loaded) *plan {
	if current == nil || current.Payload == p.refused || p.active != nil && p.active.loaded == current {
		return nil
	}
	if p.waiting != nil && p.waiting.loaded == current {
		return p.waiting
	}
	fresh, err := newPlan(current)
	if err != nil {
		p.refused = current.Payload
		p.note(unplayable, err.Error())
		p.o.Log.Error("programme cannot be played", "epoch", current.Epoch, "counter", current.Counter, "error", err)
		return nil
	}
	p.waiting = fresh
	delete(p.problems, unplayable)
	return fresh
}

// maySwitch tells whether another programme may take over now: at an item
// boundary, when no item shows, or when the one that shows is withdrawn.
func (p *Playout) maySwitch(now time.Time, sit *situation) bool {
	if p.active == nil || len(p.view.Slots) == 0 || p.waiting != nil && p.waiting.loaded.Payload == p.active.loaded.Payload {
		return true
	}
	s := &p.view.Slots[0]
	return s.Kind != Item || s.Touched || !now.Before(s.End) || now.Before(s.Start) || sit.isGone(s.Picture.Media, s.Picture.Rendition)
}

// hurries tells whether what the view before showed must not be seen any more,
// or gives way to a bulletin, and keeps saying so for the slot that took its
// place.
func (p *Playout) hurries(next *View, now time.Time, sit *situation) bool {
	if len(p.view.Slots) == 0 {
		return false
	}
	if sameSlot(next, &p.view) {
		return p.view.Hurry
	}
	before := &p.view.Slots[0]
	gone := before.Picture.Media != "" && sit.isGone(before.Picture.Media, before.Picture.Rendition)
	if before.Touched || before.Kind == Pages || next.Slots[0].Touched || next.Slots[0].Kind == Pages {
		return gone || next.Slots[0].Kind == Bulletin // a visitor may wait for a picture
	}
	cut := (before.Kind == Item || before.Kind == Bulletin) && now.Before(before.End)
	return gone || cut || next.Slots[0].Kind == Bulletin
}

func sameSlot(a, b *View) bool {
	return len(a.Slots) > 0 && len(b.Slots) > 0 && a.Slots[0].Key == b.Slots[0].Key
}

// The codes of problems.
const (
	unplayable = "programme_unplayable"
	itemFailed = "item_failed"
)

// note keeps a problem until it is forgotten. The caller holds the lock.
func (p *Playout) note(code, detail string) {
	detail = wire.Shorten(detail) // a page may say anything
	if old, ok := p.problems[code]; ok && old.Detail == detail {
		return
	}
	now, _ := p.o.Clock.Now()
	p.problems[code] = wire.Problem{Code: code, Detail: detail, Since: now.UnixMilli()}
	p.announce()
}
