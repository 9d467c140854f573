package jobs_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/jobs"
	"cotmoc/controller/internal/jobs/jobstest"
	"cotmoc/playlists"
)

func TestMemoryTable(t *testing.T) {
	t.Parallel()
	jobstest.Run(t, func(*testing.T) jobstest.Table { return &jobstest.Memory{} })
}

// bench is a worker over a table in memory, inside a synctest bubble.
type bench struct {
	t     *testing.T
	table *jobstest.Memory
	stop  context.CancelFunc
	ended chan error
}

func begin(t *testing.T, table *jobstest.Memory, slots int, h jobs.Handler) *bench {
	t.Helper()
	w, err := jobs.NewWorker(jobs.Config{
		Table: table, Handlers: map[string]jobs.Handler{"render": h}, Node: "node", Slots: slots, Attempts: 3,
		Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	b := &bench{t: t, table: table, stop: stop, ended: make(chan error, 1)}
	go func() { b.ended <- w.Run(ctx) }()
	return b
}

func (b *bench) add() playlists.ID {
	b.t.Helper()
	id, err := playlists.NewID(rand.Reader)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.table.Add(b.t.Context(), jobs.Job{ID: id, Kind: "render", Subject: id, RunAt: time.Now(), CreatedAt: time.Now()}); err != nil {
		b.t.Fatal(err)
	}
	return id
}

func (b *bench) job(id playlists.ID) jobs.Job {
	b.t.Helper()
	j, err := b.table.Get(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return j
}

func (b *bench) end() {
	b.t.Helper()
	b.stop()
	if err := <-b.ended; err != nil {
		b.t.Errorf("Run = %v", err)
	}
}

func TestRetriesThenDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var runs atomic.Int32
		b := begin(t, &jobstest.Memory{}, 1, jobs.Handler{Run: func(context.Context, jobs.Job, jobs.Report) error {
			if runs.Add(1) < 3 {
				return errors.New("the disk was busy")
			}
			return nil
		}})
		id := b.add()
		time.Sleep(time.Second)
		if j := b.job(id); j.State != jobs.Queued || j.Attempt != 1 || j.Reason != "internal" {
			t.Errorf("after the first failure: %+v", j)
		}
		time.Sleep(time.Minute)
		if j := b.job(id); j.State != jobs.Done || j.Attempt != 3 {
			t.Errorf("after a minute: %+v", j)
		}
		b.end()
	})
}

func TestFinalFailureIsToldOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err      error
		attempts int
		reason   string
	}{
		"refused at once":     {playlists.Errorf(playlists.Invalid, "video_corrupt", nil, "cannot read"), 1, "video_corrupt"},
		"gave up":             {errors.New("broken"), 3, "internal"},
		"gave up with reason": {playlists.Errorf(playlists.Unavailable, "storage_full", nil, "cannot store"), 3, "storage_full"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var told []string
				b := begin(t, &jobstest.Memory{}, 1, jobs.Handler{
					Run: func(context.Context, jobs.Job, jobs.Report) error { return c.err },
					Failed: func(_ context.Context, _ jobs.Job, e *playlists.Error) error {
						told = append(told, e.Reason)
						return nil
					},
				})
				id := b.add()
				time.Sleep(time.Hour)
				if j := b.job(id); j.State != jobs.Failed || j.Attempt != c.attempts || j.Reason != c.reason {
					t.Errorf("job = %+v", j)
				}
				b.end()
				if len(told) != 1 || told[0] != c.reason {
					t.Errorf("told %v", told)
				}
			})
		})
	}
}

func TestPanicIsAFailedRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := begin(t, &jobstest.Memory{}, 1, jobs.Handler{Run: func(context.Context, jobs.Job, jobs.Report) error { panic("a decoder fell over") }})
		id := b.add()
		time.Sleep(time.Hour)
		if j := b.job(id); j.State != jobs.Failed {
			t.Errorf("job = %+v", j)
		}
		b.end()
	})
}

func TestStopGivesTheJobBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table := &jobstest.Memory{}
		b := begin(t, table, 1, jobs.Handler{Run: func(ctx context.Context, _ jobs.Job, _ jobs.Report) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}})
		id := b.add()
		time.Sleep(5 * time.Second)
		b.end()
		if j := b.job(id); j.State != jobs.Queued || j.Attempt != 0 {
			t.Errorf("stopped job = %+v", j)
		}
		b = begin(t, table, 1, jobs.Handler{Run: func(context.Context, jobs.Job, jobs.Report) error { return nil }})
		synctest.Wait()
		if j := b.job(id); j.State != jobs.Done {
			t.Errorf("after the restart: %+v", j)
		}
		b.end()
	})
}

func TestPoisonedJobEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		table := &jobstest.Memory{}
		b := &bench{t: t, table: table}
		id := b.add()
		for range 3 { // three processes died with it
			if _, ok, err := table.Claim(t.Context(), []string{"render"}, "node/dead", time.Now(), time.Now().Add(time.Minute)); !ok || err != nil {
				t.Fatal(ok, err)
			}
			time.Sleep(2 * time.Minute)
		}
		b = begin(t, table, 1, jobs.Handler{Run: func(context.Context, jobs.Job, jobs.Report) error {
			t.Error("a fourth run of a poisoned job")
			return nil
		}})
		synctest.Wait()
		if j := b.job(id); j.State != jobs.Failed || j.Reason != "job_gave_up" {
			t.Errorf("poisoned job = %+v", j)
		}
		b.end()
	})
}

func TestSlotsBoundTheRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		b := begin(t, &jobstest.Memory{}, 2, jobs.Handler{Run: func(context.Context, jobs.Job, jobs.Report) error {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			return nil
		}})
		ids := []playlists.ID{b.add(), b.add(), b.add(), b.add(), b.add()}
		time.Sleep(10 * time.Second)
		for _, id := range ids {
			if j := b.job(id); j.State != jobs.Done {
				t.Errorf("job = %+v", j)
			}
		}
		if most.Load() != 2 {
			t.Errorf("%d ran at once, want 2", most.Load())
		}
		b.end()
	})
}

func TestLongRunKeepsItsLeaseAndShowsProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := begin(t, &jobstest.Memory{}, 2, jobs.Handler{Run: func(_ context.Context, _ jobs.Job, report jobs.Report) error {
			for i := range 10 {
				report("video", float64(i)/10)
				time.Sleep(20 * time.Second)
			}
			return nil
		}})
		id := b.add()
		time.Sleep(110 * time.Second)
		if j := b.job(id); j.State != jobs.Running || j.Attempt != 1 || j.Stage != "video" || j.Progress < 0.3 || j.Progress > 0.6 {
			t.Errorf("under way: %+v", j)
		}
		time.Sleep(3 * time.Minute)
		if j := b.job(id); j.State != jobs.Done || j.Attempt != 1 {
			t.Errorf("ended: %+v", j)
		}
		b.end()
	})
}

func TestReplacedJobIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var stopped atomic.Bool
		b := begin(t, &jobstest.Memory{}, 1, jobs.Handler{Run: func(ctx context.Context, j jobs.Job, report jobs.Report) error {
			if j.Payload != nil {
				return nil
			}
			for i := 0; ctx.Err() == nil; i++ {
				report("video", float64(i)/1000)
				time.Sleep(500 * time.Millisecond)
			}
			stopped.Store(true)
			return ctx.Err()
		}})
		old := b.add()
		time.Sleep(5 * time.Second)
		next := jobs.Job{ID: "bbbbbbbbbbbbbbbb", Kind: "render", Subject: old, Payload: []byte(`{}`), RunAt: time.Now()}
		if err := b.table.Add(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if !stopped.Load() {
			t.Error("the replaced job runs on")
		}
		if j := b.job(next.ID); j.State != jobs.Done {
			t.Errorf("next = %+v", j)
		}
		if j := b.job(old); j.State != jobs.Replaced {
			t.Errorf("old = %+v", j)
		}
		b.end()
	})
}
