package keyfile_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"cotmoc/controller/internal/keyfile"
	"cotmoc/playlists/playliststest"
)

// generated is a passphrase that costs little to try.
func generated(t *testing.T) []byte {
	t.Helper()
	p, err := keyfile.NewPassphrase(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sealed(t *testing.T, key crypto.Signer, passphrase []byte) []byte {
	t.Helper()
	text, err := keyfile.Seal(key, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

type equal interface{ Equal(crypto.PrivateKey) bool }

func TestASealedKeyComesBack(t *testing.T) {
	t.Parallel()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"Ed25519": playliststest.Key(1), "P-256": curve} {
		path := filepath.Join(t.TempDir(), "a.key")
		passphrase := generated(t)
		if err := keyfile.Write(path, key, passphrase); err != nil {
			t.Fatal(err)
		}
		got, err := keyfile.Read(path, passphrase)
		if err != nil || !key.(equal).Equal(got) {
			t.Errorf("%s: %v", name, err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v, want 0600", name, info.Mode(), err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("PRIVATE KEY")) || bytes.Contains(text, der) {
			t.Errorf("%s: the key stands in its file", name)
		}
	}
}

// What people choose is stretched as far as age does by itself, and two ways
// to write it are one passphrase.
func TestAPassphraseOfPeople(t *testing.T) {
	t.Parallel()
	key := playliststest.Key(2)
	text := sealed(t, key, []byte("cột mốc biên giới"))
	raw := new(strings.Builder)
	if _, err := bytesOf(raw, text); err != nil {
		t.Fatal(err)
	}
	if fields := strings.Fields(raw.String()); fields[1] != "->" || fields[2] != "scrypt" || fields[4] != "18" {
		t.Errorf("sealed as %q, want scrypt with work 18", fields[1:5])
	}
	decomposed := "c\u006f\u0302\u0323t m\u006f\u0302\u0301c bi\u0065\u0302n gi\u006f\u031b\u0301i"
	got, err := keyfile.Open(text, []byte(decomposed))
	if err != nil || !key.Equal(got) {
		t.Errorf("with the marks written apart: %v", err)
	}
}

func bytesOf(to *strings.Builder, text []byte) (int64, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(armor.NewReader(bytes.NewReader(text)))
	to.WriteString(b.String())
	return n, err
}

func TestBadPassphrases(t *testing.T) {
	t.Parallel()
	key, passphrase := playliststest.Key(3), generated(t)
	text := sealed(t, key, passphrase)
	for name, wrong := range map[string][]byte{"another": generated(t), "none": nil, "with a space": append([]byte(" "), passphrase...)} {
		_, err := keyfile.Open(text, wrong)
		if !errors.Is(err, keyfile.ErrPassphrase) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && bytes.Contains([]byte(err.Error()), passphrase) {
			t.Errorf("%s: the passphrase is in %q", name, err)
		}
	}
	for _, short := range []string{"", "mật khẩu", strings.Repeat("ế", 11), strings.Repeat("a", 1025)} {
		if _, err := keyfile.Seal(key, []byte(short)); err == nil {
			t.Errorf("sealed with a passphrase of %d bytes", len(short))
		}
	}
	if got := keyfile.Line([]byte("a b \r\n")); string(got) != "a b " {
		t.Errorf("Line gave %q", got)
	}
}

func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	passphrase := generated(t)
	text := sealed(t, playliststest.Key(4), passphrase)
	refused := func(what string, at int, b []byte) {
		if key, err := keyfile.Open(b, passphrase); err == nil || key != nil || !errors.Is(err, keyfile.ErrDamaged) && !errors.Is(err, keyfile.ErrPassphrase) {
			t.Errorf("%s at %d: %v, %v", what, at, key, err)
		}
	}
	for i := range len(text) - 1 { // the last is the end of the last line
		if i%5 == 0 {
			refused("truncated", i, text[:i])
		}
		flipped := bytes.Clone(text)
		flipped[i] ^= 1
		refused("flipped", i, flipped)
	}
	refused("too long", 0, append(bytes.Clone(text), make([]byte, 70<<10)...))
	refused("something after it", 0, append(bytes.Clone(text), "x"...))
	refused("a forged work factor", 0, forgedWork(t))
	refused("no key inside", 0, around(t, passphrase, []byte("hello")))
	refused("a broken key inside", 0, around(t, passphrase, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1, 2}})))
}

// around seals something that is no key.
func around(t *testing.T, passphrase, what []byte) []byte {
	t.Helper()
	r, err := age.NewScryptRecipient(string(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(10)
	var b bytes.Buffer
	outer := armor.NewWriter(&b)
	inner, err := age.Encrypt(outer, r)
	if err != nil {
		t.Fatal(err)
	}
	_, err = inner.Write(what)
	if err := errors.Join(err, inner.Close(), outer.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// forgedWork is a file that asks for hours of work.
func forgedWork(t *testing.T) []byte {
	t.Helper()
	raw := new(strings.Builder)
	if _, err := bytesOf(raw, around(t, []byte("x"), []byte("y"))); err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut(raw.String(), " 10\n")
	var b bytes.Buffer
	w := armor.NewWriter(&b)
	_, err := w.Write([]byte(head + " 26\n" + rest))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWriteNeverTakesAnothersPlace(t *testing.T) {
	t.Parallel()
	dir, passphrase := t.TempDir(), generated(t)
	path := filepath.Join(dir, "root.key")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	dangling := filepath.Join(dir, "link.key")
	if err := os.Symlink("elsewhere", dangling); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, dangling} {
		if err := keyfile.Write(p, playliststest.Key(5), passphrase); !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v, want fs.ErrExist", p, err)
		}
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "precious" {
		t.Errorf("the file holds %q, %v", b, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := keyfile.Read(filepath.Join(dir, "none"), passphrase); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// A key from the time before sealing is sealed when it is read, and is the
// same key after it.
func TestAPlainKeyIsSealed(t *testing.T) {
	t.Parallel()
	path, passphrase := filepath.Join(t.TempDir(), "ca.key"), generated(t)
	key := playliststest.Key(6)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	plain := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.WriteFile(path, plain, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Read(path, passphrase); !errors.Is(err, keyfile.ErrPlain) {
		t.Errorf("Read took a plain key: %v", err)
	}
	for i, want := range []bool{true, false} {
		got, sealed, err := keyfile.ReadSealing(path, passphrase)
		if err != nil || sealed != want || !key.Equal(got.(ed25519.PrivateKey)) {
			t.Errorf("reading %d: sealed %v, %v", i, sealed, err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || bytes.Contains(text, plain[30:60]) {
		t.Errorf("the plain key is still there: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
