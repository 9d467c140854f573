package polite

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/temoto/robotstxt"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

const (
	robotsBytes = 512 << 10 // RFC 9309, 2.5: at least 500 KiB are read
	robotsTime  = 15 * time.Second
	robotsAge   = 24 * time.Hour // RFC 9309, 2.4
)

// mayVisit asks the host's robots.txt (RFC 9309). One that is missing allows
// all; one that cannot be had allows nothing until it can.
func (v *Visitor) mayVisit(ctx context.Context, h *host, s *site.Site, u *url.URL, hosts []string) error {
	robots, err := v.robots(ctx, h, s, u, hosts)
	if err != nil {
		return err
	}
	path := u.EscapedPath()
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if robots.TestAgent(path, v.agent) {
		return nil
	}
	return playlists.Errorf(playlists.Forbidden, "robots_forbid", playlists.Params{"host": u.Host},
		"cannot fetch this from %.100s: its robots.txt asks programs to stay away; open the page yourself and upload what you may use", u.Host)
}

// robots gives the host's robots.txt, asked for anew when it is a day old.
func (v *Visitor) robots(ctx context.Context, h *host, s *site.Site, u *url.URL, hosts []string) (*robotstxt.RobotsData, error) {
	h.asking.Lock()
	defer h.asking.Unlock()
	if v.now().Before(h.robotsTill) {
		return h.robots, nil
	}
	if err := h.turn(ctx, v.now, s.PaceAt(u.Host)); err != nil {
		return nil, err
	}
	robots, err := v.readRobots(ctx, u, hosts)
	if err != nil {
		return nil, err
	}
	h.robots, h.robotsTill = robots, v.now().Add(robotsAge)
	return robots, nil
}

func (v *Visitor) readRobots(ctx context.Context, u *url.URL, hosts []string) (*robotstxt.RobotsData, error) {
	at := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	answer, err := v.fetch(ctx, Request{URL: at.String(), Types: []string{"text/plain", "text/html", "application/octet-stream"}, Bytes: robotsBytes, Within: robotsTime, Hosts: hosts})
	if err != nil {
		return nil, playlists.Errorf(playlists.Unavailable, "site_fails", playlists.Params{"status": 0, "host": u.Host}, "cannot read the robots.txt of %.100s: %w", u.Host, err)
	}
	defer answer.Body.Close()
	var text []byte
	if answer.Status == http.StatusOK {
		if text, err = io.ReadAll(answer.Body); err != nil {
			return nil, playlists.Errorf(playlists.Unavailable, "site_fails", playlists.Params{"status": 0, "host": u.Host}, "cannot read the robots.txt of %.100s: %w", u.Host, err)
		}
	}
	robots, err := robotstxt.FromStatusAndBytes(answer.Status, text)
	if err != nil {
		return robotstxt.FromStatusAndBytes(http.StatusNotFound, nil) // rubbish says nothing
	}
	return robots, nil
}
