package agentapi_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"cotmoc/controller/internal/ca"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// issuedAt gives a client with a certificate that the authority gave at some
// time.
func (s *site) issuedAt(t *testing.T, at time.Time) *http.Client {
	t.Helper()
	then, err := ca.Open(s.keys, []byte(passphrase), func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	return (&site{authority: then}).client(t, mine)
}

// A certificate that has ended is good for the next one and for nothing else.
func TestAnEndedCertificateOnlyRenews(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	fresh, ended := s.client(t, mine), s.issuedAt(t, time.Now().AddDate(-1, 0, 0))
	nobody := s.client(t, "")
	for name, c := range map[string]struct {
		client       *http.Client
		method, path string
		status       int
		reason       string
	}{
		"fresh renews":              {fresh, http.MethodPost, wire.PathCertificate, 200, ""},
		"ended renews":              {ended, http.MethodPost, wire.PathCertificate, 200, ""},
		"ended asks for an object":  {ended, http.MethodGet, wire.PathObjects + string(digest), 403, "certificate_ended"},
		"ended speaks MQTT":         {ended, http.MethodGet, wire.PathMQTT, 403, "certificate_ended"},
		"fresh speaks MQTT":         {fresh, http.MethodGet, wire.PathMQTT, http.StatusTeapot, ""},
		"nobody speaks MQTT":        {nobody, http.MethodGet, wire.PathMQTT, 401, "certificate_missing"},
		"nobody renews":             {nobody, http.MethodPost, wire.PathCertificate, 401, "certificate_missing"},
		"a look at the certificate": {fresh, http.MethodGet, wire.PathCertificate, 405, ""},
	} {
		resp, b := call(t, c.client, c.method, s.root+c.path, nil, "")
		var said struct {
			Reason      string
			Certificate []byte
		}
		_ = json.Unmarshal(b, &said)
		if resp.StatusCode != c.status || said.Reason != c.reason {
			t.Errorf("%s: %d %s, want %d %s", name, resp.StatusCode, b, c.status, c.reason)
		}
		if c.status == 200 && (string(said.Certificate) != "next of "+string(mine) || !bytes.Equal(<-s.desk.renewed, playliststest.Key(3).Public().(ed25519.PublicKey))) {
			t.Errorf("%s: got %q", name, b)
		}
	}
	s.desk.revoked.Store(true)
	if resp, b := call(t, ended, http.MethodPost, s.root+wire.PathCertificate, nil, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("revoked renews: %d %s", resp.StatusCode, b)
	}
}

// Everything but its end must be right about a certificate, or there is no
// connection at all.
func TestOtherCertificatesEndTheHandshake(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	stranger, err := ca.Open(t.TempDir(), []byte(passphrase), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	server, err := s.authority.Server("agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	listeners, err := server.Current()
	if err != nil {
		t.Fatal(err)
	}
	foreign := (&site{authority: stranger}).client(t, mine)
	trusting := func(c *http.Client, own *tls.Certificate) *http.Client {
		config := c.Transport.(*http.Transport).TLSClientConfig
		config.RootCAs = s.authority.Pool()
		if own == nil {
			own = &config.Certificates[0]
		}
		// Shown though the listener has not asked for one of its authority.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return own, nil }
		return c
	}
	for name, c := range map[string]*http.Client{
		"another authority's":   trusting(foreign, nil),
		"from the future":       s.issuedAt(t, time.Now().AddDate(0, 0, 9)),
		"a server's for itself": trusting(s.client(t, mine), listeners),
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.root+wire.PathCertificate, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := c.Do(req); err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s: answered %d", name, resp.StatusCode)
		}
	}
}
