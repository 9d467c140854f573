package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/agent/app"
	"cotmoc/agent/internal/controllertest"
	"cotmoc/playlists/playliststest"
)

// output is what a command has printed so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// run runs a command line until it ends.
func run(ctx context.Context, out io.Writer, args ...string) error {
	cmd := command()
	cmd.SetOut(out)
	cmd.SetErr(out)
	cmd.SetArgs(args)
	return cmd.ExecuteContext(ctx)
}

func TestHelpAndCompletion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		says string
	}{
		{[]string{"--help"}, "COTMOC_AGENT_PLAYER_LISTEN"}, {[]string{"run", "--help"}, "--kiosk"}, {[]string{"enrol", "--help"}, "pairing code"},
		{[]string{"completion", "bash"}, "bash completion"}, {[]string{"completion", "fish"}, "fish completion"}, {[]string{"--version"}, "agent version"},
	} {
		var out output
		if err := run(t.Context(), &out, test.args...); err != nil || !strings.Contains(out.String(), test.says) {
			t.Errorf("%v: %.200q, %v", test.args, out.String(), err)
		}
	}
}

func TestOptionsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for says, args := range map[string][]string{
		"unknown command":     {"play"},
		"unknown flag":        {"run", "--dat", data},
		"http://controller":   {"run", "--data", data, "--controller", "http://controller:8443"},
		"browsers on this":    {"run", "--data", data, "--player-listen", "0.0.0.0:9001"},
		"sha256:":             {"run", "--data", data, "--ca-pin", "sha256:abc"},
		"without a data":      {"run", "--data", ""},
		"with --controller":   {"enrol", "--data", data},
		"is it running?":      {"status", "--player-listen", "127.0.0.1:1"},
		`unknown command "x"`: {"status", "x"},
	} {
		if err := run(t.Context(), io.Discard, args...); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v, want %q in it", args, err, says)
		}
	}
}

// The environment stands for options that were not given.
func TestOptionsFromTheEnvironment(t *testing.T) {
	t.Setenv("COTMOC_AGENT_PLAYER_LISTEN", "192.0.2.1:1")
	t.Setenv("COTMOC_AGENT_DATA", t.TempDir())
	if err := run(t.Context(), io.Discard, "run"); err == nil || !strings.Contains(err.Error(), "192.0.2.1:1") {
		t.Errorf("the variable: %v", err)
	}
	if err := run(t.Context(), io.Discard, "run", "--player-listen", "192.0.2.2:1"); err == nil || !strings.Contains(err.Error(), "192.0.2.2:1") {
		t.Errorf("an option over the variable: %v", err)
	}
	t.Setenv("COTMOC_AGENT_KIOSK", "perhaps")
	if err := run(t.Context(), io.Discard, "run"); err == nil || !strings.Contains(err.Error(), "COTMOC_AGENT_KIOSK") {
		t.Errorf("a variable that makes no sense: %v", err)
	}
}

// A PC is paired at its terminal, and tells then which screen it is.
func TestEnrolAndStatus(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	data := filepath.Join(t.TempDir(), "agent")
	var out output
	done := make(chan error, 1)
	go func() { done <- run(t.Context(), &out, "enrol", "--data", data, "--controller", c.URL()) }()
	code := regexp.MustCompile(`under Screens: (\S+)\n`)
	c.Await("a code at the terminal", func() bool { return code.MatchString(out.String()) })
	if !c.Claim(code.FindStringSubmatch(out.String())[1], playliststest.Screen().ID) {
		t.Fatalf("the code is not the one the controller knows: %q", out.String())
	}
	if err := <-done; err != nil || !strings.Contains(out.String(), "This PC is now the screen ") {
		t.Fatalf("%q, %v", out.String(), err)
	}

	a, err := app.New(app.Config{Data: data, PlayerListen: "127.0.0.1:0"}, "test", time.Now(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	a.Start()
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	listen := strings.Trim(strings.TrimPrefix(a.PlayerURL(), "http://"), "/")
	var status, raw output
	if err := run(t.Context(), &status, "status", "--player-listen", listen); err != nil || !strings.Contains(status.String(), string(playliststest.Screen().ID)) || !strings.Contains(status.String(), "connected") {
		t.Errorf("%q, %v", status.String(), err)
	}
	if err := run(t.Context(), &raw, "status", "--json", "--player-listen", listen); err != nil || !strings.Contains(raw.String(), `"state":"enrolled"`) {
		t.Errorf("%.300q, %v", raw.String(), err)
	}
}

// Whatever answers on the agent's port, status says something of it.
func TestStatusOfSomethingElse(t *testing.T) {
	t.Parallel()
	for body, says := range map[string]string{"{}": "not enrolled yet", "<html>": "cannot read the answer", `{"state":"pairing","pairing":{"code":"ABCD-EFGH"}}`: "ABCD-EFGH"} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }))
		t.Cleanup(srv.Close)
		var out output
		err := run(t.Context(), &out, "status", "--player-listen", strings.TrimPrefix(srv.URL, "http://"))
		if err != nil {
			_, _ = io.WriteString(&out, err.Error())
		}
		if !strings.Contains(out.String(), says) {
			t.Errorf("%s: %q, want %q in it", body, out.String(), says)
		}
	}
}
