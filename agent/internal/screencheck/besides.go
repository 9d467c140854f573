package screencheck

import (
	"context"
	"time"
)

const (
	// besidesEvery is how often the display and the camera are looked at: each
	// look is a program of its own.
	besidesEvery = 15 * time.Second
	besidesAgain = 2 * time.Second
)

// besides has the second and third witness look until ctx ends.
func (c *Checker) besides(ctx context.Context) {
	next := time.NewTimer(besidesEvery)
	defer next.Stop()
	posted := c.o.Mono()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		post, again := c.o.Mono().Sub(posted) >= postEvery, false
		tell := func(v verdict, l letter) {
			if ctx.Err() != nil {
				return
			}
			changed, soon := c.found(v.finding, v.why, l, v.needed)
			if (changed || post) && l.jpeg != nil {
				c.send(l, changed)
				posted = c.o.Mono()
			}
			again = again || soon
		}
		if d := c.o.Display; d != nil {
			if tool := d.tool(); tool != nil {
				tell(c.seeDisplay(ctx, tool))
			}
		}
		if cam := c.o.Camera; cam != nil {
			if address := cam.address(); address != "" {
				tell(c.seeCamera(ctx, address))
			} else {
				c.silence(2)
			}
		}
		if again {
			next.Reset(besidesAgain)
		} else {
			next.Reset(jitter(besidesEvery))
		}
	}
}

// silence lets a witness say nothing any more: it was taken away.
func (c *Checker) silence(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.witnesses[i] = &witness{check: c.witnesses[i].check}
}
