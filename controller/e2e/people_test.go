package e2e

import (
	"fmt"
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

// desk is a browser in which somebody works with the console. Its window is
// that of a small laptop.
type desk struct {
	*window
	stage *stage.Stage
	base  string // where passkeys work
}

func sitDown(t *testing.T, s *stage.Stage) *desk {
	t.Helper()
	base := strings.Replace(s.Console, "127.0.0.1", "localhost", 1)
	d := &desk{look(t, base+"/login"), s, base}
	d.do(chromedp.EmulateViewport(1280, 900))
	return d
}

func (d *desk) do(steps ...chromedp.Action[chromedp.Void]) {
	d.t.Helper()
	if err := chromedp.Do(d.ctx, steps...); err != nil {
		d.t.Fatal(err)
	}
}

// press clicks the button or link that says exactly this, once it is there.
func (d *desk) press(says string) {
	d.t.Helper()
	d.do(chromedp.Click(fmt.Sprintf(`//*[self::button or self::a][normalize-space(.)=%q]`, says)))
}

// submit presses the one button that sends a form.
func (d *desk) submit() {
	d.t.Helper()
	d.do(chromedp.Click(chromedp.CSS(`form button[type=submit]:not([disabled]):not([data-disabled])`)))
}

func (d *desk) fill(selector, text string) {
	d.t.Helper()
	d.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// sees waits until a text stands on the page.
func (d *desk) sees(text string) {
	d.t.Helper()
	d.await(fmt.Sprintf("%q on the page", text), fmt.Sprintf(`document.body.innerText.includes(%q)`, text))
}

// await waits until an expression is true in the page.
func (d *desk) await(what, expression string) {
	d.t.Helper()
	said := ""
	d.t.Cleanup(func() {
		if d.t.Failed() && said != "" {
			d.t.Logf("the page said:\n%s", said)
		}
	})
	stage.Await(d.t, 20*time.Second, what, func() bool {
		said, _ = chromedp.Run(d.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		ok, err := chromedp.Run(d.ctx, chromedp.Evaluate[bool](expression))
		return err == nil && ok
	})
	said = ""
}

// logIn types login and password and waits for what comes next.
func (d *desk) logIn(login, next string) {
	d.t.Helper()
	d.do(chromedp.Navigate(d.base + "/login"))
	d.fill(`input[name=login]`, login)
	d.fill(`input[name=password]`, stage.Password)
	d.submit()
	d.await(next, next)
}

// logOut ends the session, and comes to the door again.
func (d *desk) logOut() {
	d.t.Helper()
	if _, err := chromedp.Run(d.ctx, chromedp.Evaluate[bool](`fetch('/api/v1/session', {method: 'DELETE'}).then(r => r.ok)`, chromedp.EvalAwaitPromise)); err != nil {
		d.t.Fatal(err)
	}
	d.do(chromedp.Navigate(d.base + "/login"))
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
	d := sitDown(t, s)
	key := d.newAuthenticator()

	d.logIn(stage.LoginOf("approver"), inside)
	d.do(chromedp.Navigate(d.base + "/account"))
	d.press("Thêm khóa truy cập")
	d.fill(`form input[type=text], form input:not([type])`, "Máy ở phòng")
	d.fill(`form input[type=password]`, stage.Password)
	d.do(chromedp.Click(chromedp.CSS(`section[role=dialog] button[type=submit], div[role=dialog] button[type=submit]`)))
	d.sees("Máy ở phòng")

	d.logOut()
	enter := func() { d.do(chromedp.Click(chromedp.CSS(`button[name=passkey]`))) }
	enter()
	d.await("the console", inside)
	d.do(chromedp.Navigate(d.base + "/account"))
	d.sees("Đăng nhập bằng khóa truy cập")
	d.sees("Hoàng Đức Anh")

	refused := func(what string) {
		t.Helper()
		d.await("a refusal of "+what, `document.querySelector('[role=alert]') !== null && location.pathname === '/login'`)
		d.do(chromedp.Navigate(d.base + "/login"))
	}
	yes, no := true, false
	d.logOut()
	if _, err := chromedp.Call(d.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key, IsBogusSignature: &yes}); err != nil {
		t.Fatal(err)
	}
	enter()
	refused("a false signature")
	if _, err := chromedp.Call(d.ctx, webauthn.SetResponseOverrideBits, webauthn.SetResponseOverrideBitsParams{AuthenticatorID: key, IsBadUV: &yes}); err != nil {
		t.Fatal(err)
	}
	enter()
	refused("an answer without checking who holds it")
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
	d.logOut()
	if _, err := chromedp.Call(d.ctx, webauthn.ClearCredentials, webauthn.ClearCredentialsParams{AuthenticatorID: key}); err != nil {
		t.Fatal(err)
	}
	copied.SignCount, copied.CmtgKeys, copied.ActiveCmtgKeyIndex = 1, nil, nil // as it was when somebody copied it
	if _, err := chromedp.Call(d.ctx, webauthn.AddCredential, webauthn.AddCredentialParams{AuthenticatorID: key, Credential: copied}); err != nil {
		t.Fatal(err)
	}
	enter()
	refused("a copy")

	d.do(chromedp.Navigate(s.Console + "/login")) // by address, where passkeys cannot work
	enter()
	d.sees(d.base)
}

// Somebody turns on the second step, keeps the recovery codes, comes in with
// a code and with a recovery code, and ends what is open elsewhere.
func TestTwoStepsAndSessions(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	d := sitDown(t, s)
	d.logIn(stage.LoginOf("reviewer"), inside)
	d.do(chromedp.Navigate(d.base + "/account"))
	d.sees("Được thẩm định nội dung của mọi đơn vị, phát tại mọi cụm.")
	d.press("Bật xác nhận hai bước")
	d.fill(`[role=dialog] input[type=password]`, stage.Password)
	d.do(chromedp.Click(chromedp.CSS(`[role=dialog] button[type=submit]`)))
	d.do(chromedp.WaitVisible(chromedp.CSS(`[role=dialog] svg[role=img] path`)))
	secret, err := chromedp.Run(d.ctx, chromedp.Evaluate[string](`document.querySelector('[role=dialog] code').innerText.replaceAll(' ', '')`))
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
	recovery, err := chromedp.Run(d.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('[role=dialog] ol code')].map(c => c.innerText)`))
	if err != nil || len(recovery) != 10 {
		t.Fatalf("%v, %v", recovery, err)
	}
	d.press("Tôi đã lưu các mã")
	d.sees("Còn 10 mã khôi phục")

	script, err := apiclient.New(s.Console)
	if err != nil {
		t.Fatal(err)
	}
	if err := script.Login(t.Context(), stage.LoginOf("reviewer"), stage.Password); playlists.ReasonOf(err) != "code_required" {
		t.Errorf("the password alone: %v", err)
	}
	d.logOut()
	d.logIn(stage.LoginOf("reviewer"), asksCode)
	d.fill(`input[name=code]`, code(30*time.Second)) // the one of now has been taken
	d.submit()
	d.await("the console", inside)
	d.logOut()
	d.logIn(stage.LoginOf("reviewer"), asksCode)
	d.fill(`input[name=code]`, recovery[3])
	d.submit()
	d.await("the console", inside)

	if err := s.Reviewer.Get(t.Context(), "/me", nil); err != nil {
		t.Fatalf("another session of theirs: %v", err)
	}
	d.do(chromedp.Navigate(d.base + "/account"))
	d.sees("Còn 9 mã khôi phục")
	d.press("Đăng xuất khỏi mọi nơi khác")
	stage.Await(t, 20*time.Second, "the end of the other session", func() bool {
		return playlists.ReasonOf(s.Reviewer.Get(t.Context(), "/me", nil)) == "login_required"
	})
	d.do(chromedp.Navigate(d.base + "/account"))
	d.sees("Máy này")
}
