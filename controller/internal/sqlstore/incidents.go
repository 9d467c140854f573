package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cotmoc/controller/internal/incidents"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Incidents implements incidents.Store.
type Incidents struct{ db *DB }

var _ incidents.Store = Incidents{}

// Incidents gives the part of the database that knows incidents.
func (d *DB) Incidents() Incidents { return Incidents{d} }

// Save implements incidents.Store.
func (s Incidents) Save(ctx context.Context, changes []incidents.Change) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i := range changes {
			if err := saveIncident(ctx, q, &changes[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func saveIncident(ctx context.Context, q *sqlcgen.Queries, c *incidents.Change) error {
	if c.Suppress != "" {
		if err := q.SuppressIncident(ctx, string(c.Suppress)); err != nil {
			return fmt.Errorf("cannot count in the maintenance window %s: %w", c.Suppress, err)
		}
		return nil
	}
	i := &c.Incident
	row := sqlcgen.PutIncidentParams{
		ID: string(i.ID), Rule: string(i.Rule), ScreenID: string(i.Screen.ID), ClusterID: string(i.Cluster.ID), UnitID: string(i.Unit),
		Severity: string(i.Severity), Rank: int64(i.Severity.Rank()), Code: i.Code, Since: millis(i.Since), OpenedAt: millis(i.OpenedAt),
		GoodSince: millis(i.GoodSince), Recovered: i.Recovered, Flaps: int64(i.Flaps), EscalatedAt: millis(i.EscalatedAt), Escalations: int64(i.Escalations),
		OwnerID: string(i.Owner.ID), TakenAt: millis(i.TakenAt), ClosedAt: millis(i.ClosedAt), ClosedBy: string(i.ClosedBy.ID), CloseReason: string(i.Reason),
		Standing: i.Standing, Mark: i.Mark,
	}
	for _, part := range []struct {
		to   *string
		what any
	}{{&row.Params, given(i.Params)}, {&row.Hints, i.Hints}, {&row.Evidence, i.Evidence}, {&row.Members, i.Members}} {
		text, err := json.Marshal(part.what)
		if err != nil {
			return fmt.Errorf("cannot keep the incident %s: %w", i.ID, err)
		}
		*part.to = string(text)
	}
	if err := q.PutIncident(ctx, row); err != nil {
		return fmt.Errorf("cannot keep the incident %s: %w", i.ID, err)
	}
	for _, e := range c.Entries {
		params, err := json.Marshal(given(e.Params))
		if err != nil {
			return fmt.Errorf("cannot keep what happened to the incident %s: %w", i.ID, err)
		}
		err = q.AddIncidentEntry(ctx, sqlcgen.AddIncidentEntryParams{
			IncidentID: string(i.ID), At: millis(e.At), Kind: string(e.Kind), PersonID: string(e.By.ID), ToID: string(e.To.ID),
			Severity: string(e.Severity), Reason: string(e.Reason), Text: e.Text, Params: string(params),
		})
		if err != nil {
			return fmt.Errorf("cannot keep what happened to the incident %s: %w", i.ID, err)
		}
	}
	return nil
}

// given gives params that are an object in JSON.
func given(p playlists.Params) playlists.Params {
	if p == nil {
		return playlists.Params{}
	}
	return p
}

// Incident implements incidents.Store.
func (s Incidents) Incident(ctx context.Context, id playlists.ID) (i incidents.Incident, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		i, err = getIncident(ctx, q, string(id))
		return err
	})
	return i, err
}

func getIncident(ctx context.Context, q *sqlcgen.Queries, id string) (incidents.Incident, error) {
	row, err := q.GetIncident(ctx, id)
	if err != nil {
		return incidents.Incident{}, missing(err, incidents.Missing(playlists.ID(id)))
	}
	r := row.Incident
	i := incidents.Incident{
		ID: playlists.ID(r.ID), Rule: incidents.Rule(r.Rule), Unit: playlists.ID(r.UnitID), Severity: incidents.Severity(r.Severity),
		Screen:  incidents.Named{ID: playlists.ID(r.ScreenID), Name: row.ScreenName},
		Cluster: incidents.Named{ID: playlists.ID(r.ClusterID), Name: row.ClusterName},
		Code:    r.Code, Since: instant(r.Since), OpenedAt: instant(r.OpenedAt), GoodSince: instant(r.GoodSince), Recovered: r.Recovered,
		Flaps: int(r.Flaps), EscalatedAt: instant(r.EscalatedAt), Escalations: int(r.Escalations),
		Owner: incidents.Named{ID: playlists.ID(r.OwnerID), Name: row.OwnerName}, TakenAt: instant(r.TakenAt),
		ClosedAt: instant(r.ClosedAt), ClosedBy: incidents.Named{ID: playlists.ID(r.ClosedBy), Name: row.ClosedByName},
		Reason: incidents.CloseReason(r.CloseReason), Standing: r.Standing, Mark: r.Mark,
	}
	err = errors.Join(json.Unmarshal([]byte(r.Params), &i.Params), json.Unmarshal([]byte(r.Hints), &i.Hints),
		json.Unmarshal([]byte(r.Evidence), &i.Evidence), json.Unmarshal([]byte(r.Members), &i.Members))
	if err != nil {
		return i, fmt.Errorf("cannot read the incident %s: %w", id, err)
	}
	return i, nil
}

func eachIncident(ctx context.Context, q *sqlcgen.Queries, ids []string) ([]incidents.Incident, error) {
	out := make([]incidents.Incident, 0, len(ids))
	for _, id := range ids {
		i, err := getIncident(ctx, q, id)
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

// Kept implements incidents.Store.
func (s Incidents) Kept(ctx context.Context, closedAfter time.Time) (out []incidents.Incident, err error) {
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		ids, err := q.KeptIncidents(ctx, millis(closedAfter))
		if err != nil {
			return fmt.Errorf("cannot list the incidents: %w", err)
		}
		out, err = eachIncident(ctx, q, ids)
		return err
	})
	return out, err
}

// Journal implements incidents.Store.
func (s Incidents) Journal(ctx context.Context, id playlists.ID) ([]incidents.Entry, error) {
	rows, err := s.db.read().IncidentJournal(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("cannot read what happened to the incident %s: %w", id, err)
	}
	out := make([]incidents.Entry, 0, len(rows))
	for _, r := range rows {
		e := incidents.Entry{
			Seq: r.Seq, Incident: id, At: instant(r.At), Kind: incidents.Kind(r.Kind), Severity: incidents.Severity(r.Severity), Reason: incidents.CloseReason(r.Reason), Text: r.Text,
			By: incidents.Named{ID: playlists.ID(r.PersonID), Name: r.PersonName}, To: incidents.Named{ID: playlists.ID(r.ToID), Name: r.ToName},
		}
		if err := json.Unmarshal([]byte(r.Params), &e.Params); err != nil {
			return nil, fmt.Errorf("cannot read what happened to the incident %s: %w", id, err)
		}
		out = append(out, e)
	}
	return out, nil
}

// Find implements incidents.Store.
func (s Incidents) Find(ctx context.Context, f incidents.Filter) (out incidents.Page, err error) {
	after, err := keys(f.Cursor, 3)
	if err != nil {
		return out, err
	}
	place, err := strconv.ParseInt("0"+after[0], 10, 64)
	at, err2 := strconv.ParseInt("0"+after[1], 10, 64)
	if err != nil || err2 != nil {
		return out, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", f.Cursor)
	}
	r := reachOf(f.Reach)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		count := sqlcgen.CountIncidentsParams{
			Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs, State: string(f.State), Owner: string(f.Mine), Cluster: string(f.Cluster),
			Screen: string(f.Screen), Rule: string(f.Rule), Since: millis(f.From), Until: millis(f.Until),
		}
		total, err := q.CountIncidents(ctx, count)
		if err != nil {
			return fmt.Errorf("cannot count the incidents: %w", err)
		}
		out.Total = int(total)
		rows, err := q.FindIncidents(ctx, sqlcgen.FindIncidentsParams{
			Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs, State: count.State, Owner: count.Owner, Cluster: count.Cluster,
			Screen: count.Screen, Rule: count.Rule, Since: count.Since, Until: count.Until,
			AfterPlace: place, AfterAt: at, AfterID: after[2], Most: int64(f.Limit) + 1,
		})
		if err != nil {
			return fmt.Errorf("cannot list the incidents: %w", err)
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[len(rows)-1]
			out.Next = cursor(strconv.FormatInt(last.Place, 10), strconv.FormatInt(last.OpenedAt, 10), last.ID)
		}
		ids := make([]string, len(rows))
		for i, row := range rows {
			ids[i] = row.ID
		}
		out.Incidents, err = eachIncident(ctx, q, ids)
		return err
	})
	return out, err
}

