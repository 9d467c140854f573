package kiosk_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"cotmoc/agent/internal/kiosk"
)

// TestMain lets the test binary play an agent that is killed.
func TestMain(m *testing.M) {
	if browser := os.Getenv("COTMOC_TEST_KIOSK_BROWSER"); browser != "" {
		s := kiosk.New(kiosk.Options{Browser: browser, URL: "http://127.0.0.1:9/", Folder: os.Getenv("COTMOC_TEST_KIOSK_FOLDER"), Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		if err := s.Run(context.Background()); err != nil {
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func TestBrowserDiesWithTheAgent(t *testing.T) {
	t.Parallel()
	browser, log := fake(t, "exec sleep 300")
	agent := exec.CommandContext(t.Context(), os.Args[0])
	agent.Env = append(os.Environ(), "COTMOC_TEST_KIOSK_BROWSER="+browser, "COTMOC_TEST_KIOSK_FOLDER="+t.TempDir())
	if err := agent.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the browser", func() bool { return len(lines(t, log)) == 1 })
	pid := firstPID(t, lines(t, log)[0])
	if err := agent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := agent.Wait(); err == nil {
		t.Error("the agent was not killed")
	}
	waitFor(t, "the browser to die", func() bool { return !alive(pid) })
}
