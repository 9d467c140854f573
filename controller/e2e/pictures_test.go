package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/up/build"
	"cotmoc/controller/up/demo"
)

const (
	// maxPicture is how large a picture of the README may be.
	maxPicture = 100 << 10
	// demoBound is how long the demo may take to be ready.
	demoBound = 8 * time.Minute
	// demoPort is where looking for free ports begins: below those that the
	// system hands out to the other stories.
	demoPort = 21000
)

// runDemo runs the demo as the first of the two commands does, until the story
// ends; only its films are short.
func runDemo(t *testing.T) demo.Opened {
	t.Helper()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	p := programs(t)
	opened := make(chan demo.Opened, 1)
	ended := make(chan error, 1)
	var said bytes.Buffer // read when the demo has ended
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	options := demo.Options{
		Data: filepath.Join(t.TempDir(), "demo"), Port: demo.FreePort(demoPort),
		Programs: build.Binaries{Controller: p.Controller, Agent: p.Agent}, Chromium: chromium(), FFmpeg: ffmpeg,
		Root: os.Geteuid() == 0, Out: &said, Now: time.Now, Random: rand.Reader,
		FilmSeconds: 2, Ready: func(o demo.Opened) { opened <- o },
	}
	go func() { ended <- demo.Run(ctx, options) }()
	over := func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("the demo said:\n%s", said.String())
		}
	}
	select {
	case o := <-opened:
		t.Cleanup(over)
		return o
	case err := <-ended:
		ended <- err
	case <-time.After(demoBound):
	}
	over()
	t.Fatalf("the demo is not ready within %s", demoBound)
	return demo.Opened{}
}

// beside opens another window of the same browser at a player's address.
func (w *window) beside(url string) {
	w.t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx, chromedp.WithNewBrowserContext())
	w.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the window lives as long as the context that opens it
		w.t.Fatal(err)
	}
	(&window{t: w.t, ctx: ctx, width: w.width, height: w.height}).open(url)
}

// still waits until a screen shows a picture, and gives the pixels on the
// glass when they are those of the rendition that the agent names.
func (w *window) still(url string) image.Image {
	w.t.Helper()
	var got image.Image
	why := ""
	defer func() {
		if w.t.Failed() {
			w.t.Logf("the glass against the rendition: %s", why)
		}
	}()
	stage.Await(w.t, time.Minute, "a picture on the glass", func() bool {
		var st stage.AgentStatus
		if err := json.Unmarshal(stage.Fetch(w.t.Context(), url+"status"), &st); err != nil || st.Report.Showing.Rendition == "" {
			return false
		}
		want, err := jpeg.Decode(bytes.NewReader(stage.Fetch(w.t.Context(), url+"objects/"+string(st.Report.Showing.Rendition))))
		if err != nil {
			return false // a film
		}
		got = w.capture()
		why = difference(want, got)
		return why == ""
	})
	return got
}

// keep puts a picture among the story's artifacts.
func keep(t *testing.T, name string, img image.Image) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	if b.Len() > maxPicture {
		t.Errorf("%s has %d bytes, more than %d", name, b.Len(), maxPicture)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".jpg"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// view opens the console for somebody in a window as wide as a desk's and so
// high; what is captured of it is smaller by a sixth.
func view(w *window, at string, who demo.Login, height int64) *desk {
	w.t.Helper()
	d := settle(w, at)
	d.do(chromedp.EmulateViewport(1440, height, chromedp.EmulateScale(5.0/6)))
	d.logInWith(who.Login, who.Password)
	d.await("to be logged in", `location.pathname !== "/login"`)
	return d
}

// photograph keeps what the page shows once all its pictures are there.
func (d *desk) photograph(name string) {
	d.t.Helper()
	d.await("the page's pictures", `document.fonts.status === "loaded" && [...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
	keep(d.t, name, (&window{t: d.t, ctx: d.ctx}).capture())
}

// TestPictures takes the README's pictures of the demo, five screens of two
// clusters on the glass of a real browser: the watch page when all five are
// confirmed, the desk of the reviewer with what waits for a decision, and a
// screen. The command "up pictures" puts them into the README.
func TestPictures(t *testing.T) {
	t.Parallel()
	opened := runDemo(t)
	w := lookClosely(t, opened.Screens[0])
	for _, url := range opened.Screens[1:] {
		w.beside(url)
	}

	inspector := view(w, opened.Console, opened.Logins["inspector"], 744)
	inspector.open("/screens")
	inspector.await("five green tiles", fmt.Sprintf(`document.querySelectorAll("li[data-state]").length === %d &&
		[...document.querySelectorAll("li[data-state]")].every((e) => e.dataset.state === "playing" && e.querySelector("img"))`, len(opened.Screens)))
	inspector.photograph("console")
	inspector.sound("inspector")

	reviewer := view(w, opened.Console, opened.Logins["reviewer"], 900)
	reviewer.open("/review")
	reviewer.await("an item with a rendition for each shape", `document.querySelectorAll("aside h2").length > 0 && document.querySelectorAll("[role=tab] img").length === 2`)
	reviewer.awaitText(reviewer.say("review.accept_review"))
	reviewer.photograph("review")
	reviewer.sound("reviewer")

	keep(t, "screen", w.still(opened.Screens[0]))
}
