package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
	"cotmoc/playlists"
)

// byName gives the console's address as passkeys need it.
func byName(s *stage.Stage) string { return strings.Replace(s.Console, "127.0.0.1", "localhost", 1) }

func (d *desk) fill(selector, text string) {
	d.t.Helper()
	d.into("document.querySelector("+strconv.Quote(selector)+")", text)
}

// leave ends the session, and comes to the door again.
func (d *desk) leave() {
	d.t.Helper()
	if ok, err := ask[bool](d, `fetch('/api/v1/session', {method: 'DELETE'}).then(r => r.ok)`); err != nil || !ok {
		d.t.Fatalf("not logged out: %v", err)
	}
	d.open("/login")
}

const (
	inside   = `location.pathname !== '/login' && document.querySelector('nav') !== null`
	asksCode = `document.querySelector('input[name=code]') !== null`
)

// newAuthenticator gives the browser an authenticator that checks who one is.
func (d *desk) newAuthenticator() webauthn.AuthenticatorID {
	d.t.Helper()
	if _, err := chromedp.Call(d.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		d.t.Fatal(err)
	}
	made, err := chromedp.Call(d.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, HasCmtgKey: true, AutomaticPresenceSimulation: true,
	}})
	if err != nil {
		d.t.Fatal(err)
	}
	return made.AuthenticatorID
}

// Somebody makes a passkey in the console and comes in with it; a copy of it,
// one that did not check who holds it, and one with a false signature stay out.
func TestPasskeyOpensTheConsole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	d := settle(look(t, byName(s)+"/login"), byName(s))
	key := d.newAuthenticator()

	d.logIn(stage.LoginOf("approver"))
	d.await("the console", inside)
	d.open("/account")
	d.press("account.add_passkey")
	d.fill(fmt.Sprintf(`[role=dialog] input[placeholder=%q]`, d.say("account.passkey_example")), "Máy ở phòng")
	d.fill(`[role=dialog] input[type=password]`, stage.Password)
	d.press("account.add_passkey") // the dialog's
	d.awaitText(d.say("account.passkey_made"))
	d.awaitText("Máy ở phòng")

	d.leave()
	enter := func() { d.t.Helper(); d.press("login.passkey") }
	enter()
	d.await("the console", inside)
	d.open("/account")
	d.awaitText(d.say("account.by_passkey"))
	d.awaitText("Hoàng Đức Anh")
	d.sound("one who came in by passkey")

	refused := func(what, reason string) {
		t.Helper()
		d.awaitText(d.say("reason." + reason))
		d.await("a refusal of "+what, `location.pathname === '/login'`)
		d.open("/login")
	}
	yes, no := true, false
	d.leave()
	if _, err := chromedp.Call(d.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key, IsBogusSignature: &yes}); err != nil {
		t.Fatal(err)
	}
	enter()
	refused("a false signature", "passkey_wrong")
	if _, err := chromedp.Call(d.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key, IsBadUV: &yes}); err != nil {
		t.Fatal(err)
	}
	enter()
	refused("an answer without checking who holds it", "passkey_wrong")
	if _, err := chromedp.Call(d.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key, IsBadUV: &no}); err != nil {
		t.Fatal(err)
	}

	held, err := chromedp.Call(d.ctx, webauthn.GetCredentials, webauthn.GetCredentialsParams{AuthenticatorID: key})
	if err != nil || len(held.Credentials) != 1 {
		t.Fatalf("%+v, %v", held, err)
	}
	copied := held.Credentials[0]
	enter()
	d.await("the console again", inside)
	d.leave()
	if _, err := chromedp.Call(d.ctx, webauthn.ClearCredentials, webauthn.ClearCredentialsParams{AuthenticatorID: key}); err != nil {
		t.Fatal(err)
	}
	copied.SignCount, copied.CmtgKeys, copied.ActiveCmtgKeyIndex = 1, nil, nil // as it was when somebody copied it
	if _, err := chromedp.Call(d.ctx, webauthn.AddCredential, webauthn.AddCredentialParams{AuthenticatorID: key, Credential: copied}); err != nil {
		t.Fatal(err)
	}
	enter()
	refused("a copy", "passkey_cloned")

	d.at = s.Console // by address, where passkeys cannot work
	d.open("/login")
	enter()
	d.awaitText(d.say("reason.passkey_elsewhere", "{{url}}", byName(s)))
}

// Somebody turns on the second step, keeps the recovery codes, comes in with
// a code and with a recovery code, and ends what is open elsewhere.
func TestTwoStepsAndSessions(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	d := sit(look(t, s.Console+"/login"), s, stage.LoginOf("reviewer"))
	d.open("/account")
	d.awaitText("Được thẩm định nội dung của mọi đơn vị, phát tại mọi cụm.")
	d.press("account.totp_on")
	d.fill(`[role=dialog] input[type=password]`, stage.Password)
	d.do(chromedp.Click(chromedp.CSS(`[role=dialog] button[type=submit]`)))
	d.do(chromedp.WaitVisible(chromedp.CSS(`[role=dialog] svg[role=img] path`)))
	secret, err := ask[string](d, `document.querySelector('[role=dialog] code').innerText.replaceAll(' ', '')`)
	if err != nil {
		t.Fatal(err)
	}
	code := func(after time.Duration) string {
		t.Helper()
		c, err := totp.GenerateCode(secret, time.Now().Add(after))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	d.fill(`[role=dialog] input[inputmode=numeric]`, code(0))
	d.do(chromedp.Click(chromedp.CSS(`[role=dialog] button[type=submit]`)))
	d.do(chromedp.WaitVisible(chromedp.CSS(`[role=dialog] ol code`)))
	recovery, err := ask[[]string](d, `[...document.querySelectorAll('[role=dialog] ol code')].map(c => c.innerText)`)
	if err != nil || len(recovery) != 10 {
		t.Fatalf("%v, %v", recovery, err)
	}
	d.press("account.recovery_kept")
	d.awaitText(d.say("account.recovery_left", "{{count}}", "10"))

	script, err := apiclient.New(s.Console)
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Login(t.Context(), stage.LoginOf("reviewer"), stage.Password); playlists.ReasonOf(err) != "code_required" {
		t.Errorf("the password alone: %v", err)
	}
	d.leave()
	d.logIn(stage.LoginOf("reviewer"))
	d.await("a question for the code", asksCode)
	d.fill(`input[name=code]`, code(30*time.Second)) // the one of now has been taken
	d.press("login.submit")
	d.await("the console", inside)
	d.leave()
	d.logIn(stage.LoginOf("reviewer"))
	d.await("a question for the code", asksCode)
	d.fill(`input[name=code]`, recovery[3])
	d.press("login.submit")
	d.await("the console", inside)

	if err := s.Reviewer.Get(t.Context(), "/me", nil); err != nil {
		t.Fatalf("another session of theirs: %v", err)
	}
	d.open("/account")
	d.awaitText(d.say("account.recovery_left", "{{count}}", "9"))
	d.press("account.end_others")
	stage.Await(t, 20*time.Second, "the end of the other session", func() bool {
		return playlists.ReasonOf(s.Reviewer.Get(t.Context(), "/me", nil)) == "login_required"
	})
	d.open("/account")
	d.awaitText(d.say("account.this_session"))
	d.sound("reviewer")
}
