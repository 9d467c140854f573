package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Approval implements approval.Store.
type Approval struct{ db *DB }

var _ approval.Store = Approval{}

// Approval gives the part of the database that keeps decisions.
func (d *DB) Approval() Approval { return Approval{d} }

// Decide implements approval.Store.
func (s Approval) Decide(ctx context.Context, media []playlists.ID, decide func(*approval.Case) (approval.Outcome, error)) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for i, id := range media {
			if i > 0 { // the last one's is written with the transaction
				if err := writeAct(ctx, q); err != nil {
					return err
				}
			}
			c, err := caseOf(ctx, q, id)
			if err != nil {
				return err
			}
			out, err := decide(c)
			if err != nil {
				return err
			}
			if err := keepOutcome(ctx, q, c, &out); err != nil {
				return err
			}
		}
		return nil
	})
}

func keepOutcome(ctx context.Context, q *sqlcgen.Queries, c *approval.Case, out *approval.Outcome) error {
	id := c.Media.ID
	d := &out.Decision
	var signature []byte
	if d.Signature != nil {
		var err error
		if signature, err = json.Marshal(d.Signature); err != nil {
			return fmt.Errorf("cannot keep the signature of the decision about %s: %w", id, err)
		}
	}
	err := q.AddDecision(ctx, sqlcgen.AddDecisionParams{
		ID: string(d.ID), MediaID: string(d.Media), Revision: int64(d.Revision), Act: string(d.Act), PersonID: string(d.Person),
		PersonName: d.PersonName, Reason: d.Reason, DecidedAt: millis(d.At), Statement: d.Statement, Batch: d.Batch, Signature: signature,
	})
	if err != nil {
		return fmt.Errorf("cannot keep the decision about %s: %w", id, err)
	}
	if d.Declared {
		if err := q.AddDeclaration(ctx, sqlcgen.AddDeclarationParams{DecisionID: string(d.ID), MediaID: string(d.Media)}); err != nil {
			return fmt.Errorf("cannot keep the declaration about %s: %w", id, err)
		}
	}
	if err := q.SetMediaState(ctx, sqlcgen.SetMediaStateParams{State: string(out.State), UpdatedAt: millis(d.At), ID: string(id)}); err != nil {
		return err
	}
	if out.Ends {
		if err := q.EndHoldsOfMedia(ctx, sqlcgen.EndHoldsOfMediaParams{At: millis(d.At), MediaID: string(id)}); err != nil {
			return fmt.Errorf("cannot end the hold of %s: %w", id, err)
		}
		return errors.Join(q.EndApproved(ctx, string(id)), q.EndSupplements(ctx, string(id)), q.Uncover(ctx, string(id)))
	}
	if out.Approval == nil {
		return nil
	}
	version := c.Media
	version.State = out.State
	if err := cover(ctx, q, &version, out); err != nil {
		return fmt.Errorf("cannot keep what is approved of %s: %w", id, err)
	}
	m, err := json.Marshal(version)
	if err != nil {
		return fmt.Errorf("cannot keep the approved version of %s: %w", id, err)
	}
	if out.Supplement {
		if err := q.SetApprovedMedia(ctx, sqlcgen.SetApprovedMediaParams{MediaID: string(id), Media: string(m)}); err != nil {
			return err
		}
		return q.AddSupplement(ctx, sqlcgen.AddSupplementParams{MediaID: string(id), Revision: int64(d.Revision), Approval: out.Approval, Charter: int64(out.Charter), ApprovedAt: millis(d.At)})
	}
	if err := q.EndSupplements(ctx, string(id)); err != nil {
		return err
	}
	return q.SetApproved(ctx, sqlcgen.SetApprovedParams{MediaID: string(id), Revision: int64(d.Revision), Approval: out.Approval, Media: string(m), ApprovedAt: millis(d.At), Charter: int64(out.Charter)})
}

