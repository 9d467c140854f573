package outbound_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/internal/outbound"
)

// A caller that names hosts is led to no other, however public.
func TestOnlyNamedHosts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, from, to string
		hosts          []string
		want           error
	}{
		{"the host itself", "http://example.com/", "", []string{"example.com"}, nil},
		{"in capitals", "http://EXAMPLE.com/", "", []string{"example.com"}, nil},
		{"another one named", "http://example.com/go", "http://www.example.com/", []string{"example.com", "www.example.com"}, nil},
		{"one that is not named", "http://example.com/go", "http://www.example.com/", []string{"example.com"}, outbound.ErrRedirects},
		{"a name that only ends alike", "http://example.com/go", "http://evilexample.com/", []string{"example.com"}, outbound.ErrRedirects},
		{"not even at first", "http://www.example.com/", "", []string{"example.com"}, outbound.ErrURL},
		{"any, when none is named", "http://example.com/go", "http://www.example.com/", nil, nil},
		{"none", "http://example.com/", "", []string{}, outbound.ErrURL},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			names := map[string][]string{"example.com": {"93.184.216.34"}, "EXAMPLE.com": {"93.184.216.34"}, "www.example.com": {"93.184.216.34"}, "evilexample.com": {"93.184.216.34"}}
			s := newSite(t, names, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/go") {
					http.Redirect(w, r, c.to, http.StatusFound)
					return
				}
				hello(w, r)
			})
			a, err := s.client.Get(t.Context(), outbound.Request{URL: c.from, Types: []string{"text/html"}, Bytes: 1000, Within: 10 * time.Second, Hosts: c.hosts})
			if err == nil {
				defer a.Body.Close()
			}
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("it gives %v", err)
			}
		})
	}
}

// What a site says by its status is heard whatever the page that comes with it.
func TestRefusalsAreHeard(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		s := newSite(t, map[string][]string{"example.com": {"93.184.216.34"}}, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", status) })
		a, err := s.client.Get(t.Context(), outbound.Request{URL: "http://example.com/", Types: []string{"image/*"}, Bytes: 1000, Within: 10 * time.Second})
		if err != nil {
			t.Errorf("a %d in plain text gives %v", status, err)
			continue
		}
		if a.Status != status || a.Type != "" {
			t.Errorf("a %d is heard as %d of type %q", status, a.Status, a.Type)
		}
		a.Body.Close()
	}
}
