package screencheck

import (
	"bytes"
	"context"
	"image"
	"slices"
	"time"

	"cotmoc/agent/internal/playout"
	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/programme"
)

const (
	// late is how long what was due before may still be seen: the page lets it
	// stay for a picture that is not ready.
	late = 1300 * time.Millisecond
	// early is how much sooner the page may be than the agent.
	early = 300 * time.Millisecond
	// behind and ahead are how far a film may be from where it should be.
	behind = 1200 * time.Millisecond
	ahead  = 400 * time.Millisecond
	// maxPast slots are remembered.
	maxPast = 6
	// maxPrints are held ready, of at most maxPrintBytes.
	maxPrints     = 6
	maxPrintBytes = 3 << 20
)

// stay is a slot with the time that it was due.
type stay struct {
	slot  playout.Slot
	began time.Time // effective
	ended time.Time // zero while it is due
}

// past remembers what was due; one goroutine fills it, under the checker's
// lock.
type past struct {
	stays []stay // the newest last
	next  *playout.Slot
	slate *playout.Picture
}

func (p *past) take(v *playout.View, now time.Time) {
	p.next, p.slate = nil, v.Slate
	if len(v.Slots) == 0 {
		return
	}
	if len(v.Slots) > 1 {
		n := v.Slots[1]
		p.next = &n
	}
	slot := v.Slots[0]
	if n := len(p.stays); n > 0 {
		last := &p.stays[n-1]
		if last.slot.Key == slot.Key {
			last.slot = slot
			return
		}
		last.ended = now
	}
	p.stays = append(p.stays, stay{slot: slot, began: now})
	if n := len(p.stays); n > maxPast {
		p.stays = slices.Delete(p.stays, 0, n-maxPast)
	}
}

// follow keeps the past until ctx ends.
func (c *Checker) follow(ctx context.Context) {
	for {
		changed := c.o.Playout.Changed()
		v := c.o.Playout.View()
		c.mu.Lock()
		c.past.take(&v, c.o.Playout.Now())
		c.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// expect says what may be seen between two moments of effective time. instead
// tells that the page has said it shows the slate in the item's place.
func (c *Checker) expect(from, until time.Time, instead bool) expectation {
	c.mu.Lock()
	stays, next, slate := slices.Clone(c.past.stays), c.past.next, c.past.slate
	c.mu.Unlock()
	var e expectation
	var due []playout.Slot
	for i, s := range stays {
		if !s.ended.IsZero() && s.ended.Add(late).Before(from) {
			if s.slot.Kind == playout.Item && i < len(stays)-1 {
				if o, ok := c.option(&s.slot.Picture, s.slot.Start, s.began, s.ended); ok {
					e.earlier = append(e.earlier, o)
				}
			}
			continue
		}
		due = append(due, s.slot)
	}
	if len(stays) > 0 {
		last := stays[len(stays)-1].slot
		e.wanted, e.film = last.Picture.Media, last.Picture.Video() && last.Kind == playout.Item
		if last.Kind == playout.Slate {
			e.wanted = ""
		}
	}
	if next != nil && !next.From.After(until.Add(early)) {
		due = append(due, *next)
	}
	var before []option
	for i := range due {
		s := &due[i]
		o, why := c.slotOption(s, slate, from, until)
		if why != "" {
			e.unsure = why
			continue
		}
		if s.Transition == playlists.Fade {
			for _, b := range before { // a slow page may have left one out
				e.options = append(e.options, blend(b, o))
			}
		}
		e.options = append(e.options, o)
		before = append(before, o)
	}
	if instead {
		if o, why := c.slotOption(&playout.Slot{Kind: playout.Slate}, slate, from, until); why == "" {
			e.options = append(e.options, o)
		} else {
			e.unsure = why
		}
	}
	return e
}

// slotOption gives the picture of a slot, or why it cannot be compared.
func (c *Checker) slotOption(s *playout.Slot, slate *playout.Picture, from, until time.Time) (option, string) {
	switch s.Kind {
	case playout.Item:
		if o, ok := c.option(&s.Picture, s.Start, from, until); ok {
			return o, ""
		}
		return option{}, noPrint
	case playout.Slate:
		if slate == nil {
			return neutral(), ""
		}
		// A film as the slate runs by itself: any part of it.
		if o, ok := c.option(slate, time.Time{}, time.Time{}, time.Time{}); ok {
			return o, ""
		}
		return option{}, noPrint
	case playout.Neutral:
		return neutral(), ""
	case playout.Bulletin:
		return option{}, aBulletin
	}
	return option{}, thePairing
}

// option gives what may be seen of a picture that began at a time, between two
// others; of a film without them any part.
func (c *Checker) option(p *playout.Picture, start, from, until time.Time) (option, bool) {
	prints := c.prints(p.Rendition)
	if prints == nil {
		return option{}, false
	}
	o := option{size: image.Pt(prints.Width, prints.Height)}
	length := prints.Length()
	switch {
	case !prints.Film():
		o.band = prints.Between(0, 0)
	case start.IsZero() || until.Sub(from) > length:
		o.band = prints.Between(0, length)
	default:
		a, b := from.Sub(start)-behind, until.Sub(start)+ahead
		if a = max(a, 0); a/length != max(b, 0)/length { // past its end: the last frame stands or it begins again
			o.band = prints.Between(a%length, length).With(prints.Between(0, max(b, 0)%length))
		} else {
			o.band = prints.Between(a%length, max(b, 0)%length)
		}
		if b > length { // the last round stands on its last frame
			o.band = o.band.With(prints.Between(length, length))
		}
	}
	if prints.Film() {
		o.band, o.film = o.band.Shown(), true
	}
	return o, true
}

// blend is what lies between two pictures.
func blend(a, b option) option {
	coarse := func(o option, columns, rows int) option {
		if o.band.Columns == columns && o.band.Rows == rows {
			return o
		}
		if band, err := o.band.Coarse(columns, rows); err == nil {
			o.band = band
		}
		return o
	}
	columns, rows := min(a.band.Columns, b.band.Columns), min(a.band.Rows, b.band.Rows)
	a, b = coarse(a, columns, rows), coarse(b, columns, rows)
	b.band, b.film = b.band.With(a.band), a.film || b.film
	return b
}

// neutral is the player's own page: one colour, with a mark in the middle that
// is not looked at.
func neutral() option {
	const columns, rows = 16, 16
	return option{
		band: picturehash.Around(picturehash.FromRGB(columns, rows, bytes.Repeat([]byte{0x24, 0x40, 0x6e}, columns*rows))),
		mask: func(c, r int) bool { return c > 3 && c < 12 && r > 3 && r < 12 },
	}
}

// prints gives what a rendition looks like, from memory for those of a moment
// ago.
func (c *Checker) prints(d playlists.Digest) *programme.Prints {
	for i, p := range c.held {
		if p.Rendition == d {
			c.held = append(slices.Delete(c.held, i, i+1), p)
			return p
		}
	}
	p := c.o.Prints(d)
	if p == nil {
		return nil
	}
	c.held = append(c.held, p)
	sum := 0
	for i, h := range slices.Backward(c.held) {
		if sum += len(h.Low) + len(h.High); i < len(c.held)-1 && (sum > maxPrintBytes || len(c.held)-i > maxPrints) {
			c.held = slices.Delete(c.held, 0, i+1)
			break
		}
	}
	return p
}
