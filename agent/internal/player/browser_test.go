package player_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"iter"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"cotmoc/agent/internal/player"
	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/playlists/playliststest/glass"
)

// The frames are small: two cores also encode and judge them.
const width, height = 640, 360

// screen is a running playout and player with a real browser before it.
type screen struct {
	*playouttest.Desk
	playout *playout.Playout
	server  *player.Server
	browser context.Context

	mu       sync.Mutex
	captured []capture
	pins     []string // as entered
}

// pin takes 2468 and nothing else.
func (s *screen) pin(entered string) player.PINAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pins = append(s.pins, entered)
	return player.PINAnswer{Right: entered == "2468", Left: 4}
}

type capture struct {
	at   time.Time
	jpeg []byte
}

// newScreen starts everything; prepare puts the first programme in place.
func newScreen(t *testing.T, prepare func(*playouttest.Desk)) *screen {
	t.Helper()
	s := &screen{Desk: playouttest.NewDesk()}
	prepare(s.Desk)
	s.playout = playout.New(s.Options())
	var err error
	s.server, err = player.New(player.Options{Playout: s.playout, Ready: s.Desk, Status: func() any { return s.playout.Status() }, PIN: s.pin, Log: s.Options().Log})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{s.playout.Run, func(ctx context.Context) error { return s.server.Run(ctx, l) }} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { cancel(); running.Wait() })

	var stopBrowser func()
	s.browser, stopBrowser = newBrowser(t)
	events := chromedp.Events(s.browser, page.ScreencastFrame)
	running.Go(func() { s.collect(events) })
	t.Cleanup(stopBrowser) // before the rest, which waits for its last event
	if err := chromedp.Do(s.browser, chromedp.EmulateViewport(width, height), chromedp.Navigate("http://"+l.Addr().String()+"/")); err != nil {
		t.Fatal(err)
	}
	return s
}

// collect keeps every captured frame and asks for the next.
func (s *screen) collect(events iter.Seq2[page.EventScreencastFrame, error]) {
	for f, err := range events {
		if err != nil {
			return // the browser is gone
		}
		at := time.UnixMicro(int64(f.Metadata.Timestamp.Float64() * 1e6))
		s.mu.Lock()
		s.captured = append(s.captured, capture{at, f.Data})
		s.mu.Unlock()
		if _, err := chromedp.Call(s.browser, page.ScreencastFrameAck, page.ScreencastFrameAckParams{SessionID: f.SessionID}); err != nil {
			return
		}
	}
}

const (
	// browserBound ends a browser that stands still: what waits for it fails.
	browserBound = 5 * time.Minute
	// closeBound is how long a browser may take to close.
	closeBound = 20 * time.Second
)

func newBrowser(t *testing.T) (browser context.Context, stop func()) {
	t.Helper()
	path := os.Getenv("COTMOC_CHROMIUM")
	if path == "" {
		path = "chromium"
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("headless", "new"), chromedp.WindowSize(width, height))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	bounded, end := context.WithTimeout(context.WithoutCancel(t.Context()), browserBound)
	ctx, cancelAllocator := chromedp.NewExecAllocator(bounded, opts...)
	ctx, cancel := chromedp.NewContext(ctx)
	return ctx, func() {
		patient, enough := context.WithTimeout(ctx, closeBound)
		defer enough()
		if err := chromedp.Cancel(patient); err != nil && patient.Err() == nil {
			t.Error(err)
		}
		cancel()
		cancelAllocator()
		end()
	}
}

// frameWidth and frameHeight are the size in which frames are captured: a
// colour fills it as it fills the glass, and a hundred changes are thousands
// of frames.
const frameWidth, frameHeight = width / 2, height / 2

// record captures every frame that the compositor makes while during runs.
func (s *screen) record(t *testing.T, during func()) []glass.Reading {
	t.Helper()
	quality := int64(70)
	if _, err := chromedp.Call(s.browser, page.StartScreencast, page.StartScreencastParams{Format: page.StartScreencastFormatJpeg, Quality: &quality, MaxWidth: frameWidth, MaxHeight: frameHeight, EveryNthFrame: 1, MaxFramesInFlight: 16}); err != nil {
		t.Fatal(err)
	}
	during()
	if _, err := chromedp.Call(s.browser, page.StopScreencast, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []glass.Reading
	for _, c := range s.captured {
		img, err := jpeg.Decode(bytes.NewReader(c.jpeg))
		if err != nil {
			t.Fatal(err)
		}
		r := glass.Read(img, c.at, glass.Palette())
		if r.Black || r.Foreign() {
			keep(t, len(out), c.jpeg)
		}
		out = append(out, r)
	}
	s.captured = nil
	return out
}

// keep leaves a frame that speaks against us for people to look at.
func keep(t *testing.T, n int, frame []byte) {
	dir := os.Getenv("COTMOC_TEST_FRAMES")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%04d.jpg", filepath.Base(t.Name()), n)), frame, 0o600); err != nil {
		t.Error(err)
	}
}

func still(t *testing.T, c glass.Colour) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		img.Set(i%width, i/width, color.NRGBA{c.RGB[0], c.RGB[1], c.RGB[2], 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// film makes an H.264 video of a colour with something that moves in its lower
// half, so that each of its frames is another one.
func film(t *testing.T, c glass.Colour, length time.Duration) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), c.Name+".mp4")
	source := fmt.Sprintf("color=c=0x%02x%02x%02x:s=%dx%d:r=25:d=%.3f", c.RGB[0], c.RGB[1], c.RGB[2], width, height, length.Seconds())
	box := "color=c=0xfff0f0:s=60x60:r=25"
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", box,
		"-filter_complex", "[0][1]overlay=x='mod(t*300,580)':y=270:shortest=1,scale=out_color_matrix=bt709:out_range=tv",
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
		"-movflags", "+faststart", "-t", fmt.Sprintf("%.3f", length.Seconds()), file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a video with ffmpeg: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
