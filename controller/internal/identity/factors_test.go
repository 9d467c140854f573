package identity_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// enrolled gives somebody an authenticator and tells its secret and their
// recovery codes.
func enrolled(t *testing.T, w *sqlstoretest.World, a playlists.Actor) (secret string, recovery []string) {
	t.Helper()
	e, err := w.People.BeginTOTP(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	recovery, err = w.People.ConfirmTOTP(t.Context(), a, code(t, w, e.Secret, 0))
	if err != nil {
		t.Fatal(err)
	}
	return e.Secret, recovery
}

// code gives what an authenticator shows whose clock is off by some steps.
func code(t *testing.T, w *sqlstoretest.World, secret string, steps int) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, w.Clock.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func attempt(code string) identity.Attempt {
	return identity.Attempt{Login: "ha.le", Password: sqlstoretest.Password, Code: code, Address: "192.0.2.1"}
}

func TestLoginInTwoSteps(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Approver)
	e, err := w.People.BeginTOTP(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(e.URL)
	if err != nil || u.Scheme != "otpauth" || u.Query().Get("secret") != e.Secret || !strings.Contains(u.Path, "ha.le") {
		t.Errorf("to scan: %s", e.URL)
	}
	if p, err := w.People.Login(t.Context(), attempt("")); err != nil || p.Method != identity.ByPassword {
		t.Fatalf("a secret that is not confirmed is asked for: %v", err)
	}
	for name, wrong := range map[string]string{"another code": "000000", "nothing": "", "the secret": e.Secret} {
		if _, err := w.People.ConfirmTOTP(t.Context(), a, wrong); playlists.ReasonOf(err) != "code_wrong" {
			t.Errorf("confirmed by %s: %v", name, err)
		}
	}
	if _, err := w.People.ConfirmTOTP(t.Context(), a, code(t, w, e.Secret, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.People.BeginTOTP(t.Context(), a); playlists.ReasonOf(err) != "totp_on" {
		t.Errorf("a second secret over the first: %v", err)
	}
	w.Clock.Add(10 * time.Minute)
	for _, test := range []struct {
		name   string
		code   string
		reason string
	}{
		{"the password alone", "", "code_required"},
		{"another code", "123456", "code_wrong"},
		{"an old code", code(t, w, e.Secret, -2), "code_wrong"},
		{"a code of the future", code(t, w, e.Secret, 2), "code_wrong"},
		{"half a code", code(t, w, e.Secret, 0)[:3], "code_wrong"},
		{"the code of a slow clock", code(t, w, e.Secret, -1), ""},
		{"the same once more", code(t, w, e.Secret, -1), "code_wrong"},
		{"the code of now, in two groups", code(t, w, e.Secret, 0)[:3] + " " + code(t, w, e.Secret, 0)[3:], ""},
		{"the same once more", code(t, w, e.Secret, 0), "code_wrong"},
		{"the code of a slow clock after that of now", code(t, w, e.Secret, -1), "code_wrong"},
		{"the code of a fast clock", code(t, w, e.Secret, 1), ""},
	} {
		p, err := w.People.Login(t.Context(), attempt(test.code))
		if playlists.ReasonOf(err) != test.reason || err == nil && p.Method != identity.ByTOTP {
			t.Errorf("%s: %v, want reason %q", test.name, err, test.reason)
		}
	}
	wrong := attempt(code(t, w, e.Secret, 1))
	wrong.Password = "not this one"
	if _, err := w.People.Login(t.Context(), wrong); playlists.ReasonOf(err) != "login_wrong" {
		t.Errorf("a wrong password with a code: %v", err)
	}
	if err := w.People.EndTOTP(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if p, err := w.People.Login(t.Context(), attempt("")); err != nil || p.Method != identity.ByPassword {
		t.Errorf("turned off: %v", err)
	}
}

func TestCodesAreNotGuessed(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Approver)
	secret, _ := enrolled(t, w, a)
	reasons := map[string]int{}
	for i := range 40 { // one a minute, as the limit of logins lets through
		w.Clock.Add(time.Minute)
		_, err := w.People.Login(t.Context(), attempt(fmt.Sprintf("%06d", i)))
		reasons[playlists.ReasonOf(err)]++
	}
	if reasons["code_wrong"] > 14 || reasons["too_many_codes"] < 26 {
		t.Errorf("in 40 minutes: %v", reasons)
	}
	if _, err := w.People.Login(t.Context(), attempt(code(t, w, secret, 0))); playlists.ReasonOf(err) != "too_many_codes" {
		t.Errorf("the right code among too many: %v", err)
	}
	w.Clock.Add(10 * time.Minute)
	if _, err := w.People.Login(t.Context(), attempt(code(t, w, secret, 0))); err != nil {
		t.Errorf("after a while: %v", err)
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a, b := w.Person("ha.le", "unit", playlists.Approver), w.Person("other.one", "unit", playlists.Approver)
	if _, err := w.People.NewRecoveryCodes(t.Context(), a); playlists.ReasonOf(err) != "totp_off" {
		t.Errorf("codes without an authenticator: %v", err)
	}
	_, codes := enrolled(t, w, a)
	_, others := enrolled(t, w, b)
	if len(codes) != 10 {
		t.Fatalf("%d codes", len(codes))
	}
	left := func(want int) {
		t.Helper()
		if s, err := w.People.Security(t.Context(), a); err != nil || s.RecoveryCodes != want || s.TOTPSince.IsZero() {
			t.Errorf("%+v, %v, want %d codes", s, err, want)
		}
	}
	left(10)
	for _, test := range []struct{ name, code, reason string }{
		{"one", codes[0], ""},
		{"the same", codes[0], "code_wrong"},
		{"in capitals, without dashes", strings.ToUpper(strings.ReplaceAll(codes[1], "-", " ")), ""},
		{"somebody else's", others[0], "code_wrong"},
		{"a part", codes[2][:14], "code_wrong"},
	} {
		p, err := w.People.Login(t.Context(), attempt(test.code))
		if playlists.ReasonOf(err) != test.reason || err == nil && p.Method != identity.ByRecovery {
			t.Errorf("%s: %v, want reason %q", test.name, err, test.reason)
		}
	}
	left(8)
	fresh, err := w.People.NewRecoveryCodes(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	left(10)
	if _, err := w.People.Login(t.Context(), attempt(codes[3])); playlists.ReasonOf(err) != "code_wrong" {
		t.Errorf("a code from before: %v", err)
	}
	if _, err := w.People.Login(t.Context(), attempt(fresh[9])); err != nil {
		t.Errorf("a new code: %v", err)
	}
}

// What is read from the database alone, or moved between its rows, opens nothing.
func TestSecretsAreSealed(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a, b := w.Person("ha.le", "unit", playlists.Approver), w.Person("other.one", "unit", playlists.Approver)
	secret, codes := enrolled(t, w, a)
	_, _ = enrolled(t, w, b)
	kept, err := w.DB.Identity().TOTP(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(kept.Sealed, []byte(secret)) || len(kept.Sealed) < 20+12+16 {
		t.Error("the secret stands in the database")
	}
	w.Exec(`update totp set secret = (select secret from totp where person_id = ?) where person_id = ?`, b.ID, a.ID)
	w.Clock.Add(time.Minute)
	if _, err := w.People.Login(t.Context(), attempt(code(t, w, secret, 0))); playlists.ReasonOf(err) != "seal_key_wrong" {
		t.Errorf("with somebody else's secret: %v", err)
	}
	for _, c := range codes {
		if err := w.TryExec(`update recovery_codes set used_at = 1 where code_hash in (?, ?)`, c, strings.ReplaceAll(c, "-", "")); err != nil {
			t.Fatal(err)
		}
	}
	if s, err := w.People.Security(t.Context(), a); err != nil || s.RecoveryCodes != 10 {
		t.Errorf("recovery codes stand in the database as they are: %+v, %v", s, err)
	}
}

// Whoever lost everything but the password is let in again by an
// administrator, whose reach is that of grants.
func TestFactorsAreDropped(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	root := w.Person("root", "unit", playlists.Administrator)
	local := w.Granted("local", "other", playlists.Grant{Role: playlists.Administrator, Unit: playliststest.ID("other")})
	a := w.Person("ha.le", "unit", playlists.Approver)
	_, _ = enrolled(t, w, a)
	for name, by := range map[string]playlists.Actor{"person_missing": local, "right_missing": a, "login_required": {}} {
		if err := w.People.DropFactors(t.Context(), by, a.ID); playlists.ReasonOf(err) != name {
			t.Errorf("%v, want %s", err, name)
		}
	}
	if err := w.People.DropFactors(t.Context(), root, a.ID); err != nil {
		t.Fatal(err)
	}
	if p, err := w.People.Login(t.Context(), attempt("")); err != nil || p.Method != identity.ByPassword {
		t.Errorf("the password alone: %v", err)
	}
}

func TestPasswordOnceMore(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Approver)
	if err := w.People.Confirm(t.Context(), a, sqlstoretest.Password); err != nil {
		t.Error(err)
	}
	for i := range 11 {
		want := "password_wrong"
		if i == 10 {
			want = "too_many_logins"
		}
		if err := w.People.Confirm(t.Context(), a, "guess"); playlists.ReasonOf(err) != want {
			t.Errorf("guess %d: %v", i, err)
		}
	}
}
