// Package proof keeps the record of what was shown and hands it over: each
// play is on disk before it counts as recorded, goes up in batches and is
// forgotten only when the controller says that the batch is stored.
package proof

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"cotmoc/playlists/wire"
)

// Store is the outbox on disk.
type Store interface {
	AppendPlay(p wire.Play, most int) (dropped int, err error)
	Plays(n, maxBytes int) (batch uint64, plays []wire.Play, err error)
	DropPlays(batch uint64) error
	Counter(name string) uint64
	Count(name string, add uint64) (uint64, error)
}

// Problems takes what a person should know.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

const (
	// MostWaiting plays are kept: half a year of ten-second items is 1.5
	// million, this is a month; about 100 MB.
	MostWaiting = 300_000
	// batchBytes leaves room for the envelope within wire.MaxPayload.
	batchBytes = wire.MaxPayload - 4<<10
	// resend is how long an acknowledgement is waited for.
	resend = 20 * time.Second
	// linger gathers a batch while little waits.
	linger = 5 * time.Second
	// droppedCounter counts plays that were never handed over.
	droppedCounter = "plays_dropped"
)

// Log records plays and hands them over. It is safe for concurrent use.
type Log struct {
	store    Store
	send     func(wire.Event) error
	problems Problems
	log      *slog.Logger
	most     int
	wake     chan struct{}
	acks     chan uint64
}

// New makes a log over the outbox. send publishes a batch; an error means that
// it is tried again later.
func New(store Store, send func(wire.Event) error, problems Problems, log *slog.Logger) *Log {
	l := &Log{store: store, send: send, problems: problems, log: log, most: MostWaiting, wake: make(chan struct{}, 1), acks: make(chan uint64, 8)}
	l.tellDropped(store.Counter(droppedCounter))
	return l
}

// Record stores a play; it is on disk when Record returns.
func (l *Log) Record(p wire.Play) {
	dropped, err := l.store.AppendPlay(p, l.most)
	if err != nil {
		l.log.Error("cannot record a play", "media", p.Media, "order", p.Order, "error", err)
		l.problems.Set("plays", "plays_not_kept", err.Error())
		return
	}
	l.problems.Clear("plays")
	if dropped > 0 {
		total, err := l.store.Count(droppedCounter, uint64(dropped))
		if err != nil {
			l.log.Error("cannot count dropped plays", "error", err)
		}
		l.tellDropped(total)
	}
	l.Kick()
}

func (l *Log) tellDropped(total uint64) {
	if total > 0 {
		l.problems.Set("plays_dropped", "plays_dropped", fmt.Sprintf("%d plays were dropped because the controller did not take them", total))
	}
}

// Ack takes an acknowledgement. It never blocks: one that finds no room comes
// again with the batch.
func (l *Log) Ack(a wire.Ack) {
	select {
	case l.acks <- a.Batch:
	default:
	}
}

// Kick has Run look at once: there is a play, or the session is back.
func (l *Log) Kick() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run hands plays over until ctx ends, one batch at a time.
func (l *Log) Run(ctx context.Context) error {
	for {
		batch, plays, err := l.store.Plays(wire.MaxPlays, batchBytes)
		if err != nil {
			l.log.Error("cannot read the plays that wait", "error", err)
		}
		if len(plays) == 0 {
			select {
			case <-ctx.Done():
				return nil
			case <-l.acks: // of a batch sent twice
			case <-l.wake:
				if !pause(ctx, linger) {
					return nil
				}
			}
			continue
		}
		if err := l.send(wire.Event{Batch: batch, Plays: plays}); err != nil {
			l.log.Debug("cannot hand plays over now", "error", err)
			select {
			case <-ctx.Done():
				return nil
			case <-l.wake:
			case <-time.After(resend):
			}
			continue
		}
		acked, err := l.await(ctx, batch)
		if err != nil {
			return nil
		}
		if acked {
			if err := l.store.DropPlays(batch); err != nil {
				l.log.Error("cannot remove plays that were handed over", "error", err)
				if !pause(ctx, resend) {
					return nil
				}
			}
		}
	}
}

var errEnded = errors.New("ended")

// await waits for the acknowledgement of exactly this batch.
func (l *Log) await(ctx context.Context, batch uint64) (bool, error) {
	again := time.NewTimer(resend)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return false, errEnded
		case got := <-l.acks:
			if got == batch {
				return true, nil
			}
		case <-again.C:
			return false, nil
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
