package slides

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"cotmoc/playlists"
)

// drawTime is how long one slide may take in all its shapes, the browser's
// start with it.
const drawTime = 90 * time.Second

// StudioConfig is what a Studio needs; all fields but Chromium must be set.
type StudioConfig struct {
	Chromium string // path, "" looks in PATH
	Fonts    fs.FS  // the console's built files
	Work     string // folder for the browser's own files
	// Confine bounds the browser's process before it starts: no network, an
	// end to its memory.
	Confine func(*exec.Cmd)
	Log     *slog.Logger
}

// Studio draws slides with a browser of its own: started for one slide, spoken
// to over a pipe, killed afterwards. It is safe for concurrent use; one slide is
// drawn at a time.
type Studio struct {
	cfg   StudioConfig
	fonts *fontSet
	lacks error // why nothing can be drawn here
	turn  chan struct{}
}

// NewStudio looks for what drawing needs. Without it the Studio says so when it
// is asked.
func NewStudio(cfg StudioConfig) *Studio {
	s := &Studio{cfg: cfg, turn: make(chan struct{}, 1)}
	if s.fonts, s.lacks = openFonts(cfg.Fonts); s.lacks != nil {
		return s
	}
	s.cfg.Chromium, s.lacks = browserAt(cfg.Chromium)
	return s
}

// Lacks tells why nothing can be drawn here, nil when it can.
func (s *Studio) Lacks() error { return s.lacks }

func browserAt(named string) (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}
	if named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", playlists.Errorf(playlists.Unavailable, "chromium_missing", nil, "cannot make slides: there is no Chromium on the controller; install it (Debian: apt install chromium) or name it with --chromium, then start the controller again")
}

// Fits tells, as an error, which text of a slide does not fit.
func (s *Studio) Fits(ctx context.Context, slide Slide, parts Parts) error {
	return s.with(ctx, drawTime, func(ctx context.Context) error { return s.fits(ctx, slide, parts) })
}

func (s *Studio) fits(ctx context.Context, slide Slide, parts Parts) error {
	for _, p := range playlists.Profiles() {
		if err := s.set(ctx, slide, parts, p); err != nil {
			return err
		}
	}
	return nil
}

// Drawn is what became of a slide in one profile.
type Drawn struct {
	Image image.Image // at the profile's very size
	Err   error       // why there is none: the text does not fit
}

// Draw gives a slide's picture in every profile that it must fit. parts are the
// pictures that the slide names.
func (s *Studio) Draw(ctx context.Context, slide Slide, parts Parts) (map[playlists.Profile]image.Image, error) {
	drawn, err := s.DrawFor(ctx, slide, parts, playlists.Profiles()...)
	out := map[playlists.Profile]image.Image{}
	for p, d := range drawn {
		out[p], err = d.Image, cmp.Or(err, d.Err)
	}
	return out, err
}

// DrawFor draws a slide for each of the profiles, with one browser.
func (s *Studio) DrawFor(ctx context.Context, slide Slide, parts Parts, profiles ...playlists.Profile) (map[playlists.Profile]Drawn, error) {
	out := map[playlists.Profile]Drawn{}
	err := s.with(ctx, drawTime, func(ctx context.Context) error {
		for _, p := range profiles {
			img, err := s.take(ctx, slide, parts, p)
			if err != nil && playlists.CodeOf(err) != playlists.Invalid {
				return err
			}
			out[p] = Drawn{img, err}
		}
		return nil
	})
	return out, err
}

// take gives a slide's picture in one profile.
func (s *Studio) take(ctx context.Context, slide Slide, parts Parts, p playlists.Profile) (image.Image, error) {
	if err := s.set(ctx, slide, parts, p); err != nil {
		return nil, err
	}
	img, err := shot(ctx, nil)
	if err != nil {
		return nil, err
	}
	if w, h := p.Size(); img.Bounds() != image.Rect(0, 0, w, h) {
		return nil, fmt.Errorf("cannot use the picture of a slide: it is %v, want %d × %d", img.Bounds(), w, h)
	}
	return img, nil
}

