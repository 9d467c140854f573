package e2e

import (
	"testing"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/sources/sourcestest"
)

// TestASavedSearchFillsTheTray saves a list of the stand-in portal as a search;
// its pages come to the tray by themselves and say what found them. Deleted, it
// is brought back by undoing.
func TestASavedSearchFillsTheTray(t *testing.T) {
	portal, err := sourcestest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	s := stage.NewAmongSites(t, programs(t), portal, "www.vietnam.vn", "vietnam.vn", "vstatic.vietnam.vn", "vphoto.vietnam.vn", "cdn.vietnam.vn")
	editor := sit(look(t, "about:blank"), s, stage.LoginOf("editor"))
	editor.open("/sources?list=province&slug=hatinh")
	editor.press("saved.save")
	editor.fill("input[name=search_name]", " mỗi ngày")
	editor.press("app.save")
	editor.awaitText(editor.say("saved.done"))
	editor.open("/sources/tray")
	editor.await("three pages, each with what found it", `[...document.querySelectorAll('main a[href^="/sources/tray/"]')].filter((a) => a.textContent.includes("Hà Tĩnh mỗi ngày")).length === 3`)
	editor.awaitText(editor.say("saved.found", "{{count}}", "3"))
	editor.sound("the editor")
	editor.press("saved.delete", "{{name}}", "Hà Tĩnh mỗi ngày")
	editor.await("no search", `!document.querySelector("main [aria-pressed]")`)
	editor.press("app.undo")
	editor.await("the search again", `!!document.querySelector("main [aria-pressed]")`)
}
