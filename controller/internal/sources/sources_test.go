package sources_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/sources"
	"cotmoc/controller/internal/sources/polite"
	"cotmoc/playlists"
)

func TestFromAddressToDrafts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, "vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam/?utm_source=zalo")
	if err != nil {
		t.Fatal(err)
	}
	if f.Origin.Canonical != gate || f.Origin.Publisher != "Báo Hà Tĩnh" || f.State != sources.Waiting || f.Unit != d.editor.Unit || len(f.Article.Pictures) != 2 {
		t.Fatalf("the tray has %+v", f)
	}
	page, _, err := d.objects.Open(t.Context(), f.Origin.PageBytes)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if text, err := io.ReadAll(page); err != nil || !bytes.Contains(text, []byte("<h1>Cửa khẩu quốc tế Cầu Treo")) {
		t.Errorf("the page is not kept as it came: %v", err)
	}

	drafts, failed, err := d.Take(t.Context(), d.editor, f.ID, []string{f.Article.Pictures[1].URL, f.Article.Pictures[0].URL})
	if err != nil || len(drafts) != 2 || len(failed) != 0 {
		t.Fatalf("taken: %v, %v, %v", drafts, failed, err)
	}
	media := []playlists.ID{drafts[0].Media, drafts[1].Media}
	first := d.pulled[0]
	if first.Origin != f.Origin || first.Declared != "image/jpeg" || !strings.HasPrefix(d.bytes[0], "\xff\xd8") || first.Title != f.Article.Title+" (1)" || first.Unit != d.editor.Unit {
		t.Errorf("brought in: %+v", first)
	}
	if f, err = d.Find(t.Context(), d.editor, f.ID); err != nil || f.State != sources.Taken || !slices.Equal(f.Media, media) {
		t.Errorf("the find is %+v, %v", f, err)
	}
	left, err := os.ReadDir(first.Path[:strings.LastIndexByte(first.Path, '/')])
	if err != nil || len(left) != 0 {
		t.Errorf("fetched files are left behind: %v, %v", left, err)
	}
}

func TestWhatFailsIsTriedAgainByItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	first, second := f.Article.Pictures[0].URL, f.Article.Pictures[1].URL
	d.instead = func(address string) *polite.Answer {
		if address != first {
			return nil
		}
		return served(http.StatusNotFound, address, "")
	}
	drafts, failed, err := d.Take(t.Context(), d.editor, f.ID, []string{first, second})
	if err != nil || len(drafts) != 1 || drafts[0].Place != 2 || len(failed) != 1 || failed[0].Address != first || failed[0].Trouble.Reason != "page_gone" {
		t.Fatalf("taken: %+v, %+v, %v", drafts, failed, err)
	}
	d.instead = nil
	again, failed, err := d.Take(t.Context(), d.editor, f.ID, []string{failed[0].Address})
	if err != nil || len(again) != 1 || len(failed) != 0 || !strings.HasSuffix(d.pulled[1].Title, " (1)") {
		t.Fatalf("again: %+v, %+v, %v", again, failed, err)
	}
	f, err = d.Find(t.Context(), d.editor, f.ID)
	if err != nil || f.State != sources.Taken || !slices.Equal(f.Media, []playlists.ID{again[0].Media, drafts[0].Media}) {
		t.Errorf("the find's drafts are not in the page's order: %+v, %v", f.Media, err)
	}
}

func TestARestIsKeptInTheDatabase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	until := d.Clock.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	for _, want := range []polite.Rest{{}, {Until: until, Noes: 2}, {Until: until.Add(time.Hour), Noes: 3}, {}} {
		if err := d.DB.Sources().KeepRest(t.Context(), "a.example", want); err != nil {
			t.Fatal(err)
		}
		if got, err := d.DB.Sources().Rest(t.Context(), "a.example"); err != nil || got != want {
			t.Errorf("kept %+v, read %+v, %v", want, got, err)
		}
	}
}

func TestAPictureThatWasRejectedIsKnownAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	look := func(a playlists.Actor, address string) *sources.Find {
		t.Helper()
		f, err := d.Look(t.Context(), a, address)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	alike := func(a playlists.Actor, f *sources.Find) []sources.Alike {
		t.Helper()
		all, err := d.Alike(t.Context(), a, f)
		if err != nil {
			t.Fatal(err)
		}
		return all[f.ID]
	}
	see := func(address string) {
		t.Helper()
		if _, err := d.Picture(t.Context(), d.editor, "vietnam.vn", address); err != nil {
			t.Fatal(err)
		}
	}
	first := look(d.editor, gate)
	if err := d.Reject(t.Context(), d.editor, first.ID, "Ảnh cũ, sai biển hiệu"); err != nil {
		t.Fatal(err)
	}
	// Another page shows the same picture from another address.
	shown := first.Article.Pictures[0]
	copied := "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/02/02/1_ban-sao.jpeg"
	d.instead = func(address string) *polite.Answer {
		switch address {
		case "https://www.vietnam.vn/bai-khac":
			return served(http.StatusOK, address, `<h1>Bài khác</h1><article><p>Nội dung khác hẳn.</p><img src="`+copied+`"></article>`)
		case copied:
			a, err := d.fetch(t.Context(), polite.Request{URL: shown.Shown})
			if err != nil {
				t.Error(err)
			}
			return a
		}
		return nil
	}
	again := *look(d.editor, "https://www.vietnam.vn/bai-khac")
	if got := alike(d.editor, &again); len(got) != 0 {
		t.Fatalf("before anybody has looked at a picture: %+v", got)
	}
	see(shown.Shown)
	see(again.Article.Pictures[0].Shown)
	prints, err := d.DB.Sources().Printed(t.Context(), []string{shown.Shown})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		by    playlists.Actor
		print uint64
		want  int
	}{{d.editor, prints[shown.Shown], 1}, {d.editor, ^prints[shown.Shown], 0}, {d.foreign, prints[shown.Shown], 0}} {
		if like, err := d.LikeRejected(t.Context(), c.by, c.print); err != nil || len(like) != c.want || c.want > 0 && like[0].Reason != "Ảnh cũ, sai biển hiệu" {
			t.Errorf("rejections that look like %x: %+v, %v", c.print, like, err)
		}
	}
	got := alike(d.editor, &again)
	if len(got) != 1 || got[0].Find != first.ID || got[0].State != "rejected" || got[0].Reason != "Ảnh cũ, sai biển hiệu" || got[0].By == "" || got[0].Title != first.Article.Title {
		t.Fatalf("it looks like %+v", got)
	}
	if got := alike(d.editor, first); len(got) != 1 || got[0].Find != again.ID || got[0].State != "waiting" {
		t.Errorf("the rejected one looks like %+v", got)
	}
	d.library = []sources.Alike{{Media: "m", Title: "Trong kho", State: "approved"}}
	if got := alike(d.editor, &again); len(got) != 2 || got[0].Find != first.ID || got[1].Media != "m" {
		t.Errorf("with the library it looks like %+v", got)
	}
	if got := alike(d.foreign, &again); len(got) != 1 || got[0].Media != "m" {
		t.Errorf("another unit's rejections are told: %+v", got)
	}
}

// An entry of the contest is its author's, whose photos and films are large.
func TestEntriesOfTheContestAreToldApart(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const entry, film = "https://happy.vietnam.vn/bai-du-thi-123", "https://happy.vietnam.vn/media/123.mp4"
	d.instead = func(address string) *polite.Answer {
		switch address {
		case entry:
			return served(http.StatusOK, address, `<html><head><meta name="author" content="Lê Thị Hòa"><meta property="og:title" content="Mùa gặt ở Hương Sơn"></head>
				<body><h1>Mùa gặt ở Hương Sơn</h1><article><p>Bài dự thi năm 2026.</p></article><video src="`+film+`"></video></body></html>`)
		case "https://www.vietnam.vn/bai-ve-cuoc-thi":
			return served(http.StatusOK, address, `<h1>Về cuộc thi</h1><article><p>Ảnh dự thi.</p><img src="https://happy.vietnam.vn/media/9.jpeg"></article>`)
		case film:
			a := served(http.StatusOK, address, "film")
			a.Type = "video/mp4"
			return a
		}
		return nil
	}
	f, err := d.Look(t.Context(), d.editor, entry)
	if err != nil || f.Site != "happy.vietnam.vn" || f.Origin.Author != "Lê Thị Hòa" || len(f.Article.Videos) != 1 {
		t.Fatalf("the entry is %+v, %v", f, err)
	}
	if _, _, err := d.Take(t.Context(), d.editor, f.ID, []string{film}); err != nil {
		t.Fatal(err)
	}
	if r := d.asked[len(d.asked)-1]; r.URL != film || r.Bytes < 500_000_000 || r.Within < 10*time.Minute {
		t.Errorf("a film of 500 MB is not taken by %+v", r)
	}
	about, err := d.Look(t.Context(), d.editor, "https://www.vietnam.vn/bai-ve-cuoc-thi")
	if err != nil || len(about.Article.Pictures) != 0 {
		t.Fatalf("a photo of the contest is the portal's: %+v, %v", about, err)
	}
	authors, err := d.Authors(t.Context())
	if err != nil || !authors(f.Origin) || authors(about.Origin) || authors(playlists.Origin{}) {
		t.Errorf("whose they are is not told: %v", err)
	}
}