// Count implements incidents.Store.
func (s Incidents) Count(ctx context.Context, in playlists.Reach, person playlists.ID) (incidents.Counts, error) {
	r := reachOf(in)
	row, err := s.db.read().OpenIncidentCounts(ctx, sqlcgen.OpenIncidentCountsParams{Person: string(person), Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs})
	if err != nil {
		return incidents.Counts{}, fmt.Errorf("cannot count the incidents: %w", err)
	}
	return incidents.Counts{Critical: int(row.Critical), Warning: int(row.Warning), Info: int(row.Info), Untaken: int(row.Untaken), Mine: int(row.Mine)}, nil
}

// After gives the journal's entries that people are alerted of, after a place
// in it, oldest first. A reopened incident is told as opened.
func (s Incidents) After(ctx context.Context, after int64, most int) ([]incidents.Told, error) {
	rows, err := s.db.read().IncidentsTold(ctx, sqlcgen.IncidentsToldParams{After: after, Most: int64(most)})
	if err != nil {
		return nil, fmt.Errorf("cannot read the journal of incidents: %w", err)
	}
	out := make([]incidents.Told, 0, len(rows))
	for _, r := range rows {
		t := incidents.Told{
			Seq: r.Seq, At: instant(r.At), Kind: incidents.Kind(r.Kind), Incident: playlists.ID(r.ID), Screen: playlists.ID(r.ScreenID), Cluster: playlists.ID(r.ClusterID),
			Unit: playlists.ID(r.UnitID), Rule: incidents.Rule(r.Rule), Severity: incidents.Severity(r.Severity), ScreenName: r.ScreenName, ClusterName: r.ClusterName,
		}
		if t.Kind == incidents.Reopened {
			t.Kind = incidents.Opened
		}
		if err := errors.Join(json.Unmarshal([]byte(r.What), &t.Params), json.Unmarshal([]byte(r.Params), &t.Params)); err != nil {
			return nil, fmt.Errorf("cannot read entry %d of the journal of incidents: %w", r.Seq, err)
		}
		out = append(out, t)
	}
	return out, nil
}

