package app_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"cotmoc/controller/internal/apiclient"
	"cotmoc/controller/internal/approval"
	"cotmoc/controller/internal/shortlink"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
)

// TestACodeIsFollowedByAnybody: phones are led on without a cookie and without
// a trace, machines that look ahead are not counted, and a code that leads
// nowhere says so in plain words.
func TestACodeIsFollowedByAnybody(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	w := sqlstoretest.At(t, filepath.Join(data, "cotmoc.db"))
	author := w.Person("author", "unit", playlists.Contributor)
	media := w.Media("flag", author, playlists.Terms{})
	const page = "https://www.vietnam.vn/cau-treo"
	if err := w.ShortLinks().KeepLink(t.Context(), &shortlink.Link{Code: "bcdfghj", Language: "vi", Page: page, Pages: map[string]string{"en": page + "-en"}}, playlists.DigestOf([]byte("flag"))); err != nil {
		t.Fatal(err)
	}
	decide := approval.New(approval.Config{Store: w.DB.Approval(), Screens: crashed{}, Now: w.Clock.Now, Random: rand.Reader})
	accept := approval.Verdict{Accept: true, Seen: sqlstoretest.Digests()}
	reviewer, approver := w.Person("reviewer", "unit", playlists.Reviewer), w.Person("approver", "unit", playlists.Approver)
	if err := errors.Join(decide.Submit(t.Context(), author, media, approval.Submission{Declared: true}), decide.Review(t.Context(), reviewer, media, accept), decide.Approve(t.Context(), approver, media, accept)); err != nil {
		t.Fatal(err)
	}
	root, _ := start(t, data)
	ask := func(method, code string, header ...string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, root+"/q/"+code, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { resp.Body.Close() })
		h := resp.Header
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || len(resp.Cookies()) > 0 {
			t.Errorf("%s %s leaves a trace: %v", method, code, h)
		}
		return resp
	}
	for _, x := range []struct {
		method, to string
		header     []string
	}{
		{http.MethodGet, page + "-en", []string{"Accept-Language", "en-US,en;q=0.9", "Sec-Fetch-Mode", "navigate"}}, // counted
		{http.MethodGet, page, []string{"Accept-Language", "vi"}},                                                   // counted
		{http.MethodHead, page, nil},
		{http.MethodGet, page, []string{"Sec-Purpose", "prefetch"}},
		{http.MethodGet, page, []string{"Sec-Fetch-Mode", "no-cors"}},
	} {
		if resp := ask(x.method, "bcdfghj", x.header...); resp.StatusCode != http.StatusFound || resp.Header.Get("Location") != x.to {
			t.Errorf("%s %v: %d to %q", x.method, x.header, resp.StatusCode, resp.Header.Get("Location"))
		}
	}
	for _, code := range []string{"", "zzzzzzz", "bcdfghj/", "bcdfghj%2f..", "?u=https://evil.example"} {
		resp := ask(http.MethodGet, code)
		b := make([]byte, 4096)
		n, _ := resp.Body.Read(b)
		if resp.StatusCode != http.StatusNotFound || resp.Header.Get("Location") != "" || !strings.Contains(string(b[:n]), "không dẫn tới trang nào") || !strings.Contains(string(b[:n]), "ລະຫັດ") {
			t.Errorf("%q: %d %v", code, resp.StatusCode, resp.Header)
		}
	}
	c, err := apiclient.New(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Login(t.Context(), author.Login, sqlstoretest.Password); err != nil {
		t.Fatal(err)
	}
	var report struct {
		Items []struct {
			Total int `json:"total"`
		} `json:"items"`
	}
	if err := c.Get(t.Context(), "/scans", &report); err != nil || len(report.Items) != 1 || report.Items[0].Total != 2 {
		t.Errorf("counted %+v, %v; two people have scanned", report, err)
	}
	// One network cannot keep the controller busy.
	for range 200 {
		if ask(http.MethodGet, "bcdfghj").StatusCode == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("200 scans at once are not too many")
}
