package sourcestest

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
)

// page answers for the portal's own hosts.
func (p *Portal) page(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	lang := "vi"
	if slices.Contains([]string{"en", "lo", "th", "fr", "es", "ko"}, segments[0]) {
		lang, segments = segments[0], segments[1:]
	}
	slug := strings.Join(segments, "/")
	switch slug {
	case "cham":
		p.mu.Unlock()
		slowly(w, r)
		p.mu.Lock()
		return
	case "khong-lo":
		huge(w)
		return
	case "chuyen-huong-cau-treo": // an old slug
		http.Redirect(w, r, "/cua-khau-cau-treo-don-khach-dau-nam", http.StatusMovedPermanently)
		return
	case "chuyen-vao-trong":
		http.Redirect(w, r, "http://127.0.0.1/", http.StatusFound)
		return
	case "sai-kieu":
		w.Header().Set("Content-Type", "application/x-msdownload")
		fmt.Fprint(w, "<h1>Sai kiểu</h1>")
		return
	case "feed":
		p.offered(w, r, Feeds, "application/rss+xml", p.rss)
		return
	case "sitemap.xml":
		p.offered(w, r, Sitemap, "application/xml", p.sitemap)
		return
	case "wp-json/wp/v2/posts":
		p.offered(w, r, WPJSON, "application/json", p.posts)
		return
	case "", "hatinh", "nghean", "category/du-lich", "category/kinh-te", "events":
		p.list(w, slug, lang)
		return
	}
	piece, ok := p.pieces[slug]
	if !ok || piece.Titles[lang] == "" {
		http.NotFound(w, r)
		return
	}
	if piece.Withdrawn {
		http.Error(w, "gone", http.StatusGone)
		return
	}
	p.article(w, r, piece, lang)
}

func (p *Portal) offered(w http.ResponseWriter, r *http.Request, s Switch, kind string, text func() string) {
	if !p.on[s] {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	fmt.Fprint(w, text())
}

// list is a page of links: each article's picture and its heading are two
// links, the picture is lazy, the addresses are relative.
func (p *Portal) list(w http.ResponseWriter, slug, lang string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><html lang=%q><head><title>Danh sách</title></head><body><a href=\"/lien-he\">Liên hệ</a>", lang)
	for _, piece := range p.ordered() {
		title := piece.Titles[lang]
		if title == "" || piece.Withdrawn || slug != "" && !strings.HasPrefix(slug, "category/") && slug != piece.Province {
			continue
		}
		fmt.Fprintf(w, `<div class="v-card"><div class="v-thumb"><img src="/anh-trong.gif" data-src=%q alt=""></div><h3><a class="v-link-title" href=%q title=%q>%s</a></h3></div>`,
			thumb(piece.Pictures[0]), path(piece, lang), title, html.EscapeString(title))
	}
	fmt.Fprint(w, `<a class="v-link-title" href="https://evil.example/bai" title="Quảng cáo">Quảng cáo</a></body></html>`)
}

func thumb(picture string) string {
	if rest, ok := strings.CutPrefix(picture, "https://vstatic.vietnam.vn/"); ok {
		return "https://vphoto.vietnam.vn/thumb/640x360/" + rest
	}
	return picture
}

func path(piece *Piece, lang string) string {
	at := "/" + piece.Slug
	if lang != "vi" {
		at = "/" + lang + at
	}
	if piece.Slash {
		at += "/"
	}
	return at
}

func (p *Portal) article(w http.ResponseWriter, r *http.Request, piece *Piece, lang string) {
	tag := fmt.Sprintf(`"%s-%s-%v"`, piece.Slug, lang, piece.Changed)
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	title := piece.Titles[lang]
	body := piece.Body[lang]
	if piece.Changed {
		body = append(slices.Clone(body), "Bài đã được đính chính: cửa khẩu mở đến 20 giờ.")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!doctype html><html lang=%q><head><title>%s - Vietnam.vn</title><meta property="og:title" content=%q><meta property="og:image" content=%q>`,
		lang, html.EscapeString(title), title, thumb(piece.Pictures[0]))
	if p.on[JSONLD] {
		fmt.Fprintf(w, `<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"NewsArticle","headline":%q,"datePublished":"2026-01-15T08:30:00+07:00","author":{"@type":"Person","name":"Nguyễn Văn An"},"publisher":{"@type":"Organization","name":%q}}]}</script>`, title, piece.Paper)
	}
	fmt.Fprintf(w, `</head><body><nav><a href="/">Trang chủ</a></nav><main><h1>%s</h1>`, html.EscapeString(title))
	if piece.Sapo != "" {
		fmt.Fprintf(w, `<p class="sapo">%s</p>`, html.EscapeString(piece.Sapo))
	}
	fmt.Fprintf(w, `<div class="v-source"><span>%s</span><span>%s</span><span>%s</span></div><article>`, piece.Paper, piece.Paper, piece.Date)
	if piece.Repeats {
		fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(piece.Sapo))
	}
	for i, text := range body {
		fmt.Fprintf(w, "<p>%s</p>", html.EscapeString(text))
		if i < len(piece.Pictures) {
			fmt.Fprintf(w, `<figure><img src="/anh-trong.gif" data-src=%q alt="Ảnh minh họa"><figcaption>Ảnh: %s</figcaption></figure>`, thumb(piece.Pictures[i]), piece.Paper)
		}
	}
	if piece.Film != "" {
		fmt.Fprintf(w, `<video controls><source src=%q type="video/mp4"></video>`, piece.Film)
	}
	fmt.Fprint(w, `</article></main><footer><p>Bản quyền</p></footer></body></html>`)
}

func (p *Portal) ordered() []*Piece {
	var out []*Piece
	for _, piece := range pieces() {
		out = append(out, p.pieces[piece.Slug])
	}
	return out
}
