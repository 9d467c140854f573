package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Alerts implements alerts.Store.
type Alerts struct{ db *DB }

var _ alerts.Store = Alerts{}

// Alerts gives the part of the database that keeps channels and deliveries.
func (d *DB) Alerts() Alerts { return Alerts{d} }

// Channels implements alerts.Store.
func (s Alerts) Channels(ctx context.Context, r playlists.Reach) ([]*alerts.Channel, error) {
	in := unitReach(r)
	rows, err := s.db.read().AlertChannels(ctx, sqlcgen.AlertChannelsParams{Every: in.every, Units: in.units})
	if err != nil {
		return nil, fmt.Errorf("cannot list the alert channels: %w", err)
	}
	out := make([]*alerts.Channel, len(rows))
	for i := range rows {
		if out[i], err = alertChannel(&rows[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Channel implements alerts.Store.
func (s Alerts) Channel(ctx context.Context, id playlists.ID) (*alerts.Channel, error) {
	row, err := s.db.read().AlertChannel(ctx, string(id))
	if err != nil {
		return nil, missing(fmt.Errorf("cannot read the alert channel %s: %w", id, err), alerts.Missing(id))
	}
	return alertChannel(&row)
}

func alertChannel(r *sqlcgen.AlertChannel) (*alerts.Channel, error) {
	c := &alerts.Channel{
		ID: playlists.ID(r.ID), Unit: playlists.ID(r.UnitID), Cluster: playlists.ID(r.ClusterID), Kind: alerts.Kind(r.Kind), Name: r.Name, Language: r.Language,
		Least: alerts.Severity(r.Least), Level: int(r.Level), Quiet: alerts.Quiet{From: r.QuietFrom, Until: r.QuietUntil, Critical: r.QuietCritical}, Enabled: r.Enabled,
		Sealed: r.Sealed, Version: int(r.Version), By: playlists.ID(r.PersonID), Changed: instant(r.ChangedAt),
	}
	err := errors.Join(json.Unmarshal([]byte(r.Settings), &c.Settings), json.Unmarshal([]byte(r.Targets), &c.Targets), json.Unmarshal([]byte(r.Held), &c.Held))
	if err != nil {
		return nil, fmt.Errorf("cannot read the alert channel %s: %w", r.ID, err)
	}
	return c, nil
}

// SaveChannel implements alerts.Store.
func (s Alerts) SaveChannel(ctx context.Context, c *alerts.Channel, most int) error {
	settings, err := json.Marshal(c.Settings)
	targets, err2 := json.Marshal(c.Targets)
	held, err3 := json.Marshal(c.Held)
	if err := errors.Join(err, err2, err3); err != nil {
		return fmt.Errorf("cannot keep the alert channel %s: %w", c.ID, err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if c.Version == 1 {
			n, err := q.CountAlertChannels(ctx, string(c.Unit))
			if err != nil {
				return fmt.Errorf("cannot count the alert channels of %s: %w", c.Unit, err)
			}
			if n >= int64(most) {
				return playlists.Errorf(playlists.Conflict, "alerts_full", playlists.Params{"max": most}, "cannot have more than %d alert channels: remove one first", most)
			}
			if _, err := q.UnitBrand(ctx, string(c.Unit)); err != nil { // the unit must be there
				return missing(err, playlists.Errorf(playlists.NotFound, "unit_missing", playlists.Params{"id": string(c.Unit)}, "cannot find the unit %.40q: choose one from the list of units", string(c.Unit)))
			}
			err = q.AddAlertChannel(ctx, sqlcgen.AddAlertChannelParams{
				ID: string(c.ID), UnitID: string(c.Unit), ClusterID: string(c.Cluster), Kind: string(c.Kind), Name: c.Name, Language: c.Language, Least: string(c.Least), Level: int64(c.Level),
				QuietFrom: c.Quiet.From, QuietUntil: c.Quiet.Until, QuietCritical: c.Quiet.Critical, Enabled: c.Enabled, Settings: string(settings), Targets: string(targets), Held: string(held),
				Sealed: c.Sealed, PersonID: string(c.By), ChangedAt: millis(c.Changed),
			})
			if err != nil {
				return fmt.Errorf("cannot keep the alert channel %s: %w", c.ID, err)
			}
			return nil
		}
		n, err := q.ChangeAlertChannel(ctx, sqlcgen.ChangeAlertChannelParams{
			ID: string(c.ID), ClusterID: string(c.Cluster), Name: c.Name, Language: c.Language, Least: string(c.Least), Level: int64(c.Level),
			QuietFrom: c.Quiet.From, QuietUntil: c.Quiet.Until, QuietCritical: c.Quiet.Critical, Enabled: c.Enabled, Settings: string(settings), Targets: string(targets), Held: string(held),
			PersonID: string(c.By), ChangedAt: millis(c.Changed), Was: int64(c.Version - 1),
		})
		if err == nil && n == 0 {
			return playlists.Errorf(playlists.Conflict, "alert_changed", nil, "cannot save the alert channel: somebody has changed it since; open it again")
		}
		if err == nil && len(c.Sealed) > 0 {
			err = q.SealAlertChannel(ctx, sqlcgen.SealAlertChannelParams{ID: string(c.ID), Sealed: c.Sealed})
		}
		if err != nil {
			return fmt.Errorf("cannot keep the alert channel %s: %w", c.ID, err)
		}
		return nil
	})
}

// RemoveChannel implements alerts.Store.
func (s Alerts) RemoveChannel(ctx context.Context, id playlists.ID, at time.Time, why alerts.Trouble) error {
	trouble, err := troubleText(&why)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.RemoveAlertChannel(ctx, sqlcgen.RemoveAlertChannelParams{ID: string(id), At: millis(at)})
		if err == nil && n == 0 {
			return alerts.Missing(id)
		}
		if err == nil {
			err = q.DropAlertsOfChannel(ctx, sqlcgen.DropAlertsOfChannelParams{ChannelID: string(id), At: millis(at), Trouble: trouble})
		}
		if err != nil {
			return fmt.Errorf("cannot remove the alert channel %s: %w", id, err)
		}
		return nil
	})
}

// Reseal implements alerts.Store.
func (s Alerts) Reseal(ctx context.Context, id playlists.ID, old, sealed []byte) (kept bool, err error) {
	err = s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.ResealAlertChannel(ctx, sqlcgen.ResealAlertChannelParams{ID: string(id), Was: old, Sealed: sealed})
		kept = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("cannot keep the secrets of the alert channel %s: %w", id, err)
	}
	return kept, nil
}

// DeadMan implements alerts.Store.
func (s Alerts) DeadMan(ctx context.Context) (*alerts.DeadMan, error) {
	row, err := s.db.read().AlertDeadMan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return &alerts.DeadMan{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the dead man's address: %w", err)
	}
	return &alerts.DeadMan{Sealed: row.Sealed, Host: row.Host, By: playlists.ID(row.PersonID), Changed: instant(row.ChangedAt)}, nil
}

// SaveDeadMan implements alerts.Store.
func (s Alerts) SaveDeadMan(ctx context.Context, d *alerts.DeadMan) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.SetAlertDeadMan(ctx, sqlcgen.SetAlertDeadManParams{Sealed: append([]byte{}, d.Sealed...), Host: d.Host, PersonID: string(d.By), ChangedAt: millis(d.Changed)}); err != nil {
			return fmt.Errorf("cannot keep the dead man's address: %w", err)
		}
		return nil
	})
}
