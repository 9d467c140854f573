package app_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/keyfile"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
)

// openOnce opens a controller over a folder and closes it again.
func openOnce(t *testing.T, data string, change func(*app.Config)) error {
	t.Helper()
	sqlstoretest.Prepare(t, filepath.Join(data, "cotmoc.db"))
	cfg := app.Config{Data: data, Listen: "127.0.0.1:0", AgentListen: "127.0.0.1:0", MQTTListen: "127.0.0.1:0"}
	change(&cfg)
	a, err := app.New(t.Context(), cfg, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	a.Start()
	return a.Stop()
}

func write(t *testing.T, path, text string, mode fs.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhereThePassphraseComesFrom(t *testing.T) {
	t.Parallel()
	folder := func(name, text string, mode fs.FileMode) string {
		dir := t.TempDir()
		write(t, filepath.Join(dir, name), text, mode)
		return dir
	}
	const wrong = "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	for name, c := range map[string]struct {
		change func(*app.Config)
		says   string // "" when it starts
	}{
		"a file": {func(c *app.Config) {
			c.KeyPassphraseFile = filepath.Join(folder("p", passphrase+"\n", 0o600), "p")
		}, ""},
		"a file over all others": {func(c *app.Config) {
			c.KeyPassphraseFile = filepath.Join(folder("p", passphrase+"\r\n", 0o640), "p")
			c.Credentials, c.KeyPassphrase = folder("cotmoc-key-passphrase", wrong, 0o400), wrong
		}, ""},
		"a credential": {func(c *app.Config) {
			c.Credentials, c.KeyPassphrase = folder("cotmoc-key-passphrase", passphrase, 0o400), wrong
		}, ""},
		"other credentials only": {func(c *app.Config) {
			c.Credentials, c.KeyPassphrase = folder("something", wrong, 0o400), passphrase
		}, ""},
		"the environment": {func(c *app.Config) { c.KeyPassphrase = passphrase }, ""},
		"nothing":         {func(*app.Config) {}, "--key-passphrase-file"},
		"a missing file":  {func(c *app.Config) { c.KeyPassphraseFile = filepath.Join(t.TempDir(), "none") }, "cannot read the passphrase"},
		"a file for all to read": {func(c *app.Config) {
			c.KeyPassphraseFile = filepath.Join(folder("p", passphrase, 0o644), "p")
		}, "chmod 600"},
		"a short one": {func(c *app.Config) { c.KeyPassphrase = "ngắn" }, "4 characters"},
		"a wrong one": {func(c *app.Config) { c.KeyPassphrase = wrong }, "passphrase is wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			if err := openOnce(t, data, func(c *app.Config) { c.KeyPassphrase = passphrase }); err != nil {
				t.Fatal(err)
			}
			err := openOnce(t, data, c.change)
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("it started with %v, want %q", err, c.says)
			}
			if err != nil && (strings.Contains(err.Error(), passphrase) || strings.Contains(err.Error(), wrong)) {
				t.Errorf("the passphrase is in %q", err)
			}
		})
	}
}

// Keys from the time before sealing are sealed by the next start and stay the
// same keys, also when a start was cut short between the two.
func TestPlainKeysAreSealedAtTheNextStart(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	sealing := func(c *app.Config) { c.KeyPassphrase = passphrase }
	if err := openOnce(t, data, sealing); err != nil {
		t.Fatal(err)
	}
	plain := map[string][]byte{}
	for _, name := range []string{"ca.key", "programme.key"} {
		path := filepath.Join(data, "keys", name)
		key, err := keyfile.Read(path, []byte(passphrase))
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		plain[name] = der
		write(t, path, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), 0o600)
	}
	for range 2 {
		if err := openOnce(t, data, sealing); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(filepath.Join(data, "keys"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for name, der := range plain {
			if block, _ := pem.Decode(text); block != nil && bytes.Equal(block.Bytes, der) || bytes.Contains(text, der) {
				t.Errorf("%s still stands open in %s", name, path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, der := range plain {
		key, err := keyfile.Read(filepath.Join(data, "keys", name), []byte(passphrase))
		if err != nil {
			t.Fatal(err)
		}
		was, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			t.Fatal(err)
		}
		switch was := was.(type) {
		case *ecdsa.PrivateKey:
			if name != "ca.key" || !was.Equal(key) {
				t.Errorf("%s is another key", name)
			}
		case ed25519.PrivateKey:
			if name != "programme.key" || !was.Equal(key) {
				t.Errorf("%s is another key", name)
			}
		}
	}
}

func TestAKeyOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	sealing := func(c *app.Config) { c.KeyPassphrase = passphrase }
	if err := openOnce(t, data, sealing); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(data, "keys", "ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(data, "keys", "programme.key"), string(text), 0o600)
	if err := openOnce(t, data, sealing); err == nil || !strings.Contains(err.Error(), "not Ed25519") {
		t.Errorf("started with the CA's key as the programme key: %v", err)
	}
}
