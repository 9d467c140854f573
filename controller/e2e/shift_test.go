package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

// TestAShiftOnAPhone is a shift from log-in to hand-over: one watch officer
// begins, writes a note and hands over, the other accepts, and the sheet of the
// day says so.
func TestAShiftOnAPhone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	units, err := apiclient.List[struct {
		ID string `json:"id"`
	}](t.Context(), s.Admin, "/units")
	if err != nil {
		t.Fatal(err)
	}
	for login, name := range map[string]string{"son": "Đặng Văn Sơn", "hoa": "Nguyễn Thị Hoa"} {
		s.Post(s.Admin, "/people", stage.Object{"login": login, "name": name, "password": stage.Password, "unit_id": units[0].ID,
			"grants": []stage.Object{{"role": "watch_officer", "unit_id": "", "cluster_id": s.Cluster}}})
	}
	w := look(t, "about:blank")
	phone := func(login string) *desk {
		t.Helper()
		d := settle(w, s.Console)
		d.do(chromedp.EmulateViewport(390, 844))
		d.logIn(login)
		d.await("to be logged in", `location.pathname !== "/login"`)
		d.open("/screens/shifts")
		return d
	}
	fits := func(d *desk, where string) {
		t.Helper()
		small, err := ask[[]string](d, `[...document.querySelectorAll("main button, main a[href]")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44).map((e) => e.innerText || e.outerHTML)
			.concat(document.documentElement.scrollWidth > 390 ? ["the page is " + document.documentElement.scrollWidth + " wide"] : [])`)
		if err != nil || len(small) > 0 {
			t.Errorf("%s: %q, %v", where, small, err)
		}
	}
	son, hoa := phone("son"), phone("hoa")
	son.press("shift.begin")
	son.awaitText(son.say("shift.did_began", "{{name}}", "Đặng Văn Sơn"))
	fits(son, "the shift")
	son.into(`document.querySelector("form textarea")`, "Mưa to, đường truyền chập chờn")
	son.press("shift.note_add")
	son.await("the note in the log", `[...document.querySelectorAll("ol p")].some((e) => e.innerText === "Mưa to, đường truyền chập chờn")`)
	son.press("shift.hand_over")
	son.into(`document.querySelector("[role=dialog] textarea")`, "Xem lại màn hình Quốc môn")
	fits(son, "the hand-over")
	son.press("shift.hand_over_go")
	son.awaitText(son.say("shift.offered_to", "{{name}}", "Nguyễn Thị Hoa"))

	hoa.awaitText(hoa.say("shift.offer_title", "{{name}}", "Đặng Văn Sơn"))
	hoa.awaitText("Xem lại màn hình Quốc môn")
	hoa.awaitText(hoa.say("shift.open_none"))
	fits(hoa, "what is handed over")
	hoa.press("shift.accept")
	hoa.awaitText(hoa.say("shift.did_accepted", "{{name}}", "Nguyễn Thị Hoa", "{{other}}", "Đặng Văn Sơn"))
	son.awaitText(son.say("shift.begin")) // his is over, and he need not look twice

	hoa.do(chromedp.Click(chromedp.JSPath(`document.querySelector("a[href*='/shifts/print']")`)))
	hoa.awaitText(hoa.say("shift.sheet_taker"))
	hoa.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	hoa.await("a sheet with nothing but the day on it", `!document.querySelector("nav")?.checkVisibility() && document.querySelector("article").checkVisibility() && document.querySelector("article").innerText.includes("Mưa to, đường truyền chập chờn")`)
	son.sound("watch officer who leaves")
	hoa.sound("watch officer who comes")
}