// cover notes which renditions are approved now, and leaves those alone in the
// approved version.
func cover(ctx context.Context, q *sqlcgen.Queries, m *playlists.Media, out *approval.Outcome) error {
	if !out.Supplement {
		if err := q.Uncover(ctx, string(m.ID)); err != nil {
			return err
		}
	}
	st, err := programme.ParseStatement(out.Decision.Statement)
	if err != nil {
		return err
	}
	for _, s := range st.Subject {
		if err := q.Cover(ctx, sqlcgen.CoverParams{MediaID: string(m.ID), Profile: s.Name, Digest: string(s.Digest.SHA256)}); err != nil {
			return err
		}
	}
	covered, err := coveredOf(ctx, q, m.ID)
	if err != nil {
		return err
	}
	m.Renditions = slices.DeleteFunc(slices.Clone(m.Renditions), func(r playlists.Rendition) bool { return covered[r.Profile] != r.Digest })
	return nil
}

func coveredOf(ctx context.Context, q *sqlcgen.Queries, id playlists.ID) (map[playlists.Profile]playlists.Digest, error) {
	rows, err := q.CoveredOf(ctx, string(id))
	if err != nil {
		return nil, fmt.Errorf("cannot read what is approved of %s: %w", id, err)
	}
	out := map[playlists.Profile]playlists.Digest{}
	for _, r := range rows {
		out[playlists.Profile(r.Profile)] = playlists.Digest(r.Digest)
	}
	return out, nil
}

// caseOf reads a media that is not deleted, with its decisions.
func caseOf(ctx context.Context, q *sqlcgen.Queries, id playlists.ID) (*approval.Case, error) {
	r, err := getMedia(ctx, q, string(id))
	if err != nil {
		return nil, err
	}
	if !r.DeletedAt.IsZero() {
		return nil, approval.Missing(id)
	}
	rows, err := q.DecisionsOf(ctx, string(id))
	if err != nil {
		return nil, err
	}
	declared, err := q.DeclarationsOf(ctx, string(id))
	if err != nil {
		return nil, err
	}
	c := &approval.Case{Media: r.Media, Covered: r.Covered}
	now, err := q.ApprovalOf(ctx, string(id))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("cannot read the approval of %s: %w", id, err)
	}
	if err == nil && int(now.Revision) == r.Revision {
		c.Approval = now.Approval
	}
	for _, d := range rows {
		signature, err := signatureOf(d.Signature)
		if err != nil {
			return nil, fmt.Errorf("cannot read decision %s: %w", d.ID, err)
		}
		c.Decisions = append(c.Decisions, approval.Decision{
			ID: playlists.ID(d.ID), Media: id, Revision: int(d.Revision), Act: programme.Act(d.Act), Person: playlists.ID(d.PersonID),
			PersonName: d.PersonName, At: instant(d.DecidedAt), Reason: d.Reason, Declared: slices.Contains(declared, d.ID), Statement: d.Statement, Batch: d.Batch, Signature: signature,
		})
	}
	return c, nil
}

func signatureOf(text []byte) (*programme.HandSignature, error) {
	if text == nil {
		return nil, nil
	}
	s := new(programme.HandSignature)
	return s, json.Unmarshal(text, s)
}

// Again implements approval.Store.
func (s Approval) Again(ctx context.Context, charter uint64, in playlists.Reach, limit int) ([]playlists.ID, error) {
	r := unitReach(in)
	return ids(s.db.read().MediaAgain(ctx, sqlcgen.MediaAgainParams{Charter: int64(charter), Every: r.every, Units: r.units, Most: int64(limit)}))
}

// ApprovedBefore implements approval.Store.
func (s Approval) ApprovedBefore(ctx context.Context, charter uint64, after playlists.ID, limit int) ([]approval.Standing, error) {
	rows, err := s.db.read().ApprovedBefore(ctx, sqlcgen.ApprovedBeforeParams{Charter: int64(charter), After: string(after), Most: int64(limit)})
	if err != nil {
		return nil, err
	}
	out := make([]approval.Standing, 0, len(rows))
	for _, r := range rows {
		out = append(out, approval.Standing{Media: playlists.ID(r.MediaID), Approval: r.Approval})
	}
	return out, nil
}

