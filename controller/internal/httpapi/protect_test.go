package httpapi_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cotmoc/controller/internal/httpapi"
	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// face is the API over a real database with people in it.
type face struct {
	*sqlstoretest.World
	http.Handler
	logs *bytes.Buffer
}

func newFace(t *testing.T, change func(*httpapi.Config)) *face {
	t.Helper()
	w := sqlstoretest.New(t)
	w.Person("ha", "unit", playlists.Administrator, playlists.Inspector)
	f := &face{World: w, logs: &bytes.Buffer{}}
	cfg := httpapi.Config{
		Log: slog.New(slog.NewJSONHandler(f.logs, &slog.HandlerOptions{Level: slog.LevelDebug})), Now: w.Clock.Now, Random: rand.Reader, Version: "test",
		Metrics: prometheus.NewRegistry(), Sessions: w.DB.Sessions(w.Clock.Now), Services: httpapi.Services{Identity: w.People},
		Console: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "page") }),
	}
	if change != nil {
		change(&cfg)
	}
	s, err := httpapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	f.Handler = s
	return f
}

type problem struct {
	Status int
	Code   playlists.Code
	Reason string
	Detail string
	Params map[string]any
}

// do makes a request; header is name, value, name, value.
func (f *face) do(method, path, body string, header ...string) (*http.Response, problem) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if host := r.Header.Get("Remote"); host != "" {
		r.RemoteAddr = host
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	var p problem
	if w.Result().Header.Get("Content-Type") == "application/problem+json" {
		_ = json.Unmarshal(w.Body.Bytes(), &p) // checked by the fields
	}
	return w.Result(), p
}

const login = `{"login":"ha","password":"` + sqlstoretest.Password + `"}`

func (f *face) login(t *testing.T, header ...string) *http.Cookie {
	t.Helper()
	resp, p := f.do("POST", "/api/v1/session", login, header...)
	if resp.StatusCode != http.StatusOK || len(resp.Cookies()) != 1 {
		t.Fatalf("login: %d %+v", resp.StatusCode, p)
	}
	return resp.Cookies()[0]
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	for name, secure := range map[string]bool{"__Host-cotmoc": true, "cotmoc": false} {
		f := newFace(t, func(c *httpapi.Config) { c.Secure = secure })
		c := f.login(t)
		if c.Name != name || !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge <= 0 {
			t.Errorf("cookie %+v", c)
		}
		if resp, _ := f.do("GET", "/api/v1/me", "", "Cookie", c.Name+"="+c.Value); resp.StatusCode != http.StatusOK {
			t.Errorf("the cookie gives %d", resp.StatusCode)
		}
	}
}

func TestSessionIsNotFixed(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	planted := "cotmoc=planted-by-somebody-else-000000000000000"
	c := f.login(t, "Cookie", planted)
	if strings.Contains(planted, c.Value) {
		t.Fatal("a planted token became a session")
	}
	if resp, _ := f.do("GET", "/api/v1/me", "", "Cookie", planted); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("the planted token gives %d", resp.StatusCode)
	}
	again := f.login(t, "Cookie", "cotmoc="+c.Value)
	if again.Value == c.Value {
		t.Error("a second login kept the token")
	}
	if resp, _ := f.do("GET", "/api/v1/me", "", "Cookie", "cotmoc="+c.Value); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("the token from before the login gives %d", resp.StatusCode)
	}
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *face, string){
		"by logging out": func(t *testing.T, f *face, cookie string) {
			if resp, _ := f.do("DELETE", "/api/v1/session", "", "Cookie", cookie); resp.StatusCode != http.StatusNoContent {
				t.Errorf("log-out gives %d", resp.StatusCode)
			}
		},
		// Ends are counted from the machine's clock, which the session library reads.
		"after a day": func(_ *testing.T, f *face, _ string) { f.Clock.Add(time.Since(f.Clock.Now()) + 25*time.Hour) },
		"with a new password": func(t *testing.T, f *face, cookie string) {
			resp, p := f.do("POST", "/api/v1/me/password", `{"old":"`+sqlstoretest.Password+`","new":"một mật khẩu khác hẳn"}`, "Cookie", cookie)
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("new password: %+v", p)
			}
			if resp, _ := f.do("GET", "/api/v1/me", "", "Cookie", "cotmoc="+resp.Cookies()[0].Value); resp.StatusCode != http.StatusOK {
				t.Errorf("the one who changed it is out too: %d", resp.StatusCode)
			}
		},
		"when disabled": func(_ *testing.T, f *face, _ string) {
			f.Exec(`update people set disabled = 1 where login = 'ha'`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFace(t, nil)
			cookie := "cotmoc=" + f.login(t).Value
			end(t, f, cookie)
			if resp, p := f.do("GET", "/api/v1/me", "", "Cookie", cookie); resp.StatusCode != http.StatusUnauthorized || p.Reason != "login_required" {
				t.Errorf("the session goes on: %d %+v", resp.StatusCode, p)
			}
		})
	}
}

