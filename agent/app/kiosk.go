package app

import (
	"os"
	"path/filepath"
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
		Extra: a.cfg.BrowserExtra, Talk: browser.Talk, Now: time.Now, Log: a.log,
	})
	a.watchdog.Restart = a.kiosk.Restart
	return os.MkdirAll(filepath.Join(a.cfg.Data, "kiosk"), 0o700)
}
