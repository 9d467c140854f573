package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/playlists"
)

// AlertChannel leads to people who are told about incidents. Its secrets are
// never in an answer.
type AlertChannel struct {
	ID            playlists.ID    `json:"id"`
	UnitID        playlists.ID    `json:"unit_id"`
	ClusterID     playlists.ID    `json:"cluster_id" doc:"Empty for all clusters that the unit runs."`
	Kind          alerts.Kind     `json:"kind"`
	Name          string          `json:"name"`
	Language      string          `json:"language"`
	Least         alerts.Severity `json:"least" doc:"The least severity that is told."`
	Level         int             `json:"level" doc:"0 from the opening on, else from that escalation on."`
	QuietFrom     string          `json:"quiet_from" doc:"22:00, or empty."`
	QuietUntil    string          `json:"quiet_until"`
	QuietCritical bool            `json:"quiet_critical" doc:"What is critical passes the quiet hours."`
	Enabled       bool            `json:"enabled"`
	Host          string          `json:"host" doc:"Of the mail server."`
	Port          uint16          `json:"port"`
	Security      string          `json:"security"`
	User          string          `json:"user"`
	From          string          `json:"from"`
	URL           string          `json:"url" doc:"Of a webhook."`
	AppID         string          `json:"app_id" doc:"At Zalo."`
	Targets       []string        `json:"targets"`
	Held          []string        `json:"held" doc:"Names of the secrets that are held."`
	Version       int             `json:"version"`
	ChangedAt     time.Time       `json:"changed_at"`
}

// AlertChannelBody is what a person sets about a channel.
type AlertChannelBody struct {
	UnitID        playlists.ID    `json:"unit_id"`
	ClusterID     playlists.ID    `json:"cluster_id"`
	Kind          alerts.Kind     `json:"kind"`
	Name          string          `json:"name" maxLength:"240"`
	Language      string          `json:"language" maxLength:"10"`
	Least         alerts.Severity `json:"least"`
	Level         int             `json:"level"`
	QuietFrom     string          `json:"quiet_from" maxLength:"10"`
	QuietUntil    string          `json:"quiet_until" maxLength:"10"`
	QuietCritical bool            `json:"quiet_critical"`
	Enabled       bool            `json:"enabled"`
	Host          string          `json:"host" maxLength:"500"`
	Port          uint16          `json:"port"`
	Security      string          `json:"security" maxLength:"20"`
	User          string          `json:"user" maxLength:"500"`
	From          string          `json:"from" maxLength:"500"`
	URL           string          `json:"url" maxLength:"500"`
	AppID         string          `json:"app_id" maxLength:"500"`
	Targets       []string        `json:"targets" maxItems:"50"`
	Secrets       AlertSecrets    `json:"secrets" doc:"Those that are left empty stay."`
	Version       int             `json:"version" doc:"That the person saw; 0 for a new one."`
}

