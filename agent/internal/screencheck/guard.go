package screencheck

import (
	"context"
	"errors"
	"time"

	"cotmoc/playlists/wire"
)

const (
	// blankTime is how long a page may be without an address.
	blankTime = 2 * time.Second
	// pageTime is how long one must be at an address that is not the player's:
	// what passes by is not seen.
	pageTime = 150 * time.Millisecond
	// guardEvery is how often pages are looked at that nobody announces.
	guardEvery = 2 * time.Second
	endEvery   = 500 * time.Millisecond
	// endTries is how often a page is sent away before the browser is.
	endTries = 3
	// restartEvery is how rarely the browser is restarted for a page.
	restartEvery = time.Minute
	// saidFor is how long a person reads that there was one.
	saidFor = 10 * time.Minute
)

// about is what the problem of a foreign page is about.
const about = "kiosk_page"

// guard ends pages that are not the player's, until ctx ends.
func (c *Checker) guard(ctx context.Context) {
	timer := time.NewTimer(guardEvery)
	defer timer.Stop()
	var said, restarted time.Time
	tries := 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.o.Browser.changed:
		case <-timer.C:
		}
		player, all, _, err := c.o.Browser.look()
		if err != nil {
			timer.Reset(guardEvery)
			continue
		}
		var foreign []page
		for _, p := range all {
			if p.old() {
				foreign = append(foreign, p)
			}
		}
		now := c.o.Mono()
		switch {
		case len(foreign) == 0 && len(all) > 0:
			timer.Reset(pageTime) // too young to tell
			continue
		case len(foreign) == 0:
			tries = 0
			if !said.IsZero() && now.Sub(said) >= saidFor {
				c.o.Problems.Clear(about)
				said = time.Time{}
			}
			timer.Reset(guardEvery)
			continue
		}
		c.seeForeign(ctx, &foreign[0])
		said = now
		if tries++; tries > endTries && (restarted.IsZero() || now.Sub(restarted) >= restartEvery) {
			c.o.Log.Error("foreign page does not go and the browser is restarted")
			c.o.Restart("foreign page")
			tries, restarted = 0, now
		} else {
			c.endForeign(ctx, player, foreign)
		}
		timer.Reset(endEvery)
	}
}

// seeForeign says that there is a page that is not the player's, with its
// picture as evidence.
func (c *Checker) seeForeign(ctx context.Context, p *page) {
	address := wire.Shorten(p.url)
	c.o.Log.Error("foreign page in the kiosk browser", "address", address)
	l := letter{capture: wire.Capture{Witness: wire.WitnessBrowser, Finding: wire.FindingWrong, At: c.o.Playout.Now().UnixMilli()}}
	if v := c.o.Playout.View(); len(v.Slots) > 0 && v.Slots[0].Kind != "slate" {
		l.capture.Wanted = v.Slots[0].Picture.Media
	}
	look, cancel := context.WithTimeout(ctx, evidenceTime)
	defer cancel()
	var err error
	if l.jpeg, err = c.o.Browser.capture(look, p.id); err != nil {
		c.o.Log.Warn("foreign page cannot be captured", "error", err)
	}
	if changed, _ := c.found(wire.FindingWrong, otherPage, l, certain); changed && l.jpeg != nil {
		c.send(l, true)
	}
	c.o.Problems.Set(about, otherPage, "another page was in the kiosk browser and was sent away: "+address)
}

// evidenceTime is how long a foreign page may stay to have its picture taken.
const evidenceTime = 1200 * time.Millisecond

// endForeign closes foreign pages and brings the player back.
func (c *Checker) endForeign(ctx context.Context, player *page, foreign []page) {
	var err error
	if player == nil {
		// The player's own page was led away, or closed: the oldest goes back.
		player, foreign = &foreign[0], foreign[1:]
		err = c.o.Browser.back(ctx, player.id)
	}
	for _, p := range foreign {
		err = errors.Join(err, c.o.Browser.end(ctx, p.id))
	}
	if err = errors.Join(err, c.o.Browser.front(ctx, player.id)); err != nil {
		c.o.Log.Warn("foreign page cannot be sent away", "error", err)
		return
	}
	c.o.Log.Info("foreign page was sent away")
}
