package outbound_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The environment's proxy is not asked. Not parallel: it is the process's.
func TestNoProxyOfTheEnvironment(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	s := newSite(t, map[string][]string{"example.com": {"93.184.216.34"}}, hello)
	if _, text, err := s.get(t, "http://example.com/"); err != nil || text != "hello example.com" {
		t.Errorf("%q, %v", text, err)
	}
}
