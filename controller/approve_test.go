package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestApproveRefuses begins the independent client where it would not be safe
// or could not work.
func TestApproveRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	token, words := write("token", "x\n"), write("words", "not a key\n")
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	for _, test := range []struct {
		name, why string
		args      []string
	}{
		{"no controller", "controller", nil},
		{"a line that others read", "can be read on the way", []string{"--controller", "http://10.0.0.5", "--token-file", token}},
		{"a page for others", "this machine", []string{"--controller", "https://x.example", "--token-file", token, "--listen", "0.0.0.0:7788"}},
		{"a port that is taken", "another controller approve", []string{"--controller", "https://x.example", "--token-file", token, "--listen", taken.Addr().String()}},
		{"enrolling with a token", "with a token", []string{"--controller", "https://x.example", "--token-file", token, "--enrol"}},
		{"a key file that is none", "open the key", []string{"--controller", "https://x.example", "--token-file", token, "--key", words, "--passphrase-file", words}},
		{"an authority that is none", "holds no certificate", []string{"--controller", "https://x.example", "--token-file", token, "--ca-file", words}},
		{"nobody to ask", "there is no terminal", []string{"--controller", "https://x.example"}},
	} {
		args := append([]string{"approve"}, test.args...)
		if test.name != "a page for others" && test.name != "a port that is taken" {
			args = append(args, "--listen", "127.0.0.1:0")
		}
		out, err := runOffline(args...)
		if err == nil || !strings.Contains(err.Error(), test.why) {
			t.Errorf("%s: %v, want a refusal with %q\n%s", test.name, err, test.why, out)
		}
		if strings.Contains(out, "http://localhost") {
			t.Errorf("%s: a page was served", test.name)
		}
	}
}
