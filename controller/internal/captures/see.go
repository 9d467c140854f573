package captures

import (
	"context"
	"io"
	"math"
	"strconv"
	"time"

	"cotmoc/playlists"
)

// List is what is kept of a screen.
type List struct {
	Newest   []Capture // of each witness
	Evidence []Capture // a page, the newest first
	Next     string    // cursor of the next page, "" at the end
	Total    int       // of all evidence
}

// Of lists the captures of a screen that the actor may watch.
func (s *Service) Of(ctx context.Context, a playlists.Actor, screen playlists.ID, cursor string, limit int) (List, error) {
	if err := s.may(a, screen); err != nil {
		return List{}, err
	}
	before := time.UnixMilli(math.MaxInt64 >> 1)
	if cursor != "" {
		ms, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil {
			return List{}, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", cursor)
		}
		before = time.UnixMilli(ms)
	}
	newest, evidence, total, err := s.cfg.Store.CapturesOf(ctx, screen, before, limit+1)
	if err != nil {
		return List{}, err
	}
	l := List{Newest: newest, Evidence: evidence, Total: total}
	if len(evidence) > limit {
		l.Evidence = evidence[:limit]
		l.Next = strconv.FormatInt(l.Evidence[limit-1].At.UnixMilli(), 10)
	}
	return l, nil
}

// Picture gives the bytes of a capture of a screen that the actor may watch.
func (s *Service) Picture(ctx context.Context, a playlists.Actor, screen playlists.ID, d playlists.Digest) (io.ReadSeekCloser, error) {
	if err := s.may(a, screen); err != nil {
		return nil, err
	}
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.cfg.Store.CaptureOf(ctx, screen, d); err != nil {
		return nil, err
	}
	r, _, err := s.cfg.Files.Open(ctx, d)
	if playlists.CodeOf(err) == playlists.NotFound {
		err = Missing(d)
	}
	return r, err
}

// may refuses as one who finds nothing: to whom a screen cannot be seen it is
// not there.
func (s *Service) may(a playlists.Actor, screen playlists.ID) error {
	place, ok := s.cfg.Screens.Place(screen)
	if !ok || !a.May(playlists.Watch, place) {
		return playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"screen": string(screen)}, "cannot find the screen %s: it was removed, or you may not watch it", screen)
	}
	return nil
}
