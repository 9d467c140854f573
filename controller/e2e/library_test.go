package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

// TestManyAreChangedWithTheKeys chooses two of three media with the keys alone,
// gives them a tag and a rights basis at once, finds them by the tag, and takes
// it all back from the message that says so.
func TestManyAreChangedWithTheKeys(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, colour := range []string{"white", "red", "blue"} {
		s.Bring(colour+".png", colour, picture(t, colour))
	}
	type arranged struct {
		Title       string   `json:"title"`
		Tags        []string `json:"tags"`
		RightsBasis string   `json:"rights_basis"`
	}
	holds := func(want ...arranged) func() bool {
		return func() bool {
			got, err := apiclient.List[arranged](t.Context(), s.Editor, "/media?sort=title")
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(got) == fmt.Sprint(want)
		}
	}
	before := holds(arranged{"blue", []string{}, "Tự sản xuất"}, arranged{"red", []string{}, "Tự sản xuất"}, arranged{"white", []string{}, "Tự sản xuất"})
	if !before() {
		t.Fatal("the media are not as they were brought in")
	}

	d := sit(look(t, "about:blank"), s, stage.LoginOf("editor"))
	d.open("/content?sort=title")
	card := func(n int) string { return fmt.Sprintf(`document.querySelector("li[data-index='%d'] a")`, n) }
	d.await("the pictures", card(2)+` !== null`)
	d.into(card(0), " ")
	d.do(chromedp.KeyEvent(kb.ArrowRight, chromedp.KeyModifiers(chromedp.ModifierShift)))
	d.await("the focus to follow", `document.activeElement === `+card(1))
	d.awaitText(d.say("library.chosen", "{{n}}", "2"))
	d.press("library.edit")
	named := func(key string) string {
		return fmt.Sprintf(`[...document.querySelectorAll("label")].find((l) => l.textContent === %q)?.control`, d.say(key))
	}
	d.into(named("library.add_tags"), "Biên giới"+kb.Enter)
	d.fill("input[name=rights_basis]", "Công văn số 5")
	d.press("library.save")
	d.awaitText(d.say("library.edited", "{{n}}", "2"))
	if !holds(arranged{"blue", []string{"Biên giới"}, "Công văn số 5"}, arranged{"red", []string{"Biên giới"}, "Công văn số 5"}, arranged{"white", []string{}, "Tự sản xuất"})() {
		t.Error("the two are not as they were changed, or the third is")
	}

	d.press("app.undo")
	stage.Await(t, time.Minute, "the two to be as they were", before)
	d.awaitText(d.say("library.undone", "{{n}}", "2"))
	d.open("/content?tag=" + "Bi%C3%AAn+gi%E1%BB%9Bi")
	d.awaitText(d.say("content.no_match"))
	d.sound("editor")
}
