package render

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// play makes the page play films, a few at a time, and gives what became of
// each: "" when it ran to its end.
const play = `(async (names) => {
  const outcome = {};
  const one = (name) => new Promise((done) => {
    const video = document.createElement("video");
    const end = (how) => { outcome[name] = how; video.remove(); done(); };
    video.muted = true;
    video.onended = () => end(video.videoWidth > 0 && video.currentTime >= 0.9 ? "" : "ended at " + video.currentTime);
    video.onerror = () => end("error " + video.error.code + ": " + video.error.message);
    video.src = name;
    document.body.append(video);
    video.play().catch((e) => end(String(e)));
  });
  const waiting = [...names];
  const lane = async () => { while (waiting.length > 0) await one(waiting.pop()); };
  await Promise.all([lane(), lane(), lane(), lane(), lane()]);
  return outcome;
})`

// playAll plays every film of a folder in a real browser.
func playAll(t *testing.T, dir string, films map[string]string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><style>video { width: 120px }</style><body>`))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	names, err := json.Marshal(slices.Sorted(maps.Keys(films)))
	if err != nil {
		t.Fatal(err)
	}

	browser, stop := newBrowser(t)
	defer stop()
	if err := chromedp.Do(browser, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(browser, 2*time.Minute)
	defer cancel()
	outcome, err := chromedp.Run(ctx, chromedp.Evaluate[map[string]string](play+"("+string(names)+")", chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for file, name := range films {
		if how, played := outcome[file]; !played || how != "" {
			t.Errorf("%s: played %t, %s", name, played, how)
		}
	}
}

const (
	// browserBound ends a browser that stands still: what waits for it fails.
	browserBound = 5 * time.Minute
	// closeBound is how long a browser may take to close.
	closeBound = 20 * time.Second
)

func newBrowser(t *testing.T) (browser context.Context, stop func()) {
	t.Helper()
	path := os.Getenv("COTMOC_CHROMIUM")
	if path == "" {
		path = "chromium"
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("autoplay-policy", "no-user-gesture-required"), chromedp.Flag("headless", "new"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	bounded, end := context.WithTimeout(context.WithoutCancel(t.Context()), browserBound)
	ctx, cancelAllocator := chromedp.NewExecAllocator(bounded, opts...)
	ctx, cancel := chromedp.NewContext(ctx)
	return ctx, func() {
		patient, enough := context.WithTimeout(ctx, closeBound)
		defer enough()
		if err := chromedp.Cancel(patient); err != nil && patient.Err() == nil {
			t.Error(err)
		}
		cancel()
		cancelAllocator()
		end()
	}
}
