package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// errMoved tells that another reader has gone on with the journal.
var errMoved = errors.New("the journal has been read on meanwhile")

// Cursor implements alerts.Store.
func (s Alerts) Cursor(ctx context.Context) (int64, error) {
	seq, err := s.db.read().AlertCursor(ctx)
	if err != nil {
		return 0, fmt.Errorf("cannot tell how far alerts have come: %w", err)
	}
	return seq, nil
}

// Standing implements alerts.Store.
func (s Alerts) Standing(ctx context.Context, incidents []playlists.ID) (map[playlists.ID]alerts.Standing, error) {
	out := map[playlists.ID]alerts.Standing{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		levels, err := q.AlertLevels(ctx, texts(incidents))
		if err != nil {
			return err
		}
		for _, l := range levels {
			out[playlists.ID(l.IncidentID)] = alerts.Standing{Level: int(l.Level), Told: map[string]alerts.Told{}}
		}
		rows, err := q.AlertOpenings(ctx, texts(incidents))
		for _, r := range rows { // the newest stays
			st := out[playlists.ID(r.IncidentID)]
			if st.Told == nil {
				st.Told = map[string]alerts.Told{}
			}
			st.Told[alerts.ToldKey(playlists.ID(r.ChannelID), r.Target)] = alerts.Told{ID: r.ID, State: alerts.State(r.State), Attempts: int(r.Attempts), Next: instant(r.NextAt), Message: r.MessageID}
			out[playlists.ID(r.IncidentID)] = st
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot tell who knows of incidents: %w", err)
	}
	return out, nil
}

func texts(ids []playlists.ID) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return out
}

// Plan implements alerts.Store.
func (s Alerts) Plan(ctx context.Context, p *alerts.Plan) error {
	why, err := troubleText(p.Why)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.MoveAlertCursor(ctx, sqlcgen.MoveAlertCursorParams{Seq: p.To, Was: p.From})
		if err == nil && n != 1 {
			err = errMoved
		}
		for incident, level := range p.Levels {
			if err != nil {
				return err
			}
			if level == 0 {
				err = q.ForgetAlertLevel(ctx, string(incident))
			} else {
				err = q.SetAlertLevel(ctx, sqlcgen.SetAlertLevelParams{IncidentID: string(incident), Level: int64(level)})
			}
		}
		for _, id := range p.Drop {
			if err == nil {
				err = q.DropAlert(ctx, sqlcgen.DropAlertParams{ID: id, At: millis(p.At), Trouble: why})
			}
		}
		if err != nil {
			return err
		}
		return addAlerts(ctx, q, p.Add...)
	})
}

func addAlerts(ctx context.Context, q *sqlcgen.Queries, all ...*alerts.Delivery) error {
	for _, d := range all {
		content, err := json.Marshal(d.Content)
		if err != nil {
			return fmt.Errorf("cannot keep an alert: %w", err)
		}
		_, err = q.AddAlert(ctx, sqlcgen.AddAlertParams{
			MessageID: d.Message, Key: d.Key, ChannelID: string(d.Channel), Target: d.Target, IncidentID: string(d.Incident), ClusterID: string(d.Cluster), Opens: d.Opens,
			Severity: string(d.Severity), Content: string(content), NextAt: millis(d.Next), CreatedAt: millis(d.Created), ExpiresAt: millis(d.Expires),
		})
		if err != nil {
			return fmt.Errorf("cannot keep an alert: %w", err)
		}
	}
	return nil
}

// Recover implements alerts.Store.
func (s Alerts) Recover(ctx context.Context) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.RecoverAlerts(ctx); err != nil {
			return fmt.Errorf("cannot take up alerts that were on their way: %w", err)
		}
		return nil
	})
}

// Waiting implements alerts.Store.
func (s Alerts) Waiting(ctx context.Context, limit int) ([]*alerts.Delivery, error) {
	rows, err := s.db.read().WaitingAlerts(ctx, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("cannot list the alerts that wait: %w", err)
	}
	return alertDeliveries(rows)
}

func alertDeliveries(rows []sqlcgen.AlertDelivery) ([]*alerts.Delivery, error) {
	out := make([]*alerts.Delivery, len(rows))
	for i := range rows {
		r := &rows[i]
		d := &alerts.Delivery{
			ID: r.ID, Message: r.MessageID, Key: r.Key, Channel: playlists.ID(r.ChannelID), Target: r.Target, Incident: playlists.ID(r.IncidentID), Cluster: playlists.ID(r.ClusterID),
			Opens: r.Opens, Severity: alerts.Severity(r.Severity), State: alerts.State(r.State), Attempts: int(r.Attempts), Doubts: int(r.Doubts),
			Next: instant(r.NextAt), Created: instant(r.CreatedAt), Expires: instant(r.ExpiresAt), Done: instant(r.DoneAt), Within: r.WithinID,
		}
		err := json.Unmarshal([]byte(r.Content), &d.Content)
		if r.Trouble != "" {
			err = errors.Join(err, json.Unmarshal([]byte(r.Trouble), &d.Trouble))
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the alert %d: %w", r.ID, err)
		}
		out[i] = d
	}
	return out, nil
}