// TestOneArticleInItsLanguages: only pages that were read are known, and none
// that somebody has said no to.
func TestOneArticleInItsLanguages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	lao, err := d.Look(t.Context(), d.editor, strings.Replace(gate, "vietnam.vn/", "vietnam.vn/lo/", 1))
	if err != nil {
		t.Fatal(err)
	}
	known := func() map[string]string {
		pages, err := d.InLanguages(t.Context(), d.editor, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, p := range pages {
			out[p.Language] = p.Address
		}
		return out
	}
	if got := known(); len(got) != 2 || got["vi"] != gate || got["lo"] != lao.Origin.Canonical {
		t.Errorf("it is known in %v", got)
	}
	if err := d.Reject(t.Context(), d.editor, lao.ID, "Bản dịch sai"); err != nil {
		t.Fatal(err)
	}
	if got := known(); len(got) != 1 || got["vi"] != gate {
		t.Errorf("without the bad translation it is known in %v", got)
	}
}

func TestListsKnowWhatWasSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	browse := func(a playlists.Actor, q sources.Query) []sources.Listed {
		t.Helper()
		items, err := d.Browse(t.Context(), a, q)
		if err != nil {
			t.Fatal(err)
		}
		return items
	}
	here := sources.Query{Site: "vietnam.vn", List: "province", Slug: "hatinh"}
	if items := browse(d.editor, here); len(items) != 3 || items[0].Mark != nil {
		t.Fatalf("the list is %+v", items)
	}
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Reject(t.Context(), d.editor, f.ID, "Ảnh cũ"); err != nil {
		t.Fatal(err)
	}
	if items := browse(d.editor, here); items[0].Mark == nil || items[0].Mark.State != sources.Rejected {
		t.Errorf("the rejected one is marked %+v", items[0].Mark)
	}
	english := here
	english.Language, english.Slug = "en", "hatinh"
	if items := browse(d.editor, english); len(items) != 2 || items[0].Mark == nil {
		t.Errorf("the same article in English is not known: %+v", items)
	}
	if items := browse(d.foreign, here); items[0].Mark != nil {
		t.Error("another unit sees what this one rejected")
	}
	words := here
	words.Words = "don tau vung ang"
	if items := browse(d.editor, words); len(items) != 1 || !strings.Contains(items[0].Title, "Vũng Áng") {
		t.Errorf("searching gives %+v", items)
	}
	for _, c := range []struct {
		from, until string
		want        int
	}{{"", "", 3}, {"2026-01-15", "2026-01-15", 1}, {"2026-01-16", "", 0}, {"", "2025-01-20", 1}, {"2025-01-20", "2026-01-15", 2}} {
		days, dated := here, 0
		days.From, days.Until = c.from, c.until
		for _, i := range browse(d.editor, days) {
			if !i.Published.IsZero() || c.from == "" && c.until == "" {
				dated++
			}
		}
		if dated != c.want {
			t.Errorf("from %q until %q there are %d with a date, not %d", c.from, c.until, dated, c.want)
		}
	}
	for _, wrong := range [][2]string{{"15/01/2026", ""}, {"2026-01-16", "2026-01-15"}, {"", "2026-02-30"}} {
		days := here
		days.From, days.Until = wrong[0], wrong[1]
		if _, err := d.Browse(t.Context(), d.editor, days); playlists.ReasonOf(err) != "days_wrong" {
			t.Errorf("%q gives %v", wrong, err)
		}
	}
	if err := d.Return(t.Context(), d.editor, f.ID); err != nil {
		t.Fatal(err)
	}
	if tray, err := d.Tray(t.Context(), d.editor, sources.Waiting, ""); err != nil || len(tray) != 1 {
		t.Errorf("the tray has %v, %v", tray, err)
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f, err := d.Look(t.Context(), d.editor, gate)
	if err != nil {
		t.Fatal(err)
	}
	look := func(a playlists.Actor, address string) error {
		_, err := d.Look(t.Context(), a, address)
		return err
	}
	take := func(files ...string) error {
		_, _, err := d.Take(t.Context(), d.editor, f.ID, files)
		return err
	}
	browse := func(q sources.Query) error {
		_, err := d.Browse(t.Context(), d.editor, q)
		return err
	}
	_, seen := d.Find(t.Context(), d.foreign, f.ID)
	_, picture := d.Picture(t.Context(), d.editor, "vietnam.vn", "http://169.254.169.254/latest/meta-data/")
	_, saved := d.SaveSite(t.Context(), d.editor, "id: x", 0)
	_, tried := d.Try(t.Context(), d.editor, "id: x", "", sources.ArticlePage, gate)
	_, twice := d.SaveSite(t.Context(), d.admin, "id: other\nname: Khác\nlike: article\nhosts: [vietnam.vn]\n", 0)
	for _, c := range []struct {
		name   string
		err    error
		reason string
	}{
		{"a watch officer looks", look(d.reader, gate), "right_missing"},
		{"a foreign host", look(d.editor, "https://evil.example/"), "host_not_allowed"},
		{"this machine", look(d.editor, "http://127.0.0.1:8080/"), "host_not_allowed"},
		{"a page that is gone", look(d.editor, "https://www.vietnam.vn/khong-co"), "page_gone"},
		{"a page without an article", look(d.editor, "https://www.vietnam.vn/"), "page_without_title"},
		{"another unit's find", seen, "find_missing"},
		{"a picture that the page does not show", take("https://vstatic.vietnam.vn/khac.jpeg"), "file_not_shown"},
		{"nothing", take(), "take_count"},
		{"a list that is not there", browse(sources.Query{Site: "vietnam.vn", List: "x"}), "list_missing"},
		{"a choice that is not there", browse(sources.Query{Site: "vietnam.vn", List: "province", Slug: "../x"}), "list_missing"},
		{"a site without hosts", browse(sources.Query{Site: "article", List: "x"}), "site_missing"},
		{"a picture of a cloud's own network", picture, "host_not_allowed"},
		{"a description by an editor", saved, "right_missing"},
		{"an unsaved description by an editor", tried, "right_missing"},
		{"a host that another description has", twice, "host_taken"},
	} {
		if playlists.ReasonOf(c.err) != c.reason {
			t.Errorf("%s gives %v, not %s", c.name, c.err, c.reason)
		}
	}
	d.refuse = playlists.Errorf(playlists.Invalid, "type_differs", nil, "cannot use it")
	if err := take(f.Article.Pictures[0].URL); playlists.ReasonOf(err) != "type_differs" {
		t.Errorf("a file that lies gives %v", err)
	}
	if f, err := d.Find(t.Context(), d.editor, f.ID); err != nil || f.State != sources.Waiting {
		t.Errorf("after a refusal the find is %+v, %v", f, err)
	}
}

