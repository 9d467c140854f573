package upload

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cotmoc/playlists"
)

// sweepEvery is how often abandoned uploads are looked for.
const sweepEvery = time.Hour

// Run gives up abandoned uploads until ctx ends.
func (d *Desk) Run(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := d.Sweep(ctx); err != nil && ctx.Err() == nil {
			d.cfg.Log.Error("giving up abandoned uploads failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Sweep removes files that have not grown for Limits.Idle, the rows of
// unfinished uploads without a file, and results older than Limits.Keep.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.cfg.Now()
	files, err := os.ReadDir(d.cfg.Dir)
	if err != nil {
		return fmt.Errorf("cannot look for abandoned uploads: %w", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".info")
		fi, err := os.Stat(filepath.Join(d.cfg.Dir, name))
		if err != nil { // the data is gone: its own age decides
			if fi, err = f.Info(); err != nil {
				continue // finished meanwhile
			}
		}
		if now.Sub(fi.ModTime()) > d.cfg.Limits.Idle {
			d.remove(playlists.ID(name))
		}
	}
	old, err := d.cfg.Store.UploadsBefore(ctx, now.Add(-min(d.cfg.Limits.Idle, d.cfg.Limits.Keep)))
	if err != nil {
		return err
	}
	for _, u := range old {
		_, err := os.Stat(d.path(u.ID))
		abandoned := u.FinishedAt.IsZero() && os.IsNotExist(err)
		if abandoned || !u.FinishedAt.IsZero() && now.Sub(u.FinishedAt) > d.cfg.Limits.Keep {
			if err := d.cfg.Store.DropUpload(ctx, u.ID); err != nil {
				return err
			}
		}
	}
	return nil
}
