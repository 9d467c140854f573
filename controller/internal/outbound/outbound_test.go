package outbound_test

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"cotmoc/controller/internal/outbound"
)

// site is a server that a client takes for the public internet: every public
// address leads to it.
type site struct {
	client  *outbound.Client
	plain   *httptest.Server
	secured *httptest.Server

	mu     sync.Mutex
	names  map[string][]string // one answer each time, the last one stays
	dialed []string
}

func (s *site) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answers := s.names[host]
	if len(answers) == 0 {
		return nil, errors.New("no such name")
	}
	if len(answers) > 1 {
		s.names[host] = answers[1:]
	}
	var out []netip.Addr
	for text := range strings.FieldsSeq(answers[0]) {
		out = append(out, netip.MustParseAddr(text))
	}
	return out, nil
}

func (s *site) dial(ctx context.Context, network, address string) (net.Conn, error) {
	s.mu.Lock()
	s.dialed = append(s.dialed, address)
	s.mu.Unlock()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, err := netip.ParseAddr(host); err != nil {
		return nil, fmt.Errorf("a name was dialled: %s", host)
	}
	to := s.plain
	if port == "443" {
		to = s.secured
	}
	return (&net.Dialer{}).DialContext(ctx, network, to.Listener.Addr().String())
}

func (s *site) hasDialed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dialed
}

func newSite(t *testing.T, names map[string][]string, h http.HandlerFunc) *site {
	t.Helper()
	s := &site{names: names, plain: httptest.NewServer(h), secured: httptest.NewTLSServer(h)}
	t.Cleanup(s.plain.Close)
	t.Cleanup(s.secured.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.secured.Certificate())
	s.client = outbound.New(outbound.Options{Resolver: s, Dial: s.dial, Roots: roots, Agent: "cotmoc"})
	return s
}

func (s *site) get(t *testing.T, url string) (*outbound.Answer, string, error) {
	t.Helper()
	a, err := s.client.Get(t.Context(), outbound.Request{URL: url, Types: []string{"text/html", "image/*"}, Bytes: 1000, Within: 10 * time.Second})
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = a.Body.Close() }()
	b, err := io.ReadAll(a.Body)
	return a, string(b), err
}

func hello(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprint(w, "hello ", r.Host)
}

func TestFetchesFromPublicSites(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string][]string{"example.com": {"93.184.216.34"}, "six.example.com": {"2606:2800:220:1::1 93.184.216.34"}}, hello)
	for url, want := range map[string]string{
		"http://example.com/": "hello example.com", "https://example.com:443/a?b=c": "hello example.com:443", "http://93.184.216.34/": "hello 93.184.216.34",
		"http://six.example.com/": "hello six.example.com", "http://[2606:2800:220:1::1]/": "hello [2606:2800:220:1::1]",
	} {
		a, text, err := s.get(t, url)
		if err != nil || text != want || a.Type != "text/html" || a.Status != 200 {
			t.Errorf("%s: %q, %v", url, text, err)
		}
	}
}

// addresses are those that a name or a number may lead to, and whether we go
// there.
func addresses() map[string]bool {
	return map[string]bool{
		"93.184.216.34": true, "8.8.8.8": true, "1.1.1.1": true, "172.15.255.255": true, "172.32.0.1": true, "100.63.255.255": true,
		"100.128.0.1": true, "223.255.255.255": true, "2606:4700::1111": true, "2a00:1450::1": true, "64:ff9b::8.8.8.8": true, "::ffff:8.8.8.8": true,

		"127.0.0.1": false, "127.255.255.254": false, "0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "172.16.0.1": false,
		"172.31.255.255": false, "192.168.1.1": false, "169.254.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"100.100.100.200": false, "100.127.255.255": false, "192.0.0.192": false, "192.0.2.1": false, "198.18.0.1": false,
		"198.19.255.255": false, "198.51.100.7": false, "203.0.113.7": false, "192.88.99.1": false, "224.0.0.1": false,
		"239.255.255.250": false, "240.0.0.1": false, "255.255.255.255": false,

		"::1": false, "::": false, "fe80::1": false, "fc00::1": false, "fd00:ec2::254": false, "fec0::1": false, "ff02::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::127.0.0.1": false,
		"64:ff9b::127.0.0.1": false, "64:ff9b::10.1.2.3": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::8.8.8.8": false,
		"2002:7f00:1::": false, "2002:0808:0808::1": false, "2001::1": false, "2001:db8::1": false, "3fff::1": false,
		"100::1": false, "5f00::1": false, "4000::1": false,
	}
}

