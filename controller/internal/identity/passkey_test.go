package identity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// registered gives somebody a passkey.
func registered(t *testing.T, w *sqlstoretest.World, a playlists.Actor) (*authenticator, identity.Credential) {
	t.Helper()
	c, err := w.People.BeginRegistration(t.Context(), a, "Điện thoại")
	if err != nil {
		t.Fatal(err)
	}
	key := newAuthenticator(t)
	made, err := w.People.FinishRegistration(t.Context(), a, c.ID, key.register(c))
	if err != nil {
		t.Fatal(err)
	}
	return key, made
}

// enter begins a login and answers it.
func enter(t *testing.T, w *sqlstoretest.World, answer func(identity.Ceremony) []byte) (identity.Proof, error) {
	t.Helper()
	c, err := w.People.BeginPasskeyLogin("192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	return w.People.PasskeyLogin(t.Context(), c.ID, answer(c), "192.0.2.1")
}

func TestPasskeyLogin(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a, b := w.Person("ha.le", "unit", playlists.Approver), w.Person("other.one", "unit", playlists.Approver)
	key, made := registered(t, w, a)
	other, _ := registered(t, w, b)
	signing := newAuthenticator(t) // one that a charter may name: under another handle, and kept elsewhere
	signing.handle = []byte("sign:" + string(a.ID))
	if made.Label != "Điện thoại" || len(made.PublicKey) == 0 || !slices.Equal(made.Transports, []string{"internal"}) {
		t.Errorf("kept %+v", made)
	}
	w.Clock.Add(time.Hour)
	p, err := enter(t, w, key.login)
	if err != nil || p.ID != a.ID || p.Method != identity.ByPasskey || !p.LastLoginAt.Equal(w.Clock.Now()) {
		t.Fatalf("%+v, %v", p, err)
	}
	if s, err := w.People.Security(t.Context(), a); err != nil || len(s.Passkeys) != 1 || s.Passkeys[0].SignCount != key.counter || !s.Passkeys[0].LastUsedAt.Equal(w.Clock.Now()) {
		t.Errorf("its use is not noted: %+v, %v", s.Passkeys, err)
	}
	bend := func(change func(k *authenticator)) func(identity.Ceremony) []byte {
		return func(c identity.Ceremony) []byte {
			k := *key
			change(&k)
			return k.login(c)
		}
	}
	for name, test := range map[string]struct {
		answer func(identity.Ceremony) []byte
		reason string
	}{
		"nonsense":                    {func(identity.Ceremony) []byte { return []byte(`{"id":7}`) }, "passkey_wrong"},
		"without checking the person": {bend(func(k *authenticator) { k.verified = false }), "passkey_wrong"},
		"for another site":            {bend(func(k *authenticator) { k.origin = "https://man-hinh.example.evil" }), "passkey_wrong"},
		"at another port":             {bend(func(k *authenticator) { k.origin += ":8443" }), "passkey_wrong"},
		"without TLS":                 {bend(func(k *authenticator) { k.origin = "http://man-hinh.example" }), "passkey_wrong"},
		"for another name":            {bend(func(k *authenticator) { k.name = "example" }), "passkey_wrong"},
		"as a registration":           {bend(func(k *authenticator) { k.kind = "webauthn.create" }), "passkey_wrong"},
		"by another key":              {bend(func(k *authenticator) { k.key = other.key }), "passkey_wrong"},
		"as somebody else":            {bend(func(k *authenticator) { k.handle = other.handle }), "passkey_wrong"},
		"as nobody":                   {bend(func(k *authenticator) { k.handle = []byte("login:aaaaaaaaaaaaaaaa") }), "passkey_wrong"},
		"by a passkey for signing":    {signing.login, "passkey_wrong"},
		"by one for signing, as if":   {bend(func(k *authenticator) { k.key, k.id = signing.key, signing.id }), "passkey_wrong"},
		"to another challenge": {func(identity.Ceremony) []byte {
			key.counter++
			return key.assert("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
		}, "passkey_wrong"},
		"with a count that stands":         {bend(func(k *authenticator) { k.counter = 1 }), "passkey_cloned"},
		"with a count that went back to 0": {bend(func(k *authenticator) { k.counter = ^uint32(0) }), "passkey_cloned"},
	} {
		if p, err := enter(t, w, test.answer); playlists.ReasonOf(err) != test.reason || p.ID != "" {
			t.Errorf("%s: %v, want reason %q", name, err, test.reason)
		}
	}
	key.counter += 100
	if _, err := enter(t, w, key.login); err != nil {
		t.Errorf("after all that: %v", err)
	}
	w.Exec(`update people set disabled = 1 where id = ?`, b.ID)
	if _, err := enter(t, w, other.login); playlists.ReasonOf(err) != "passkey_wrong" {
		t.Errorf("of somebody disabled: %v", err)
	}
	if err := w.People.DeletePasskey(t.Context(), b, made.ID); playlists.ReasonOf(err) != "passkey_missing" {
		t.Errorf("somebody else removes it: %v", err)
	}
	if err := w.People.DeletePasskey(t.Context(), a, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := enter(t, w, key.login); playlists.ReasonOf(err) != "passkey_wrong" {
		t.Errorf("a removed one: %v", err)
	}
}

// An answer counts once, soon, and for what was begun.
func TestCeremonies(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a, b := w.Person("ha.le", "unit", playlists.Approver), w.Person("other.one", "unit", playlists.Approver)
	key, _ := registered(t, w, a)
	begin := func() identity.Ceremony {
		t.Helper()
		c, err := w.People.BeginPasskeyLogin("192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := begin()
	answer := key.login(c)
	if _, err := w.People.PasskeyLogin(t.Context(), c.ID, answer, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.People.PasskeyLogin(t.Context(), c.ID, answer, "192.0.2.1"); playlists.ReasonOf(err) != "ceremony_over" {
		t.Errorf("the same answer again: %v", err)
	}
	if _, err := w.People.PasskeyLogin(t.Context(), begin().ID, answer, "192.0.2.1"); playlists.ReasonOf(err) != "passkey_wrong" {
		t.Errorf("the same answer to another question: %v", err)
	}
	c = begin()
	w.Clock.Add(5 * time.Minute)
	if _, err := w.People.PasskeyLogin(t.Context(), c.ID, key.login(c), "192.0.2.1"); playlists.ReasonOf(err) != "ceremony_over" {
		t.Errorf("too late: %v", err)
	}
	for name, finish := range map[string]func(id string, answer []byte) error{
		"somebody else's": func(id string, answer []byte) error {
			_, err := w.People.FinishRegistration(t.Context(), b, id, answer)
			return err
		},
		"as a login": func(id string, answer []byte) error {
			_, err := w.People.PasskeyLogin(t.Context(), id, answer, "192.0.2.1")
			return err
		},
	} {
		c, err := w.People.BeginRegistration(t.Context(), a, "x")
		if err != nil {
			t.Fatal(err)
		}
		if err := finish(c.ID, newAuthenticator(t).register(c)); playlists.ReasonOf(err) != "ceremony_over" {
			t.Errorf("%s: %v", name, err)
		}
	}
	login := begin()
	if _, err := w.People.FinishRegistration(t.Context(), a, login.ID, nil); playlists.ReasonOf(err) != "ceremony_over" {
		t.Errorf("a login finished as a registration: %v", err)
	}
}

func TestRegistrationAsksForWhatAgentsVerify(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Approver)
	key, _ := registered(t, w, a)
	c, err := w.People.BeginRegistration(t.Context(), a, "x")
	if err != nil {
		t.Fatal(err)
	}
	ask := read(t, c)
	if ask.Selection.UserVerification != "required" || ask.Selection.ResidentKey != "required" || len(ask.Challenge) < 43 || len(ask.Params) != 3 {
		t.Errorf("it asks %+v", ask)
	}
	if len(ask.Exclude) != 1 || ask.Exclude[0].ID != text(key.id) {
		t.Errorf("it excludes %+v", ask.Exclude)
	}
	if c, err := w.People.BeginPasskeyLogin("192.0.2.1"); err != nil {
		t.Error(err)
	} else if ask := read(t, c); ask.UserVerification != "required" || len(ask.Allow) != 0 {
		t.Errorf("a login asks %+v", ask)
	}
	for name, bend := range map[string]func(*authenticator){
		"without checking the person": func(k *authenticator) { k.verified = false },
		"for another site":            func(k *authenticator) { k.origin = "https://evil.example" },
		"for another name":            func(k *authenticator) { k.name = "evil.example" },
	} {
		c, err := w.People.BeginRegistration(t.Context(), a, "x")
		if err != nil {
			t.Fatal(err)
		}
		k := newAuthenticator(t)
		bend(k)
		if _, err := w.People.FinishRegistration(t.Context(), a, c.ID, k.register(c)); playlists.ReasonOf(err) != "passkey_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
	b := w.Person("other.one", "unit", playlists.Approver)
	c, err = w.People.BeginRegistration(t.Context(), b, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.People.FinishRegistration(t.Context(), b, c.ID, key.register(c)); playlists.ReasonOf(err) != "passkey_taken" {
		t.Errorf("one that is somebody's already: %v", err)
	}
	for range 20 {
		_, _ = registered(t, w, b)
	}
	c, err = w.People.BeginRegistration(t.Context(), b, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.People.FinishRegistration(t.Context(), b, c.ID, newAuthenticator(t).register(c)); playlists.ReasonOf(err) != "too_many_passkeys" {
		t.Errorf("the 21st: %v", err)
	}
}

func TestSites(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]identity.Site{
		"https://man-hinh.hatinh.gov.vn":      {Origin: "https://man-hinh.hatinh.gov.vn", Name: "man-hinh.hatinh.gov.vn"},
		"https://Man-Hinh.hatinh.gov.vn:443/": {Origin: "https://man-hinh.hatinh.gov.vn", Name: "man-hinh.hatinh.gov.vn"},
		"https://man-hinh.local:8443":         {Origin: "https://man-hinh.local:8443", Name: "man-hinh.local"},
		"http://localhost:8080":               {Origin: "http://localhost:8080", Name: "localhost"},
		"http://man-hinh.local":               {},
		"https://192.0.2.1":                   {},
		"https://[::1]:8080":                  {},
		"https://man-hinh.local/console":      {},
		"https://a:b@man-hinh.local":          {},
		"man-hinh.local":                      {},
		"https://":                            {},
		"":                                    {},
	} {
		got, err := identity.ParseSite(address)
		if got != want || (err == nil) != (want.Name != "") || err != nil && playlists.ReasonOf(err) != "public_url_malformed" {
			t.Errorf("%q is %+v, %v", address, got, err)
		}
	}
}

// What somebody changes about how they log in, and how they did, is written
// down, and no secret with it.
func TestFactorsAreWrittenDown(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	a := w.Person("ha.le", "unit", playlists.Approver)
	secret, codes := enrolled(t, w, a)
	fresh, err := w.People.NewRecoveryCodes(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.People.Login(t.Context(), attempt("000000")); playlists.ReasonOf(err) != "code_wrong" {
		t.Fatal(err)
	}
	if _, err := w.People.Login(t.Context(), attempt(fresh[0])); err != nil {
		t.Fatal(err)
	}
	if err := w.People.EndTOTP(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	key, made := registered(t, w, a)
	if _, err := enter(t, w, key.login); err != nil {
		t.Fatal(err)
	}
	key.counter--
	if _, err := enter(t, w, key.login); playlists.ReasonOf(err) != "passkey_cloned" {
		t.Fatal(err)
	}
	if err := w.People.DeletePasskey(t.Context(), a, made.ID); err != nil {
		t.Fatal(err)
	}
	kept, err := w.DB.Audit().After(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []playlists.ActKind
	for _, k := range kept[1:] { // after the person was added
		kinds = append(kinds, k.Kind)
		if k.Subject != a.ID || k.Kind != playlists.LoginFailed && k.Actor != a.ID {
			t.Errorf("%s of %s by %s", k.Kind, k.Subject, k.Actor)
		}
		for _, hidden := range append(append(codes, fresh...), secret) {
			if strings.Contains(string(k.Detail), hidden) {
				t.Errorf("%s tells a secret: %s", k.Kind, k.Detail)
			}
		}
	}
	if want := []playlists.ActKind{
		playlists.CodesTurnedOn, playlists.CodesRenewed, playlists.LoginFailed, playlists.LoggedIn, playlists.CodesTurnedOff,
		playlists.PasskeyAdded, playlists.LoggedIn, playlists.LoginFailed, playlists.PasskeyDeleted,
	}; !slices.Equal(kinds, want) {
		t.Errorf("written down: %v, want %v", kinds, want)
	}
}