// Stand implements approval.Store.
func (s Approval) Stand(ctx context.Context, charter uint64, media []playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			if err := q.ApprovedStands(ctx, sqlcgen.ApprovedStandsParams{Charter: int64(charter), MediaID: string(id)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Uncovered implements approval.Store.
func (s Approval) Uncovered(ctx context.Context, in playlists.Reach, limit int) ([]playlists.ID, error) {
	r := unitReach(in)
	return ids(s.db.read().MediaUncovered(ctx, sqlcgen.MediaUncoveredParams{Every: r.every, Units: r.units, Most: int64(limit)}))
}

// SupplementsBefore implements approval.Store.
func (s Approval) SupplementsBefore(ctx context.Context, charter uint64, after approval.Supplement, limit int) ([]approval.Supplement, error) {
	rows, err := s.db.read().SupplementsBefore(ctx, sqlcgen.SupplementsBeforeParams{Charter: int64(charter), After: string(after.Media), Number: int64(after.Number), Most: int64(limit)})
	if err != nil {
		return nil, err
	}
	out := make([]approval.Supplement, 0, len(rows))
	for _, r := range rows {
		out = append(out, approval.Supplement{Standing: approval.Standing{Media: playlists.ID(r.MediaID), Approval: r.Approval}, Number: int(r.Number)})
	}
	return out, nil
}

// JudgeSupplement implements approval.Store.
func (s Approval) JudgeSupplement(ctx context.Context, charter uint64, x approval.Supplement, renditions []playlists.Rendition, stands bool) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		for _, r := range renditions {
			var err error
			if stands {
				err = q.Cover(ctx, sqlcgen.CoverParams{MediaID: string(x.Media), Profile: string(r.Profile), Digest: string(r.Digest)})
			} else {
				err = q.UncoverOne(ctx, sqlcgen.UncoverOneParams{MediaID: string(x.Media), Profile: string(r.Profile), Digest: string(r.Digest)})
			}
			if err != nil {
				return fmt.Errorf("cannot note what stands of %s: %w", x.Media, err)
			}
		}
		if !stands {
			return nil
		}
		return q.SupplementStands(ctx, sqlcgen.SupplementStandsParams{Charter: int64(charter), MediaID: string(x.Media), Number: int64(x.Number)})
	})
}

// Cases implements approval.Store.
func (s Approval) Cases(ctx context.Context, media []playlists.ID) (map[playlists.ID]approval.Case, error) {
	out := make(map[playlists.ID]approval.Case, len(media))
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			c, err := caseOf(ctx, q, id)
			if playlists.CodeOf(err) == playlists.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = *c
		}
		return nil
	})
	return out, err
}

// Waiting implements approval.Store.
func (s Approval) Waiting(ctx context.Context, state playlists.MediaState, in playlists.Reach, limit int) ([]playlists.ID, error) {
	r := unitReach(in)
	return ids(s.db.read().MediaWaiting(ctx, sqlcgen.MediaWaitingParams{State: string(state), Every: r.every, Units: r.units, Most: int64(limit)}))
}

// Returned implements approval.Store.
func (s Approval) Returned(ctx context.Context, author playlists.ID, limit int) ([]playlists.ID, error) {
	return ids(s.db.read().MediaReturned(ctx, sqlcgen.MediaReturnedParams{Author: string(author), Most: int64(limit)}))
}

// Approved implements approval.Store.
func (s Approval) Approved(ctx context.Context, media []playlists.ID) (map[playlists.ID]programme.Approved, error) {
	out := map[playlists.ID]programme.Approved{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			row, err := q.Approved(ctx, string(id))
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			var m playlists.Media
			if err := json.Unmarshal([]byte(row.Media), &m); err != nil {
				return fmt.Errorf("cannot read the approved version of %s: %w", id, err)
			}
			more, err := q.Supplements(ctx, string(id))
			if err != nil {
				return fmt.Errorf("cannot read what was approved later of %s: %w", id, err)
			}
			out[id] = programme.Approved{Media: &m, Approval: row.Approval, Supplements: more}
		}
		return nil
	})
	return out, err
}

// Withdrawn implements approval.Store.
func (s Approval) Withdrawn(ctx context.Context) ([]playlists.ID, error) {
	return ids(s.db.read().Withdrawn(ctx))
}

// Titles implements approval.Store.
func (s Approval) Titles(ctx context.Context, media []playlists.ID) (map[playlists.ID]string, error) {
	out := make(map[playlists.ID]string, len(media))
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, id := range media {
			title, err := q.MediaTitle(ctx, string(id))
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			out[id] = title
		}
		return nil
	})
	return out, err
}

func ids(rows []string, err error) ([]playlists.ID, error) {
	out := make([]playlists.ID, len(rows))
	for i, r := range rows {
		out[i] = playlists.ID(r)
	}
	return out, err
}
