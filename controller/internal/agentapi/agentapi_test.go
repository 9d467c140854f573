package agentapi_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/agentapi"
	"cotmoc/controller/internal/ca"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// passphrase seals the authority's key.
const passphrase = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

var (
	content = bytes.Repeat([]byte("0123456789"), 100_000)
	digest  = playlists.DigestOf(content)
	absent  = playlists.DigestOf([]byte("granted, but lost"))
	mine    = playliststest.ID("mine")
	other   = playliststest.ID("other")
)

// desk is everything behind the listener.
type desk struct {
	revoked   atomic.Bool
	authority *ca.Authority
	renewed   chan []byte // keys
	large     bool        // the object has largeObject bytes
	fail      error
	seen      chan wire.PairingRequest
	captures  chan taken

	mu   sync.Mutex
	from []string // which screen called from where
}

func (d *desk) reached(screen playlists.ID, address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.from = append(d.from, string(screen)+" "+address)
}

func (d *desk) OpenPairing(_ context.Context, address string, req wire.PairingRequest) (wire.Pairing, error) {
	if address == "" {
		return wire.Pairing{}, errors.New("no address")
	}
	if d.fail != nil {
		return wire.Pairing{}, d.fail
	}
	d.seen <- req
	return wire.Pairing{Pairing: playliststest.ID("pairing"), Nonce: []byte("nonce"), PollS: 2}, nil
}

func (d *desk) PollPairing(_ context.Context, id playlists.ID, proof []byte, host string) (wire.PairingState, error) {
	switch {
	case d.fail != nil:
		return wire.PairingState{}, d.fail
	case id != playliststest.ID("pairing") || string(proof) != "proof" || host != "127.0.0.1":
		return wire.PairingState{}, errors.New("not what was sent")
	}
	return wire.PairingState{State: "waiting"}, nil
}

func (d *desk) Admits(screen playlists.ID) bool                     { return !d.revoked.Load() }
func (d *desk) Holds(screen playlists.ID, _ *x509.Certificate) bool { return d.Admits(screen) }

func (d *desk) Ended(c *x509.Certificate) bool { return d.authority.Ended(c) }

func (d *desk) Renew(_ context.Context, screen playlists.ID, deviceKey []byte) ([]byte, error) {
	d.renewed <- deviceKey
	return []byte("next of " + screen), nil
}

func (d *desk) Grants(_ context.Context, screen playlists.ID, object playlists.Digest) (bool, error) {
	return screen == mine && (object == digest || object == absent), d.fail
}

// largeObject is more than the buffers of a connection hold.
const largeObject = 64 << 20

// mqttStub stands for the broker.
func mqttStub() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
}

type closer struct{ *bytes.Reader }

func (closer) Close() error { return nil }

func (d *desk) Open(_ context.Context, o playlists.Digest) (io.ReadSeekCloser, int64, error) {
	if o != digest {
		return nil, 0, playlists.Errorf(playlists.NotFound, "object_missing", nil, "cannot find it")
	}
	if d.large {
		return closer{bytes.NewReader(make([]byte, largeObject))}, largeObject, nil
	}
	return closer{bytes.NewReader(content)}, int64(len(content)), nil
}

// site is a running listener.
type site struct {
	desk      *desk
	authority *ca.Authority
	root      string
	keys      string // folder of the authority
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newLimitedSite(t, agentapi.DefaultLimits())
}

func newLimitedSite(t *testing.T, limits agentapi.Limits) *site {
	t.Helper()
	s := &site{desk: &desk{seen: make(chan wire.PairingRequest, 10), captures: make(chan taken, 10), renewed: make(chan []byte, 10)}}
	var err error
	s.keys = t.TempDir()
	// The authority is older than every certificate it gave.
	if _, err = ca.Open(s.keys, []byte(passphrase), func() time.Time { return time.Now().AddDate(-2, 0, 0) }); err != nil {
		t.Fatal(err)
	}
	if s.authority, err = ca.Open(s.keys, []byte(passphrase), time.Now); err != nil {
		t.Fatal(err)
	}
	leaf, err := s.authority.Server("agents", nil)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	config := s.authority.AgentsTLS(leaf, func(*x509.Certificate) error { return nil })
	s.desk.authority = s.authority
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- agentapi.Serve(ctx, listener, config, limits, agentapi.New(agentapi.Options{Pairings: s.desk, Admission: s.desk, Certificates: s.desk, Grants: s.desk, Objects: s.desk, Captures: s.desk, Reached: s.desk.reached, MQTT: mqttStub(), Limits: limits, Log: log}), log)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s.root = "https://" + listener.Addr().String()
	return s
}

