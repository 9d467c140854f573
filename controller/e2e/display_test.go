package e2e

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/up/children"
	"cotmoc/playlists/wire"
)

// display starts an X server whose monitor is its memory, with the window
// manager without which nothing is full screen, and gives its name.
func display(t *testing.T, width, height int) string {
	t.Helper()
	said := filepath.Join(t.TempDir(), "xvfb.log")
	log, err := os.Create(said)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() // the server has it by now
	start := func(name string, output *os.File, env []string, args ...string) {
		t.Helper()
		child, err := children.Start(children.Spec{Name: name, Path: name, Args: args, Env: env, Output: output})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if err := child.Stop(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	start("Xvfb", log, nil, "-displayfd", "1", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-noreset")
	name := ""
	stage.Await(t, 30*time.Second, "an X server", func() bool {
		text, err := os.ReadFile(said)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
			if _, err := fmt.Sscanf(lines.Text(), "%d", new(int)); err == nil && strings.HasSuffix(string(text), "\n") {
				name = ":" + lines.Text()
			}
		}
		return name != ""
	})
	start("matchbox-window-manager", log, []string{"DISPLAY=" + name})
	return name
}

// TestAWindowOverTheBrowser tells what only the whole display shows: the kiosk
// browser on a real X server draws what is due and says so, while a window of
// another program lies over it. The other witness sees it and keeps its picture,
// the console says so, and it ends with the window.
func TestAWindowOverTheBrowser(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Schedule("Cả ngày", s.Playlist("Danh sách", s.Approved("do.png", "Đỏ", picture(t, "red")), s.Approved("lam.png", "Lam", picture(t, "blue"))), 0)
	s.Publish()
	x := display(t, windowWidth, windowHeight)
	args := []string{"--kiosk"}
	if os.Geteuid() == 0 {
		args = append(args, "--insecure-root-kiosk")
	}
	scr := s.ScreenAt("Quốc môn", stage.Place{In: []string{"env", "-u", "WAYLAND_DISPLAY", "DISPLAY=" + x}, Args: args})
	scr.AwaitCached(time.Minute)
	finds := func(w wire.Witness) wire.Check {
		for _, c := range scr.Status().Report.Checks {
			if c.Witness == w {
				return c
			}
		}
		return wire.Check{}
	}
	right := func() bool {
		return finds(wire.WitnessBrowser).Finding == wire.FindingRight && finds(wire.WitnessDisplay).Finding == wire.FindingRight
	}
	stage.Await(t, time.Minute, "browser and display to be right", right)

	other, closeIt := browse(t, chromedp.Flag("headless", false), chromedp.Env("DISPLAY="+x), chromedp.Flag("ozone-platform", "x11"))
	if err := chromedp.Do(other, chromedp.Navigate(`data:text/html,<body style="background:%230c0">Not approved</body>`)); err != nil {
		t.Fatal(err)
	}
	stage.Await(t, time.Minute, "the window to be seen on the display", func() bool { return finds(wire.WitnessDisplay).Finding == wire.FindingWrong })
	if c := finds(wire.WitnessBrowser); c.Finding != wire.FindingRight {
		t.Errorf("the browser, which shows what is due, finds %+v", c)
	}
	if c := finds(wire.WitnessDisplay); c.Evidence.Validate() != nil {
		t.Errorf("the evidence is %q", c.Evidence)
	}
	stage.Await(t, noticed, "the console to say so", func() bool { return s.Watch(scr.ID).State == "wrong" })

	closeIt()
	stage.Await(t, time.Minute, "browser and display to be right again", right)
}
