package neighbours

import (
	"bytes"
	"crypto/ed25519"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
)

// poisoned answers in the place of nam, with the key of by and whatever handle
// says.
func poisoned(t *testing.T, by string, handle http.HandlerFunc) (st *site) {
	t.Helper()
	id, err := newIdentity(playliststest.Device(by))
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(handle)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	srv.TLS = id.config(func(ed25519.PublicKey) error { return nil })
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return newSite(t, map[string]string{"nam": srv.Listener.Addr().String()}, "bac")
}

// say signs a report with a neighbour's key.
func say(t *testing.T, by string, seq uint64, change func(*programme.PeerReport)) []byte {
	t.Helper()
	r := playliststest.PeerReport("nam", seq)
	r.Capture = nil
	if change != nil {
		change(r)
	}
	b, err := programme.Seal(programme.PeerReportType, canonical(t, r), playliststest.Device(by))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func canonical(t *testing.T, v any) []byte {
	t.Helper()
	b, err := programme.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A neighbour that somebody has taken can lie about itself; whatever else it
// signs, repeats or sends in place of a report is noticed and believed by
// nobody.
func TestPoisonedPeers(t *testing.T) {
	t.Parallel()
	type step func(n int64) []byte
	for name, c := range map[string]struct {
		by   string // key of the connection
		say  step
		want string // what is said of it
	}{
		"wrong key":                   {"la", func(n int64) []byte { return say(t, "la", uint64(n), nil) }, wrongKey},
		"report by another neighbour": {"nam", func(n int64) []byte { return say(t, "bac", uint64(n), nil) }, string(programme.BadSignature)},
		"report of another screen": {"nam", func(n int64) []byte {
			return say(t, "nam", uint64(n), func(r *programme.PeerReport) { r.Screen = playliststest.ID("bac") })
		}, string(programme.OtherScreen)},
		"older than before": {"nam", func(n int64) []byte { return say(t, "nam", uint64(10-n), nil) }, string(programme.RolledBack)},
		"two at once":       {"nam", func(n int64) []byte { return say(t, "nam", 5, func(r *programme.PeerReport) { r.ShowingS = n }) }, string(programme.Forked)},
		"an earlier start": {"nam", func(n int64) []byte {
			return say(t, "nam", uint64(n), func(r *programme.PeerReport) { r.Boot = playliststest.ID(map[bool]string{true: "hai"}[n == 2] + "mot") })
		}, string(programme.RolledBack)},
		"nonsense":     {"nam", func(int64) []byte { return []byte("<html>") }, ""},
		"far too much": {"nam", func(int64) []byte { return bytes.Repeat([]byte("a"), 1<<20) }, ""},
		"prose for a code": {"nam", func(n int64) []byte {
			return say(t, "nam", uint64(n), func(r *programme.PeerReport) { r.Showing = "<script>" })
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			st := poisoned(t, c.by, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(c.say(n.Add(1))) })
			await(t, "it to be noticed", func() bool { s := st.sees("bac", "nam"); return s.Silent && s.Lying == c.want })
			if want := map[bool]string{true: "peer_lying"}[c.want != ""]; st.screens["bac"].problem("nam") != want {
				t.Errorf("reported as %q, want %q", st.screens["bac"].problem("nam"), want)
			}
		})
	}
}

// The same report for ever is a replay that nobody is fooled by: it ages.
func TestTheSameForEver(t *testing.T) {
	t.Parallel()
	b := say(t, "nam", 7, nil)
	st := poisoned(t, "nam", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) })
	await(t, "it to be heard", func() bool { return st.sees("bac", "nam").Report != nil })
	await(t, "it to be silent all the same", func() bool { return st.sees("bac", "nam").Silent })
}

