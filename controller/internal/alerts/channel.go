package alerts

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"cotmoc/playlists"
)

// Kind is a way to reach people.
type Kind string

// The kinds of channels.
const (
	Email    Kind = "email"
	Webhook  Kind = "webhook"
	Telegram Kind = "telegram"
	Zalo     Kind = "zalo"
)

// Kinds lists them in the order people see them.
func Kinds() []Kind { return []Kind{Email, Webhook, Telegram, Zalo} }

// How a mail server is spoken to. Without TLS it is not.
const (
	StartTLS    = "starttls"
	ImplicitTLS = "tls"
)

// Bounds on channels.
const (
	mostTargets  = 20
	mostChannels = 30 // of a unit
	mostLevel    = 3
	maxSetting   = 500
	maxSecret    = 4000
	leastKey     = 16 // characters of a webhook's key
)

// mailPorts are where mail servers listen for those who hand mail in.
func mailPorts() []uint16 { return []uint16{25, 465, 587, 2525} }

// Channel leads to the people of a unit who are told about incidents.
type Channel struct {
	ID       playlists.ID
	Unit     playlists.ID
	Cluster  playlists.ID // "" for all clusters that the unit runs
	Kind     Kind
	Name     string
	Language string // vi, en, lo
	Least    Severity
	Level    int // 0 from the opening on; 1 and more from that escalation on
	Quiet    Quiet
	Enabled  bool
	Settings Settings
	Targets  []string // addresses, chats or users; a webhook has itself

	Sealed  []byte   // Secrets, sealed; never leaves this package
	Held    []string // names of the secrets that are held
	Version int      // 0 before it is stored
	By      playlists.ID
	Changed time.Time
}

// Settings are what is needed besides secrets. Each kind uses its own.
type Settings struct {
	Host     string `json:"host,omitempty"` // of the mail server
	Port     uint16 `json:"port,omitempty"`
	Security string `json:"security,omitempty"`
	User     string `json:"user,omitempty"`
	From     string `json:"from,omitempty"`
	URL      string `json:"url,omitempty"`    // of a webhook
	AppID    string `json:"app_id,omitempty"` // at Zalo
}

// Secrets are what opens the way. They go in and never come out again.
type Secrets struct {
	Password     string `json:"password,omitempty"`      // of the mail server's user
	Key          string `json:"key,omitempty"`           // signs a webhook's messages
	Token        string `json:"token,omitempty"`         // of a Telegram bot
	AppSecret    string `json:"app_secret,omitempty"`    // at Zalo
	AccessToken  string `json:"access_token,omitempty"`  //
	RefreshToken string `json:"refresh_token,omitempty"` // good for one renewal
	AccessUntil  int64  `json:"access_until,omitempty"`  // milliseconds; 0 when nobody knows
}

// over gives the secrets with what came anew.
func (s Secrets) over(old Secrets) Secrets {
	pick := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	out := Secrets{
		Password: pick(s.Password, old.Password), Key: pick(s.Key, old.Key), Token: pick(s.Token, old.Token), AppSecret: pick(s.AppSecret, old.AppSecret),
		AccessToken: pick(s.AccessToken, old.AccessToken), RefreshToken: pick(s.RefreshToken, old.RefreshToken), AccessUntil: old.AccessUntil,
	}
	if s.AccessToken != "" || s.RefreshToken != "" {
		out.AccessUntil = 0
	}
	return out
}

// held names those that are there.
func (s Secrets) held() []string {
	out := []string{}
	for _, x := range []struct{ name, value string }{
		{"password", s.Password}, {"key", s.Key}, {"token", s.Token}, {"app_secret", s.AppSecret}, {"access_token", s.AccessToken}, {"refresh_token", s.RefreshToken},
	} {
		if x.value != "" {
			out = append(out, x.name)
		}
	}
	return out
}

func (s Secrets) validate() error {
	for _, v := range []string{s.Password, s.Key, s.Token, s.AppSecret, s.AccessToken, s.RefreshToken} {
		if len(v) > maxSecret || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return invalid("alert_secret", nil, "cannot use this secret: it is longer than %d bytes or holds line ends; copy it again", maxSecret)
		}
	}
	return nil
}

