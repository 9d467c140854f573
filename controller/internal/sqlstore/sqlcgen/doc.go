// Package sqlcgen is what sqlc makes of the queries: one method a query. Only
// sqlstore uses it.
package sqlcgen
