package sources

import (
	"context"
	"time"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// Bounds on looking through a saved search.
const (
	maxFresh     = 20               // pages that are fetched at once
	maxWaiting   = 100              // of a search in the tray: nobody looks at them
	mostTries    = 3                //  a page that cannot be read is tried so often
	runTime      = 10 * time.Minute //
	tick         = time.Minute
	firstBackOff = 2 * time.Hour // after a failure; each further one doubles it
	mostBackOff  = 24 * time.Hour
)

// Run looks through saved searches, and at the pages that approved media came
// from, when their time has come, one after the other, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		if err := s.LookThroughDue(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.ErrorContext(ctx, "saved searches not looked through", "error", err)
		}
		if err := s.CheckUpstream(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Log.ErrorContext(ctx, "pages of approved media not checked", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-s.wake:
		}
	}
}

func (s *Service) wakeUp() {
	select {
	case s.wake <- struct{}{}:
	default: // it is going to look anyway
	}
}

// LookThroughDue looks through the searches that are due by now.
func (s *Service) LookThroughDue(ctx context.Context) error {
	now := s.cfg.Now()
	for ctx.Err() == nil {
		due, err := s.cfg.Store.DueSearch(ctx, now)
		if err != nil || due == nil {
			return err
		}
		if err := s.lookThrough(ctx, due); err != nil {
			return err
		}
	}
	return nil
}

// lookThrough looks through one search, whatever comes of it.
func (s *Service) lookThrough(ctx context.Context, x *Search) error {
	before := *x
	// Should a page bring us down, we do not begin with it again.
	x.Failures++
	x.Last, x.Found, x.Missed, x.Trouble = s.cfg.Now(), 0, 0, &Trouble{Reason: "search_interrupted"}
	x.Next = x.Last.Add(backOff(x.Every, x.Failures))
	if err := s.cfg.Store.SearchRun(ctx, x, nil); err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, runTime)
	defer cancel()
	tried, err := s.fetchFresh(within, x)
	last, done := context.WithTimeout(context.WithoutCancel(ctx), tick)
	defer done()
	switch {
	case ctx.Err() != nil: // we are asked to stop: the rest comes after the next start
		before.Found = x.Found
		*x = before
	case err != nil:
		x.Trouble = troubleOf(err)
		s.cfg.Log.WarnContext(ctx, "saved search failed", "search", x.ID, "site", x.Query.Site, "failures", x.Failures, "error", err)
	default:
		x.Failures, x.Trouble, x.Next = 0, nil, x.Last.Add(x.Every)
	}
	return s.cfg.Store.SearchRun(last, x, tried)
}

// backOff tells how long a search rests that failed so often in a row: a rare
// one is tried again sooner than it would be, a frequent one later.
func backOff(every time.Duration, failures int) time.Duration {
	return min(firstBackOff<<min(max(failures, 1)-1, 10), max(every, mostBackOff))
}

// fetchFresh fetches what the unit has not seen yet into its tray. It stops at
// what tells that the site does not want us now; a page that cannot be read is
// passed over.
func (s *Service) fetchFresh(ctx context.Context, x *Search) (tried map[string]int, err error) {
	if x.Waiting >= maxWaiting {
		return nil, playlists.Errorf(playlists.Conflict, "search_tray_full", playlists.Params{"max": maxWaiting},
			"cannot look for more: %d pages that it found wait in the tray; take or reject some", x.Waiting)
	}
	from, _, err := s.siteByID(ctx, x.Query.Site)
	if err != nil {
		return nil, err
	}
	items, err := s.list(ctx, from, x.Query)
	if err != nil {
		return nil, err
	}
	all, err := s.markedIn(ctx, playlists.Reach{Units: []playlists.ID{x.Unit}}, from, items)
	if err != nil {
		return nil, err
	}
	before, err := s.cfg.Store.Tried(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	tried = map[string]int{}
	seen := map[string]bool{}
	for _, l := range all {
		at, err := from.Read(l.URL)
		if l.Mark != nil || err != nil || seen[at.Key] || before[at.Key] >= mostTries {
			continue
		}
		if len(seen) == min(maxFresh, maxWaiting-x.Waiting) {
			break
		}
		seen[at.Key] = true
		if err := s.fetchOne(ctx, x, from, at, tried); err != nil {
			return tried, err
		}
	}
	return tried, nil
}

// fetchOne fetches one page into the tray; its error is one that ends the whole.
func (s *Service) fetchOne(ctx context.Context, x *Search, from *site.Site, at site.Address, tried map[string]int) error {
	f, err := s.fetchFind(ctx, from, at)
	switch playlists.CodeOf(err) {
	case playlists.Invalid, playlists.NotFound, playlists.Forbidden, playlists.TooLarge:
		tried[at.Key] = 1
		x.Missed++
		return nil
	}
	if err != nil {
		return err
	}
	f.Unit, f.By, f.Search = x.Unit, x.By, x.ID
	stands, err := s.cfg.Store.PutFind(ctx, f)
	if err != nil {
		return err
	}
	if stands.ID == f.ID {
		x.Found++
	}
	if f.Key != at.Key { // it has moved: the list will not know it by its mark
		tried[at.Key] = mostTries
	}
	return nil
}
