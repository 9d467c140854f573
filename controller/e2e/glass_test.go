package e2e

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists/playliststest/glass"
)

// window is a real browser before a screen.
type window struct {
	t             *testing.T
	ctx           context.Context
	width, height int64
	captured      time.Time // last
	last          string
	seen          []string // each change of what fills the glass, with its time
}

// A window is as large as it takes to tell which colour fills it: the stories
// look thousands of times.
const windowWidth, windowHeight = 480, 270

// near is how many times as wide and high a window is that single pixels are
// compared in, or a code is read from.
const near = 2

// chromium is the browser that the set-up has found.
func chromium() string { return cmp.Or(os.Getenv("COTMOC_CHROMIUM"), "chromium") }

// look opens a browser at a player's address.
func look(t *testing.T, url string) *window {
	t.Helper()
	return lookIn(t, url, windowWidth, windowHeight)
}

// lookClosely opens a browser that shows a player's picture in more detail.
func lookClosely(t *testing.T, url string) *window {
	t.Helper()
	return lookIn(t, url, near*windowWidth, near*windowHeight)
}

func lookIn(t *testing.T, url string, width, height int) *window {
	t.Helper()
	ctx, _ := browse(t, chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("headless", "new"), chromedp.WindowSize(width, height))
	w := &window{t: t, ctx: ctx, width: int64(width), height: int64(height)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what filled the glass:\n%s", strings.Join(w.seen[max(0, len(w.seen)-40):], "\n"))
		}
	})
	w.open(url)
	return w
}

const (
	// browserBound ends a browser that stands still: what waits for it fails.
	browserBound = 8 * time.Minute
	// closeBound is how long a browser may take to close.
	closeBound = 20 * time.Second
)

// browse starts a browser; it closes at the end of the story, or before.
func browse(t *testing.T, options ...chromedp.ExecAllocatorOption) (ctx context.Context, closeIt func()) {
	t.Helper()
	all := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium()), chromedp.UserDataDir(t.TempDir()))
	if os.Geteuid() == 0 {
		all = append(all, chromedp.NoSandbox)
	}
	bounded, end := context.WithTimeout(context.WithoutCancel(t.Context()), browserBound)
	allocated, killed := chromedp.NewExecAllocator(bounded, append(all, options...)...)
	ctx, closed := chromedp.NewContext(allocated)
	closeIt = sync.OnceFunc(func() {
		patient, enough := context.WithTimeout(ctx, closeBound)
		defer enough()
		// A page that asks whether to leave it keeps the browser from closing.
		if err := chromedp.Cancel(patient); err != nil && patient.Err() == nil {
			t.Error(err)
		}
		closed()
		killed()
		end()
	})
	t.Cleanup(closeIt)
	return ctx, closeIt
}

func (w *window) open(url string) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, chromedp.EmulateViewport(w.width, w.height)); err != nil {
		w.t.Fatal(err)
	}
	patient, enough := context.WithTimeout(w.ctx, openBound)
	defer enough()
	stage.Await(w.t, openBound, "the page at "+url, func() bool {
		err := chromedp.Do(patient, chromedp.Navigate(url))
		if aborted, ok := errors.AsType[*chromedp.LoadError](err); ok && aborted.ErrorText == "net::ERR_ABORTED" {
			return false // the page that was there loaded again at this moment
		}
		if err != nil {
			w.t.Fatal(err)
		}
		return true
	})
}

const (
	// openBound is how long a page may take to load.
	openBound = time.Minute
	// glance is how often at most a window is captured.
	glance = 60 * time.Millisecond
	// askAgain is how long a capture is waited for before it is asked for anew.
	askAgain = 4 * time.Second
)

// capture gives the pixels on the glass now.
func (w *window) capture() image.Image {
	w.t.Helper()
	select {
	case <-time.After(time.Until(w.captured.Add(glance))):
	case <-w.t.Context().Done():
		w.t.Fatal(context.Cause(w.t.Context()))
	}
	w.captured = time.Now()
	var raw []byte
	stage.Await(w.t, 5*time.Second, "a frame from the browser", func() bool {
		// Chromium never answers for a page that loads again meanwhile, which
		// an agent asks of one that has not shown it a frame.
		patient, enough := context.WithTimeout(w.ctx, askAgain)
		defer enough()
		var err error
		raw, err = chromedp.Run(patient, chromedp.CaptureScreenshot())
		switch {
		case err == nil:
			return true
		case w.ctx.Err() == nil && patient.Err() != nil:
			w.seen = append(w.seen, fmt.Sprintf("%s nothing captured for %s", time.Now().UTC().Format("05.000"), askAgain))
		case !strings.Contains(err.Error(), "Not attached to an active page"): // between two pages
			w.t.Fatal(err)
		}
		return false
	})
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	return img
}

