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
	statement, err := p.compiled(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return p.Tx.ExecContext(ctx, query, args...)
	}
	return statement.ExecContext(ctx, args...)
}

// QueryRowContext likewise.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	statement, err := p.compiled(ctx, query)
	if err != nil || statement == nil { // the row gives the error
		return p.Tx.QueryRowContext(ctx, query, args...)
	}
	return statement.QueryRowContext(ctx, args...)
}

// QueryContext likewise.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := p.compiled(ctx, query)
	switch {
	case err != nil:
		return nil, err
	case statement == nil:
		return p.Tx.QueryContext(ctx, query, args...)
	}
	return statement.QueryContext(ctx, args...)
}

// compiled gives a statement, nil the first time it is asked for.
func (p *prepared) compiled(ctx context.Context, query string) (*sql.Stmt, error) {
	statement, again := p.statements[query]
	if !again {
		p.statements[query] = nil
		return nil, nil
	}
	if statement == nil {
		var err error
		if statement, err = p.Tx.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
		p.statements[query] = statement
	}
	return statement, nil
}
