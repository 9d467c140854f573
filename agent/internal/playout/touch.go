package playout

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// A screen that is to be touched offers a visitor the images of its loop as
// pages. Which they are, and which one shows, is for the playout to say as with
// everything else: a page only tells it what was touched. So what may not be
// shown is not offered, what is taken down leaves at once, and a page that was
// opened is a play like any other.

// touch is what a visitor has opened. The zero value is nothing.
type touch struct {
	open bool
	key  string    // of the page, "" for all of them
	n    uint64    // rises with each that is opened
	at   time.Time // effective, when it was opened
	last time.Time // monotonic, of the newest touch
}

const (
	maxPages = 24 // that can be told apart on one glass
	// leastIdle and mostIdle bound what settings may say.
	leastIdle = 5 * time.Second
	mostIdle  = 10 * time.Minute
	// Away is the key by which a visitor leaves.
	Away = "away"
)

// Touched tells what a visitor has touched: the key of a page, "" for the list
// of them, or Away. The same again keeps it open. A key that is not offered is
// passed over.
func (p *Playout) Touched(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.view.Pages) == 0 {
		return
	}
	now := p.o.Monotonic()
	switch {
	case key == Away:
		p.touch = touch{n: p.touch.n}
	case key != "" && !slices.ContainsFunc(p.view.Pages, func(pg Page) bool { return pg.Key == key }):
		return
	case p.touch.open && p.touch.key == key:
		p.touch.last = now
	default:
		at, _ := p.o.Clock.Now()
		p.touch = touch{open: true, key: key, n: p.touch.n + 1, at: at.Round(0).UTC(), last: now}
	}
	p.announce()
}

// touched gives the slot of what a visitor has opened, nil for the loop, and
// what may be opened. The caller holds the lock.
func (p *Playout) touched(now time.Time, sit *situation) (*Slot, []Page) {
	if p.o.Touch == nil || sit.ruling.Safe {
		p.touch.open = false
		return nil, nil
	}
	interactive, idle := p.o.Touch()
	var pages []Page
	if interactive {
		pages = p.active.pages(now, sit)
	}
	idle = min(max(idle, leastIdle), mostIdle)
	left := idle - p.o.Monotonic().Sub(p.touch.last)
	if p.touch.open = p.touch.open && len(pages) > 0 && left > 0; !p.touch.open {
		return nil, pages
	}
	slot := &Slot{
		Kind: Pages, Programme: p.active.ref, Start: p.touch.at, From: p.touch.at, Transition: playlists.Cut,
		// By the whole second, so that the view changes with touches and not with readings of the clock.
		End: now.Add(left).Truncate(time.Second).Add(time.Second),
	}
	i := slices.IndexFunc(pages, func(pg Page) bool { return pg.Key == p.touch.key })
	if i >= 0 {
		pg := &pages[i]
		slot.Kind, slot.Entry, slot.Item, slot.Picture, slot.Touched = Item, pg.entry, pg.item, pg.Picture, true
	}
	slot.Key = fmt.Sprintf("touch/%d/%s/%s", p.touch.n, slot.Kind, slot.Item)
	if len(p.view.Slots) == 1 && p.view.Slots[0].Key == slot.Key && p.view.Slots[0].End.Sub(slot.End).Abs() <= time.Second {
		slot.End = p.view.Slots[0].End // the same touch, seen at another moment
	}
	return slot, pages
}

// pages lists the images of the entries that play at t, as far as they may be
// shown: each media once.
func (p *plan) pages(t time.Time, s *situation) []Page {
	var out []Page
	for _, e := range p.resolver.Timeline(t, t.Add(slateSlot))[0].Winning {
		for i := range p.loaded.Playlists[e].Items {
			it := p.loaded.Item(e, i)
			sh := &it.Showing
			known := slices.ContainsFunc(out, func(pg Page) bool { return pg.Picture.Media == sh.Media })
			if known || !strings.HasPrefix(sh.MIME, "image/") || !p.showable(sh, s) || !p.holds(e, i, t, s) {
				continue
			}
			entry := p.loaded.Entries[e].ID
			out = append(out, Page{
				Key: string(entry) + "/" + string(it.ID), Picture: Picture{Media: sh.Media, Rendition: sh.Rendition, MIME: sh.MIME}, entry: entry, item: it.ID,
			})
			if len(out) == maxPages {
				return out
			}
		}
	}
	return out
}
