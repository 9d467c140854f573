package sitepage

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"cotmoc/agent/internal/crowd"
)

// maxForm is the most bytes of a form.
const maxForm = 4 << 10

// guard lets requests through that call this machine by an address or its own
// name, and forms that come from its own pages: another site open on the phone
// can neither lead a name of its own here nor press a button.
func (p *Page) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // with none, forms come from nowhere
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), serial=()")
		h.Set("Cache-Control", "no-store")
		if !p.rates.May(crowd.Of(r.RemoteAddr), p.o.Mono()) {
			w.Header().Set("Retry-After", "10")
			http.Error(w, "cannot answer so often: wait a little", http.StatusTooManyRequests)
			return
		}
		if !p.isOurs(r.Host) {
			http.Error(w, "cannot answer for this host: open the page by the address of the screen", http.StatusMisdirectedRequest)
			return
		}
		if r.Method == http.MethodPost {
			if r.Header.Get("Origin") != "https://"+r.Host {
				http.Error(w, "cannot take a form of another site: open the page itself", http.StatusForbidden)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			if err := r.ParseForm(); err != nil {
				http.Error(w, "cannot read the form", http.StatusBadRequest)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (p *Page) isOurs(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	own := strings.ToLower(p.o.Host)
	return net.ParseIP(host) != nil || host == "localhost" || own != "" && (host == own || host == own+".local")
}

const (
	languageCookie = "__Host-lang"
	languageAge    = 365 * 24 * 3600
)

// languageOf gives the language that was chosen, or the first that the browser
// names and the page has.
func languageOf(r *http.Request) string {
	if c, err := r.Cookie(languageCookie); err == nil && speaks(c.Value) {
		return c.Value
	}
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		code, _, _ := strings.Cut(tag, "-")
		if code = strings.ToLower(code); speaks(code) {
			return code
		}
	}
	return languages[0]
}

var local = regexp.MustCompile(`^/[a-z0-9][a-z0-9/_-]{0,80}$`)

// language chooses one.
func (p *Page) language(w http.ResponseWriter, r *http.Request) {
	if to := r.URL.Query().Get("to"); speaks(to) {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: to, Path: "/", MaxAge: languageAge, Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	back := r.URL.Query().Get("back")
	if !local.MatchString(back) || back == "/lang" || back == "/pin" {
		back = "/"
	}
	if back == "/safe" {
		back += "?screen=" + url.QueryEscape(everyScreen)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}
