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
