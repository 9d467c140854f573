package apiclient_test

import (
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cotmoc/controller/internal/apiclient"
)

func TestWaryClientChoosesItsLine(t *testing.T) {
	t.Parallel()
	for base, good := range map[string]bool{
		"https://cotmoc.example.vn": true, "https://cotmoc.example.vn/": true, "http://127.0.0.1:8080": true, "http://localhost:8080": true, "http://[::1]:8080": true,
		"http://cotmoc.example.vn": false, "http://10.0.0.5": false, "http://localhost.example.vn": false, "ftp://127.0.0.1": false, "cotmoc.example.vn": false, "": false,
		"https://me:secret@cotmoc.example.vn": false, "https://cotmoc.example.vn/api": false, "https://cotmoc.example.vn/?x": false,
	} {
		if _, err := apiclient.NewWary(base, apiclient.Options{}); (err == nil) != good {
			t.Errorf("%q: %v", base, err)
		}
	}
}

// TestWaryClientStaysWhereItIs follows no redirect, so that a token goes to the
// one address, and takes no answer from whom its authority does not vouch for.
func TestWaryClientStaysWhereItIs(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it went elsewhere") }))
	t.Cleanup(elsewhere.Close)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s without the token", r.URL)
		}
		switch r.URL.Path {
		case "/api/v1/me":
			_, _ = io.WriteString(w, `{"name":"Anh"}`)
		case "/api/v1/bytes":
			_, _ = io.WriteString(w, "bytes")
		case "/api/v1/away":
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)
	ca := x509.NewCertPool()
	ca.AddCert(srv.Certificate())
	c, err := apiclient.NewWary(srv.URL, apiclient.Options{CA: ca, Token: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	var me struct{ Name string }
	if err := c.Get(t.Context(), "/me", &me); err != nil || me.Name != "Anh" {
		t.Errorf("%+v, %v", me, err)
	}
	body, err := c.Open(t.Context(), "/bytes")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(body); err != nil || string(b) != "bytes" || body.Close() != nil {
		t.Errorf("%q, %v", b, err)
	}
	if err := c.Post(t.Context(), "/away", map[string]string{"password": "secret"}, nil); err == nil || !strings.Contains(err.Error(), "leads elsewhere") {
		t.Errorf("a redirect: %v", err)
	}
	for _, path := range []string{"/away", "/missing"} {
		if _, err := c.Open(t.Context(), path); err == nil {
			t.Errorf("%s: read", path)
		}
	}
	stranger, err := apiclient.NewWary(srv.URL, apiclient.Options{Token: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Get(t.Context(), "/me", nil); err == nil {
		t.Error("answered by whom nobody vouches for")
	}
}
