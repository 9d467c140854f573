package e2e

import (
	"image"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/sources/sourcestest"
)

// TestFromAPageToASlideOnGlass pastes an address of the stand-in portal, makes a
// slide of the page and corrects its words, and once two others have signed
// reads the code on the glass: it leads through a short address of the
// controller to the page in the reader's language, and is counted.
func TestFromAPageToASlideOnGlass(t *testing.T) {
	portal, err := sourcestest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	s := stage.NewAmongSites(t, programs(t), portal, "www.vietnam.vn", "vietnam.vn", "vstatic.vietnam.vn", "vphoto.vietnam.vn")
	s.Charter(nil)
	scr := s.Screen("Quốc môn")
	s.Slate(s.Approved("du-phong.png", "Nội dung dự phòng", picture(t, "white")))
	w := lookClosely(t, scr.URL)
	const page = "https://www.vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam"
	const english = "https://www.vietnam.vn/en/cua-khau-cau-treo-don-khach-dau-nam"
	s.Post(s.Editor, "/sources/finds", stage.Object{"address": english})
	editor := sit(w, s, stage.LoginOf("editor"))
	editor.open("/sources")
	editor.fill("input[name=address]", "vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam/?utm_source=zalo")
	editor.press("sources.look")
	editor.awaitText("Báo Hà Tĩnh")
	editor.follow("/slides/new?find=")
	editor.await("the page's words in the form", `[...document.querySelectorAll("textarea")].some((x) => x.value.startsWith("Cửa khẩu quốc tế Cầu Treo"))`)
	editor.await("the page's picture in the form", `document.querySelector("input[type=radio][value^='https://vstatic']")?.checked`)
	editor.do(chromedp.Click("input[name=count]"))
	editor.await("the English page, which was read before", `document.querySelector("input[name=page_en]")?.value === "`+english+`"`)
	editor.await("the slide while it is written", `[...document.querySelectorAll("main img")].some((i) => i.src.startsWith("data:image/jpeg") && i.naturalWidth === 1920)`)
	editor.press("slides.make")
	editor.await("the editor of the slide", `location.pathname.startsWith("/slides/") && location.pathname !== "/slides/new"`)
	editor.await("the slide's picture", `[...document.querySelectorAll("main img")].some((i) => !i.src.startsWith("data:") && i.naturalWidth === 1920 && i.naturalHeight === 1080)`)
	editor.into(`(() => { const e = document.querySelector("textarea"); e?.select(); return e })()`, "Cầu Treo đón khách đầu năm")
	editor.press("slides.save")
	m := brought(t, s, 2)[0]
	stage.Await(t, time.Minute, "the new revision to be drawn", func() bool {
		m, err = s.Editor.AwaitRenditions(t.Context(), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		return m.Title == "Cầu Treo đón khách đầu năm"
	})
	editor.follow("/content/" + string(m.ID))
	editor.fill("input[name=rights_basis]", "Bài của cổng thông tin, theo văn bản thỏa thuận")
	editor.awaitText(editor.say("app.saved"))
	editor.sound("the editor")
	if m, err = s.Editor.AwaitRenditions(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	s.Decide(m)
	s.Schedule("Cả ngày", s.Playlist("Danh sách", m), 50)
	s.Publish()
	w.awaitRendition(time.Minute, scr, m)

	// A phone before the wall sees more than the small window of a story.
	if err := chromedp.Do(w.ctx, chromedp.EmulateViewport(1920, 1080)); err != nil {
		t.Fatal(err)
	}
	code := ""
	stage.Await(t, time.Minute, "the code on the glass", func() bool { code = codeOn(t, w.capture()); return code != "" })
	if !strings.HasPrefix(code, s.Console+"/q/") {
		t.Fatalf("the code reads %s", code)
	}
	for accept, want := range map[string]string{"en-GB,en;q=0.9": english, "vi-VN": page, "lo": page} {
		if got := scan(t, code, accept); got != want {
			t.Errorf("a phone that asks for %s is led to %s", accept, got)
		}
	}
	editor.open("/slides/" + string(m.ID))
	editor.await("three scans", `document.querySelector("main strong")?.innerText === "3"`)
	editor.sound("the editor, who sees the scans")
}

// scan gives the address that a phone is led to.
func scan(t *testing.T, code, accept string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, code, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", accept)
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.Header.Get("Location")
}

// follow presses the button that leads to an address that begins so.
func (d *desk) follow(prefix string) {
	d.t.Helper()
	link := "document.querySelector(" + strconv.Quote(`main a[href^="`+prefix+`"]`) + ")"
	d.await("a way to "+prefix, link+" !== null")
	d.do(chromedp.Click(chromedp.JSPath(link)))
}

// codeOn reads the QR code in a picture, "" when there is none.
func codeOn(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return ""
	}
	return read.GetText()
}
