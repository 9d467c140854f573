package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
)

// faultsScript collects what goes wrong in a page and what its policy blocked.
const faultsScript = `window.faults = [];
addEventListener("error", (e) => faults.push(String(e.message)));
addEventListener("unhandledrejection", (e) => faults.push(String(e.reason)));
document.addEventListener("securitypolicyviolation", (e) => faults.push("blocked by " + e.violatedDirective + ": " + e.blockedURI));`

// words are the console's texts in Vietnamese, by their keys.
func words(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "internal", "console", "web", "src", "i18n", "vi", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no words of the console: %v", err)
	}
	all := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var some map[string]string
		if err := json.Unmarshal(text, &some); err != nil {
			t.Fatal(err)
		}
		maps.Copy(all, some)
	}
	return all
}

// desk is a person at the console, in a browser window that shares nothing
// with the others'.
type desk struct {
	t     *testing.T
	ctx   context.Context
	at    string // address of the console
	words map[string]string
}

// sit opens the console for somebody and logs in.
func sit(w *window, s *stage.Stage, login string) *desk {
	w.t.Helper()
	d := settle(w, s.Console)
	d.logIn(login)
	d.await("to be logged in", `location.pathname !== "/login"`)
	return d
}

// settle opens the console at an address, before anybody logs in.
func settle(w *window, at string) *desk {
	w.t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx, chromedp.WithNewBrowserContext())
	w.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the window lives as long as the context that opens it
		w.t.Fatal(err)
	}
	d := &desk{t: w.t, ctx: ctx, at: at, words: words(w.t)}
	d.do(chromedp.EmulateViewport(1440, 900), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: faultsScript})
		return err
	}), chromedp.Navigate(d.at+"/login"))
	return d
}

// logIn gives login and password.
func (d *desk) logIn(login string) {
	d.t.Helper()
	d.logInWith(login, stage.Password)
}

func (d *desk) logInWith(login, password string) {
	d.t.Helper()
	d.into(`document.querySelector("input[name=login]")`, login)
	d.into(`document.querySelector("input[name=password]")`, password)
	d.press("login.submit")
}

// into writes into what an expression finds, once it has the focus.
func (d *desk) into(expression, text string) {
	d.t.Helper()
	d.await(expression+" to take what is written", `(() => { const e = `+expression+`; e?.focus(); return !!e && document.activeElement === e })()`)
	d.do(chromedp.KeyEvent(text))
}

func (d *desk) do(steps ...chromedp.Action[chromedp.Void]) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		text, _ := ask[string](d, `location.href + "\n" + document.body.innerText`)
		d.t.Fatalf("%v; the page is %s", err, text)
	}
}

