package app

import (
	"context"
	"errors"
	"time"

	"cotmoc/agent/internal/assist"
	"cotmoc/agent/internal/display"
	"cotmoc/agent/internal/tool"
	"cotmoc/playlists/wire"
)

// assistance is what commands from afar work with.
func (a *App) assistance(s *screen) assist.Options {
	tools := tool.System()
	o := assist.Options{
		Verify: s.keeper.Command, Send: func(r wire.Result) error { return s.link.Result(r) }, Clock: a.clock, Store: a.store, Problems: a.problems, Player: a.player,
		Display: display.New(tools), Eyes: a, Machine: assist.PC{Tools: tools}, Lines: a.tail.Newest,
		Bulletin: func() bool { return s.keeper.Ruling().Bulletin != nil },
		Start:    a.boot, Mono: time.Now, Log: a.log,
	}
	if a.kiosk != nil {
		o.Browser = a.kiosk.Restart
	}
	if a.cfg.Supervised {
		o.RestartAgent = a.restart
	}
	return o
}

// ErrRestart ends an agent that is to be started again.
var ErrRestart = errors.New("the agent ends so that its service starts it again, as somebody has asked from the console")

// restart has the agent end with ErrRestart.
func (a *App) restart() {
	select {
	case a.again <- struct{}{}:
	default:
	}
}

func (a *App) awaitRestart(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-a.again:
		return ErrRestart
	}
}

// touched gives whether visitors may open what plays by touch, and after how
// long without one the loop goes on.
func (a *App) touched() (interactive bool, idle time.Duration) {
	s := a.screen.Load()
	if s == nil {
		return false, 0
	}
	t := s.keeper.Settings().Touch
	return t.Interactive, time.Duration(t.IdleS) * time.Second
}

// switchable is the display as hours switch it.
type switchable struct{ d *display.Display }

// Power implements hours.Power.
func (s switchable) Power(ctx context.Context, on bool) error {
	if on {
		return s.d.On(ctx)
	}
	return s.d.Off(ctx)
}
