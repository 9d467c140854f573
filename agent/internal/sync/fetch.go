package sync

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"cotmoc/agent/internal/cache"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/schedule"
)

const (
	// documentStreams fetch small objects side by side; on a far link each
	// costs a round trip.
	documentStreams = 4
	// A programme's documents are two steps deep: playlists name approvals and
	// chunk lists.
	loadRounds = 3
	// After this many wrong chunks, or beginnings anew, of one rendition others
	// have their turn.
	patience   = 3
	copyBuffer = 64 << 10
	// orderSteps is how many slots ahead are looked at for what is due next.
	orderSteps = 500
)

// errAbsent says that the source does not have an object, so that asking again
// soon is no use.
var errAbsent = errors.New("the controller does not have it")

// load fetches a programme's documents until it can be loaded.
func (s *Sync) load(ctx context.Context, a *programme.Accepted) (*programme.Loaded, error) {
	for range loadRounds {
		l, missing, err := programme.Load(a, s.o.Trust.Grounds(), s.o.Documents.Object)
		if err != nil || l != nil {
			return l, err
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(documentStreams)
		for _, d := range missing {
			g.Go(func() error { return s.fetchDocument(ctx, d) })
		}
		if err := g.Wait(); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("cannot keep the documents of programme %d.%d on this disk", a.Epoch, a.Counter)
}

func (s *Sync) fetchDocument(ctx context.Context, d playlists.Digest) error {
	b, err := s.o.Source.Object(ctx, d)
	if err != nil {
		return err
	}
	if got := playlists.DigestOf(b); got != d {
		return fmt.Errorf("cannot use object %s: %w", d, cache.ErrWrongBytes)
	}
	return s.o.Documents.PutObject(b)
}

// fetchAll fetches the renditions that are not ready, in the order of need. One
// that cannot be had now does not keep the others back.
func (s *Sync) fetchAll(ctx context.Context, l *programme.Loaded) error {
	var failed error
	for _, show := range s.order(l) {
		if s.o.Cache.Has(show.Rendition) {
			continue
		}
		err := s.fetchRendition(ctx, show)
		if ctx.Err() != nil || s.overtaken(s.Newest()) {
			return errors.Join(failed, ctx.Err())
		}
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("cannot fetch rendition %s: %w", show.Rendition, err))
			if !errors.Is(err, errAbsent) && !errors.Is(err, cache.ErrWrongBytes) {
				return failed // link or disk: the others would fare no better
			}
			continue
		}
		s.firstEver(l)
	}
	return failed
}

// fetchPrints fetches what the renditions look like. Nothing waits for it: a
// screen without them plays, and cannot tell whether its glass is right.
func (s *Sync) fetchPrints(ctx context.Context, l *programme.Loaded) error {
	if s.printed == l {
		return nil
	}
	for _, show := range s.order(l) {
		if show.Prints == "" {
			continue
		}
		if _, held := s.o.Documents.Object(show.Prints); held {
			continue
		}
		err := s.fetchDocument(ctx, show.Prints)
		if errors.Is(err, errAbsent) || errors.Is(err, cache.ErrWrongBytes) {
			s.o.Log.Warn("cannot have the prints of a rendition", "rendition", show.Rendition, "error", err)
			continue
		}
		if err != nil || s.overtaken(s.Newest()) {
			return err
		}
	}
	s.printed = l
	return nil
}

// Prints gives what a rendition of the programmes held looks like, nil when
// that is not known.
func (s *Sync) Prints(rendition playlists.Digest) *programme.Prints {
	s.mu.Lock()
	held := []*programme.Loaded{s.current, s.loaded}
	s.mu.Unlock()
	for _, l := range held {
		if l == nil {
			continue
		}
		for _, show := range l.Showings() {
			if show.Rendition != rendition || show.Prints == "" {
				continue
			}
			object, ok := s.o.Documents.Object(show.Prints)
			if !ok {
				continue
			}
			p, err := programme.ParsePrints(object, &show)
			if err == nil {
				return p
			}
			s.o.Log.Warn("cannot use the prints of a rendition", "rendition", rendition, "error", err)
		}
	}
	return nil
}

