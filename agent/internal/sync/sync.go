// Package sync brings the screen from the programme it has to the newest one
// it may have: verify, fetch what is missing, verify, and only when all of it
// is ready, switch. It is level-triggered: whatever was lost on the way, the
// next look at what is wanted and what is there goes on from it.
package sync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"cotmoc/agent/internal/cache"
	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Documents keeps envelopes and JSON objects.
type Documents interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
	Object(playlists.Digest) ([]byte, bool)
	PutObject([]byte) error
	KeepObjects(map[playlists.Digest]bool) error
}

// Source gives objects by digest.
type Source interface {
	// Object gives the bytes of a JSON object, unverified.
	Object(context.Context, playlists.Digest) ([]byte, error)
	// Range gives a rendition's bytes from an offset on. Its size is held
	// against the one expected.
	Range(ctx context.Context, d playlists.Digest, offset, size int64) (io.ReadCloser, error)
}

// Clock gives the effective time and takes proof of a later one.
type Clock interface {
	Now() (time.Time, wire.ClockState)
	Prove(time.Time)
}

// Trust gives what documents and approvals are judged by. It is safe for
// concurrent use.
type Trust interface {
	// Documents is all but the programme held.
	Documents() programme.Trust
	Grounds() programme.Grounds
	// EveryKey lists the programme keys that ever counted here.
	EveryKey() []programme.PublicKey
	// Refused counts a refusal.
	Refused(error)
}

// Problems takes what a person should know, by the part that it is about.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Options of a Sync.
type Options struct {
	Screen    playlists.ID
	Trust     Trust
	Documents Documents
	Cache     *cache.Cache
	Source    Source
	Clock     Clock
	Problems  Problems
	Now       func() time.Time // for measuring rates
	Log       *slog.Logger
	// Changed is called when Current, Newest or Delivery has changed.
	Changed func()
}

// Sync is safe for concurrent use.
type Sync struct {
	o    Options
	wake chan struct{}
	// printed is of which programme all prints that can be had are held; Run's.
	printed *programme.Loaded

	mu      sync.Mutex
	offered [][]byte // envelopes not looked at yet
	early   []byte   // the newest that goes with a charter or orders that have not come
	judged  programme.Grounds
	unkept  []playlists.Digest // objects of the charter that are missing
	newest  *programme.Accepted
	loaded  *programme.Loaded // of newest, nil until its documents are here
	current *programme.Loaded
	meter   meter
}

// maxOffered envelopes wait at most; the oldest gives way.
const maxOffered = 8

// New restores what was accepted before, without a network: the screen plays
// from this moment on.
func New(o Options) *Sync {
	s := &Sync{o: o, wake: make(chan struct{}, 1)}
	var current, newest *programme.Accepted
	restore := func(name state.Name, to **programme.Accepted) {
		o.Documents.Document(name, func(b []byte) error {
			a, err := programme.Reread(b, o.Screen, o.Trust.EveryKey())
			if err == nil {
				*to = a
			}
			return err
		})
	}
	restore(state.Current, &current)
	restore(state.Newest, &newest)
	if newest == nil || current != nil && newer(current, newest) {
		newest = current
	}
	if newest == nil {
		return s
	}
	s.newest = newest
	s.o.Clock.Prove(time.UnixMilli(newest.IssuedAt))
	s.judged = o.Trust.Grounds()
	if l, _, err := programme.Load(newest, s.judged, o.Documents.Object); err == nil && l != nil {
		s.loaded = l
	}
	switch {
	case current == nil:
	case current.Payload == newest.Payload && s.loaded != nil:
		s.current = s.loaded
	default:
		l, missing, err := programme.LoadAnyway(current, s.judged, o.Documents.Object)
		if s.unkept = missing; l == nil {
			o.Log.Error("cannot load the last good programme", "counter", current.Counter, "missing", len(missing), "error", err)
		}
		s.current = l
	}
	s.keep()
	if s.current == nil && s.loaded != nil && slices.ContainsFunc(s.loaded.Showings(), func(show programme.Showing) bool { return o.Cache.Has(show.Rendition) }) {
		s.current = s.loaded
	}
	return s
}

