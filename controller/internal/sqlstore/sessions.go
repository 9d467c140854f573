package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/alexedwards/scs/v2"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Sessions keeps console sessions for scs, which gives it hashes of tokens.
type Sessions struct {
	db  *DB
	now func() time.Time
}

var _ scs.CtxStore = Sessions{}

// Sessions gives the part of the database that holds sessions.
func (d *DB) Sessions(now func() time.Time) Sessions { return Sessions{d, now} }

// FindCtx implements scs.CtxStore.
func (s Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, err := s.db.read().Session(ctx, sqlcgen.SessionParams{Token: token, ExpiresAt: millis(s.now())})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, err
}

// CommitCtx implements scs.CtxStore. Sessions that have ended are swept out
// on the way.
func (s Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		if err := q.DeleteOldSessions(ctx, millis(s.now())); err != nil {
			return err
		}
		return q.SaveSession(ctx, sqlcgen.SaveSessionParams{Token: token, Data: data, ExpiresAt: millis(expiry)})
	})
}

// DeleteCtx implements scs.CtxStore.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error { return q.DeleteSession(ctx, token) })
}

// Find implements scs.Store, which scs does not use beside CtxStore.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (s Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete implements scs.Store.
func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Tokens implements identity.Store.
func (s Identity) Tokens(ctx context.Context, person playlists.ID) ([]identity.Token, error) {
	rows, err := s.db.read().TokensOf(ctx, string(person))
	out := make([]identity.Token, len(rows))
	for i, r := range rows {
		out[i] = tokenOf(r)
	}
	return out, err
}

// AddToken implements identity.Store.
func (s Identity) AddToken(ctx context.Context, t identity.Token, secretHash string, limit int) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.CountTokens(ctx, string(t.Person))
		if err != nil {
			return err
		}
		if int(n) >= limit {
			return playlists.Errorf(playlists.Conflict, "too_many_tokens", playlists.Params{"max": limit}, "cannot keep more than %d tokens: delete one that is not used", limit)
		}
		return q.AddToken(ctx, sqlcgen.AddTokenParams{ID: string(t.ID), PersonID: string(t.Person), Name: t.Name, SecretHash: secretHash, CreatedAt: millis(t.CreatedAt), ExpiresAt: millis(t.ExpiresAt)})
	})
}

// DeleteToken implements identity.Store.
func (s Identity) DeleteToken(ctx context.Context, person, id playlists.ID) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		n, err := q.DeleteToken(ctx, sqlcgen.DeleteTokenParams{ID: string(id), PersonID: string(person)})
		if err == nil && n == 0 {
			return playlists.Errorf(playlists.NotFound, "token_missing", playlists.Params{"id": string(id)}, "cannot find the token %s among yours: it may be deleted already", id)
		}
		return err
	})
}

// usedStep is how exactly the last use of a token is kept: a script that
// calls often must not write each time.
const usedStep = time.Minute

// TokenUsed implements identity.Store.
func (s Identity) TokenUsed(ctx context.Context, secretHash string, at time.Time) (identity.Token, error) {
	row, err := s.db.read().TokenByHash(ctx, secretHash)
	if err != nil {
		return identity.Token{}, missing(err, playlists.Errorf(playlists.NotFound, "token_missing", nil, "cannot find this token: make a new one"))
	}
	t := tokenOf(row)
	if at.Sub(t.LastUsedAt) < usedStep {
		return t, nil
	}
	return t, s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		return q.TokenUsed(ctx, sqlcgen.TokenUsedParams{LastUsedAt: millis(at), ID: row.ID})
	})
}

func tokenOf(r sqlcgen.Token) identity.Token {
	return identity.Token{ID: playlists.ID(r.ID), Person: playlists.ID(r.PersonID), Name: r.Name, CreatedAt: instant(r.CreatedAt), LastUsedAt: instant(r.LastUsedAt), ExpiresAt: instant(r.ExpiresAt)}
}
