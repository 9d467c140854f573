package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/audit"
	"cotmoc/controller/internal/sqlstore"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/chain"
	"cotmoc/playlists/playliststest"
)

// entries gives the whole log, oldest first.
func entries(t *testing.T, w *sqlstoretest.World) []audit.Kept {
	t.Helper()
	all, err := w.DB.Audit().After(t.Context(), 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// whole fails unless the log is whole, and gives its head.
func whole(t *testing.T, log audit.Log, known ...chain.Head) chain.Head {
	t.Helper()
	head, faults, err := audit.Verify(t.Context(), log, known...)
	if err != nil || len(faults) > 0 {
		t.Fatalf("the log breaks: %v, %v", faults, err)
	}
	return head
}

func TestTheDatabaseRefusesToChangeTheLog(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	w.Person("ha", "unit", playlists.Editor)
	w.Person("nam", "unit", playlists.Editor)
	head := whole(t, w.DB.Audit())
	next := `insert into audit (seq, at, actor_id, kind, subject_id, detail, prev, hash) values `
	for name, statement := range map[string]string{
		"change":               `update audit set at = 1 where seq = 1`,
		"delete":               `delete from audit where seq = 1`,
		"delete all":           `delete from audit`,
		"replace":              `replace into audit select seq, 1, actor_id, kind, subject_id, detail, prev, hash from audit where seq = 1`,
		"replace the last":     fmt.Sprintf(`replace into audit select seq, 1, actor_id, kind, subject_id, detail, prev, hash from audit where seq = %d`, head.Seq),
		"skip":                 fmt.Sprintf(next+`(%d, 1, '', 'login.ok', '', '{}', '%s', 'x')`, head.Seq+2, head.Hash),
		"begin anew":           next + `(0, 1, '', 'login.ok', '', '{}', '` + string(chain.Zero) + `', 'x')`,
		"follow another entry": fmt.Sprintf(next+`(%d, 1, '', 'login.ok', '', '{}', '%s', 'x')`, head.Seq+1, chain.Zero),
	} {
		if err := w.TryExec(statement); err == nil {
			t.Errorf("%s: done", name)
		}
	}
	if again := whole(t, w.DB.Audit(), head); again != head {
		t.Errorf("the log ends at %s, not %s", again, head)
	}
}

func detail(t *testing.T, k audit.Kept) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(k.Detail, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestManyAtOnce writes from several people and two processes at the same
// time.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cotmoc.db")
	w := sqlstoretest.At(t, path)
	other, err := sqlstore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	before := whole(t, w.DB.Audit())
	const writers, each = 8, 25
	var all sync.WaitGroup
	for i := range writers {
		store := w.DB.Audit()
		if i%2 == 1 {
			store = other.Audit()
		}
		all.Go(func() {
			for n := range each {
				if err := store.Append(t.Context(), playlists.Act{At: time.UnixMilli(int64(n)), Kind: playlists.LoggedIn, Detail: map[string]int{"writer": i}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if head := whole(t, other.Audit(), before); head.Seq != before.Seq+writers*each {
		t.Errorf("%d entries, want %d", head.Seq, before.Seq+writers*each)
	}
}

// TestTamperingInTheFile takes the guards off the database, as its owner can,
// and wants verifying to say where.
func TestTamperingInTheFile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		statement string
		held      bool // a screen holds the head from before
		fault     chain.Fault
		seq       int64
	}{
		"edited":  {`update audit set detail = '{}' where seq = 3`, false, chain.Changed, 3},
		"deleted": {`delete from audit where seq = 3`, false, chain.Missing, 3},
		"two exchanged": {`update audit set subject_id = (select o.subject_id from audit o where o.seq = 7 - audit.seq),
			detail = (select o.detail from audit o where o.seq = 7 - audit.seq) where seq in (3, 4)`, false, chain.Changed, 3},
		"cut, and nobody held": {`delete from audit where seq > 4`, false, "", 0},
		"cut":                  {`delete from audit where seq > 4`, true, chain.RolledBack, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "cotmoc.db")
			w := sqlstoretest.At(t, path)
			for _, who := range []string{"an", "binh", "chi", "dung", "em"} {
				w.Person(who, "unit", playlists.Editor)
			}
			head := whole(t, w.DB.Audit())
			for _, guard := range []string{"audit_stays", "audit_is_kept", "audit_only_grows"} {
				w.Exec(`drop trigger ` + guard)
			}
			w.Exec(test.statement)
			var known []chain.Head
			if test.held {
				known = append(known, head)
			}
			file, err := sqlstore.OpenAuditFile(path)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			_, faults, err := audit.Verify(t.Context(), file, known...)
			if err != nil {
				t.Fatal(err)
			}
			if test.fault == "" {
				if len(faults) > 0 {
					t.Errorf("found %v", faults)
				}
				return
			}
			if len(faults) == 0 {
				t.Fatal("not found")
			}
			e, _ := errors.AsType[*chain.FaultError](faults[0])
			if e == nil || e.Fault != test.fault || e.Seq != test.seq {
				t.Errorf("found %v, want %q at %d", faults, test.fault, test.seq)
			}
		})
	}
}

func TestFailedLogins(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	ha := w.Person("ha", "unit", playlists.Editor)
	before := whole(t, w.DB.Audit())
	const typed = "hunter2-is-my-password"
	for _, login := range []string{"ha", typed} {
		if err := w.Enter(login, typed, "192.0.2.9"); playlists.ReasonOf(err) != "login_wrong" {
			t.Fatal(err)
		}
	}
	all := entries(t, w)[before.Seq:]
	if len(all) != 2 || all[0].Subject != ha.ID || all[1].Subject != "" {
		t.Fatalf("written %+v", all)
	}
	for _, k := range all {
		line, err := k.Line()
		if err != nil || k.Kind != playlists.LoginFailed || k.Actor != "" || bytes.Contains(line, []byte(typed)) || detail(t, k)["address"] != "192.0.2.9" {
			t.Errorf("written %s, %v", line, err)
		}
	}
	// A flood is counted and does not fill the disk.
	failed := playlists.Act{At: w.Clock.Now(), Kind: playlists.LoginFailed}
	for range 2000 {
		if err := w.Audit.Record(t.Context(), failed); err != nil {
			t.Fatal(err)
		}
	}
	flooded := whole(t, w.DB.Audit())
	if n := flooded.Seq - before.Seq; n > 700 {
		t.Errorf("%d entries of a flood", n)
	}
	w.Clock.Add(time.Minute)
	if err := w.Audit.Record(t.Context(), failed); err != nil {
		t.Fatal(err)
	}
	all = entries(t, w)[flooded.Seq:]
	if len(all) != 2 || all[0].Kind != playlists.LoginsUnwritten || all[0].Seq+int64(detail(t, all[0])["count"].(float64)) != before.Seq+2003 {
		t.Errorf("after the flood %+v", all)
	}
}

func TestReading(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	inspector := w.Person("inspector", "unit", playlists.Inspector)
	editor := w.Person("editor", "unit", playlists.Editor)
	local := w.Granted("local", "unit", playlists.Grant{Role: playlists.Inspector, Unit: playliststest.ID("unit")})
	for _, a := range []playlists.Actor{editor, local, {}} {
		if _, err := w.Audit.List(t.Context(), a, audit.Filter{Limit: 10}); err == nil {
			t.Errorf("%q reads the log", a.Login)
		}
		if _, err := w.Audit.People(t.Context(), a); err == nil {
			t.Errorf("%q reads who is in the log", a.Login)
		}
		if err := w.Audit.Export(t.Context(), a, func() io.Writer { t.Errorf("%q exports the log", a.Login); return io.Discard }); err == nil {
			t.Errorf("%q exports the log", a.Login)
		}
	}
	for i := range 7 {
		w.Clock.Add(time.Hour)
		if err := w.Enter([]string{"editor", "inspector"}[i%2], sqlstoretest.Password, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	now := w.Clock.Now()
	for name, test := range map[string]struct {
		filter audit.Filter
		want   int
	}{
		"a kind":     {audit.Filter{Kind: "login.ok"}, 7},
		"a word":     {audit.Filter{Kind: "login"}, 7},
		"no kind":    {audit.Filter{Kind: "charter"}, 0},
		"a person":   {audit.Filter{Person: editor.ID}, 4},
		"both":       {audit.Filter{Person: editor.ID, Kind: "person"}, 0},
		"since":      {audit.Filter{From: now.Add(-time.Hour)}, 2},
		"until":      {audit.Filter{Kind: "login", Until: now}, 6},
		"everything": {audit.Filter{}, len(entries(t, w))},
	} {
		f, seen, last := test.filter, 0, int64(1<<60)
		for f.Limit = 3; ; {
			p, err := w.Audit.List(t.Context(), inspector, f)
			if err != nil || p.Total != test.want || len(p.Entries) > 3 {
				t.Fatalf("%s: %d of %d, %v", name, len(p.Entries), p.Total, err)
			}
			for _, k := range p.Entries {
				if k.Seq >= last {
					t.Errorf("%s: %d after %d", name, k.Seq, last)
				}
				last = k.Seq
				seen++
			}
			if f.Cursor = p.Next; f.Cursor == "" {
				break
			}
		}
		if seen != test.want {
			t.Errorf("%s: %d, want %d", name, seen, test.want)
		}
	}
	if _, err := w.Audit.List(t.Context(), inspector, audit.Filter{Cursor: "nonsense", Limit: 3}); playlists.ReasonOf(err) != "cursor_malformed" {
		t.Errorf("a made-up cursor: %v", err)
	}
	if people, err := w.Audit.People(t.Context(), inspector); err != nil || len(people) != 3 { // and the operator
		t.Errorf("people %v, %v", people, err)
	}
}

// TestEveryKindHasWords holds the console to the list of kinds.
func TestEveryKindHasWords(t *testing.T) {
	t.Parallel()
	web := filepath.Join("..", "console", "web", "src")
	listed, err := os.ReadFile(filepath.Join(web, "api", "audit.ts"))
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range []string{"vi", "en", "lo"} {
		text, err := os.ReadFile(filepath.Join(web, "i18n", locale, "audit.json"))
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(text, &words); err != nil {
			t.Fatal(err)
		}
		for _, kind := range playlists.ActKinds() {
			group, _, _ := strings.Cut(string(kind), ".")
			if words["audit.kind_"+strings.ReplaceAll(string(kind), ".", "_")] == "" || words["audit.group_"+group] == "" {
				t.Errorf("%s has no words for %s", locale, kind)
			}
			if !bytes.Contains(listed, []byte(`"`+kind+`"`)) {
				t.Errorf("the console does not offer %s", kind)
			}
		}
	}
}
