package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

// slow bounds what a desk's browser sends.
func (d *desk) slow(bytesPerSecond float64) {
	d.t.Helper()
	d.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: bytesPerSecond}},
		})
		return err
	}))
}

// TestUploadGoesOn brings a film in at the console over a slow line: it is
// paused, and goes on; the controller is killed in the middle, and it goes on
// by itself when the controller is back; and the same film again is known.
func TestUploadGoesOn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	dir := t.TempDir()
	film := noise(t, "7")
	name, again := filepath.Join(dir, "Phim dài.mp4"), filepath.Join(dir, "Bản sao.mp4")
	for _, file := range []string{name, again} {
		if err := os.WriteFile(file, film, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const rate = 1 << 20
	if len(film) < 8*rate {
		t.Fatalf("the film has only %d bytes", len(film))
	}
	d := sit(look(t, "about:blank"), s, stage.LoginOf("editor"))
	d.open("/content")
	d.slow(rate)
	d.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{name}))
	sent := `parseFloat(document.querySelector("li[data-phase=sending] [role=progressbar]")?.getAttribute("aria-valuenow") ?? 0)`
	d.await("a part of the film to be sent", sent+` > 5`)
	d.press("upload.pause")
	d.await("the pause", `document.querySelector("li[data-phase=paused]") !== null`)
	d.press("upload.resume")
	d.await("more of it to be sent", sent+` > 20`)

	s.Controller.Kill()
	d.awaitText(d.say("upload.phase_stalled"))
	s.Controller.Start()
	s.AwaitReady()
	// The tray folds itself when all is well, and has only its heading.
	d.await("the film to arrive", fmt.Sprintf(`[...document.querySelectorAll("[role=status]")].some((e) => e.innerText === %q)`, d.say("upload.settled", "{{count}}", "1")))
	d.slow(-1)
	if got := titles(t, s); !slices.Equal(got, []string{"Phim dài"}) {
		t.Errorf("there are %q", got)
	}

	d.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{again}))
	d.awaitText(d.say("upload.phase_duplicate", "{{title}}", "Phim dài"))
	if got := titles(t, s); !slices.Equal(got, []string{"Phim dài"}) {
		t.Errorf("there are %q", got)
	}
	d.sound("editor")
}

// TestRefusedAtTheConsole brings in what cannot be used: each file's row says
// why in words, and nothing of it is kept.
func TestRefusedAtTheConsole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	dir := t.TempDir()
	files := map[string]struct{ content, reason string }{
		"rong.jpg":         {"", "reason.file_empty"},
		"chuong-trinh.jpg": {"\x7fELF\x02\x01\x01" + string(make([]byte, 200)), "reason.file_executable"},
		"ve.svg.png":       {`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`, "reason.image_svg"},
	}
	d := sit(look(t, "about:blank"), s, stage.LoginOf("editor"))
	d.open("/content")
	for name, file := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(file.content), 0o600); err != nil {
			t.Fatal(err)
		}
		d.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{path}))
		d.awaitText(d.say(file.reason))
	}
	d.sound("editor")
	if got := titles(t, s); len(got) > 0 {
		t.Errorf("there are %q", got)
	}
}

// titles lists the media there are.
func titles(t *testing.T, s *stage.Stage) []string {
	t.Helper()
	list, err := apiclient.List[struct {
		Title string `json:"title"`
	}](t.Context(), s.Editor, "/media")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range list {
		all = append(all, m.Title)
	}
	return all
}
