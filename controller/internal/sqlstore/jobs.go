package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"cotmoc/controller/internal/jobs"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Jobs is the table of background work.
type Jobs struct{ db *DB }

var _ jobs.Table = Jobs{}

// Jobs gives the table of background work.
func (d *DB) Jobs() Jobs { return Jobs{d} }

// Add implements jobs.Table.
func (t Jobs) Add(ctx context.Context, j jobs.Job) error {
	return t.db.tx(ctx, func(q *sqlcgen.Queries) error { return addJob(ctx, q, j) })
}

// addJob queues a job inside another change's transaction.
func addJob(ctx context.Context, q *sqlcgen.Queries, j jobs.Job) error {
	err := q.ReplaceJobs(ctx, sqlcgen.ReplaceJobsParams{Kind: j.Kind, Subject: string(j.Subject), UpdatedAt: millis(j.UpdatedAt)})
	if err != nil {
		return fmt.Errorf("cannot replace older jobs: %w", err)
	}
	err = q.InsertJob(ctx, sqlcgen.InsertJobParams{
		ID: string(j.ID), Kind: j.Kind, Subject: string(j.Subject), Payload: string(j.Payload),
		RunAt: millis(j.RunAt), CreatedAt: millis(j.CreatedAt), UpdatedAt: millis(j.UpdatedAt),
	})
	if err != nil {
		return fmt.Errorf("cannot add a job: %w", err)
	}
	return nil
}

// Claim implements jobs.Table.
func (t Jobs) Claim(ctx context.Context, kinds []string, owner string, now, leaseUntil time.Time) (j jobs.Job, ok bool, err error) {
	due := sqlcgen.DueJobParams{Kinds: "," + strings.Join(kinds, ",") + ",", Now: millis(now)}
	// Most looks find nothing: they need no write.
	if _, err := t.db.read().DueJob(ctx, due); errors.Is(err, sql.ErrNoRows) {
		return jobs.Job{}, false, nil
	} else if err != nil {
		return jobs.Job{}, false, fmt.Errorf("cannot look for a job: %w", err)
	}
	err = t.db.tx(ctx, func(q *sqlcgen.Queries) error {
		row, err := q.DueJob(ctx, due)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot look for a job: %w", err)
		}
		n, err := q.LeaseJob(ctx, sqlcgen.LeaseJobParams{ID: row.ID, Owner: owner, Now: millis(now), LeaseUntil: millis(leaseUntil)})
		if err != nil || n == 0 {
			return err
		}
		if row, err = q.GetJob(ctx, row.ID); err != nil {
			return fmt.Errorf("cannot read the job %s: %w", row.ID, err)
		}
		j, err = jobOf(row)
		ok = err == nil
		return err
	})
	return j, ok, err
}

// Beat implements jobs.Table.
func (t Jobs) Beat(ctx context.Context, id playlists.ID, owner string, now, leaseUntil time.Time, stage string, progress float64) error {
	return t.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.BeatJob(ctx, sqlcgen.BeatJobParams{ID: string(id), Owner: owner, Now: millis(now), LeaseUntil: millis(leaseUntil), Stage: stage, Progress: progress})
		return held(id, n, err)
	})
}

// Settle implements jobs.Table.
func (t Jobs) Settle(ctx context.Context, id playlists.ID, owner string, now time.Time, o jobs.Outcome) error {
	params, err := json.Marshal(o.Params)
	if err != nil {
		return fmt.Errorf("cannot keep a job's outcome: %w", err)
	}
	return t.db.tx(ctx, func(q *sqlcgen.Queries) error {
		row, err := q.GetJob(ctx, string(id))
		if errors.Is(err, sql.ErrNoRows) {
			return jobs.Lost(id)
		}
		if err != nil {
			return fmt.Errorf("cannot read the job %s: %w", id, err)
		}
		p := sqlcgen.SettleJobParams{ID: string(id), Owner: owner, Now: millis(now), State: string(o.State), RunAt: row.RunAt, Reason: o.Reason, Params: string(params), Progress: row.Progress}
		switch o.State {
		case jobs.Queued:
			p.RunAt = millis(o.RunAt)
		case jobs.Done:
			p.Progress = 1
		}
		if o.Uncount {
			p.Uncount = 1
		}
		n, err := q.SettleJob(ctx, p)
		return held(id, n, err)
	})
}

// held turns the number of rows that an owner's change met into an error.
func held(id playlists.ID, n int64, err error) error {
	switch {
	case err != nil:
		return fmt.Errorf("cannot write the job %s: %w", id, err)
	case n == 0:
		return jobs.Lost(id)
	}
	return nil
}

// Abandon implements jobs.Table.
func (t Jobs) Abandon(ctx context.Context, node string, now time.Time) error {
	return t.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AbandonJobs(ctx, sqlcgen.AbandonJobsParams{Owners: node + "/%", Now: millis(now)})
	})
}

// Get gives a job as it stands.
func (t Jobs) Get(ctx context.Context, id playlists.ID) (jobs.Job, error) {
	row, err := t.db.read().GetJob(ctx, string(id))
	if err != nil {
		return jobs.Job{}, missing(err, playlists.Errorf(playlists.NotFound, "job_missing", nil, "cannot find the job %s", id))
	}
	return jobOf(row)
}

func jobOf(r sqlcgen.Job) (jobs.Job, error) {
	j := jobs.Job{
		ID: playlists.ID(r.ID), Kind: r.Kind, Subject: playlists.ID(r.Subject), Payload: json.RawMessage(r.Payload),
		State: jobs.State(r.State), Attempt: int(r.Attempt), Stage: r.Stage, Progress: r.Progress, Reason: r.Reason,
		RunAt: instant(r.RunAt), CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
	}
	if err := json.Unmarshal([]byte(r.Params), &j.Params); err != nil {
		return jobs.Job{}, fmt.Errorf("cannot read the job %s: %w", r.ID, err)
	}
	return j, nil
}
