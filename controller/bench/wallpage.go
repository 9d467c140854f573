package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
)

// wallPage is the wall monitor in a browser of its own.
type wallPage struct {
	t   stage.T
	ctx context.Context
}

// holding is what a page keeps after its garbage was collected.
type holding struct{ HeapMB, Nodes, Listeners, BrowserMB float64 }

// openWall logs in and opens the wall monitor.
func openWall(t stage.T, s *stage.Stage) *wallPage {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(cmp.Or(os.Getenv("COTMOC_CHROMIUM"), "chromium")),
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("headless", "new"), chromedp.WindowSize(1920, 1080))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	ctx, killed := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), opts...)
	ctx, closed := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		patient, enough := context.WithTimeout(ctx, connectTime)
		defer enough()
		if err := chromedp.Cancel(patient); err != nil && patient.Err() == nil {
			t.Errorf("%v", err)
		}
		closed()
		killed()
	})
	w := &wallPage{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context that opens it
		t.Fatalf("cannot open a browser: %v", err)
	}
	w.do(chromedp.Navigate(s.Console + "/login"))
	for name, text := range map[string]string{"login": stage.LoginOf("technician"), "password": stage.Password} {
		w.await("the field "+name, fmt.Sprintf(`(() => { const e = document.querySelector("input[name=%s]"); e?.focus(); return !!e && document.activeElement === e })()`, name))
		w.do(chromedp.KeyEvent(text))
	}
	w.do(chromedp.KeyEvent("\r"))
	w.await("to be logged in", `location.pathname !== "/login"`)
	w.do(chromedp.Navigate(s.Console + "/screens/wall"))
	w.await("the wall", `document.querySelectorAll("li[data-state]").length > 0`)
	// A reload would forget it.
	w.await("a mark", `window.sinceTheShiftBegan = true`)
	return w
}

func (w *wallPage) do(steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, connectTime)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.t.Fatalf("%v", err)
	}
}

// await waits until an expression is true in the page.
func (w *wallPage) await(what, expression string) {
	w.t.Helper()
	stage.Await(w.t, time.Minute, what, func() bool { return w.is(expression) })
}

func (w *wallPage) is(expression string) bool {
	ctx, cancel := context.WithTimeout(w.ctx, connectTime)
	defer cancel()
	yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
	return err == nil && yes
}

// shows waits until the wall shows these captures and has loaded all.
func (w *wallPage) shows(captures []playlists.Digest) {
	w.t.Helper()
	names, err := json.Marshal(captures)
	if err != nil {
		w.t.Fatalf("%v", err)
	}
	w.await("the last picture of every screen", fmt.Sprintf(`(() => {
		const all = [...document.querySelectorAll("li[data-state] img")];
		return all.every((i) => i.complete && i.naturalWidth > 0) && %s.every((d) => all.some((i) => i.src.includes(d)));
	})()`, names))
}

// reloads tells whether the page is another one than was opened: 0 or 1.
func (w *wallPage) reloads() int {
	w.t.Helper()
	w.await("an answer of the wall", "true")
	if w.is("window.sinceTheShiftBegan === true") {
		return 0
	}
	return 1
}

// holds has the page collect its garbage and counts what it keeps.
func (w *wallPage) holds() holding {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, connectTime)
	defer cancel()
	for range 2 { // what the first round lets go of
		if _, err := chromedp.Call(ctx, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			w.t.Fatalf("cannot have the wall collect its garbage: %v", err)
		}
	}
	if _, err := chromedp.Call(ctx, performance.Enable, performance.EnableParams{}); err != nil {
		w.t.Fatalf("cannot ask what the wall holds: %v", err)
	}
	got, err := chromedp.Call(ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		w.t.Fatalf("cannot ask what the wall holds: %v", err)
	}
	of := map[string]float64{}
	for _, m := range got.Metrics {
		of[m.Name] = m.Value
	}
	h := holding{HeapMB: of["JSHeapUsedSize"] / mega, Nodes: of["Nodes"], Listeners: of["JSEventListeners"]}
	processes, err := chromedp.CallBrowser(ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		w.t.Fatalf("cannot ask for the browser's processes: %v", err)
	}
	for _, p := range processes.ProcessInfo {
		if _, err := os.Stat(procFile(int(p.ID), "status")); err == nil { // it has not ended meanwhile
			h.BrowserMB += memory(w.t, int(p.ID), "VmRSS")
		}
	}
	return h
}