// AlertSecrets go in and never come out.
type AlertSecrets struct {
	Password     string `json:"password,omitempty"`
	Key          string `json:"key,omitempty"`
	Token        string `json:"token,omitempty"`
	AppSecret    string `json:"app_secret,omitempty"`
	AccessToken  string `json:"access_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

// AlertTrouble is why something failed: a reason of problems, with its values.
type AlertTrouble struct {
	Reason string         `json:"reason" doc:"Empty when nothing failed."`
	Params map[string]any `json:"params"`
}

// AlertTried is how a test went for one target.
type AlertTried struct {
	Target  string       `json:"target"`
	Arrived bool         `json:"arrived"`
	Doubt   bool         `json:"doubt" doc:"It may have arrived."`
	Trouble AlertTrouble `json:"trouble"`
}

// AlertDelivery is one message for one target.
type AlertDelivery struct {
	ID         int64           `json:"id"`
	ChannelID  playlists.ID    `json:"channel_id"`
	Target     string          `json:"target"`
	IncidentID playlists.ID    `json:"incident_id" doc:"Empty for what is about no single incident."`
	Text       string          `json:"text" doc:"In one line, in the reader's language."`
	Severity   alerts.Severity `json:"severity"`
	State      alerts.State    `json:"state"`
	Attempts   int             `json:"attempts"`
	Doubts     int             `json:"doubts" doc:"How often it may have arrived without an answer."`
	CreatedAt  time.Time       `json:"created_at"`
	NextAt     time.Time       `json:"next_at"`
	DoneAt     time.Time       `json:"done_at"`
	Trouble    AlertTrouble    `json:"trouble"`
}

// DeadMan is the address that is called while the controller lives.
type DeadMan struct {
	Host    string       `json:"host" doc:"Empty when none is set. The rest of the address is a secret."`
	AskedAt time.Time    `json:"asked_at" doc:"Of the last call."`
	HeardAt time.Time    `json:"heard_at" doc:"Of the last call that was heard."`
	Trouble AlertTrouble `json:"trouble"`
}

func (s *Server) registerAlerts() {
	handle(s, http.MethodGet, "/alerts/channels", "list-alert-channels", "List where alerts go", func(ctx context.Context, a playlists.Actor, _ *none) (List[AlertChannel], error) {
		all, err := s.Alerts.Channels(ctx, a)
		out := make([]AlertChannel, len(all))
		for i, c := range all {
			out[i] = alertChannel(c)
		}
		return List[AlertChannel]{Items: out, Total: len(out)}, err
	})
	handle(s, http.MethodPost, "/alerts/channels", "add-alert-channel", "Add a place where alerts go", func(ctx context.Context, a playlists.Actor, in *struct{ Body AlertChannelBody }) (AlertChannel, error) {
		c, x := in.Body.parts()
		return alertChannelOr(s.Alerts.AddChannel(ctx, a, c, x))
	})
	handle(s, http.MethodPut, "/alerts/channels/{id}", "change-alert-channel", "Change a place where alerts go", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body AlertChannelBody
	}) (AlertChannel, error) {
		c, x := in.Body.parts()
		c.ID = in.ID
		return alertChannelOr(s.Alerts.ChangeChannel(ctx, a, c, x))
	})
	handle(s, http.MethodDelete, "/alerts/channels/{id}", "remove-alert-channel", "Remove a place where alerts go", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Alerts.RemoveChannel(ctx, a, in.ID)
	})
	handle(s, http.MethodPost, "/alerts/channels/{id}/test", "test-alert-channel", "Send a message at once and tell how it went", func(ctx context.Context, a playlists.Actor, in *ByID) (List[AlertTried], error) {
		all, err := s.Alerts.Test(ctx, a, in.ID)
		out := make([]AlertTried, len(all))
		for i, t := range all {
			out[i] = AlertTried{Target: t.Target, Arrived: t.Trouble == nil, Doubt: t.Doubt, Trouble: alertTrouble(t.Trouble)}
		}
		return List[AlertTried]{Items: out, Total: len(out)}, err
	})
	s.registerAlertLog()
}

func (s *Server) registerAlertLog() {
	handle(s, http.MethodGet, "/alerts/deliveries", "list-alert-deliveries", "List what was sent and what was not, the newest first", func(ctx context.Context, a playlists.Actor, in *struct {
		Channel  string `query:"channel" maxLength:"16"`
		Open     bool   `query:"open" doc:"Only what waits, failed or is in doubt."`
		Language string `query:"language" enum:"vi,en,lo" default:"vi"`
		Cursor   string `query:"cursor"`
		Limit    int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (List[AlertDelivery], error) {
		p, err := s.Alerts.Deliveries(ctx, a, alerts.Filter{Channel: playlists.ID(in.Channel), Open: in.Open, Cursor: in.Cursor, Limit: in.Limit})
		out := make([]AlertDelivery, len(p.Items))
		for i, d := range p.Items {
			out[i] = AlertDelivery{
				ID: d.ID, ChannelID: d.Channel, Target: d.Target, IncidentID: d.Incident, Text: alerts.Subject(d, in.Language), Severity: d.Severity, State: d.State,
				Attempts: d.Attempts, Doubts: d.Doubts, CreatedAt: d.Created, NextAt: d.Next, DoneAt: d.Done, Trouble: alertTrouble(d.Trouble),
			}
		}
		return List[AlertDelivery]{Items: out, NextCursor: p.Next, Total: len(out)}, err
	})
	handle(s, http.MethodGet, "/alerts/dead-man", "get-dead-man", "The address that is called while the controller lives", func(ctx context.Context, a playlists.Actor, _ *none) (DeadMan, error) {
		return deadManOr(s.Alerts.DeadMan(ctx, a))
	})
	handle(s, http.MethodPut, "/alerts/dead-man", "set-dead-man", "Set the address that is called while the controller lives, and call it", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			URL string `json:"url" maxLength:"500" doc:"Empty for none."`
		}
	}) (DeadMan, error) {
		return deadManOr(s.Alerts.SetDeadMan(ctx, a, in.Body.URL))
	})
}

func (b *AlertChannelBody) parts() (alerts.Channel, alerts.Secrets) {
	return alerts.Channel{
		Unit: b.UnitID, Cluster: b.ClusterID, Kind: b.Kind, Name: b.Name, Language: b.Language, Least: b.Least, Level: b.Level,
		Quiet: alerts.Quiet{From: b.QuietFrom, Until: b.QuietUntil, Critical: b.QuietCritical}, Enabled: b.Enabled,
		Settings: alerts.Settings{Host: b.Host, Port: b.Port, Security: b.Security, User: b.User, From: b.From, URL: b.URL, AppID: b.AppID}, Targets: b.Targets, Version: b.Version,
	}, alerts.Secrets{Password: b.Secrets.Password, Key: b.Secrets.Key, Token: b.Secrets.Token, AppSecret: b.Secrets.AppSecret, AccessToken: b.Secrets.AccessToken, RefreshToken: b.Secrets.RefreshToken}
}

func alertChannelOr(c *alerts.Channel, err error) (AlertChannel, error) {
	if err != nil {
		return AlertChannel{}, err
	}
	return alertChannel(c), nil
}

func alertChannel(c *alerts.Channel) AlertChannel {
	return AlertChannel{
		ID: c.ID, UnitID: c.Unit, ClusterID: c.Cluster, Kind: c.Kind, Name: c.Name, Language: c.Language, Least: c.Least, Level: c.Level,
		QuietFrom: c.Quiet.From, QuietUntil: c.Quiet.Until, QuietCritical: c.Quiet.Critical, Enabled: c.Enabled,
		Host: c.Settings.Host, Port: c.Settings.Port, Security: c.Settings.Security, User: c.Settings.User, From: c.Settings.From, URL: c.Settings.URL, AppID: c.Settings.AppID,
		Targets: list(c.Targets), Held: list(c.Held), Version: c.Version, ChangedAt: c.Changed,
	}
}

func alertTrouble(t *alerts.Trouble) AlertTrouble {
	if t == nil {
		return AlertTrouble{Params: map[string]any{}}
	}
	params := map[string]any(t.Params)
	if params == nil {
		params = map[string]any{}
	}
	return AlertTrouble{Reason: t.Reason, Params: params}
}

func deadManOr(d *alerts.DeadMan, p alerts.Ping, err error) (DeadMan, error) {
	if err != nil {
		return DeadMan{}, err
	}
	return DeadMan{Host: d.Host, AskedAt: p.At, HeardAt: p.Good, Trouble: alertTrouble(p.Trouble)}, nil
}
