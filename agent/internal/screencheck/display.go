package screencheck

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os/exec"
	"strconv"
	"time"

	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/wire"
)

const (
	toolTime = 6 * time.Second
	// maxShot is the most bytes that a tool or a camera may give.
	maxShot = 2 << 20
	// sameShape is how far the display's shape may be from the browser's, for
	// the browser to fill it.
	sameShape = 0.03
)

const otherShape = "other_shape" // several displays, or the browser does not fill it

// Display captures the whole display with a tool that is found on the PC.
type Display struct {
	env   func(string) string
	find  func(string) (string, error)
	scale float64 // of a compositor's picture
}

// NewDisplay makes the witness; env gives the session's environment.
func NewDisplay(env func(string) string) *Display {
	return &Display{env: env, find: exec.LookPath, scale: 0.25}
}

// tool gives the command that captures the display, nil when there is none.
func (d *Display) tool() []string {
	if d.env("WAYLAND_DISPLAY") != "" {
		if path, err := d.find("grim"); err == nil {
			return []string{path, "-t", "png", "-s", strconv.FormatFloat(d.scale, 'f', -1, 64), "-"}
		}
		return nil // another protocol would show another server's display
	}
	name := d.env("DISPLAY")
	if name == "" {
		return nil
	}
	if path, err := d.find("ffmpeg"); err == nil {
		return []string{path, "-v", "error", "-nostdin", "-f", "x11grab", "-draw_mouse", "0", "-i", name, "-frames:v", "1", "-vf", "scale=480:-2", "-q:v", "5", "-f", "mjpeg", "pipe:1"}
	}
	if path, err := d.find("import"); err == nil {
		return []string{path, "-silent", "-window", "root", "-resize", "480x480", "jpeg:-"}
	}
	return nil
}

// capture gives the display, and as a small JPEG.
func (d *Display) capture(ctx context.Context, tool []string) (image.Image, []byte, error) {
	b, err := output(ctx, tool)
	if errors.Is(err, errTooMuch) {
		d.smaller()
	}
	if err != nil {
		return nil, nil, err
	}
	var img image.Image
	if isPNG(b) { // Debian's grim makes no JPEG
		if img, err = decodePNG(b); err == nil {
			b = small(img)
		}
	} else {
		img, err = decode(b)
	}
	if err != nil || len(b) == 0 {
		d.smaller()
		return nil, nil, errors.Join(errors.New("cannot make a small picture of the display"), err)
	}
	return img, b, nil
}

// smaller has the next picture be half as wide: it is a larger display than
// most.
func (d *Display) smaller() { d.scale = max(d.scale/2, 1./32) }

func isPNG(b []byte) bool { return bytes.HasPrefix(b, []byte("\x89PNG")) }

// decodePNG is decode for what a tool on this PC makes.
func decodePNG(capture []byte) (image.Image, error) {
	c, err := png.DecodeConfig(bytes.NewReader(capture))
	if err != nil || c.Width > maxSide || c.Height > maxSide || c.Width < 16 || c.Height < 16 {
		return nil, errors.Join(fmt.Errorf("cannot read a capture of %d × %d pixels", c.Width, c.Height), err)
	}
	return png.Decode(bytes.NewReader(capture))
}

// bounded takes what a tool writes, up to a bound.
type bounded struct {
	b    []byte
	full bool // more came
}

var errTooMuch = errors.New("cannot read a picture of so many bytes")

// Write implements io.Writer.
func (w *bounded) Write(p []byte) (int, error) {
	if len(w.b)+len(p) > maxShot {
		w.full = true
		return 0, errTooMuch
	}
	w.b = append(w.b, p...)
	return len(p), nil
}

// output runs a tool for a while and gives what it writes.
func output(ctx context.Context, tool []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, toolTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, tool[0], tool[1:]...)
	cmd.WaitDelay = time.Second
	out := &bounded{}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		if out.full { // what ended the tool
			err = errTooMuch
		}
		return nil, fmt.Errorf("cannot capture with %s: %w", tool[0], err)
	}
	return out.b, nil
}

// seeDisplay captures the display and judges it as the browser's picture is.
func (c *Checker) seeDisplay(ctx context.Context, tool []string) (verdict, letter) {
	c.looking.Lock()
	defer c.looking.Unlock()
	from := c.o.Playout.Now()
	img, b, err := c.o.Display.capture(ctx, tool)
	until := c.o.Playout.Now()
	l := letter{capture: wire.Capture{Witness: wire.WitnessDisplay, Finding: wire.FindingBlind, At: until.UnixMilli()}}
	if err != nil {
		c.o.Log.Debug("display cannot be captured", "error", err)
		return verdict{wire.FindingBlind, nothingDrawn, usual}, l
	}
	s, err := newSight(img)
	if err != nil {
		return verdict{wire.FindingBlind, nothingDrawn, usual}, l
	}
	e := c.expect(from, until, c.o.Playout.Status().Showing.Kind == wire.ShowSlate)
	v := verdict{wire.FindingUnsure, otherShape, changing}
	if why := c.o.Covered(); why != "" {
		v.why = why
	} else if c.before != nil && alike(c.before.size, img.Bounds().Size()) {
		v.finding, v.why = judge(s, &e, 0)
	} else if s.whole.Black() {
		v.finding = wire.FindingBlack
	}
	l.jpeg, l.capture.Finding, l.capture.Wanted = b, v.finding, e.wanted
	return v, l
}

func alike(a, b image.Point) bool {
	box := picturehash.Contained(a, b)
	return box.Left <= sameShape && box.Top <= sameShape
}
