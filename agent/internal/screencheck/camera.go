package screencheck

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"syscall"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/wire"
)

const (
	cameraTime = 6 * time.Second
	// cameraWide and cameraHigh bound what a camera's picture may be.
	cameraWide, cameraHigh = 1920, 1200
	// cameraColumns and cameraRows are how coarsely a camera sees.
	cameraColumns, cameraRows = 8, 6
	// night is the luminance of the brightest part of a wall that is dark.
	night = 34
	// maxLearned items are known by how the camera sees them.
	maxLearned = 200
	// leastLearned are needed to know what of the picture is not the wall.
	leastLearned = 3
	// sure and unlike are how much a picture must vary with what was learned to
	// be it, and below which it is another one.
	sure, unlike = 0.5, 0.2
	// leastContrast is how much an item must differ from the others.
	leastContrast = 3.0
)

// Reasons of a camera.
const (
	learning = "learning"
	tooAlike = "too_alike"
	unclear  = "unclear"
	moving   = "moving"
)

var device = regexp.MustCompile(`^/dev/(video[0-9]{1,3}|v4l/by-(id|path)/[A-Za-z0-9][A-Za-z0-9._:+-]{0,200})$`)

// Camera looks at the wall through a device of the PC or an address that
// answers with a JPEG. It says nothing while it has neither.
type Camera struct {
	address func() string
	near    func(to string) error
	find    func(string) (string, error)
	client  *http.Client

	of      string // the address that was learned from
	learned map[playlists.ID][]float64
	order   []playlists.ID
}

// NewCamera makes the witness. address gives a device such as /dev/video0, an
// http or https address of another machine in a private network, or "" for no camera.
func NewCamera(address func() string) *Camera {
	c := &Camera{address: address, near: near, find: exec.LookPath}
	dialer := &net.Dialer{Timeout: cameraTime, Control: func(_, to string, _ syscall.RawConn) error { return c.near(to) }}
	c.client = &http.Client{
		Timeout:       cameraTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10},
	}
	return c
}

// near refuses addresses beyond the site, and the PC itself, whose camera is a
// device: a setting may not have it fetch from anywhere else.
func near(to string) error {
	ap, err := netip.ParseAddrPort(to)
	if err != nil || !ap.Addr().Unmap().IsPrivate() {
		return fmt.Errorf("cannot ask a camera at %s: it must be in a private network", to)
	}
	return nil
}

// capture gives the camera's picture.
func (c *Camera) capture(ctx context.Context, address string) (image.Image, error) {
	ctx, cancel := context.WithTimeout(ctx, cameraTime)
	defer cancel()
	var b []byte
	var err error
	if device.MatchString(address) {
		b, err = c.fromDevice(ctx, address)
	} else {
		b, err = c.fromAddress(ctx, address)
	}
	if err != nil {
		return nil, err
	}
	return decodeWithin(b, cameraWide, cameraHigh)
}

func (c *Camera) fromDevice(ctx context.Context, address string) ([]byte, error) {
	path, err := c.find("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("cannot read the camera: %w", err)
	}
	// The first frames are of a sensor that still gets used to the light.
	return output(ctx, []string{path, "-v", "error", "-nostdin", "-f", "v4l2", "-i", address, "-vf", `select=gte(n\,8),scale=480:-2`, "-frames:v", "1", "-q:v", "5", "-f", "mjpeg", "pipe:1"})
}

func (c *Camera) fromAddress(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("cannot use the camera: name a device such as /dev/video0, or an address that begins with http")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("cannot use the camera's address")
	}
	resp, err := c.client.Do(req)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err // the address may hold a password
		}
		return nil, fmt.Errorf("cannot reach the camera: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("cannot use the camera: it answered %d", resp.StatusCode)
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxShot+1))
	if err == nil && len(b) > maxShot {
		err = errTooMuch
	}
	return b, err
}

