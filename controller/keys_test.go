package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/controller/app/offline"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// run runs the command line without a terminal.
func runOffline(args ...string) (string, error) {
	cmd := command()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetIn(strings.NewReader(""))
	cmd.SetArgs(args)
	err := cmd.Execute()
	return out.String(), err
}

// TestCharterOffline makes roots, the first charter and its successor with the
// command line alone, as on a machine without a network.
func TestCharterOffline(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(in("pass"), []byte(strings.Repeat("5a", 32)+"\n"), 0o600); err != nil { // costs little to try
		t.Fatal(err)
	}
	must := func(args ...string) string {
		t.Helper()
		out, err := runOffline(args...)
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return out
	}
	refused := func(why string, args ...string) {
		t.Helper()
		if out, err := runOffline(args...); err == nil || !strings.HasPrefix(err.Error(), "cannot ") || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want a refusal with %q\n%s", args, err, why, out)
		}
	}
	for _, h := range []string{"ha", "an", "binh"} {
		must("keys", "root", "--holder", "Lê Thị "+h, "--out", in(h+".key"), "--passphrase-file", in("pass"))
	}
	refused("no key takes another's place", "keys", "root", "--holder", "x", "--out", in("ha.key"), "--passphrase-file", in("pass"))
	refused("no terminal", "keys", "root", "--holder", "x", "--out", in("x.key"))
	must("keys", "root", "--holder", "Người lạ", "--out", in("stranger.key"), "--passphrase-file", in("pass"))

	programmeKey := base64.StdEncoding.EncodeToString(playliststest.PublicKey(1).Key)
	first := in("charter-1.json")
	refused("programme key", "keys", "charter", "new", "--root", in("ha.pub"), "--threshold", "1", "--programme-key", "x", "--out", first)
	must("keys", "charter", "new", "--root", in("ha.pub"), "--root", in("an.pub"), "--root", in("binh.pub"), "--threshold", "2", "--programme-key", programmeKey, "--out", first)
	if out := must("keys", "show", first); strings.Count(out, "has not signed") != 3 || !strings.Contains(out, "Lê Thị ha") {
		t.Errorf("shown as\n%s", out)
	}
	sign := func(file, key string, more ...string) []string {
		return append([]string{"keys", "sign", "--key", in(key + ".key"), "--passphrase-file", in("pass"), file}, more...)
	}
	refused("no terminal", sign(first, "ha")...)
	refused("does not name its key", sign(first, "stranger", "--yes")...)
	must(sign(first, "ha", "--yes")...)
	if _, err := programme.FirstCharter(fileOf(t, first)); programme.RefusalOf(err) != programme.CharterUnsigned {
		t.Errorf("with one of two signatures: %v", err)
	}
	must(sign(first, "ha", "--yes")...) // again, which counts once
	must(sign(first, "binh", "--yes")...)
	held, err := programme.FirstCharter(fileOf(t, first))
	if err != nil {
		t.Fatal(err)
	}

	// The second takes the stranger for a root in an's place.
	next := held.Charter
	next.Number, next.Previous, next.RootThreshold = 2, held.Payload, 1
	next.Roots = []programme.Root{held.Roots[0], {Holder: "Người lạ", Key: publicOf(t, in("stranger.pub"))}}
	payload, err := programme.Marshal(next)
	if err != nil {
		t.Fatal(err)
	}
	second := in("charter-2.json")
	if err := os.WriteFile(second, payload, 0o600); err != nil {
		t.Fatal(err)
	}
	refused("--before", sign(second, "binh", "--yes")...)
	must(sign(second, "binh", "--yes", "--before", first)...)
	must(sign(second, "ha", "--yes", "--before", first)...)
	if _, err := held.Next(fileOf(t, second)); err != nil {
		t.Error(err)
	}
	out := must("keys", "show", second, "--before", first)
	for _, want := range []string{"root threshold", "Người lạ", "Lê Thị an", "has signed"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	bent := bytes.Replace(fileOf(t, second), []byte("e"), []byte("f"), 1)
	if err := os.WriteFile(in("bent.json"), bent, 0o600); err != nil {
		t.Fatal(err)
	}
	refused("cannot read the charter", "keys", "show", in("bent.json"))
	if left, err := filepath.Glob(in(".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestHandAndPin(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	pass, pin, hand := filepath.Join(dir, "pass"), filepath.Join(dir, "pin"), filepath.Join(dir, "hand.key")
	for path, text := range map[string]string{pass: strings.Repeat("5a", 32), pin: "482913\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := runOffline("keys", "hand", "--out", hand, "--passphrase-file", pass)
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(out))
	if err != nil || len(key) != ed25519.PublicKeySize {
		t.Fatalf("printed %q, %v", out, err)
	}
	// The file holds the private half of what was printed: signing says so.
	charter, err := programme.Marshal(playliststest.FirstCharter(t, func(c *programme.Charter) {
		c.Roots[0].Key = key
		c.People, c.RelyingParties, c.Pins = []programme.Person{}, []programme.RelyingParty{}, []programme.Pin{}
	}))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "charter.json")
	if err := os.WriteFile(file, charter, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := runOffline("keys", "sign", "--key", hand, "--passphrase-file", pass, "--yes", file); err != nil || !strings.Contains(out, "anh has signed charter 1") {
		t.Errorf("signing with it: %v\n%s", err, out)
	}
	if out, err := runOffline("keys", "pin", "--pin-file", pin); err != nil || !strings.HasPrefix(out, "$argon2id$v=19$m=16384,t=4,p=1$") || strings.Contains(out, "482913") {
		t.Errorf("printed %q, %v", out, err)
	}
	if err := os.WriteFile(pin, []byte("12a456"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := runOffline("keys", "pin", "--pin-file", pin); err == nil {
		t.Error("a PIN with a letter is taken")
	}
}

func fileOf(t *testing.T, path string) []byte {
	t.Helper()
	d, err := offline.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d.Envelope
}

func publicOf(t *testing.T, path string) ed25519.PublicKey {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var public struct{ Key ed25519.PublicKey }
	if err := json.Unmarshal(text, &public); err != nil {
		t.Fatal(err)
	}
	return public.Key
}
