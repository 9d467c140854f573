package audit_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// steps gives the commands of the notes, as one script.
func steps(t *testing.T) string {
	t.Helper()
	notes, err := os.ReadFile(filepath.Join("..", "..", "..", "firmware-notes", "audit.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	for _, part := range strings.Split(string(notes), "```sh\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		script.WriteString(block)
	}
	if !strings.Contains(script.String(), "openssl pkeyutl") || !strings.Contains(script.String(), "sha256sum") {
		t.Fatal("the notes do not say how an export is checked")
	}
	return script.String()
}

// check runs the commands of the notes over an export.
func check(t *testing.T, script string, export []byte, key byte) (string, error) {
	t.Helper()
	dir := t.TempDir()
	der, err := x509.MarshalPKIXPublicKey(playliststest.Key(key).Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"export.jsonl": export, "key.pem": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-u", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if _, ran := errors.AsType[*exec.ExitError](err); err != nil && !ran {
		t.Fatal(err)
	}
	return string(out), err
}

// TestAThirdPartyChecksAnExport runs the very commands of the notes, with
// sha256sum and openssl, over a good export and over every way to falsify it.
func TestAThirdPartyChecksAnExport(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "sha256sum", "base64", "openssl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("cannot check exports as the notes say: %v", err)
		}
	}
	script := steps(t)
	w := sqlstoretest.New(t)
	root := w.Person("root", "unit", playlists.Administrator)
	w.Person("quote", "unit", playlists.Editor)
	name := `Lê "Hà" \ $(id) * %s <b>`
	if _, err := w.People.AddUnit(t.Context(), root, name, name, ""); err != nil {
		t.Fatal(err)
	}
	export := func() []byte {
		var b bytes.Buffer
		if err := w.Audit.Export(t.Context(), root, func() io.Writer { return &b }); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	earlier, good := export(), export()
	lines := bytes.SplitAfter(good, []byte("\n"))
	lines = lines[:len(lines)-1] // nothing follows the last end
	if all := entries(t, w); len(lines) != len(all)+1 || all[len(all)-1].Kind != playlists.AuditExported || all[len(all)-1].Actor != root.ID {
		t.Fatalf("%d lines of %d entries", len(lines), len(all))
	}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for test, c := range map[string]struct {
		export []byte
		key    byte
		good   bool
		says   string
	}{
		"good":                   {good, 1, true, "whole and signed"},
		"another key":            {good, 2, false, "Signature Verification Failure"},
		"an entry edited":        {bytes.Replace(good, []byte("Ông quote"), []byte("Ông quota"), 1), 1, false, "breaks at entry"},
		"the last entry edited":  {join(join(lines[:len(lines)-2]...), bytes.Replace(lines[len(lines)-2], []byte("export.audit"), []byte("export.audix"), 1), lines[len(lines)-1]), 1, false, "another one"},
		"an entry taken out":     {join(lines[0], join(lines[2:]...)), 1, false, "breaks at entry 2"},
		"two entries exchanged":  {join(lines[0], lines[2], lines[1], join(lines[3:]...)), 1, false, "breaks at entry 2"},
		"an entry twice":         {join(lines[0], lines[0], join(lines[1:]...)), 1, false, "breaks at entry 2"},
		"the end cut off":        {join(join(lines[:len(lines)-3]...), lines[len(lines)-1]), 1, false, "another one"},
		"an earlier signed head": {join(join(lines[:len(lines)-1]...), earlier[bytes.LastIndexByte(earlier[:len(earlier)-1], '\n')+1:]), 1, false, "another one"},
		"no signed head":         {join(lines[:len(lines)-1]...), 1, false, ""},
	} {
		out, err := check(t, script, c.export, c.key)
		if (err == nil) != c.good || !strings.Contains(out, c.says) || !c.good && strings.Contains(out, "whole and signed") {
			t.Errorf("%s: %v\n%s", test, err, out)
		}
	}
}

// broken is a reader of an export that goes away.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestAnExportThatBreaksOffSaysSo(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	root := w.Person("root", "unit", playlists.Administrator)
	if err := w.Audit.Export(t.Context(), root, func() io.Writer { return broken{} }); err == nil {
		t.Error("an export that nobody got is called whole")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Audit.Export(ctx, root, func() io.Writer { return io.Discard }); err == nil {
		t.Error("an export that was not written down is given")
	}
}
