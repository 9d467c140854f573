// Package audit keeps the log of what people did: decisions, logins,
// publications, orders, charters and exports, each entry naming the hash of
// the one before. Its head is given to the screens, so that a past that was
// rewritten is noticed.
package audit

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cotmoc/playlists"
	"cotmoc/playlists/chain"
	"cotmoc/playlists/programme"
)

// Kept is an entry with the hash that the log keeps for it.
type Kept struct {
	chain.Entry
	Hash playlists.Digest
}

// Filter chooses entries. What is empty leaves the choice open.
type Filter struct {
	Kind   string // a kind, or the first word of several
	Person playlists.ID
	From   time.Time // inclusive
	Until  time.Time // exclusive
	Cursor string
	Limit  int
}

// Page is a page of entries, the newest first.
type Page struct {
	Entries []Kept
	Next    string // cursor of the next page, "" when this is the last
	Total   int    // of all pages
}

// Store keeps the log. Entries only ever come after the last one.
type Store interface {
	// Append adds an act that has no other transaction of its own.
	Append(ctx context.Context, a playlists.Act) error
	// Head gives where the log ends, chain.Empty() before the first entry.
	Head(ctx context.Context) (chain.Head, error)
	// After gives entries that follow a number, in their order.
	After(ctx context.Context, seq int64, limit int) ([]Kept, error)
	Find(ctx context.Context, f Filter) (Page, error)
	// People lists those who are named as having done something.
	People(ctx context.Context) ([]playlists.ID, error)
}

// Failed logins that are kept: anybody who reaches the console makes them,
// and what is written stays for ever.
const (
	failedAtOnce = 600
	failedPause  = 10 * time.Second
)

// Config is what a Service needs.
type Config struct {
	Store Store
	// Sign seals the head of an export with the controller's programme key.
	Sign func(payloadType string, payload []byte) ([]byte, error)
	Now  func() time.Time
}

// Service is the audit log. It is safe for concurrent use.
type Service struct {
	cfg    Config
	failed *rate.Limiter

	mu        sync.Mutex
	unwritten int // failed logins since the last one that was kept
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg: cfg, failed: rate.NewLimiter(rate.Every(failedPause), failedAtOnce)}
}

// Record writes down an act that nothing else is stored for. Acts that change
// something go with the change, by playlists.WithAct.
func (s *Service) Record(ctx context.Context, a playlists.Act) error {
	if a.Kind == playlists.LoginFailed {
		keep, err := s.countFailed(ctx)
		if err != nil || !keep {
			return err
		}
	}
	return s.cfg.Store.Append(ctx, a)
}

// countFailed tells whether a failed login is kept. Those of a flood are
// counted, and their number is kept with the next one.
func (s *Service) countFailed(ctx context.Context) (keep bool, err error) {
	now := s.cfg.Now()
	s.mu.Lock()
	if !s.failed.AllowN(now, 1) {
		s.unwritten++
		s.mu.Unlock()
		return false, nil
	}
	count := s.unwritten
	s.unwritten = 0
	s.mu.Unlock()
	if count == 0 {
		return true, nil
	}
	return true, s.cfg.Store.Append(ctx, playlists.Act{At: now, Kind: playlists.LoginsUnwritten, Detail: struct {
		Count int `json:"count"`
	}{count}})
}

// Head gives where the log ends now.
func (s *Service) Head(ctx context.Context) (chain.Head, error) { return s.cfg.Store.Head(ctx) }

// List gives a page of the log.
func (s *Service) List(ctx context.Context, a playlists.Actor, f Filter) (Page, error) {
	if err := mayRead(a); err != nil {
		return Page{}, err
	}
	if !f.From.IsZero() && !f.Until.IsZero() && !f.From.Before(f.Until) {
		return Page{}, playlists.Errorf(playlists.Invalid, "span_empty", nil, "cannot list entries until %s: that is not after the beginning", f.Until.UTC().Format(time.RFC3339))
	}
	return s.cfg.Store.Find(ctx, f)
}

// People lists those who did something that is in the log.
func (s *Service) People(ctx context.Context, a playlists.Actor) ([]playlists.ID, error) {
	if err := mayRead(a); err != nil {
		return nil, err
	}
	return s.cfg.Store.People(ctx)
}

// mayRead asks for the right over everything: entries belong to no unit.
func mayRead(a playlists.Actor) error {
	if err := a.Require(playlists.ReadAudit, playlists.Scope{}); err != nil {
		return err
	}
	if !a.Reach(playlists.ReadAudit).All {
		return playlists.Errorf(playlists.Forbidden, "right_missing", playlists.Params{"right": string(playlists.ReadAudit)}, "cannot read the audit log: only who may read it for all units can")
	}
	return nil
}

// readAtOnce is how many entries are in memory while the log is walked.
const readAtOnce = 500

// Export writes the whole log: one entry a line and, as the last line, an
// envelope with its signed head. That it was exported is itself in it. begin
// is called before the first byte, when nothing can be refused any more.
func (s *Service) Export(ctx context.Context, a playlists.Actor, begin func() io.Writer) error {
	if err := mayRead(a); err != nil {
		return err
	}
	now := s.cfg.Now()
	if err := s.Record(ctx, playlists.Act{At: now, By: a.ID, Kind: playlists.AuditExported}); err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	payload, err := programme.Marshal(chain.SignedHead{Seq: head.Seq, Hash: head.Hash, At: now.UnixMilli()})
	if err != nil {
		return err
	}
	envelope, err := s.cfg.Sign(chain.HeadType, payload)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(begin())
	err = walk(ctx, s.cfg.Store, head.Seq, func(k *Kept) error {
		line, err := k.Line()
		if err != nil {
			return err
		}
		_, err = w.Write(append(line, '\n'))
		return err
	})
	if err != nil {
		return fmt.Errorf("cannot write the export to its end: %w", err)
	}
	if _, err := w.Write(append(envelope, '\n')); err != nil {
		return fmt.Errorf("cannot write the export to its end: %w", err)
	}
	return w.Flush()
}

// walk gives the entries up to a number in the order in which they are kept.
func walk(ctx context.Context, log Log, last int64, each func(*Kept) error) error {
	for at := int64(0); ; {
		entries, err := log.After(ctx, at, readAtOnce)
		if err != nil {
			return err
		}
		for i := range entries {
			if entries[i].Seq > last {
				return nil
			}
			if err := each(&entries[i]); err != nil {
				return err
			}
			at = entries[i].Seq
		}
		if len(entries) < readAtOnce {
			return nil
		}
	}
}