func TestForeignSitesAreRefused(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	cookie := "cotmoc=" + f.login(t).Value
	for name, test := range map[string]struct {
		method string
		header []string
		status int
	}{
		"a form on another site":       {"POST", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"a sister site":                {"POST", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		"an old browser's foreign one": {"POST", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"another site's deletion":      {"DELETE", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		"the console itself":           {"POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://example.com"}, http.StatusOK},
		"a script":                     {"POST", nil, http.StatusOK},
	} {
		path, body := "/api/v1/tokens", fmt.Sprintf(`{"password":%q,"name":"x"}`, sqlstoretest.Password)
		if test.method == "DELETE" {
			path, body = "/api/v1/session", ""
		}
		resp, p := f.do(test.method, path, body, append(test.header, "Cookie", cookie)...)
		if resp.StatusCode != test.status || test.status == http.StatusForbidden && p.Reason != "cross_origin" {
			t.Errorf("%s: %d %+v, want %d", name, resp.StatusCode, p, test.status)
		}
	}
}

func TestLimitsAndMalformedInput(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	cookie := "cotmoc=" + f.login(t).Value
	for name, test := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		reason             string
	}{
		"a body that is too long":  {"POST", "/api/v1/tokens", `{"name":"` + strings.Repeat("a", 2<<20) + `"}`, nil, http.StatusRequestEntityTooLarge, "body_too_large"},
		"a charter too long":       {"POST", "/api/v1/charter", `{"envelope":"` + strings.Repeat("a", 9<<20) + `"}`, nil, http.StatusRequestEntityTooLarge, "body_too_large"},
		"a draft too long":         {"POST", "/api/v1/charter/draft", `{"x":"` + strings.Repeat("a", 9<<20) + `"}`, nil, http.StatusRequestEntityTooLarge, "body_too_large"},
		"no JSON":                  {"POST", "/api/v1/tokens", `{"name":`, nil, http.StatusBadRequest, "field_invalid"},
		"a field nobody knows":     {"POST", "/api/v1/tokens", `{"password":"x","name":"x","admin":true}`, nil, http.StatusUnprocessableEntity, "field_invalid"},
		"another type":             {"POST", "/api/v1/tokens", `{"password":"x","name":7}`, nil, http.StatusUnprocessableEntity, "field_invalid"},
		"a field is missing":       {"POST", "/api/v1/tokens", `{}`, nil, http.StatusUnprocessableEntity, "field_invalid"},
		"an id of another form":    {"GET", "/api/v1/people/..%2f..%2fetc", "", nil, http.StatusUnprocessableEntity, "field_invalid"},
		"too much at once":         {"GET", "/api/v1/people?limit=201", "", nil, http.StatusUnprocessableEntity, "field_invalid"},
		"a cursor of one's own":    {"GET", "/api/v1/people?cursor=xx", "", nil, http.StatusUnprocessableEntity, "cursor_malformed"},
		"a call that is not there": {"GET", "/api/v1/nothing", "", nil, http.StatusNotFound, "no_such_call"},
		"a wrong token":            {"GET", "/api/v1/me", "", []string{"Authorization", "Bearer cmt_0123"}, http.StatusUnauthorized, "token_wrong"},
		"a wrong token and cookie": {"GET", "/api/v1/me", "", []string{"Authorization", "Bearer cmt_" + strings.Repeat("0", 64), "Cookie", cookie}, http.StatusUnauthorized, "token_wrong"},
	} {
		header := test.header
		if header == nil {
			header = []string{"Cookie", cookie}
		}
		resp, p := f.do(test.method, test.path, test.body, header...)
		if resp.StatusCode != test.status || p.Reason != test.reason || p.Status != test.status || !strings.HasPrefix(p.Detail, "cannot ") {
			t.Errorf("%s: %d %+v, want %d %s", name, resp.StatusCode, p, test.status, test.reason)
		}
	}
}

func TestLoginIsLimited(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	wrong := `{"login":"ha","password":"not this one"}`
	for i := range 10 {
		if resp, p := f.do("POST", "/api/v1/session", wrong); resp.StatusCode != http.StatusUnauthorized || p.Reason != "login_wrong" {
			t.Fatalf("attempt %d: %d %+v", i, resp.StatusCode, p)
		}
	}
	if resp, p := f.do("POST", "/api/v1/session", login, "Remote", "198.51.100.7:1"); resp.StatusCode != http.StatusTooManyRequests || p.Reason != "too_many_logins" {
		t.Errorf("after ten attempts, from anywhere: %d %+v", resp.StatusCode, p)
	}
	f.Clock.Add(time.Minute)
	if resp, p := f.do("POST", "/api/v1/session", login); resp.StatusCode != http.StatusOK {
		t.Errorf("a minute later: %d %+v", resp.StatusCode, p)
	}
	refused := 0
	for i := range 70 { // names that nobody has, from one place
		resp, _ := f.do("POST", "/api/v1/session", strings.Replace(wrong, "ha", "ha"+strings.Repeat("x", i+1), 1), "Remote", "203.0.113.9:1")
		if resp.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 10 {
		t.Errorf("%d of 70 attempts from one address were refused, want the last 10", refused)
	}
}

// Behind a proxy each person is counted alone: nobody uses up the attempts of
// all others, and nobody gets more of them by naming other addresses.
func TestLoginIsLimitedBehindAProxy(t *testing.T) {
	t.Parallel()
	wrong := `{"login":"ha","password":"not this one"}`
	for _, test := range []struct {
		name             string
		proxied          bool
		remote, via      string // of the one who tries names
		other, otherVia  string // of somebody else
		limited, blocked bool   // the one, and the other
	}{
		{"each by the proxy's word", true, "127.0.0.1:1", "203.0.113.9", "127.0.0.1:2", "198.51.100.7", true, false},
		{"an invented hop before the true one", true, "127.0.0.1:1", "10.0.0.%d, 203.0.113.9", "127.0.0.1:2", "198.51.100.7", true, false},
		{"not through the proxy", true, "203.0.113.9:1", "10.0.0.%d", "198.51.100.7:1", "", true, false},
		{"no proxy", false, "127.0.0.1:1", "10.0.0.%d", "127.0.0.1:2", "198.51.100.7", true, true},
		{"a proxy that says nothing", true, "127.0.0.1:1", "", "127.0.0.1:2", "", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := newFace(t, func(c *httpapi.Config) { c.Proxied = test.proxied })
			via := func(n int) string { return strings.ReplaceAll(test.via, "%d", strconv.Itoa(n)) }
			refused := 0
			for i := range 70 {
				resp, _ := f.do("POST", "/api/v1/session", strings.Replace(wrong, "ha", "ha"+strings.Repeat("x", i+1), 1), "Remote", test.remote, "X-Forwarded-For", via(i))
				if resp.StatusCode == http.StatusTooManyRequests {
					refused++
				}
			}
			if limited := refused == 10; limited != test.limited {
				t.Errorf("%d of 70 attempts were refused", refused)
			}
			resp, p := f.do("POST", "/api/v1/session", login, "Remote", test.other, "X-Forwarded-For", test.otherVia)
			if blocked := resp.StatusCode == http.StatusTooManyRequests; blocked != test.blocked {
				t.Errorf("somebody else: %d %+v", resp.StatusCode, p)
			}
		})
	}
}

func TestRequestsAreLimited(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil) // its clock stands
	var last *http.Response
	for range 601 {
		last, _ = f.do("GET", "/api/openapi.json", "")
	}
	if last.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the 601st request at once gives %d", last.StatusCode)
	}
	if resp, _ := f.do("GET", "/api/openapi.json", "", "Remote", "198.51.100.7:1"); resp.StatusCode != http.StatusOK {
		t.Errorf("another address is refused too: %d", resp.StatusCode)
	}
	if resp, _ := f.do("GET", "/healthz", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("the supervisor is refused: %d", resp.StatusCode)
	}
}