func TestGoesNowhereElse(t *testing.T) {
	t.Parallel()
	for text, may := range addresses() {
		literal := text
		if strings.Contains(text, ":") {
			literal = "[" + text + "]"
		}
		for how, url := range map[string]string{"by name": "http://a.example.com/", "as a number": "http://" + literal + "/"} {
			s := newSite(t, map[string][]string{"a.example.com": {text}}, hello)
			_, _, err := s.get(t, url)
			if (err == nil) != may || err != nil && !errors.Is(err, outbound.ErrAddress) {
				t.Errorf("%s %s: %v, want it reached: %v", text, how, err, may)
			}
			if !may && len(s.hasDialed()) > 0 {
				t.Errorf("%s %s: %v was dialled", text, how, s.hasDialed())
			}
		}
	}
}

func TestAddressesThatAreNoneOfOurs(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string][]string{"example.com": {"93.184.216.34"}}, hello)
	for _, url := range []string{
		"", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)",
		"http://example.com:8080/", "https://example.com:80/", "http://example.com:443/", "http://example.com:/", "http://user@example.com/", "http://u:p@example.com/",
		"http:///x", "http:example.com", "http://[fe80::1%25eth0]/", "http://example.com/" + strings.Repeat("a", 5000), "http://exa mple.com/",
	} {
		if _, _, err := s.get(t, url); !errors.Is(err, outbound.ErrURL) && !errors.Is(err, outbound.ErrAddress) {
			t.Errorf("%.60s: %v", url, err)
		}
	}
	if len(s.hasDialed()) > 0 {
		t.Errorf("%v was dialled", s.hasDialed())
	}
}

