package app

import (
	"context"
	"fmt"
	"time"

	"cotmoc/controller/internal/shortlink"
	"cotmoc/controller/internal/slides"
	"cotmoc/playlists"
)

// openShortLinks makes what codes lead through. Those that are on the screens
// go on leading when no new ones are offered any more.
func (a *App) openShortLinks() (err error) {
	base := ""
	if a.cfg.ScanURL != "" {
		if base, err = shortlink.ParseBase(a.cfg.ScanURL); err != nil {
			return err
		}
	}
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		return fmt.Errorf("cannot load the time zone of Vietnam: %w", err)
	}
	a.services.ShortLinks = shortlink.New(shortlink.Config{Store: a.db.ShortLinks(), Base: base, Zone: zone, Now: a.now, Random: a.random, Log: a.log})
	a.group.Add("scans", a.services.ShortLinks.Run)
	return nil
}

// links joins slides with short addresses.
type links struct{ short *shortlink.Service }

// Fresh implements slides.Links.
func (l links) Fresh(ctx context.Context) (string, error) { return l.short.Fresh(ctx) }

// Sample implements slides.Links.
func (l links) Sample() (string, error) { return l.short.Sample() }

// Keep implements slides.Links.
func (l links) Keep(ctx context.Context, s slides.Slide, source playlists.Digest) error {
	return l.short.Keep(ctx, s.Short, shortlink.Link{Language: s.Language, Page: s.Page, Pages: s.Pages.In()}, source)
}
