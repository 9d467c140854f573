package identity

import (
	"net"
	"net/url"
	"strings"

	"cotmoc/playlists"
)

// Site is where people open the console. Passkeys are bound to it.
type Site struct {
	Origin string // https://name[:port]
	Name   string // the WebAuthn RP id
}

// TakesPasskeys tells whether authenticators accept the name: a domain, or
// this machine. A bare name on a local network is neither.
func (s Site) TakesPasskeys() bool { return s.Name == "localhost" || strings.Contains(s.Name, ".") }

// ParseSite reads the public address of a console: https and a name, or
// http on this machine.
func ParseSite(address string) (Site, error) {
	wrong := playlists.Errorf(playlists.Invalid, "public_url_malformed", playlists.Params{"value": address}, "cannot use the public address %q: give https://name or https://name:port as people type it (only http://localhost goes without TLS)", address)
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return Site{}, wrong
	}
	name := strings.ToLower(u.Hostname())
	if name == "" || net.ParseIP(name) != nil || u.Scheme != "https" && (u.Scheme != "http" || name != "localhost") {
		return Site{}, wrong
	}
	origin := u.Scheme + "://" + name
	if port := u.Port(); port != "" && (u.Scheme != "https" || port != "443") && (u.Scheme != "http" || port != "80") {
		origin += ":" + port
	}
	return Site{Origin: origin, Name: name}, nil
}