// judge says what the camera's picture is. It knows no more of the wall than how
// it looked when the browser was right: wanted is the item that the browser has
// shown for a while, "" for none that stands still.
func (c *Camera) judge(g picturehash.Grid, wanted playlists.ID, dark bool) (wire.Finding, string) {
	if _, brightest := g.Brightness(); brightest < night && !dark {
		return wire.FindingBlack, ""
	}
	if wanted == "" {
		return wire.FindingUnsure, moving
	}
	seen := make([]float64, len(g.Cells))
	for i, v := range g.Cells {
		seen[i] = float64(v)
	}
	known := c.learned[wanted]
	if known == nil {
		c.learn(wanted, seen)
		return wire.FindingUnsure, learning
	}
	if len(c.learned) < leastLearned {
		return wire.FindingUnsure, learning
	}
	// What all of them have in common is not the wall.
	mean := make([]float64, len(seen))
	for _, l := range c.learned {
		for i, v := range l {
			mean[i] += v / float64(len(c.learned))
		}
	}
	var both, own, its float64
	for i := range seen {
		a, b := seen[i]-mean[i], known[i]-mean[i]
		both, own, its = both+a*b, own+a*a, its+b*b
	}
	if math.Sqrt(its/float64(len(seen))) < leastContrast {
		return wire.FindingUnsure, tooAlike
	}
	switch r := both / math.Sqrt(max(own*its, 1)); {
	case r >= sure:
		for i := range known {
			known[i] += (seen[i] - known[i]) / 10 // the light of the day changes
		}
		return wire.FindingRight, ""
	case r < unlike:
		return wire.FindingWrong, otherPicture
	}
	return wire.FindingUnsure, unclear
}

func (c *Camera) learn(m playlists.ID, seen []float64) {
	if c.learned == nil {
		c.learned = map[playlists.ID][]float64{}
	}
	c.learned[m] = seen
	if c.order = append(c.order, m); len(c.order) > maxLearned {
		delete(c.learned, c.order[0])
		c.order = slices.Delete(c.order, 0, 1)
	}
}

// seeCamera has the camera look, at a moment at which one still picture alone is
// due. It tells nothing at others.
func (c *Checker) seeCamera(ctx context.Context, address string) (verdict, letter) {
	c.looking.Lock()
	defer c.looking.Unlock()
	if address != c.o.Camera.of {
		c.o.Camera.of, c.o.Camera.learned, c.o.Camera.order = address, nil, nil
	}
	from := c.o.Playout.Now()
	img, err := c.o.Camera.capture(ctx, address)
	until := c.o.Playout.Now()
	l := letter{capture: wire.Capture{Witness: wire.WitnessCamera, Finding: wire.FindingBlind, At: until.UnixMilli()}}
	if err != nil {
		c.o.Log.Debug("camera does not see", "error", err)
		return verdict{wire.FindingBlind, nothingDrawn, usual}, l
	}
	g, err := picturehash.Of(img, picturehash.Whole(), cameraColumns, cameraRows)
	if err != nil {
		return verdict{wire.FindingBlind, nothingDrawn, usual}, l
	}
	e := c.expect(from, until, false)
	still := e.wanted
	if len(e.options) != 1 || e.unsure != "" || e.film || c.finds(wire.WitnessBrowser) != wire.FindingRight {
		still = ""
	}
	dark := len(e.options) == 0
	for i := range e.options {
		dark = dark || e.options[i].band.Dark()
	}
	v := verdict{needed: changing}
	v.finding, v.why = c.o.Camera.judge(g, still, dark)
	l.capture.Finding, l.capture.Wanted = v.finding, e.wanted
	l.jpeg = small(img)
	return v, l
}

// small makes a picture as small as a capture is; nil when it cannot.
func small(img image.Image) []byte {
	b := img.Bounds()
	step := max((max(b.Dx(), b.Dy())+captureSide-1)/captureSide, 1)
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()/step, b.Dy()/step))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]uint32
			for dy := range step {
				for dx := range step {
					r, g, bl, _ := img.At(b.Min.X+x*step+dx, b.Min.Y+y*step+dy).RGBA()
					sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+bl>>8
				}
			}
			n := uint32(step * step)
			out.SetRGBA(x, y, color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255})
		}
	}
	w := &bounded{}
	if err := jpeg.Encode(w, out, &jpeg.Options{Quality: quality}); err != nil || len(w.b) > wire.MaxCapture {
		return nil
	}
	return w.b
}
