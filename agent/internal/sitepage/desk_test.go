package sitepage

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// memory is a store that outlives a page.
type memory struct {
	mu   sync.Mutex
	kept map[state.Name][]byte
	full bool
}

func (m *memory) Document(name state.Name, valid func([]byte) error) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.kept[name]
	return b, ok && valid(b) == nil
}

func (m *memory) SetDocument(name state.Name, b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full {
		return io.ErrShortWrite
	}
	m.kept[name] = b
	return nil
}

// desk is a page with a site of two screens.
type desk struct {
	*Page
	t       *testing.T
	handler http.Handler
	store   *memory
	site    Site
	mono    time.Time
	clock   wire.ClockState
	safes   []string // screen and PIN
	answers map[playlists.ID]Answer
	missing bool
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, store: &memory{kept: map[state.Name][]byte{}}, mono: time.Now(), clock: wire.ClockTrusted, answers: map[playlists.ID]Answer{}}
	own, bac := playliststest.PeerReport("screen", 1), playliststest.PeerReport("bac", 1)
	own.Problems, bac.Problems = nil, nil
	d.site = Site{Cluster: "Cầu Treo", PIN: cheapPIN(1, playliststest.SitePIN), Screens: []Screen{
		{ID: own.Screen, Name: "Cổng chính", Own: true, Report: own, Capture: own.Capture.Digest},
		{ID: bac.Screen, Name: "Cổng bắc", Report: bac, Age: 3 * time.Second},
	}}
	d.start()
	return d
}

// cheapPIN is a PIN that takes no time to try.
func cheapPIN(number uint64, pin string) *programme.SitePIN {
	p := &programme.SitePIN{Number: number, Salt: []byte("sixteen bytes of"), Time: 1, MemoryKB: 8, Threads: 1}
	p.Hash = argon2.IDKey([]byte(pin), p.Salt, p.Time, p.MemoryKB, p.Threads, 32)
	return p
}

// start makes the page as a start of the agent does.
func (d *desk) start() {
	d.t.Helper()
	var err error
	d.Page, err = New(Options{
		Site: func() Site { return d.site },
		Capture: func(screen playlists.ID, name playlists.Digest) ([]byte, bool) {
			return []byte("jpeg"), screen == d.site.Screens[0].ID && name == d.site.Screens[0].Capture
		},
		Safe: func(_ context.Context, screen playlists.ID, pin string) (Answer, error) {
			if d.missing {
				return Answer{}, playlists.Errorf(playlists.NotFound, "pin_missing", nil, "cannot use a PIN here")
			}
			d.safes = append(d.safes, string(screen)+" "+pin)
			if a, ok := d.answers[screen]; ok {
				return a, nil
			}
			return Answer{Right: pin == "246810", Left: 4}, nil
		},
		Store: d.store, Now: func() (time.Time, wire.ClockState) { return playliststest.Now, d.clock }, Mono: func() time.Time { return d.mono },
		Random: rand.Reader, Host: "screen-pc", Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.handler = d.Handler()
}

// phone is a browser: it keeps cookies.
type phone struct {
	d       *desk
	address string
	host    string
	lang    string
	cookies map[string]string
	token   string
}

func (d *desk) phone(address string) *phone {
	return &phone{d: d, address: address + ":50000", host: "10.20.0.5:9443", cookies: map[string]string{}}
}

func (p *phone) do(method, path string, form url.Values, change func(*http.Request)) (*http.Response, string) {
	p.d.t.Helper()
	r := httptest.NewRequest(method, "https://"+p.host+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = p.address
	r.Header.Set("Accept-Language", p.lang)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://"+p.host)
	}
	for name, value := range p.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	p.d.handler.ServeHTTP(w, r)
	resp := w.Result()
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 {
			delete(p.cookies, c.Name)
		} else {
			p.cookies[c.Name] = c.Value
		}
	}
	body := w.Body.String()
	if _, rest, ok := strings.Cut(body, `name="token" value="`); ok {
		p.token, _, _ = strings.Cut(rest, `"`)
	}
	return resp, body
}

func (p *phone) get(path string) (int, string) {
	p.d.t.Helper()
	resp, body := p.do(http.MethodGet, path, nil, nil)
	return resp.StatusCode, body
}

func (p *phone) post(path string, form url.Values) (int, string) {
	p.d.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	form.Set("token", p.token)
	resp, body := p.do(http.MethodPost, path, form, nil)
	return resp.StatusCode, body
}

func (p *phone) pin(pin string) int {
	p.d.t.Helper()
	status, _ := p.post("/pin", url.Values{"pin": {pin}})
	return status
}

// inside is a phone that has entered the PIN.
func (d *desk) inside() *phone {
	d.t.Helper()
	p := d.phone("10.20.0.77")
	if got := p.pin(playliststest.SitePIN); got != http.StatusSeeOther {
		d.t.Fatalf("the right PIN is answered %d", got)
	}
	if status, _ := p.get("/"); status != http.StatusOK {
		d.t.Fatalf("inside is answered %d", status)
	}
	return p
}
