package screencheck_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/image/draw"

	"cotmoc/agent/internal/health"
	"cotmoc/agent/internal/kiosk"
	"cotmoc/agent/internal/player"
	"cotmoc/agent/internal/playout"
	"cotmoc/agent/internal/playout/playouttest"
	"cotmoc/agent/internal/screencheck"
	"cotmoc/playlists"
	"cotmoc/playlists/picturehash"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

const width, height = 640, 360

// screen is a playout, a player, a kiosk with a real browser and what looks at
// it.
type screen struct {
	*playouttest.Desk
	t       *testing.T
	check   *screencheck.Checker
	kiosk   *kiosk.Supervisor
	player  *player.Server
	url     string
	profile string

	mu     sync.Mutex
	prints map[playlists.Digest]*programme.Prints
	posted []posted
	seen   []wire.Check // each change
}

type posted struct {
	wire.Capture
	jpeg []byte
}

func newScreen(t *testing.T, parts ...playouttest.Part) *screen {
	t.Helper()
	s := &screen{Desk: playouttest.NewDesk(), t: t, prints: map[playlists.Digest]*programme.Prints{}}
	for _, p := range parts {
		s.prints[playlists.DigestOf(p.Bytes)] = printsOf(t, &p)
	}
	slate := playouttest.Part{Word: "slate", Bytes: photo(t, 99)}
	s.prints[playlists.DigestOf(slate.Bytes)] = printsOf(t, &slate)
	s.Hold(playouttest.Programme(t, 1, &slate, nil, playouttest.Entry{Word: "ngay", Parts: parts}))
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	o := s.Options()
	o.Log = log
	what := playout.New(o)
	var err error
	s.player, err = player.New(player.Options{Playout: what, Ready: s.Desk, Status: func() any { return what.Status() }, PIN: func(string) player.PINAnswer { return player.PINAnswer{} }, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String() + "/"
	browser := screencheck.NewBrowser(s.url)
	s.check = screencheck.New(screencheck.Options{
		Browser: browser, Playout: what, Covered: s.player.Covered, Post: s.post, Restart: func(why string) { s.kiosk.Restart(why) },
		Prints:   func(d playlists.Digest) *programme.Prints { return s.prints[d] },
		Problems: health.NewProblems(time.Now, func() {}), Changed: s.changed, Mono: time.Now, Log: log,
	})
	path, err := kiosk.Find(os.Getenv("COTMOC_CHROMIUM"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	s.profile = filepath.Join(folder, "profile")
	s.kiosk = kiosk.New(kiosk.Options{
		Browser: path, URL: s.url, Folder: folder, NoSandbox: os.Geteuid() == 0, Now: time.Now, Log: log, Talk: browser.Talk,
		// The second way in is the attacker's.
		Extra: []string{"--headless=new", fmt.Sprintf("--window-size=%d,%d", width, height), "--remote-debugging-port=0"},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{what.Run, func(ctx context.Context) error { return s.player.Run(ctx, l) }, s.kiosk.Run, s.check.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(func() { cancel(); running.Wait() })
	return s
}

func (s *screen) post(_ context.Context, c wire.Capture, jpeg []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posted = append(s.posted, posted{c, jpeg})
	return c.Validate()
}

func (s *screen) changed() {
	for _, c := range s.check.Checks() {
		s.mu.Lock()
		s.seen = append(s.seen, c)
		s.mu.Unlock()
	}
}

// since gives the findings after the first n changes.
func (s *screen) since(n int) []wire.Check {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]wire.Check(nil), s.seen[min(n, len(s.seen)):]...)
}

// await waits for a finding among the changes after the first n, and gives how
// many there are with it.
func (s *screen) await(n int, finding wire.Finding, why string) (int, wire.Check) {
	s.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		for i, c := range s.since(n) {
			if c.Finding == finding && c.Why == why {
				return n + i + 1, c
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatalf("waited in vain for %s %s: %+v", finding, why, s.since(n))
	return 0, wire.Check{}
}

// attacker asks the browser through the way that only this test has.
func (s *screen) attacker(method, path string) []byte {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.profile, "DevToolsActivePort"))
	if err != nil {
		s.t.Fatal(err)
	}
	port, _, _ := strings.Cut(string(b), "\n")
	req, err := http.NewRequestWithContext(s.t.Context(), method, "http://127.0.0.1:"+port+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// command sends the player's page a command.
func (s *screen) command(method string, params any) {
	s.t.Helper()
	var pages []struct {
		URL    string `json:"url"`
		Socket string `json:"webSocketDebuggerUrl"`
	}
	if err := json.Unmarshal(s.attacker(http.MethodGet, "/json/list"), &pages); err != nil {
		s.t.Fatal(err)
	}
	for _, p := range pages {
		if p.URL != s.url {
			continue
		}
		conn, resp, err := websocket.DefaultDialer.DialContext(s.t.Context(), p.Socket, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		_ = resp.Body.Close()
		defer conn.Close()
		if err := conn.WriteJSON(map[string]any{"id": 1, "method": method, "params": params}); err != nil {
			s.t.Fatal(err)
		}
		var answer struct {
			Error  any `json:"error"`
			Result struct {
				ExceptionDetails any `json:"exceptionDetails"`
			} `json:"result"`
		}
		if err := conn.ReadJSON(&answer); err != nil || answer.Error != nil || answer.Result.ExceptionDetails != nil {
			s.t.Fatalf("%s: %+v, %v", method, answer, err)
		}
		return
	}
	s.t.Fatalf("the player's page is not among %+v", pages)
}

func (s *screen) run(script string) {
	s.t.Helper()
	s.command("Runtime.evaluate", map[string]string{"expression": script})
}

// photo is a picture of a screen's size with large and small things in it.
func photo(t *testing.T, seed uint64) []byte {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	c := func() *image.Uniform {
		return image.NewUniform(color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(r.IntN(256)), 255})
	}
	draw.Draw(img, img.Rect, c(), image.Point{}, draw.Src)
	for range 40 {
		x, y := r.IntN(width), r.IntN(height)
		draw.Draw(img, image.Rect(x, y, x+10+r.IntN(150), y+10+r.IntN(100)), c(), image.Point{}, draw.Over)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// film is some seconds in which something moves.
func film(t *testing.T, source string, length time.Duration) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "film.mp4")
	cmd := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-f", "lavfi", "-i", fmt.Sprintf("%s=s=%dx%d:r=25:d=%.2f,scale=out_color_matrix=bt709:out_range=tv", source, width, height, length.Seconds()),
		"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-movflags", "+faststart", file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a film: %v: %s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// printsOf is what the controller says of a part.
func printsOf(t *testing.T, p *playouttest.Part) *programme.Prints {
	t.Helper()
	var bands []picturehash.Band
	var length, step time.Duration
	if p.MIME == "video/mp4" {
		file := filepath.Join(t.TempDir(), "film.mp4")
		if err := os.WriteFile(file, p.Bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		columns, rows := programme.FilmCells(width, height)
		raw, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", file, "-vf", fmt.Sprintf("scale=%d:%d:flags=area+accurate_rnd+full_chroma_int+full_chroma_inp:in_color_matrix=bt709:in_range=tv:out_range=pc", columns, rows), "-pix_fmt", "rgb24", "-f", "rawvideo", "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		step = 500 * time.Millisecond
		n := 3 * columns * rows
		for i := 0; i*n < len(raw); i++ {
			b := picturehash.Around(picturehash.FromRGB(columns, rows, raw[i*n:(i+1)*n]))
			if at := int(time.Duration(i) * time.Second / 25 / step); at < len(bands) {
				bands[at] = bands[at].With(b)
			} else {
				bands = append(bands, b)
			}
			length = time.Duration(i+1) * time.Second / 25
		}
	} else {
		img, err := jpeg.Decode(bytes.NewReader(p.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		columns, rows := programme.PictureCells(width, height)
		g, err := picturehash.Of(img, picturehash.Whole(), columns, rows)
		if err != nil {
			t.Fatal(err)
		}
		bands = append(bands, picturehash.Around(g))
	}
	d := playlists.DigestOf(p.Bytes)
	object, err := programme.NewPrints(d, width, height, length, step, bands)
	if err != nil {
		t.Fatal(err)
	}
	prints, err := programme.ParsePrints(object, &programme.Showing{Rendition: d, Prints: playlists.DigestOf(object)})
	if err != nil {
		t.Fatal(err)
	}
	return prints
}

// overlay lays something over the page, as somebody does who has got into it.
func overlay(style string) string {
	return `document.getElementById('evil')?.remove(); { const e = document.createElement('div'); e.id = 'evil'; e.style = 'position:fixed;z-index:99;` + style + `'; document.body.append(e); }`
}

const away = `document.getElementById('evil')?.remove()`

// TestGlass tells what becomes of a glass on which something else is seen: it is
// found, captured, and where it is a page of its own ended.
func TestGlass(t *testing.T) {
	t.Parallel()
	s := newScreen(t,
		playouttest.Part{Word: "mot", Bytes: photo(t, 1), Duration: 3 * time.Second},
		playouttest.Part{Word: "phim", Bytes: film(t, "testsrc2", 3*time.Second), MIME: "video/mp4", Duration: 5 * time.Second, Transition: playlists.Fade},
		playouttest.Part{Word: "hai", Bytes: photo(t, 2), Duration: 3 * time.Second, Transition: playlists.Fade})
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<body style="background:#c00;color:#fff;font-size:90px">Not approved`)
	}))
	t.Cleanup(evil.Close)
	n, _ := s.await(0, wire.FindingRight, "")
	time.Sleep(14 * time.Second) // every transition passes
	if more := s.since(n); len(more) > 0 {
		t.Errorf("false alarms: %+v", more)
	}

	s.attacker(http.MethodPut, "/json/new?"+evil.URL)
	n, c := s.await(n, wire.FindingWrong, "other_page")
	n, _ = s.await(n, wire.FindingRight, "")
	if !strings.Contains(string(s.attacker(http.MethodGet, "/json/list")), s.url) || strings.Contains(string(s.attacker(http.MethodGet, "/json/list")), evil.URL) {
		t.Error("the foreign page is still there")
	}
	s.command("Page.navigate", map[string]string{"url": evil.URL})
	n, c2 := s.await(n, wire.FindingWrong, "other_page")
	n, _ = s.await(n, wire.FindingRight, "")
	s.mu.Lock()
	letters := slices.Clone(s.posted)
	s.mu.Unlock()
	for _, c := range []wire.Check{c, c2} {
		found := false
		for _, p := range letters {
			found = found || p.Finding == wire.FindingWrong && playlists.DigestOf(p.jpeg) == c.Evidence && reddish(t, p.jpeg)
		}
		if !found {
			t.Errorf("no evidence for %+v", c)
		}
	}

	for _, inject := range []struct {
		name, script string
		finding      wire.Finding
		why          string
	}{
		{"black", overlay("inset:0;background:#000"), wire.FindingBlack, ""},
		{"a text box", overlay("left:40%;top:45%;width:12%;height:10%;background:#fff"), wire.FindingWrong, "other_picture"},
		{"other colours", `document.getElementById('stage').style.filter = 'hue-rotate(40deg)'`, wire.FindingWrong, "other_picture"},
	} {
		s.run(inject.script)
		at := time.Now()
		n, _ = s.await(n, inject.finding, inject.why)
		t.Logf("%s found after %s", inject.name, time.Since(at))
		s.run(away + `; document.getElementById('stage').style.filter = ''`)
		n, _ = s.await(n, wire.FindingRight, "")
	}
}

func reddish(t *testing.T, b []byte) bool {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	r, g, _, _ := img.At(img.Bounds().Dx()-5, img.Bounds().Dy()-5).RGBA()
	return r>>8 > 150 && g>>8 < 80
}
