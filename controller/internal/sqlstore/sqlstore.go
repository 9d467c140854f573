// Package sqlstore keeps the controller's facts in SQL: one file of methods a
// feature, each implementing the store interface that the feature declares.
//
// Times are integer milliseconds since 1970 in UTC, 0 for none; ids and
// digests are text. Queries are written in sqlc and keep to the common subset
// of SQLite and PostgreSQL.
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// DB is an open database. It is safe for concurrent use: writes go one after
// another through one connection, reads run beside them.
type DB struct {
	writer  *sql.DB
	readers *sql.DB
}

// Open opens the SQLite database in the file at path, makes it when it is
// missing and brings its tables up to date.
func Open(ctx context.Context, path string) (*DB, error) {
	writer, err := connect(path, 1, "_txlock=immediate")
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, writer); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot bring the database %q up to date: %w", path, err), writer.Close())
	}
	readers, err := connect(path, max(4, runtime.NumCPU()), "_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	return &DB{writer: writer, readers: readers}, nil
}

func connect(path string, connections int, option string) (*sql.DB, error) {
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String() +
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&" + option
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("cannot open the database %q: %w", path, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// Close closes the database. Everything committed is on disk already.
func (d *DB) Close() error { return errors.Join(d.readers.Close(), d.writer.Close()) }

// Ready tells whether the database answers.
func (d *DB) Ready(ctx context.Context) error {
	_, err := d.read().Ping(ctx)
	return err
}

// read gives queries that see everything committed so far.
func (d *DB) read() *sqlcgen.Queries { return sqlcgen.New(d.readers) }

// tx runs fn in one write transaction: all of it happens or nothing, and with
// it the entry in the audit log of the act that the context brings. fn must
// use only the queries it is given.
func (d *DB) tx(ctx context.Context, fn func(q *sqlcgen.Queries) error) error {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("cannot begin a transaction: %w", err)
	}
	defer tx.Rollback() // after a commit this does nothing
	q := sqlcgen.New(&prepared{Tx: tx, statements: map[string]*sql.Stmt{}})
	if err := fn(q); err != nil {
		return err
	}
	if err := writeAct(ctx, q); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		if ctx.Err() != nil && errors.Is(err, sql.ErrTxDone) { // it was rolled back as its context ended
			err = ctx.Err()
		}
		return fmt.Errorf("cannot commit: %w", err)
	}
	return nil
}

// view runs fn in one read transaction: all its queries see the same instant.
func (d *DB) view(ctx context.Context, fn func(q *sqlcgen.Queries) error) error {
	tx, err := d.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("cannot begin to read: %w", err)
	}
	defer tx.Rollback() // nothing was written
	return fn(sqlcgen.New(&prepared{Tx: tx, statements: map[string]*sql.Stmt{}}))
}

// missing turns the absence of a row into err.
func missing(err error, absent *playlists.Error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return absent
	}
	return err
}

// taken turns a broken uniqueness rule into err.
func taken(err error, conflict *playlists.Error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return conflict
	}
	return err
}

// millis gives the stored form of a time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant gives the time of its stored form.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
