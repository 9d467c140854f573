package approve

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"cotmoc/playlists"
)

// TestAnswersItsOwnPageAlone keeps other sites, other names for this machine
// and those who do not know the secret path out.
func TestAnswersItsOwnPageAlone(t *testing.T) {
	t.Parallel()
	c := newClient(t, newController(t), nil)
	tests := []struct {
		name, method, url string
		header            map[string]string
		status            int
	}{
		{"the page", http.MethodGet, c.Page(), nil, 200},
		{"the page from an address bar", http.MethodGet, c.Page(), map[string]string{"Sec-Fetch-Site": "none"}, 200},
		{"its own call", http.MethodGet, c.Page() + "api/state", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"by number", http.MethodGet, "http://127.0.0.1:7788/" + c.token + "/", nil, 421},
		{"a name that leads here", http.MethodGet, "http://evil.example:7788/" + c.token + "/", nil, 421},
		{"another port", http.MethodGet, "http://localhost:8080/" + c.token + "/", nil, 421},
		{"another site's page", http.MethodGet, c.Page() + "api/state", map[string]string{"Origin": "https://evil.example"}, 403},
		{"another site's picture", http.MethodGet, c.Page() + "api/state", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"another port's page", http.MethodGet, c.Page() + "api/state", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"a form without an origin", http.MethodPost, c.Page() + "api/look", nil, 403},
		{"no path", http.MethodGet, c.origin() + "/", nil, 404},
		{"a guessed path", http.MethodGet, c.origin() + "/" + strings.Repeat("A", len(c.token)) + "/api/state", nil, 404},
	}
	for _, test := range tests {
		r := httptest.NewRequest(test.method, test.url, strings.NewReader("{}"))
		for k, v := range test.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		c.Handler().ServeHTTP(w, r)
		if w.Code != test.status {
			t.Errorf("%s: %d, want %d", test.name, w.Code, test.status)
		}
		if csp := w.Header().Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.HasPrefix(csp, "default-src 'none'") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s", test.name, w.Header())
		}
		if w.Code != 200 && strings.Contains(w.Body.String(), c.token) {
			t.Errorf("%s: tells the secret path", test.name)
		}
	}
}

// TestSaysEverythingInThreeLanguages holds the page's words to each other and
// to the refusals, without a browser.
func TestSaysEverythingInThreeLanguages(t *testing.T) {
	t.Parallel()
	text, err := assets.ReadFile("page/words.js")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]map[string]bool{}
	language := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "};" {
			language = ""
		}
		if line == "vi: {" || line == "en: {" || line == "lo: {" {
			language = line[:2]
			keys[language] = map[string]bool{}
		} else if key, _, ok := strings.Cut(line, ": \""); ok && language != "" {
			keys[language][strings.Trim(key, `"`)] = true
		}
	}
	if len(keys["vi"]) < 60 || !maps.Equal(keys["vi"], keys["en"]) || !maps.Equal(keys["vi"], keys["lo"]) {
		t.Errorf("%d, %d and %d words", len(keys["vi"]), len(keys["en"]), len(keys["lo"]))
	}
	for _, r := range Refusals() {
		if !keys["vi"]["refusal."+string(r)] {
			t.Errorf("no words for %s", r)
		}
	}
	for _, p := range playlists.Profiles() {
		if !keys["vi"][string(p)] {
			t.Errorf("no words for %s", p)
		}
	}
}
