// Package outbox announces signed documents that wait in a table until the
// broker has taken them: what a feature stored is announced whatever happens
// in between, and once more at worst, which changes nothing.
package outbox

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"cotmoc/playlists"
)

// Bounds of the outbox.
const (
	batchSize = 2048
	retry     = 2 * time.Second
	poll      = 30 * time.Second // for rows that a crash left
)

// Message is the newest document of a screen, which waits to be announced.
type Message struct {
	Row      int64
	Screen   playlists.ID
	Epoch    uint64
	Counter  uint64
	Envelope []byte
}

// Store keeps what waits.
type Store interface {
	// Outgoing lists what is due, one a screen, oldest first, with the number
	// of the row that Announced takes back.
	Outgoing(ctx context.Context, limit int) ([]Message, error)
	// Announced forgets the rows of these screens up to those that were
	// announced, all or none.
	Announced(ctx context.Context, done []Message) error
}

// Announcer hands a document to the broker and returns when the broker has
// it. Only what a screen reports tells that it has arrived.
type Announcer interface {
	Announce(ctx context.Context, m *Message) error
}

// Box announces what one feature stores. It is safe for concurrent use.
type Box struct {
	store     Store
	announcer Announcer
	log       *slog.Logger
	wake      chan struct{}
}

// New makes a box. Nothing is announced before Run.
func New(store Store, announcer Announcer, log *slog.Logger) *Box {
	return &Box{store: store, announcer: announcer, log: log, wake: make(chan struct{}, 1)}
}

// Wake says that something waits.
func (b *Box) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run announces until ctx ends. A row leaves the table only after the broker
// has taken the document.
func (b *Box) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		pause := poll
		more, err := b.drain(ctx)
		switch {
		case err != nil:
			b.log.Warn("announcing failed", "error", err)
			pause = retry
		case more:
			continue
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-b.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// drain announces one batch and tells whether there may be more. A failure of
// one screen does not keep back the others.
func (b *Box) drain(ctx context.Context) (more bool, failed error) {
	batch, err := b.store.Outgoing(ctx, batchSize)
	if err != nil {
		return false, err
	}
	type outcome struct {
		message Message
		err     error
	}
	outcomes := make(chan outcome, len(batch))
	for _, m := range batch {
		// The announcer bounds how long it waits; together they share one
		// round trip to the broker instead of one each.
		go func() { outcomes <- outcome{m, b.announcer.Announce(ctx, &m)} }()
	}
	var done []Message
	for range batch {
		o := <-outcomes
		if o.err != nil {
			failed = o.err
			continue
		}
		done = append(done, o.message)
	}
	if len(done) > 0 {
		failed = cmp.Or(b.store.Announced(ctx, done), failed)
	}
	return failed == nil && len(batch) == batchSize, failed
}
