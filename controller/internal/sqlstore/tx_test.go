package sqlstore

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"cotmoc/controller/internal/sqlstore/sqlcgen"
)

// TestCommitOfAnEndedContext: who stops while a transaction is written is told
// that it was stopped, not that the database failed.
func TestCommitOfAnEndedContext(t *testing.T) {
	t.Parallel()
	d, err := Open(t.Context(), filepath.Join(t.TempDir(), "cotmoc.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close() // nothing was written
	ctx, cancel := context.WithCancel(t.Context())
	err = d.tx(ctx, func(q *sqlcgen.Queries) error {
		cancel()
		for {
			if _, err := q.Ping(context.WithoutCancel(ctx)); err != nil {
				return nil // rolled back
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
