package sourcestest

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
)

const www = "https://www.vietnam.vn"

func (p *Portal) rss() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Vietnam.vn</title>`)
	for _, piece := range p.ordered() {
		fmt.Fprintf(&b, `<item><title>%s</title><link>%s%s</link><pubDate>Thu, 15 Jan 2026 08:30:00 +0700</pubDate><enclosure url=%q type="image/jpeg" length="1"/></item>`,
			html.EscapeString(piece.Titles["vi"]), www, path(piece, "vi"), piece.Pictures[0])
	}
	b.WriteString(`<item><title>Nơi khác</title><link>https://evil.example/</link></item></channel></rss>`)
	return b.String()
}

func (p *Portal) sitemap() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for _, piece := range p.ordered() {
		fmt.Fprintf(&b, `<url><loc>%s%s</loc><lastmod>2026-01-15</lastmod><image:image><image:loc>%s</image:loc></image:image><news:news><news:publication_date>2026-01-15</news:publication_date><news:title>%s</news:title></news:news></url>`,
			www, path(piece, "vi"), piece.Pictures[0], html.EscapeString(piece.Titles["vi"]))
	}
	return b.String() + "</urlset>"
}

func (p *Portal) posts() string {
	type rendered struct {
		Rendered string `json:"rendered"`
	}
	posts := []any{}
	for _, piece := range p.ordered() {
		posts = append(posts, map[string]any{
			"link": www + path(piece, "vi"), "date_gmt": "2026-01-15T01:30:00", "title": rendered{html.EscapeString(piece.Titles["vi"])},
			"_embedded": map[string]any{"wp:featuredmedia": []any{map[string]string{"source_url": piece.Pictures[0]}}},
		})
	}
	text, err := json.Marshal(posts)
	if err != nil {
		return "[]"
	}
	return string(text)
}

// other is a site that nothing but its description knows.
func (p *Portal) other(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/tin":
		fmt.Fprint(w, `<html><body><section data-kind="story"><header>Thuyền buồm trên sông La</header><a href="doc.php?id=7">đọc</a><i style="" data-anh="/hinh/7.jpg"></i></section></body></html>`)
	case "/doc.php":
		fmt.Fprint(w, `<html><body><div id="ten">Thuyền buồm trên sông La</div><b class="ngay">Ngày đăng: 05/03/2026 (GMT+7)</b><b class="nguon">Theo Báo Sông La</b><div id="noidung"><p>Hội đua có mười hai đội.</p><p>Giải nhất thuộc về đội Đức Thọ.</p></div><img data-anh="/hinh/7.jpg"></body></html>`)
	case "/hinh/7.jpg":
		p.mu.Lock()
		f := p.files[second[len("https://"):]]
		p.mu.Unlock()
		w.Header().Set("Content-Type", f.Type)
		_, _ = w.Write(f.Body)
	default:
		http.NotFound(w, r)
	}
}
