package inventory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Change is something that a screen PC says otherwise than before. Field "pc"
// is another PC altogether.
type Change struct {
	At     time.Time
	Field  string
	Before string
	After  string
}

// Bounds of what screens may have written: a screen that says something else
// each time costs a row now and then.
const (
	keepEvery  = 10 * time.Minute
	maxPending = 20_000
)

// Hear takes what a screen PC says it is.
func (s *Service) Hear(screen playlists.ID, v *wire.Inventory, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.facts[screen]; f != nil && f.Inventory.Same(v) || len(s.pending) >= maxPending {
		delete(s.pending, screen)
		return
	}
	s.pending[screen] = Facts{Inventory: *v, HeardAt: at}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Replaced notes that a screen has another PC.
func (s *Service) Replaced(ctx context.Context, screen playlists.ID) {
	if err := s.cfg.Store.AddChanges(ctx, screen, []Change{{At: s.cfg.Now(), Field: "pc"}}); err != nil {
		s.cfg.Log.Error("change of a screen pc not kept", "screen", screen, "error", err)
	}
}

// Run keeps what screens say until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-tick.C:
		}
		s.keep(ctx)
	}
}

func (s *Service) keep(ctx context.Context) {
	now := s.cfg.Now()
	s.mu.Lock()
	due := map[playlists.ID]Facts{}
	for id, f := range s.pending {
		if old := s.facts[id]; old == nil || now.Sub(s.kept[id]) >= keepEvery {
			due[id] = f
			delete(s.pending, id)
		}
	}
	s.mu.Unlock()
	for id, f := range due {
		if _, ok := s.cfg.Fleet.Screen(id); !ok {
			continue
		}
		s.mu.RLock()
		before := s.facts[id]
		s.mu.RUnlock()
		if err := s.cfg.Store.SaveFacts(ctx, id, f, differences(before, &f)); err != nil {
			if ctx.Err() == nil {
				s.cfg.Log.Error("facts of a screen pc not kept", "screen", id, "error", err)
			}
			continue
		}
		s.mu.Lock()
		s.facts[id], s.kept[id] = &f, now
		s.mu.Unlock()
	}
}

// differences lists what is said otherwise; nothing of the first facts.
func differences(before, after *Facts) []Change {
	if before == nil {
		return nil
	}
	var out []Change
	add := func(field, a, b string) {
		if a != b {
			out = append(out, Change{At: after.HeardAt, Field: field, Before: a, After: b})
		}
	}
	a, b := &before.Inventory, &after.Inventory
	add("machine", machine(a), machine(b))
	add("cpu", a.CPU, b.CPU)
	add("memory", gigabytes(a.Memory), gigabytes(b.Memory))
	add("disk", gigabytes(a.Disk), gigabytes(b.Disk))
	add("os", a.OS, b.OS)
	add("kernel", a.Kernel, b.Kernel)
	add("browser", a.Browser, b.Browser)
	add("agent", a.Agent, b.Agent)
	add("hostname", a.Hostname, b.Hostname)
	add("displays", displays(a), displays(b))
	add("addresses", strings.Join(a.Addresses, "; "), strings.Join(b.Addresses, "; "))
	return out
}

func machine(v *wire.Inventory) string { return join(v.Maker, v.Model, v.Serial) }

func join(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func gigabytes(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
}

func displays(v *wire.Inventory) string {
	var out []string
	for _, d := range v.Displays {
		s := join(d.Connector, d.Maker, d.Model, d.Serial)
		if d.Width > 0 {
			s += fmt.Sprintf(" %d×%d", d.Width, d.Height)
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}
