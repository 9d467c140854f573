package screencheck

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/wire"
)

// wall is a picture of a site by day or night, with the wall in the middle of
// it showing four colours.
func wall(light uint8, colours ...color.RGBA) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{light, light, light, 255}), image.Point{}, draw.Src)
	for i, c := range colours {
		x, y := 80+i%2*80, 60+i/2*60
		c.R, c.G, c.B = c.R/2+light/4, c.G/2+light/4, c.B/2+light/4
		draw.Draw(img, image.Rect(x, y, x+80, y+60), image.NewUniform(c), image.Point{}, draw.Src)
	}
	return img
}

func TestCameraJudges(t *testing.T) {
	t.Parallel()
	r, g, b, w, k := color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}, color.RGBA{255, 255, 255, 255}, color.RGBA{0, 0, 0, 255}
	c := NewCamera(func() string { return "" })
	see := func(img image.Image, wanted playlists.ID, dark bool) string {
		t.Helper()
		grid, err := picturehash.Of(img, picturehash.Whole(), cameraColumns, cameraRows)
		if err != nil {
			t.Fatal(err)
		}
		f, why := c.judge(grid, wanted, dark)
		return strings.TrimSpace(string(f) + " " + why)
	}
	for i, l := range []struct {
		img    image.Image
		wanted playlists.ID
		dark   bool
		says   string
	}{
		{wall(90, r, g, b, w), "one", false, "unsure learning"},
		{wall(90, r, g, b, w), "one", false, "unsure learning"}, // of what is not the wall nothing is known yet
		{wall(90, w, k, g, r), "two", false, "unsure learning"},
		{wall(90, b, b, r, k), "three", false, "unsure learning"},
		{wall(90, r, g, b, w), "one", false, "right"},
		{wall(110, w, k, g, r), "two", false, "right"}, // the sun came out
		{wall(90, w, k, g, r), "one", false, "wrong other_picture"},
		{wall(90, k, k, k, k), "", false, "unsure moving"},
		{wall(8, k, k, k, k), "one", false, "black"},
		{wall(8, k, k, k, k), "one", true, "wrong other_picture"},
		{wall(8, r, g, b, w), "", false, "unsure moving"}, // night, and the wall is lit
	} {
		if got := see(l.img, l.wanted, l.dark); got != l.says {
			t.Errorf("look %d: %s, want %s", i, got, l.says)
		}
	}
	for i := range 3 * maxLearned {
		c.learn(playlists.ID(rune('a'+i)), nil)
	}
	if len(c.learned) > maxLearned || len(c.order) != len(c.learned) {
		t.Errorf("%d items are learned", len(c.learned))
	}
}

// Only what stands at the site is asked, and never more than a picture read.
func TestCameraAddresses(t *testing.T) {
	t.Parallel()
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, wall(90), nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/shot.jpg":
			_, _ = w.Write(picture.Bytes())
		case "/away":
			http.Redirect(w, r, "/shot.jpg", http.StatusFound)
		case "/flood":
			for range maxShot/len(picture.Bytes()) + 2 {
				_, _ = w.Write(picture.Bytes())
			}
		case "/page":
			_, _ = w.Write([]byte("<html>"))
		}
	}))
	t.Cleanup(server.Close)
	c := NewCamera(func() string { return "" })
	if _, err := c.capture(t.Context(), server.URL+"/shot.jpg"); err == nil {
		t.Error("the PC itself is asked")
	}
	c.near = func(to string) error {
		if to == server.Listener.Addr().String() {
			return nil
		}
		return near(to)
	}
	if img, err := c.capture(t.Context(), server.URL+"/shot.jpg"); err != nil || img.Bounds().Dx() != 320 {
		t.Errorf("a picture: %v", err)
	}
	for _, address := range []string{
		server.URL + "/away", server.URL + "/flood", server.URL + "/page", "http://203.0.113.9/shot.jpg", "http://169.254.169.254/latest", "file:///etc/passwd", "/etc/passwd",
		"/dev/video0;id", "/dev/../etc/passwd", "/dev/sda", "ftp://127.0.0.1/x", "http://", "-i",
	} {
		_, err := c.capture(t.Context(), address)
		if err == nil {
			t.Errorf("%s is a camera", address)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%v", err)
		}
	}
	if _, err := c.capture(t.Context(), "http://user:secret@203.0.113.9/shot.jpg"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a password is told: %v", err)
	}
	for to, ok := range map[string]bool{"10.1.2.3:80": true, "192.168.1.9:8080": true, "127.0.0.1:1": false, "[::1]:80": false, "[::ffff:127.0.0.1]:80": false, "[fd00::1]:80": true, "8.8.8.8:80": false, "[2001:db8::1]:80": false, "169.254.0.1:80": false, "0.0.0.0:80": false, "nonsense": false} {
		if got := near(to) == nil; got != ok {
			t.Errorf("%s is near: %t", to, got)
		}
	}
}

