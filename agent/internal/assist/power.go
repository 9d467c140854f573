package assist

import (
	"context"
	"fmt"
	"time"

	"cotmoc/playlists"
)

// power keeps the display's time off within its bounds: it ends by itself, at
// a bulletin, and at the next start of the agent whatever ended this one.
type power struct {
	a *Assistant
	// left says that the start before this one ended in the dark.
	left bool
}

const onAgain = 30 * time.Second // between tries to switch on

// off switches off for a while. While the display is off another command ends
// no later than the first.
func (p *power) off(ctx context.Context, minutes int) error {
	a := p.a
	a.mu.Lock()
	if d := a.ledger.Dark; d != nil && d.Now {
		a.mu.Unlock()
		return playlists.Errorf(playlists.Conflict, "already_off", nil, "cannot switch the display off: it is off; switch it on first")
	}
	up := a.o.Machine.Uptime()
	// On disk first: after a crash it is known that it must go on again.
	a.ledger.Dark = &dark{Boot: a.o.Machine.Boot(), From: up.Milliseconds(), To: (up + time.Duration(minutes)*time.Minute).Milliseconds(), Now: true}
	err := a.keep()
	a.mu.Unlock()
	if err != nil {
		p.ended()
		return playlists.Errorf(playlists.Unavailable, "not_kept", nil, "cannot switch the display off: the disk cannot be written, and after a crash nobody would switch it on")
	}
	if err := a.o.Display.Off(ctx); err != nil {
		p.ended()
		return err
	}
	a.o.Problems.Set("display", "display_off", fmt.Sprintf("the display was switched off from the console for %d minutes", minutes))
	return nil
}

func (p *power) on(ctx context.Context) error {
	if err := p.a.o.Display.On(ctx); err != nil {
		return err
	}
	p.ended()
	return nil
}

// ended notes that the display is on.
func (p *power) ended() {
	a := p.a
	up, boot := a.o.Machine.Uptime(), a.o.Machine.Boot()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.o.Problems.Clear("display")
	d := a.ledger.Dark
	if d == nil || !d.Now {
		return
	}
	d.Now = false
	if d.Boot == boot {
		d.To = max(d.From, up.Milliseconds())
	}
	_ = a.keep() // said in the log; at worst it is switched on once more
}

// due tells whether the display is off and must not be any more.
func (p *power) due() bool {
	a := p.a
	a.mu.Lock()
	d := a.ledger.Dark
	is, over := d != nil && d.Now, false
	if is {
		over = d.Boot != a.o.Machine.Boot() || a.o.Machine.Uptime().Milliseconds() >= d.To
	}
	a.mu.Unlock()
	return is && (over || a.o.Bulletin())
}

// mind switches the display on when its time is up, until ctx ends.
func (p *power) mind(ctx context.Context) {
	if p.left {
		p.light(ctx)
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if p.due() {
			p.light(ctx)
		}
	}
}

// light switches on and does not give up.
func (p *power) light(ctx context.Context) {
	for ctx.Err() == nil {
		err := p.on(ctx)
		if err == nil {
			p.a.o.Log.Info("display is on again")
			return
		}
		p.a.o.Log.Error("display does not go on again", "error", err)
		p.a.o.Problems.Set("display", "display_stays_off", err.Error())
		select {
		case <-ctx.Done():
		case <-time.After(onAgain):
		}
	}
}
