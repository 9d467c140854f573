// Package shortlink gives the codes on slides short addresses of the
// controller, which lead to a page in the reader's language and count how often
// they are used, and nothing about who used them.
package shortlink

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"cotmoc/playlists"
)

// Path is where short addresses stand on the controller.
const Path = "/q/"

// Link is where a code leads. It never changes: another place is another code,
// so that what two people approved is where a code on the glass leads.
type Link struct {
	Code     string
	Language string            // of what the code stands on
	Page     string            // for everybody who is not in Pages
	Pages    map[string]string // by language
}

// Viewer is what somebody may see: all in reach, and one's own.
type Viewer struct {
	Person playlists.ID
	Reach  playlists.Reach
}

// Count is how often the codes of a media were used on a day by readers of a
// language.
type Count struct {
	Code     string // of one code; "" of all that a media had
	Day      string // 2026-11-26
	Language string // of Counted, or Other
	Scans    int
}

// Used is a media with the uses of all codes that it has had.
type Used struct {
	Media  playlists.ID
	Title  string
	State  playlists.MediaState
	Counts []Count // by day, then language
}

// Store keeps links and counts.
type Store interface {
	// KeepLink stores a link that the source of a media names; it is Conflict,
	// reason "code_taken", when the code leads elsewhere already.
	KeepLink(ctx context.Context, l *Link, source playlists.Digest) error
	// Known tells whether a code is taken.
	Known(ctx context.Context, code string) (bool, error)
	// Live gives the link of a code that the source of an approved version
	// names, nil when there is none.
	Live(ctx context.Context, code string) (*Link, error)
	AddScans(ctx context.Context, counts []Count) error
	// Uses lists media that have a code and that the viewer sees, the newest
	// first; media "" gives them all.
	Uses(ctx context.Context, media playlists.ID, v Viewer, since string, limit int) ([]Used, error)
}

// Config is what a Service needs; all fields but Base must be set.
type Config struct {
	Store  Store
	Base   string         // https://name[:port] under which phones reach the controller; "" for none
	Zone   *time.Location // whose days are counted by
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

// Service is the feature. It is safe for concurrent use.
type Service struct {
	cfg Config

	mu      sync.Mutex
	pending map[Count]int // Scans is 0 in its keys

	writing chan struct{} // held by whoever writes counts down
}

// New makes a Service.
func New(cfg Config) *Service {
	return &Service{cfg: cfg, pending: map[Count]int{}, writing: make(chan struct{}, 1)}
}

// ParseBase reads the public address that short addresses begin with: https
// and a name, or http on this machine.
func ParseBase(address string) (string, error) {
	wrong := playlists.Errorf(playlists.Invalid, "scan_url_malformed", playlists.Params{"value": address}, "cannot use the address %q for codes: give --scan-url as https://name or https://name:port (only this machine goes without TLS)", address)
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" || len(u.Host) > 100 {
		return "", wrong
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !here) {
		return "", wrong
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// Offered tells whether there is a public address to make short ones of.
func (s *Service) Offered() bool { return s.cfg.Base != "" }

// Sample gives a short address for the eye, which never leads anywhere.
func (s *Service) Sample() (string, error) {
	if !s.Offered() {
		return "", playlists.Errorf(playlists.Unavailable, "scan_url_missing", nil, "cannot count scans: the controller has no public address; start it with --scan-url https://name, or leave scans uncounted")
	}
	return s.cfg.Base + Path + strings.Repeat(letters[:1], codeLen), nil
}

// Fresh gives a short address that leads nowhere yet.
func (s *Service) Fresh(ctx context.Context) (string, error) {
	sample, err := s.Sample()
	if err != nil {
		return "", err
	}
	for {
		code, err := newCode(s.cfg.Random)
		if err != nil {
			return "", err
		}
		taken, err := s.cfg.Store.Known(ctx, code)
		if err != nil {
			return "", err
		}
		if address := s.cfg.Base + Path + code; !taken && address != sample {
			return address, nil
		}
	}
}

// Keep lets a short address that Fresh gave lead to pages as soon as a version
// of a media with this source is approved.
func (s *Service) Keep(ctx context.Context, address string, l Link, source playlists.Digest) error {
	_, code, _ := strings.Cut(address, Path)
	var ok bool
	if l.Code, ok = readCode(code); !ok {
		return fmt.Errorf("cannot keep %.200q: it is no short address", address)
	}
	return s.cfg.Store.KeepLink(ctx, &l, source)
}

// Uses gives the uses of codes since a day; media "" gives those of all media
// that the actor sees.
func (s *Service) Uses(ctx context.Context, a playlists.Actor, media playlists.ID, days int) ([]Used, error) {
	if err := s.Flush(ctx); err != nil {
		return nil, err
	}
	v := Viewer{Person: a.ID, Reach: a.Reach(playlists.ReadMedia)}
	return s.cfg.Store.Uses(ctx, media, v, s.Since(days), maxUses)
}

// maxUses is the most media of one list.
const maxUses = 200

// Since gives the first of so many days that end today.
func (s *Service) Since(days int) string {
	return s.cfg.Now().In(s.cfg.Zone).AddDate(0, 0, 1-days).Format(time.DateOnly)
}
