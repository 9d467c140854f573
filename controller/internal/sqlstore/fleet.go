package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Fleet implements fleet.Store.
type Fleet struct{ db *DB }

var _ fleet.Store = Fleet{}

// Fleet gives the part of the database that knows clusters and screens.
func (d *DB) Fleet() Fleet { return Fleet{d} }

// Clusters implements fleet.Store.
func (s Fleet) Clusters(ctx context.Context) ([]fleet.Cluster, error) {
	var out []fleet.Cluster
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Clusters(ctx)
		if err != nil {
			return err
		}
		tenures, err := q.Tenures(ctx)
		if err != nil {
			return err
		}
		of := map[string][]fleet.Tenure{}
		for _, t := range tenures {
			of[t.ClusterID] = append(of[t.ClusterID], fleet.Tenure{Unit: fleet.Named{ID: playlists.ID(t.UnitID), Name: t.UnitName}, From: t.ValidFrom})
		}
		for _, r := range rows {
			out = append(out, fleet.Cluster{ID: playlists.ID(r.ID), Name: r.Name, Place: r.Place, Tenures: of[r.ID], ScreenCount: int(r.Screens)})
		}
		return nil
	})
	return out, err
}

// AddCluster implements fleet.Store.
func (s Fleet) AddCluster(ctx context.Context, c fleet.Cluster, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.AddCluster(ctx, sqlcgen.AddClusterParams{ID: string(c.ID), Name: c.Name, NameFolded: playlists.Fold(c.Name), Place: c.Place, CreatedAt: millis(at)}); err != nil {
			return err
		}
		return addTenures(ctx, q, c)
	})
}

// SaveCluster implements fleet.Store.
func (s Fleet) SaveCluster(ctx context.Context, c fleet.Cluster) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.UpdateCluster(ctx, sqlcgen.UpdateClusterParams{ID: string(c.ID), Name: c.Name, NameFolded: playlists.Fold(c.Name), Place: c.Place}); err != nil {
			return err
		}
		if err := q.ClearTenures(ctx, string(c.ID)); err != nil {
			return err
		}
		return addTenures(ctx, q, c)
	})
}

func addTenures(ctx context.Context, q *sqlcgen.Queries, c fleet.Cluster) error {
	for _, t := range c.Tenures {
		if err := q.AddTenure(ctx, sqlcgen.AddTenureParams{ClusterID: string(c.ID), ValidFrom: t.From, UnitID: string(t.Unit.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// UnitExists implements fleet.Store.
func (s Fleet) UnitExists(ctx context.Context, unit playlists.ID, on string) (bool, error) {
	ended, err := s.db.read().UnitEnd(ctx, string(unit))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && (ended == "" || on < ended), err
}

// Screens implements fleet.Store.
func (s Fleet) Screens(ctx context.Context) ([]playlists.Screen, error) {
	rows, err := s.db.read().AllScreens(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]playlists.Screen, 0, len(rows))
	for _, r := range rows {
		screen, err := screenOf(sqlcgen.FindScreensRow{ID: r.ID, Name: r.Name, ClusterID: r.ClusterID, Profile: r.Profile, Tags: r.Tags, TimeZone: r.TimeZone, DeviceKey: r.DeviceKey, CreatedAt: r.CreatedAt})
		if err != nil {
			return nil, err
		}
		screen.RevokedAt = instant(r.RevokedAt)
		out = append(out, screen)
	}
	return out, nil
}

// FindScreens implements fleet.Store.
func (s Fleet) FindScreens(ctx context.Context, f fleet.Filter) (fleet.Page, error) {
	var out fleet.Page
	after, err := keys(f.Cursor, 2)
	if err != nil {
		return out, err
	}
	r := reachOf(f.Reach)
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		total, err := q.CountScreens(ctx, sqlcgen.CountScreensParams{
			Today: f.Today, Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs, Cluster: string(f.Cluster), Pattern: pattern(f.Query),
		})
		if err != nil {
			return err
		}
		out.Total = int(total)
		rows, err := q.FindScreens(ctx, sqlcgen.FindScreensParams{
			Today: f.Today, Every: r.every, Units: r.units, Clusters: r.clusters, Pairs: r.pairs, Cluster: string(f.Cluster), Pattern: pattern(f.Query),
			AfterName: after[0], AfterID: after[1], Most: int64(f.Limit) + 1,
		})
		if err != nil {
			return err
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[len(rows)-1]
			out.Next = cursor(last.NameFolded, last.ID)
		}
		for _, row := range rows {
			screen, err := screenOf(row)
			if err != nil {
				return err
			}
			out.Screens = append(out.Screens, screen)
		}
		return nil
	})
	return out, err
}

func screenOf(r sqlcgen.FindScreensRow) (playlists.Screen, error) {
	s := playlists.Screen{
		ID: playlists.ID(r.ID), Name: r.Name, Cluster: playlists.ID(r.ClusterID), Profile: playlists.Profile(r.Profile),
		TimeZone: r.TimeZone, DeviceKey: r.DeviceKey, CreatedAt: instant(r.CreatedAt),
	}
	if err := json.Unmarshal([]byte(r.Tags), &s.Tags); err != nil {
		return s, fmt.Errorf("cannot read the tags of screen %s: %w", r.ID, err)
	}
	return s, nil
}

func tagsOf(s playlists.Screen) (string, error) {
	if s.Tags == nil {
		return "[]", nil
	}
	b, err := json.Marshal(s.Tags)
	return string(b), err
}

// SaveScreen implements fleet.Store.
func (s Fleet) SaveScreen(ctx context.Context, screen playlists.Screen) error {
	tags, err := tagsOf(screen)
	if err != nil {
		return err
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.UpdateScreen(ctx, sqlcgen.UpdateScreenParams{
			ID: string(screen.ID), Name: screen.Name, NameFolded: playlists.Fold(screen.Name), ClusterID: string(screen.Cluster),
			Profile: string(screen.Profile), Tags: tags, TimeZone: screen.TimeZone,
		})
	})
}

// RevokeScreen implements fleet.Store.
func (s Fleet) RevokeScreen(ctx context.Context, screen playlists.ID, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.RevokeScreen(ctx, sqlcgen.RevokeScreenParams{RevokedAt: millis(at), ID: string(screen)})
	})
}

