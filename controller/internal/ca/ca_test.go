package ca_test

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// passphrase seals the authority's key.
const passphrase = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func clock(t time.Time) func() time.Time { return func() time.Time { return t } }

func open(t *testing.T, dir string, at time.Time) *ca.Authority {
	t.Helper()
	a, err := ca.Open(dir, []byte(passphrase), clock(at))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func deviceKey(seed byte) (ed25519.PrivateKey, []byte) {
	key := playliststest.Key(seed)
	return key, []byte(key.Public().(ed25519.PublicKey))
}

func TestAuthorityIsMadeOnceAndKeptPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "keys")
	first := open(t, dir, playliststest.Now)
	again := open(t, dir, playliststest.Now.AddDate(1, 0, 0))
	if first.SHA256() != again.SHA256() {
		t.Error("the authority changed at the second start")
	}
	info, err := os.Stat(filepath.Join(dir, "ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("ca.key has mode %v, want 0600", info.Mode().Perm())
	}
}

func TestAuthorityAfterBrokenStarts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(dir string) error
		ok    bool
	}{
		"crash before the certificate": {func(dir string) error { return os.Remove(filepath.Join(dir, "ca.crt")) }, true},
		"key lost":                     {func(dir string) error { return os.Remove(filepath.Join(dir, "ca.key")) }, false},
		"key damaged":                  {func(dir string) error { return os.WriteFile(filepath.Join(dir, "ca.key"), []byte("x"), 0o600) }, false},
		"certificate damaged":          {func(dir string) error { return os.WriteFile(filepath.Join(dir, "ca.crt"), nil, 0o600) }, false},
		"certificate of another key": {func(dir string) error {
			other := filepath.Join(dir, "other")
			if _, err := ca.Open(other, []byte(passphrase), clock(playliststest.Now)); err != nil {
				return err
			}
			return os.Rename(filepath.Join(other, "ca.crt"), filepath.Join(dir, "ca.crt"))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			open(t, dir, playliststest.Now)
			if err := c.spoil(dir); err != nil {
				t.Fatal(err)
			}
			if _, err := ca.Open(dir, []byte(passphrase), clock(playliststest.Now)); (err == nil) != c.ok {
				t.Errorf("Open: %v, want success %v", err, c.ok)
			}
		})
	}
}

