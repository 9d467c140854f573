package sitepage

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/argon2"

	"cotmoc/agent/internal/crowd"
	"cotmoc/playlists/programme"
)

// The bounds of sessions: long enough to walk around the site, not to lie
// about open on somebody's table.
const (
	sessionFor  = time.Hour
	maxSessions = 32
	maxPIN      = 32 // bytes

	sessionCookie = "__Host-session"
	knownCookie   = "__Host-known"
	knownAge      = 180 * 24 * 3600
)

// session is a phone that has entered the PIN.
type session struct {
	until time.Time // mono
	pin   uint64    // number of the PIN
	token string    // that its forms carry
}

type sessionKey struct{}

// sessions are those that are open; a restart ends them.
type sessions struct {
	mu   sync.Mutex
	open map[string]session
}

func (s *sessions) add(id string, one session, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	oldest, until := "", time.Time{}
	for k, o := range s.open {
		if !now.Before(o.until) {
			delete(s.open, k)
		} else if oldest == "" || o.until.Before(until) {
			oldest, until = k, o.until
		}
	}
	if len(s.open) >= maxSessions {
		delete(s.open, oldest)
	}
	s.open[id] = one
}

func (s *sessions) find(id string, now time.Time, pin *programme.SitePIN) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.open[id]
	if ok && (pin == nil || one.pin != pin.Number || !now.Before(one.until)) {
		delete(s.open, id)
		ok = false
	}
	return one, ok
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, id)
}

// inside lets those through who have entered the PIN, and asks others for it.
func (p *Page) inside(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie(sessionCookie)
		if err != nil {
			p.askPIN(w, r, http.StatusUnauthorized, "")
			return
		}
		one, ok := p.sessions.find(c.Value, p.o.Mono(), p.o.Site().PIN)
		if !ok {
			p.askPIN(w, r, http.StatusUnauthorized, "pin.expired")
			return
		}
		if r.Method == http.MethodPost && subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(one.token)) != 1 {
			http.Error(w, "cannot take this form: open the page again", http.StatusForbidden)
			return
		}
		next(w, r.WithContext(context.WithValue(r.Context(), sessionKey{}, one)))
	}
}

// pinView asks for the PIN.
type pinView struct {
	view
	Say  string
	Open bool // there is a PIN
}

func (p *Page) askPIN(w http.ResponseWriter, r *http.Request, status int, key string, parts ...any) {
	v := pinView{view: p.view(r), Open: p.o.Site().PIN != nil}
	v.Path = "/"
	if !v.Open {
		key = "pin.none"
	}
	if key != "" {
		v.Say, _ = say(v.Lang, key, parts...) // the catalogue's test holds every key
	}
	p.render(w, status, "pin", v)
}

// enter judges a PIN.
func (p *Page) enter(w http.ResponseWriter, r *http.Request) {
	pin := p.o.Site().PIN
	if pin == nil {
		p.askPIN(w, r, http.StatusForbidden, "")
		return
	}
	p.checking.Lock()
	defer p.checking.Unlock()
	who, known := p.who(r)
	wait, err := p.waits.try(who, known)
	switch {
	case err != nil:
		p.o.Log.Error("cannot count a try of the site's PIN", "error", err)
		http.Error(w, "cannot take a PIN now", http.StatusServiceUnavailable)
		return
	case wait > 0:
		p.askPIN(w, r, http.StatusTooManyRequests, "pin.wait", lasting(languageOf(r), wait))
		return
	}
	if !right(pin, r.PostForm.Get("pin")) {
		p.o.Log.Warn("wrong PIN at the page of the site", "from", r.RemoteAddr)
		p.askPIN(w, r, http.StatusForbidden, "pin.wrong")
		return
	}
	if err := p.admit(w, r, pin, who, known); err != nil {
		p.o.Log.Error("cannot open a session at the page of the site", "error", err)
		http.Error(w, "cannot open a session now", http.StatusServiceUnavailable)
	}
}

// admit opens a session. The phone is known from now on: whoever keeps others
// waiting does not keep it.
func (p *Page) admit(w http.ResponseWriter, r *http.Request, pin *programme.SitePIN, who string, known bool) error {
	id, err := p.word()
	if err != nil {
		return err
	}
	token, err := p.word()
	if err != nil {
		return err
	}
	name := strings.TrimPrefix(who, knownPrefix)
	if !known {
		if name, err = p.word(); err != nil {
			return err
		}
	}
	if err := p.waits.right(who, name); err != nil {
		return err
	}
	now := p.o.Mono()
	p.sessions.add(id, session{until: now.Add(sessionFor), pin: pin.Number, token: token}, now)
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: id, Path: "/", MaxAge: int(sessionFor.Seconds()), Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.SetCookie(w, &http.Cookie{Name: knownCookie, Value: name, Path: "/", MaxAge: knownAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	p.o.Log.Info("the page of the site was opened", "from", r.RemoteAddr)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// who tells callers apart: phones that have entered the PIN before, by what
// they were given then, and others by their address.
func (p *Page) who(r *http.Request) (who string, known bool) {
	if c, err := r.Cookie(knownCookie); err == nil && p.waits.knows(c.Value) {
		return knownPrefix + c.Value, true
	}
	return crowd.Of(r.RemoteAddr).String(), false
}

// word makes a secret of 128 bits.
func (p *Page) word() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(p.o.Random, b[:]); err != nil {
		return "", fmt.Errorf("cannot make a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

func right(pin *programme.SitePIN, entered string) bool {
	if len(entered) > maxPIN {
		return false
	}
	got := argon2.IDKey([]byte(entered), pin.Salt, pin.Time, pin.MemoryKB, pin.Threads, uint32(len(pin.Hash)))
	debug.FreeOSMemory() // what it took is a third of what the agent may have
	return subtle.ConstantTimeCompare(got, pin.Hash) == 1
}

// leave ends the session.
func (p *Page) leave(w http.ResponseWriter, r *http.Request) {
	if c, err := r.Cookie(sessionCookie); err == nil {
		p.sessions.end(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Path: "/", MaxAge: -1, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