// colour tells which colour of the palette fills the glass, "" when none does.
func (w *window) colour() string {
	w.t.Helper()
	r := glass.Read(w.capture(), time.Time{}, glass.Palette())
	name := ""
	if !r.Black && len(r.Colours) == 1 {
		name = glass.Palette()[r.Colours[0]].Name
	}
	if name != w.last || len(w.seen) == 0 {
		w.last = name
		w.seen = append(w.seen, fmt.Sprintf("%s %q %+v", time.Now().UTC().Format("05.000"), name, r))
	}
	return name
}

// awaitColours waits until all of the colours were seen, and fails at once
// when another one fills the glass after the first of them was seen.
func (w *window) awaitColours(bound time.Duration, names ...string) {
	w.t.Helper()
	seen := map[string]bool{}
	stage.Await(w.t, bound, fmt.Sprintf("%v on the glass", names), func() bool {
		if c := w.colour(); c != "" {
			seen[c] = true
		}
		for _, n := range names {
			if !seen[n] {
				return false
			}
		}
		return true
	})
}

// onlyColours watches the glass for a while: nothing but these may be seen.
func (w *window) onlyColours(during time.Duration, names ...string) {
	w.t.Helper()
	allowed := map[string]bool{}
	for _, n := range names {
		allowed[n] = true
	}
	for end := time.Now().Add(during); time.Now().Before(end); {
		r := glass.Read(w.capture(), time.Time{}, glass.Palette())
		if r.Black || r.Foreign() {
			w.t.Fatalf("the glass shows something that is not to be played: %+v", r)
		}
		for _, i := range r.Colours {
			if c := glass.Palette()[i].Name; !allowed[c] {
				w.t.Fatalf("the glass shows %s; only %v are to be seen", c, names)
			}
		}
	}
}

// awaitGone waits until a colour has left the glass; it fails when it has not in
// time.
func (w *window) awaitGone(bound time.Duration, name string) {
	w.t.Helper()
	seen := time.Now()
	for begin := time.Now(); time.Since(begin) < bound+3*stage.ItemMS*time.Millisecond; {
		if w.colour() == name {
			seen = time.Now()
		}
		if seen.Sub(begin) > bound {
			w.t.Fatalf("%s is on the glass %s later", name, seen.Sub(begin))
		}
	}
}

// rgb gives a colour of the palette.
func rgb(t *testing.T, name string) [3]uint8 {
	t.Helper()
	for _, c := range glass.Palette() {
		if c.Name == name {
			return c.RGB
		}
	}
	t.Fatalf("no colour is called %s", name)
	return [3]uint8{}
}

// picture makes a PNG whose upper half is of one colour and whose lower half
// is like no other's, large enough that nothing scales it up.
func picture(t *testing.T, name string) []byte {
	t.Helper()
	c := rgb(t, name)
	img := image.NewNRGBA(image.Rect(0, 0, 1920, 1080))
	for y := range 1080 {
		for x := range 1920 {
			img.SetNRGBA(x, y, color.NRGBA{c[0], c[1], c[2], 255})
			if y >= 540 {
				img.SetNRGBA(x, y, color.NRGBA{uint8(130 + x/16), uint8(130 + (y-540)/5), uint8(int(c[2])/2 + 120), 255})
			}
		}
	}
	// Bytes that differ from those of every other picture of this colour.
	img.SetNRGBA(1919, 1079, color.NRGBA{255, 255, uint8(len(t.Name())), 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// film makes an H.264 video of a second, of one colour with a box that moves in
// its lower half; in a longer slot it goes round.
func film(t *testing.T, name string) []byte {
	t.Helper()
	c := rgb(t, name)
	file := filepath.Join(t.TempDir(), name+".mp4")
	source := fmt.Sprintf("color=c=0x%02x%02x%02x:s=1920x1080:r=25:d=1", c[0], c[1], c[2])
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", source,
		"-f", "lavfi", "-i", "color=c=0xfff0f0:s=120x120:r=25",
		"-filter_complex", "[0][1]overlay=x='mod(t*600,1700)':y=800:shortest=1,scale=out_color_matrix=bt709:out_range=tv",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-movflags", "+faststart", "-t", "1", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a video with ffmpeg: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
