package read

import (
	"bytes"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"

	"cotmoc/playlists"
)

const blocks = "p, h2, h3, h4, li, blockquote, figcaption, td"

// lines gives the page's lines of text in the order of the page, from its
// heading on.
func (p *page) lines() []string {
	var out []string
	heading := p.doc.Find("h1").First()
	below := heading.Length() == 0
	p.doc.Find("body *").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if !below {
			below = s.IsSelection(heading)
			return true
		}
		if s.Children().Length() > 6 { // a container, not a line
			return true
		}
		const longest = 600 // bytes, white space included
		if text, ok := short(s.Nodes[0], longest); ok {
			if t := playlists.Clean(text); t != "" {
				out = append(out, t)
			}
		}
		return len(out) < maxItems
	})
	return out
}

// reader gives what a reader's view takes for the body.
func (p *page) reader() *goquery.Selection {
	if p.readable == nil {
		found := p.extract()
		p.readable = func() *goquery.Selection { return found }
	}
	return p.readable()
}

func (p *page) extract() *goquery.Selection {
	none := p.doc.Selection.Slice(0, 0)
	html, err := p.doc.Html()
	if err != nil {
		return none
	}
	parser := readability.NewParser()
	parser.MaxElemsToParse = 20000
	article, err := parser.Parse(strings.NewReader(html), p.at)
	if err != nil || article.Node == nil {
		return none
	}
	var b bytes.Buffer
	if err := article.RenderHTML(&b); err != nil {
		return none
	}
	doc, err := goquery.NewDocumentFromReader(&b)
	if err != nil {
		return none
	}
	return doc.Find("body")
}

// paragraphs gives the body's text in pieces, without the lines at its head
// that say what the article's other fields say.
func (p *page) paragraphs(a *Article) []Paragraph {
	var out []Paragraph
	for _, f := range p.site.Article.Body {
		var body *goquery.Selection
		if f.Readable {
			body = p.reader()
		} else {
			body = p.doc.Find(f.CSS).First()
		}
		used := false
		if len(out) == 0 {
			out = pieces(body, a)
			used = len(out) > 0
		}
		p.findings = append(p.findings, Finding{Field: "article.body", Where: f.Where(), Values: few(texts(body, "")), Used: used})
	}
	return out
}

func pieces(body *goquery.Selection, a *Article) []Paragraph {
	var out []Paragraph
	body.Find(blocks).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if s.Find(blocks).Length() > 0 {
			return true // its pieces come by themselves
		}
		text := clip(playlists.Clean(s.Text()))
		if text == "" || len(out) == 0 && a.says(text) {
			return true
		}
		kind := Plain
		switch {
		case s.Is("h2, h3, h4"):
			kind = Heading
		case s.Is("figcaption") || s.Closest("figure").Length() > 0:
			kind = Caption
		}
		out = append(out, Paragraph{Kind: kind, Text: text})
		return len(out) < maxParagraphs
	})
	if text := clip(playlists.Clean(body.Text())); len(out) == 0 && text != "" {
		out = append(out, Paragraph{Kind: Plain, Text: text})
	}
	return out
}

// says tells whether a line repeats the title or the summary, or is a byline.
func (a *Article) says(line string) bool {
	folded := playlists.Fold(line)
	if folded == playlists.Fold(a.Title) || folded == playlists.Fold(a.Summary) {
		return true
	}
	const longest = 120 // bytes; a sentence of the body is longer, or has no date
	return len(line) < longest && a.Publisher != "" && strings.HasPrefix(line, a.Publisher) &&
		!a.Published.IsZero() && strings.HasSuffix(line, a.Published.Format("02/01/2006"))
}