// A name that is public when it is judged and ours when it is used, or both at
// once, leads nowhere: what is judged is what is dialled.
func TestNamesThatChange(t *testing.T) {
	t.Parallel()
	const public, inside = "93.184.216.34", "127.0.0.1"
	s := newSite(t, map[string][]string{"rebind.example.com": {public, inside}, "both.example.com": {public + " " + inside}}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		hello(w, r)
	})
	if _, _, err := s.get(t, "http://rebind.example.com/"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.get(t, "http://rebind.example.com/"); !errors.Is(err, outbound.ErrAddress) {
		t.Errorf("the second look-up led inside: %v", err)
	}
	if _, _, err := s.get(t, "http://both.example.com/"); !errors.Is(err, outbound.ErrAddress) {
		t.Errorf("one of two addresses led inside: %v", err)
	}
	for _, address := range s.hasDialed() {
		if address != public+":80" {
			t.Errorf("%s was dialled", address)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	names := map[string][]string{"example.com": {"93.184.216.34"}, "inside.example.com": {"10.0.0.1"}}
	for name, c := range map[string]struct {
		from, to string
		want     error
	}{
		"to another public place":      {"http://example.com/go", "https://example.com/there", nil},
		"to itself for ever":           {"http://example.com/go", "http://example.com/go", outbound.ErrRedirects},
		"to the metadata service":      {"http://example.com/go", "http://169.254.169.254/latest/", outbound.ErrAddress},
		"to a name that leads inside":  {"http://example.com/go", "http://inside.example.com/", outbound.ErrAddress},
		"to another port":              {"http://example.com/go", "http://example.com:22/", outbound.ErrURL},
		"to another scheme":            {"http://example.com/go", "gopher://example.com/", outbound.ErrRedirects},
		"from https to http":           {"https://example.com/go", "http://example.com/", outbound.ErrRedirects},
		"to somebody's name and word":  {"http://example.com/go", "http://a:b@example.com/", outbound.ErrURL},
		"to this machine as a mapping": {"http://example.com/go", "http://[::ffff:7f00:1]/", outbound.ErrAddress},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var referer string
			s := newSite(t, map[string][]string{"example.com": names["example.com"], "inside.example.com": names["inside.example.com"]}, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/go" {
					http.Redirect(w, r, c.to, http.StatusFound)
					return
				}
				referer = r.Referer()
				hello(w, r)
			})
			a, _, err := s.get(t, c.from)
			if !errors.Is(err, c.want) || c.want == nil && (err != nil || a.URL != c.to || referer != "") {
				t.Errorf("ended with %v, referer %q, want %v", err, referer, c.want)
			}
			if c.want != nil && len(s.hasDialed()) > 1 {
				t.Errorf("%v was dialled", s.hasDialed())
			}
		})
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	headed := func(kind string, write func(http.ResponseWriter)) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{kind}
			if kind == "" {
				w.Header()["Content-Type"] = nil
			}
			write(w)
		}
	}
	say := func(text string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { _, _ = io.WriteString(w, text) }
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"just enough":          {headed("text/html", say(strings.Repeat("x", 1000))), nil},
		"a picture":            {headed("IMAGE/PNG", say("png")), nil},
		"one byte too many":    {headed("text/html", say(strings.Repeat("x", 1001))), outbound.ErrTooLarge},
		"too many, in chunks":  {headed("text/html", func(w http.ResponseWriter) { say("x")(w); w.(http.Flusher).Flush(); say(strings.Repeat("x", 5000))(w) }), outbound.ErrTooLarge},
		"too many, compressed": {headed("text/html", zipped), outbound.ErrTooLarge},
		"another type":         {headed("application/javascript", say("x")), outbound.ErrType},
		"no type":              {headed("", say("<html>")), outbound.ErrType},
		"a broken type":        {headed("text/", say("x")), outbound.ErrType},
		"not changed":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, map[string][]string{"example.com": {"93.184.216.34"}}, c.answer)
			_, text, err := s.get(t, "http://example.com/")
			if !errors.Is(err, c.want) || c.want == nil && err != nil || len(text) > 1000 {
				t.Errorf("%d bytes, %v, want %v", len(text), err, c.want)
			}
		})
	}
}

// zipped is a megabyte in a thousand bytes.
func zipped(w http.ResponseWriter) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_, _ = z.Write(make([]byte, 1<<20))
	_ = z.Close()
}

// A site that never ends is left when the time is over.
func TestAnAnswerTakesNoLongerThanItMay(t *testing.T) {
	t.Parallel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	s := newSite(t, map[string][]string{"example.com": {"93.184.216.34"}}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusOK)
		for {
			if r.URL.Path == "/a-little-at-a-time" {
				_, _ = w.Write([]byte("<p>"))
			}
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
			}
		}
	})
	for _, path := range []string{"", "a-little-at-a-time"} {
		a, err := s.client.Get(t.Context(), outbound.Request{URL: "http://example.com/" + path, Types: []string{"text/html"}, Bytes: 10_000, Within: 200 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(a.Body); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q: %d bytes, ended with %v", path, len(got), err)
		}
		_ = a.Body.Close()
	}
	for _, r := range []outbound.Request{{URL: "http://example.com/"}, {URL: "http://example.com/", Types: []string{"text/html"}, Bytes: 1}, {URL: "http://example.com/", Bytes: 1, Within: time.Second}} {
		if _, err := s.client.Get(t.Context(), r); err == nil {
			t.Errorf("%+v was fetched without bounds", r)
		}
	}
}
