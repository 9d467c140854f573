package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"

	"cotmoc/controller/internal/publish"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Publish implements publish.Store.
type Publish struct{ db *DB }

var _ publish.Store = Publish{}

// Publish gives the part of the database that keeps publications, programmes
// and the outbox.
func (d *DB) Publish() Publish { return Publish{d} }

// keptProgrammes is how many of a screen's newest programmes it may still
// fetch objects for: it may be in the middle of the one before.
const keptProgrammes = 2

// SavePublication implements publish.Store.
func (s Publish) SavePublication(ctx context.Context, p *publish.Publication) error {
	plan := ""
	if p.Plan != nil {
		b, err := json.Marshal(p.Plan)
		if err != nil {
			return fmt.Errorf("cannot keep the plan: %w", err)
		}
		plan = string(b)
	}
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.AddPublication(ctx, sqlcgen.AddPublicationParams{
			ID: string(p.ID), Kind: string(p.Kind), At: millis(p.At), PersonID: string(p.By), PersonName: p.ByName, Note: p.Note, Plan: plan,
		}); err != nil {
			return err
		}
		for i := range p.Programmes {
			if err := addProgramme(ctx, q, p, &p.Programmes[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return taken(err, playlists.Errorf(playlists.Conflict, "programme_number_taken", nil, "cannot store the programmes: others were published meanwhile; publish again"))
}

func addProgramme(ctx context.Context, q *sqlcgen.Queries, of *publish.Publication, p *publish.Programme) error {
	if err := q.AddProgramme(ctx, sqlcgen.AddProgrammeParams{
		ScreenID: string(p.Screen), Epoch: int64(p.Epoch), Counter: int64(p.Counter), PublicationID: string(of.ID), PlanID: string(p.Plan),
		IssuedAt: millis(p.IssuedAt), Content: string(p.Content), Envelope: p.Envelope,
	}); err != nil {
		return err
	}
	for _, d := range p.Objects {
		if err := q.AllowObject(ctx, sqlcgen.AllowObjectParams{ScreenID: string(p.Screen), Digest: string(d), Epoch: int64(p.Epoch), Counter: int64(p.Counter)}); err != nil {
			return err
		}
	}
	if err := q.ForbidOldObjects(ctx, sqlcgen.ForbidOldObjectsParams{ScreenID: string(p.Screen), Epoch: int64(p.Epoch), Before: int64(p.Counter) - keptProgrammes + 1}); err != nil {
		return err
	}
	var err error
	p.Row, err = q.AddOutgoing(ctx, sqlcgen.AddOutgoingParams{ScreenID: string(p.Screen), CreatedAt: millis(of.At)})
	return err
}

// MayFetch tells whether one of a screen's newest programmes names an object.
func (s Publish) MayFetch(ctx context.Context, screen playlists.ID, d playlists.Digest) (bool, error) {
	return s.db.read().ObjectAllowed(ctx, sqlcgen.ObjectAllowedParams{ScreenID: string(screen), Digest: string(d)})
}

// LatestProgrammes implements publish.Store.
func (s Publish) LatestProgrammes(ctx context.Context) (map[playlists.ID]publish.Programme, error) {
	rows, err := s.db.read().LatestProgrammes(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[playlists.ID]publish.Programme, len(rows))
	for _, r := range rows {
		out[playlists.ID(r.ScreenID)] = programmeOf(sqlcgen.LatestProgrammeRow(r))
	}
	return out, nil
}

// LatestProgramme implements publish.Store.
func (s Publish) LatestProgramme(ctx context.Context, screen playlists.ID) (*publish.Programme, error) {
	r, err := s.db.read().LatestProgramme(ctx, string(screen))
	if err != nil {
		return nil, missing(err, playlists.Errorf(playlists.NotFound, "programme_missing", nil, "cannot find a programme of screen %s: publish first", screen))
	}
	p := programmeOf(r)
	return &p, nil
}

func programmeOf(r sqlcgen.LatestProgrammeRow) publish.Programme {
	return publish.Programme{
		Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), IssuedAt: instant(r.IssuedAt),
		Plan: playlists.ID(r.PlanID), Content: playlists.Digest(r.Content), Envelope: r.Envelope,
	}
}

// PublishedPlan implements publish.Store.
func (s Publish) PublishedPlan(ctx context.Context, publication playlists.ID) (playlists.ID, *programme.Plan, error) {
	var row sqlcgen.PublishedPlanRow
	var err error
	if publication == "" {
		var newest sqlcgen.NewestPublishedPlanRow
		newest, err = s.db.read().NewestPublishedPlan(ctx)
		row = sqlcgen.PublishedPlanRow(newest)
	} else {
		row, err = s.db.read().PublishedPlan(ctx, string(publication))
	}
	if err != nil {
		return "", nil, missing(err, publicationMissing(publication))
	}
	var plan programme.Plan
	if err := json.Unmarshal([]byte(row.Plan), &plan); err != nil {
		return "", nil, fmt.Errorf("cannot read the plan of publication %s: %w", row.ID, err)
	}
	return playlists.ID(row.ID), &plan, nil
}

func publicationMissing(id playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "publication_missing", nil, "cannot find publication %q: look it up in the list", string(id))
}

// Publications implements publish.Store.
func (s Publish) Publications(ctx context.Context, before playlists.ID, limit int) ([]publish.Publication, error) {
	var out []publish.Publication
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		rows, err := q.Publications(ctx, sqlcgen.PublicationsParams{Before: string(before), Most: int64(limit)})
		if err != nil {
			return err
		}
		for _, r := range rows {
			p, err := publicationOf(ctx, q, sqlcgen.PublicationRow(r))
			if err != nil {
				return err
			}
			out = append(out, *p)
		}
		return nil
	})
	return out, err
}

