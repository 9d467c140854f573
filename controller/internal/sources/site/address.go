package site

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"cotmoc/playlists"
)

// Address is what an article's address says.
type Address struct {
	Canonical string // one form for all the ways to write it
	Language  string
	Key       string // the same for one article in every language
}

// Read reads the address of an article of this site; pasted ones lack their
// scheme at times. It refuses hosts that the description does not name.
func (s *Site) Read(address string) (Address, error) {
	u, err := s.at(address, s.Hosts)
	if err != nil {
		return Address{}, err
	}
	clean := path.Clean("/" + norm.NFC.String(u.Path))
	language, rest := s.Languages.Default, clean
	first, after, _ := strings.Cut(strings.TrimPrefix(clean, "/"), "/")
	if slices.Contains(s.Languages.Segments, strings.ToLower(first)) {
		language, rest = strings.ToLower(first), "/"+after
	}
	query := u.Query()
	for name := range query {
		if tracking(name) {
			query.Del(name)
		}
	}
	canonical := url.URL{Scheme: "https", Host: s.Hosts[0], Path: clean, RawQuery: query.Encode()}
	return Address{Canonical: canonical.String(), Language: language, Key: s.ID + rest + keyQuery(query)}, nil
}

func keyQuery(q url.Values) string {
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// tracking tells parameters that follow people and say nothing of the page.
func tracking(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || slices.Contains([]string{"fbclid", "gclid", "zarsrc", "igsh", "mc_cid", "mc_eid", "ref", "share"}, name)
}

// Follow gives the absolute address of what a page links to, when it lies on
// one of the site's hosts.
func (s *Site) Follow(page, link string) (string, bool) {
	base, err := url.Parse(page)
	if err != nil {
		return "", false
	}
	target, err := base.Parse(strings.TrimSpace(link))
	if err != nil {
		return "", false
	}
	u, err := s.at(target.String(), s.Hosts)
	if err != nil {
		return "", false
	}
	return u.String(), true
}

// MayFetch tells whether the site's pictures and films may lie at an address.
func (s *Site) MayFetch(address string) bool {
	_, err := s.at(address, slices.Concat(s.Hosts, s.Media))
	return err == nil
}

// Original gives the address of the full picture that a smaller copy was made
// of, or the address itself.
func (s *Site) Original(picture string) string {
	for _, rule := range s.Originals {
		if e, err := expression(rule.From); err == nil && e.MatchString(picture) {
			return e.ReplaceAllString(picture, rule.To)
		}
	}
	return picture
}

// at reads an address and holds its host against a list.
func (s *Site) at(address string, hosts []string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") {
		address = "https://" + strings.TrimPrefix(address, "//")
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" || u.User != nil || u.Hostname() == "" {
		return nil, playlists.Errorf(playlists.Invalid, "address_unreadable", playlists.Params{"address": cut(address)},
			"cannot read the address %.200q: copy it from the browser's address field", address)
	}
	host := strings.ToLower(u.Hostname())
	if !slices.Contains(hosts, host) || u.Port() != "" {
		return nil, playlists.Errorf(playlists.Invalid, "host_not_allowed", playlists.Params{"host": host},
			"cannot take anything from %.100q: an administrator must add it to a site's hosts first", u.Host)
	}
	u.Host, u.Fragment = host, ""
	return u, nil
}

func cut(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}
