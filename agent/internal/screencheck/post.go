package screencheck

import (
	"context"
	"time"

	"cotmoc/playlists/wire"
)

// letter is a capture on its way.
type letter struct {
	capture  wire.Capture
	jpeg     []byte
	evidence bool // it shows what a finding says: tried again
}

const (
	maxMail   = 4
	postTime  = 20 * time.Second
	postAgain = 10 * time.Second
	postTries = 30
)

// send puts a capture into the mail; the newest gives way when it is full.
func (c *Checker) send(l letter, evidence bool) {
	l.evidence = evidence
	select {
	case c.mail <- l:
	default:
		c.o.Log.Warn("capture is not sent: others wait")
	}
}

// deliver brings captures to the controller until ctx ends. Evidence waits for
// the line to come back, for a while.
func (c *Checker) deliver(ctx context.Context) {
	for {
		var l letter
		select {
		case <-ctx.Done():
			return
		case l = <-c.mail:
		}
		for try := 1; ; try++ {
			call, cancel := context.WithTimeout(ctx, postTime)
			err := c.o.Post(call, l.capture, l.jpeg)
			cancel()
			if err == nil || ctx.Err() != nil {
				break
			}
			c.o.Log.Debug("cannot send a capture", "error", err)
			if !l.evidence || try >= postTries {
				break
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(postAgain):
			}
		}
	}
}