func newer(a, b *programme.Accepted) bool {
	return a.Epoch > b.Epoch || a.Epoch == b.Epoch && a.Counter > b.Counter
}

// Current is the programme to play: the newest of which everything was ready
// once; of the first one ever, as soon as something is. Nil before.
func (s *Sync) Current() *programme.Loaded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Newest is the newest accepted programme, nil before the first.
func (s *Sync) Newest() *programme.Accepted {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newest
}

// Offer takes an envelope as it came. It never blocks.
func (s *Sync) Offer(envelope []byte) {
	s.mu.Lock()
	if len(s.offered) == maxOffered {
		s.offered = s.offered[1:]
	}
	s.offered = append(s.offered, envelope)
	s.mu.Unlock()
	s.Kick()
}

// Kick has Run look at once: the network is back, or a file was lost.
func (s *Sync) Kick() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Waits after a failed attempt, doubling, each halved at random.
const (
	firstWait = time.Second
	mostWait  = 2 * time.Minute
)

// Run brings the screen up to date until ctx ends.
func (s *Sync) Run(ctx context.Context) error {
	wait := firstWait
	for {
		s.judge()
		s.takeOffered()
		before := s.fetched()
		err := s.converge(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var again <-chan time.Time
		if err != nil {
			if s.fetched() > before {
				wait = firstWait
			}
			s.o.Log.Warn("cannot complete the programme yet", "retry_in", wait, "error", err)
			again = time.After(wait/2 + rand.N(wait/2))
			wait = min(2*wait, mostWait)
		} else {
			wait = firstWait
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.wake:
		case <-again:
		}
	}
}

// takeOffered accepts the newest envelope that holds, and reports why others
// do not. Messages may come in any order, so those overtaken within one look
// are no attack.
func (s *Sync) takeOffered() {
	s.mu.Lock()
	offered, held := s.offered, s.newest
	s.offered = nil
	s.mu.Unlock()
	trust := s.o.Trust.Documents()
	if held != nil {
		trust.Held = programme.Held{Epoch: held.Epoch, Counter: held.Counter, Payload: held.Payload}
	}
	var best *programme.Accepted
	var envelope []byte
	var refused error
	for _, e := range offered {
		a, err := programme.Verify(e, trust)
		switch {
		case err != nil:
			refused = err
			if r := programme.RefusalOf(err); r == programme.CharterMissing || r == programme.OrdersMissing {
				s.mu.Lock()
				s.early = e
				s.mu.Unlock()
				continue
			}
			s.o.Trust.Refused(err)
			s.o.Log.Error("programme refused", "refusal", programme.RefusalOf(err), "error", err)
		case best == nil || newer(a, best):
			best, envelope = a, e
		}
	}
	if best != nil {
		s.accept(best, envelope)
		s.o.Problems.Clear("programme")
	}
	if refused != nil {
		s.o.Problems.Set("programme", string(programme.RefusalOf(refused)), refused.Error())
	}
}

func (s *Sync) accept(a *programme.Accepted, envelope []byte) {
	s.mu.Lock()
	before := s.newest
	same := before != nil && before.Payload == a.Payload
	if !same {
		s.newest, s.loaded = a, nil
	}
	s.mu.Unlock()
	if same {
		return
	}
	s.watchAudit(before, a)
	s.o.Log.Info("programme accepted", "epoch", a.Epoch, "counter", a.Counter)
	s.o.Clock.Prove(time.UnixMilli(a.IssuedAt))
	s.store(state.Newest, envelope)
	s.o.Changed()
}

// store keeps an envelope. Where the disk does not take it the screen goes on
// from memory and says so.
func (s *Sync) store(name state.Name, envelope []byte) {
	if err := s.o.Documents.SetDocument(name, envelope); err != nil {
		s.o.Log.Error("cannot keep the programme", "document", name, "error", err)
		s.o.Problems.Set("documents", "documents_not_kept", err.Error())
		return
	}
	s.o.Problems.Clear("documents")
}

// converge does what is left to do for the newest programme.
func (s *Sync) converge(ctx context.Context) error {
	if err := s.fetchKept(ctx); err != nil {
		s.o.Problems.Set("sync", fetchCode(err), err.Error())
		return err
	}
	s.mu.Lock()
	newest, loaded := s.newest, s.loaded
	s.mu.Unlock()
	if newest == nil {
		return nil
	}
	if loaded == nil {
		var err error
		if loaded, err = s.load(ctx, newest); err != nil {
			if r := programme.RefusalOf(err); r != "" {
				// Signed, yet not to be shown: the last good one plays on, and
				// only another programme can help.
				s.o.Trust.Refused(err)
				s.o.Log.Error("programme refused", "refusal", r, "counter", newest.Counter, "error", err)
				s.o.Problems.Set("programme", string(r), err.Error())
				return s.fetchCurrent(ctx)
			}
			s.o.Problems.Set("sync", fetchCode(err), err.Error())
			return err
		}
		s.mu.Lock()
		s.loaded = loaded
		s.mu.Unlock()
		s.keep()
	}
	err := s.fetchAll(ctx, loaded)
	if s.overtaken(newest) {
		s.Kick()
		return nil
	}
	if err != nil {
		if ctx.Err() == nil {
			s.o.Problems.Set("sync", fetchCode(err), err.Error())
		}
		return err
	}
	s.o.Problems.Clear("sync")
	s.switchTo(loaded)
	return s.fetchPrints(ctx, loaded)
}

// fetchCode names for people what keeps the screen behind.
func fetchCode(err error) string {
	switch {
	case errors.Is(err, cache.ErrFull):
		return "disk_full"
	case errors.Is(err, cache.ErrWrongBytes):
		return string(programme.WrongDigest)
	case errors.Is(err, errAbsent):
		return string(programme.MissingObject)
	}
	return "fetch_failed"
}

// overtaken tells whether there is something newer to look at.
func (s *Sync) overtaken(by *programme.Accepted) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newest != by || len(s.offered) > 0
}

