package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cotmoc/controller/internal/jobs"
	"cotmoc/controller/internal/media"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Lacking implements media.Store.
func (m Media) Lacking(ctx context.Context, p playlists.Profile, limit int) ([]playlists.ID, error) {
	return ids(m.db.read().LackingRendition(ctx, sqlcgen.LackingRenditionParams{Profile: string(p), Most: int64(limit)}))
}

// QueueRerender implements media.Store.
func (m Media) QueueRerender(ctx context.Context, tasks []media.Task, most int, now time.Time) (added int, err error) {
	if len(tasks) == 0 {
		return 0, nil
	}
	err = m.db.tx(ctx, func(q *sqlcgen.Queries) error {
		waiting, err := q.RerenderUnfinished(ctx)
		if err != nil {
			return fmt.Errorf("cannot count the jobs of the background: %w", err)
		}
		for _, t := range tasks[:min(len(tasks), max(0, most-int(waiting)))] {
			payload, err := json.Marshal(t)
			if err != nil {
				return fmt.Errorf("cannot keep the task of %s: %w", t.Media, err)
			}
			if err := addJob(ctx, q, jobs.Job{ID: t.ID, Kind: media.RerenderJob, Subject: t.Media, Payload: payload, RunAt: now, CreatedAt: now, UpdatedAt: now}); err != nil {
				return err
			}
			added++
		}
		return nil
	})
	return added, err
}

// ForgetFailed implements media.Store.
func (m Media) ForgetFailed(ctx context.Context) error {
	return m.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.ForgetFailedRerender(ctx) })
}

// Rendering implements media.Store.
func (m Media) Rendering(ctx context.Context) (bool, error) {
	n, err := m.db.read().UnderRendering(ctx)
	return n > 0, err
}
