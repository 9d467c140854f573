package read_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/controller/internal/sources/sourcestest"
	"cotmoc/playlists"
)

func zone() *time.Location { return time.FixedZone("ICT", 7*3600) }

func describe(t *testing.T, texts ...[]byte) map[string]*site.Site {
	t.Helper()
	builtin, err := site.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	sites := map[string]*site.Site{}
	for _, text := range append(builtin, texts...) {
		s, err := site.Parse(text, func(id string) (*site.Site, bool) { s, ok := sites[id]; return s, ok })
		if err != nil {
			t.Fatal(err)
		}
		sites[s.ID] = s
	}
	return sites
}

func portal(t *testing.T) *sourcestest.Portal {
	t.Helper()
	p, err := sourcestest.New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// fetched is what the portal answers, without a network.
func fetched(t *testing.T, p *sourcestest.Portal, address string) read.Page {
	t.Helper()
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	if w.Code != 200 {
		t.Fatalf("%s answers %d", address, w.Code)
	}
	return read.Page{URL: address, Type: w.Header().Get("Content-Type"), Body: w.Body.Bytes()}
}

// TestArticlesOfEveryEra holds what is read against what the portal's pages
// say, with the traps of each era.
func TestArticlesOfEveryEra(t *testing.T) {
	t.Parallel()
	p, portalSite := portal(t), describe(t)["vietnam.vn"]
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, zone()) }
	for _, c := range []struct {
		address, title, publisher, language string
		published                           time.Time
		paragraphs                          []string
		pictures, videos                    []string
	}{
		{
			"https://www.vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam", "Cửa khẩu quốc tế Cầu Treo đón đoàn khách đầu năm", "Báo Hà Tĩnh", "vi", day(2026, 1, 15),
			[]string{"Đoàn có hai mươi người, phần lớn đi du lịch biển Thiên Cầm.", "Ảnh: Báo Hà Tĩnh", "Bộ đội biên phòng hướng dẫn khách khai báo và tặng hoa.", "Ảnh: Báo Hà Tĩnh", "Cửa khẩu mở từ 7 giờ đến 19 giờ 30 mỗi ngày."},
			[]string{"https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000000_cua-khau-cau-treo.jpeg", "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000001_duong-len-cua-khau.jpeg"}, nil,
		},
		{
			"https://www.vietnam.vn/bien-thien-cam-vao-mua-du-lich/", "Biển Thiên Cầm vào mùa du lịch", "Báo Nhân dân", "vi", day(2024, 10, 10),
			[]string{"Các hộ kinh doanh đã niêm yết giá.", "Ảnh: Báo Nhân dân", "Lực lượng cứu hộ trực từ 5 giờ sáng."},
			[]string{"https://cdn.vietnam.vn/wp-content/uploads/2024/12/bien-thien-cam.webp.webp"}, nil,
		},
		{
			"https://vietnam.vn/en/vung-ang-don-tau-hang-lon", "Vung Ang port receives a large cargo ship", "Báo Đầu tư", "en", day(2025, 1, 20),
			[]string{"The ship carries seventy thousand tonnes of cargo.", "Ảnh: Báo Đầu tư"},
			[]string{"https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2025/1/20/0c1d2e3f405162738495a6b7c8d9eaf0"}, nil,
		},
		{
			"https://www.vietnam.vn/le-hoi-dau-xuan", "Lễ hội đầu xuân", "TTXVN", "vi", day(2026, 2, 1),
			[]string{"Lễ hội có đua thuyền và hát ví, giặm.", "Ảnh: TTXVN"},
			[]string{"https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000001_duong-len-cua-khau.jpeg"},
			[]string{"https://vstatic.vietnam.vn/vietnam/resource/VIDEO/2026/01/15/le-hoi.mp4"},
		},
	} {
		a, _, err := read.ReadArticle(portalSite, fetched(t, p, c.address), zone())
		if err != nil {
			t.Errorf("%s: %v", c.address, err)
			continue
		}
		if a.Title != c.title || a.Publisher != c.publisher || a.Language != c.language || !a.Published.Equal(c.published) {
			t.Errorf("%s is read as %q of %q in %q at %v", c.address, a.Title, a.Publisher, a.Language, a.Published)
		}
		var texts []string
		for _, one := range a.Paragraphs {
			texts = append(texts, one.Text)
		}
		if !slices.Equal(texts, c.paragraphs) {
			t.Errorf("%s says %q", c.address, texts)
		}
		if got := addresses(a.Pictures); !slices.Equal(got, c.pictures) {
			t.Errorf("%s shows %q", c.address, got)
		}
		if got := addresses(a.Videos); !slices.Equal(got, c.videos) {
			t.Errorf("%s shows the films %q", c.address, got)
		}
	}
}

func addresses(files []read.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.URL)
	}
	return out
}