func TestLeafIsKeptRenewedAndMended(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	now := playliststest.Now
	a, err := ca.Open(dir, []byte(passphrase), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	serial := func(hosts ...string) string {
		t.Helper()
		leaf, err := a.Server("broker", hosts)
		if err != nil {
			t.Fatal(err)
		}
		c, err := leaf.Current()
		if err != nil {
			t.Fatal(err)
		}
		return c.Leaf.SerialNumber.String()
	}
	first := serial()
	if serial() != first {
		t.Error("the leaf was made anew without need")
	}
	withHost := serial("cotmoc.example")
	if withHost == first {
		t.Error("the leaf was kept though a host was added")
	}
	if err := os.WriteFile(filepath.Join(dir, "broker.key"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mended := serial("cotmoc.example")
	if mended == withHost {
		t.Error("a damaged leaf was kept")
	}
	leaf, err := a.Server("broker", []string{"cotmoc.example"})
	if err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(0, 11, 0)
	c, err := leaf.Current()
	if err != nil {
		t.Fatal(err)
	}
	if c.Leaf.SerialNumber.String() == mended {
		t.Error("the leaf was not renewed a month before its end")
	}
	if err := c.Leaf.VerifyHostname("cotmoc.example"); err != nil {
		t.Error(err)
	}
	if err := c.Leaf.VerifyHostname("127.0.0.1"); err != nil {
		t.Error(err)
	}
}

// handshake connects a client with the certificate to a listener of the
// authority and gives the server's judgement.
func handshake(t *testing.T, a *ca.Authority, client *tls.Certificate, admit func(*x509.Certificate) error) error {
	t.Helper()
	leaf, err := a.Server("agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	near, far := net.Pipe()
	defer func() { _ = near.Close() }()
	config := &tls.Config{RootCAs: a.Pool(), ServerName: "localhost", Time: clock(playliststest.Now), MinVersion: tls.VersionTLS12}
	if client != nil {
		config.Certificates = []tls.Certificate{*client}
	}
	done := make(chan error, 1)
	go func() {
		c := tls.Client(near, config)
		err := c.Handshake()
		if err == nil {
			_, err = c.Read(make([]byte, 1)) // the server's alert, or its closing
		}
		done <- err
	}()
	server := tls.Server(far, a.ListenerTLS(leaf, tls.RequireAndVerifyClientCert, admit))
	err = server.Handshake()
	_ = far.Close()
	<-done
	return err
}

func TestListenerKnowsScreensByTheirCertificates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, playliststest.Now)
	screen := playliststest.ID("screen")
	key, public := deviceKey(7)
	der, err := a.IssueScreen(screen, public)
	if err != nil {
		t.Fatal(err)
	}
	mine := &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}

	stranger := open(t, t.TempDir(), playliststest.Now)
	foreign, err := stranger.IssueScreen(screen, public)
	if err != nil {
		t.Fatal(err)
	}
	var seen playlists.ID
	admit := func(c *x509.Certificate) error {
		id, ok := ca.ScreenOf(c)
		if !ok || ca.IsController(c) {
			return errors.New("no screen")
		}
		seen = id
		return nil
	}
	if err := handshake(t, a, mine, admit); err != nil || seen != screen {
		t.Errorf("own certificate: %v, seen as %q", err, seen)
	}
	if handshake(t, a, nil, admit) == nil {
		t.Error("a client without a certificate came in")
	}
	if handshake(t, a, &tls.Certificate{Certificate: [][]byte{foreign}, PrivateKey: key}, admit) == nil {
		t.Error("a certificate of another authority came in")
	}
	if handshake(t, a, mine, func(*x509.Certificate) error { return errors.New("revoked") }) == nil {
		t.Error("a revoked certificate came in")
	}
	controller, err := a.Controller()
	if err != nil {
		t.Fatal(err)
	}
	own, err := controller.Current()
	if err != nil {
		t.Fatal(err)
	}
	if !ca.IsController(own.Leaf) {
		t.Error("the controller's own certificate is not known as such")
	}
	if handshake(t, a, own, admit) == nil {
		t.Error("the controller passed as a screen")
	}
	expired := open(t, dir, playliststest.Now.AddDate(-3, 0, 0))
	old, err := expired.IssueScreen(screen, public)
	if err != nil {
		t.Fatal(err)
	}
	if handshake(t, a, &tls.Certificate{Certificate: [][]byte{old}, PrivateKey: key}, admit) == nil {
		t.Error("an expired certificate came in")
	}
}

func TestIssueScreenRefuses(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir(), playliststest.Now)
	_, public := deviceKey(7)
	if _, err := a.IssueScreen("controller", public); playlists.ReasonOf(err) != "id_malformed" {
		t.Errorf("a name that is no id: %v", err)
	}
	if _, err := a.IssueScreen(playliststest.ID("screen"), public[:31]); playlists.ReasonOf(err) != "device_key_malformed" {
		t.Errorf("a short key: %v", err)
	}
}

func TestRevocationListNamesTheCertificate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir, playliststest.Now)
	_, public := deviceKey(7)
	der, err := a.IssueScreen(playliststest.ID("screen"), public)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.WriteRevocationList([]ca.Revoked{{Certificate: der, At: playliststest.Now}}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "ca.crl"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	list, err := x509.ParseRevocationList(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := x509.ParseCertificate(a.Certificate())
	if err != nil {
		t.Fatal(err)
	}
	if err := list.CheckSignatureFrom(authority); err != nil {
		t.Error(err)
	}
	if len(list.RevokedCertificateEntries) != 1 || list.RevokedCertificateEntries[0].SerialNumber.Cmp(cert.SerialNumber) != 0 {
		t.Errorf("list names %v, want %v", list.RevokedCertificateEntries, cert.SerialNumber)
	}
}
