package identity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

const fresh = "một mật khẩu khác hẳn"

func TestLogin(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Editor)
	w.Person("gone", "unit", playlists.Editor)
	w.Exec(`update people set disabled = 1 where login = 'gone'`)
	if _, err := w.People.AddPerson(t.Context(), identity.Operator(), identity.NewPerson{Login: "closed", Name: "Chưa có mật khẩu", Unit: playliststest.ID("unit")}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ login, password, reason string }{
		"right":                            {"ha.le", sqlstoretest.Password, ""},
		"the login in capitals and spaces": {"  HA.Le ", sqlstoretest.Password, ""},
		"the password decomposed":          {"ha.le", "mo\u0323\u0302t ma\u0323\u0302t kha\u0302\u0309u \u0111u\u0309 da\u0300i", ""},
		"wrong password":                   {"ha.le", sqlstoretest.Password + "x", "login_wrong"},
		"empty password":                   {"ha.le", "", "login_wrong"},
		"endless password":                 {"ha.le", strings.Repeat("x", 100_000), "login_wrong"},
		"nobody":                           {"nobody", sqlstoretest.Password, "login_wrong"},
		"disabled":                         {"gone", sqlstoretest.Password, "login_wrong"},
		"no password yet":                  {"closed", "", "login_wrong"},
	} {
		p, err := w.People.Login(t.Context(), identity.Attempt{Login: test.login, Password: test.password, Address: "192.0.2." + fmt.Sprint(len(name))})
		if playlists.ReasonOf(err) != test.reason || (err == nil) != (test.reason == "") || err == nil && (p.ID != a.ID || p.LastLoginAt.IsZero()) {
			t.Errorf("%s: %+v, %v, want reason %q", name, p, err, test.reason)
		}
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Editor)
	for name, test := range map[string]struct{ old, fresh, reason string }{
		"wrong old one":      {"wrong wrong wrong", fresh, "password_wrong"},
		"short":              {sqlstoretest.Password, "ngắn", "password_too_short"},
		"long":               {sqlstoretest.Password, strings.Repeat("dài", 100), "password_too_long"},
		"holds the login":    {sqlstoretest.Password, "I am HA.LE for sure", "password_holds_login"},
		"one character":      {sqlstoretest.Password, "aaaaaaaaaaaaaaaa", "password_too_simple"},
		"one wide character": {sqlstoretest.Password, strings.Repeat("ạ", 12), "password_too_simple"},
	} {
		if _, err := w.People.ChangePassword(t.Context(), a, test.old, test.fresh); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
	}
	before, err := w.People.Self(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	old, err := w.People.StartSession(t.Context(), identity.Proof{Person: before, Method: identity.ByPassword}, "", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(time.Hour)
	after, err := w.People.ChangePassword(t.Context(), a, sqlstoretest.Password, fresh)
	if err != nil || after.Epoch == before.Epoch || strings.Contains(after.Hash, fresh) || !strings.HasPrefix(after.Hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%+v, %v", after, err)
	}
	if _, _, err := w.People.Session(t.Context(), old.ID, "192.0.2.1"); playlists.ReasonOf(err) != "session_over" {
		t.Errorf("a session from before goes on: %v", err)
	}
	fresh, err := w.People.StartSession(t.Context(), identity.Proof{Person: after, Method: identity.ByPassword}, "", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if _, p, err := w.People.Session(t.Context(), fresh.ID, "192.0.2.1"); err != nil || p.ID != a.ID {
		t.Errorf("a new session: %v", err)
	}
	if _, err := w.People.Login(t.Context(), identity.Attempt{Login: "ha.le", Password: sqlstoretest.Password, Address: "192.0.2.1"}); playlists.ReasonOf(err) != "login_wrong" {
		t.Errorf("the old password: %v", err)
	}
}

func TestNobodyGivesMoreThanTheyHave(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	unit, other, cluster := playliststest.ID("unit"), playliststest.ID("other"), playliststest.ID("cautreo")
	root := w.Person("root", "unit", playlists.Administrator)
	local := w.Granted("local", "unit", playlists.Grant{Role: playlists.Administrator, Unit: unit})
	narrow := w.Granted("narrow", "unit", playlists.Grant{Role: playlists.Administrator, Unit: unit, Cluster: cluster})
	editor := w.Person("editor", "unit", playlists.Editor)
	foreign := w.Granted("foreign", "other", playlists.Grant{Role: playlists.Editor, Unit: other})
	junior := w.Granted("junior", "unit", playlists.Grant{Role: playlists.Editor, Unit: unit, Cluster: cluster})

	for name, test := range map[string]struct {
		by     playlists.Actor
		grant  playlists.Grant
		unit   playlists.ID
		reason string
	}{
		"root gives all":                    {root, playlists.Grant{Role: playlists.Administrator}, other, ""},
		"local gives its unit":              {local, playlists.Grant{Role: playlists.Approver, Unit: unit}, unit, ""},
		"local gives all units":             {local, playlists.Grant{Role: playlists.Editor}, unit, "grant_too_wide"},
		"local gives another unit":          {local, playlists.Grant{Role: playlists.Editor, Unit: other}, unit, "grant_too_wide"},
		"local adds to another unit":        {local, playlists.Grant{Role: playlists.Editor, Unit: unit}, other, "right_missing"},
		"narrow gives its cluster":          {narrow, playlists.Grant{Role: playlists.Editor, Unit: unit, Cluster: cluster}, unit, ""},
		"narrow gives all clusters":         {narrow, playlists.Grant{Role: playlists.Editor, Unit: unit}, unit, "grant_too_wide"},
		"an editor adds nobody":             {editor, playlists.Grant{Role: playlists.Editor}, unit, "right_missing"},
		"nobody adds nobody":                {playlists.Actor{}, playlists.Grant{Role: playlists.Editor}, unit, "login_required"},
		"a role that is none":               {root, playlists.Grant{Role: "king"}, unit, "role_unknown"},
		"a cluster that cannot be":          {root, playlists.Grant{Role: playlists.Editor, Cluster: "x"}, unit, "id_malformed"},
		"a unit that is not there":          {root, playlists.Grant{Role: playlists.Editor}, playliststest.ID("nowhere"), "unit_missing"},
		"an administrator's own made wider": {local, playlists.Grant{Role: playlists.Administrator}, unit, "grant_too_wide"},
	} {
		_, err := w.People.AddPerson(t.Context(), test.by, identity.NewPerson{Login: "new" + fmt.Sprint(len(name)) + string(test.grant.Role), Name: "x", Unit: test.unit, Grants: []playlists.Grant{test.grant}})
		if playlists.ReasonOf(err) != test.reason || (err == nil) != (test.reason == "") {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
	}
	for name, test := range map[string]struct {
		by     playlists.Actor
		id     playlists.ID
		reason string
	}{
		"local over root":             {local, root.ID, "grant_too_wide"}, // or it would log in as root
		"local over an editor of all": {local, editor.ID, "grant_too_wide"},
		"local over another unit":     {local, foreign.ID, "person_missing"},
		"local over a junior":         {local, junior.ID, ""},
		"root over local":             {root, local.ID, ""},
		"editor over junior":          {editor, junior.ID, "right_missing"},
	} {
		if _, err := w.People.SetPassword(t.Context(), test.by, test.id, fresh); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
		disabled := false
		if _, err := w.People.ChangePerson(t.Context(), test.by, test.id, identity.PersonChange{Disabled: &disabled}); playlists.ReasonOf(err) != test.reason {
			t.Errorf("%s changes: %v, want reason %q", name, err, test.reason)
		}
	}
	l, err := w.People.People(t.Context(), local, identity.Page{Limit: 100})
	if err != nil || slices.ContainsFunc(l.Items, func(p identity.Person) bool { return p.Unit != unit }) || l.Total != len(l.Items) {
		t.Errorf("local sees %+v, %v", l, err)
	}
}

func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	root := w.Person("root", "unit", playlists.Administrator)
	yes, none := true, []playlists.Grant{}
	for name, change := range map[string]identity.PersonChange{"disabling": {Disabled: &yes}, "taking the role": {Grants: &none}} {
		if _, err := w.People.ChangePerson(t.Context(), root, root.ID, change); playlists.ReasonOf(err) != "last_administrator" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.Person("second", "unit", playlists.Administrator)
	if _, err := w.People.ChangePerson(t.Context(), root, root.ID, identity.PersonChange{Disabled: &yes}); err != nil {
		t.Errorf("with a second one: %v", err)
	}
}

func TestLoginsAreUnique(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	w.Person("ha.le", "unit")
	for login, reason := range map[string]string{"HA.LE": "login_taken", "a": "login_malformed", "Hà": "login_malformed", "../etc": "login_malformed", strings.Repeat("a", 41): "login_malformed", "b2": ""} {
		_, err := w.People.AddPerson(t.Context(), identity.Operator(), identity.NewPerson{Login: login, Name: "x", Unit: playliststest.ID("unit")})
		if playlists.ReasonOf(err) != reason {
			t.Errorf("%q: %v, want reason %q", login, err, reason)
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a, b := w.Person("ha.le", "unit", playlists.Editor), w.Person("other.one", "unit", playlists.Editor)
	token, secret, err := w.People.AddToken(t.Context(), a, "quét", w.Clock.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := w.People.ByToken(t.Context(), secret); err != nil || p.ID != a.ID {
		t.Fatalf("%+v, %v", p, err)
	}
	var stored int
	if all, err := w.People.Tokens(t.Context(), a); err != nil || len(all) != 1 || all[0].LastUsedAt.IsZero() {
		t.Errorf("%+v, %v: its use is noted", all, err)
	} else {
		stored = len(all)
	}
	if err := w.People.DeleteToken(t.Context(), b, token.ID); playlists.ReasonOf(err) != "token_missing" || stored != 1 {
		t.Errorf("somebody else deletes it: %v", err)
	}
	for name, wrong := range map[string]string{"other": identity.TokenPrefix + strings.Repeat("0", 64), "cut": secret[:20], "without prefix": secret[4:], "empty": "", "long": secret + "00"} {
		if _, err := w.People.ByToken(t.Context(), wrong); playlists.ReasonOf(err) != "token_wrong" {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.Clock.Add(time.Hour)
	if _, err := w.People.ByToken(t.Context(), secret); playlists.ReasonOf(err) != "token_wrong" {
		t.Errorf("after its end: %v", err)
	}
	if _, _, err := w.People.AddToken(t.Context(), a, "x", w.Clock.Now()); playlists.ReasonOf(err) != "expiry_past" {
		t.Errorf("a token that has ended: %v", err)
	}
	_, secret, err = w.People.AddToken(t.Context(), a, "x", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	w.Exec(`update people set disabled = 1 where id = ?`, a.ID)
	if _, err := w.People.ByToken(t.Context(), secret); playlists.ReasonOf(err) != "token_wrong" {
		t.Errorf("of somebody disabled: %v", err)
	}
	if _, _, err := w.People.AddToken(t.Context(), b, strings.Repeat("x", 201), time.Time{}); playlists.ReasonOf(err) != "text_too_long" {
		t.Errorf("an endless name: %v", err)
	}
	for range 50 {
		if _, _, err = w.People.AddToken(t.Context(), b, "x", time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err = w.People.AddToken(t.Context(), b, "x", time.Time{}); playlists.ReasonOf(err) != "too_many_tokens" {
		t.Errorf("the 51st: %v", err)
	}
}

func TestUnitsKeepTheirHistory(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	root := w.Person("root", "unit", playlists.Administrator)
	local := w.Granted("local", "unit", playlists.Grant{Role: playlists.Administrator, Unit: playliststest.ID("unit")})
	u, err := w.People.AddUnit(t.Context(), root, "Sở Thông tin và Truyền thông", "STTTT", "2008-05-01")
	if err != nil {
		t.Fatal(err)
	}
	name, ended := "Sở Khoa học và Công nghệ", "2025-02-28"
	if u, err = w.People.ChangeUnit(t.Context(), root, u.ID, identity.UnitChange{Name: &name, ValidFrom: "2025-03-01"}); err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]string{"1999-01-01": "Sở Thông tin và Truyền thông", "2025-02-28": "Sở Thông tin và Truyền thông", "2025-03-01": name, "2026-11-24": name} {
		if got := identity.NameOn(&u.Unit, date); got != want {
			t.Errorf("on %s it was called %q, want %q", date, got, want)
		}
	}
	after := []playlists.ID{playliststest.ID("unit")}
	if u, err = w.People.ChangeUnit(t.Context(), root, u.ID, identity.UnitChange{EndedOn: &ended, Successors: &after}); err != nil || u.EndedOn != ended || !slices.Equal(u.Successors, after) {
		t.Fatalf("%+v, %v", u, err)
	}
	circle := []playlists.ID{u.ID}
	if _, err := w.People.ChangeUnit(t.Context(), root, playliststest.ID("unit"), identity.UnitChange{Successors: &circle}); playlists.ReasonOf(err) != "successor_circle" {
		t.Errorf("a circle: %v", err)
	}
	for reason, try := range map[string]func() error{
		"right_missing": func() error {
			_, err := w.People.ChangeUnit(t.Context(), local, u.ID, identity.UnitChange{})
			return err
		},
		"date_malformed": func() error {
			_, err := w.People.AddUnit(t.Context(), root, "x", "x", "1.3.2025")
			return err
		},
		"text_empty": func() error { _, err := w.People.AddUnit(t.Context(), root, " ", "x", ""); return err },
	} {
		if err := try(); playlists.ReasonOf(err) != reason {
			t.Errorf("%v, want reason %q", err, reason)
		}
	}
	if _, err := w.People.AddUnit(t.Context(), local, "x", "x", ""); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("the administrator of one unit adds another: %v", err)
	}
	l, err := w.People.Units(t.Context(), root, identity.Page{Text: "so thong tin", Limit: 10})
	if err != nil || l.Total != 1 || l.Items[0].ID != u.ID {
		t.Errorf("found by its old name: %+v, %v", l, err)
	}
	var seen []playlists.ID
	for page := (identity.Page{Limit: 1}); ; {
		l, err := w.People.Units(t.Context(), root, page)
		if err != nil || len(l.Items) != 1 || l.Total != 3 {
			t.Fatalf("page %+v, %v", l, err)
		}
		seen = append(seen, l.Items[0].ID)
		if page.Cursor = l.Next; page.Cursor == "" {
			break
		}
	}
	if len(seen) != 3 || seen[2] != u.ID {
		t.Errorf("pages give %v, the ended one last", seen)
	}
}

func TestPeopleInPages(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	root := w.Person("root", "unit", playlists.Administrator)
	for i := range 7 {
		w.Person(fmt.Sprintf("p%d", i), "unit")
	}
	var seen []string
	for page := (identity.Page{Limit: 3, Text: "ong"}); ; {
		l, err := w.People.People(t.Context(), root, page)
		if err != nil || l.Total != 8 {
			t.Fatalf("%+v, %v", l, err)
		}
		for _, p := range l.Items {
			seen = append(seen, p.Login)
		}
		if page.Cursor = l.Next; page.Cursor == "" {
			break
		}
	}
	if len(seen) != 8 || !slices.IsSorted(seen) {
		t.Errorf("pages give %v", seen)
	}
	if _, err := w.People.People(t.Context(), root, identity.Page{Limit: 3, Cursor: "!"}); playlists.ReasonOf(err) != "cursor_malformed" {
		t.Errorf("a cursor of one's own: %v", err)
	}
}

func TestPlaceIsWhatOnePersonCannotChange(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9%eth0": "2001:db8:1:2::/64", "pipe": "pipe",
	} {
		if got := identity.Place(address); got != want {
			t.Errorf("Place(%q) = %q, want %q", address, got, want)
		}
	}
}
