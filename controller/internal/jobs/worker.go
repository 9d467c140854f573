package jobs

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/rungroup"
)

// Config is what a Worker needs. Fields without a default must be set.
type Config struct {
	Table    Table
	Handlers map[string]Handler // by kind
	Node     string             // name of this process's place, the same after a restart
	Slots    int                // jobs at the same time; default 1
	Lease    time.Duration      // renewed at a third of it; default 30 s
	Poll     time.Duration      // how often to look for jobs that others added; default 2 s
	Attempts int                // runs before a job fails for good; default 5
	Grace    time.Duration      // for a handler to end when stopped; default 8 s
	Now      func() time.Time
	Random   io.Reader
	Log      *slog.Logger
}

// Worker takes jobs from a table and runs their handlers.
type Worker struct {
	cfg   Config
	owner string
	wake  chan struct{}
}

// NewWorker fills in the defaults and draws the name under which this process
// leases jobs.
func NewWorker(cfg Config) (*Worker, error) {
	var b [8]byte
	if _, err := io.ReadFull(cfg.Random, b[:]); err != nil {
		return nil, fmt.Errorf("cannot name the job worker: %w", err)
	}
	cfg.Slots = max(cfg.Slots, 1)
	setDefault(&cfg.Lease, 30*time.Second)
	setDefault(&cfg.Poll, 2*time.Second)
	setDefault(&cfg.Grace, 8*time.Second)
	if cfg.Attempts <= 0 {
		cfg.Attempts = 5
	}
	return &Worker{cfg: cfg, owner: cfg.Node + "/" + hex.EncodeToString(b[:]), wake: make(chan struct{}, cfg.Slots)}, nil
}

func setDefault(d *time.Duration, to time.Duration) {
	if *d <= 0 {
		*d = to
	}
}

// Wake makes the worker look for a job at once. It never blocks.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends; jobs that run then are given back uncounted. Call
// it once.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.cfg.Table.Abandon(ctx, w.cfg.Node, w.cfg.Now()); err != nil {
		return fmt.Errorf("cannot take back the jobs of the last run: %w", err)
	}
	g := rungroup.New(w.cfg.Log, w.cfg.Grace)
	for i := range w.cfg.Slots {
		g.Add(fmt.Sprintf("job slot %d", i+1), w.slot)
	}
	return g.Run(ctx)
}

func (w *Worker) slot(ctx context.Context) error {
	poll := time.NewTicker(w.cfg.Poll)
	defer poll.Stop()
	kinds := slices.Sorted(maps.Keys(w.cfg.Handlers))
	for ctx.Err() == nil {
		now := w.cfg.Now()
		j, ok, err := w.cfg.Table.Claim(ctx, kinds, w.owner, now, now.Add(w.cfg.Lease))
		if err != nil && ctx.Err() == nil {
			w.cfg.Log.Error("claiming a job failed", "error", err)
		}
		if ok {
			w.work(ctx, j)
			continue
		}
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-poll.C:
		}
	}
	return nil
}

// settleTime bounds the writes that end a job, which outlive a stop.
const settleTime = 3 * time.Second

// work runs one leased job and settles it.
func (w *Worker) work(ctx context.Context, j Job) {
	log := w.cfg.Log.With("job", j.ID, "kind", j.Kind, "subject", j.Subject, "attempt", j.Attempt)
	var err error
	if j.Attempt > w.cfg.Attempts {
		// It never came to an outcome: each run took the process with it.
		err = playlists.Errorf(playlists.Internal, "job_gave_up", playlists.Params{"attempts": w.cfg.Attempts}, "cannot finish the job: %d runs were broken off", w.cfg.Attempts)
	} else {
		err = w.run(ctx, j)
	}
	if playlists.ReasonOf(err) == "job_lost" {
		log.Info("job lost", "error", err)
		return
	}
	out := w.outcome(ctx, j, err)
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if out.State == Failed {
		if failed := w.cfg.Handlers[j.Kind].Failed; failed != nil {
			cause, ok := errors.AsType[*playlists.Error](err)
			if !ok {
				cause = playlists.Errorf(playlists.Internal, out.Reason, out.Params, "cannot finish the job: %w", err)
			}
			if err := failed(settle, j, cause); err != nil {
				log.Error("telling of a failed job failed", "error", err)
				out.State, out.RunAt = Queued, w.cfg.Now().Add(backoff(j.Attempt))
			}
		}
	}
	if err != nil {
		log.Warn("job run failed", "error", err, "next", string(out.State))
	}
	if err := w.cfg.Table.Settle(settle, j.ID, w.owner, w.cfg.Now(), out); err != nil {
		log.Error("settling a job failed", "error", err)
	}
}

