package screencheck

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"cotmoc/agent/internal/kiosk"
)

func TestExperiment(t *testing.T) {
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/evil" {
			fmt.Fprint(w, "<body style='background:red'>evil</body>")
			return
		}
		fmt.Fprint(w, "<body style='background:green'>good</body>")
	}))
	t.Cleanup(page.Close)
	path, err := kiosk.Find("")
	if err != nil {
		t.Fatal(err)
	}
	b := NewBrowser(page.URL + "/")
	folder := t.TempDir()
	s := kiosk.New(kiosk.Options{Browser: path, URL: page.URL + "/", Folder: folder, NoSandbox: true, Extra: []string{"--headless=new", "--window-size=640,360"}, Talk: b.Talk, Now: time.Now, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	defer func() { cancel(); <-done }()
	var p *pageAlias
	for range 100 {
		time.Sleep(100 * time.Millisecond)
		if p, _, _, err = b.look(); p != nil {
			break
		}
	}
	t.Logf("player %+v %v", p, err)
	for i := range 5 {
		at := time.Now()
		j, err := b.capture(ctx, p.id)
		t.Logf("capture %d bytes %v in %s", len(j), err, time.Since(at))
		os.WriteFile(fmt.Sprintf("/tmp/cap%d.jpg", i), j, 0o600)
	}
	out, err := exec.Command(path, "--headless=new", "--no-sandbox", "--user-data-dir="+folder+"/profile", page.URL+"/evil").CombinedOutput()
	t.Logf("hijack: %s %v", out, err)
	time.Sleep(time.Second)
	p2, foreign, _, err := b.look()
	t.Logf("%+v %+v %v", p2, foreign, err)
	if len(foreign) > 0 {
		j, err := b.capture(ctx, foreign[0].id)
		t.Logf("foreign %d bytes %v", len(j), err)
		t.Log(b.end(ctx, foreign[0].id))
	}
	j, err := b.capture(ctx, p.id)
	t.Logf("own again %d %v", len(j), err)
}

type pageAlias = page
