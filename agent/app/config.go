package app

import (
	"encoding/hex"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"cotmoc/agent/internal/update"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Config is what a technician chooses.
type Config struct {
	Data         string   // folder for everything the agent keeps
	PlayerListen string   // loopback address of the player page
	PeerListen   string   // address at which neighbours ask, "" for none
	SiteListen   string   // address of the page for people at the site, "" for none
	Controller   string   // https://host:port; needed until the screen is enrolled
	CAPin        string   // "sha256:…" of the controller's CA, or "" to compare by the code
	Ticket       string   // file of a ticket to join by; looked for on sticks when there is none
	Kiosk        bool     // start and supervise a browser
	Browser      string   // path of the browser, or "" to look for one
	BrowserExtra []string // more arguments for the browser
	Supervised   bool     // a service starts the agent again when it ends
	Camera       string   // a camera that looks at the wall: a device, or an address; "" for none
	KioskInRoot  bool     // tests as root only: the browser without its sandbox
	// Launched is how a launcher has begun this program, zero when none has.
	Launched update.Launched
}

// Validate refuses what could not work.
func (c *Config) Validate() error {
	if c.Data == "" {
		return playlists.Errorf(playlists.Invalid, "data_missing", nil, "cannot start without a data folder: name one with --data")
	}
	if c.Controller != "" {
		u, err := url.Parse(c.Controller)
		if err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
			return playlists.Errorf(playlists.Invalid, "controller_malformed", playlists.Params{"controller": c.Controller}, "cannot use the controller %.200q: write it as https://host:8443", c.Controller)
		}
		c.Controller = "https://" + u.Host
	}
	host, _, err := net.SplitHostPort(c.PlayerListen)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return playlists.Errorf(playlists.Invalid, "player_listen_not_loopback", playlists.Params{"address": c.PlayerListen}, "cannot serve the player on %.100q: it is for browsers on this machine; use an address such as 127.0.0.1:9001", c.PlayerListen)
	}
	for what, listen := range map[string]string{"neighbours": c.PeerListen, "the page of the site": c.SiteListen} {
		if listen == "" {
			continue
		}
		if host, _, err := net.SplitHostPort(listen); err != nil || host != "" && net.ParseIP(host) == nil {
			return playlists.Errorf(playlists.Invalid, "site_listen_malformed", playlists.Params{"address": listen}, "cannot listen for %s on %.100q: give an address of this machine and a port, such as 0.0.0.0:9443", what, listen)
		}
	}
	_, err = c.pin()
	return err
}

// alone tells whether neighbours are looked for on this machine only.
func (c *Config) alone() bool {
	host, _, err := net.SplitHostPort(c.PeerListen)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// pin reads CAPin; nil when none is asked for.
func (c *Config) pin() (*[32]byte, error) {
	if c.CAPin == "" {
		return nil, nil
	}
	digits, ok := strings.CutPrefix(strings.ToLower(c.CAPin), "sha256:")
	b, err := hex.DecodeString(strings.ReplaceAll(digits, ":", ""))
	if !ok || err != nil || len(b) != 32 {
		return nil, playlists.Errorf(playlists.Invalid, "ca_pin_malformed", nil, "cannot use the CA pin %.100q: write sha256: and 64 hex digits", c.CAPin)
	}
	return (*[32]byte)(b), nil
}

func (c *Config) cacheDir() string { return filepath.Join(c.Data, "cache") }

// facts describe this PC to the person who claims it.
func facts(version string) wire.Facts {
	name, err := os.Hostname()
	if err != nil {
		name = "?"
	}
	return wire.Facts{Hostname: name, OS: runtime.GOOS, Arch: runtime.GOARCH, Version: version}
}
