package read

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// ReadFeed reads RSS, Atom or a JSON Feed.
func ReadFeed(s *site.Site, from Page) ([]Item, error) {
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(from.Body))
	if err != nil {
		return nil, notThat("feed", err)
	}
	var items []Item
	for _, entry := range feed.Items[:min(len(feed.Items), maxItems)] {
		item := Item{Title: title(entry.Title)}
		if entry.PublishedParsed != nil {
			item.Published = *entry.PublishedParsed
		}
		if entry.Image != nil {
			item.Picture = entry.Image.URL
		}
		for _, e := range entry.Enclosures {
			if item.Picture == "" && len(e.Type) > 6 && e.Type[:6] == "image/" {
				item.Picture = e.URL
			}
		}
		if item.Picture == "" {
			item.Picture = pictureIn(entry.Description + entry.Content)
		}
		items = keep(s, items, from.URL, entry.Link, item)
	}
	return items, nil
}

// ReadWPJSON reads posts as WordPress's REST interface gives them.
func ReadWPJSON(s *site.Site, from Page) ([]Item, error) {
	var posts []struct {
		Link    string `json:"link"`
		DateGMT string `json:"date_gmt"`
		Title   struct {
			Rendered string `json:"rendered"`
		} `json:"title"`
		Embedded struct {
			Media []struct {
				SourceURL string `json:"source_url"`
			} `json:"wp:featuredmedia"`
		} `json:"_embedded"`
	}
	if err := json.Unmarshal(from.Body, &posts); err != nil {
		return nil, notThat("wp_json", err)
	}
	var items []Item
	for _, post := range posts[:min(len(posts), maxItems)] {
		item := Item{Title: title(plain(post.Title.Rendered))}
		if t, ok := date(post.DateGMT, "", time.UTC); ok {
			item.Published = t
		}
		if len(post.Embedded.Media) > 0 {
			item.Picture = post.Embedded.Media[0].SourceURL
		}
		items = keep(s, items, from.URL, post.Link, item)
	}
	return items, nil
}

// ReadSitemap reads a sitemap, or an index of sitemaps, of which it gives the
// part that has changed last: by what the index says, else the last one.
func ReadSitemap(s *site.Site, from Page) (items []Item, part string, err error) {
	var doc struct {
		XMLName xml.Name
		URLs    []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
			News    struct {
				Title string `xml:"title"`
				Date  string `xml:"publication_date"`
			} `xml:"news"`
			Images []struct {
				Loc string `xml:"loc"`
			} `xml:"image"`
		} `xml:"url"`
		Sitemaps []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"sitemap"`
	}
	decoder := xml.NewDecoder(bytes.NewReader(from.Body))
	if err := decoder.Decode(&doc); err != nil {
		return nil, "", notThat("sitemap", err)
	}
	var newest time.Time
	for _, entry := range doc.Sitemaps {
		at, ok := s.Follow(from.URL, entry.Loc)
		if !ok {
			continue
		}
		if changed, _ := date(entry.LastMod, "", time.UTC); !changed.Before(newest) {
			part, newest = at, changed
		}
	}
	for _, entry := range doc.URLs[:min(len(doc.URLs), maxItems)] {
		item := Item{Title: title(entry.News.Title)}
		for _, text := range []string{entry.News.Date, entry.LastMod} {
			if t, ok := date(text, "", time.UTC); ok && item.Published.IsZero() {
				item.Published = t
			}
		}
		if len(entry.Images) > 0 {
			item.Picture = entry.Images[0].Loc
		}
		items = keep(s, items, from.URL, entry.Loc, item)
	}
	return items, part, nil
}

// keep adds an item whose link leads to an article of the site. One without a
// title goes by its address.
func keep(s *site.Site, items []Item, base, link string, item Item) []Item {
	at, ok := s.Follow(base, link)
	if !ok {
		return items
	}
	item.URL = at
	if item.Title == "" {
		item.Title = title(at)
	}
	if item.Picture != "" && !s.MayFetch(item.Picture) {
		item.Picture = ""
	}
	return append(items, item)
}

// plain takes the markup out of a piece of HTML.
func plain(html string) string {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader([]byte(html)))
	if err != nil {
		return ""
	}
	return doc.Text()
}

// pictureIn gives the first picture that a piece of HTML shows.
func pictureIn(html string) string {
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader([]byte(html)))
	if err != nil {
		return ""
	}
	for _, attr := range []string{"data-src", "src"} {
		if v, ok := doc.Find("img[" + attr + "]").First().Attr(attr); ok {
			return v
		}
	}
	return ""
}

func notThat(kind string, err error) error {
	return playlists.Errorf(playlists.Invalid, "list_unreadable", playlists.Params{"kind": kind}, "cannot read the answer as %s: %w", kind, err)
}