// shot gives the pixels that the browser shows, in a part of its window or all.
func shot(ctx context.Context, part *page.Viewport) (image.Image, error) {
	var b []byte
	quick := true // it is read once and thrown away
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		got, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{OptimizeForSpeed: &quick, Clip: part})
		if err == nil {
			b = got.Data
		}
		return err
	}))
	if err != nil {
		return nil, fmt.Errorf("cannot take the picture of a slide: %w", err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("cannot read the picture of a slide: %w", err)
	}
	return img, nil
}

// with gives do a browser for so long, and takes it away.
func (s *Studio) with(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	if s.lacks != nil {
		return s.lacks
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	dir, err := os.MkdirTemp(s.cfg.Work, "browser-*")
	if err != nil {
		return fmt.Errorf("cannot make a folder for the browser: %w", err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			s.cfg.Log.Warn("cannot remove the browser's folder", "error", err)
		}
	}()
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	allocated, killed := chromedp.NewExecAllocator(timed, s.options(dir)...)
	defer killed()
	browser, closed := chromedp.NewContext(allocated)
	defer closed()
	err = do(browser)
	switch {
	case err == nil || playlists.ReasonOf(err) != "":
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(timed.Err(), context.DeadlineExceeded):
		return playlists.Errorf(playlists.Unavailable, "slide_slow", nil, "cannot draw the slide in %s: the controller has too much to do; try again later", limit)
	}
	s.cfg.Log.ErrorContext(ctx, "the browser did not draw a slide", "error", err)
	return playlists.Errorf(playlists.Unavailable, "slide_browser", nil, "cannot draw the slide: the browser failed: %w", err)
}

func (s *Studio) options(dir string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(s.cfg.Chromium), chromedp.UserDataDir(dir), chromedp.DisableGPU, chromedp.WindowSize(1920, 1920),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"),
		chromedp.Flag("no-proxy-server", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("disable-lcd-text", true), chromedp.Flag("disable-remote-fonts", false),
		// Its socket lies in the temporary folder, and a socket's path is short.
		chromedp.Env("HOME="+dir, "TMPDIR=/tmp"),
		chromedp.ModifyCmdFunc(s.cfg.Confine),
	)
}

// set puts a slide before the browser and makes its text as large as fits.
func (s *Studio) set(ctx context.Context, slide Slide, parts Parts, p playlists.Profile) error {
	markup, err := markupOf(slide, parts, s.fonts, p)
	if err != nil {
		return err
	}
	c, err := canvasOf(p)
	if err != nil {
		return err
	}
	put := chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return err
		}
		_, err = chromedp.Call(ctx, page.SetDocumentContent, page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: markup})
		return err
	})
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(int64(c.width), int64(c.height), chromedp.EmulateScale(c.scale)), chromedp.Navigate("about:blank"), put); err != nil {
		return fmt.Errorf("cannot show a slide to the browser: %w", err)
	}
	await := func(p *runtime.EvaluateParams) { chromedp.EvalAwaitPromise(p) }
	size, err := chromedp.Run(ctx, chromedp.Evaluate[int](fitting, await))
	if err != nil {
		return fmt.Errorf("cannot fit the text of a slide: %w", err)
	}
	if size <= 0 {
		return playlists.Errorf(playlists.Invalid, "slide_too_long", playlists.Params{"profile": string(p)}, "cannot fit this text on a slide of the shape %s at a size that is read from afar: shorten the title or the text", p)
	}
	return nil
}

// fitting makes the text smaller in steps until nothing runs over, and gives
// the size in hundredths, 0 when nothing fits. It waits for the fonts and the
// pictures first, and fails when one of them is not there.
const fitting = `(async () => {
	document.body.offsetHeight;
	await document.fonts.ready;
	if ([...document.fonts].some(f => f.status === 'error')) throw new Error('a font is broken');
	await Promise.all([...document.images].map(i => i.decode()));
	const boxes = [...document.querySelectorAll('[data-fit]')];
	const over = () => boxes.some(b => b.scrollHeight > b.clientHeight || b.scrollWidth > b.clientWidth);
	let size = 0;
	for (let s = 100; s >= 36 && size === 0; s -= 2) {
		document.documentElement.style.setProperty('--s', s / 100);
		if (!over()) size = s;
	}
	await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
	return size;
})()`
