package app_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// FuzzCalls has somebody with every role make any call of the API with any id,
// query and body: it is answered, or refused with a reason, and it is never
// our fault.
func FuzzCalls(f *testing.F) {
	data := f.TempDir()
	w := sqlstoretest.At(f, filepath.Join(data, "cotmoc.db"))
	all := w.Person("everything", "unit", playlists.Roles()...)
	media := string(w.Media("flag", w.Person("author", "unit", playlists.Contributor), playlists.Terms{}))
	_, token, err := w.People.AddToken(f.Context(), all, "test", time.Time{})
	if err != nil {
		f.Fatal(err)
	}
	places := strings.NewReplacer("UNIT", string(playliststest.ID("unit")), "SCREEN", string(playliststest.ID("screen")),
		"MEDIA", media, "CLUSTER", string(playliststest.ID("cautreo")), "PLAYLIST", "aaaaaaaaaaaaaaaa")
	of := map[string]string{"media": media, "screens": string(playliststest.ID("screen")), "clusters": string(playliststest.ID("cautreo")), "units": string(playliststest.ID("unit"))}
	list := calls(f)
	for i, call := range list {
		_, path, _ := strings.Cut(call, " ")
		r := rights[call]
		f.Add(uint8(i), of[strings.Split(path, "/")[1]], places.Replace(strings.TrimPrefix(r.query, "?")), places.Replace(r.body))
	}
	f.Add(uint8(0), "../../healthz", "cursor=%00&limit=-1&limit=99999999999999999999", `{"a":[[[[[]]]]]}`)
	f.Add(uint8(1), "\xff", "q=%F0%9F&from=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z", `null`)
	root, _ := start(f, data)
	// Requests are limited for each address: ask from many.
	clients := make([]*http.Client, 200)
	for i := range clients {
		from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, 0, byte(i+1))}}
		clients[i] = &http.Client{Transport: &http.Transport{DialContext: from.DialContext}}
		f.Cleanup(clients[i].CloseIdleConnections)
	}
	var asked atomic.Uint32
	f.Fuzz(func(t *testing.T, n uint8, id, query, body string) {
		method, path, _ := strings.Cut(list[int(n)%len(list)], " ")
		for _, place := range []string{"{id}", "{profile}", "{version}"} {
			path = strings.ReplaceAll(path, place, url.PathEscape(id))
		}
		req, err := http.NewRequestWithContext(t.Context(), method, root+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			return // no client can ask so
		}
		req.URL.RawQuery = url.PathEscape(query)
		if _, err := url.ParseQuery(query); err == nil {
			req.URL.RawQuery = strings.Map(func(r rune) rune {
				if r <= ' ' || r == '#' || r > '~' {
					return -1
				}
				return r
			}, query)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := clients[int(asked.Add(1))%len(clients)].Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode >= http.StatusInternalServerError || resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusTooManyRequests {
			t.Fatalf("%s %s?%s %q: %d %s", method, path, req.URL.RawQuery, body, resp.StatusCode, answer)
		}
		var problem struct{ Reason string }
		if resp.StatusCode >= http.StatusBadRequest && (json.Unmarshal(answer, &problem) != nil || problem.Reason == "") {
			t.Fatalf("%s %s?%s %q: %d without a reason: %s", method, path, req.URL.RawQuery, body, resp.StatusCode, answer)
		}
	})
}