// client calls as a screen, or as nobody for "".
func (s *site) client(t *testing.T, screen playlists.ID) *http.Client {
	t.Helper()
	config := &tls.Config{RootCAs: s.authority.Pool(), MinVersion: tls.VersionTLS12}
	if screen != "" {
		key := playliststest.Key(3)
		der, err := s.authority.IssueScreen(screen, key.Public().(ed25519.PublicKey))
		if err != nil {
			t.Fatal(err)
		}
		config.Certificates = []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
	}
	transport := &http.Transport{TLSClientConfig: config, DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 20 * time.Second}
}

func call(t *testing.T, c *http.Client, method, url string, header http.Header, body string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	if header == nil {
		req.Header = http.Header{}
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, b
}

func TestObjectsAreGivenInParts(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.client(t, mine)
	url := s.root + wire.PathObjects + string(digest)

	resp, b := call(t, c, http.MethodGet, url, nil, "")
	if resp.StatusCode != http.StatusOK || !bytes.Equal(b, content) {
		t.Errorf("whole: %d, %d bytes", resp.StatusCode, len(b))
	}
	if resp.Header.Get("ETag") != `"`+string(digest)+`"` || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") || resp.Header.Get("Accept-Ranges") != "bytes" {
		t.Errorf("headers %v", resp.Header)
	}
	resp, b = call(t, c, http.MethodHead, url, nil, "")
	if resp.StatusCode != http.StatusOK || resp.ContentLength != int64(len(content)) || len(b) != 0 {
		t.Errorf("head: %d, length %d", resp.StatusCode, resp.ContentLength)
	}
	resp, b = call(t, c, http.MethodGet, url, http.Header{"Range": {"bytes=999990-"}, "If-Range": {`"` + string(digest) + `"`}}, "")
	if resp.StatusCode != http.StatusPartialContent || string(b) != "0123456789" || resp.Header.Get("Content-Range") != "bytes 999990-999999/1000000" {
		t.Errorf("part: %d, %q, %s", resp.StatusCode, b, resp.Header.Get("Content-Range"))
	}
	if resp, _ = call(t, c, http.MethodGet, url, http.Header{"Range": {"bytes=1000000-"}}, ""); resp.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond the end: %d", resp.StatusCode)
	}
	if resp, _ = call(t, c, http.MethodGet, url, http.Header{"If-None-Match": {`"` + string(digest) + `"`}}, ""); resp.StatusCode != http.StatusNotModified {
		t.Errorf("unchanged: %d", resp.StatusCode)
	}
}

func TestObjectsAreKeptFromOthers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, c := range map[string]struct {
		screen playlists.ID
		object string
		method string
		status int
	}{
		"nobody":           {"", string(digest), http.MethodGet, http.StatusUnauthorized},
		"another screen":   {other, string(digest), http.MethodGet, http.StatusNotFound},
		"not granted":      {mine, string(playlists.DigestOf(nil)), http.MethodGet, http.StatusNotFound},
		"lost":             {mine, string(absent), http.MethodGet, http.StatusNotFound},
		"no digest":        {mine, "secret", http.MethodGet, http.StatusBadRequest},
		"a path":           {mine, "..%2f..%2fkeys%2fca.key", http.MethodGet, http.StatusBadRequest},
		"another method":   {mine, string(digest), http.MethodDelete, http.StatusMethodNotAllowed},
		"head by a nobody": {"", string(digest), http.MethodHead, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, b := call(t, s.client(t, c.screen), c.method, s.root+wire.PathObjects+c.object, nil, "")
			if resp.StatusCode != c.status || bytes.Contains(b, content[:100]) {
				t.Errorf("answered %d %.80q, want %d", resp.StatusCode, b, c.status)
			}
		})
	}
}