func TestHeadersAreStrict(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(c *httpapi.Config) { c.Secure = true })
	resp, _ := f.do("GET", "/api/v1/me", "")
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
		"Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := resp.Header.Get(name); !strings.HasPrefix(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	f := newFace(t, nil)
	c := f.login(t)
	f.do("GET", "/api/v1/me?password="+"hush-hush", "", "Cookie", "cotmoc="+c.Value, "Authorization", "Bearer cmt_"+strings.Repeat("7", 64))
	for _, secret := range []string{sqlstoretest.Password, c.Value, "hush-hush", strings.Repeat("7", 64)} {
		if strings.Contains(f.logs.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(f.logs.String(), "/api/v1/session") {
		t.Error("requests are not logged")
	}
}

func TestFaultsStayInside(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(c *httpapi.Config) { c.Services = httpapi.Services{Identity: c.Identity} })
	cookie := "cotmoc=" + f.login(t).Value
	resp, p := f.do("GET", "/api/v1/playlists", "", "Cookie", cookie) // nobody plans: a nil service
	if resp.StatusCode != http.StatusInternalServerError || p.Reason != "internal" || strings.Contains(p.Detail, "nil") {
		t.Errorf("a panic gives %d %+v", resp.StatusCode, p)
	}
	if err := f.DB.Close(); err != nil {
		t.Fatal(err)
	}
	if resp, p := f.do("POST", "/api/v1/session", login); resp.StatusCode != http.StatusInternalServerError || p.Code != playlists.Internal || strings.Contains(p.Detail, "sql") {
		t.Errorf("a lost database gives %d %+v", resp.StatusCode, p)
	}
}

