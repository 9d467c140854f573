package app

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"cotmoc/agent/internal/screencheck"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// openCheck prepares what looks at the glass. Without a browser of our own
// there is nobody who could see it.
func (a *App) openCheck() *screencheck.Browser {
	browser := screencheck.NewBrowser(a.PlayerURL())
	var display *screencheck.Display
	if !slices.ContainsFunc(a.cfg.BrowserExtra, func(arg string) bool { return strings.HasPrefix(arg, "--headless") }) {
		display = screencheck.NewDisplay(os.Getenv)
	}
	a.check = screencheck.New(screencheck.Options{
		Browser: browser, Display: display, Camera: screencheck.NewCamera(a.camera), Playout: a.playout, Prints: a.prints, Covered: a.covered, Post: a.postCapture,
		Restart:  func(why string) { a.kiosk.Restart(why) },
		Problems: a.problems, Changed: a.notify, Mono: time.Now, Log: a.log,
	})
	return browser
}

// camera gives what looks at the wall, "" for nothing: what the PC was started
// with, or what its settings say.
func (a *App) camera() string {
	if a.cfg.Camera != "" {
		return a.cfg.Camera
	}
	if s := a.screen.Load(); s != nil {
		return s.keeper.Settings().Camera
	}
	return ""
}

// covered tells why the glass cannot be compared now; "" when it can.
func (a *App) covered() string {
	if a.resting() {
		return "resting"
	}
	return a.player.Covered()
}

// prints gives what a rendition looks like; nothing before the screen is
// enrolled.
func (a *App) prints(d playlists.Digest) *programme.Prints {
	if s := a.screen.Load(); s != nil {
		return s.sync.Prints(d)
	}
	return nil
}

// postCapture brings a capture to the controller, and to the page of the site,
// which has it without one.
func (a *App) postCapture(ctx context.Context, of wire.Capture, jpeg []byte) error {
	s := a.screen.Load()
	if s == nil {
		return errors.New("cannot send a capture: the screen is not enrolled")
	}
	s.site.Captured(jpeg)
	return s.source.PostCapture(ctx, of, jpeg)
}

// Look captures what the glass shows and brings it to the controller.
func (a *App) Look(ctx context.Context) error {
	if a.check == nil { // it is made after the screen
		return playlists.Errorf(playlists.Unavailable, "no_eyes", nil, "cannot look at the glass: the browser is not the agent's own")
	}
	return a.check.Look(ctx)
}