func TestAnOpenConnectionEndsWithItsTrust(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.client(t, mine)
	url := s.root + wire.PathObjects + string(digest)
	if resp, _ := call(t, c, http.MethodHead, url, nil, ""); resp.StatusCode != http.StatusOK {
		t.Fatalf("before: %d", resp.StatusCode)
	}
	s.desk.revoked.Store(true)
	if resp, _ := call(t, c, http.MethodHead, url, nil, ""); resp.StatusCode != http.StatusForbidden {
		t.Errorf("revoked, on the same connection: %d", resp.StatusCode)
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if want := []string{string(mine) + " 127.0.0.1"}; !slices.Equal(s.desk.from, want) {
		t.Errorf("who called from where: %q, want %q: the trusted one alone", s.desk.from, want)
	}
}

func TestPairingAnswers(t *testing.T) {
	t.Parallel()
	over := playlists.Errorf(playlists.NotFound, "pairing_over", nil, "cannot find it")
	limited := playlists.Errorf(playlists.RateLimited, "too_many_attempts", nil, "cannot")
	proof := http.Header{wire.ProofHeader: {"cHJvb2Y="}}
	poll := wire.PathPairings + "/" + string(playliststest.ID("pairing"))
	for name, c := range map[string]struct {
		method, path, body string
		header             http.Header
		fail               error
		status             int
	}{
		"opened":         {http.MethodPost, wire.PathPairings, `{"device_key":"AAAA","facts":{"hostname":"pc","os":"linux","arch":"amd64","version":"1"}}`, nil, nil, http.StatusCreated},
		"no JSON":        {http.MethodPost, wire.PathPairings, `hello`, nil, nil, http.StatusBadRequest},
		"unknown field":  {http.MethodPost, wire.PathPairings, `{"x":1}`, nil, nil, http.StatusBadRequest},
		"bytes after it": {http.MethodPost, wire.PathPairings, `{"device_key":"AAAA"}{}`, nil, nil, http.StatusBadRequest},
		"too large":      {http.MethodPost, wire.PathPairings, `{"device_key":"` + strings.Repeat("A", 20_000) + `"}`, nil, nil, http.StatusRequestEntityTooLarge},
		"too often":      {http.MethodPost, wire.PathPairings, `{"device_key":"AAAA"}`, nil, limited, http.StatusTooManyRequests},
		"waiting":        {http.MethodGet, poll, "", proof, nil, http.StatusOK},
		"over":           {http.MethodGet, poll, "", proof, over, http.StatusGone},
		"no base64":      {http.MethodGet, poll, "", http.Header{wire.ProofHeader: {"%"}}, nil, http.StatusBadRequest},
		"no id":          {http.MethodGet, wire.PathPairings + "/x", "", proof, nil, http.StatusBadRequest},
		"our fault":      {http.MethodGet, poll, "", proof, errors.New("secret detail"), http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.desk.fail = c.fail
			resp, b := call(t, s.client(t, ""), c.method, s.root+c.path, c.header, c.body)
			if resp.StatusCode != c.status || bytes.Contains(b, []byte("secret detail")) {
				t.Errorf("answered %d %s, want %d", resp.StatusCode, b, c.status)
			}
		})
	}
}

// FuzzPairingRequest holds that whatever comes is answered in order.
func FuzzPairingRequest(f *testing.F) {
	f.Add([]byte(`{"device_key":"AAAA","facts":{"hostname":"pc"}}`))
	f.Add([]byte(`{"device_key":null}`))
	f.Add([]byte("[[[[[[[["))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := &desk{seen: make(chan wire.PairingRequest, 1)}
		h := agentapi.New(agentapi.Options{Pairings: d, Admission: d, Certificates: d, Grants: d, Objects: d, Captures: d, Reached: d.reached, MQTT: mqttStub(), Limits: agentapi.DefaultLimits(), Log: slog.New(slog.DiscardHandler)})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, wire.PathPairings, bytes.NewReader(body)))
		if w.Code != http.StatusCreated && w.Code != http.StatusBadRequest && w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("answered %d", w.Code)
		}
	})
}