// RevokedCertificates implements fleet.Store.
func (s Fleet) RevokedCertificates(ctx context.Context) ([]fleet.RevokedCertificate, error) {
	rows, err := s.db.read().RevokedCertificates(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]fleet.RevokedCertificate, 0, len(rows))
	for _, r := range rows {
		out = append(out, fleet.RevokedCertificate{DER: r.Certificate, At: instant(r.RevokedAt)})
	}
	earlier, err := s.db.read().EarlierRevokedCertificates(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range earlier {
		out = append(out, fleet.RevokedCertificate{DER: r.Certificate, At: instant(r.RevokedAt)})
	}
	replaced, err := s.db.read().ReplacedCertificates(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range replaced {
		out = append(out, fleet.RevokedCertificate{DER: r.Certificate, At: instant(r.ReplacedAt)})
	}
	return out, nil
}

// Replace implements fleet.Store.
func (s Fleet) Replace(ctx context.Context, pairing playlists.ID, until time.Time, screen playlists.ID, deviceKey, certificate []byte, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := claimPairing(ctx, q, pairing, until, screen); err != nil {
			return err
		}
		if err := q.RetireCertificates(ctx, sqlcgen.RetireCertificatesParams{At: millis(at), ID: string(screen)}); err != nil {
			return err
		}
		if err := q.DropEarlierCertificates(ctx, string(screen)); err != nil {
			return err
		}
		n, err := q.ReplaceDevice(ctx, sqlcgen.ReplaceDeviceParams{DeviceKey: deviceKey, Certificate: certificate, At: millis(at), ID: string(screen)})
		if err != nil {
			return taken(err, playlists.Errorf(playlists.Conflict, "device_claimed", nil, "cannot claim this screen PC: it is a screen already; remove that screen first"))
		}
		if n == 0 {
			return fleet.NoCertificate(screen)
		}
		return q.ForgetReported(ctx, string(screen))
	})
}

// ReplaceCertificate implements fleet.Store.
func (s Fleet) ReplaceCertificate(ctx context.Context, screen playlists.ID, certificate []byte, at time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.KeepCertificate(ctx, sqlcgen.KeepCertificateParams{ReplacedAt: millis(at), ID: string(screen)})
		if err != nil {
			return err
		}
		if n == 0 {
			return fleet.NoCertificate(screen)
		}
		return q.ReplaceCertificate(ctx, sqlcgen.ReplaceCertificateParams{Certificate: certificate, ID: string(screen)})
	})
}

// Certificate implements fleet.Store.
func (s Fleet) Certificate(ctx context.Context, screen playlists.ID) ([]byte, error) {
	der, err := s.db.read().Certificate(ctx, string(screen))
	return der, missing(err, fleet.NoCertificate(screen))
}
