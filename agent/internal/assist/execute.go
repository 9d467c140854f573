package assist

import (
	"context"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

const (
	pageWithin    = 20 * time.Second // a page that loads again
	browserWithin = 60 * time.Second // a browser that starts again
	lookWithin    = 45 * time.Second
	downWithin    = 90 * time.Second // a PC that goes down
)

// execute does what a command asks and returns when it was seen to be done. A
// log that was asked for is packed.
func (a *Assistant) execute(ctx context.Context, c *programme.Command) (log []byte, err error) {
	switch c.Kind {
	case programme.CommandRefresh:
		open, newest := a.o.Player.Pages()
		if open == 0 {
			return nil, playlists.Errorf(playlists.Unavailable, "no_page", nil, "cannot have the page load again: none is open; restart the browser")
		}
		a.o.Player.Reload()
		return nil, a.pageAfter(ctx, newest, pageWithin)
	case programme.CommandRestartBrowser:
		_, newest := a.o.Player.Pages()
		a.o.Browser("asked by " + c.By)
		return nil, a.pageAfter(ctx, newest, browserWithin)
	case programme.CommandRestartAgent:
		a.o.RestartAgent()
		return nil, until(ctx, downWithin, "cannot restart the agent: it does not stop", "failed")
	case programme.CommandRestartPC:
		if err := a.o.Machine.Restart(ctx); err != nil {
			return nil, err
		}
		return nil, until(ctx, downWithin, "cannot restart the PC: it does not go down", "pc_did_not_restart")
	case programme.CommandDisplayOn:
		return nil, a.power.on(ctx)
	case programme.CommandDisplayOff:
		return nil, a.power.off(ctx, c.Amount)
	case programme.CommandBrightness:
		return nil, a.o.Display.Brightness(ctx, c.Amount)
	case programme.CommandVolume:
		return nil, a.o.Display.Volume(ctx, c.Amount)
	case programme.CommandLogs:
		return wire.PackLog(a.o.Lines(c.Amount))
	case programme.CommandCapture:
		if a.o.Eyes == nil {
			return nil, playlists.Errorf(playlists.Unavailable, "no_eyes", nil, "cannot capture the screen: this agent does not look at it")
		}
		ctx, cancel := context.WithTimeout(ctx, lookWithin)
		defer cancel()
		return nil, a.o.Eyes.Look(ctx)
	}
	return nil, playlists.Errorf(playlists.Invalid, "not_here", nil, "cannot do %q: this agent does not know it", string(c.Kind))
}

// pageAfter waits for a page that is newer than one.
func (a *Assistant) pageAfter(ctx context.Context, than uint64, within time.Duration) error {
	deadline := time.After(within)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, newest := a.o.Player.Pages(); newest > than {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return playlists.Errorf(playlists.Unavailable, "page_missing", nil, "cannot see the page again after %s", within)
		case <-tick.C:
		}
	}
}

// until waits for our own end; when that does not come it has failed.
func until(ctx context.Context, within time.Duration, says, why string) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(within):
		return playlists.Errorf(playlists.Unavailable, why, nil, "%s within %s", says, within)
	}
}
