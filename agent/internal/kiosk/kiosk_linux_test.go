package kiosk_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cotmoc/agent/internal/kiosk"
	"cotmoc/playlists"
)

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// fake writes a browser that is a script: it notes its arguments and pid as
// one line of a log, then does what body says.
func fake(t *testing.T, body string) (browser, log string) {
	t.Helper()
	dir := t.TempDir()
	browser, log = filepath.Join(dir, "browser"), filepath.Join(dir, "log")
	script := "#!/bin/sh\necho \"$$ $*\" >>" + log + "\n" + body + "\n"
	if err := os.WriteFile(browser, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return browser, log
}

func lines(t *testing.T, log string) []string {
	t.Helper()
	b, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' })
}

// supervise runs a supervisor; stop ends it and waits.
func supervise(t *testing.T, o kiosk.Options) (s *kiosk.Supervisor, stop func()) {
	t.Helper()
	o.Now, o.Log = time.Now, slog.New(slog.DiscardHandler)
	s = kiosk.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the supervisor does not stop")
		}
	}
	t.Cleanup(stop)
	return s, stop
}

func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err == nil && !strings.Contains(string(b), ") Z ")
}

func firstPID(t *testing.T, line string) int {
	t.Helper()
	pid, err := strconv.Atoi(strings.Fields(line)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestStartsAgainAndStopsTheWholeTree(t *testing.T) {
	t.Parallel()
	helper := filepath.Join(t.TempDir(), "helper")
	browser, log := fake(t, "trap '' TERM\nsleep 300 &\necho $! >"+helper+"\nwait\nwait")
	s, stop := supervise(t, kiosk.Options{Browser: browser, URL: "http://127.0.0.1:9/", Folder: t.TempDir(), Wayland: true})
	waitFor(t, "the browser", func() bool { return len(lines(t, log)) == 1 && len(lines(t, helper)) == 1 })
	args := lines(t, log)[0]
	for _, want := range []string{"--kiosk", "--ozone-platform=wayland", "--user-data-dir=", "--no-first-run", "--autoplay-policy=no-user-gesture-required", "http://127.0.0.1:9/"} {
		if !strings.Contains(args, want) {
			t.Errorf("the browser was started with %q, without %s", args, want)
		}
	}
	for _, never := range []string{"--no-sandbox", "remote-debugging"} {
		if strings.Contains(args, never) {
			t.Errorf("the browser was started with %s", never)
		}
	}
	first := firstPID(t, args)
	s.Restart("no frame")
	waitFor(t, "the browser to start again", func() bool { return len(lines(t, log)) == 2 })
	if alive(first) {
		t.Error("the first browser is still there")
	}
	waitFor(t, "a second helper", func() bool { h := lines(t, helper); return len(h) == 1 && alive(firstPID(t, h[0])) })
	second, child := firstPID(t, lines(t, log)[1]), firstPID(t, lines(t, helper)[0])
	stop()
	waitFor(t, "browser and helper to end", func() bool { return !alive(second) && !alive(child) })
}

func TestFreshProfileWhenTheBrowserDoesNotStayUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	profile := filepath.Join(folder, "profile")
	if err := os.MkdirAll(profile, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"damaged", "SingletonLock"} {
		if err := os.WriteFile(filepath.Join(profile, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// It fails while the profile is damaged or seems to be in use.
	browser, log := fake(t, `p=$(echo "$*" | sed 's/.*--user-data-dir=\([^ ]*\).*/\1/'); [ ! -e "$p/damaged" ] && [ ! -e "$p/SingletonLock" ] || { echo noise >&2; echo "the profile is damaged" >&2; exit 21; }; exec sleep 300`)
	s, _ := supervise(t, kiosk.Options{Browser: browser, URL: "http://127.0.0.1:9/", Folder: folder})
	waitFor(t, "a failed start to be a problem", func() bool {
		p := s.Problems()
		return len(p) == 1 && p[0].Code == "browser_fails" && strings.HasSuffix(p[0].Detail, "exit status 21: the profile is damaged")
	})
	waitFor(t, "a start with a fresh profile", func() bool { l := lines(t, log); return len(l) == 4 && alive(firstPID(t, l[3])) })
	if _, err := os.Stat(filepath.Join(profile, "damaged")); !os.IsNotExist(err) {
		t.Errorf("the damaged profile is still there: %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	browser, _ := fake(t, "")
	if got, err := kiosk.Find(browser); err != nil || got != browser {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := kiosk.Find("/nowhere/chromium"); playlists.ReasonOf(err) != "browser_missing" {
		t.Errorf("got %v", err)
	}
}

// A real Chromium opens the page with the arguments of service, comes back
// when it is killed, and leaves nothing behind.
func TestRealBrowser(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			opened.Add(1)
		}
	}))
	t.Cleanup(page.Close)
	browser, err := kiosk.Find(os.Getenv("COTMOC_CHROMIUM"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	_, stop := supervise(t, kiosk.Options{Browser: browser, URL: page.URL + "/", Folder: folder, NoSandbox: os.Geteuid() == 0, Extra: []string{"--headless=new"}})
	waitFor(t, "the page to be opened", func() bool { return opened.Load() == 1 })
	for _, pid := range using(t, folder) {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
			t.Fatal(err)
		}
	}
	waitFor(t, "the page to be opened again", func() bool { return opened.Load() == 2 })
	stop()
	waitFor(t, "every process of the browser to end", func() bool { return len(using(t, folder)) == 0 })
}

// using lists the processes whose command line names the folder.
func using(t *testing.T, folder string) (pids []int) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil || !strings.Contains(string(b), folder) {
			continue // it has ended
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(f)))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	return pids
}
