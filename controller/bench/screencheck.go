package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists/wire"
)

type screencheckOptions struct {
	changes int
	screens int
	slides  int // pictures besides the slate
	films   int
	cases   int // on each screen at most, 0 for as many as there is time for
	quiet   time.Duration
}

// screencheckResult is the line of JSON.
type screencheckResult struct {
	Cases       int     `json:"cases"`
	Detected    int     `json:"detected"`
	Named       int     `json:"named"` // of those, by the right name
	FalseAlarms int     `json:"false_alarms"`
	DetectP50   float64 `json:"detect_p50_s"`
	DetectP99   float64 `json:"detect_p99_s"`
	CPUPct      float64 `json:"cpu_pct"` // of a core, of the agent that looks, beside a playing screen
	Changes     int     `json:"changes"` // of what is due, that the page has shown
	RSSMB       float64 `json:"rss_mb"`
}

const (
	slideMS = 1000 // of pictures
	filmMS  = 3000
	// slowest is how long a finding may take to come or to go before it counts
	// as missed.
	slowest = 20 * time.Second
	// polled is how often the agent is asked what it finds.
	polled = 200 * time.Millisecond
)

func measureScreencheck(t stage.T, programs stage.Programs, o screencheckOptions) screencheckResult {
	t.Helper()
	s := stage.New(t, programs)
	var items []stage.Object
	add := func(m *apiclient.Media, ms int, transition string) {
		items = append(items, stage.Object{"media_id": m.ID, "duration_ms": ms, "transition": transition})
	}
	var slate *apiclient.Media
	for n := range o.slides + 1 {
		m := s.Approved(fmt.Sprintf("anh-%d.jpg", n), fmt.Sprintf("Ảnh %d", n), benchSlide(t, uint64(n)))
		if n == 0 {
			slate = m
		} else {
			add(m, slideMS, []string{"cut", "fade"}[n%2])
		}
	}
	for n, source := range []string{"testsrc2", "mandelbrot"}[:min(max(o.films, 0), 2)] {
		add(s.Approved(fmt.Sprintf("phim-%d.mp4", n), fmt.Sprintf("Phim %d", n), benchFilm(t, source)), filmMS, "cut")
	}
	s.Slate(slate)
	list := s.Post(s.Editor, "/playlists", stage.Object{"title": "Danh sách"})
	var current struct {
		Version int `json:"version"`
	}
	if err := s.Editor.Get(t.Context(), "/playlists/"+list, &current); err != nil {
		t.Fatalf("%v", err)
	}
	if err := s.Editor.Put(t.Context(), "/playlists/"+list, stage.Object{"base_version": current.Version, "title": "Danh sách", "items": items}, nil); err != nil {
		t.Fatalf("%v", err)
	}
	s.Schedule("Cả ngày", list, 1)
	s.Publish()

	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<body style="background:#c00;color:#fff;font:12vmin sans-serif">Not approved`)) // a browser that left
	}))
	t.Cleanup(elsewhere.Close)
	var all []*watched
	for n := range o.screens {
		scr := s.ScreenAt(fmt.Sprintf("Màn hình %d", n+1), stage.Place{Args: stage.KioskArgs()})
		all = append(all, &watched{t: t, scr: scr, in: scr.Intrude()})
	}
	stop := make(chan struct{})
	var watching, intruding sync.WaitGroup
	for _, w := range all {
		w.scr.AwaitCached(2 * time.Minute)
		stage.Await(t, 2*time.Minute, "the glass to be right", func() bool {
			c := w.scr.Status().Report.Checks
			return len(c) > 0 && c[0].Finding == wire.FindingRight
		})
	}
	// What looking costs, while nobody asks how it goes.
	r := screencheckResult{}
	r.CPUPct, r.RSSMB = idle(t, all[0].scr.PID(), o.quiet)
	for _, w := range all {
		watching.Go(func() { w.look(stop) })
	}
	var mu sync.Mutex
	var times []float64
	for n, w := range all {
		intruding.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(n), 5))
			kinds := intrusions()
			for c := 0; o.cases == 0 || c < o.cases; c++ {
				if o.cases == 0 && w.shown() >= o.changes/o.screens {
					return
				}
				if !w.await(func(f wire.Finding) bool { return f == wire.FindingRight }) {
					t.Errorf("the glass of screen %d does not become right: %+v", n+1, w.finds())
					return
				}
				w.isClean(true)
				pause(t, 4*time.Second+rand.N(4*time.Second))
				w.isClean(false)
				if wrongGlass(w.finds().Finding) {
					continue // counted as a false alarm
				}
				k := kinds[(c+n)%len(kinds)]
				began := time.Now()
				k.do(w.in, rnd, elsewhere.URL)
				found := w.await(wrongGlass)
				took := time.Since(began).Seconds()
				got := w.finds()
				mu.Lock()
				r.Cases++
				if found {
					r.Detected++
					times = append(times, took)
					if slices.Contains(k.names, got.Finding) {
						r.Named++
					}
				}
				mu.Unlock()
				if !found || !slices.Contains(k.names, got.Finding) {
					t.Logf("screen %d: %s was found %t, as %s %s", n+1, k.name, found, got.Finding, got.Why)
				}
				if !k.page {
					w.in.Run(undo)
				}
			}
		})
	}
	intruding.Wait()
	close(stop)
	watching.Wait()
	for n, w := range all {
		r.Changes += w.changes
		r.FalseAlarms += len(w.alarms)
		for _, c := range w.alarms {
			t.Logf("screen %d: false alarm %+v", n+1, c)
		}
	}
	slices.Sort(times)
	if len(times) > 0 {
		r.DetectP50, r.DetectP99 = times[len(times)/2], times[min(len(times)*99/100, len(times)-1)]
	}
	return r
}
