package e2e

import (
	"strings"
	"testing"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/playlists"
)

// TestFromAPortalToGlass pastes an address of the stand-in portal, takes the
// page's picture, says by what right, and sees it on the screen once two others
// have decided; where it came from is part of what they decided. The portal then
// changes the page: the picture is held off the glass until the reviewer, who
// sees both sides, keeps it.
func TestFromAPortalToGlass(t *testing.T) {
	portal, err := sourcestest.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Parallel()
	s := stage.NewAmongSites(t, programs(t), portal, "www.vietnam.vn", "vietnam.vn", "vstatic.vietnam.vn", "vphoto.vietnam.vn")
	for address, reason := range map[string]string{
		"https://www.vietnam.vn/khong-lo": "answer_too_large", "https://www.vietnam.vn/sai-kieu": "answer_type",
		"https://www.vietnam.vn/chuyen-vao-trong": "redirect_refused", "https://www.vietnam.vn/khong-co": "page_gone", "https://evil.example/": "host_not_allowed",
	} {
		if err := s.Editor.Post(t.Context(), "/sources/finds", stage.Object{"address": address}, nil); playlists.ReasonOf(err) != reason {
			t.Errorf("%s gives %v, not %s", address, err, reason)
		}
	}
	var lies struct {
		ID      string `json:"id"`
		Article struct {
			Pictures []struct {
				Address string `json:"address"`
			} `json:"pictures"`
		} `json:"article"`
	}
	if err := s.Editor.Post(t.Context(), "/sources/finds", stage.Object{"address": "https://www.vietnam.vn/anh-khong-phai-anh"}, &lies); err != nil || len(lies.Article.Pictures) != 1 {
		t.Fatalf("the page with a picture that lies is %+v, %v", lies, err)
	}
	if err := s.Editor.Post(t.Context(), "/sources/finds/"+lies.ID+"/take", stage.Object{"files": []string{lies.Article.Pictures[0].Address}}, nil); playlists.ReasonOf(err) != "file_not_media" {
		t.Errorf("a page that says it is a picture gives %v", err)
	}
	// One that sends a few bytes at a time has its time, and nobody waits for it.
	slow := make(chan error, 1)
	go func() {
		slow <- s.Editor.Post(t.Context(), "/sources/finds", stage.Object{"address": "https://www.vietnam.vn/cham"}, nil)
	}()
	scr := s.Screen("Quốc môn")
	s.Slate(s.Approved("du-phong.png", "Nội dung dự phòng", picture(t, "white")))
	w := lookClosely(t, scr.URL)
	editor := sit(w, s, stage.LoginOf("editor"))
	editor.open("/sources")
	editor.fill("input[name=address]", "vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam/?utm_source=zalo")
	editor.press("sources.look")
	editor.awaitText("Cửa khẩu mở từ 7 giờ đến 19 giờ 30 mỗi ngày.")
	editor.awaitText("Báo Hà Tĩnh")
	editor.await("the page's picture, through the controller", `[...document.querySelectorAll("main img")].some((i) => i.naturalWidth > 100 && i.src.startsWith(location.origin))`)
	editor.press("sources.take", "{{count}}", "1")
	editor.await("the draft", `location.pathname.startsWith("/content/")`)
	editor.sound("the editor")

	m := brought(t, s, 2)[0]
	if !strings.HasPrefix(m.Title, "Cửa khẩu quốc tế Cầu Treo") {
		t.Fatalf("the draft is %q", m.Title)
	}
	editor.fill("input[name=rights_basis]", "Ảnh của cổng thông tin, theo văn bản thỏa thuận")
	editor.awaitText(editor.say("app.saved"))
	if err := apiclient.Decide(t.Context(), s.Editor, s.Reviewer, s.Approver, m); err != nil {
		t.Fatal(err)
	}
	s.Schedule("Cả ngày", s.Playlist("Danh sách", m), 50)
	s.Publish()
	w.awaitRendition(time.Minute, scr, m)

	if err := s.Admin.Put(t.Context(), "/sources/sites/vietnam.vn/policy", stage.Object{"policy": "changed"}, nil); err != nil {
		t.Fatal(err)
	}
	portal.Change("cua-khau-cau-treo-don-khach-dau-nam")
	reviewer := sit(w, s, stage.LoginOf("reviewer"))
	reviewer.open("/content/" + string(m.ID))
	reviewer.press("upstream.again")
	reviewer.await("the comparison", `location.pathname.startsWith("/sources/changes/")`)
	reviewer.awaitText(reviewer.say("upstream.held_title"))
	reviewer.await("what the portal has added, marked", `[...document.querySelectorAll('main [data-kind="new"]')].some((c) => c.textContent.includes("đính chính"))`)
	w.awaitColours(time.Minute, "white") // nothing else is planned
	reviewer.press("upstream.keep")
	reviewer.fill("textarea[name=keep_reason]", "Chỉ thêm giờ mở cửa, ảnh vẫn đúng")
	reviewer.press("upstream.keep_it")
	reviewer.await("the overview", `location.pathname === "/"`)
	w.awaitRendition(time.Minute, scr, m)
	reviewer.sound("the reviewer")
	if err := <-slow; playlists.ReasonOf(err) != "site_slow" {
		t.Errorf("a page that comes a few bytes at a time gives %v", err)
	}
	for _, asked := range portal.Requests() {
		if strings.Contains(asked, "evil") {
			t.Errorf("the controller went to %s", asked)
		}
	}
}