// run runs the handler beside the heartbeat that keeps its lease. A lost lease
// stops the handler.
func (w *Worker) run(ctx context.Context, j Job) error {
	var (
		mu       sync.Mutex
		stage    = j.Stage
		progress = 0.0
		result   error
	)
	report := func(s string, p float64) {
		mu.Lock()
		defer mu.Unlock()
		stage, progress = s, min(max(p, 0), 1)
	}
	g := rungroup.New(slog.New(slog.DiscardHandler), w.cfg.Grace)
	g.Add("handler", func(ctx context.Context) error {
		err := w.cfg.Handlers[j.Kind].Run(ctx, j, report)
		mu.Lock()
		defer mu.Unlock()
		result = err
		return err
	})
	g.Add("heartbeat", func(ctx context.Context) error {
		return w.beat(ctx, j.ID, func() (string, float64) { mu.Lock(); defer mu.Unlock(); return stage, progress })
	})
	err := g.Run(ctx)
	mu.Lock()
	defer mu.Unlock()
	if err == nil {
		err = result // a handler that saw its context end
	}
	return err
}

// progressStep is how often progress is written, far oftener than the lease
// needs: people watch it.
const progressStep = time.Second

// beat keeps the lease and the progress until ctx ends. It returns an error
// when the lease is lost or could not be renewed in time.
func (w *Worker) beat(ctx context.Context, id playlists.ID, at func() (string, float64)) error {
	tick := time.NewTicker(min(progressStep, w.cfg.Lease/3))
	defer tick.Stop()
	held, lastStage, lastProgress := w.cfg.Now(), "", -1.0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := w.cfg.Now()
		stage, progress := at()
		if stage == lastStage && progress == lastProgress && now.Sub(held) < w.cfg.Lease/3 {
			continue
		}
		err := w.cfg.Table.Beat(ctx, id, w.owner, now, now.Add(w.cfg.Lease), stage, progress)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			held, lastStage, lastProgress = now, stage, progress
		case playlists.ReasonOf(err) == "job_lost" || now.Sub(held) >= w.cfg.Lease:
			return err
		}
	}
}

// outcome decides what an ended run means.
func (w *Worker) outcome(ctx context.Context, j Job, err error) Outcome {
	if err == nil {
		return Outcome{State: Done}
	}
	if ctx.Err() != nil {
		return Outcome{State: Queued, RunAt: w.cfg.Now(), Uncount: true}
	}
	out := Outcome{State: Queued, RunAt: w.cfg.Now().Add(backoff(j.Attempt)), Reason: "internal"}
	if e, ok := errors.AsType[*playlists.Error](err); ok {
		out.Reason, out.Params = e.Reason, e.Params
	}
	switch playlists.CodeOf(err) {
	case playlists.Internal, playlists.Unavailable, playlists.RateLimited:
		if j.Attempt >= w.cfg.Attempts {
			out.State = Failed
		}
	default:
		out.State = Failed
	}
	return out
}

// backoff is the wait before the next run: 2 s, 8 s, 32 s … at most 10 min.
func backoff(attempt int) time.Duration {
	return min(2*time.Second<<(2*min(max(attempt-1, 0), 8)), 10*time.Minute)
}
