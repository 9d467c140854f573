package kiosk_test

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cotmoc/agent/internal/devtools"
	"cotmoc/agent/internal/kiosk"
)

// pipesOf lists the pipes that a process holds.
func pipesOf(pid int) (held []string) {
	links, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/fd/*")
	if err != nil {
		return nil
	}
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && strings.HasPrefix(to, "pipe:") {
			held = append(held, to)
		}
	}
	return held
}

// The pipe into the browser is the browser's own: neither its children, which
// run what pages bring, nor other children of the agent have an end of it.
func TestNobodyElseHasThePipe(t *testing.T) {
	t.Parallel()
	page := httptest.NewServer(nil)
	t.Cleanup(page.Close)
	browser, err := kiosk.Find(os.Getenv("COTMOC_CHROMIUM"))
	if err != nil {
		t.Fatal(err)
	}
	version := make(chan string, 1)
	talk := func(ctx context.Context, c *devtools.Conn) {
		done := make(chan struct{})
		go func() {
			defer close(done)
			if err := c.Run(func(devtools.Event) {}); err == nil {
				t.Error("a conversation ends well")
			}
		}()
		var got struct{ Product string }
		if err := c.Call(ctx, "", "Browser.getVersion", nil, &got); err != nil {
			t.Error(err)
		}
		version <- got.Product
		<-ctx.Done()
		<-done
	}
	folder := t.TempDir()
	_, stop := supervise(t, kiosk.Options{Browser: browser, URL: page.URL + "/", Folder: folder, NoSandbox: os.Geteuid() == 0, Extra: []string{"--headless=new"}, Talk: talk})
	if v := <-version; !strings.Contains(v, "Chrom") {
		t.Errorf("the browser says it is %q", v)
	}
	waitFor(t, "a page", func() bool { return len(using(t, folder)) > 2 })
	var first int // the browser itself: what the others come from
	for _, pid := range using(t, folder) {
		cmdline, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if err == nil && !strings.Contains(string(cmdline), "--type=") && strings.Contains(string(cmdline), "--remote-debugging-pipe") {
			first = pid
		}
		if strings.Contains(string(cmdline), "--remote-debugging-port") {
			t.Errorf("a port is open: %q", cmdline)
		}
	}
	mine := map[string]bool{}
	for _, fd := range []string{"3", "4"} {
		to, err := os.Readlink("/proc/" + strconv.Itoa(first) + "/fd/" + fd)
		if err != nil || !strings.HasPrefix(to, "pipe:") {
			t.Fatalf("the browser's descriptor %s is %q, %v", fd, to, err)
		}
		mine[to] = true
	}
	other := exec.CommandContext(t.Context(), "sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = other.Process.Kill(), other.Wait() })
	for _, pid := range append(using(t, folder), other.Process.Pid) {
		for _, held := range pipesOf(pid) {
			if mine[held] && pid != first {
				t.Errorf("process %d has an end of the pipe", pid)
			}
		}
	}
	stop()
	waitFor(t, "every process of the browser to end", func() bool { return len(using(t, folder)) == 0 })
}
