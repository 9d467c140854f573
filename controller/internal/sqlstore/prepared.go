package sqlstore

import (
	"context"
	"database/sql"
)

// prepared compiles a statement that one transaction runs again and again
// once. Statements end with their transaction.
type prepared struct {
	*sql.Tx
	statements map[string]*sql.Stmt
}

// ExecContext is the transaction's, from the second time on with a statement
// that is compiled already.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, again := p.statements[query]
	if !again {
		p.statements[query] = nil
		return p.Tx.ExecContext(ctx, query, args...)
	}
	if statement == nil {
		var err error
		if statement, err = p.Tx.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
		p.statements[query] = statement
	}
	return statement.ExecContext(ctx, args...)
}
