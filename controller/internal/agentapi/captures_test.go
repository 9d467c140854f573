package agentapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

// taken is what came through.
type taken struct {
	screen  playlists.ID
	of      wire.Capture
	picture string
}

func (d *desk) Take(_ context.Context, screen playlists.ID, of wire.Capture, picture []byte) error {
	d.captures <- taken{screen, of, string(picture)}
	return d.fail
}

func TestACaptureIsTakenFromTheScreenWhoseCertificateItIs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	query := "?witness=camera&finding=black&at=1764140000000&wanted=" + string(playliststest.ID("flag"))
	if resp, b := call(t, s.client(t, mine), http.MethodPost, s.root+wire.PathCaptures+query, nil, "picture"); resp.StatusCode != http.StatusNoContent {
		t.Fatalf("answered %d %s", resp.StatusCode, b)
	}
	want := taken{mine, wire.Capture{Witness: wire.WitnessCamera, Finding: wire.FindingBlack, At: 1764140000000, Wanted: playliststest.ID("flag")}, "picture"}
	if got := <-s.desk.captures; got != want {
		t.Errorf("taken %+v", got)
	}
	for name, c := range map[string]struct {
		as     playlists.ID
		query  string
		body   string
		status int
	}{
		"without a certificate": {"", query, "picture", http.StatusUnauthorized},
		"too many bytes":        {mine, query, strings.Repeat("x", wire.MaxCapture+1), http.StatusRequestEntityTooLarge},
		"no witness":            {mine, "?finding=black&at=1", "picture", http.StatusBadRequest},
		"no finding":            {mine, "?witness=camera&finding=fine&at=1", "picture", http.StatusBadRequest},
		"no time":               {mine, "?witness=camera&finding=black", "picture", http.StatusBadRequest},
		"a path for a media":    {mine, "?witness=camera&finding=black&at=1&wanted=../../etc", "picture", http.StatusBadRequest},
	} {
		if resp, b := call(t, s.client(t, c.as), http.MethodPost, s.root+wire.PathCaptures+c.query, nil, c.body); resp.StatusCode != c.status {
			t.Errorf("%s: %d %s", name, resp.StatusCode, b)
		}
	}
	s.desk.revoked.Store(true)
	if resp, _ := call(t, s.client(t, mine), http.MethodPost, s.root+wire.PathCaptures+query, nil, "picture"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a revoked screen is answered %d", resp.StatusCode)
	}
	if len(s.desk.captures) != 0 {
		t.Errorf("%d of those were taken", len(s.desk.captures))
	}
}
