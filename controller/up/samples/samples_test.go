package samples

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func maker(t *testing.T) Maker {
	t.Helper()
	chromium := os.Getenv("COTMOC_CHROMIUM")
	if chromium == "" {
		chromium = "chromium"
	}
	m := Maker{Root: os.Geteuid() == 0}
	for name, at := range map[string]*string{chromium: &m.Chromium, "ffmpeg": &m.FFmpeg} {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		*at = found
	}
	return m
}

type probed struct {
	Streams []struct {
		CodecName  string `json:"codec_name"`
		PixelStyle string `json:"pix_fmt"`
		Width      int
		Height     int
	}
}

func probe(t *testing.T, path string) probed {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-show_streams", "-of", "json", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var p probed
	if err := json.Unmarshal(out, &p); err != nil || len(p.Streams) != 1 {
		t.Fatalf("got %s, %v", out, err)
	}
	return p
}

// TestMake makes one of each kind with the real tools, and makes nothing twice.
func TestMake(t *testing.T) {
	t.Parallel()
	picture, film := List()[0], Sample{}
	for _, s := range List() {
		if s.film && s.tall {
			film = s
		}
	}
	folder := t.TempDir()
	made := 0
	progress := func(int, int, string) { made++ }
	for range 2 {
		if err := maker(t).Make(t.Context(), folder, []Sample{picture, film}, progress); err != nil {
			t.Fatal(err)
		}
	}
	if made != 2 {
		t.Errorf("made %d", made)
	}
	p := probe(t, filepath.Join(folder, picture.File)).Streams[0]
	if p.CodecName != "png" || p.Width != 1920 || p.Height != 1080 {
		t.Errorf("picture %+v", p)
	}
	f := probe(t, filepath.Join(folder, film.File)).Streams[0]
	if f.CodecName != "h264" || f.PixelStyle != "yuv420p" || f.Width != 1080 || f.Height != 1920 {
		t.Errorf("film %+v", f)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestFailedSampleLeavesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	m := Maker{Chromium: "/nowhere/chromium", FFmpeg: "/nowhere/ffmpeg"}
	err := m.Make(context.Background(), folder, List()[:1], func(int, int, string) {})
	if err == nil || !strings.Contains(err.Error(), "cannot make the sample") {
		t.Errorf("got %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestListIsSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, s := range List() {
		if seen[s.File] || seen[s.Title] {
			t.Errorf("%s stands twice", s.File)
		}
		seen[s.File], seen[s.Title] = true, true
		if s.film != (filepath.Ext(s.File) == ".mp4") {
			t.Errorf("%s has the wrong extension", s.File)
		}
		for _, text := range []string{s.vietnamese, s.english, s.lao, s.Title} {
			if text == "" || !norm.NFC.IsNormalString(text) {
				t.Errorf("%s: %q is empty or not NFC", s.File, text)
			}
		}
	}
}

func TestSameSeedSameScene(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"mountains", "sea", "harbour", "contours"} {
		a, b := scene(kind, "dawn", 1, 1920, 1080, far), scene(kind, "dawn", 1, 1920, 1080, far)
		if a != b {
			t.Errorf("%s differs", kind)
		}
	}
}
