package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
	"golang.org/x/crypto/argon2"

	"cotmoc/controller/e2e/stage"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// phoneAt opens an address on a phone whose owner has accepted the page's
// certificate.
func phoneAt(w *window, at string) *desk {
	w.t.Helper()
	ctx, cancel := chromedp.NewContext(w.ctx, chromedp.WithNewBrowserContext())
	w.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		w.t.Fatal(err)
	}
	d := &desk{t: w.t, ctx: ctx, at: at, words: words(w.t)}
	d.do(chromedp.EmulateViewport(390, 844), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: faultsScript})
		return err
	}), chromedp.Navigate(at))
	return d
}

// enterPIN writes a PIN into the page's form and sends it.
func (d *desk) enterPIN(pin string) {
	d.t.Helper()
	d.into(`document.querySelector("input[name=pin]")`, pin)
	d.do(chromedp.KeyEvent("\r"))
}

// fitsAPhone fails when the page is wider than a phone or something on it is
// too small for a finger.
func (d *desk) fitsAPhone(what string) {
	d.t.Helper()
	small, err := ask[[]string](d, `[...document.querySelectorAll("button, input:not([type=hidden]), .button, .tile, nav a, .home")]
		.filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))
		.concat(document.documentElement.scrollWidth > innerWidth ? ["wider than the phone"] : [])`)
	if err != nil || len(small) > 0 {
		d.t.Errorf("%s: %q, %v", what, small, err)
	}
}

// TestTheSiteWithoutTheController: a border guard's phone opens the page of one
// screen while the controller is gone: nothing without the PIN, then both
// screens, the switch that puts both on their slate, and that one of them has
// gone silent.
func TestTheSiteWithoutTheController(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const safePIN = "246810"
	s.Charter(func(c *programme.Charter) {
		salt := []byte("sixteen bytes of")
		c.Pins = []programme.Pin{{Clusters: []string{playlists.Everywhere}, Salt: salt, Hash: argon2.IDKey([]byte(safePIN), salt, 1, 8<<10, 1, 32), Time: 1, MemoryKB: 8 << 10, Threads: 1}}
	})
	gate, hall := s.ScreenAt("Quốc môn", stage.Place{Site: true}), s.ScreenAt("Nhà chờ", stage.Place{Site: true})
	stage.OpenPage(t, gate.URL)
	stage.OpenPage(t, hall.URL)

	// The technician takes the PIN from the console.
	w := look(t, "about:blank")
	technician := sit(w, s, stage.LoginOf("technician"))
	technician.open("/screens/" + gate.ID)
	technician.press("app.more")
	technician.press("site.menu")
	technician.press("site.pin_make")
	technician.await("the PIN", `/^[0-9]{6}$/.test(document.querySelector("output")?.innerText)`)
	pin, err := ask[string](technician, `document.querySelector("output").innerText`)
	if err != nil {
		t.Fatal(err)
	}
	technician.awaitText(gate.Page) // where phones find it
	technician.sound("technician")

	phone := phoneAt(w, gate.Page)
	phone.awaitText("Enter the PIN of the site") // the phone's language, at first
	phone.do(chromedp.Click(chromedp.CSS(`nav a[lang=vi]`)))
	phone.awaitText("Nhập mã PIN của điểm")
	phone.fitsAPhone("the PIN's form")
	wrong := "000000"
	if pin == wrong {
		wrong = "111111"
	}
	phone.enterPIN(wrong)
	phone.awaitText("Mã PIN chưa đúng.")
	phone.enterPIN(pin)
	phone.awaitText("Nhà chờ")
	stage.Await(t, time.Minute, "both screens to be seen", func() bool {
		phone.open("/")
		n, err := ask[int](phone, `document.querySelectorAll(".tile.right, .tile.warning").length`)
		return err == nil && n == 2
	})

	s.Controller.Kill()
	phone.fitsAPhone("the plan")
	phone.do(chromedp.Click(chromedp.CSS(`main .danger`)))
	phone.awaitText("Sẽ chuyển: cả điểm")
	phone.enterPIN(pin) // what opens the page does not switch
	phone.awaitText("Mã PIN chưa đúng, còn 4 lần")
	phone.enterPIN(safePIN)
	phone.awaitText("Đã chuyển về nội dung dự phòng")
	phone.fitsAPhone("the switch")
	for _, scr := range []*stage.Screen{gate, hall} {
		if latched := scr.Status().Report.Trust.Latched; len(latched) != 1 || !latched[0].Local {
			t.Errorf("latched %+v", latched)
		}
	}

	phone.open("/")
	hall.Kill()
	// The page keeps itself fresh: nobody presses anything.
	phone.await("the silence of one", `document.querySelector(".tile.silent")?.innerText.includes("Nhà chờ")`)
	phone.do(chromedp.Click(chromedp.CSS(`.tile.silent`)))
	phone.awaitText("Không trả lời, từ ")
	phone.do(chromedp.Click(chromedp.CSS(`section.incident .button`)))
	phone.awaitText("xem đèn máy phát")
	phone.sound("border guard")
}
