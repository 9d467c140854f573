// Package mediatest makes real media for tests, on the spot and small.
package mediatest

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// Corners are the colours of the four quarters of a test picture: top left,
// top right, bottom left, bottom right. They survive lossy coding and tell
// every orientation and crop.
var Corners = [4]color.RGBA{{220, 30, 30, 255}, {30, 200, 40, 255}, {40, 60, 220, 255}, {240, 240, 230, 255}}

// Picture draws the four quarters.
func Picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, Corners[2*(2*y/h)+2*x/w])
		}
	}
	return img
}

// JPEG encodes a picture at quality 90.
func JPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// PNG encodes a picture.
func PNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// WithEXIF puts an EXIF block with an orientation, a camera's name and a place
// into a JPEG.
func WithEXIF(jpeg []byte, orientation int) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, 0x01, 0x0f, 0, 2, 0, 0, 0, 12, 0, 0, 0, 38) // Make
	tiff = append(tiff, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0)
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, "SecretCam18\x00"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	seg := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return slices.Concat(jpeg[:2], seg, body, jpeg[2:])
}

// PNGHeader is a PNG that claims a size and holds next to nothing.
func PNGHeader(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n")
	ihdr := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	b = chunk(b, "IHDR", append(ihdr, 8, 6, 0, 0, 0))
	b = chunk(b, "IDAT", []byte("\x78\x9c\x03\x00\x00\x00\x00\x01"))
	return chunk(b, "IEND", nil)
}

// InsertPNGChunk puts a chunk after a PNG's header.
func InsertPNGChunk(png []byte, kind string, data []byte) []byte {
	const header = 8 + 25
	return slices.Concat(chunk(slices.Clone(png[:header]), kind, data), png[header:])
}

func chunk(b []byte, kind string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	at := len(b)
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[at:]))
}

// File writes bytes into a file of the test's own and gives its path.
func File(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// FFmpeg runs ffmpeg with the options and an output file of the given name,
// and gives the file's path. It is the tests' maker of videos, without any
// sandbox.
func FFmpeg(t testing.TB, name string, options ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	args := append([]string{"-v", "error", "-nostdin", "-y"}, options...)
	if out, err := exec.CommandContext(t.Context(), "ffmpeg", append(args, path)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %q: %v\n%s", options, err, out)
	}
	return path
}

// Clip makes a short video of ffmpeg's moving test picture. The source is
// like "testsrc2=s=320x240:r=25:d=1"; options go before the output.
func Clip(t testing.TB, name, source string, options ...string) string {
	t.Helper()
	return FFmpeg(t, name, append([]string{"-f", "lavfi", "-i", source}, options...)...)
}

// AVIF makes a still AVIF of the first picture of a source.
func AVIF(t testing.TB, source string, options ...string) string {
	t.Helper()
	return Clip(t, "a.avif", source, append([]string{"-frames:v", "1", "-c:v", "libaom-av1", "-still-picture", "1", "-cpu-used", "8"}, options...)...)
}

// Bytes reads a file.
func Bytes(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TurnMP4 sets the display matrix of an MP4's first track to a quarter turn
// clockwise, as a phone held upright writes it.
func TurnMP4(t testing.TB, mp4 []byte) []byte {
	t.Helper()
	const matrix = 4 + 40 // from the box's type, version 0
	at := bytes.Index(mp4, []byte("tkhd"))
	if at < 0 || at+matrix+36 > len(mp4) {
		t.Fatal("the MP4 has no track header")
	}
	mp4 = bytes.Clone(mp4)
	for i, v := range []uint32{0, 1 << 16, 0, 0xffff0000, 0, 0, 0, 0, 1 << 30} {
		binary.BigEndian.PutUint32(mp4[at+matrix+4*i:], v)
	}
	return mp4
}
