package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
	"cotmoc/playlists/chain"
)

// Audit implements audit.Store.
type Audit struct{ db *DB }

var _ audit.Store = Audit{}

// Audit gives the part of the database that keeps the audit log.
func (d *DB) Audit() Audit { return Audit{d} }

// writeAct appends the act that the context brings to a write, so that both
// are kept or neither.
func writeAct(ctx context.Context, q *sqlcgen.Queries) error {
	a := playlists.ActOf(ctx)
	if a == nil || a.Kind == "" {
		return nil
	}
	head, err := auditHead(ctx, q)
	if err != nil {
		return err
	}
	e, hash, err := chain.Next(head, *a)
	if err != nil {
		return err
	}
	err = q.AppendAudit(ctx, sqlcgen.AppendAuditParams{
		Seq: e.Seq, At: e.At, ActorID: string(e.Actor), Kind: string(e.Kind), SubjectID: string(e.Subject), Detail: string(e.Detail),
		Prev: string(e.Prev), Hash: string(hash),
	})
	if err != nil {
		return fmt.Errorf("cannot write %q into the audit log: %w", a.Kind, err)
	}
	return nil
}

func auditHead(ctx context.Context, q *sqlcgen.Queries) (chain.Head, error) {
	row, err := q.AuditHead(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return chain.Empty(), nil
	}
	if err != nil {
		return chain.Head{}, fmt.Errorf("cannot read the end of the audit log: %w", err)
	}
	return chain.Head{Seq: row.Seq, Hash: playlists.Digest(row.Hash)}, nil
}

// Append implements audit.Store.
func (s Audit) Append(ctx context.Context, a playlists.Act) error {
	return s.db.tx(playlists.WithAct(ctx, &a), func(*sqlcgen.Queries) error { return nil })
}

// Head implements audit.Store.
func (s Audit) Head(ctx context.Context) (chain.Head, error) { return auditHead(ctx, s.db.read()) }

// After implements audit.Store.
func (s Audit) After(ctx context.Context, seq int64, limit int) ([]audit.Kept, error) {
	return auditAfter(ctx, s.db.read(), seq, limit)
}

func auditAfter(ctx context.Context, q *sqlcgen.Queries, seq int64, limit int) ([]audit.Kept, error) {
	rows, err := q.AuditAfter(ctx, sqlcgen.AuditAfterParams{After: seq, Most: int64(limit)})
	if err != nil {
		return nil, fmt.Errorf("cannot read the audit log: %w", err)
	}
	return keptOf(rows), nil
}

// Find implements audit.Store.
func (s Audit) Find(ctx context.Context, f audit.Filter) (audit.Page, error) {
	var out audit.Page
	after, err := keys(f.Cursor, 1)
	if err != nil {
		return out, err
	}
	before := int64(math.MaxInt64)
	if after[0] != "" {
		if before, err = strconv.ParseInt(after[0], 10, 64); err != nil {
			return out, playlists.Errorf(playlists.Invalid, "cursor_malformed", nil, "cannot go on in the list from %.40q: give next_cursor of the page before", f.Cursor)
		}
	}
	err = s.db.view(ctx, func(q *sqlcgen.Queries) error {
		kinds := f.Kind
		if kinds != "" {
			kinds += "%" // of one word, all that begin with it
		}
		total, err := q.CountAudit(ctx, sqlcgen.CountAuditParams{Kinds: kinds, Actor: string(f.Person), Since: millis(f.From), Until: millis(f.Until)})
		if err != nil {
			return err
		}
		out.Total = int(total)
		rows, err := q.FindAudit(ctx, sqlcgen.FindAuditParams{
			Before: before, Kinds: kinds, Actor: string(f.Person), Since: millis(f.From), Until: millis(f.Until), Most: int64(f.Limit) + 1,
		})
		if err != nil {
			return err
		}
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			out.Next = cursor(strconv.FormatInt(rows[f.Limit-1].Seq, 10))
		}
		out.Entries = keptOf(rows)
		return nil
	})
	return out, err
}

// People implements audit.Store.
func (s Audit) People(ctx context.Context) ([]playlists.ID, error) {
	return ids(s.db.read().AuditPeople(ctx))
}

func keptOf(rows []sqlcgen.Audit) []audit.Kept {
	out := make([]audit.Kept, len(rows))
	for i, r := range rows {
		out[i] = audit.Kept{Hash: playlists.Digest(r.Hash), Entry: chain.Entry{
			Seq: r.Seq, At: r.At, Actor: playlists.ID(r.ActorID), Kind: playlists.ActKind(r.Kind), Subject: playlists.ID(r.SubjectID),
			Detail: json.RawMessage(r.Detail), Prev: playlists.Digest(r.Prev),
		}}
	}
	return out
}

// AuditFile is the audit log in a database that is only read, whatever state
// it is in. Close it.
type AuditFile struct{ db *sql.DB }

var _ audit.Log = AuditFile{}

// OpenAuditFile opens the log in the database at path without changing
// anything, beside a controller that runs or over a copy.
func OpenAuditFile(path string) (AuditFile, error) {
	db, err := readOnly(path, "&_pragma=query_only(1)")
	if err != nil {
		return AuditFile{}, err
	}
	return AuditFile{db}, nil
}

// After implements audit.Log.
func (f AuditFile) After(ctx context.Context, seq int64, limit int) ([]audit.Kept, error) {
	return auditAfter(ctx, sqlcgen.New(f.db), seq, limit)
}

// Close closes the database.
func (f AuditFile) Close() error { return f.db.Close() }
