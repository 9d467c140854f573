package app

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"time"

	"cotmoc/controller/internal/alerts"
	"cotmoc/controller/internal/outbound"
	"cotmoc/controller/internal/sqlstore"
)

// openAlerts makes what tells people outside the console.
func (a *App) openAlerts(context.Context) error {
	near, err := outbound.ParseNear(a.cfg.AlertNetworks)
	if err != nil {
		return err
	}
	site, err := a.cfg.site()
	if err != nil {
		return err
	}
	origin, err := url.Parse(site.Origin)
	if err != nil {
		return err
	}
	options := outgoing()
	options.Near = near
	a.services.Alerts, err = alerts.New(alerts.Config{
		Store: a.db.Alerts(), Journal: a.journal(), Outside: outside{outbound.New(options)}, Pulse: pulse{a}, Audit: a.services.Audit, Seal: a.seal,
		Site: site.Origin, Host: origin.Hostname(), Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("alerts", a.services.Alerts.Run)
	a.group.Add("alerts woken", a.wakeAlerts)
	return nil
}

// journal is what incidents write down.
func (a *App) journal() alerts.Journal { return told{a.db.Incidents()} }

// told is the journal of incidents as alerts read it.
type told struct{ store sqlstore.Incidents }

// After implements alerts.Journal.
func (t told) After(ctx context.Context, cursor int64, limit int) ([]alerts.Event, error) {
	entries, err := t.store.After(ctx, cursor, limit)
	out := make([]alerts.Event, 0, len(entries))
	for _, e := range entries {
		out = append(out, alerts.Event{
			Seq: e.Seq, At: e.At, Kind: alerts.EventKind(e.Kind), Incident: e.Incident, Screen: e.Screen, Cluster: e.Cluster, Unit: e.Unit,
			Rule: string(e.Rule), Severity: alerts.Severity(e.Severity), ScreenName: e.ScreenName, ClusterName: e.ClusterName, Params: e.Params,
		})
	}
	return out, err
}

// wakeAlerts has alerts read what incidents have written down, at once.
func (a *App) wakeAlerts(ctx context.Context) error {
	for {
		changed := a.incidents.Changed()
		a.services.Alerts.Wake()
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// pulse tells whether what must live does.
type pulse struct{ a *App }

// Alive implements alerts.Pulse.
func (p pulse) Alive(ctx context.Context) error {
	err := p.a.incidents.Alive()
	for _, ready := range p.a.ready {
		err = errors.Join(err, ready(ctx))
	}
	return err
}

// mostAnswer is what is read of the answer to an alert.
const mostAnswer = 16 << 10

// outside joins alerts with the one client that goes out.
type outside struct{ client *outbound.Client }

// Post implements alerts.Outside.
func (o outside) Post(ctx context.Context, p alerts.Post) (*alerts.Answer, error) {
	r, err := o.client.Send(ctx, outbound.Sending{URL: p.URL, Header: p.Header, Body: p.Body, Bytes: mostAnswer, Within: p.Within})
	if err != nil {
		return nil, err
	}
	return &alerts.Answer{Status: r.Status, Header: r.Header, Body: r.Body}, nil
}

// Dial implements alerts.Outside.
func (o outside) Dial(ctx context.Context, host string, port uint16, ports []uint16) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return o.client.DialTo(ctx, host, port, ports)
}

// Near implements alerts.Outside.
func (o outside) Near(host string) bool { return o.client.IsNear(host) }

// Unsent implements alerts.Outside.
func (outside) Unsent(err error) bool { return errors.Is(err, outbound.ErrUnsent) }

// Why implements alerts.Outside.
func (outside) Why(err error) alerts.Trouble {
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, outbound.ErrAddress):
		return alerts.Trouble{Reason: "alert_address_inside"}
	case errors.Is(err, outbound.ErrURL):
		return alerts.Trouble{Reason: "alert_url"}
	case errors.As(err, &certificate):
		return alerts.Trouble{Reason: "alert_tls"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return alerts.Trouble{Reason: "alert_slow"}
	}
	return alerts.Trouble{Reason: "alert_line"}
}
