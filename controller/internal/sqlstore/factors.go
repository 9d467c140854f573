package sqlstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// TOTP implements identity.FactorStore.
func (s Identity) TOTP(ctx context.Context, person playlists.ID) (identity.TOTP, error) {
	r, err := s.db.read().Totp(ctx, string(person))
	if err != nil {
		return identity.TOTP{}, missing(err, playlists.Errorf(playlists.NotFound, "totp_missing", nil, "cannot find an authenticator of this person: there is none"))
	}
	return identity.TOTP{Person: person, Sealed: r.Secret, ConfirmedAt: instant(r.ConfirmedAt), CreatedAt: instant(r.CreatedAt)}, nil
}

// BeginTOTP implements identity.FactorStore.
func (s Identity) BeginTOTP(ctx context.Context, t identity.TOTP) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.BeginTotp(ctx, sqlcgen.BeginTotpParams{PersonID: string(t.Person), Secret: t.Sealed, CreatedAt: millis(t.CreatedAt)})
		if err == nil && n == 0 {
			return identity.TOTPOn()
		}
		return err
	})
}

// ConfirmTOTP implements identity.FactorStore.
func (s Identity) ConfirmTOTP(ctx context.Context, t identity.TOTP, step int64, at time.Time, codes []string) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.ConfirmTotp(ctx, sqlcgen.ConfirmTotpParams{ConfirmedAt: millis(at), LastStep: step, PersonID: string(t.Person), Secret: t.Sealed})
		if err != nil {
			return err
		}
		if n == 0 {
			return playlists.Errorf(playlists.Conflict, "totp_changed", nil, "cannot confirm this code: another secret was made since; begin anew")
		}
		return replaceCodes(ctx, q, t.Person, codes)
	})
}

// TakeStep implements identity.FactorStore.
func (s Identity) TakeStep(ctx context.Context, person playlists.ID, step int64) (bool, error) {
	return s.took(ctx, func(q *sqlcgen.Queries) (int64, error) {
		return q.TakeTotpStep(ctx, sqlcgen.TakeTotpStepParams{Step: step, PersonID: string(person)})
	})
}

// EndTOTP implements identity.FactorStore.
func (s Identity) EndTOTP(ctx context.Context, person playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.DeleteRecoveryCodes(ctx, string(person)); err != nil {
			return err
		}
		return q.DeleteTotp(ctx, string(person))
	})
}

// ReplaceCodes implements identity.FactorStore.
func (s Identity) ReplaceCodes(ctx context.Context, person playlists.ID, hashes []string) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return replaceCodes(ctx, q, person, hashes) })
}

func replaceCodes(ctx context.Context, q *sqlcgen.Queries, person playlists.ID, hashes []string) error {
	if err := q.DeleteRecoveryCodes(ctx, string(person)); err != nil {
		return err
	}
	for _, h := range hashes {
		if err := q.AddRecoveryCode(ctx, sqlcgen.AddRecoveryCodeParams{PersonID: string(person), CodeHash: h}); err != nil {
			return err
		}
	}
	return nil
}

// TakeCode implements identity.FactorStore.
func (s Identity) TakeCode(ctx context.Context, person playlists.ID, hash string, at time.Time) (bool, error) {
	return s.took(ctx, func(q *sqlcgen.Queries) (int64, error) {
		return q.TakeRecoveryCode(ctx, sqlcgen.TakeRecoveryCodeParams{UsedAt: millis(at), PersonID: string(person), CodeHash: hash})
	})
}

// CodesLeft implements identity.FactorStore.
func (s Identity) CodesLeft(ctx context.Context, person playlists.ID) (int, error) {
	n, err := s.db.read().CountRecoveryCodes(ctx, string(person))
	return int(n), err
}

// took tells whether a change found what it changes.
func (s Identity) took(ctx context.Context, change func(*sqlcgen.Queries) (int64, error)) (bool, error) {
	var n int64
	err := s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		var err error
		n, err = change(q)
		return err
	})
	return n > 0, err
}

// Credentials implements identity.CredentialStore.
func (s Identity) Credentials(ctx context.Context, person playlists.ID) ([]identity.Credential, error) {
	rows, err := s.db.read().CredentialsOf(ctx, string(person))
	if err != nil {
		return nil, err
	}
	out := make([]identity.Credential, len(rows))
	for i, r := range rows {
		out[i] = identity.Credential{
			ID: playlists.ID(r.ID), Person: playlists.ID(r.PersonID), Label: r.Label, CredentialID: r.CredentialID,
			PublicKey: r.PublicKey, SignCount: uint32(r.SignCount), Flags: byte(r.Flags), CreatedAt: instant(r.CreatedAt), LastUsedAt: instant(r.LastUsedAt),
		}
		if err := json.Unmarshal([]byte(r.Transports), &out[i].Transports); err != nil {
			return nil, fmt.Errorf("cannot read the passkey %s: %w", r.ID, err)
		}
	}
	return out, nil
}

// AddCredential implements identity.CredentialStore.
func (s Identity) AddCredential(ctx context.Context, c identity.Credential, limit int) error {
	if c.Transports == nil {
		c.Transports = []string{}
	}
	transports, err := json.Marshal(c.Transports)
	if err != nil {
		return fmt.Errorf("cannot keep a passkey: %w", err)
	}
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.CountCredentials(ctx, string(c.Person))
		if err != nil {
			return err
		}
		if int(n) >= limit {
			return playlists.Errorf(playlists.Conflict, "too_many_passkeys", playlists.Params{"max": limit}, "cannot keep more than %d passkeys: remove one that is not used", limit)
		}
		err = q.AddCredential(ctx, sqlcgen.AddCredentialParams{
			ID: string(c.ID), PersonID: string(c.Person), Label: c.Label, CredentialID: c.CredentialID, PublicKey: c.PublicKey,
			SignCount: int64(c.SignCount), Flags: int64(c.Flags), Transports: string(transports), CreatedAt: millis(c.CreatedAt),
		})
		return taken(err, playlists.Errorf(playlists.Conflict, "passkey_taken", nil, "cannot keep this passkey: it is kept already"))
	})
}

// CredentialUsed implements identity.CredentialStore.
func (s Identity) CredentialUsed(ctx context.Context, c identity.Credential, before uint32) (bool, error) {
	return s.took(ctx, func(q *sqlcgen.Queries) (int64, error) {
		return q.CredentialUsed(ctx, sqlcgen.CredentialUsedParams{SignCount: int64(c.SignCount), Flags: int64(c.Flags), LastUsedAt: millis(c.LastUsedAt), ID: string(c.ID), FormerCount: int64(before)})
	})
}

// DeleteCredential implements identity.CredentialStore.
func (s Identity) DeleteCredential(ctx context.Context, person, id playlists.ID) error {
	found, err := s.took(ctx, func(q *sqlcgen.Queries) (int64, error) {
		return q.DeleteCredential(ctx, sqlcgen.DeleteCredentialParams{ID: string(id), PersonID: string(person)})
	})
	if err == nil && !found {
		err = playlists.Errorf(playlists.NotFound, "passkey_missing", playlists.Params{"id": string(id)}, "cannot find the passkey %s among yours: it may be removed already", id)
	}
	return err
}

// DropFactors implements identity.FactorStore.
func (s Identity) DropFactors(ctx context.Context, person playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.DeleteRecoveryCodes(ctx, string(person)); err != nil {
			return err
		}
		if err := q.DeleteTotp(ctx, string(person)); err != nil {
			return err
		}
		if err := q.DeleteCredentials(ctx, string(person)); err != nil {
			return err
		}
		return q.NextEpoch(ctx, string(person))
	})
}