func TestSchemaIsBelievedBeforeLooks(t *testing.T) {
	t.Parallel()
	p := portal(t)
	p.Turn(sourcestest.JSONLD, true)
	a, findings, err := read.ReadArticle(describe(t)["vietnam.vn"], fetched(t, p, "https://www.vietnam.vn/cua-khau-cau-treo-don-khach-dau-nam"), zone())
	if err != nil {
		t.Fatal(err)
	}
	if a.Author != "Nguyễn Văn An" || !a.Published.Equal(time.Date(2026, 1, 15, 8, 30, 0, 0, zone())) {
		t.Errorf("by %q at %v", a.Author, a.Published)
	}
	used := map[string]string{}
	for _, f := range findings {
		if f.Used && used[f.Field] == "" {
			used[f.Field] = f.Where
		}
	}
	if used["article.published"] != "ld NewsArticle.datePublished" || used["article.title"] != "css h1" {
		t.Errorf("the findings say %v", used)
	}
}

func TestListsOfEveryKind(t *testing.T) {
	t.Parallel()
	p, s := portal(t), describe(t)["vietnam.vn"]
	for _, on := range []sourcestest.Switch{sourcestest.Feeds, sourcestest.Sitemap, sourcestest.WPJSON} {
		p.Turn(on, true)
	}
	const first = "Cửa khẩu quốc tế Cầu Treo đón đoàn khách đầu năm"
	for _, c := range []struct {
		name, address string
		items         int
		read          func(read.Page) ([]read.Item, error)
		picture       string
	}{
		{"page", "https://vietnam.vn/hatinh/", 3, func(f read.Page) ([]read.Item, error) {
			items, _, err := read.ReadList(s, f, zone())
			return items, err
		}, "https://vphoto.vietnam.vn/thumb/640x360/vietnam/resource/IMAGE/2026/01/15/1768440000000_cua-khau-cau-treo.jpeg"},
		{"feed", "https://www.vietnam.vn/feed/", 5, func(f read.Page) ([]read.Item, error) { return read.ReadFeed(s, f) }, "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000000_cua-khau-cau-treo.jpeg"},
		{"sitemap", "https://www.vietnam.vn/sitemap.xml", 5, func(f read.Page) ([]read.Item, error) {
			items, _, err := read.ReadSitemap(s, f)
			return items, err
		}, "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000000_cua-khau-cau-treo.jpeg"},
		{"wp_json", "https://www.vietnam.vn/wp-json/wp/v2/posts", 5, func(f read.Page) ([]read.Item, error) { return read.ReadWPJSON(s, f) }, "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768440000000_cua-khau-cau-treo.jpeg"},
	} {
		items, err := c.read(fetched(t, p, c.address))
		if err != nil || len(items) != c.items {
			t.Errorf("%s gives %d items, %v", c.name, len(items), err)
			continue
		}
		if items[0].Title != first || items[0].Picture != c.picture || !strings.HasSuffix(items[0].URL, "/cua-khau-cau-treo-don-khach-dau-nam") {
			t.Errorf("%s begins with %+v", c.name, items[0])
		}
		for _, i := range items {
			if strings.Contains(i.URL, "evil.example") {
				t.Errorf("%s leads to %s", c.name, i.URL)
			}
		}
	}
}

