package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
)

const (
	mebi = 1 << 20
	// overhead is what TLS, headers and small documents add to a download of
	// some megabytes, with two handshakes.
	overhead = 256 << 10
)

// noise makes a video that no encoder makes small.
func noise(t *testing.T, seconds string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "noise.mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=gray:s=1920x1080:r=25:d="+seconds,
		"-vf", "noise=alls=90:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-b:v", "20M", "-pix_fmt", "yuv420p", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a video with ffmpeg: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDownloadResumes kills the agent when nearly all of a film is there, and
// cuts its line: the bytes counted on the line are the film's and at most one
// chunk more.
func TestDownloadResumes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	line := s.Line()
	scr := s.ScreenAt("Quốc môn", stage.Place{Line: line})
	film := s.Approved("phim-dai.mp4", "Phim dài", noise(t, "7"))
	size := stage.Rendition(t, film).Size
	if size < 6*mebi {
		t.Fatalf("the film has only %d bytes", size)
	}
	s.Schedule("Cả ngày", s.Playlist("Danh sách", film), 50)
	line.Limit(4 * mebi)
	before := line.Carried()
	s.Publish()
	stage.Await(t, time.Minute, "most of the film", func() bool { return line.Carried()-before > size-mebi })
	scr.Kill()
	line.Cut()
	scr.Start()
	scr.AwaitServing()
	line.Mend()
	scr.AwaitCached(2 * time.Minute)
	again := line.Carried() - before - size
	t.Logf("%d bytes of film, %d more on the line", size, again)
	if again > 4*mebi+overhead {
		t.Errorf("%d bytes were carried beside the film's %d: more than a chunk was fetched again", again, size)
	}
}
