package app

import (
	"bytes"
	"crypto/ed25519"
	"crypto/tls"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/agent/internal/controllertest"
	"cotmoc/agent/internal/neighbours"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// freeAddress gives an address of this machine that nobody uses now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// atSite runs an agent with everything for its site, and claims it.
func atSite(t *testing.T, c *controllertest.Controller, word string) *App {
	t.Helper()
	a, err := New(Config{Data: t.TempDir(), PlayerListen: "127.0.0.1:0", Controller: c.URL(), PeerListen: freeAddress(t), SiteListen: freeAddress(t)},
		"test", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), slog.New(slog.NewTextHandler(testLog{t}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	a.Start()
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	c.Await("enrolment and session", func() bool {
		st := a.Status()
		if st.Pairing != nil && st.Pairing.Code != "" {
			c.Claim(st.Pairing.Code, playliststest.ID(word))
		}
		return st.Connected
	})
	return a
}

// Two screens of a site find each other by their rosters; a phone that has the
// PIN sees both, and with the safe PIN both go to their slate, while nobody
// else is there.
func TestSite(t *testing.T) {
	t.Parallel()
	c := controllertest.New(t)
	_, envelope := playliststest.Charter(t, func(ch *programme.Charter) {
		salt := []byte("sixteen bytes of")
		ch.Pins = []programme.Pin{{Clusters: []string{playlists.Everywhere}, Salt: salt, Hash: argon2.IDKey([]byte("246810"), salt, 1, 8<<10, 1, 32), Time: 1, MemoryKB: 8 << 10, Threads: 1}}
	})
	c.SetCharter(envelope)
	agents := map[string]*App{}
	for _, word := range []string{"bac", "nam"} {
		agents[word] = atSite(t, c, word)
	}
	c.Await("where a screen is", func() bool { _, ok := c.Said(wire.UpPeer); return ok })
	var said wire.Peer
	if b, _ := c.Said(wire.UpPeer); wire.Decode(b, &said) != nil || len(said.Version) == 0 {
		t.Errorf("it says %+v", said)
	}
	for word := range agents {
		own := playliststest.Screen()
		own.ID = playliststest.ID(word)
		r := playliststest.Roster(own, 1)
		for other, b := range agents {
			if other != word {
				n := playliststest.Neighbour(other)
				n.Key, n.Addresses = b.enroller.Enrolled().Key.Public().(ed25519.PublicKey), []string{b.cfg.PeerListen}
				r.Neighbours = append(r.Neighbours, n)
			}
		}
		signed, err := programme.SignRoster(r, playliststest.Key(1))
		if err != nil {
			t.Fatal(err)
		}
		c.Retain(wire.Topic(own.ID, wire.DownRoster), signed)
	}
	sees := func(word string) neighbours.State {
		for _, s := range agents[word].screen.Load().site.exchange.States() {
			return s
		}
		return neighbours.State{}
	}
	c.Await("them to see each other", func() bool {
		return sees("bac").Report != nil && sees("nam").Report != nil && sees("bac").Report.Connected
	})
	// What a witness of one has captured is seen at the other.
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 16, 9)), nil); err != nil {
		t.Fatal(err)
	}
	agents["nam"].screen.Load().site.Captured(picture.Bytes())
	c.Await("the capture at the neighbour", func() bool { return sees("bac").Capture == playlists.DigestOf(picture.Bytes()) })
	c.StopBroker()
	c.Fault(dead)

	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	base := "https://" + agents["bac"].cfg.SiteListen
	phone := &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	ask := func(method, path string, form url.Values) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", base)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := phone.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
	if status, _ := ask(http.MethodPost, "/pin", url.Values{"pin": {"111111"}}); status != http.StatusForbidden {
		t.Errorf("a wrong PIN is answered %d", status)
	}
	status, body := ask(http.MethodPost, "/pin", url.Values{"pin": {playliststest.SitePIN}})
	if status != http.StatusOK || !strings.Contains(body, "Màn hình nam") || !strings.Contains(body, "Cầu Treo") {
		t.Fatalf("the page is answered %d: %s", status, body)
	}
	_, rest, _ := strings.Cut(body, `name="token" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	// What opens the page does not switch.
	if status, _ := ask(http.MethodPost, "/safe", url.Values{"screen": {"all"}, "pin": {playliststest.SitePIN}, "token": {token}}); status != http.StatusForbidden {
		t.Errorf("the PIN of the page is answered %d", status)
	}
	for _, a := range agents {
		if a.screen.Load().keeper.Ruling().Safe {
			t.Fatal("on its slate by the PIN of the page")
		}
	}
	if status, body := ask(http.MethodPost, "/safe", url.Values{"screen": {"all"}, "pin": {"246810"}, "token": {token}}); status != http.StatusOK {
		t.Errorf("safe is answered %d: %s", status, body)
	}
	for word, a := range agents {
		if l := a.screen.Load().keeper.Latched(); len(l) != 1 || !l[0].Local {
			t.Errorf("%s has latched %+v", word, l)
		}
	}
}