// The display is captured by what the PC has for its kind of session.
func TestDisplayTools(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, wall(90), nil); err != nil {
		t.Fatal(err)
	}
	shot := filepath.Join(dir, "shot.jpg")
	if err := os.WriteFile(shot, picture.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	lossless := filepath.Join(dir, "shot.png")
	var whole bytes.Buffer
	if err := png.Encode(&whole, wall(90)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(lossless, whole.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{"grim": "exec cat " + lossless, "import": "exec cat " + shot, "ffmpeg": "exec cat /dev/zero"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		env   map[string]string
		tool  string // "" for none
		good  bool
		lacks string
	}{
		"none":                             {nil, "", false, ""},
		"a compositor":                     {map[string]string{"WAYLAND_DISPLAY": "wayland-1", "DISPLAY": ":0"}, "grim", true, ""},
		"X11, of which far too much comes": {map[string]string{"DISPLAY": ":0"}, "ffmpeg", false, ""},
		"X11 without ffmpeg":               {map[string]string{"DISPLAY": ":0"}, "import", true, "ffmpeg"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := NewDisplay(func(k string) string { return c.env[k] })
			d.find = func(tool string) (string, error) {
				if c.lacks == tool {
					return "", exec.ErrNotFound
				}
				return filepath.Join(dir, tool), nil
			}
			tool := d.tool()
			if (len(tool) > 0) != (c.tool != "") || c.tool != "" && filepath.Base(tool[0]) != c.tool {
				t.Fatalf("the tool is %q", tool)
			}
			if c.tool == "" {
				return
			}
			img, b, err := d.capture(t.Context(), tool)
			if (err == nil) != c.good {
				t.Fatalf("%d bytes, %v", len(b), err)
			}
			if !c.good {
				if d.scale != 0.125 {
					t.Errorf("the next picture is scaled by %v", d.scale)
				}
				return
			}
			sent, err := decode(b)
			if err != nil || sent.Bounds() != wall(90).Bounds() || img.Bounds() != sent.Bounds() {
				t.Errorf("a picture of %v, sent as %d bytes, %v", img.Bounds(), len(b), err)
			}
		})
	}
	if !alike(image.Pt(480, 270), image.Pt(960, 540)) || alike(image.Pt(480, 270), image.Pt(960, 270)) {
		t.Error("two displays side by side are taken for one")
	}
	if b := small(wall(90)); len(b) == 0 {
		t.Error("a picture cannot be made small")
	}
	if b := small(image.NewYCbCr(image.Rect(0, 0, 1921, 1081), image.YCbCrSubsampleRatio420)); len(b) == 0 || len(b) > wire.MaxCapture {
		t.Errorf("a large one has %d bytes", len(b))
	}
}

// A picture whose few bytes ask for the work of many is not read.
func TestCaptureOfManyScans(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := decode(b.Bytes()); err != nil {
		t.Errorf("one scan: %v", err)
	}
	if _, err := decode(append(b.Bytes(), bytes.Repeat([]byte{0xff, 0xda}, maxScans)...)); err == nil {
		t.Error("a capture of many scans was read")
	}
}
