package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"cotmoc/controller/internal/sqlstore/sqlcgen"
)

// SavePrint implements sources.PrintStore.
func (s Sources) SavePrint(ctx context.Context, address string, print uint64, at int64, most int) error {
	return s.db.tx(ctx, func(q *sqlcgen.Queries) error {
		err := q.PutPicturePrint(ctx, sqlcgen.PutPicturePrintParams{Address: address, Hash: fmt.Sprintf("%016x", print), SeenAt: at})
		if err == nil {
			err = q.ForgetPicturePrints(ctx, int64(most))
		}
		if err != nil {
			return fmt.Errorf("cannot keep the print of %s: %w", address, err)
		}
		return nil
	})
}

// Printed implements sources.PrintStore.
func (s Sources) Printed(ctx context.Context, addresses []string) (map[string]uint64, error) {
	out := map[string]uint64{}
	err := s.db.view(ctx, func(q *sqlcgen.Queries) error {
		for _, address := range addresses {
			if _, ok := out[address]; ok {
				continue
			}
			hash, err := q.PicturePrint(ctx, address)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return fmt.Errorf("cannot read the print of %s: %w", address, err)
			}
			if out[address], err = strconv.ParseUint(hash, 16, 64); err != nil {
				return fmt.Errorf("cannot read the print of %s: %w", address, err)
			}
		}
		return nil
	})
	return out, err
}
