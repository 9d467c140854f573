package fleet_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

func TestAnotherPCForAScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cluster := s.cluster("Cầu Treo")
	m := s.claim(s.open(7), "Cổng chính", cluster)
	old, id := m.Screen.DeviceKey, m.Screen.ID
	first, err := s.db.Fleet().Certificate(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	s.pass(time.Minute)
	renewed, err := s.fleet.Renew(t.Context(), id, old)
	if err != nil {
		t.Fatal(err)
	}
	report := &wire.Reported{Boot: "old", Session: 3, Seq: 9, At: s.clock().UnixMilli(), Received: &wire.ProgrammeRef{Epoch: 1, Counter: 5}, Trust: wire.Trusted{Starts: 40}}
	s.fleet.Reported(t.Context(), id, report, s.clock(), false)
	if err := s.fleet.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.fleet.Reported(t.Context(), id, &wire.Reported{Boot: "old", Session: 3, Seq: 10, At: s.clock().UnixMilli()}, s.clock(), false) // not stored yet
	if n, err := s.db.Publish().NewestReceived(t.Context(), id); err != nil || n.Counter != 5 {
		t.Fatalf("received %v, %v", n, err)
	}

	s.pass(time.Minute)
	next := s.open(8)
	watcher := with(playlists.Grant{Role: playlists.WatchOfficer})
	elsewhere := with(playlists.Grant{Role: playlists.Technician, Cluster: ids("elsewhere")})
	for name, c := range map[string]struct {
		a            playlists.Actor
		id           playlists.ID
		code, reason string
	}{
		"a watch officer":              {watcher, id, next.code, "right_missing"},
		"a technician of another site": {elsewhere, id, next.code, "screen_missing"},
		"a screen that there is not":   {administrator(), ids("nowhere"), next.code, "screen_missing"},
		"a code that nothing shows":    {administrator(), id, "AAAA-AAAA", "code_unknown"},
	} {
		if _, err := s.fleet.Replace(t.Context(), c.a, c.id, c.code); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := s.fleet.Replace(t.Context(), administrator(), id, next.code)
	if err != nil {
		t.Fatal(err)
	}
	if got.Screen.ID != id || got.Screen.Name != "Cổng chính" || bytes.Equal(got.Screen.DeviceKey, old) {
		t.Errorf("it is %+v", got.Screen)
	}
	if s.fleet.Holds(id, old) || !s.fleet.Holds(id, got.Screen.DeviceKey) || !s.fleet.Admits(id) {
		t.Error("the PC before is still the screen's")
	}
	if _, err := s.fleet.Renew(t.Context(), id, old); playlists.ReasonOf(err) != "device_key_other" {
		t.Errorf("the PC before renews: %v", err)
	}
	if !slices.Equal(s.observer.swapped, []playlists.ID{id}) || !slices.Equal(s.observer.replaced, []playlists.ID{id}) {
		t.Errorf("cut off %v, told of %v", s.observer.swapped, s.observer.replaced)
	}
	list, err := s.fleet.RevokedCertificates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]byte{first, renewed} {
		if !slices.ContainsFunc(list, func(r fleet.RevokedCertificate) bool { return bytes.Equal(r.DER, want) }) {
			t.Errorf("%q is not revoked", want)
		}
	}
	st, err := s.poll(next)
	if err != nil || st.Grant == nil || st.Grant.Screen != id {
		t.Fatalf("the new PC is told %+v, %v", st, err)
	}
	if slices.ContainsFunc(list, func(r fleet.RevokedCertificate) bool { return bytes.Equal(r.DER, st.Grant.Certificate) }) {
		t.Error("the new certificate is revoked")
	}
	if _, err := s.fleet.Replace(t.Context(), administrator(), id, next.code); playlists.ReasonOf(err) != "code_unknown" {
		t.Errorf("the same code again: %v", err)
	}

	// Nothing that the PC before said is held against the new one, also after a
	// restart of the controller.
	for range 2 {
		if h, ok := s.fleet.Heard(id); !ok || h.Report != nil || h.Boot != "" {
			t.Errorf("it has said %+v", h)
		}
		if n, err := s.db.Publish().NewestReceived(t.Context(), id); err != nil || n.Counter != 0 {
			t.Errorf("the new PC has received %v, %v", n, err)
		}
		if err := s.fleet.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.reopen()
	}
	// The PC before may become another screen, by its own code.
	if m := s.claim(s.open(7), "Cổng phụ", cluster); m.Screen.ID == id {
		t.Error("the PC before is the screen again")
	}
	if _, err := s.fleet.Replace(t.Context(), administrator(), id, s.open(7).code); playlists.ReasonOf(err) != "device_claimed" {
		t.Errorf("a PC that is a screen already: %v", err)
	}
}
