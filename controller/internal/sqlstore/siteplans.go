package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"cotmoc/controller/internal/siteplan"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// SitePlans implements siteplan.Store.
type SitePlans struct{ db *DB }

var _ siteplan.Store = SitePlans{}

// SitePlans gives the part of the database that keeps plans of sites.
func (d *DB) SitePlans() SitePlans { return SitePlans{d} }

// SitePlan implements siteplan.Store.
func (p SitePlans) SitePlan(ctx context.Context, cluster playlists.ID) (siteplan.Saved, error) {
	row, err := p.db.read().SitePlan(ctx, string(cluster))
	if errors.Is(err, sql.ErrNoRows) {
		return siteplan.Saved{}, nil
	}
	if err != nil {
		return siteplan.Saved{}, fmt.Errorf("cannot read the plan of the cluster %s: %w", cluster, err)
	}
	s := siteplan.Saved{Version: int(row.Version), By: playlists.ID(row.ByID), At: instant(row.At)}
	if err := json.Unmarshal([]byte(row.Plan), &s.Plan); err != nil {
		return siteplan.Saved{}, fmt.Errorf("cannot read the plan of the cluster %s: %w", cluster, err)
	}
	return s, nil
}

// PutSitePlan implements siteplan.Store.
func (p SitePlans) PutSitePlan(ctx context.Context, cluster playlists.ID, base int, s siteplan.Saved) error {
	text, err := json.Marshal(s.Plan)
	if err != nil {
		return fmt.Errorf("cannot keep the plan of the cluster %s: %w", cluster, err)
	}
	return p.db.tx(ctx, func(q *sqlcgen.Queries) error {
		before, err := q.SitePlan(ctx, string(cluster))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("cannot read the plan of the cluster %s: %w", cluster, err)
		}
		if int(before.Version) != base {
			return siteplan.Changed()
		}
		err = q.PutSitePlan(ctx, sqlcgen.PutSitePlanParams{ClusterID: string(cluster), Version: int64(s.Version), Plan: string(text), ByID: string(s.By), At: millis(s.At)})
		if err != nil {
			return fmt.Errorf("cannot keep the plan of the cluster %s: %w", cluster, err)
		}
		return nil
	})
}
