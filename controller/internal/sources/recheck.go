package sources

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"cotmoc/controller/internal/sources/read"
	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Bounds on looking after pages.
const (
	checkEvery  = 24 * time.Hour
	mostChecked = 20 // pages at a time; the others come a minute later
	mostFailed  = 5  // in a row, over two days; then people are told
)

// CheckUpstream looks at pages that approved media came from and that are due.
func (s *Service) CheckUpstream(ctx context.Context) error {
	if err := s.watchFresh(ctx); err != nil {
		return err
	}
	now := s.cfg.Now()
	defer func() { // whatever became of one: the others' holds count
		if told := s.tellScreens(ctx, playlists.Actor{}); told != nil && ctx.Err() == nil {
			s.cfg.Log.ErrorContext(ctx, "programmes not made after a hold; tried again within a minute", "error", told)
		}
	}()
	for range mostChecked {
		if more, err := s.checkDue(ctx, now); err != nil || !more || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// watchFresh begins to look after pages of media that were approved since.
func (s *Service) watchFresh(ctx context.Context) error {
	fresh, err := s.cfg.Store.Unwatched(ctx, mostChecked)
	if err != nil {
		return err
	}
	now := s.cfg.Now()
	for _, w := range fresh {
		if w.ID, err = playlists.NewID(s.cfg.Random); err != nil {
			return err
		}
		w.Baseline, w.State, w.Noticed, w.Next = w.Taken, Same, now, now.Add(checkEvery)
		if err := s.cfg.Store.AddWatched(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// checkDue looks at the page that is due, and tells whether there was one.
func (s *Service) checkDue(ctx context.Context, now time.Time) (bool, error) {
	s.checking.Lock()
	defer s.checking.Unlock()
	w, err := s.cfg.Store.DueWatched(ctx, now)
	if err != nil || w == nil {
		return false, err
	}
	return true, s.check(ctx, w)
}

// check looks at one page, whatever comes of it.
func (s *Service) check(ctx context.Context, w *Watched) error {
	// Should a page bring us down, we do not begin with it again.
	w.Failures++
	w.Checked, w.Trouble = s.cfg.Now(), &Trouble{Reason: "search_interrupted"}
	w.Next = w.Checked.Add(backOff(checkEvery, w.Failures))
	if err := s.cfg.Store.SetWatched(ctx, w); err != nil {
		return err
	}
	before := w.State
	err := s.compare(ctx, w)
	switch {
	case ctx.Err() != nil:
		return nil // we are asked to stop
	case playlists.ReasonOf(err) == "page_gone":
		if w.State != LetGo {
			w.State, w.Now, w.ETag, w.Modified = Gone, "", "", ""
		}
		err = nil
	}
	if err != nil {
		w.Trouble = troubleOf(err)
		if w.State == Same && w.Failures >= mostFailed {
			w.State = Unread
		}
		s.cfg.Log.WarnContext(ctx, "page of approved media not checked", "page", w.Address, "failures", w.Failures, "error", err)
	} else {
		w.Failures, w.Trouble, w.Next = 0, nil, w.Checked.Add(checkEvery)
	}
	if w.State == Same && w.Held() { // what the site put back, a person looks at
		w.State = Back
	}
	if w.State != before {
		w.Noticed = w.Checked
	}
	return s.keepSeen(ctx, w, before)
}

// compare fetches a page and holds it against what people were content with.
func (s *Service) compare(ctx context.Context, w *Watched) error {
	from, _, err := s.siteOf(ctx, w.Address)
	if err != nil {
		return err
	}
	page, answer, err := s.fetchPage(ctx, from, w.Address, w.ETag, w.Modified)
	if err != nil {
		return err
	}
	if answer.NotModified {
		if w.State == Unread {
			w.State = Same
		}
		return nil
	}
	now, _, err := read.ReadArticle(from, page, s.cfg.Zone)
	if err != nil {
		return err
	}
	old, err := s.keptArticle(ctx, from, w.Address, page.Type, w.Baseline)
	if err != nil {
		return err
	}
	if sameArticle(old, now) {
		w.State, w.Now = Same, ""
	} else {
		digest, _, err := s.cfg.Objects.Put(ctx, bytes.NewReader(page.Body))
		if err != nil {
			return err
		}
		w.State, w.Now = Changed, digest
	}
	w.ETag, w.Modified = answer.ETag, answer.Modified
	return nil
}

// keptArticle reads a page that was kept, by the rules of today: when the rules
// change, they change for both sides.
func (s *Service) keptArticle(ctx context.Context, from *site.Site, address, contentType string, d playlists.Digest) (*read.Article, error) {
	r, _, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("cannot read the page %s as it was kept: %w", d, err)
	}
	a, _, err := read.ReadArticle(from, read.Page{URL: address, Type: contentType, Body: body}, s.cfg.Zone)
	return a, err
}

// sameArticle tells that two pages say and show the same; their bytes always
// differ.
func sameArticle(x, y *read.Article) bool {
	files := func(a, b []read.File) bool {
		return slices.EqualFunc(a, b, func(p, q read.File) bool { return p.URL == q.URL })
	}
	return x.Title == y.Title && x.Summary == y.Summary && slices.Equal(x.Paragraphs, y.Paragraphs) && files(x.Pictures, y.Pictures) && files(x.Videos, y.Videos)
}
