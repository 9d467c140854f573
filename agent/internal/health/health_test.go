package health

import (
	"strings"
	"testing"
	"time"

	"cotmoc/playlists/wire"
)

// A problem stays with its first time until it is solved, and always fits a
// report.
func TestProblems(t *testing.T) {
	t.Parallel()
	now, changes := time.UnixMilli(1000), 0
	p := NewProblems(func() time.Time { return now }, func() { changes++ })
	p.Set("sync", "disk_full", "a")
	now = now.Add(time.Second)
	p.Set("sync", "disk_full", strings.Repeat("ế", 200))
	p.Set("programme", "rolled_back", "c")
	if changes != 2 {
		t.Errorf("%d changes were told", changes)
	}
	list := p.List()
	if len(list) != 2 || list[0].Code != "disk_full" || list[0].Since != 1000 || list[1].Since != 2000 {
		t.Fatalf("%+v", list)
	}
	r := wire.Reported{Clock: wire.Clock{State: wire.ClockTrusted}, Showing: wire.Showing{Kind: wire.ShowNothing}, Problems: list}
	if err := r.Validate(); err != nil {
		t.Error(err)
	}
	p.Set("sync", "fetch_failed", "")
	p.Clear("programme")
	p.Clear("programme")
	if list = p.List(); changes != 4 || len(list) != 1 || list[0].Since != 2000 || list[0].Code != "fetch_failed" {
		t.Errorf("%d changes, %+v", changes, list)
	}
}

func TestMachine(t *testing.T) {
	t.Parallel()
	if m := Machine(t.Context(), "boot"); m.Boot != "boot" || m.RSS <= 0 || m.UptimeS <= 0 {
		t.Errorf("%+v", m)
	}
	free, total, err := Space(t.TempDir())
	if err != nil || free <= 0 || total < free {
		t.Errorf("%d of %d, %v", free, total, err)
	}
}
