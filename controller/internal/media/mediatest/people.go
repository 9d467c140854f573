package mediatest

import (
	"database/sql"
	"testing"
)

// The people and units that People makes.
const (
	An    = "anaaaaaaaaaaaaaa" // of UnitA
	Binh  = "binhaaaaaaaaaaaa" // of UnitB
	UnitA = "unitaaaaaaaaaaaa"
	UnitB = "unitbaaaaaaaaaaa"
)

// People puts two units and two people into the database at path, which the
// store under test has opened.
func People(t testing.TB, path string) {
	t.Helper()
	run(t, path,
		`insert into units (id, short_name, created_at) values ('`+UnitA+`', 'A', 1), ('`+UnitB+`', 'B', 1)`,
		`insert into unit_names (unit_id, valid_from, name) values ('`+UnitA+`', '2020-01-01', 'A'), ('`+UnitB+`', '2020-01-01', 'B')`,
		`insert into people (id, login, name, name_folded, unit_id, password_hash, created_at) values ('`+An+`', 'an', 'An', 'an', '`+UnitA+`', '', 1), ('`+Binh+`', 'binh', 'Bình', 'binh', '`+UnitB+`', '', 1)`)
}

// NoJobs ends all jobs in the database at path, as a worker does that has done
// them.
func NoJobs(t testing.TB, path string) {
	t.Helper()
	run(t, path, `update jobs set state = 'done' where state in ('queued', 'running')`)
}

func run(t testing.TB, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range statements {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
}