func TestReadyAndMetrics(t *testing.T) {
	t.Parallel()
	down := errors.New("no route to host")
	var state error
	f := newFace(t, func(c *httpapi.Config) {
		c.Ready = map[string]func(context.Context) error{"broker": func(context.Context) error { return state }}
	})
	if resp, _ := f.do("GET", "/readyz", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("ready gives %d", resp.StatusCode)
	}
	state = down
	if resp, p := f.do("GET", "/readyz", ""); resp.StatusCode != http.StatusServiceUnavailable || p.Params["part"] != "broker" || strings.Contains(p.Detail, "route") {
		t.Errorf("not ready gives %d %+v", resp.StatusCode, p)
	}
	if resp, _ := f.do("GET", "/metrics", "", "Remote", "127.0.0.1:5"); resp.StatusCode != http.StatusOK {
		t.Errorf("metrics on this machine give %d", resp.StatusCode)
	}
	for _, header := range [][]string{{"Remote", "192.0.2.1:5"}, {"Remote", "127.0.0.1:5", "X-Forwarded-For", "192.0.2.1"}} {
		if resp, _ := f.do("GET", "/metrics", "", header...); resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("metrics for strangers (%v) give %d", header, resp.StatusCode)
		}
	}
	_, token, err := f.People.AddToken(t.Context(), f.Person("thanh.tra", "unit", playlists.Inspector), "scrape", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(token, identity.TokenPrefix) {
		t.Errorf("token %.8q", token)
	}
	if resp, _ := f.do("GET", "/metrics", "", "Remote", "192.0.2.1:5", "Authorization", "Bearer "+token); resp.StatusCode != http.StatusOK {
		t.Errorf("metrics for an inspector's token give %d", resp.StatusCode)
	}
}
