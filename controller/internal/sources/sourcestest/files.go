package sourcestest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
)

// makeFiles draws the portal's pictures, and has ffmpeg make what Go cannot.
func makeFiles() (map[string]File, error) {
	files := map[string]File{}
	for at, pic := range map[string]struct{ w, h, seed int }{
		era2026: {960, 540, 1}, second: {800, 600, 2}, era2025: {640, 480, 3}, "https://thumb": {320, 180, 4},
	} {
		body, err := drawn(pic.w, pic.h, pic.seed)
		if err != nil {
			return nil, err
		}
		files[at[len("https://"):]] = File{Type: "image/jpeg", Body: body}
	}
	files[liar[len("https://"):]] = File{Type: "image/jpeg", Body: []byte("<!doctype html><title>Không phải ảnh</title><script>alert(1)</script>")}
	dir, err := os.MkdirTemp("", "portal")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	webp, err := made(filepath.Join(dir, "a.webp"), "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=1", "-frames:v", "1", "-c:v", "libwebp")
	if err != nil {
		return nil, err
	}
	files[era2024[len("https://"):]] = File{Type: "image/webp", Body: webp}
	mp4, err := made(filepath.Join(dir, "a.mp4"), "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
	if err != nil {
		return nil, err
	}
	files[film[len("https://"):]] = File{Type: "video/mp4", Body: mp4}
	return files, nil
}

// drawn is a picture that no other seed gives.
func drawn(w, h, seed int) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			block := (x/(40*seed) + y/(60*seed)) % 2
			img.SetRGBA(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8(80*seed + block*60), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func made(path string, args ...string) ([]byte, error) {
	out, err := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-nostdin"}, args...), path)...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("cannot make %s with ffmpeg: %w: %s", filepath.Base(path), err, out)
	}
	return os.ReadFile(path)
}
