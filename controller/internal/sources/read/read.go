// Package read reads what sites answer with, as their descriptions say: pages
// with articles, pages with lists, feeds, sitemaps. It fetches nothing, and
// gives text and addresses only, never markup.
package read

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Bounds on what is taken from a page.
const (
	maxItems      = 500
	maxParagraphs = 400
	maxText       = 8000 // bytes of one value
	maxFiles      = 100  // pictures, and films
	maxElements   = 60000
	maxDepth      = 300 // of elements in elements
)

// Item is an entry of a list.
type Item struct {
	URL       string // absolute
	Title     string
	Picture   string // absolute, "" when there is none
	Published time.Time
}

// Article is what a page says.
type Article struct {
	URL        string // the page's own, as fetched
	Title      string
	Summary    string
	Publisher  string // the paper it first appeared in
	Author     string
	Published  time.Time // zero when unknown
	Modified   time.Time
	Language   string // as the page claims; "" when it does not
	Paragraphs []Paragraph
	Pictures   []File
	Videos     []File
}

// Paragraph is a piece of an article's body.
type Paragraph struct {
	Kind ParagraphKind
	Text string
}

// ParagraphKind is what a paragraph is.
type ParagraphKind string

// The kinds.
const (
	Plain   ParagraphKind = "plain"
	Heading ParagraphKind = "heading"
	Caption ParagraphKind = "caption"
)

// File is a picture or film that a page shows. URL is where it is fetched
// from: the original, where the description knows how to derive it.
type File struct {
	URL   string
	Shown string // the address in the page
	Alt   string
}

// Finding is what one finder of a description came upon.
type Finding struct {
	Field  string // "article.title"
	Where  string // the finder, as the description writes it
	Values []string
	Used   bool // it gave the field's value, or a part of it
}

// page is one that is being read.
type page struct {
	site     *site.Site
	doc      *goquery.Document
	at       *url.URL
	ld       []map[string]any
	readable func() *goquery.Selection
	findings []Finding
}

func open(s *site.Site, address, contentType string, body []byte) (*page, error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("cannot read the page's address %.200q: %w", address, err)
	}
	text, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return nil, unreadable(err)
	}
	doc, err := goquery.NewDocumentFromReader(text)
	if err != nil {
		return nil, unreadable(err)
	}
	if err := bounded(doc.Nodes[0]); err != nil {
		return nil, err
	}
	if base, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if b, err := at.Parse(base); err == nil {
			at = b
		}
	}
	p := &page{site: s, doc: doc, at: at}
	p.ld = schemas(doc)
	doc.Find("script, style, noscript, template, iframe, svg").Remove()
	return p, nil
}

// bounded refuses a page that is made to keep its reader busy: what follows
// looks at elements many times over.
func bounded(root *html.Node) error {
	elements, depth := 0, 0
	for n := root; n != nil; {
		if n.Type == html.ElementNode {
			elements++
		}
		if elements > maxElements || depth > maxDepth {
			return playlists.Errorf(playlists.TooLarge, "page_too_complex", nil, "cannot read the page: it has more than %d elements, or they lie deeper than %d", maxElements, maxDepth)
		}
		switch {
		case n.FirstChild != nil:
			n, depth = n.FirstChild, depth+1
		default:
			for n != nil && n != root && n.NextSibling == nil {
				n, depth = n.Parent, depth-1
			}
			if n == nil || n == root {
				return nil
			}
			n = n.NextSibling
		}
	}
	return nil
}

// short gives an element's text when it is no longer than a line.
func short(n *html.Node, most int) (string, bool) {
	var b strings.Builder
	var walk func(*html.Node) bool
	walk = func(n *html.Node) bool {
		if n.Type == html.TextNode {
			if b.Len()+len(n.Data) > most {
				return false
			}
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !walk(c) {
				return false
			}
		}
		return true
	}
	ok := walk(n)
	return b.String(), ok
}

func unreadable(err error) error {
	return playlists.Errorf(playlists.Invalid, "page_unreadable", nil, "cannot read the page: %w", err)
}

// absolute resolves a link of the page.
func (p *page) absolute(link string) (string, error) {
	link = strings.TrimSpace(link)
	if link == "" {
		return "", errors.New("cannot follow an empty link")
	}
	u, err := p.at.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || len(u.String()) > 2048 {
		return "", fmt.Errorf("cannot follow %.100q", link)
	}
	u.Fragment = ""
	return u.String(), nil
}
