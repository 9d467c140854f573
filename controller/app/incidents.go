package app

import (
	"context"
	"crypto/x509"
	"time"

	"cotmoc/controller/internal/identity"
	"cotmoc/controller/internal/incidents"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// openIncidents makes what turns the board into incidents.
func (a *App) openIncidents(ctx context.Context) error {
	var err error
	a.incidents, err = incidents.Open(ctx, incidents.Config{
		Store: a.db.Incidents(), Shifts: a.services.Shifts, Places: a.places, Screen: a.placeOf, Handlers: a.handlers,
		Patience: a.cfg.Patience, Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.services.Incidents = a.incidents
	a.group.Add("incidents", a.incidents.Run)
	a.group.Add("incidents feed", a.feedIncidents)
	a.group.Add("certificate ends", a.feedCertificates)
	return nil
}

// feedIncidents shows the incidents what the board shows.
func (a *App) feedIncidents(ctx context.Context) error {
	sub := a.screens.board.Feed()
	defer sub.Close()
	for {
		u, err := sub.Next(ctx)
		if err != nil {
			return nil // it ends with the context
		}
		switches := a.services.Inventory.Switches()
		for i := range u.Screens {
			s := a.seen(&u.Screens[i])
			s.Switch = switches[s.ID]
			a.incidents.See(s)
		}
		for _, id := range u.Gone {
			a.incidents.Gone(id)
			a.screens.reached.forget(id)
		}
		if u.Snapshot {
			ids := make([]playlists.ID, len(u.Screens))
			for i := range u.Screens {
				ids[i] = u.Screens[i].ID
			}
			a.incidents.Only(ids)
		}
	}
}

// seen gives a screen of the board as incidents see it.
func (a *App) seen(v *watch.View) incidents.Seen {
	s := incidents.Seen{ID: v.ID, Name: v.Name, Cluster: incidents.Named(v.Cluster), Tags: v.Tags, Address: a.screens.reached.of(v.ID)}
	if m, ok := a.screens.fleet.Member(v.ID); ok {
		s.Unit = m.Unit
	}
	s.Fresh = v.State != watch.Offline && v.State != watch.Late && v.State != watch.Never
	if v.LastSeenAt != nil {
		s.LastAt = *v.LastSeenAt
	}
	if v.Reason != nil {
		// Switched off at night with all that is around it: nothing is known.
		s.Fresh = s.Fresh && v.Reason.Code != "resting_silent"
		s.Signs = append(s.Signs, incidents.Sign(*v.Reason))
	}
	for _, p := range v.Problems {
		s.Signs = append(s.Signs, incidents.Sign{Code: p.Code, Params: p.Params})
	}
	h, _ := a.screens.fleet.Heard(v.ID)
	s.Boot = h.Boot
	if h.Report == nil {
		return s
	}
	for _, c := range h.Report.Checks {
		if c.Evidence != "" && c.Finding != wire.FindingRight {
			s.Evidence = append(s.Evidence, incidents.Evidence{
				Screen: v.ID, Witness: string(c.Witness), Finding: string(c.Finding), Digest: c.Evidence, At: time.UnixMilli(c.At).UTC(),
			})
		}
	}
	return s
}

// certificatesEvery is how often it is looked when certificates end: they are
// renewed weeks before.
const certificatesEvery = time.Hour

func (a *App) feedCertificates(ctx context.Context) error {
	for {
		ends := map[playlists.ID]time.Time{}
		for _, m := range a.screens.fleet.Members() {
			der, err := a.db.Fleet().Certificate(ctx, m.Screen.ID)
			if err != nil {
				continue // revoked meanwhile
			}
			if c, err := x509.ParseCertificate(der); err == nil {
				ends[m.Screen.ID] = c.NotAfter
			}
		}
		a.incidents.Certificates(ends)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(certificatesEvery):
		}
	}
}

// places gives the clusters with the units that operate them now.
func (a *App) places() []incidents.Place {
	names := a.screens.fleet.ClusterNames()
	out := make([]incidents.Place, 0, len(names))
	for id, name := range names {
		unit, _ := a.screens.fleet.Operator(id)
		out = append(out, incidents.Place{Named: incidents.Named{ID: id, Name: name}, Unit: unit})
	}
	return out
}

func (a *App) placeOf(screen playlists.ID) (string, incidents.Place, bool) {
	m, ok := a.screens.fleet.Member(screen)
	return m.Screen.Name, incidents.Place{Named: incidents.Named(m.Cluster), Unit: m.Unit}, ok
}

// handlers gives the people who may handle incidents in a place, by name.
func (a *App) handlers(ctx context.Context, at incidents.Place) ([]incidents.Named, error) {
	in := playlists.Scope{Unit: at.Unit, Cluster: at.ID}
	var out []incidents.Named
	page := identity.Page{Limit: 200}
	for {
		people, err := a.db.Identity().People(ctx, playlists.Reach{All: true}, page)
		if err != nil {
			return nil, err
		}
		for _, p := range people.Items {
			if !p.Disabled && p.Actor().May(playlists.HandleIncidents, in) {
				out = append(out, incidents.Named{ID: p.ID, Name: p.Name})
			}
		}
		if page.Cursor = people.Next; page.Cursor == "" {
			return out, nil
		}
	}
}

// Telemetry implements mqttlink.Inbox.
func (i inbox) Telemetry(_ context.Context, screen playlists.ID, t wire.Telemetry, at time.Time) {
	if i.a.incidents == nil || !i.a.screens.fleet.Admits(screen) {
		return
	}
	if t.UptimeS < 0 || t.UptimeS > int64(20*365*24*time.Hour/time.Second) || !(t.TempC > -100 && t.TempC < 300) {
		return // no machine's
	}
	i.a.incidents.Facts(screen, incidents.Facts{At: at, TempC: t.TempC, Uptime: time.Duration(t.UptimeS) * time.Second})
}
