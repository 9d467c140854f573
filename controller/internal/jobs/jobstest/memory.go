package jobstest

import (
	"context"
	"strings"
	"sync"
	"time"

	"cotmoc/controller/internal/jobs"
	"cotmoc/playlists"
)

// Memory is a table for tests of what stands above it.
type Memory struct {
	mu   sync.Mutex
	rows []*row
}

type row struct {
	jobs.Job
	owner string
	until time.Time
}

var _ jobs.Table = (*Memory)(nil)

// Get gives a job as it stands.
func (m *Memory) Get(_ context.Context, id playlists.ID) (jobs.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.ID == id {
			return r.Job, nil
		}
	}
	return jobs.Job{}, playlists.Errorf(playlists.NotFound, "job_missing", nil, "cannot find job %s", id)
}

// Add implements jobs.Table.
func (m *Memory) Add(_ context.Context, j jobs.Job) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.Kind == j.Kind && r.Subject == j.Subject && (r.State == jobs.Queued || r.State == jobs.Running) {
			r.State, r.owner = jobs.Replaced, ""
		}
	}
	j.State = jobs.Queued
	m.rows = append(m.rows, &row{Job: j})
	return nil
}

// Claim implements jobs.Table.
func (m *Memory) Claim(_ context.Context, kinds []string, owner string, now, until time.Time) (jobs.Job, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var best *row
	for _, r := range m.rows {
		due := r.State == jobs.Queued && !r.RunAt.After(now) || r.State == jobs.Running && !r.until.After(now)
		for _, k := range kinds {
			if due && k == r.Kind && (best == nil || r.RunAt.Before(best.RunAt)) {
				best = r
			}
		}
	}
	if best == nil {
		return jobs.Job{}, false, nil
	}
	best.State, best.owner, best.until, best.UpdatedAt = jobs.Running, owner, until, now
	best.Attempt++
	return best.Job, true, nil
}

func (m *Memory) held(id playlists.ID, owner string) (*row, error) {
	for _, r := range m.rows {
		if r.ID == id && r.State == jobs.Running && r.owner == owner {
			return r, nil
		}
	}
	return nil, jobs.Lost(id)
}

// Beat implements jobs.Table.
func (m *Memory) Beat(_ context.Context, id playlists.ID, owner string, now, until time.Time, stage string, progress float64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.held(id, owner)
	if err == nil {
		r.until, r.Stage, r.Progress, r.UpdatedAt = until, stage, progress, now
	}
	return err
}

// Settle implements jobs.Table.
func (m *Memory) Settle(_ context.Context, id playlists.ID, owner string, now time.Time, o jobs.Outcome) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, err := m.held(id, owner)
	if err != nil {
		return err
	}
	r.State, r.owner, r.Reason, r.Params, r.UpdatedAt = o.State, "", o.Reason, o.Params, now
	switch {
	case o.State == jobs.Done:
		r.Progress = 1
	case o.State == jobs.Queued:
		r.RunAt = o.RunAt
	}
	if o.Uncount {
		r.Attempt--
	}
	return nil
}

// Abandon implements jobs.Table.
func (m *Memory) Abandon(_ context.Context, node string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.State == jobs.Running && strings.HasPrefix(r.owner, node+"/") {
			r.until = now
		}
	}
	return nil
}
