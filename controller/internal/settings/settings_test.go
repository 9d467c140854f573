package settings_test

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"cotmoc/controller/internal/settings"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/hours"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// rig is what settings see of the other parts.
type rig struct {
	mu     sync.Mutex
	screen settings.Screen
	sent   []settings.Outgoing
	table  hours.Table
}

func (r *rig) Current() *programme.HeldCharter { return nil }
func (r *rig) Screen(id playlists.ID) (settings.Screen, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.screen, id == r.screen.ID
}
func (r *rig) Announce(_ context.Context, all []settings.Outgoing) []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, all...)
	return make([]error, len(all))
}
func (r *rig) Hours(_ playlists.ID, table hours.Table, _ *time.Location) { r.table = table }

func TestSettingsAreGivenAndGivenAnew(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	id := playliststest.ID("screen")
	technician := playlists.Actor{ID: playliststest.ID("tech"), Grants: []playlists.Grant{{Role: playlists.Technician}}}
	officer := playlists.Actor{ID: playliststest.ID("officer"), Grants: []playlists.Grant{{Role: playlists.WatchOfficer}}}
	synctest.Test(t, func(t *testing.T) {
		r := &rig{screen: settings.Screen{ID: id, Cluster: playliststest.ID("cautreo"), Unit: playliststest.ID("unit"), TimeZone: playlists.DefaultTimeZone}}
		s, err := settings.Open(t.Context(), settings.Config{
			Store: w.DB.Settings(), Charters: r, Fleet: r, Announcer: r, Observer: r, Key: func() ed25519.PrivateKey { return playliststest.Key(1) },
			Now: w.Clock.Now, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { _ = s.Run(ctx) })
		group.Go(func() { _ = s.Follow(ctx) })
		newest := func(want uint64) *programme.AcceptedSettings {
			t.Helper()
			time.Sleep(time.Second)
			synctest.Wait()
			r.mu.Lock()
			defer r.mu.Unlock()
			if len(r.sent) == 0 {
				t.Fatal("nothing was announced")
			}
			a, err := programme.RereadSettings(r.sent[len(r.sent)-1].Envelope, id, []programme.PublicKey{playliststest.PublicKey(1)})
			if err != nil || a.Counter != want {
				t.Fatalf("settings %+v, %v, want number %d", a, err, want)
			}
			return a
		}
		camera, table := "http://u:p@10.0.0.9/a.jpg", hours.Daily(360, 1320)
		if _, err := s.Change(t.Context(), officer, id, settings.Change{Camera: &camera}); playlists.ReasonOf(err) != "right_missing" {
			t.Errorf("a watch officer changes them: %v", err)
		}
		if _, err := s.Change(t.Context(), technician, id, settings.Change{Hours: &table, Camera: &camera}); err != nil {
			t.Fatal(err)
		}
		if a := newest(1); a.Camera != camera || len(r.table.Week) != 7 {
			t.Errorf("given %+v, the board knows %+v", a.Settings, r.table)
		}
		if v, err := s.Of(officer, id); err != nil || v.Camera != "" || v.Editable || len(v.Hours.Week) != 7 {
			t.Errorf("a watch officer sees %+v, %v", v, err)
		}
		if _, err := s.Change(t.Context(), technician, id, settings.Change{Camera: &camera}); err != nil {
			t.Fatal(err)
		}
		newest(1) // nothing new was said

		r.mu.Lock()
		r.screen.TimeZone = "Asia/Vientiane"
		r.mu.Unlock()
		s.Refresh(id)
		if a := newest(2); a.TimeZone != "Asia/Vientiane" {
			t.Errorf("after a move %+v", a.Settings)
		}
		// Older data were restored: the screen holds more than is known here.
		held := &wire.ProgrammeRef{Epoch: 1, Counter: 9}
		r.mu.Lock()
		r.screen.Held = held
		r.mu.Unlock()
		s.Heard(id, held)
		newest(10)
		// What no controller has ever counted to changes nothing.
		lie := &wire.ProgrammeRef{Epoch: 1, Counter: 1 << 60}
		r.mu.Lock()
		r.screen.Held = lie
		r.mu.Unlock()
		s.Heard(id, lie)
		newest(10)
		stop()
		group.Wait()
	})
}