// ask evaluates an expression in the page, and waits for what it promises.
func ask[T any](d *desk, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(d.ctx, 5*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// open goes to a page of the console.
func (d *desk) open(path string) {
	d.t.Helper()
	d.do(chromedp.Navigate(d.at + path))
}

// say gives a text of the console, with what stands for its parameters.
func (d *desk) say(key string, params ...string) string {
	d.t.Helper()
	text, ok := d.words[key]
	if !ok {
		d.t.Fatalf("the console has no text %s", key)
	}
	return strings.NewReplacer(params...).Replace(text)
}

// control finds what somebody would press by its name: that of an open dialog,
// which must be ready to be pressed, or else the last visible one, which lies
// above the others.
func control(name string) chromedp.JSPath {
	quoted, err := json.Marshal(name)
	if err != nil {
		panic(err) // a string
	}
	return chromedp.JSPath(fmt.Sprintf(`(() => {
		const all = [...document.querySelectorAll("button, label, [role=option], [role=menuitem]")].filter((e) =>
			(e.getAttribute("aria-label") ?? e.innerText).split("\n")[0].trim() === %s && e.checkVisibility());
		const ready = (e) => !e.disabled && !e.closest("[data-loading]");
		const above = all.filter((e) => e.closest("[role=dialog]"));
		return (above.length > 0 ? above : all).findLast(ready);
	})()`, quoted))
}

// press presses what bears a text of the console.
func (d *desk) press(key string, params ...string) {
	d.t.Helper()
	d.pressNamed(d.say(key, params...))
}

func (d *desk) pressNamed(name string) {
	d.t.Helper()
	// What still slides in is pressed where it was a moment ago.
	d.await(fmt.Sprintf("%q to stand still", name), fmt.Sprintf(`(async () => {
		const it = %s
		const at = () => JSON.stringify(it?.getBoundingClientRect())
		const was = at()
		await new Promise((r) => setTimeout(r, 100))
		return it !== undefined && it.isConnected && was === at()
	})()`, control(name)))
	d.do(chromedp.Click(control(name)))
}

// await waits until an expression holds in the page.
func (d *desk) await(what, expression string) {
	d.t.Helper()
	defer func() {
		if d.t.Failed() {
			text, _ := ask[string](d, `location.href + "\n" + document.body.innerText`)
			d.t.Logf("waiting for %s, the page is %s", what, text)
		}
	}()
	stage.Await(d.t, time.Minute, what, func() bool {
		holds, err := ask[bool](d, expression)
		return err == nil && holds // while a page comes there is nothing to ask
	})
}

// awaitText waits until a text is to be read.
func (d *desk) awaitText(text string) {
	d.t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		d.t.Fatal(err)
	}
	d.await(fmt.Sprintf("%q to be read", text), fmt.Sprintf(`document.body.innerText.includes(%s)`, quoted))
}

// sound fails when something went wrong in the page that nobody was told.
func (d *desk) sound(who string) {
	d.t.Helper()
	faults, err := ask[[]string](d, `window.faults`)
	if err != nil || len(faults) > 0 {
		d.t.Errorf("at the desk of the %s: %q, %v", who, faults, err)
	}
}

// brought waits until the files brought in at the console are media with
// renditions.
func brought(t *testing.T, s *stage.Stage, n int) []*apiclient.Media {
	t.Helper()
	var all []*apiclient.Media
	stage.Await(t, time.Minute, "the files to be media", func() bool {
		list, err := apiclient.List[struct {
			ID    playlists.ID `json:"id"`
			Title string       `json:"title"`
		}](t.Context(), s.Editor, "/media")
		if err != nil {
			t.Fatal(err)
		}
		all = nil
		for _, m := range list {
			all = append(all, &apiclient.Media{ID: m.ID, Title: m.Title})
		}
		return len(all) == n
	})
	slices.SortFunc(all, func(a, b *apiclient.Media) int { return cmp.Compare(a.Title, b.Title) })
	for i := range all {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		m, err := s.Editor.AwaitRenditions(ctx, all[i].ID)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		all[i] = m
	}
	return all
}

// TestConsole tells the whole story as people live it, each at the console in
// a browser of their own: brought in, submitted, judged by two others, put
// into a playlist and the schedule, published, on the glass as rendered, seen
// by the technician; and withdrawn.
func TestConsole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	scr := s.Screen("Quốc môn")
	s.Slate(s.Approved("du-phong.png", "Nội dung dự phòng", picture(t, "white")))
	dir := t.TempDir()
	files := []string{filepath.Join(dir, "Anh cột mốc.png"), filepath.Join(dir, "Phim giới thiệu.mp4")}
	for i, content := range [][]byte{picture(t, "red"), film(t, "green")} {
		if err := os.WriteFile(files[i], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := lookClosely(t, scr.URL)

	editor := sit(w, s, stage.LoginOf("editor"))
	editor.open("/content")
	editor.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), files))
	all := brought(t, s, 3)
	photo, film := all[0], all[2]
	for _, m := range []*apiclient.Media{photo, film} {
		editor.open("/content/" + string(m.ID))
		editor.fill("input[name=rights_basis]", "Tự sản xuất")
		editor.awaitText(editor.say("app.saved"))
		editor.press("media.submit")
		editor.press("media.declaration")
		editor.press("media.submit") // the dialog's
		editor.awaitText(editor.say("media.declared"))
		editor.awaitText(editor.say("media.state_submitted"))
	}

	for _, judge := range []struct{ role, accept, then string }{
		{"reviewer", "review.accept_review", "media.state_reviewed"}, {"approver", "review.accept_approve", "media.state_approved"},
	} {
		d := sit(w, s, stage.LoginOf(judge.role))
		for _, m := range []*apiclient.Media{photo, film} {
			d.open("/review?item=" + string(m.ID))
			d.await("the item on the desk", fmt.Sprintf(`[...document.querySelectorAll("aside h2")].some((e) => e.innerText === %q)`, m.Title))
			d.do(chromedp.Click(chromedp.CSS(`[role=tab][aria-selected=false]`))) // every shape has to be looked at
			d.press(judge.accept)
			d.await("the decision", fmt.Sprintf(`fetch("/api/v1/media/%s").then((r) => r.json()).then((m) => m.state === %q)`, m.ID, strings.TrimPrefix(judge.then, "media.state_")))
		}
		d.sound(judge.role)
	}

	editor.open("/playlists")
	editor.press("playlist.create")
	for _, m := range []*apiclient.Media{photo, film} {
		editor.press("playlist.add", "{{title}}", m.Title)
	}
	editor.awaitText(editor.say("app.saved"))
	editor.open("/schedule/entries/new")
	editor.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`input[aria-label=%q]`, editor.say("place.playlists")))))
	editor.press("playlist.new_title")
	editor.pressNamed("Cầu Treo")
	editor.press("schedule.put_in")
	editor.press("publish.button")
	editor.press("publish.go", "{{count}}", "1")
	editor.awaitText(editor.say("publish.progress", "{{shown}}", "1", "{{of}}", "1"))
	editor.sound("editor")

	w.awaitRendition(time.Minute, scr, photo)
	w.awaitColours(time.Minute, "red", "green")

	technician := sit(w, s, stage.LoginOf("technician"))
	technician.open("/screens")
	technician.await("a green tile", `document.querySelector("[data-state=playing]")?.innerText.includes("Quốc môn")`)
	technician.sound("technician")

	approver := sit(w, s, stage.LoginOf("approver"))
	approver.open("/content/" + string(photo.ID))
	approver.press("app.more")
	approver.press("media.withdraw")
	approver.into(`document.querySelector("[role=dialog] textarea")`, "Sai chính tả")
	approver.press("media.withdraw")
	approver.awaitText(approver.say("media.state_withdrawn"))
	approver.sound("approver")
	w.awaitGone(5*time.Second, "red")
}
