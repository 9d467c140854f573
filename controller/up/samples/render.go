package samples

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed page.html
var pageSource string

// A film's layers are wider than its frame by this much, so that they can move.
const travel = 480

// picture draws a sample and encodes it as its name asks.
func (m Maker) picture(ctx context.Context, work, made string, s Sample) error {
	w, h := s.size()
	drawing := filepath.Join(work, "drawing.png")
	markup := scene(s.scene, s.colours, s.seed, w, h, far) + scene(s.scene, s.colours, s.seed, w, h, near)
	if err := m.draw(ctx, work, drawing, s, w, h, markup, true); err != nil {
		return err
	}
	if filepath.Ext(made) == ".png" {
		return os.Rename(drawing, made)
	}
	return m.ffmpeg(ctx, "-i", drawing, "-frames:v", "1", "-q:v", "2", "-pix_fmt", "yuvj420p", made)
}

func (s Sample) size() (w, h int) {
	if s.tall {
		return 1080, 1920
	}
	return 1920, 1080
}

// draw has the browser draw a page into a PNG. Where nothing is drawn the PNG
// is transparent.
func (m Maker) draw(ctx context.Context, work, png string, s Sample, w, h int, markup string, words bool) error {
	tmpl, err := template.New("page").Parse(pageSource)
	if err != nil {
		return err
	}
	class := s.style
	if s.tall {
		class = strings.TrimSpace("tall " + class)
	}
	var page bytes.Buffer
	err = tmpl.Execute(&page, map[string]any{
		"Width": w, "Height": h, "Class": class, "Words": words, "Slate": s.style == "slate",
		"Scene": template.HTML(markup), "Stone": template.HTML(stone), "Sign": template.HTML(signs(s.sign)),
		"Kicker": s.kicker, "Vietnamese": s.vietnamese, "English": s.english, "Lao": s.lao,
	})
	if err != nil {
		return err
	}
	file := filepath.Join(work, "page.html")
	if err := os.WriteFile(file, page.Bytes(), 0o644); err != nil {
		return err
	}
	args := []string{
		"--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--force-device-scale-factor=1", "--default-background-color=00000000",
		"--disable-dev-shm-usage", // the shared memory of a container is too small for it
		"--user-data-dir=" + filepath.Join(work, "browser"),
		fmt.Sprintf("--window-size=%d,%d", w, h), "--screenshot=" + png,
	}
	if m.Root {
		args = append(args, "--no-sandbox")
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, m.Chromium, append(args, "file://"+file)...).CombinedOutput()
	if err == nil {
		_, err = os.Stat(png)
	}
	if err != nil {
		return fmt.Errorf("cannot draw with %s: %w\n%s", m.Chromium, err, out)
	}
	return nil
}

// film draws the layers of a scene and the words, and lets them pass by at
// different speeds.
func (m Maker) film(ctx context.Context, work, made string, s Sample) error {
	w, h := s.size()
	wide := w + travel
	back, front, words := filepath.Join(work, "back.png"), filepath.Join(work, "front.png"), filepath.Join(work, "words.png")
	for _, d := range []struct {
		png   string
		w     int
		scene string
		words bool
	}{
		{back, wide, scene(s.scene, s.colours, s.seed, wide, h, far), false},
		{front, wide, scene(s.scene, s.colours, s.seed, wide, h, near), false},
		{words, w, "", true},
	} {
		if err := m.draw(ctx, work, d.png, s, d.w, h, d.scene, d.words); err != nil {
			return err
		}
	}
	seconds := cmp.Or(m.Seconds, 8)
	graph := fmt.Sprintf(
		"[0:v]crop=%d:%d:'%d*t/%d':0[b];[1:v]format=rgba[f];[b][f]overlay=x='-%d*t/%d':y=0[m];"+
			"[2:v]format=rgba,fade=t=in:st=%.2f:d=%.2f:alpha=1[w];[m][w]overlay=0:0,format=yuv420p[v]",
		w, h, travel/4, seconds, travel-40, seconds, float64(seconds)*0.04, float64(seconds)*0.11)
	return m.ffmpeg(ctx,
		"-loop", "1", "-framerate", "25", "-t", fmt.Sprint(seconds), "-i", back,
		"-loop", "1", "-framerate", "25", "-t", fmt.Sprint(seconds), "-i", front,
		"-loop", "1", "-framerate", "25", "-t", fmt.Sprint(seconds), "-i", words,
		"-filter_complex", graph, "-map", "[v]",
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-movflags", "+faststart", made)
}

func (m Maker) ffmpeg(ctx context.Context, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	args = append([]string{"-nostdin", "-hide_banner", "-loglevel", "error", "-y"}, args...)
	if out, err := exec.CommandContext(ctx, m.FFmpeg, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("cannot encode with %s: %w\n%s", m.FFmpeg, err, out)
	}
	return nil
}