// Windows implements incidents.Store.
func (s Incidents) Windows(ctx context.Context, after time.Time) ([]incidents.Window, error) {
	rows, err := s.db.read().MaintenanceWindows(ctx, millis(after))
	if err != nil {
		return nil, fmt.Errorf("cannot list the maintenance windows: %w", err)
	}
	out := make([]incidents.Window, 0, len(rows))
	for _, r := range rows {
		w := r.MaintenanceWindow
		out = append(out, incidents.Window{
			ID: playlists.ID(w.ID), Screen: incidents.Named{ID: playlists.ID(w.ScreenID), Name: r.ScreenName}, Cluster: incidents.Named{ID: playlists.ID(w.ClusterID), Name: r.ClusterName},
			Unit: playlists.ID(w.UnitID), From: instant(w.FromAt), Until: instant(w.UntilAt), Reason: w.Reason,
			By: incidents.Named{ID: playlists.ID(w.PersonID), Name: r.PersonName}, Suppressed: int(w.Suppressed),
		})
	}
	return out, nil
}

// AddWindow implements incidents.Store.
func (s Incidents) AddWindow(ctx context.Context, w incidents.Window) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AddMaintenanceWindow(ctx, sqlcgen.AddMaintenanceWindowParams{
			ID: string(w.ID), ScreenID: string(w.Screen.ID), ClusterID: string(w.Cluster.ID), UnitID: string(w.Unit),
			FromAt: millis(w.From), UntilAt: millis(w.Until), Reason: w.Reason, PersonID: string(w.By.ID),
		})
	})
}

// EndWindow implements incidents.Store.
func (s Incidents) EndWindow(ctx context.Context, id playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.EndMaintenanceWindow(ctx, sqlcgen.EndMaintenanceWindowParams{UntilAt: millis(at), ID: string(id)})
	})
}

// Duty implements incidents.Store.
func (s Incidents) Duty(ctx context.Context) (map[playlists.ID]bool, error) {
	rows, err := s.db.read().IncidentDuty(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot read where shifts are kept: %w", err)
	}
	out := make(map[playlists.ID]bool, len(rows))
	for _, id := range rows {
		out[playlists.ID(id)] = true
	}
	return out, nil
}

// KeepsDuty implements incidents.Store.
func (s Incidents) KeepsDuty(ctx context.Context, cluster playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.KeepIncidentDuty(ctx, string(cluster)) })
}
