package read

import (
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Page is a page as fetched.
type Page struct {
	URL  string // after redirects
	Type string // of its Content-Type header
	Body []byte
}

// ReadArticle reads a page with an article. Dates without a zone are in zone.
// The findings tell, finder by finder, what the description came upon.
func ReadArticle(s *site.Site, from Page, zone *time.Location) (*Article, []Finding, error) {
	p, err := open(s, from.URL, from.Type, from.Body)
	if err != nil {
		return nil, nil, err
	}
	rules, whole := &s.Article, p.doc.Selection
	a := &Article{URL: from.URL}
	a.Title = title(p.first("article.title", rules.Title, whole))
	a.Summary = p.first("article.summary", rules.Summary, whole)
	a.Publisher = title(p.first("article.publisher", rules.Publisher, whole))
	a.Author = title(p.first("article.author", rules.Author, whole))
	a.Published = p.date("article.published", rules.Published, whole, zone)
	a.Modified = p.date("article.modified", rules.Modified, whole, zone)
	a.Language = language(p.first("article.language", rules.Language, whole))
	a.Pictures = p.files("article.pictures", rules.Pictures)
	a.Videos = p.files("article.videos", rules.Videos)
	a.Paragraphs = p.paragraphs(a)
	if a.Title == "" {
		return a, p.findings, playlists.Errorf(playlists.Invalid, "page_without_title", nil,
			"cannot read an article from this page: no title was found; test the site's description against it")
	}
	return a, p.findings, nil
}

// date gives a field's first value that is a date.
func (p *page) date(field string, finders []site.Finder, within *goquery.Selection, zone *time.Location) time.Time {
	var found time.Time
	for _, f := range finders {
		values := p.apply(f, within)
		used := false
		for _, v := range values {
			if t, ok := date(v, f.Layout, zone); ok && found.IsZero() {
				found, used = t, true
			}
		}
		p.findings = append(p.findings, Finding{Field: field, Where: f.Where(), Values: few(values), Used: used})
	}
	return found
}

// files gathers pictures or films from every finder, each once, those that the
// site's hosts hold.
func (p *page) files(field string, finders []site.Finder) []File {
	var out []File
	for _, v := range p.find(field, finders, p.doc.Selection, true) {
		shown, err := p.absolute(v)
		if err != nil || len(out) >= maxFiles {
			continue
		}
		f := File{URL: p.site.Original(shown), Shown: shown, Alt: p.alt(v)}
		if p.site.MayFetch(f.URL) && !slices.ContainsFunc(out, func(o File) bool { return o.URL == f.URL }) {
			out = append(out, f)
		}
	}
	return out
}

// alt gives what the page says a picture shows.
func (p *page) alt(link string) string {
	var alt string
	p.doc.Find("img").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		for _, attr := range []string{"src", "data-src"} {
			if v, ok := s.Attr(attr); ok && strings.TrimSpace(v) == link {
				alt = title(s.AttrOr("alt", ""))
			}
		}
		return alt == ""
	})
	return alt
}

func title(s string) string {
	r := []rune(playlists.Clean(s))
	return strings.TrimSpace(string(r[:min(len(r), playlists.MaxTitle)]))
}

// language takes the first part of a tag such as "vi-VN" or "vi_VN".
func language(tag string) string {
	tag = strings.ToLower(tag)
	if i := strings.IndexAny(tag, "-_"); i > 0 {
		tag = tag[:i]
	}
	if len(tag) < 2 || len(tag) > 3 {
		return ""
	}
	return tag
}
