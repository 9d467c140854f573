package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

type wallOptions struct {
	screens int
	hours   float64 // of a shift
}

// wallResult is the line of JSON: what the wall monitor's page holds in the
// first hour of a shift and in the last, after its garbage was collected.
type wallResult struct {
	Screens    int     `json:"screens"`
	Hours      float64 `json:"hours"`   // of the shift that was told
	Minutes    float64 `json:"minutes"` // that it took
	Reports    int     `json:"reports"`
	Captures   int     `json:"captures"`
	Alarms     int     `json:"alarms"` // black screens among the captures
	HeapFirst  float64 `json:"heap_first_mb"`
	HeapLast   float64 `json:"heap_last_mb"`
	NodesFirst float64 `json:"nodes_first"` // of the document
	NodesLast  float64 `json:"nodes_last"`
	EarsFirst  float64 `json:"listeners_first"`
	EarsLast   float64 `json:"listeners_last"`
	RSSFirst   float64 `json:"browser_first_mb"` // of all its processes
	RSSLast    float64 `json:"browser_last_mb"`
	Reloads    int     `json:"reloads"`
}

// faster is how much faster than it is the shift is told: a screen sends a
// capture every other minute, and the controller takes one in four seconds.
const faster = 30

const (
	itemEvery    = 10 * time.Second // of the shift: how long an item shows
	captureEvery = 2 * time.Minute  // likewise
	blackOnce    = 40               // one of so many captures is black
)

func measureWall(t stage.T, programs stage.Programs, o wallOptions) wallResult {
	t.Helper()
	s := stage.New(t, programs)
	s.Controller.Stop()
	devices := enrol(t, s, o.screens)
	s.Controller.Start()
	s.AwaitReady()
	clients := connectAll(t, s.Broker, devices, func(int, mqtt.Client, mqtt.Message) {})
	w := openWall(t, s)

	ctx, end := context.WithTimeout(t.Context(), time.Duration(o.hours*float64(time.Hour)/faster))
	defer end()
	all := make([]*shown, len(devices))
	var screens sync.WaitGroup
	began := time.Now()
	for i, d := range devices {
		all[i] = &shown{t: t, id: d.id, link: clients[i], at: s.Agents, web: &http.Client{Transport: &http.Transport{TLSClientConfig: d.tls}, Timeout: connectTime}, seed: i}
		screens.Go(func() { all[i].run(ctx) })
	}
	w.await("a picture of every screen", fmt.Sprintf(`document.querySelectorAll("li[data-state] img[src*=captures]").length >= %d`, o.screens))
	first := w.holds()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(time.Hour / faster):
			t.Logf("after %.1f hours the wall holds %+v", time.Since(began).Hours()*faster, w.holds())
		}
	}
	screens.Wait()
	r := wallResult{Screens: o.screens, Hours: o.hours, Minutes: time.Since(began).Minutes()}
	var newest []playlists.Digest
	for _, one := range all {
		r.Reports, r.Captures, r.Alarms = r.Reports+one.reports, r.Captures+one.captures, r.Alarms+one.alarms
		newest = append(newest, one.newest)
	}
	w.shows(newest)
	last := w.holds()
	r.HeapFirst, r.NodesFirst, r.EarsFirst, r.RSSFirst = first.HeapMB, first.Nodes, first.Listeners, first.BrowserMB
	r.HeapLast, r.NodesLast, r.EarsLast, r.RSSLast = last.HeapMB, last.Nodes, last.Listeners, last.BrowserMB
	r.Reloads = w.reloads()
	warnings(t, s)
	return r
}

// shown is a simulated screen: items change on it, and it sends its glass.
type shown struct {
	t    stage.T
	id   playlists.ID
	link mqtt.Client
	web  *http.Client
	at   string // address of the agents' listener
	seed int

	reports, captures, alarms int
	newest                    playlists.Digest
	check                     wire.Check
}

// run tells a shift until ctx ends.
func (s *shown) run(ctx context.Context) {
	item, capture := time.NewTicker(itemEvery/faster), time.NewTicker(captureEvery/faster)
	defer item.Stop()
	defer capture.Stop()
	s.look(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-item.C:
			s.report()
		case <-capture.C:
			s.look(ctx)
		}
	}
}

// look captures the glass, which is black now and then, and sends it.
func (s *shown) look(ctx context.Context) {
	now := time.Now()
	c := wire.Check{Witness: wire.WitnessBrowser, Finding: wire.FindingRight, At: now.UnixMilli(), Since: now.UnixMilli()}
	if (s.captures+s.seed)%blackOnce == blackOnce-1 {
		c.Finding = wire.FindingBlack
	}
	picture := glassOf(s.seed, s.captures, c.Finding == wire.FindingBlack)
	q := url.Values{"witness": {string(c.Witness)}, "finding": {string(c.Finding)}, "at": {strconv.FormatInt(c.At, 10)}, "wanted": {""}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.at+wire.PathCaptures+"?"+q.Encode(), bytes.NewReader(picture))
	if err != nil {
		s.t.Errorf("%v", err)
		return
	}
	req.Header.Set("Content-Type", "image/jpeg")
	resp, err := s.web.Do(req)
	if err != nil {
		if ctx.Err() == nil {
			s.t.Errorf("%v", err)
		}
		return
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusNoContent {
		s.t.Errorf("cannot send a capture: the controller answered %s", resp.Status)
		return
	}
	s.newest, c.Evidence = playlists.DigestOf(picture), playlists.DigestOf(picture)
	s.captures++
	if c.Finding == wire.FindingBlack {
		s.alarms++
	}
	s.check = c
	s.report()
}

func (s *shown) report() {
	now := time.Now().UnixMilli()
	s.reports++
	b, err := wire.Encode(wire.Reported{
		At: now, Boot: "bench", Session: 1, Seq: uint64(s.reports), Version: "bench",
		Showing: wire.Showing{Kind: wire.ShowSlate, Since: now, LastFrame: now}, Clock: wire.Clock{State: wire.ClockTrusted, Floor: now},
		Disk: wire.Disk{Free: 1 << 30, Total: 1 << 31}, Profile: string(playlists.Landscape1080), Problems: []wire.Problem{},
		Trust: wire.Trusted{Starts: 1, Latched: []wire.Latched{}}, Checks: []wire.Check{s.check},
	})
	if err != nil {
		s.t.Errorf("%v", err)
		return
	}
	s.link.Publish(wire.Topic(s.id, wire.UpReported), 1, true, b)
}

// glassOf is a capture as agents send them, unlike every other one: it bears
// its number in blocks.
func glassOf(screen, number int, black bool) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 480, 270))
	ink := color.RGBA{40, 160, 220, 255}
	if black {
		ink = color.RGBA{20, 20, 20, 255}
	}
	for bit := range 32 {
		if (screen<<20|number)>>bit&1 == 1 {
			x, y := bit%8*56+8, bit/8*64+8
			draw.Draw(img, image.Rect(x, y, x+48, y+48), image.NewUniform(ink), image.Point{}, draw.Src)
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 70}) // into memory, of a size that JPEG has
	return b.Bytes()
}
