package app

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/keyfile"
)

// Passkeys are bound to the address that people type.
func TestSiteOfTheConsole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cfg    Config
		origin string
		secure bool
	}{
		"this machine":            {Config{Listen: "127.0.0.1:8080"}, "http://localhost:8080", false},
		"every address":           {Config{Listen: ":80"}, "http://localhost", false},
		"a name without TLS":      {Config{Listen: "man-hinh.local:8080"}, "http://localhost:8080", false},
		"a name with TLS":         {Config{Listen: "man-hinh.local:443", TLSCert: "c", TLSKey: "k"}, "https://man-hinh.local", true},
		"TLS at every address":    {Config{Listen: ":8443", TLSCert: "c", TLSKey: "k"}, "https://localhost:8443", true},
		"what was said":           {Config{Listen: ":8080", PublicURL: "https://man-hinh.hatinh.gov.vn/"}, "https://man-hinh.hatinh.gov.vn", true},
		"what was said, and here": {Config{Listen: ":8080", PublicURL: "http://localhost:9000"}, "http://localhost:9000", false},
	} {
		site, err := test.cfg.site()
		if err != nil || site.Origin != test.origin || test.cfg.secure() != test.secure {
			t.Errorf("%s: %+v, %v, secure %v", name, site, err, test.cfg.secure())
		}
	}
}

func TestSealKeyStays(t *testing.T) {
	t.Parallel()
	// Generated ones cost a guess little, and a test too.
	file, passphrase, another := filepath.Join(t.TempDir(), "secrets.key"), generated(t), generated(t)
	key, err := sealKey(file, passphrase, rand.Reader)
	if err != nil || len(key) != identity.SealKeySize {
		t.Fatalf("%d bytes, %v", len(key), err)
	}
	sealed := func(what string) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil || bytes.Contains(text, key) || !bytes.Contains(text, []byte("AGE ENCRYPTED FILE")) {
			t.Errorf("%s it does not lie there sealed: %v", what, err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", what, info, err)
		}
		if again, err := sealKey(file, passphrase, rand.Reader); err != nil || !bytes.Equal(again, key) {
			t.Errorf("%s it is another key the second time: %v", what, err)
		}
	}
	sealed("made anew")
	if _, err := sealKey(file, another, rand.Reader); !errors.Is(err, keyfile.ErrPassphrase) {
		t.Errorf("with another passphrase: %v", err)
	}
	if err := os.WriteFile(file, key, 0o644); err != nil { // as it was kept before
		t.Fatal(err)
	}
	if got, err := sealKey(file, passphrase, rand.Reader); err != nil || !bytes.Equal(got, key) {
		t.Errorf("a bare one: %v", err)
	}
	sealed("found bare")
	if err := os.WriteFile(file, key[:7], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sealKey(file, passphrase, rand.Reader); err == nil {
		t.Error("a cut key was taken")
	}
}

func generated(t *testing.T) []byte {
	t.Helper()
	passphrase, err := keyfile.NewPassphrase(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return passphrase
}
