package app

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/outbound"
	"cotmoc/controller/internal/shortlink"
	"cotmoc/playlists"
)

// Config is what a person decides about a controller. The keys are the names
// of the flags of controller serve.
type Config struct {
	Data          string   `koanf:"data"`              // folder that holds everything
	Listen        string   `koanf:"listen"`            // console and API
	TLSCert       string   `koanf:"tls-cert"`          // of the console; "" for plain HTTP
	TLSKey        string   `koanf:"tls-key"`           //
	Secure        bool     `koanf:"secure"`            // a proxy on this machine speaks TLS to people
	PublicURL     string   `koanf:"public-url"`        // what people type to open the console; "" follows from Listen
	ScanURL       string   `koanf:"scan-url"`          // under which phones reach us; "" and scans are never counted
	AgentListen   string   `koanf:"agent-listen"`      // HTTPS for agents
	MQTTListen    string   `koanf:"mqtt-listen"`       // embedded broker; unused with Broker
	Broker        string   `koanf:"broker"`            // "" embeds one
	PublicHosts   []string `koanf:"public-host"`       // names and addresses by which agents reach us
	FFmpeg        string   `koanf:"ffmpeg"`            // path, "" looks in PATH
	FFprobe       string   `koanf:"ffprobe"`           //
	Chromium      string   `koanf:"chromium"`          // draws slides; "" looks in PATH
	MaxStorage    int64    `koanf:"max-storage"`       // bytes of all objects, 0 no limit
	Patience      float64  `koanf:"incident-patience"` // multiplies the times of incidents' rules, 0 is 1
	LogLevel      string   `koanf:"log-level"`         // debug, info, warn, error
	AlertNetworks []string `koanf:"alert-network"`     // not public, where alerts may go nevertheless

	TLS           string `koanf:"tls"`            // how the console gets its certificate: acme, own, or "" as TLSCert says
	ACMEDirectory string `koanf:"acme-directory"` // "" is Let's Encrypt's
	ACMERoot      string `koanf:"acme-root"`      // PEM file, whom to trust there; "" is the system's
	ACMEEmail     string `koanf:"acme-email"`     // whom the authority warns

	KeyPassphraseFile string `koanf:"key-passphrase-file"` // of the sealed keys
	KeyPassphrase     string `koanf:"-"`                   // from the environment, never a flag: flags are for all to see
	Credentials       string `koanf:"-"`                   // folder that the service manager fills
}

// stopGrace is how long the parts have to end when asked.
const stopGrace = 10 * time.Second

// Validate refuses what could not start, before anything is touched.
func (c *Config) Validate() error {
	if c.Data == "" {
		return errNoData()
	}
	for flag, address := range map[string]string{"listen": c.Listen, "agent-listen": c.AgentListen, "mqtt-listen": c.MQTTListen} {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return playlists.Errorf(playlists.Invalid, "address_malformed", playlists.Params{"flag": flag, "value": address}, "cannot listen on %q: give --%s as host:port, such as 127.0.0.1:8080", address, flag)
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return playlists.Errorf(playlists.Invalid, "tls_incomplete", nil, "cannot serve TLS with only one of --tls-cert and --tls-key: give both or none")
	}
	if c.Patience < 0 || c.Patience > 100 {
		return playlists.Errorf(playlists.Invalid, "patience_outside", playlists.Params{"value": c.Patience}, "cannot be %g times as patient with incidents: give --incident-patience more than 0 and at most 100", c.Patience)
	}
	if c.ScanURL != "" {
		if _, err := shortlink.ParseBase(c.ScanURL); err != nil {
			return err
		}
	}
	if _, err := outbound.ParseNear(c.AlertNetworks); err != nil {
		return playlists.Errorf(playlists.Invalid, "alert_network", nil, "cannot use --alert-network: %w", err)
	}
	_, err := c.site()
	return err
}

// site is where people open the console. Without a setting it is the name in
// Listen, or this machine: passkeys need a name, an address will not do.
func (c *Config) site() (identity.Site, error) {
	if c.PublicURL != "" {
		return identity.ParseSite(c.PublicURL)
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return identity.Site{}, fmt.Errorf("cannot tell the public address: %w", err)
	}
	scheme := "http"
	if c.secure() {
		scheme = "https"
	}
	if host == "" || net.ParseIP(host) != nil || scheme == "http" {
		host = "localhost"
	}
	return identity.ParseSite(scheme + "://" + net.JoinHostPort(host, port))
}

func errNoData() error {
	return playlists.Errorf(playlists.Invalid, "data_missing", nil, "cannot start without a folder for the data: give --data DIR")
}

// databaseFile stands in the data folder.
const databaseFile = "cotmoc.db"

// secure tells that people reach the console over TLS.
func (c *Config) secure() bool {
	return c.Secure || c.speaksTLS() || strings.HasPrefix(c.PublicURL, "https://")
}

// speaksTLS tells that the console's own listener does.
func (c *Config) speaksTLS() bool { return c.TLSCert != "" || c.TLS != "" }

func (c *Config) path(elements ...string) string {
	return filepath.Join(append([]string{c.Data}, elements...)...)
}