func TestTheNewestPartOfAnIndex(t *testing.T) {
	t.Parallel()
	s := describe(t)["vietnam.vn"]
	part := func(name, changed string) string {
		if changed != "" {
			changed = "<lastmod>" + changed + "</lastmod>"
		}
		return "<sitemap><loc>https://www.vietnam.vn/" + name + ".xml</loc>" + changed + "</sitemap>"
	}
	for _, c := range []struct{ name, parts, want string }{
		{"newest first", part("c", "2026-03-01T08:00:00+07:00") + part("b", "2026-02-01") + part("a", "2025-01-01"), "c"},
		{"newest in the middle", part("a", "2025-01-01") + part("c", "2026-03-01") + part("b", "2026-02-01"), "c"},
		{"one that does not say when", part("a", "2025-01-01") + part("b", ""), "a"},
		{"none says when", part("a", "") + part("b", ""), "b"},
		{"one that leads away", part("a", "2025-01-01") + "<sitemap><loc>https://evil.example/x.xml</loc><lastmod>2026-09-09</lastmod></sitemap>", "a"},
	} {
		body := `<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + c.parts + `</sitemapindex>`
		items, got, err := read.ReadSitemap(s, read.Page{URL: "https://www.vietnam.vn/sitemap.xml", Type: "application/xml", Body: []byte(body)})
		if err != nil || len(items) != 0 || got != "https://www.vietnam.vn/"+c.want+".xml" {
			t.Errorf("%s gives %q, %v, %v", c.name, got, items, err)
		}
	}
}

// TestAnotherSiteByItsDescriptionAlone takes a site that is made quite
// differently, with nothing but a text.
func TestAnotherSiteByItsDescriptionAlone(t *testing.T) {
	t.Parallel()
	const text = `id: bao.example
name: Báo Sông La
like: article
hosts: [bao.example]
lists: [{id: tin, name: Tin, kind: page, url: "https://bao.example/tin"}]
item:
  within: '[data-kind="story"]'
  link: [{css: "a[href]", attr: href}]
  title: [{css: header}]
  picture: [{css: "[data-anh]", attr: data-anh}]
article:
  title: [{css: "#ten"}]
  publisher: [{css: .nguon, pattern: '^Theo (?P<v>.+)$'}]
  published: [{css: .ngay, pattern: '\d{2}/\d{2}/\d{4}', layout: 02/01/2006}]
  body: [{css: "#noidung"}]
  pictures: [{css: "[data-anh]", attr: data-anh}]
`
	p, s := portal(t), describe(t, []byte(text))["bao.example"]
	items, _, err := read.ReadList(s, fetched(t, p, "https://bao.example/tin"), zone())
	if err != nil || len(items) != 1 || items[0].URL != "https://bao.example/doc.php?id=7" || items[0].Picture != "https://bao.example/hinh/7.jpg" {
		t.Fatalf("the list gives %+v, %v", items, err)
	}
	a, _, err := read.ReadArticle(s, fetched(t, p, items[0].URL), zone())
	if err != nil {
		t.Fatal(err)
	}
	if a.Title != "Thuyền buồm trên sông La" || a.Publisher != "Báo Sông La" || a.Published.Format("2006-01-02") != "2026-03-05" ||
		len(a.Paragraphs) != 2 || len(a.Pictures) != 1 {
		t.Errorf("the article is read as %+v", a)
	}
}

func TestPagesThatAreNone(t *testing.T) {
	t.Parallel()
	s := describe(t)["vietnam.vn"]
	if _, _, err := read.ReadArticle(s, read.Page{URL: "https://www.vietnam.vn/x", Type: "text/html", Body: []byte("<p>")}, zone()); playlists.ReasonOf(err) != "page_without_title" {
		t.Errorf("a page without a title gives %v", err)
	}
	for name, body := range map[string]string{
		"deep": strings.Repeat("<div>", 400), "wide": "<h1>A</h1>" + strings.Repeat("<p>x", 61000),
	} {
		if _, _, err := read.ReadArticle(s, read.Page{URL: "https://www.vietnam.vn/x", Type: "text/html", Body: []byte(body)}, zone()); playlists.ReasonOf(err) != "page_too_complex" {
			t.Errorf("a page that is too %s gives %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"feed":    second(read.ReadFeed(s, read.Page{URL: "https://www.vietnam.vn/feed/", Body: []byte("<html>")})),
		"wp_json": second(read.ReadWPJSON(s, read.Page{Body: []byte("<html>")})),
	} {
		if playlists.ReasonOf(err) != "list_unreadable" {
			t.Errorf("a page in place of %s gives %v", name, err)
		}
	}
}

func second(_ []read.Item, err error) error { return err }

// FuzzPages reads whatever comes: it may find nothing, never break, and gives
// no address that the site's description does not allow.
func FuzzPages(f *testing.F) {
	builtin, err := site.BuiltIn()
	if err != nil {
		f.Fatal(err)
	}
	sites := map[string]*site.Site{}
	for _, text := range builtin {
		s, err := site.Parse(text, func(id string) (*site.Site, bool) { s, ok := sites[id]; return s, ok })
		if err != nil {
			f.Fatal(err)
		}
		sites[s.ID] = s
	}
	f.Add([]byte(`<h1>A</h1><p class=sapo>B</p><span>Báo ABáo A01/02/2024</span><article><p>C<img data-src=//vstatic.vietnam.vn/a></article>`))
	f.Add([]byte(`<script type="application/ld+json">[{"@type":["NewsArticle"],"headline":{"@value":"x"},"image":[{"url":"https://vstatic.vietnam.vn/a"}]}]</script><h1>x</h1>`))
	f.Add([]byte(`<rss><channel><item><link>https://www.vietnam.vn/a</link></item></channel></rss>`))
	f.Add([]byte(`<urlset><url><loc>https://www.vietnam.vn/a</loc></url></urlset>`))
	f.Add([]byte(`[{"link":"https://www.vietnam.vn/a","title":{"rendered":"<b>x"}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := sites["vietnam.vn"]
		from := read.Page{URL: "https://www.vietnam.vn/a", Type: "text/html", Body: body}
		if a, _, err := read.ReadArticle(s, from, zone()); err == nil {
			for _, file := range append(a.Pictures, a.Videos...) {
				if !s.MayFetch(file.URL) {
					t.Errorf("it would fetch %q", file.URL)
				}
			}
		}
		lists, _, _ := read.ReadList(s, from, zone())
		feed, _ := read.ReadFeed(s, from)
		posts, _ := read.ReadWPJSON(s, from)
		maps, _, _ := read.ReadSitemap(s, from)
		for _, item := range slices.Concat(lists, feed, posts, maps) {
			if _, err := s.Read(item.URL); err != nil {
				t.Errorf("it would follow %q", item.URL)
			}
		}
	})
}
