package fleet_test

import (
	"bytes"
	"testing"
	"time"

	"cotmoc/playlists"
)

func TestACertificateIsRenewedForItsOwnKey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	m := s.claim(s.open(7), "Cổng chính", s.cluster("Cầu Treo"))
	key := m.Screen.DeviceKey
	first, err := s.db.Fleet().Certificate(t.Context(), m.Screen.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.fleet.Renew(t.Context(), m.Screen.ID, bytes.Repeat([]byte{9}, 32)); playlists.ReasonOf(err) != "device_key_other" {
		t.Errorf("another key: %v", err)
	}
	s.pass(time.Minute)
	next, err := s.fleet.Renew(t.Context(), m.Screen.ID, key)
	if err != nil || len(next) == 0 {
		t.Fatal(err)
	}
	kept, err := s.db.Fleet().Certificate(t.Context(), m.Screen.ID)
	if err != nil || !bytes.Equal(kept, next) {
		t.Errorf("kept %q, %v, want %q", kept, err, next)
	}

	// One that was given a moment ago is given again.
	young := []byte("young certificate")
	if err := s.db.Fleet().ReplaceCertificate(t.Context(), m.Screen.ID, young, s.clock().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if again, err := s.fleet.Renew(t.Context(), m.Screen.ID, key); err != nil || !bytes.Equal(again, young) {
		t.Errorf("asked again: %q, %v", again, err)
	}

	// A revocation names every one there was, and there is no other.
	if err := s.fleet.Revoke(t.Context(), administrator(), m.Screen.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.fleet.Renew(t.Context(), m.Screen.ID, key); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("a revoked screen renewed: %v", err)
	}
	if err := s.db.Fleet().ReplaceCertificate(t.Context(), m.Screen.ID, next, s.clock()); playlists.CodeOf(err) != playlists.NotFound {
		t.Errorf("a revoked screen's certificate was replaced: %v", err)
	}
	list, err := s.fleet.RevokedCertificates(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatalf("%d certificates are revoked, %v, want 3", len(list), err)
	}
	for _, want := range [][]byte{first, next, young} {
		found := false
		for _, r := range list {
			found = found || bytes.Equal(r.DER, want)
		}
		if !found {
			t.Errorf("%q is not revoked", want)
		}
	}
}