func TestDescriptionsAreEditedAndConfirmed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	described := func(id string) sources.Described {
		t.Helper()
		all, err := d.Sites(t.Context(), d.editor)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(x sources.Described) bool { return x.Site.ID == id })
		if i < 0 {
			t.Fatalf("no %s among %d", id, len(all))
		}
		return all[i]
	}
	old := described("vietnam.vn")
	if !old.BuiltIn || len(old.Tests) != 0 {
		t.Fatalf("the built-in one is %+v", old)
	}
	trial, err := d.Try(t.Context(), d.editor, "", "vietnam.vn", sources.ArticlePage, gate)
	if err != nil || trial.Problem != nil || trial.Article.Title == "" || len(trial.Findings) < 10 {
		t.Fatalf("the trial gives %+v, %v", trial, err)
	}
	if err := d.Confirm(t.Context(), d.editor, "vietnam.vn", sources.ArticlePage, gate); err != nil {
		t.Fatal(err)
	}
	if got := described("vietnam.vn").Tests[sources.ArticlePage]; got.Version != 0 || got.By != d.editor.ID || got.Address != gate {
		t.Errorf("the confirmation is %+v", got)
	}

	changed := strings.Replace(old.Text, "- {css: h1}", "- {css: h2.tieu-de}", 1)
	changed = strings.Replace(changed, "title: [{css: h1}, ", "title: [{css: h2.tieu-de}, ", 1)
	if _, err := d.SaveSite(t.Context(), d.admin, changed, 0); err != nil {
		t.Fatal(err)
	}
	now := described("vietnam.vn")
	if now.BuiltIn || now.Version != 1 || now.Site.Article.Title[0].CSS != "h2.tieu-de" || now.Tests[sources.ArticlePage].Version == now.Version {
		t.Errorf("after the change it is %+v", now)
	}
	if _, err := d.SaveSite(t.Context(), d.admin, changed, 0); playlists.ReasonOf(err) != "site_changed" {
		t.Errorf("saving over another's change gives %v", err)
	}
	if _, err := d.SaveSite(t.Context(), d.admin, old.Text, 1); err != nil {
		t.Errorf("saving the next version gives %v", err)
	}
	// A second site, with a description alone.
	const other = "id: bao.example\nname: Báo Sông La\nlike: article\nhosts: [bao.example]\narticle: {title: [{css: '#ten'}], body: [{css: '#noidung'}], pictures: [{css: '[data-anh]', attr: data-anh}]}\n"
	if _, err := d.SaveSite(t.Context(), d.admin, other, 0); err != nil {
		t.Fatal(err)
	}
	f, err := d.Look(t.Context(), d.editor, "https://bao.example/doc.php?id=7")
	if err != nil || f.Article.Title != "Thuyền buồm trên sông La" || len(f.Article.Pictures) != 1 {
		t.Errorf("the second site gives %+v, %v", f, err)
	}
}
