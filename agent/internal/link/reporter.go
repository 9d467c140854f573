package link

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"cotmoc/playlists/wire"
)

// The beat of reports.
const (
	Beat     = 30 * time.Second
	Coalesce = 250 * time.Millisecond
	retry    = 2 * time.Second
)

// Reporter sends a fresh report at every beat, and soon after a change: what
// changes within Coalesce goes in one report.
type Reporter struct {
	// Report gives what is true now.
	Report func() wire.Reported
	// Send publishes it. ErrClosed is no failure: the session's return is a
	// change.
	Send func(wire.Reported) error
	Log  *slog.Logger
	kick chan struct{}
}

// NewReporter makes a reporter.
func NewReporter(report func() wire.Reported, send func(wire.Reported) error, log *slog.Logger) *Reporter {
	return &Reporter{Report: report, Send: send, Log: log, kick: make(chan struct{}, 1)}
}

// Kick says that something to report has changed. It never blocks.
func (r *Reporter) Kick() { signal(r.kick) }

// Run reports until ctx ends.
func (r *Reporter) Run(ctx context.Context) error {
	next := time.NewTimer(0)
	defer next.Stop()
	var soon <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.kick:
			if soon == nil {
				soon = time.After(Coalesce)
			}
			continue
		case <-soon:
		case <-next.C:
		}
		soon = nil
		wait := Beat*9/10 + rand.N(Beat/5)
		if err := r.Send(r.Report()); err != nil && !errors.Is(err, ErrClosed) {
			r.Log.Warn("cannot report", "error", err)
			wait = retry
		}
		next.Reset(wait)
	}
}
