// Package outbox announces signed documents that wait in a table until the
// broker has taken them: what a feature stored is announced whatever happens
// in between, and once more at worst, which changes nothing.
package outbox

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"cotmoc/playlists"
)

// Bounds of the outbox.
const (
	batchSize = 2048
	retry     = 2 * time.Second
	poll      = 30 * time.Second // for rows that a crash left
	// Rows of what was announced are forgotten after a pause: screens that are
	// answering need the machine more.
	forgetAfter = 500 * time.Millisecond
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

// Announcer hands documents to the broker and returns when the broker has
// them, with one answer for each. Only what a screen reports tells that it has
// arrived.
type Announcer interface {
	Announce(ctx context.Context, all []Message) []error
}

// Box announces what one feature stores. It is safe for concurrent use.
type Box struct {
	store     Store
	announcer Announcer
	log       *slog.Logger
	wake      chan struct{}

	mu    sync.Mutex
	fresh map[playlists.ID]Message // put and not taken yet
	order []playlists.ID           // in which they were put

	done []Message // of Run alone: announced, and the rows are still there
}

// New makes a box. Nothing is announced before Run.
func New(store Store, announcer Announcer, log *slog.Logger) *Box {
	return &Box{store: store, announcer: announcer, log: log, wake: make(chan struct{}, 1), fresh: map[playlists.ID]Message{}}
}

// Put announces what has just been stored without reading it again. The rows
// must be there: they outlive a crash, this does not.
func (b *Box) Put(messages []Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range messages {
		before, known := b.fresh[m.Screen]
		if known && before.Row >= m.Row {
			continue
		}
		if !known {
			b.order = append(b.order, m.Screen)
		}
		b.fresh[m.Screen] = m
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take gives what was put, in order.
func (b *Box) take() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Message, len(b.order))
	for i, screen := range b.order {
		out[i] = b.fresh[screen]
	}
	clear(b.fresh)
	b.order = nil
	return out
}

// Run announces until ctx ends. A row leaves the table only after the broker
// has taken the document.
func (b *Box) Run(ctx context.Context) error {
	look, forget := time.NewTimer(0), time.NewTimer(forgetAfter)
	defer look.Stop()
	defer forget.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			return b.forget(last)
		case <-b.wake:
			err = b.announce(ctx, b.take())
			forget.Reset(forgetAfter)
		case <-forget.C:
			err = b.forget(ctx)
		case <-look.C:
			var more bool
			more, err = b.drain(ctx)
			look.Reset(poll)
			if more {
				look.Reset(0)
			}
		}
		if err != nil && ctx.Err() == nil {
			b.log.Warn("announcing failed", "error", err)
			look.Reset(retry)
		}
	}
}

// drain announces what waits in the table and tells whether there may be more.
func (b *Box) drain(ctx context.Context) (more bool, err error) {
	if err := b.forget(ctx); err != nil {
		return false, err
	}
	b.take() // it is in the table too
	batch, err := b.store.Outgoing(ctx, batchSize)
	if err != nil {
		return false, err
	}
	if err := b.announce(ctx, batch); err != nil {
		return false, err
	}
	return len(batch) == batchSize, b.forget(ctx)
}

// announce hands messages to the broker. A failure of one does not keep back
// the others.
func (b *Box) announce(ctx context.Context, all []Message) (failed error) {
	for batch := range slices.Chunk(all, batchSize) {
		for i, err := range b.announcer.Announce(ctx, batch) {
			if err != nil {
				failed = err
				continue
			}
			b.done = append(b.done, batch[i])
		}
	}
	return failed
}

// forget takes the rows of what was announced out of the table.
func (b *Box) forget(ctx context.Context) error {
	if len(b.done) == 0 {
		return nil
	}
	if err := b.store.Announced(ctx, b.done); err != nil {
		return err
	}
	b.done = nil
	return nil
}
