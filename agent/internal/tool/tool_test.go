package tool_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cotmoc/agent/internal/tool"
)

func write(t *testing.T, dir, name, body string) {
	t.Helper()
	// A program that starts meanwhile would hold the file open for writing.
	syscall.ForkLock.RLock()
	err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body+"\n"), 0o700)
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := tool.Runner{Dirs: []string{"relative", dir}, Env: []string{"DISPLAY=:0", "EMPTY="}, Most: time.Minute}
	write(t, dir, "says", `printf '%s|' "$@"; cat; echo "$SECRET$DISPLAY"`)
	write(t, dir, "fails", "echo first >&2; echo second >&2; exit 3")
	write(t, dir, "floods", "yes")
	write(t, dir, "hangs", "sleep 300")
	if err := os.WriteFile(filepath.Join(dir, "plain"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	path, ok := r.Find("says")
	if !ok || path != filepath.Join(dir, "says") {
		t.Fatalf("found %q", path)
	}
	for _, name := range []string{"plain", "missing", "."} {
		if path, ok := r.Find(name); ok {
			t.Errorf("%s is found as %q", name, path)
		}
	}
	// What a shell would take for more is one argument.
	out, err := r.Run(t.Context(), path, "in", "a b", "$(id); rm -rf *")
	if err != nil || out != "a b|$(id); rm -rf *|in:0\n" {
		t.Errorf("said %q, %v", out, err)
	}
	if !r.Sees("DISPLAY") || r.Sees("EMPTY") || r.Sees("PATH") {
		t.Error("sees other things than it was given")
	}
	path, _ = r.Find("fails")
	if _, err := r.Run(t.Context(), path, ""); err == nil || !strings.HasSuffix(err.Error(), "fails: exit status 3: first") {
		t.Errorf("failed with %v", err)
	}
	r.Most = 100 * time.Millisecond
	for _, name := range []string{"floods", "hangs"} {
		path, _ = r.Find(name)
		if _, err := r.Run(t.Context(), path, ""); err == nil || !strings.Contains(err.Error(), "any longer than") {
			t.Errorf("%s ended with %v", name, err)
		}
	}
}
