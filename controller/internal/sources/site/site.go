// Package site reads descriptions of sites: which hosts one has, how its
// addresses, lists and articles are read and where its full pictures lie. A
// description is data, so that a change of the site is an edit, not a release.
package site

import (
	"slices"
	"strings"
	"time"
)

// Site describes one site. It is made by Parse and is read only afterwards.
type Site struct {
	ID        string        `yaml:"id"`          // "vietnam.vn"; never changes
	Name      string        `yaml:"name"`        // for people
	Note      string        `yaml:"note"`        // what a person should know who reads or changes it
	Like      string        `yaml:"like"`        // the description that says what this one leaves open
	Rights    Rights        `yaml:"rights"`      // whose what it shows is
	Hosts     []string      `yaml:"hosts"`       // of pages; the first is the one of canonical addresses
	Media     []string      `yaml:"media_hosts"` // of pictures and films, besides Hosts
	Pace      time.Duration `yaml:"pace"`        // least time between two requests to one host
	MediaPace time.Duration `yaml:"media_pace"`  // the same for hosts of pictures and films
	Languages Languages     `yaml:"languages"`
	Lists     []List        `yaml:"lists"`
	Item      Item          `yaml:"item"`
	Article   Article       `yaml:"article"`
	Originals []Rewrite     `yaml:"originals"`
}

// Rights says who can permit that something of a site is shown.
type Rights string

// Whose rights.
const (
	Publishers Rights = ""       // the site's, or the paper's that it took it from
	Authors    Rights = "author" // each author's own, as of the entries of a contest
)

// Languages says how an address tells the language of its page.
type Languages struct {
	Segments []string `yaml:"segments"` // first path segments that name a language
	Default  string   `yaml:"default"`  // of an address without one
}

// ListKind is what a list's address answers with.
type ListKind string

// The kinds.
const (
	Page    ListKind = "page"    // HTML, read by Item
	Feed    ListKind = "feed"    // RSS, Atom or JSON Feed
	Sitemap ListKind = "sitemap" // sitemaps.org, with or without an index
	WPJSON  ListKind = "wp_json" // the posts of WordPress's REST interface
)

// List is an address at which a site lists articles. URL may hold {lang},
// {slug}, {query} and {page}.
type List struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Kind    ListKind `yaml:"kind"`
	URL     string   `yaml:"url"`
	Topic   string   `yaml:"topic"` // what Choices are: category, province, event; "" when there are none
	Choices []Choice `yaml:"choices"`
	Legacy  bool     `yaml:"legacy"` // may be gone; a list that does not answer is no fault
}

// Choice fills {slug} of a list's address.
type Choice struct {
	Slug string `yaml:"slug"`
	Name string `yaml:"name"`
}

// Item says how one entry of a list page is read. Within is what marks an
// entry; the finders look inside it, or near it.
type Item struct {
	Within  string   `yaml:"within"`
	Link    []Finder `yaml:"link"`
	Title   []Finder `yaml:"title"`
	Picture []Finder `yaml:"picture"`
	Date    []Finder `yaml:"date"`
}

// Article says how a page is read. The first finder of a field that finds
// something gives it; Pictures and Videos gather from all.
type Article struct {
	Title     []Finder `yaml:"title"`
	Summary   []Finder `yaml:"summary"`
	Publisher []Finder `yaml:"publisher"` // the paper it first appeared in
	Author    []Finder `yaml:"author"`
	Published []Finder `yaml:"published"`
	Modified  []Finder `yaml:"modified"`
	Language  []Finder `yaml:"language"`
	Body      []Finder `yaml:"body"`
	Pictures  []Finder `yaml:"pictures"`
	Videos    []Finder `yaml:"videos"`
}

// Finder is one way to find a value. Exactly one of CSS, Near, Meta, LD, Lines,
// Self and Readable says where it looks; the rest says what is taken from there.
type Finder struct {
	CSS      string `yaml:"css"`      // elements that match
	Near     string `yaml:"near"`     // the match that is nearest to a list's entry
	Meta     string `yaml:"meta"`     // <meta property=… or name=…>
	LD       string `yaml:"ld"`       // schema.org data in the page: "NewsArticle.author.name"
	Lines    bool   `yaml:"lines"`    // the page's lines of text below its heading, one by one
	Self     bool   `yaml:"self"`     // the entry, or the page's root element
	Readable bool   `yaml:"readable"` // what a reader's view takes for the body

	Attr    string `yaml:"attr"`    // this attribute, not the text
	Pattern string `yaml:"pattern"` // only what this expression finds: its group "v", else all of it
	Halve   bool   `yaml:"halve"`   // a text that says the same thing twice is taken once
	Layout  string `yaml:"layout"`  // of a date, as Go writes layouts; "" tries the usual ones
}

// Rewrite derives the address of the full picture from one of a smaller copy.
type Rewrite struct {
	From string `yaml:"from"` // a regular expression
	To   string `yaml:"to"`   // with $1
}

// PaceAt gives the least time between two requests to a host.
func (s *Site) PaceAt(host string) time.Duration {
	if slices.Contains(s.Hosts, strings.ToLower(host)) {
		return s.Pace
	}
	return s.MediaPace
}

// Where names where a finder looks, as the description writes it.
func (f Finder) Where() string {
	switch {
	case f.CSS != "":
		return "css " + f.CSS
	case f.Near != "":
		return "near " + f.Near
	case f.Meta != "":
		return "meta " + f.Meta
	case f.LD != "":
		return "ld " + f.LD
	case f.Lines:
		return "lines " + f.Pattern
	case f.Readable:
		return "readable"
	default:
		return "self"
	}
}
