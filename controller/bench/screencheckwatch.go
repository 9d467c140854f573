package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists/wire"
)

// intrusion is one way of showing something else.
type intrusion struct {
	name  string
	do    func(in *stage.Intruder, r *rand.Rand, elsewhere string)
	names []wire.Finding
	page  bool // the agent ends it by itself
}

const undo = `document.querySelectorAll(".evil").forEach((e) => e.remove()); document.getElementById("stage").style.filter = ""; document.getElementById("stage").style.transform = "";`

// lay lays something over the page.
func lay(style, text string) string {
	return fmt.Sprintf(`{ const e = document.createElement("div"); e.className = "evil"; e.style = %q; e.textContent = %q; document.body.append(e); }`, "position:fixed;z-index:99;overflow:hidden;"+style, text)
}

// freeze lays what is seen now over what comes.
const freeze = `{ const from = document.querySelector(".layer.rising, .layer.shown") || document.querySelector("#slate > *") || document.querySelector("#neutral img"); const c = document.createElement("canvas"); c.className = "evil"; c.width = innerWidth; c.height = innerHeight;
 c.style = "position:fixed;z-index:99;inset:0"; const w = from.videoWidth || from.naturalWidth, h = from.videoHeight || from.naturalHeight, k = Math.min(c.width / w, c.height / h);
 const g = c.getContext("2d"); g.fillStyle = "#24406e"; g.fillRect(0, 0, c.width, c.height); g.drawImage(from, (c.width - w * k) / 2, (c.height - h * k) / 2, w * k, h * k); document.body.append(c); }`

func intrusions() []intrusion {
	script := func(s string) func(*stage.Intruder, *rand.Rand, string) {
		return func(in *stage.Intruder, _ *rand.Rand, _ string) { in.Run(s) }
	}
	wrong := []wire.Finding{wire.FindingWrong}
	return []intrusion{
		{"black", script(lay("inset:0;background:#000", "")), []wire.Finding{wire.FindingBlack}, false},
		{"frozen", script(freeze), []wire.Finding{wire.FindingFrozen}, false},
		{"a page in front", func(in *stage.Intruder, _ *rand.Rand, elsewhere string) { in.Open(elsewhere) }, wrong, true},
		{"led away", func(in *stage.Intruder, _ *rand.Rand, elsewhere string) { in.Navigate(elsewhere) }, wrong, true},
		{"a text box", func(in *stage.Intruder, r *rand.Rand, _ string) {
			in.Run(lay(fmt.Sprintf("left:%d%%;top:%d%%;width:14%%;height:9%%;background:%s;color:#888;font:700 4vmin sans-serif", 10+r.IntN(70), 20+r.IntN(55), []string{"#fff", "#ff0", "#102"}[r.IntN(3)]), "Tin khác"))
		}, wrong, false},
		{"other colours", script(`document.getElementById("stage").style.filter = "hue-rotate(60deg)"`), wrong, false},
		{"mirrored", script(`document.getElementById("stage").style.transform = "scaleX(-1)"`), wrong, false},
	}
}

// watched is one screen while it is intruded on.
type watched struct {
	t   stage.T
	scr *stage.Screen
	in  *stage.Intruder

	mu      sync.Mutex
	check   wire.Check
	since   int64
	changes int
	alarms  []wire.Check // while nothing was wrong
	clean   bool
}

// look follows what the agent finds until the rig ends.
func (w *watched) look(stop <-chan struct{}) {
	tick := time.NewTicker(polled)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		r := w.scr.Status().Report
		w.mu.Lock()
		if s := r.Showing.Since; s > w.since {
			w.since = s
			w.changes++
		}
		for _, c := range r.Checks {
			if c.Witness != wire.WitnessBrowser {
				continue
			}
			if w.clean && wrongGlass(c.Finding) && (c.Since != w.check.Since || !wrongGlass(w.check.Finding)) {
				w.alarms = append(w.alarms, c)
			}
			w.check = c
		}
		w.mu.Unlock()
	}
}

func wrongGlass(f wire.Finding) bool {
	return f != wire.FindingRight && f != wire.FindingUnsure && f != ""
}

func (w *watched) finds() wire.Check {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.check
}

func (w *watched) isClean(is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clean = is
}

// await waits for a finding; false when it does not come in time.
func (w *watched) await(ok func(wire.Finding) bool) bool {
	deadline := time.Now().Add(slowest)
	for !ok(w.finds().Finding) {
		if time.Now().After(deadline) || w.t.Context().Err() != nil {
			return false
		}
		pause(w.t, polled/4)
	}
	return true
}

func (w *watched) shown() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changes
}

// benchSlide is a picture with large and small things in it, unlike those of
// other seeds.
func benchSlide(t stage.T, seed uint64) []byte {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	img := image.NewRGBA(image.Rect(0, 0, 1920, 1080))
	c := func() *image.Uniform {
		return image.NewUniform(color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255})
	}
	draw.Draw(img, img.Rect, c(), image.Point{}, draw.Src)
	for range 60 {
		x, y := r.IntN(1920), r.IntN(1080)
		draw.Draw(img, image.Rect(x, y, x+20+r.IntN(500), y+20+r.IntN(300)), c(), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatalf("%v", err)
	}
	return b.Bytes()
}

// benchFilm is a few seconds in which much moves.
func benchFilm(t stage.T, source string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), source+".mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source+"=s=640x360:r=25", "-t", "3", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a film: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return b
}