// fetchCurrent fetches again what damage has taken from the programme that
// plays on.
func (s *Sync) fetchCurrent(ctx context.Context) error {
	if current := s.Current(); current != nil {
		return s.fetchAll(ctx, current)
	}
	return nil
}

// switchTo makes a programme the one to play, and lets go of the one before.
func (s *Sync) switchTo(l *programme.Loaded) {
	s.mu.Lock()
	same := s.current == l
	s.current = l
	s.mu.Unlock()
	if !same {
		s.o.Log.Info("programme ready", "epoch", l.Epoch, "counter", l.Counter, "renditions", len(l.Showings()))
		s.o.Changed()
	}
	if kept, ok := s.o.Documents.Document(state.Current, s.isEnvelopeOf(l)); ok && kept != nil {
		return
	}
	envelope, ok := s.o.Documents.Document(state.Newest, s.isEnvelopeOf(l))
	if !ok {
		return // it could not be kept; the problem is set
	}
	s.store(state.Current, envelope)
	s.keep()
	keep := map[playlists.Digest]bool{}
	for _, d := range l.Objects() {
		keep[d] = true
	}
	if err := s.o.Documents.KeepObjects(keep); err != nil {
		s.o.Log.Warn("cannot remove old documents", "error", err)
	}
}

func (s *Sync) isEnvelopeOf(l *programme.Loaded) func([]byte) error {
	return func(b []byte) error {
		a, err := programme.Reread(b, s.o.Screen, s.o.Trust.EveryKey())
		if err == nil && a.Payload != l.Payload {
			err = fmt.Errorf("cannot use programme %d.%d for %d.%d", a.Epoch, a.Counter, l.Epoch, l.Counter)
		}
		return err
	}
}

// keep tells the cache what the held programmes need.
func (s *Sync) keep() {
	lists := map[playlists.Digest]*programme.Chunks{}
	s.mu.Lock()
	for _, l := range []*programme.Loaded{s.current, s.loaded} {
		if l == nil {
			continue
		}
		for _, show := range l.Showings() {
			lists[show.Rendition] = l.Chunks(show.Rendition)
		}
	}
	s.mu.Unlock()
	s.o.Cache.Keep(lists)
}