// firstEver lets a screen that has never played begin with what there is; the
// slate fills the rest.
func (s *Sync) firstEver(l *programme.Loaded) {
	s.mu.Lock()
	first := s.current == nil
	if first {
		s.current = l
	}
	s.mu.Unlock()
	if first {
		s.o.Changed()
	}
}

// order gives the renditions as they will be needed: the slate, then what is
// due next, then the rest.
func (s *Sync) order(l *programme.Loaded) []programme.Showing {
	all := l.Showings()
	plan, err := l.Plan()
	if err != nil {
		return all
	}
	resolver, err := schedule.NewResolver(plan)
	if err != nil {
		return all
	}
	rank := map[playlists.Digest]int{}
	if l.Slate != nil {
		rank[l.Slate.Rendition] = -1
	}
	at, _ := s.o.Clock.Now()
	for step := range orderSteps {
		slot := resolver.At(at)
		if slot.Playing {
			d := l.Item(slot.Entry, slot.Item).Showing.Rendition
			if _, known := rank[d]; !known {
				rank[d] = step
			}
		}
		if !slot.End.After(at) || len(rank) == len(all) {
			break
		}
		at = slot.End
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b programme.Showing) int { return rankOf(rank, a) - rankOf(rank, b) })
	return out
}

func rankOf(rank map[playlists.Digest]int, s programme.Showing) int {
	if r, ok := rank[s.Rendition]; ok {
		return r
	}
	return orderSteps
}

// fetchRendition goes on where the partial file ends, and begins again as long
// as there is progress.
func (s *Sync) fetchRendition(ctx context.Context, show programme.Showing) (err error) {
	p, err := s.o.Cache.Partial(show.Rendition)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	for troubles := 0; p.Offset() < p.Size(); {
		before := p.Offset()
		err := s.stream(ctx, show.Rendition, p)
		switch {
		case errors.Is(err, cache.ErrWrongBytes):
			troubles++
		case errors.Is(err, errRestart) && before > 0:
			troubles++
			if err := p.RestartAll(); err != nil {
				return err
			}
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, cache.ErrFull):
			return err
		case p.Offset() == before:
			return cmp.Or(err, io.ErrUnexpectedEOF)
		}
		if troubles == patience {
			return err
		}
	}
	return p.Complete()
}

// stream copies one answer of the source into the partial file.
func (s *Sync) stream(ctx context.Context, d playlists.Digest, p *cache.Partial) error {
	body, err := s.o.Source.Range(ctx, d, p.Offset(), p.Size())
	if err != nil {
		return err
	}
	defer body.Close()
	buf := make([]byte, copyBuffer)
	for p.Offset() < p.Size() {
		n, err := body.Read(buf)
		if n > 0 {
			if _, err := p.Write(buf[:n]); err != nil {
				return err
			}
			s.count(n)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// meter measures the recent rate in one-second steps.
type meter struct {
	total  int64
	second int64 // Unix second of the last step
	steps  [8]int64
}

func (m *meter) add(n int, at time.Time) {
	m.advance(at)
	m.total += int64(n)
	m.steps[m.second%int64(len(m.steps))] += int64(n)
}

func (m *meter) advance(at time.Time) {
	now := at.Unix()
	if now-m.second >= int64(len(m.steps)) || now < m.second {
		m.steps = [8]int64{}
		m.second = now
	}
	for m.second < now {
		m.second++
		m.steps[m.second%int64(len(m.steps))] = 0
	}
}

// rate is the mean of the whole seconds before the present one.
func (m *meter) rate(at time.Time) int64 {
	m.advance(at)
	var sum int64
	for i, n := range m.steps {
		if int64(i) != m.second%int64(len(m.steps)) {
			sum += n
		}
	}
	return sum / int64(len(m.steps)-1)
}
