package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"

	"github.com/pressly/goose/v3"

	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/backup"
	"cotmoc/controller/internal/sqlstore/sqlcgen"
	"cotmoc/playlists"
)

// Files implements backup.Database: what is done with a database as a file.
type Files struct{}

var _ backup.Database = Files{}

// readOnly opens a database without changing anything.
func readOnly(path, options string) (*sql.DB, error) {
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String() + "?mode=ro&_pragma=busy_timeout(10000)" + options
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("cannot open the database %q: %w", path, err)
	}
	return db, nil
}

// Record implements backup.Database. Tables are left as they are: an older
// program may be running on them.
func (Files) Record(ctx context.Context, path string, act playlists.Act) error {
	writer, err := connect(path, 1, "_txlock=immediate&mode=rw")
	if err != nil {
		return err
	}
	err = Audit{&DB{writer: writer}}.Append(ctx, act)
	return errors.Join(err, writer.Close())
}

// Snapshot implements backup.Database. It is one read transaction: those who
// write meanwhile are not kept waiting.
func (Files) Snapshot(ctx context.Context, from, to string) error {
	db, err := readOnly(from, "")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // it was only read
	if _, err := db.ExecContext(ctx, "vacuum into ?", to); err != nil {
		return fmt.Errorf("cannot copy the database %q: %w", from, err)
	}
	return nil
}

// Facts implements backup.Database.
func (Files) Facts(ctx context.Context, path string) (*backup.Facts, error) {
	db, err := readOnly(path, "&immutable=1")
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }() // it was only read
	var verdict string
	if err := db.QueryRowContext(ctx, "pragma integrity_check(1)").Scan(&verdict); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, playlists.Errorf(playlists.Invalid, "database_damaged", nil, "cannot back up or restore a damaged database: %w", err)
	}
	if verdict != "ok" {
		return nil, playlists.Errorf(playlists.Invalid, "database_damaged", nil, "cannot back up or restore a damaged database: %s", verdict)
	}
	f := &backup.Facts{}
	if f.Migrations, err = applied(ctx, db); err != nil {
		return nil, err
	}
	q := sqlcgen.New(db)
	counts, err := q.BackupCounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot count what is in the database: %w", err)
	}
	f.Counts = map[string]int64{
		"people": counts.People, "media": counts.Media, "decisions": counts.Decisions, "playlists": counts.Playlists,
		"screens": counts.Screens, "programmes": counts.Programmes, "plays": counts.Plays,
	}
	named, err := q.NamedObjects(ctx)
	if err != nil {
		return nil, fmt.Errorf("cannot list the objects that the database names: %w", err)
	}
	for _, d := range named {
		f.Named = append(f.Named, playlists.Digest(d))
	}
	head, faults, err := audit.Verify(ctx, AuditFile{db})
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, playlists.Errorf(playlists.Invalid, "audit_broken", nil, "cannot trust this database: its audit log is broken (%w)", faults[0])
	}
	f.Audit = head
	return f, nil
}

func applied(ctx context.Context, db *sql.DB) ([]int64, error) {
	rows, err := db.QueryContext(ctx, "select distinct version_id from goose_db_version where is_applied order by version_id")
	if err != nil {
		return nil, fmt.Errorf("cannot tell what the database went through: %w", err)
	}
	defer func() { _ = rows.Close() }() // Err tells what went wrong
	var out []int64
	for rows.Next() {
		var number int64
		if err := rows.Scan(&number); err != nil {
			return nil, fmt.Errorf("cannot tell what the database went through: %w", err)
		}
		out = append(out, number)
	}
	return out, rows.Err()
}

// KnownMigrations lists the numbers that this program can bring a database to.
func KnownMigrations() ([]int64, error) {
	out := []int64{0} // goose's own
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("cannot read the migrations: %w", err)
	}
	for _, name := range names {
		number, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the migrations: %w", err)
		}
		out = append(out, number)
	}
	return out, nil
}

// Restored implements backup.Database.
func (Files) Restored(ctx context.Context, path string, act playlists.Act) error {
	db, err := Open(ctx, path)
	if err != nil {
		return err
	}
	err = db.tx(playlists.WithAct(ctx, &act), func(q *sqlcgen.Queries) error {
		return errors.Join(q.EndSessions(ctx), q.WaitForScreens(ctx, millis(act.At)))
	})
	return errors.Join(err, db.Close())
}