// Captures that are none, or not what the report names, are not kept.
func TestPoisonedCaptures(t *testing.T) {
	t.Parallel()
	good := photo(t, 20)
	huge := photo(t, maxSide+1)
	for name, c := range map[string]struct {
		named, given []byte
	}{
		"another picture": {good.JPEG, photo(t, 21).JPEG},
		"no picture":      {[]byte("<svg onload=alert(1)>"), []byte("<svg onload=alert(1)>")},
		"a huge picture":  {huge.JPEG, huge.JPEG},
		"more than named": {good.JPEG, append(bytes.Clone(good.JPEG), good.JPEG...)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var n, asked atomic.Int64
			st := poisoned(t, "nam", func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(r.URL.Path, pathCapture) {
					asked.Add(1)
					_, _ = w.Write(c.given)
					return
				}
				_, _ = w.Write(say(t, "nam", uint64(n.Add(1)), func(r *programme.PeerReport) {
					r.Capture = &programme.PeerCapture{Digest: playlists.DigestOf(c.named), Size: int64(len(c.named))}
				}))
			})
			await(t, "it to be asked for twice", func() bool { return asked.Load() > 1 })
			if got := st.sees("bac", "nam"); got.Capture != "" || got.Report == nil {
				t.Errorf("holds %s", got.Capture)
			}
		})
	}
}

// Whoever is no neighbour gets no answer; a neighbour gets no more than it
// needs, and not too often.
func TestStrangersAndCrowds(t *testing.T) {
	t.Parallel()
	st := newSite(t, nil, "bac", "nam")
	address := st.screens["bac"].listen.Addr().String()
	client := func(by string) *http.Client {
		id, err := newIdentity(playliststest.Device(by))
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: id.config(func(key ed25519.PublicKey) error {
			if !key.Equal(public("bac")) {
				return fmt.Errorf("cannot be %x", key)
			}
			return nil
		})}}
	}
	if resp, err := client("la").Get("https://" + address + pathReport); err == nil {
		t.Errorf("a stranger is answered: %s", resp.Status)
	}
	if conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true}); err == nil {
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("somebody without a key is answered")
		}
		_ = conn.Close()
	}
	nam := client("nam")
	statuses := map[int]int{}
	for _, path := range append(repeated(pathReport, 3*asksAtOnce), pathCapture+"../../device.key", pathCapture+string(playlists.DigestOf(nil))) {
		resp, err := nam.Get("https://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		statuses[resp.StatusCode]++
	}
	if statuses[http.StatusTooManyRequests] == 0 {
		t.Errorf("all was answered: %v", statuses)
	}
	await(t, "a PIN that is too long to be refused", func() bool {
		resp, err := nam.Post("https://"+address+pathSafe, "", strings.NewReader(strings.Repeat("1", maxPIN+1)))
		if err != nil {
			return false // too many connections, or hung up on in the middle
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusBadRequest
	})
	if len(st.screens["bac"].pins) > 0 {
		t.Error("it was tried")
	}
}

func repeated(s string, n int) []string {
	var out []string
	for range n {
		out = append(out, s)
	}
	return out
}

// Connections that are opened and say nothing, or very slowly, from another
// address, keep no neighbour away; those of one address are hung up on from
// the ninth on.
func TestSlowStrangers(t *testing.T) {
	t.Parallel()
	st := newSite(t, nil, "bac", "nam")
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	var hungUp atomic.Int64
	for range maxConnections {
		c, err := from.Dial("tcp", st.screens["bac"].listen.Addr().String())
		if err != nil {
			hungUp.Add(1)
			continue
		}
		t.Cleanup(func() { _ = c.Close() })
		_, _ = c.Write([]byte{22, 3, 1}) // the beginning of a handshake
		began := time.Now()
		go func() {
			_, _ = io.Copy(io.Discard, c)
			if time.Since(began) < askWithin/2 { // not as one who took too long to ask
				hungUp.Add(1)
			}
		}()
	}
	await(t, "all but a few connections of one stranger to be hung up on", func() bool {
		return hungUp.Load() >= maxConnections-maxOfOne
	})
	heard := st.sees("nam", "bac").Report
	await(t, "a neighbour to hear more", func() bool {
		r := st.sees("nam", "bac").Report
		return r != nil && (heard == nil || r.Seq > heard.Seq)
	})
}
