package read

import (
	"time"

	"github.com/PuerkitoBio/goquery"

	"cotmoc/controller/internal/sources/site"
)

// ReadList reads a page with a list of articles, each once, in the page's
// order.
func ReadList(s *site.Site, from Page, zone *time.Location) ([]Item, []Finding, error) {
	p, err := open(s, from.URL, from.Type, from.Body)
	if err != nil {
		return nil, nil, err
	}
	var items []Item
	at := map[string]int{}
	p.doc.Find(s.Item.Within).EachWithBreak(func(_ int, entry *goquery.Selection) bool {
		item, ok := p.item(entry, zone)
		if !ok {
			return true
		}
		// A picture and a heading often link to the same article.
		if i, seen := at[item.URL]; seen {
			items[i] = item.or(items[i])
			return true
		}
		at[item.URL] = len(items)
		items = append(items, item)
		return len(items) < maxItems
	})
	return titled(items), firstOfEach(p.findings), nil
}

func (p *page) item(entry *goquery.Selection, zone *time.Location) (Item, bool) {
	rules := &p.site.Item
	link, ok := p.site.Follow(p.at.String(), p.first("item.link", rules.Link, entry))
	if !ok {
		return Item{}, false
	}
	item := Item{URL: link, Title: title(p.first("item.title", rules.Title, entry))}
	if picture, err := p.absolute(p.first("item.picture", rules.Picture, entry)); err == nil && p.site.MayFetch(picture) {
		item.Picture = picture
	}
	item.Published = p.date("item.date", rules.Date, entry, zone)
	return item, true
}

// or fills an item's gaps from another of the same address.
func (i Item) or(other Item) Item {
	if other.Title != "" {
		i.Title = other.Title
	}
	if other.Picture != "" {
		i.Picture = other.Picture
	}
	if !other.Published.IsZero() {
		i.Published = other.Published
	}
	return i
}

// titled leaves links out that name nothing.
func titled(items []Item) []Item {
	out := items[:0]
	for _, i := range items {
		if i.Title != "" {
			out = append(out, i)
		}
	}
	return out
}

// firstOfEach keeps, of a list's many entries, what each finder found first.
func firstOfEach(findings []Finding) []Finding {
	at := map[[2]string]int{}
	var out []Finding
	for _, f := range findings {
		key := [2]string{f.Field, f.Where}
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, f)
			continue
		}
		if len(out[i].Values) < 8 {
			out[i].Values = append(out[i].Values, few(f.Values)...)
		}
		out[i].Used = out[i].Used || f.Used
	}
	return out
}
