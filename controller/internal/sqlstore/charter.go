package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"cotmoc/controller/internal/charter"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/webauthn"
)

// Charter implements charter.Store.
type Charter struct{ db *DB }

var _ charter.Store = Charter{}

// Charter gives the part of the database that keeps charters and the keys that
// people offer for them.
func (d *DB) Charter() Charter { return Charter{d} }

// Chain implements charter.Store.
func (s Charter) Chain(ctx context.Context) ([]charter.Link, error) {
	rows, err := s.db.read().Charters(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]charter.Link, 0, len(rows))
	for _, r := range rows {
		out = append(out, charter.Link{
			Number: uint64(r.Number), Payload: playlists.Digest(r.Payload), Object: playlists.Digest(r.Object), Envelope: r.Envelope,
			IssuedAt: instant(r.IssuedAt), ExpiresAt: instant(r.ExpiresAt), AcceptedAt: instant(r.AcceptedAt),
			By: playlists.ID(r.PersonID), ByName: r.PersonName,
		})
	}
	return out, nil
}

// AddLink implements charter.Store.
func (s Charter) AddLink(ctx context.Context, l charter.Link) error {
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AddCharter(ctx, sqlcgen.AddCharterParams{
			Number: int64(l.Number), Payload: string(l.Payload), Object: string(l.Object), Envelope: l.Envelope,
			IssuedAt: millis(l.IssuedAt), ExpiresAt: millis(l.ExpiresAt), AcceptedAt: millis(l.AcceptedAt), PersonID: string(l.By), PersonName: l.ByName,
		})
	})
	return taken(err, playlists.Errorf(playlists.Conflict, string(programme.CharterOld), nil, "cannot accept charter %d: there is one of this number; load the page again", l.Number))
}

// Credentials implements charter.Store.
func (s Charter) Credentials(ctx context.Context, person playlists.ID) ([]charter.Credential, error) {
	rows, err := s.db.read().SigningCredentials(ctx, string(person))
	if err != nil {
		return nil, err
	}
	out := make([]charter.Credential, 0, len(rows))
	for _, r := range rows {
		out = append(out, charter.Credential{
			Credential: programme.Credential{
				ID: r.ID, Kind: programme.CredentialKind(r.Kind), Algorithm: webauthn.Algorithm(r.Algorithm), Key: r.PublicKey, RPID: r.RpID, Independent: r.Independent,
			},
			Person: playlists.ID(r.PersonID), CredentialID: r.CredentialID, Label: r.Label, CreatedAt: instant(r.CreatedAt),
		})
	}
	return out, nil
}

// AddCredential implements charter.Store.
func (s Charter) AddCredential(ctx context.Context, c charter.Credential) error {
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.AddSigningCredential(ctx, sqlcgen.AddSigningCredentialParams{
			ID: c.ID, PersonID: string(c.Person), Kind: string(c.Kind), Algorithm: string(c.Algorithm), PublicKey: c.Key, RpID: c.RPID,
			Independent: c.Independent, CredentialID: c.CredentialID, Label: c.Label, CreatedAt: millis(c.CreatedAt),
		})
	})
	return taken(err, playlists.Errorf(playlists.Conflict, "credential_taken", nil, "cannot offer this key: somebody has offered it already; each person has keys of their own"))
}

// DropCredential implements charter.Store.
func (s Charter) DropCredential(ctx context.Context, id string) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DropSigningCredential(ctx, id) })
}

// Approvals implements charter.Store.
func (s Charter) Approvals(ctx context.Context) ([][]byte, error) {
	return s.db.read().ApprovalObjects(ctx)
}

// NewestReceived gives the newest programme that a screen has ever reported,
// zero before the first.
func (s Publish) NewestReceived(ctx context.Context, screen playlists.ID) (programme.Numbers, error) {
	row, err := s.db.read().NewestReceived(ctx, string(screen))
	if errors.Is(err, sql.ErrNoRows) {
		return programme.Numbers{}, nil
	}
	return programme.Numbers{Epoch: uint64(row.Epoch), Counter: uint64(row.Counter)}, err
}