// Recent implements alerts.Store.
func (s Alerts) Recent(ctx context.Context, since time.Time) (map[alerts.Lane]int, error) {
	rows, err := s.db.read().RecentAlerts(ctx, millis(since))
	if err != nil {
		return nil, fmt.Errorf("cannot count the newest alerts: %w", err)
	}
	out := make(map[alerts.Lane]int, len(rows))
	for _, r := range rows {
		out[alerts.Lane{Channel: playlists.ID(r.ChannelID), Target: r.Target, Cluster: playlists.ID(r.ClusterID)}] = int(r.Sent)
	}
	return out, nil
}

// Gather implements alerts.Store.
func (s Alerts) Gather(ctx context.Context, into *alerts.Delivery, parts []int64) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := addAlerts(ctx, q, into); err != nil {
			return err
		}
		id, err := q.AlertID(ctx, into.Message)
		for _, part := range parts {
			if err != nil {
				break
			}
			var n int64
			if n, err = q.GatherAlert(ctx, sqlcgen.GatherAlertParams{ID: part, WithinID: id}); err == nil && n != 1 {
				err = fmt.Errorf("the alert %d does not wait any more", part)
			}
		}
		if err != nil {
			return fmt.Errorf("cannot make one alert of %d: %w", len(parts), err)
		}
		return nil
	})
}

// Hand implements alerts.Store.
func (s Alerts) Hand(ctx context.Context, id int64) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.HandAlert(ctx, id)
		if err == nil && n != 1 {
			err = errors.New("it does not wait any more")
		}
		if err != nil {
			return fmt.Errorf("cannot hand the alert %d over: %w", id, err)
		}
		return nil
	})
}

// End implements alerts.Store.
func (s Alerts) End(ctx context.Context, id int64, e alerts.Ending) error {
	trouble, err := troubleText(e.Trouble)
	if err != nil {
		return err
	}
	done := e.At
	if e.State == alerts.Waiting {
		done = time.Time{}
	}
	var doubt int64
	if e.Doubt {
		doubt = 1
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.EndAlert(ctx, sqlcgen.EndAlertParams{ID: id, State: string(e.State), Doubt: doubt, NextAt: millis(e.Next), DoneAt: millis(done), Trouble: trouble})
		if err != nil || n == 0 { // its channel was removed meanwhile
			return err
		}
		if e.State != alerts.Waiting {
			if err := q.EndGatheredAlerts(ctx, sqlcgen.EndGatheredAlertsParams{WithinID: id, State: string(e.State), DoneAt: millis(done), Trouble: trouble}); err != nil {
				return err
			}
		}
		if e.State == alerts.Failed {
			if err := dropFollowing(ctx, q, id, e.At); err != nil {
				return err
			}
		}
		return addAlerts(ctx, q, e.Tell...)
	})
}

// dropFollowing drops what would tell how an incident goes on to somebody who
// never heard of it.
func dropFollowing(ctx context.Context, q *sqlcgen.Queries, id int64, at time.Time) error {
	opens, err := q.AlertOpens(ctx, id)
	if err != nil || len(opens) == 0 {
		return err
	}
	d, err := q.AlertDelivery(ctx, id)
	if err != nil {
		return err
	}
	why, err := troubleText(&alerts.Trouble{Reason: "alert_opening_lost"})
	if err != nil {
		return err
	}
	return q.DropFollowingAlerts(ctx, sqlcgen.DropFollowingAlertsParams{ChannelID: d.ChannelID, Target: d.Target, Incidents: opens, At: millis(at), Trouble: why})
}

func troubleText(t *alerts.Trouble) (string, error) {
	if t == nil {
		return "", nil
	}
	b, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("cannot keep why an alert failed: %w", err)
	}
	return string(b), nil
}

// Hurry implements alerts.Store.
func (s Alerts) Hurry(ctx context.Context, channel playlists.ID, now time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.HurryAlerts(ctx, sqlcgen.HurryAlertsParams{ChannelID: string(channel), Now: millis(now)}); err != nil {
			return fmt.Errorf("cannot hurry the alerts of %s: %w", channel, err)
		}
		return nil
	})
}

// Deliveries implements alerts.Store.
func (s Alerts) Deliveries(ctx context.Context, r playlists.Reach, f alerts.Filter) (alerts.Page, error) {
	in := unitReach(r)
	var open, before int64
	if f.Open {
		open = 1
	}
	after, err := keys(f.Cursor, 1)
	if err == nil && after[0] != "" {
		before, err = strconv.ParseInt(after[0], 10, 64)
	}
	if err != nil {
		return alerts.Page{}, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", f.Cursor)
	}
	rows, err := s.db.read().AlertDeliveries(ctx, sqlcgen.AlertDeliveriesParams{Every: in.every, Units: in.units, Channel: string(f.Channel), OpenOnly: open, Before: before, Size: int64(f.Limit) + 1})
	if err != nil {
		return alerts.Page{}, fmt.Errorf("cannot list the alerts: %w", err)
	}
	var p alerts.Page
	if len(rows) > f.Limit {
		rows = rows[:f.Limit]
		p.Next = cursor(strconv.FormatInt(rows[len(rows)-1].ID, 10))
	}
	p.Items, err = alertDeliveries(rows)
	return p, err
}

// Forget implements alerts.Store.
func (s Alerts) Forget(ctx context.Context, before time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.ForgetAlerts(ctx, millis(before)); err != nil {
			return fmt.Errorf("cannot forget old alerts: %w", err)
		}
		return nil
	})
}