// Quiet are the hours in which a channel is left alone.
type Quiet struct {
	From     string // "22:00"; "" for none
	Until    string
	Critical bool // what is critical passes nevertheless
}

var clock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func (q Quiet) validate() error {
	if q.From == "" && q.Until == "" {
		return nil
	}
	if !clock.MatchString(q.From) || !clock.MatchString(q.Until) || q.From == q.Until {
		return invalid("alert_quiet", nil, "cannot keep quiet from %.20q until %.20q: give two different times such as 22:00 and 06:00", q.From, q.Until)
	}
	return nil
}

// until gives when the quiet hours that now lies in end; the zero time outside
// them.
func (q Quiet) until(now time.Time, zone *time.Location) time.Time {
	if q.From == "" {
		return time.Time{}
	}
	local := now.In(zone)
	at := local.Format("15:04")
	inside := q.From <= at && at < q.Until
	if q.From > q.Until { // over midnight
		inside = at >= q.From || at < q.Until
	}
	if !inside {
		return time.Time{}
	}
	end, err := time.ParseInLocation("15:04", q.Until, zone)
	if err != nil {
		return time.Time{}
	}
	day := local.Day()
	if at >= q.Until {
		day++
	}
	return time.Date(local.Year(), local.Month(), day, end.Hour(), end.Minute(), 0, 0, zone).UTC()
}

func invalid(reason string, params playlists.Params, format string, args ...any) error {
	return playlists.Errorf(playlists.Invalid, reason, params, format, args...)
}

