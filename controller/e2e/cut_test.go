package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
)

// TestCutInTheBrowser cuts a film by keys: a second out of its middle, a shape
// out of its picture, words burnt in. What is seen before saving is what the
// renditions become, and nobody's decision is left over.
func TestCutInTheBrowser(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	m := s.Bring("phim.mp4", "Phim ba màu", threeColours(t))
	words := filepath.Join(t.TempDir(), "phu-de.srt")
	if err := os.WriteFile(words, []byte("1\n00:00:01,000 --> 00:00:01,800\n<b>Cầu Treo</b> ຂົວ\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := sit(look(t, "about:blank"), s, stage.LoginOf("editor"))
	d.open("/content/" + string(m.ID))
	d.follow("/content/" + string(m.ID) + "/cut")
	d.await("the film", `document.querySelector("main section > video")?.readyState >= 2`)
	keys := func(how chromedp.Modifier, keys ...string) {
		for _, key := range keys {
			d.do(chromedp.KeyEvent(key, chromedp.KeyModifiers(how)))
		}
	}
	end := func(which string, ms int) {
		t.Helper()
		d.await(fmt.Sprintf("the %s at %d ms", which, ms), fmt.Sprintf(`document.querySelector("[data-end=%s]").getAttribute("aria-valuenow") === "%d"`, which, ms))
	}
	d.do(chromedp.Focus(chromedp.JSPath(`document.querySelector("main section > video").parentElement`)))
	keys(chromedp.ModifierShift, kb.ArrowRight)
	keys(0, "i")
	end("in", 1000)
	keys(chromedp.ModifierShift, kb.ArrowRight)
	keys(0, kb.ArrowLeft, "o")
	end("out", 2000)
	const shown = `[...document.querySelectorAll("figure canvas")].map((c) => [...c.getContext("2d").getImageData(c.width / 2, c.height / 2, 1, 1).data].slice(0, 3))`
	const green = `.every(([r, g, b]) => g > 90 && r < 60 && b < 60)`
	d.await("the second second in every shape", shown+green)

	// The upright shape, moved to the right half, which is blue.
	d.do(chromedp.Click(chromedp.JSPath(`[...document.querySelectorAll("aside input")].find((i) => i.value === ` + strconv.Quote(d.say("cut.shape_whole")) + `)`)))
	d.pressNamed(d.say("profile.1080p_portrait"))
	d.do(chromedp.Focus(chromedp.JSPath(`document.querySelector("main [data-corner]").parentElement.firstElementChild`)))
	for range 11 {
		keys(chromedp.ModifierShift, kb.ArrowRight)
	}
	const blue = `.every(([r, g, b]) => b > 150 && r < 60 && g < 60)`
	d.await("the right part in every shape", shown+blue)

	d.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file][accept*=".srt"]`), []string{words}))
	chosen := `[...document.querySelectorAll("aside input")].some((i) => i.value === "phu-de.srt")`
	d.await("the words to be chosen", chosen)
	d.press("cut.undo")
	d.await("the words to be left out", "!"+chosen)
	d.press("cut.redo")
	d.await("the words again", chosen)
	d.do(chromedp.Focus(chromedp.JSPath(`document.querySelector("main section > video").parentElement`)))
	keys(0, kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft, kb.ArrowLeft)
	d.await("the words in every shape", `document.querySelectorAll("figure p").length === document.querySelectorAll("figure").length && document.querySelector("figure p").innerText === "Cầu Treo ຂົວ"`)
	d.press("cut.save")
	d.awaitText(d.say("cut.saved"))
	d.await("the new renditions beside them", `!document.querySelector("[role=progressbar]") && (() => {
		const c = document.createElement("canvas")
		return [...document.querySelectorAll("figure img")].map((i) => {
			c.width = c.height = 1
			c.getContext("2d").drawImage(i, i.naturalWidth / 2, i.naturalHeight / 2, 1, 1, 0, 0, 1, 1)
			return [...c.getContext("2d").getImageData(0, 0, 1, 1).data]
		})`+blue+`})()`)
	d.sound("the editor")

	after, err := s.Editor.AwaitRenditions(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	var cut struct {
		Excerpt    playlists.Excerpt
		Renditions []struct {
			Duration int64 `json:"duration_ms"`
		}
	}
	if err := s.Editor.Get(t.Context(), "/media/"+string(m.ID), &cut); err != nil {
		t.Fatal(err)
	}
	if e := cut.Excerpt; e.FromMS != 1000 || e.UntilMS != 2000 || e.Crop.Height != 180 || e.Crop.X < 160 || e.Subtitles != 1 || after.Revision != m.Revision+1 {
		t.Errorf("cut %+v in revision %d after %d", e, after.Revision, m.Revision)
	}
	for _, r := range cut.Renditions {
		if took := time.Duration(r.Duration) * time.Millisecond; took != time.Second {
			t.Errorf("a rendition takes %s", took)
		}
	}
}

// threeColours is a film of a red, a green and a red second, the right part of
// all of it blue.
func threeColours(t *testing.T) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "three.mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=3",
		"-vf", "drawbox=w=200:h=180:t=fill:color=green:enable='between(t,1,1.99)',drawbox=x=200:w=120:h=180:t=fill:color=blue",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a video with ffmpeg: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
