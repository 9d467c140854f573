package ca_test

import (
	"crypto/x509"
	"testing"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists/playliststest"
)

// Whoever trusts the console's authority trusts it for the console: with its
// very key no other site can be posed as.
func TestAConstrainedAuthorityVouchesForItsHostsOnly(t *testing.T) {
	t.Parallel()
	dir, hosts := t.TempDir(), []string{"cotmoc.example", "192.0.2.10"}
	a, err := ca.OpenFor(dir, hosts, []byte(passphrase), clock(playliststest.Now))
	if err != nil {
		t.Fatal(err)
	}
	for host, good := range map[string]bool{"cotmoc.example": true, "192.0.2.10": true, "localhost": true, "bank.example": false, "192.0.2.11": false, "example": false, "2001:db8::1": false} {
		leaf, err := a.Server("leaf", []string{host})
		if err != nil {
			t.Fatal(err)
		}
		current, err := leaf.Current()
		if err != nil {
			t.Fatal(err)
		}
		_, err = current.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: a.Pool(), CurrentTime: playliststest.Now})
		if (err == nil) != good {
			t.Errorf("%s: %v, want it good: %v", host, err, good)
		}
	}
	if again, err := ca.OpenFor(dir, hosts, []byte(passphrase), clock(playliststest.Now)); err != nil || again.SHA256() != a.SHA256() {
		t.Errorf("the authority changed at the second start: %v", err)
	}
	if _, err := ca.OpenFor(dir, []string{"other.example"}, []byte(passphrase), clock(playliststest.Now)); err == nil {
		t.Error("an authority was opened for hosts that it cannot vouch for")
	}
	open(t, dir+"2", playliststest.Now)
	if _, err := ca.OpenFor(dir+"2", hosts, []byte(passphrase), clock(playliststest.Now)); err == nil {
		t.Error("an authority without bounds was opened as one with")
	}
}