// tidy cleans what a person typed and refuses what could not work. near tells
// of an address that whoever runs the machine has allowed.
func (c *Channel) tidy(near func(host string) bool) (err error) {
	if c.Name, err = playlists.CleanTitle("name", c.Name); err != nil {
		return err
	}
	if !slices.Contains(Kinds(), c.Kind) || !slices.Contains([]string{"vi", "en", "lo"}, c.Language) || !slices.Contains(Severities(), c.Least) || c.Level < 0 || c.Level > mostLevel {
		return invalid("alert_choice", nil, "cannot make a channel of the kind %.20q in %.10q from %.20q and level %d on: choose among those that are offered", string(c.Kind), c.Language, string(c.Least), c.Level)
	}
	if err := c.Quiet.validate(); err != nil {
		return err
	}
	for i, t := range c.Targets {
		c.Targets[i] = strings.TrimSpace(t)
	}
	c.Targets = slices.DeleteFunc(c.Targets, func(t string) bool { return t == "" })
	if len(c.Targets) > mostTargets {
		return invalid("alert_targets", playlists.Params{"max": mostTargets}, "cannot send to more than %d at once: make another channel", mostTargets)
	}
	for i, t := range c.Targets {
		if slices.Contains(c.Targets[:i], t) {
			return invalid("alert_target_twice", playlists.Params{"target": t}, "cannot send to %.100q twice: leave one out", t)
		}
	}
	for _, v := range []string{c.Settings.Host, c.Settings.User, c.Settings.From, c.Settings.URL, c.Settings.AppID} {
		if len(v) > maxSetting || strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return invalid("alert_setting", nil, "cannot use %.100q: it is too long or holds line ends", v)
		}
	}
	switch c.Kind {
	case Email:
		return c.tidyMail()
	case Webhook:
		return c.tidyWebhook(near)
	case Telegram:
		return c.tidyIDs(regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,40})$`), Settings{})
	default:
		if !regexp.MustCompile(`^[0-9]{1,30}$`).MatchString(c.Settings.AppID) {
			return invalid("alert_app", nil, "cannot use the application %.40q: give the number that Zalo shows for it", c.Settings.AppID)
		}
		return c.tidyIDs(regexp.MustCompile(`^[0-9]{1,30}$`), Settings{AppID: c.Settings.AppID})
	}
}

func (c *Channel) tidyMail() error {
	s := Settings{Host: strings.ToLower(strings.TrimSpace(c.Settings.Host)), Port: c.Settings.Port, Security: c.Settings.Security, User: strings.TrimSpace(c.Settings.User), From: strings.TrimSpace(c.Settings.From)}
	c.Settings = s
	if !regexp.MustCompile(`^[a-z0-9]([a-z0-9.:-]{0,250}[a-z0-9])?$`).MatchString(s.Host) || !slices.Contains(mailPorts(), s.Port) || s.Security != StartTLS && s.Security != ImplicitTLS {
		return invalid("alert_server", nil, "cannot use the mail server %.100q at port %d by %.20q: give its name, one of the ports %v, and starttls or tls", s.Host, s.Port, s.Security, mailPorts())
	}
	if len(c.Targets) == 0 {
		return invalid("alert_target_missing", nil, "cannot send to nobody: give at least one address")
	}
	for _, address := range append([]string{s.From}, c.Targets...) {
		if a, err := mail.ParseAddress(address); err != nil || a.Address != address || len(address) > 254 {
			return invalid("alert_address", playlists.Params{"address": address}, "cannot use the address %.100q: write it as ten@don-vi.vn", address)
		}
	}
	return nil
}

func (c *Channel) tidyWebhook(near func(host string) bool) error {
	c.Settings = Settings{URL: strings.TrimSpace(c.Settings.URL)}
	u, err := url.Parse(c.Settings.URL)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http" {
		return invalid("alert_url", nil, "cannot use the address %.100q: write it as https://may-chu.vn/nhan", c.Settings.URL)
	}
	if u.Scheme == "http" && !near(u.Hostname()) {
		return invalid("alert_url_plain", nil, "cannot send to %.100q without encryption: only to an address in a network that --alert-network names; use https", u.Host)
	}
	c.Targets = []string{u.Host}
	return nil
}

func (c *Channel) tidyIDs(good *regexp.Regexp, s Settings) error {
	c.Settings = s
	if len(c.Targets) == 0 {
		return invalid("alert_target_missing", nil, "cannot send to nobody: give at least one")
	}
	for _, t := range c.Targets {
		if !good.MatchString(t) {
			return invalid("alert_address", playlists.Params{"address": t}, "cannot send to %.60q: give the number that the service shows", t)
		}
	}
	return nil
}

// complete refuses a channel without the secrets that its kind needs.
func (c *Channel) complete(s Secrets) error {
	missing := false
	switch c.Kind {
	case Email:
		missing = c.Settings.User != "" && s.Password == ""
	case Webhook:
		if len([]rune(s.Key)) < leastKey {
			return invalid("alert_key_short", playlists.Params{"least": leastKey}, "cannot sign with a key of fewer than %d characters: have one made", leastKey)
		}
	case Telegram:
		if !regexp.MustCompile(`^[0-9]{1,20}:[A-Za-z0-9_-]{20,100}$`).MatchString(s.Token) {
			return invalid("alert_token", nil, "cannot use this token: copy it from BotFather, such as 123456:ABC…")
		}
	case Zalo:
		missing = s.RefreshToken == "" || s.AppSecret == ""
	}
	if missing {
		return invalid("alert_secret_missing", nil, "cannot save the channel without its secrets: give them")
	}
	return nil
}

// owner is whom its secrets are sealed for.
func owner(id playlists.ID) string { return "alert/" + string(id) }

func (s *Service) sealSecrets(id playlists.ID, x Secrets) ([]byte, error) {
	b, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("cannot seal the secrets of %s: %w", id, err)
	}
	return s.sealer.Seal(owner(id), b)
}

func (s *Service) secretsOf(c *Channel) (x Secrets, err error) {
	if len(c.Sealed) == 0 {
		return x, nil
	}
	b, err := s.sealer.Open(owner(c.ID), c.Sealed)
	if err != nil {
		return x, err
	}
	if err := json.Unmarshal(b, &x); err != nil {
		return x, fmt.Errorf("cannot read the secrets of %s: %w", c.ID, err)
	}
	return x, nil
}
