package approve

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// picture makes a JPEG for a profile.
func picture(t *testing.T, i int) []byte {
	t.Helper()
	w, h := playlists.Profiles()[i].Size()
	img := image.NewRGBA(image.Rect(0, 0, w/4, h/4))
	for y := range h / 4 {
		for x := range w / 4 {
			img.Set(x, y, color.RGBA{uint8(40 + x/4), uint8(90 + y/4), uint8(120 + 40*i), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	// browserBound ends a browser that stands still: what waits for it fails.
	browserBound = 5 * time.Minute
	// closeBound is how long a browser may take to close.
	closeBound = 20 * time.Second
)

// open shows the page of a controller in a browser. between may change what
// the page is answered.
func open(t *testing.T, lies *controller, between func(http.Handler) http.Handler) context.Context {
	t.Helper()
	c := newClient(t, lies, playliststest.Hand("approver"))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, c.cfg.Port, _ = net.SplitHostPort(l.Addr().String())
	h := c.Handler()
	if between != nil {
		h = between(h)
	}
	srv := &http.Server{Handler: h}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-served })
	path := os.Getenv("COTMOC_CHROMIUM")
	if path == "" {
		path = "chromium"
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.Flag("headless", "new"))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	bounded, end := context.WithTimeout(context.WithoutCancel(t.Context()), browserBound)
	ctx, cancelAllocator := chromedp.NewExecAllocator(bounded, opts...)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		patient, enough := context.WithTimeout(ctx, closeBound)
		defer enough()
		if err := chromedp.Cancel(patient); err != nil && patient.Err() == nil {
			t.Error(err)
		}
		cancel()
		cancelAllocator()
		end()
	})
	if err := chromedp.Do(ctx); err != nil { // the browser lives as long as the context that opens it
		t.Fatal(err)
	}
	do(t, ctx, chromedp.EmulateViewport(1440, 1000), chromedp.Navigate(c.Page()), chromedp.Click(chromedp.CSS("ul.queue button")))
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
		t.Fatalf("%v; the page says %s", err, text)
	}
}

func await(t *testing.T, ctx context.Context, what, expression string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; { // each look is a round trip to the browser
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		if time.Now().After(end) {
			text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
			t.Fatalf("not seen: %s (%v); the page says %s", what, err, text)
		}
	}
}

// snap keeps a picture of the page for whoever wants to look.
func snap(t *testing.T, ctx context.Context, name string, width, height int64) {
	t.Helper()
	folder := os.Getenv("COTMOC_SNAPS")
	if folder == "" {
		return
	}
	do(t, ctx, chromedp.EmulateViewport(width, height))
	raw, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fmt.Sprintf("%s/%s-%d.png", folder, name, width), raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

const canSign = `document.querySelector("#sign") !== null && !document.querySelector("#sign").disabled`

// TestPageShowsAllThatIsSigned looks for every field of the statement on the
// page, with HTML in a title as the letters that it is, and signs.
func TestPageShowsAllThatIsSigned(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	lies.media.Title = `<img src=x onerror="document.title='taken'"> Cầu Treo`
	ctx := open(t, lies, nil)
	await(t, ctx, "the button", canSign)
	snap(t, ctx, "item", 1440, 1000)
	snap(t, ctx, "item", 390, 844)
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		t.Fatal(err)
	}
	m := &lies.media
	for _, want := range []string{
		m.Title, lies.me.Name, string(lies.me.ID), string(m.ID), string(m.Author), m.Terms.Territory[0], "(vi)", "(lo)", m.Terms.RightsBasis,
		"Duyệt", "image/jpeg", string(m.Renditions[0].Digest), string(m.Renditions[1].Digest), "ngay bây giờ", "(UTC+7)", "https://in-toto.io/Statement/v1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page:\n%s", want, text)
		}
	}
	await(t, ctx, "pictures, and none from the title", `document.querySelectorAll("figure img").length === 2 && document.querySelectorAll("main img").length === 2 && [...document.querySelectorAll("figure img")].every((i) => i.naturalWidth > 0 && i.src.startsWith("blob:")) && document.title.includes("cotmoc")`)
	for _, language := range []string{"en", "lo"} {
		do(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(() => { const s = document.querySelector("#language"); s.value = %q; s.dispatchEvent(new Event("change")); return true })()`, language)))
			return err
		}))
		await(t, ctx, language, fmt.Sprintf(`document.documentElement.lang === %q && %s`, language, canSign))
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#sign")))
	await(t, ctx, "that it was signed", `!document.querySelector("#notice").hidden && document.querySelector("#notice").innerText.includes("<img src=x")`)
	snap(t, ctx, "queue", 1440, 1000)
	snap(t, ctx, "queue", 390, 844)
	if len(lies.decided) != 1 {
		t.Errorf("decided: %v", lies.decided)
	}
	do(t, ctx, chromedp.Click(chromedp.CSS("#to-enrol")))
	await(t, ctx, "the form", `document.querySelector("#make") !== null`)
	snap(t, ctx, "enrol", 1440, 1000)
	do(t, ctx, chromedp.Click(chromedp.CSS("#make")))
	await(t, ctx, "the key's id", `document.querySelector("#credential")?.innerText.length === 16`)
	snap(t, ctx, "enrolled", 390, 844)
}

// TestPageHashesWhatItShows changes bytes between the program and the page: the
// page itself refuses them.
func TestPageHashesWhatItShows(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	ctx := open(t, lies, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/api/items/") {
				_, _ = w.Write(picture(t, 1)[1:])
				return
			}
			next.ServeHTTP(w, r)
		})
	})
	await(t, ctx, "a refusal", `document.querySelector("#alert").innerText.includes("không phải thứ sẽ được ký") && document.querySelector("#sign") === null`)
	snap(t, ctx, "refused", 390, 844)
}

// TestPageRefusesWhatItCannotShow adds a field to the statement on its way to
// the page.
func TestPageRefusesWhatItCannotShow(t *testing.T) {
	t.Parallel()
	lies := newController(t)
	ctx := open(t, lies, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/api/look") {
				w = &adding{ResponseWriter: w}
			}
			next.ServeHTTP(w, r)
		})
	})
	await(t, ctx, "a refusal", `document.querySelector("#alert").innerText.includes("không hiện được") && document.querySelector("#sign") === null`)
}

type adding struct{ http.ResponseWriter }

func (a *adding) Write(b []byte) (int, error) {
	_, err := a.ResponseWriter.Write(bytes.Replace(b, []byte(`"title":`), []byte(`"also":"x","title":`), 1))
	return len(b), err
}
