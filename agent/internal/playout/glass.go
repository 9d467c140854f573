package playout

import (
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// glass is what pages have confirmed by frames. Several pages may show the
// same thing; the first that shows a slot begins its play and the first that
// shows a later one ends it.
type glass struct {
	pages map[uint64]string // identity of what each shows
	known []Slot            // the newest that a page may confirm, oldest first
	open  *showing
	shown *wire.ProgrammeRef
	last  time.Time // monotonic, of the newest frame of any page
}

// showing is a play that has not ended.
type showing struct {
	identity string
	slot     Slot
	kind     Kind
	picture  Picture
	began    time.Time // monotonic
	at       time.Time // effective
	clock    wire.ClockState
	frame    time.Time // monotonic, the newest
}

const (
	// maxKnown slots can still be confirmed: the view's, and those just before.
	maxKnown = 8
	// frameless is how long something counts as shown without a frame.
	frameless = 3 * time.Second
	// slack is how much before the end of its slot a complete play may end.
	slack = 250 * time.Millisecond
	// maxPlay is the longest play that the protocol carries.
	maxPlay = 48 * time.Hour
)

// expect makes slots known and forgets those that must not be seen any more.
func (g *glass) expect(slots []Slot, s *situation) {
	g.known = slices.DeleteFunc(g.known, func(k Slot) bool { return s.isGone(k.Picture.Media, k.Picture.Rendition) })
	for _, s := range slots {
		g.known = slices.DeleteFunc(g.known, func(k Slot) bool { return k.Key == s.Key })
		g.known = append(g.known, s)
	}
	if n := len(g.known); n > maxKnown {
		g.known = slices.Delete(g.known, 0, n-maxKnown)
	}
}

// Shown tells that a page has painted a frame of the slot. as is what the frame
// was of: the slot's own kind, or the slate or the neutral page in its place.
// Pages say it at the first frame and every second after it. A slot that was
// never in a view is ignored.
func (p *Playout) Shown(id uint64, key string, as Kind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.glass.known, func(s Slot) bool { return s.Key == key })
	if i < 0 {
		return
	}
	now := p.o.Monotonic()
	at, clock := p.o.Clock.Now()
	s := showing{slot: p.glass.known[i], kind: as, began: now, at: at, clock: clock, frame: now}
	switch {
	case as == s.slot.Kind:
		s.picture = s.slot.Picture
	case as == Slate && p.view.Slate != nil:
		s.picture = *p.view.Slate
	case as != Neutral:
		return
	}
	s.identity = key + " " + string(s.kind)
	p.glass.pages[id] = s.identity
	p.glass.last = now
	open := p.glass.open
	switch {
	case open != nil && open.identity == s.identity:
		open.frame = now
		return
	case open != nil && s.slot.From.Before(open.slot.From) && p.showsOpen():
		return // a page that lags behind the others
	case open != nil && open.slot.Key == key && open.kind == Item && p.showsOpen():
		return // this page could not show the item, another one does
	}
	p.finish(now)
	p.glass.open = &s
	if s.kind == Item || s.kind == Slate {
		if ref := s.slot.Programme; p.glass.shown == nil || ref.Epoch > p.glass.shown.Epoch || ref.Epoch == p.glass.shown.Epoch && ref.Counter > p.glass.shown.Counter {
			p.glass.shown = &ref
		}
	}
	if s.kind == Item {
		delete(p.problems, itemFailed)
	}
	p.announce()
}

// Failed tells that a page cannot show a slot; it shows the slate in its place
// and says so by Shown.
func (p *Playout) Failed(key, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.glass.known, func(s Slot) bool { return s.Key == key })
	if i < 0 {
		return
	}
	s := &p.glass.known[i]
	p.o.Log.Warn("item cannot be shown", "item", s.Item, "rendition", s.Picture.Rendition, "why", why)
	p.note(itemFailed, string(s.Picture.Media)+": "+why)
}

// Left tells that a page is gone or hidden.
func (p *Playout) Left(id uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if delete(p.glass.pages, id); p.glass.open != nil && !p.showsOpen() {
		p.finish(p.glass.open.frame)
		p.announce()
	}
}

// LastFrame gives the monotonic time of the newest frame of any page, zero
// before the first.
func (p *Playout) LastFrame() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.glass.last
}

// Status tells what the screen does.
func (p *Playout) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	st := Status{Showing: wire.Showing{Kind: wire.ShowNothing}, Shown: p.glass.shown}
	if p.active != nil {
		ref := p.active.ref
		st.Playing = &ref
	}
	if s := p.glass.open; s != nil {
		st.Showing = wire.Showing{
			Kind: s.wireKind(), Media: s.picture.Media, Rendition: s.picture.Rendition,
			Since: s.at.UnixMilli(), LastFrame: s.at.Add(s.frame.Sub(s.began)).UnixMilli(),
		}
		if s.kind == Item || s.kind == Bulletin {
			st.Showing.Entry, st.Showing.Item = s.slot.Entry, s.slot.Item
		}
		st.Showing.Touched = s.kind == Pages || s.slot.Touched
	}
	for _, pr := range p.problems {
		st.Problems = append(st.Problems, pr)
	}
	slices.SortFunc(st.Problems, func(a, b wire.Problem) int { return int(a.Since - b.Since) })
	return st
}

// wireKind is how reports name it: the neutral page is a slate without bytes.
func (s *showing) wireKind() wire.ShowKind {
	switch s.kind {
	case Item:
		return wire.ShowItem
	case Pairing:
		return wire.ShowPairing
	case Bulletin:
		return wire.ShowBulletin
	case Pages:
		return wire.ShowPages
	}
	return wire.ShowSlate
}

// showsOpen tells whether a page still shows what is open. The caller holds
// the lock.
func (p *Playout) showsOpen() bool {
	for _, identity := range p.glass.pages {
		if identity == p.glass.open.identity {
			return true
		}
	}
	return false
}

// expire ends what has had no frame for too long. The caller holds the lock.
func (p *Playout) expire() {
	if s := p.glass.open; s != nil && p.o.Monotonic().Sub(s.frame) > frameless {
		p.finish(s.frame)
		p.announce()
	}
}

// finish ends the open play at a monotonic time and queues it to be recorded.
// The caller holds the lock.
func (p *Playout) finish(end time.Time) {
	s := p.glass.open
	if p.glass.open = nil; s == nil || s.kind != Item && s.kind != Slate && s.kind != Bulletin {
		return
	}
	length := min(end.Sub(s.began), maxPlay)
	id, err := playlists.NewID(p.o.Random)
	if err != nil || len(p.finished) >= maxFinished {
		p.o.Log.Error("play is lost", "slot", s.slot.Key, "waiting", len(p.finished), "error", err)
		return
	}
	play := wire.Play{
		ID: id, Programme: s.slot.Programme, Media: s.picture.Media, Rendition: s.picture.Rendition,
		StartedAt: s.at.UnixMilli(), DurationMS: length.Milliseconds(), Clock: s.clock,
		Complete: !s.at.Add(length).Before(s.slot.End.Add(-slack)),
	}
	switch s.kind {
	case Item:
		play.Entry, play.Item, play.Touched = s.slot.Entry, s.slot.Item, s.slot.Touched
	case Bulletin:
		play.Order, play.Rendition = s.slot.Item, s.slot.Signed
	}
	p.finished = append(p.finished, play)
}