// Publication implements publish.Store.
func (s Publish) Publication(ctx context.Context, id playlists.ID) (*publish.Publication, error) {
	var out *publish.Publication
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		r, err := q.Publication(ctx, string(id))
		if err != nil {
			return missing(err, publicationMissing(id))
		}
		out, err = publicationOf(ctx, q, r)
		return err
	})
	return out, err
}

func publicationOf(ctx context.Context, q *sqlcgen.Queries, r sqlcgen.PublicationRow) (*publish.Publication, error) {
	p := &publish.Publication{
		ID: playlists.ID(r.ID), Kind: publish.Kind(r.Kind), At: instant(r.At), By: playlists.ID(r.PersonID), ByName: r.PersonName, Note: r.Note,
	}
	rows, err := q.ProgrammesOfPublication(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		p.Programmes = append(p.Programmes, publish.Programme{
			Screen: playlists.ID(row.ScreenID), Epoch: uint64(row.Epoch), Counter: uint64(row.Counter), IssuedAt: instant(row.IssuedAt),
			Plan: playlists.ID(row.PlanID), Content: playlists.Digest(row.Content), ScreenName: row.ScreenName,
			Received: instant(row.ReceivedAt), Cached: instant(row.CachedAt), Scheduled: instant(row.ScheduledAt), Shown: instant(row.ShownAt),
		})
	}
	return p, nil
}

// Outgoing implements publish.Store.
func (s Publish) Outgoing(ctx context.Context, limit int) ([]publish.Outgoing, error) {
	rows, err := s.db.read().Outgoing(ctx, int64(limit))
	if err != nil {
		return nil, err
	}
	out := make([]publish.Outgoing, 0, len(rows))
	for _, r := range rows {
		out = append(out, publish.Outgoing{Row: r.ID, Screen: playlists.ID(r.ScreenID), Epoch: uint64(r.Epoch), Counter: uint64(r.Counter), Envelope: r.Envelope})
	}
	return out, nil
}

// Announced implements publish.Store.
func (s Publish) Announced(ctx context.Context, done []publish.Outgoing) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i := range done {
			if err := q.ForgetOutgoing(ctx, sqlcgen.ForgetOutgoingParams{ScreenID: string(done[i].Screen), UpTo: done[i].Row}); err != nil {
				return err
			}
		}
		return nil
	})
}
