package read

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// find gives the values of a field, from the first finder that has any, or
// from all of them. within is the list's entry, or the whole page.
func (p *page) find(field string, finders []site.Finder, within *goquery.Selection, all bool) []string {
	var values []string
	for _, f := range finders {
		found := p.apply(f, within)
		used := len(found) > 0 && (all || len(values) == 0)
		if used {
			values = append(values, found...)
		}
		p.findings = append(p.findings, Finding{Field: field, Where: f.Where(), Values: few(found), Used: used})
	}
	return values
}

// first gives a field's one value, "" when nothing was found.
func (p *page) first(field string, finders []site.Finder, within *goquery.Selection) string {
	if values := p.find(field, finders, within, false); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (p *page) apply(f site.Finder, within *goquery.Selection) []string {
	var raw []string
	switch {
	case f.LD != "":
		raw = lookUp(p.ld, f.LD)
	case f.Lines:
		raw = p.lines()
	case f.Readable:
		raw = texts(p.reader(), f.Attr)
	case f.Meta != "":
		raw = texts(p.metas(f.Meta), "content")
	case f.CSS != "":
		raw = texts(within.Find(f.CSS), f.Attr)
	case f.Near != "":
		raw = texts(nearest(within, f.Near), f.Attr)
	default:
		raw = texts(within.First(), f.Attr)
	}
	var pattern *regexp.Regexp
	if f.Pattern != "" {
		pattern = regexp.MustCompile(f.Pattern) // the description was validated
	}
	var values []string
	for _, v := range raw {
		v = playlists.Clean(v)
		if pattern != nil {
			v = matched(pattern, v)
		}
		if f.Halve {
			v = halved(v)
		}
		if v = clip(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// metas gives the page's <meta> elements of a name or property.
func (p *page) metas(name string) *goquery.Selection {
	return p.doc.Find("meta").FilterFunction(func(_ int, s *goquery.Selection) bool {
		for _, attr := range []string{"property", "name", "itemprop"} {
			if v, ok := s.Attr(attr); ok && strings.EqualFold(v, name) {
				return true
			}
		}
		return false
	})
}

// nearest climbs from an entry until there is a match inside.
func nearest(entry *goquery.Selection, selector string) *goquery.Selection {
	const highest = 5 // beyond that it belongs to another entry
	for at, n := entry.First(), 0; at.Length() > 0 && n < highest; at, n = at.Parent(), n+1 {
		if at.Is("body") {
			break
		}
		if m := at.Find(selector); m.Length() > 0 {
			return m.First()
		}
	}
	return entry.Slice(0, 0)
}

func texts(s *goquery.Selection, attr string) []string {
	var out []string
	s.EachWithBreak(func(_ int, one *goquery.Selection) bool {
		if attr == "" {
			out = append(out, one.Text())
		} else if v, ok := one.Attr(attr); ok {
			out = append(out, v)
		}
		return len(out) < maxItems
	})
	return out
}

func matched(e *regexp.Regexp, text string) string {
	m := e.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	if i := e.SubexpIndex("v"); i >= 0 {
		return m[i]
	}
	return m[0]
}

// halved takes once what a text says twice, glued or not.
func halved(s string) string {
	s = strings.TrimSpace(s)
	half := len(s) / 2
	for _, at := range []int{half, half + 1} {
		if at > 0 && at <= len(s) && strings.TrimSpace(s[:at]) == strings.TrimSpace(s[at:]) {
			return strings.TrimSpace(s[:at])
		}
	}
	return s
}

func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	s = s[:maxText]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// few is what people are shown of many values.
func few(values []string) []string {
	const most, longest = 8, 300
	out := make([]string, 0, min(len(values), most))
	for _, v := range values[:min(len(values), most)] {
		if r := []rune(v); len(r) > longest {
			v = string(r[:longest]) + "…"
		}
		out = append(out, v)
	}
	return out
}
