package console_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"cotmoc/controller/internal/console"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		"index.html":           {Data: []byte(`<meta property="csp-nonce" nonce="__CSP_NONCE__"><script src="/assets/a-1.js"></script>`)},
		"theme.js":             {Data: []byte("theme")},
		"sw.js":                {Data: []byte("worker")},
		"manifest.webmanifest": {Data: []byte("{}")},
		"assets/a-1.js":        {Data: []byte("plain")},
		"assets/a-1.js.gz":     {Data: []byte("zipped")},
		"assets/lao-400.woff2": {Data: []byte("font")},
	}
}

func handler(t *testing.T, files fs.FS, random io.Reader) *console.Handler {
	t.Helper()
	h, err := console.NewHandler(files, random)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestServesPathsAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	h := handler(t, built(), rand.Reader)
	tests := map[string]struct {
		method, path, encoding string
		status                 int
		cache, body, kind      string
	}{
		"root is the page":              {"GET", "/", "", 200, "no-store", "csp-nonce", "text/html; charset=utf-8"},
		"a place is the page":           {"GET", "/playlists/p1", "", 200, "no-store", "csp-nonce", "text/html; charset=utf-8"},
		"the worker is asked for anew":  {"GET", "/sw.js", "", 200, "no-cache", "worker", "text/javascript; charset=utf-8"},
		"the manifest":                  {"GET", "/manifest.webmanifest", "", 200, "no-cache", "{}", "application/manifest+json"},
		"hashed asset never changes":    {"GET", "/assets/a-1.js", "", 200, "public, max-age=31536000, immutable", "plain", "text/javascript; charset=utf-8"},
		"compressed where accepted":     {"GET", "/assets/a-1.js", "gzip, br", 200, "public, max-age=31536000, immutable", "zipped", "text/javascript; charset=utf-8"},
		"no compressed twin":            {"GET", "/assets/lao-400.woff2", "gzip", 200, "public, max-age=31536000, immutable", "font", "font/woff2"},
		"unhashed file is asked again":  {"GET", "/theme.js", "", 200, "no-cache", "theme", "text/javascript; charset=utf-8"},
		"missing asset is not the page": {"GET", "/assets/old-9.js", "", 404, "", "cannot find", "text/plain; charset=utf-8"},
		"climbing out finds nothing":    {"GET", "/../../go.mod", "", 404, "", "cannot find", "text/plain; charset=utf-8"},
		"head has no body":              {"HEAD", "/", "", 200, "no-store", "", "text/html; charset=utf-8"},
		"post is refused":               {"POST", "/", "", 405, "", "cannot POST", "text/plain; charset=utf-8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := get(h, test.method, test.path, "Accept-Encoding", test.encoding)
			body, err := io.ReadAll(got.Body)
			if err != nil {
				t.Fatal(err)
			}
			if got.StatusCode != test.status {
				t.Errorf("status %d, want %d", got.StatusCode, test.status)
			}
			if cache := got.Header.Get("Cache-Control"); cache != test.cache {
				t.Errorf("Cache-Control %q, want %q", cache, test.cache)
			}
			if kind := got.Header.Get("Content-Type"); kind != test.kind {
				t.Errorf("Content-Type %q, want %q", kind, test.kind)
			}
			if !strings.Contains(string(body), test.body) {
				t.Errorf("body %q lacks %q", body, test.body)
			}
		})
	}
}

func TestEachPageHasItsOwnNonceInPolicyAndMarkup(t *testing.T) {
	t.Parallel()
	h := handler(t, built(), rand.Reader)
	seen := map[string]bool{}
	for range 3 {
		got := get(h, "GET", "/")
		body, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		csp := got.Header.Get("Content-Security-Policy")
		_, rest, _ := strings.Cut(csp, "'nonce-")
		nonce, _, ok := strings.Cut(rest, "'")
		if !ok || len(nonce) < 24 || seen[nonce] {
			t.Fatalf("policy %q has no fresh nonce", csp)
		}
		seen[nonce] = true
		if !bytes.Contains(body, []byte(`nonce="`+nonce+`"`)) {
			t.Errorf("page %q lacks the policy's nonce %q", body, nonce)
		}
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self';") {
			t.Errorf("policy %q allows more than the console's own scripts", csp)
		}
	}
}

func TestSaysHowToBuildWhenThereIsNoConsole(t *testing.T) {
	t.Parallel()
	h := handler(t, fstest.MapFS{".gitkeep": {}}, rand.Reader)
	got := get(h, "GET", "/")
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	if h.Built() || got.StatusCode != http.StatusServiceUnavailable || !bytes.Contains(body, []byte("npm run build")) {
		t.Errorf("status %d, body %q: want how to build the console", got.StatusCode, body)
	}
}

func TestNoNonceNoPage(t *testing.T) {
	t.Parallel()
	h := handler(t, built(), iotest.ErrReader(errors.New("no entropy")))
	if got := get(h, "GET", "/"); got.StatusCode != http.StatusInternalServerError {
		t.Errorf("status %d, want 500 rather than a page with a known nonce", got.StatusCode)
	}
}

func TestEmbeddedFilesExistInEveryCheckout(t *testing.T) {
	t.Parallel()
	if _, err := fs.Stat(console.Files(), ".gitkeep"); err != nil {
		t.Error(err)
	}
}

// A worker runs under the policy of its own file: the strict one of all other
// answers would keep it from fetching the page.
func TestTheWorkerMayFetchThePageAndNothingElse(t *testing.T) {
	t.Parallel()
	policy := get(handler(t, built(), rand.Reader), "GET", "/sw.js").Header.Get("Content-Security-Policy")
	if policy != "default-src 'none'; connect-src 'self'" {
		t.Errorf("policy of the worker %q", policy)
	}
}
