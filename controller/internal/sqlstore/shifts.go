package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/shifts"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Shifts implements shifts.Store.
type Shifts struct{ db *DB }

var _ shifts.Store = Shifts{}

// Shifts gives the part of the database that keeps the shift log.
func (d *DB) Shifts() Shifts { return Shifts{d} }

// Cluster implements shifts.Store.
func (s Shifts) Cluster(ctx context.Context, id playlists.ID, today string) (string, playlists.ID, error) {
	row, err := s.db.read().ShiftCluster(ctx, sqlcgen.ShiftClusterParams{ID: string(id), Today: today})
	if err != nil {
		return "", "", missing(fmt.Errorf("cannot read the cluster %s: %w", id, err),
			playlists.Errorf(playlists.NotFound, "cluster_missing", playlists.Params{"id": string(id)}, "cannot find the cluster %.40q: choose one from the list of clusters", string(id)))
	}
	return row.Name, playlists.ID(row.UnitID), nil
}

// OnDuty implements shifts.Store.
func (s Shifts) OnDuty(ctx context.Context, cluster playlists.ID) ([]shifts.Shift, error) {
	return onDuty(ctx, s.db.read(), cluster)
}

func onDuty(ctx context.Context, q *sqlcgen.Queries, cluster playlists.ID) ([]shifts.Shift, error) {
	rows, err := q.ShiftsOnDuty(ctx, string(cluster))
	if err != nil {
		return nil, fmt.Errorf("cannot tell who is on duty at %s: %w", cluster, err)
	}
	out := make([]shifts.Shift, len(rows))
	for i, r := range rows {
		out[i] = shifts.Shift{
			ID: playlists.ID(r.ID), Cluster: playlists.ID(r.ClusterID), Person: playlists.ID(r.PersonID), Began: instant(r.BeganAt), Ended: instant(r.EndedAt),
			Offer: playlists.ID(r.OfferID), OfferedAt: instant(r.OfferedAt),
		}
	}
	return out, nil
}

// Change implements shifts.Store.
func (s Shifts) Change(ctx context.Context, cluster playlists.ID, change func([]shifts.Shift) ([]shifts.Shift, []shifts.Entry, error)) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		now, err := onDuty(ctx, q, cluster)
		if err != nil {
			return err
		}
		changed, written, err := change(now)
		if err != nil {
			return err
		}
		for _, x := range changed {
			err := q.SetShift(ctx, sqlcgen.SetShiftParams{
				ID: string(x.ID), ClusterID: string(x.Cluster), PersonID: string(x.Person), BeganAt: millis(x.Began), EndedAt: millis(x.Ended), OfferID: string(x.Offer), OfferedAt: millis(x.OfferedAt),
			})
			if err != nil {
				return fmt.Errorf("cannot keep the shift %s: %w", x.ID, err)
			}
		}
		for _, e := range written {
			open, err := json.Marshal(e.Open)
			if err == nil {
				err = q.AddShiftEntry(ctx, sqlcgen.AddShiftEntryParams{
					ClusterID: string(e.Cluster), At: millis(e.At), Kind: string(e.Kind), PersonID: string(e.Person), OtherID: string(e.Other), ShiftID: string(e.Shift), Note: e.Note, Open: string(open),
				})
			}
			if err != nil {
				return fmt.Errorf("cannot write into the shift log of %s: %w", cluster, err)
			}
		}
		return nil
	})
}

// Entries implements shifts.Store.
func (s Shifts) Entries(ctx context.Context, cluster playlists.ID, from, until time.Time) ([]shifts.Entry, error) {
	rows, err := s.db.read().ShiftEntries(ctx, sqlcgen.ShiftEntriesParams{ClusterID: string(cluster), Start: millis(from), Stop: millis(until)})
	if err != nil {
		return nil, fmt.Errorf("cannot read the shift log of %s: %w", cluster, err)
	}
	out := make([]shifts.Entry, len(rows))
	for i, r := range rows {
		out[i] = shifts.Entry{
			Seq: r.Seq, Cluster: playlists.ID(r.ClusterID), At: instant(r.At), Kind: shifts.Kind(r.Kind), Person: playlists.ID(r.PersonID), Other: playlists.ID(r.OtherID), Shift: playlists.ID(r.ShiftID), Note: r.Note,
		}
		if err := json.Unmarshal([]byte(r.Open), &out[i].Open); err != nil {
			return nil, fmt.Errorf("cannot read the entry %d of the shift log: %w", r.Seq, err)
		}
	}
	return out, nil
}

// Names implements shifts.Store.
func (s Shifts) Names(ctx context.Context) (map[playlists.ID]string, error) {
	rows, err := s.db.read().PeopleNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list what people are called: %w", err)
	}
	out := make(map[playlists.ID]string, len(rows))
	for _, r := range rows {
		out[playlists.ID(r.ID)] = r.Name
	}
	return out, nil
}

// Watchers implements shifts.Store.
func (s Shifts) Watchers(ctx context.Context, unit, cluster playlists.ID) ([]shifts.Person, error) {
	rows, err := s.db.read().Watchers(ctx, sqlcgen.WatchersParams{UnitID: string(unit), ClusterID: string(cluster)})
	if err != nil {
		return nil, fmt.Errorf("cannot list the watch officers of %s: %w", cluster, err)
	}
	out := make([]shifts.Person, len(rows))
	for i, r := range rows {
		out[i] = shifts.Person{ID: playlists.ID(r.ID), Name: r.Name}
	}
	return out, nil
}

// Staffing implements shifts.Store.
func (s Shifts) Staffing(ctx context.Context, cluster playlists.ID) (shifts.Staffing, error) {
	r, err := s.db.read().Staffing(ctx, string(cluster))
	if errors.Is(err, sql.ErrNoRows) {
		return shifts.Staffing{}, nil
	}
	if err != nil {
		return shifts.Staffing{}, fmt.Errorf("cannot tell when %s is manned: %w", cluster, err)
	}
	return shifts.Staffing{From: r.HoursFrom, Until: r.HoursUntil, Version: int(r.Version)}, nil
}

// SaveStaffing implements shifts.Store.
func (s Shifts) SaveStaffing(ctx context.Context, cluster playlists.ID, f shifts.Staffing, by playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var n int64
		var err error
		if f.Version == 1 {
			n, err = q.AddStaffing(ctx, sqlcgen.AddStaffingParams{ClusterID: string(cluster), HoursFrom: f.From, HoursUntil: f.Until, PersonID: string(by), ChangedAt: millis(at)})
		} else {
			n, err = q.ChangeStaffing(ctx, sqlcgen.ChangeStaffingParams{ClusterID: string(cluster), HoursFrom: f.From, HoursUntil: f.Until, PersonID: string(by), ChangedAt: millis(at), Was: int64(f.Version - 1)})
		}
		if err != nil {
			return fmt.Errorf("cannot keep when %s is manned: %w", cluster, err)
		}
		if n == 0 {
			return playlists.Errorf(playlists.Conflict, "staffing_changed", nil, "cannot save the hours: somebody has changed them since; open them again")
		}
		return nil
	})
}
