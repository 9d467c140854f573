package httpapi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"

	"cotmoc/controller/internal/httpapi"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
)

// asked makes a call and reads its answer.
func asked[T any](t *testing.T, f *face, cookie, method, path, body string, header ...string) T {
	t.Helper()
	resp, p := f.do(method, "/api/v1"+path, body, append(header, "Cookie", cookie)...)
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %d %+v, %v", method, path, resp.StatusCode, p, err)
	}
	var out T
	if len(b) > 0 {
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

const confirmed = `{"password":"` + sqlstoretest.Password + `"}`

// What the console draws is the code that an authenticator would scan.
func TestSecretIsDrawn(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	e := asked[httpapi.Enrolment](t, f, "cotmoc="+f.login(t).Value, "POST", "/me/totp", confirmed)
	want, err := qr.Encode(e.URL, qr.M, qr.Auto)
	if err != nil || e.QR.Size != want.Bounds().Dx() || !strings.Contains(e.URL, e.Secret) {
		t.Fatalf("%+v, %v", e, err)
	}
	dark := map[[2]int]bool{}
	for _, run := range strings.Split(strings.TrimPrefix(e.QR.Path, "M"), "M") {
		var x, y, n, back int
		if _, err := fmt.Sscanf(run, "%d %dh%dv1h-%dz", &x, &y, &n, &back); err != nil || n != back {
			t.Fatalf("%q: %v", run, err)
		}
		for i := range n {
			dark[[2]int{x + i, y}] = true
		}
	}
	for y := range e.QR.Size {
		for x := range e.QR.Size {
			if r, _, _, _ := want.At(x, y).RGBA(); (r == 0) != dark[[2]int{x, y}] {
				t.Fatalf("the square at %d, %d is wrong", x, y)
			}
		}
	}
}

func TestSessionsByCalls(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	first := "cotmoc=" + f.login(t, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Remote", "192.0.2.7:1").Value
	second, third := "cotmoc="+f.login(t).Value, "cotmoc="+f.login(t).Value
	l := asked[httpapi.List[httpapi.Session]](t, f, second, "GET", "/me/sessions", "")
	if len(l.Items) != 3 {
		t.Fatalf("%+v", l)
	}
	var other httpapi.Session
	current := 0
	for _, s := range l.Items {
		if s.Current {
			current++
		}
		if s.Browser == "Firefox" && s.System == "Linux" && s.Address == "192.0.2.7" && s.Method == "password" && !s.Current {
			other = s
		}
	}
	if other.ID == "" || current != 1 {
		t.Fatalf("%+v", l.Items)
	}
	asked[struct{}](t, f, second, "DELETE", "/me/sessions/"+string(other.ID), "")
	goesOn := func(cookie string, want bool) {
		t.Helper()
		if resp, _ := f.do("GET", "/api/v1/me", "", "Cookie", cookie); (resp.StatusCode == http.StatusOK) != want {
			t.Errorf("a session answers %d, want it to go on: %v", resp.StatusCode, want)
		}
	}
	goesOn(first, false)
	goesOn(third, true)
	asked[struct{}](t, f, second, "POST", "/me/sessions/end-others", "")
	goesOn(third, false)
	goesOn(second, true)
	again := "cotmoc=" + f.login(t, "Cookie", second).Value // logging in anew leaves the former session
	goesOn(second, false)
	if l := asked[httpapi.List[httpapi.Session]](t, f, again, "GET", "/me/sessions", ""); len(l.Items) != 1 {
		t.Errorf("%+v", l.Items)
	}
}

// Whoever finds an open console cannot stay in it.
func TestPasswordIsAskedOnceMore(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	cookie := "cotmoc=" + f.login(t).Value
	for path, body := range map[string]string{"/me/totp": `{"password":"x"}`, "/me/totp/off": `{"password":"x"}`, "/me/recovery-codes": `{"password":"x"}`, "/me/passkeys": `{"password":"x","label":"x"}`} {
		if resp, p := f.do("POST", "/api/v1"+path, body, "Cookie", cookie); resp.StatusCode != http.StatusUnprocessableEntity || p.Reason != "password_wrong" {
			t.Errorf("%s: %d %+v", path, resp.StatusCode, p)
		}
	}
	s := asked[httpapi.Security](t, f, cookie, "GET", "/me/security", "")
	if s.TOTPSince != nil || len(s.Passkeys) != 0 || len(s.Sessions) != 1 || s.URL != sqlstoretest.Site.Origin {
		t.Errorf("%+v", s)
	}
	c := asked[httpapi.Ceremony](t, f, cookie, "POST", "/me/passkeys", `{"password":"`+sqlstoretest.Password+`","label":"Máy ở phòng"}`)
	if c.Ceremony == "" || c.Options == nil || c.URL != sqlstoretest.Site.Origin {
		t.Errorf("%+v", c)
	}
	if resp, p := f.do("POST", "/api/v1/me/passkeys/finish", `{"ceremony":"`+c.Ceremony+`","credential":{"id":"x"}}`, "Cookie", cookie); p.Reason != "passkey_refused" {
		t.Errorf("nonsense: %d %+v", resp.StatusCode, p)
	}
}
