package watch_test

import (
	"log/slog"
	"testing"
	"time"
	_ "time/tzdata"

	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/hours"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// now is some minutes after ten in the morning in Hà Tĩnh; every row says by
// which hours, what is reported and what people see.
func TestHours(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		t.Fatal(err)
	}
	minute := now.In(zone).Hour()*60 + now.In(zone).Minute()
	shut, open := hours.Daily(minute+60, minute+120), hours.Daily(minute-60, minute+60)
	opening := hours.Daily(minute-1, minute+60)
	for _, c := range []struct {
		name    string
		table   hours.Table
		resting bool
		online  bool
		state   watch.State
		reason  string
	}{
		{"always on and on", hours.Always(), false, true, watch.Slate, ""},
		{"always on and off", hours.Always(), true, true, watch.Wrong, "off_in_hours"},
		{"in its hours and on", open, false, true, watch.Slate, ""},
		{"in its hours and off", open, true, true, watch.Wrong, "off_in_hours"},
		{"just begun and off yet", opening, true, true, watch.Resting, "resting_ends"},
		{"in its hours and gone", open, true, false, watch.Offline, "connection_ended"},
		{"outside them and off", shut, true, true, watch.Resting, "resting"},
		{"outside them and on", shut, false, true, watch.Slate, ""},
		{"outside them and gone", shut, false, false, watch.Resting, "resting_silent"},
	} {
		b := watch.NewBoard(nil, func() time.Time { return now }, slog.New(slog.DiscardHandler))
		screen := playliststest.Screen()
		b.Set(watch.Screen{ID: screen.ID, Name: "Cổng", Cluster: watch.ClusterRef{ID: screen.Cluster}})
		b.Hours(screen.ID, c.table, zone)
		report := with(showing("-"), func(r *wire.Reported) { r.Resting = c.resting })
		b.Hear(screen.ID, watch.Heard{Report: report, ReportedAt: now, SeenAt: now, Online: c.online})
		all := b.Snapshot(playlists.Actor{ID: "x", Grants: []playlists.Grant{{Role: playlists.WatchOfficer}}})
		got := ""
		if all[0].Reason != nil {
			got = all[0].Reason.Code
		}
		if all[0].State != c.state || got != c.reason {
			t.Errorf("%s: %s %q, want %s %q", c.name, all[0].State, got, c.state, c.reason)
		}
	}
}
