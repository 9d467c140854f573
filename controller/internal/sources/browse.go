package sources

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Query says which list of a site is wanted.
type Query struct {
	Site, List, Slug, Language string
	Page                       int    // from 1
	Words                      string // only titles that hold all of these, folded
	From, Until                string // YYYY-MM-DD, both days included; "" has no bound
}

// Listed is an entry of a site's list.
type Listed struct {
	read.Item
	Mark *Mark // nil of one that nobody has looked at
}

// Browse reads a site's list as it is now.
func (s *Service) Browse(ctx context.Context, a playlists.Actor, q Query) ([]Listed, error) {
	if _, err := unitOf(a); err != nil {
		return nil, err
	}
	from, _, err := s.siteByID(ctx, q.Site)
	if err != nil {
		return nil, err
	}
	items, err := s.list(ctx, from, q)
	if err != nil {
		return nil, err
	}
	return s.markedIn(ctx, a.Reach(playlists.AddMedia), from, items)
}

// list reads a list and leaves what the query asks for.
func (s *Service) list(ctx context.Context, from *site.Site, q Query) ([]read.Item, error) {
	list, address, err := addressOf(from, q)
	if err != nil {
		return nil, err
	}
	items, err := s.readList(ctx, from, list.Kind, address)
	if err != nil {
		return nil, err
	}
	in, err := s.between(q.From, q.Until)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(items, func(i read.Item) bool { return !hasWords(i.Title, q.Words) || !in(i.Published) }), nil
}

// between tells whether a time lies on the days that are wanted. What a list
// gives no date of is not hidden by one.
func (s *Service) between(from, until string) (func(time.Time) bool, error) {
	var begin, end time.Time
	for _, bound := range []struct {
		text string
		at   *time.Time
	}{{from, &begin}, {until, &end}} {
		if bound.text == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, bound.text, s.cfg.Zone)
		if err != nil {
			return nil, playlists.Errorf(playlists.Invalid, "days_wrong", playlists.Params{"day": bound.text}, "cannot look for articles of the day %.20q: write it as 2026-08-05", bound.text)
		}
		*bound.at = day
	}
	if from != "" && until != "" && end.Before(begin) {
		return nil, playlists.Errorf(playlists.Invalid, "days_wrong", playlists.Params{"day": until}, "cannot look for articles until %s, which is before %s: choose a later day", until, from)
	}
	return func(t time.Time) bool {
		return t.IsZero() || !t.Before(begin) && (end.IsZero() || t.Before(end.AddDate(0, 0, 1)))
	}, nil
}

// addressOf fills a list's address.
func addressOf(from *site.Site, q Query) (site.List, string, error) {
	i := slices.IndexFunc(from.Lists, func(l site.List) bool { return l.ID == q.List })
	if i < 0 {
		return site.List{}, "", playlists.Errorf(playlists.NotFound, "list_missing", playlists.Params{"id": q.List}, "cannot find the list %.60q of %s: choose one from its lists", q.List, from.Name)
	}
	list := from.Lists[i]
	if len(list.Choices) > 0 && !slices.ContainsFunc(list.Choices, func(c site.Choice) bool { return c.Slug == q.Slug }) {
		return site.List{}, "", playlists.Errorf(playlists.Invalid, "list_missing", playlists.Params{"id": q.Slug}, "cannot find %.60q in the list %s: choose one from it", q.Slug, list.Name)
	}
	language := ""
	if slices.Contains(from.Languages.Segments, q.Language) {
		language = q.Language + "/"
	}
	return list, strings.NewReplacer(
		"{lang}/", language, "{slug}", url.PathEscape(q.Slug), "{page}", strconv.Itoa(max(1, q.Page)), "{query}", url.QueryEscape(q.Words),
	).Replace(list.URL), nil
}

func (s *Service) readList(ctx context.Context, from *site.Site, kind site.ListKind, address string) ([]read.Item, error) {
	page, _, err := s.fetchPage(ctx, from, address, "", "")
	if err != nil {
		return nil, err
	}
	switch kind {
	case site.Feed:
		return read.ReadFeed(from, page)
	case site.WPJSON:
		return read.ReadWPJSON(from, page)
	case site.Sitemap:
		items, part, err := read.ReadSitemap(from, page)
		if err != nil || len(items) > 0 || part == "" {
			return items, err
		}
		if page, _, err = s.fetchPage(ctx, from, part, "", ""); err != nil {
			return nil, err
		}
		items, _, err = read.ReadSitemap(from, page)
		return items, err
	}
	items, _, err := read.ReadList(from, page, s.cfg.Zone)
	return items, err
}

func hasWords(title, words string) bool {
	title = playlists.Fold(title)
	for _, w := range strings.Fields(playlists.Fold(words)) {
		if !strings.Contains(title, w) {
			return false
		}
	}
	return true
}

// markedIn tells of each entry whether somebody there has looked at it.
func (s *Service) markedIn(ctx context.Context, in playlists.Reach, from *site.Site, items []read.Item) ([]Listed, error) {
	keys := make([]string, len(items))
	for i, item := range items {
		if at, err := from.Read(item.URL); err == nil {
			keys[i] = at.Key
		}
	}
	known, err := s.cfg.Store.Marks(ctx, in, keys)
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(items))
	for i, item := range items {
		out[i].Item = item
		if m, ok := known[keys[i]]; ok {
			out[i].Mark = &m
		}
	}
	return out, nil
}
