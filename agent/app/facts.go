package app

import (
	"context"
	"math/rand/v2"
	"os"
	"time"

	"cotmoc/agent/internal/inventory"
	"cotmoc/agent/internal/kiosk"
	"cotmoc/playlists/wire"
)

// How often the PC is looked at, and how often what has not changed is told
// again, should it have been lost.
const (
	factsEvery = 6 * time.Hour
	factsAgain = time.Hour
	factsSoon  = 4 * time.Second // other messages of a new session go first
)

// facts tells what this PC is when a session begins, and when it has changed.
func (s *screen) facts(ctx context.Context) error {
	browser := ""
	if s.a.kiosk != nil {
		if path, err := kiosk.Find(s.a.cfg.Browser); err == nil {
			browser = inventory.Browser(ctx, path)
		}
	}
	var told wire.Inventory
	var at time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.met:
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(factsSoon/2 + rand.N(factsSoon)):
			}
		case <-time.After(factsEvery):
		}
		v := inventory.Read(os.DirFS("/"))
		v.Browser, v.Agent, v.Addresses = browser, s.a.version, inventory.Addresses()
		if _, total, err := s.a.space(); err == nil {
			v.Disk = total
		}
		now, _ := s.a.clock.Now()
		v.At = now.UnixMilli()
		if v.Same(&told) && time.Since(at) < factsAgain {
			continue
		}
		if err := s.link.Facts(v); err != nil {
			s.a.log.Debug("cannot tell what this pc is", "error", err)
			continue
		}
		told, at = v, time.Now()
	}
}
