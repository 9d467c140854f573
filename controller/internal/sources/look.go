package sources

import (
	"bytes"
	"context"
	"io"
	"time"

	"cotmoc/controller/internal/sources/polite"
	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/controller/internal/sources/tongue"
	"cotmoc/playlists"
)

const (
	maxPage  = 8 << 20
	pageTime = 40 * time.Second // callers wait a minute: they are to hear why
)

// Look fetches the page at an address that somebody pasted or picked, keeps it
// as it came, and puts it into the tray.
func (s *Service) Look(ctx context.Context, a playlists.Actor, address string) (*Find, error) {
	unit, err := unitOf(a)
	if err != nil {
		return nil, err
	}
	described, at, err := s.siteOf(ctx, address)
	if err != nil {
		return nil, err
	}
	f, err := s.fetchFind(ctx, described, at)
	if err != nil {
		return nil, err
	}
	f.Unit, f.By = unit, a.ID
	return s.cfg.Store.PutFind(ctx, f)
}

// fetchFind fetches a page, keeps it as it came and reads it: what a tray needs
// but whose it is.
func (s *Service) fetchFind(ctx context.Context, described *site.Site, at site.Address) (*Find, error) {
	page, answer, err := s.fetchPage(ctx, described, at.Canonical, "", "")
	if err != nil {
		return nil, err
	}
	// A redirect leads to the article's own address.
	if landed, err := described.Read(answer.URL); err == nil {
		at = landed
	}
	article, _, err := read.ReadArticle(described, page, s.cfg.Zone)
	if err != nil {
		return nil, err
	}
	digest, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(page.Body))
	if err != nil {
		return nil, err
	}
	id, err := playlists.NewID(s.cfg.Random)
	if err != nil {
		return nil, err
	}
	f := &Find{
		ID: id, Site: described.ID, Key: at.Key, Language: at.Language, Article: *article, Mix: mixOf(at.Language, article),
		ETag: answer.ETag, Modified: answer.Modified, State: Waiting,
		Origin: playlists.Origin{
			Page: answer.URL, Canonical: at.Canonical, Publisher: article.Publisher, Author: article.Author,
			Published: article.Published, Fetched: s.cfg.Now(), PageBytes: digest,
		},
	}
	return f, f.Origin.Validate()
}

// mixOf tells the languages of the article's paragraphs, its title first.
func mixOf(claimed string, a *read.Article) tongue.Mix {
	texts := []string{a.Title}
	for _, p := range a.Paragraphs {
		texts = append(texts, p.Text)
	}
	return tongue.OfArticle(claimed, texts)
}

// fetchPage gets a page whole; nothing of it when it is still what etag and
// modified name.
func (s *Service) fetchPage(ctx context.Context, from *site.Site, address, etag, modified string) (read.Page, *polite.Answer, error) {
	answer, err := s.cfg.Visitor.Get(ctx, from, polite.Request{
		URL: address, Types: []string{"text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/rss+xml", "application/atom+xml", "application/json", "application/feed+json"},
		Bytes: maxPage, Within: pageTime, ETag: etag, Modified: modified,
	})
	if err != nil {
		return read.Page{}, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return read.Page{}, nil, unread(err)
	}
	return read.Page{URL: answer.URL, Type: answer.Type, Body: body}, answer, nil
}

// unread tells why something was not read to its end: what the line or a bound
// says, else that it broke.
func unread(err error) error {
	if playlists.CodeOf(err) != playlists.Internal {
		return err
	}
	return playlists.Errorf(playlists.Unavailable, "page_unread", nil, "cannot read this to its end: %w; try again", err)
}

// Find gives one of the tray.
func (s *Service) Find(ctx context.Context, a playlists.Actor, id playlists.ID) (*Find, error) {
	f, err := s.cfg.Store.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	if !a.May(playlists.AddMedia, playlists.Scope{Unit: f.Unit}) {
		return nil, FindMissing(id)
	}
	return f, nil
}

// InLanguages gives the pages of a find's article that are in the tray or taken,
// its own with them: those that are known to be there.
func (s *Service) InLanguages(ctx context.Context, a playlists.Actor, id playlists.ID) ([]InLanguage, error) {
	f, err := s.Find(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.cfg.Store.InLanguages(ctx, a.Reach(playlists.AddMedia), f.Key)
}

// FindMissing is the answer for a find that is not there, or not for this
// person.
func FindMissing(id playlists.ID) error {
	return playlists.Errorf(playlists.NotFound, "find_missing", playlists.Params{"find": string(id)}, "cannot find this page in the tray: paste its address again")
}

// Tray lists the finds that the person's units have, newest first.
// With search, only what that one found.
func (s *Service) Tray(ctx context.Context, a playlists.Actor, state State, search playlists.ID) ([]*Find, error) {
	if _, err := unitOf(a); err != nil {
		return nil, err
	}
	const most = 200
	return s.cfg.Store.ListFinds(ctx, a.Reach(playlists.AddMedia), state, search, most)
}

// Reject says no to a find; reason is for those who see it again.
func (s *Service) Reject(ctx context.Context, a playlists.Actor, id playlists.ID, reason string) error {
	f, err := s.Find(ctx, a, id)
	if err != nil {
		return err
	}
	reason, err = playlists.CleanTitle("reason", reason)
	if err != nil {
		return err
	}
	f.State, f.Reason, f.By, f.DecidedAt = Rejected, reason, a.ID, s.cfg.Now()
	return s.cfg.Store.DecideFind(ctx, f, nil)
}

// Return puts a rejected find back into the tray.
func (s *Service) Return(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	f, err := s.Find(ctx, a, id)
	if err != nil {
		return err
	}
	f.State, f.Reason, f.By, f.DecidedAt = Waiting, "", a.ID, time.Time{}
	return s.cfg.Store.DecideFind(ctx, f, nil)
}
