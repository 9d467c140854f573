package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cotmoc/agent/internal/kiosk"
)

// openKiosk prepares the browser when it is ours to start.
func (a *App) openKiosk(time.Time) error {
	if !a.cfg.Kiosk {
		return nil
	}
	path, err := kiosk.Find(a.cfg.Browser)
	if err != nil {
		return err
	}
	browser := a.openCheck()
	a.kiosk = kiosk.New(kiosk.Options{
		Browser: path, URL: a.PlayerURL(), Folder: filepath.Join(a.cfg.Data, "kiosk"), NoSandbox: a.cfg.KioskInRoot,
		Wayland: os.Getenv("WAYLAND_DISPLAY") != "" && !slices.ContainsFunc(a.cfg.BrowserExtra, isHeadless), Extra: a.cfg.BrowserExtra, Talk: browser.Talk, Now: time.Now, Log: a.log,
	})
	a.watchdog.Restart = a.kiosk.Restart
	return os.MkdirAll(filepath.Join(a.cfg.Data, "kiosk"), 0o700)
}

// isHeadless tells an argument that has the browser draw on no display.
func isHeadless(arg string) bool { return strings.HasPrefix(arg, "--headless") }
