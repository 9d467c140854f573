package sqlstoretest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cotmoc/controller/internal/sqlstore"
)

// prepared is the file of an empty database, made once for all tests of a
// package: bringing every test's own one up to date would take longer than
// most of the tests.
var prepared = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "cotmoc")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "empty.db")
	db, err := sqlstore.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Prepare puts an empty database that is up to date in the file at path, and
// leaves one that is there alone.
func Prepare(tb testing.TB, path string) {
	tb.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	file, err := prepared()
	if err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		tb.Fatal(err)
	}
}
