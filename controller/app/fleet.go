package app

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cotmoc/controller/internal/agentapi"
	"cotmoc/controller/internal/ca"
	"cotmoc/controller/internal/fleet"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/proof"
	"cotmoc/controller/internal/restored"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// screens are the parts that deal with screens.
type screens struct {
	authority *ca.Authority
	fleet     *fleet.Service
	board     *watch.Board
	proof     *proof.Service
	link      *mqttlink.Link
	broker    *mqttlink.Broker // nil when another one is used
	relay     *mqttlink.Relay  // to that one, nil with our own
	restored  *restored.Service
	mqtt      http.Handler // over WebSocket
	reached   *reached
}

// openScreens joins the authority, the fleet, the watch board, the broker and
// the agents' listener.
func (a *App) openScreens(ctx context.Context) error {
	s := &a.screens
	var err error
	if s.authority, err = ca.Open(a.cfg.path("keys"), a.passphrase, a.now); err != nil {
		return keyTrouble(a.cfg.path("keys", "ca.key"), err)
	}
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		return fmt.Errorf("cannot load the time zone: %w", err)
	}
	s.reached = newReached()
	s.board = watch.NewBoard(a.db.Plays(), a.now, a.log)
	s.restored, err = restored.Open(ctx, restored.Config{
		Store: a.db.Restored(), Given: given{a}, Released: published{a}.release, Now: a.now, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.group.Add("restored", s.restored.Run)
	agents, err := a.listen("agents", a.cfg.AgentListen)
	if err != nil {
		return err
	}
	mqttURL, err := a.openBroker()
	if err != nil {
		return err
	}
	s.fleet, err = fleet.Open(ctx, fleet.Options{
		Store: a.db.Fleet(), Authority: s.authority, Observer: onBoard{s.board, a.changed, a}, Cut: s.cut(a), Swap: s.swap(a), Known: a.services.Profiles.Known, Signed: ordering{a}.signed, MQTTURL: mqttURL, Person: a.services.Identity.Actor, Sign: func(t *programme.Ticket) ([]byte, error) { return programme.SignTicket(t, a.trust.keys.Key()) }, Keys: published{a}.keys, Charter: a.trust.charters.Newest,
		Zone: zone, Now: a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	s.proof = proof.New(a.db.Plays(), s.fleet.Admits, s.fleet.Today)
	a.services.Fleet, a.services.Board, a.services.Proof, a.services.Restored = s.fleet, s.board, s.proof, s.restored
	if err := s.writeRevocations(ctx); err != nil {
		return err
	}
	if err := a.openCaptures(ctx); err != nil {
		return err
	}

	leaf, err := s.authority.Server("agents", a.cfg.PublicHosts)
	if err != nil {
		return err
	}
	config := s.authority.AgentsTLS(leaf, s.admit)
	handler := agentapi.New(agentapi.Options{Pairings: s.fleet, Admission: admission{s}, Certificates: certificates{s}, Grants: published{a}, Objects: a.objects, Captures: a.services.Captures, Reached: s.reached.saw, MQTT: s.mqtt, Limits: agentapi.DefaultLimits(), Log: a.log})
	a.group.Add("agents", func(ctx context.Context) error {
		a.log.Info("listening", "part", "agents", "address", agents.Addr().String(), "tls", true)
		return agentapi.Serve(ctx, agents, config, agentapi.DefaultLimits(), handler, a.log)
	})
	a.group.Add("fleet", s.fleet.Run)
	a.group.Add("watch", s.board.Run)
	a.group.Add("link", s.link.Run)
	a.group.Add("inbound", s.link.Inbound)
	a.ready["broker"] = func(context.Context) error {
		if !s.link.Connected() {
			return errors.New("the broker is not connected")
		}
		return nil
	}
	return nil
}

// openBroker starts the embedded broker, or none when another is used, and
// makes the controller's own client. It gives where screens find the broker
// when they reached us by a host.
func (a *App) openBroker() (mqttURL func(host string) string, err error) {
	s := &a.screens
	// Made for the other broker too, which is given these files.
	leaf, err := s.authority.Server("broker", a.cfg.PublicHosts)
	if err != nil {
		return nil, err
	}
	own, err := s.authority.Controller()
	if err != nil {
		return nil, err
	}
	client := s.authority.ClientTLS(own)
	address := a.cfg.Broker
	if address == "" {
		listener, err := a.listen("broker", a.cfg.MQTTListen)
		if err != nil {
			return nil, err
		}
		config := s.authority.ListenerTLS(leaf, tls.RequireAndVerifyClientCert, s.admit)
		if s.broker, err = mqttlink.NewBroker(listener, config, admission{s}, mqttlink.DefaultLimits(), a.log); err != nil {
			return nil, err
		}
		a.group.Add("broker", s.broker.Run)
		a.metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "cotmoc_mqtt_clients", Help: "Clients connected to the embedded broker."}, func() float64 { return float64(s.broker.Connected()) }))
		address = "tls://" + dialable(listener.Addr())
		client.ServerName = "localhost" // it is us, whatever the address
		s.mqtt = s.broker.WebSocket()
	} else {
		s.relay = mqttlink.NewRelay(mqttlink.RelayOptions{
			Broker: func() string { return address }, TLS: s.authority.ClientTLSInNameOf, Admission: admission{s},
			Gone: func(screen playlists.ID) { s.link.Forget(screen) }, Limits: mqttlink.DefaultLimits(), Log: a.log,
		})
		s.mqtt = s.relay
		a.group.Add("broker relay", s.relay.Run)
	}
	s.link = mqttlink.New(mqttlink.Options{Broker: func() string { return address }, TLS: client, Source: published{a}, Inbox: inbox{a}, Now: a.now, Log: a.log})
	return reachable(address), nil
}

// dialable gives the address by which we reach a listener of our own.
func dialable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
}

// reachable gives the broker's address for a screen that reached us by a
// host: a broker on this machine is at that host too.
func reachable(broker string) func(host string) string {
	return func(host string) string {
		u, err := url.Parse(broker)
		if err != nil || host == "" {
			return broker
		}
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			u.Host = net.JoinHostPort(host, u.Port())
		}
		return u.String()
	}
}

// admit judges a client certificate that our authority signed.
func (s *screens) admit(c *x509.Certificate) error {
	if screen, ok := ca.ScreenOf(c); ok && (admission{s}).Holds(screen, c) || ca.IsController(c) {
		return nil
	}
	return errors.New("the certificate is no trusted screen's")
}

// certificates joins the authority, which knows dates, and the fleet, which
// knows screens.
type certificates struct{ s *screens }

// Ended implements agentapi.Certificates.
func (c certificates) Ended(cert *x509.Certificate) bool { return c.s.authority.Ended(cert) }

// Renew implements agentapi.Certificates.
func (c certificates) Renew(ctx context.Context, screen playlists.ID, deviceKey []byte) ([]byte, error) {
	return c.s.fleet.Renew(ctx, screen, deviceKey)
}

// admission asks the fleet, which is made after the broker.
type admission struct{ s *screens }

// Admits implements mqttlink.Admission.
func (a admission) Admits(screen playlists.ID) bool { return a.s.fleet.Admits(screen) }

// Holds implements mqttlink.Admission.
func (a admission) Holds(screen playlists.ID, c *x509.Certificate) bool {
	key, ok := c.PublicKey.(ed25519.PublicKey)
	return ok && a.s.fleet.Holds(screen, key)
}

// swap ends what the PC that a screen had has open, and has the screen told
// everything anew.
func (s *screens) swap(a *App) func(context.Context, playlists.ID) {
	return func(ctx context.Context, screen playlists.ID) {
		if s.broker != nil {
			s.broker.Kick(screen)
		} else {
			s.relay.Kick(screen)
		}
		s.link.Unsay(screen)
		a.services.Inventory.Replaced(ctx, screen)
		s.restored.Gone(ctx, screen) // the one that knew more is gone
		if err := (published{a}).release(ctx, screen); err != nil {
			a.log.Error("programme not announced to a new screen pc", "screen", screen, "error", err)
		}
		if err := s.writeRevocations(ctx); err != nil {
			a.log.Error("revocation list not written", "error", err)
		}
	}
}

// cut ends what a revoked screen has open.
func (s *screens) cut(a *App) func(context.Context, playlists.ID) {
	return func(ctx context.Context, screen playlists.ID) {
		if s.broker != nil {
			s.broker.Kick(screen)
		} else {
			s.relay.Kick(screen)
		}
		s.link.Forget(screen)
		s.restored.Gone(ctx, screen)
		if err := s.writeRevocations(ctx); err != nil {
			a.log.Error("revocation list not written", "error", err)
		}
	}
}

// writeRevocations writes the list for brokers that are not ours.
func (s *screens) writeRevocations(ctx context.Context) error {
	revoked, err := s.fleet.RevokedCertificates(ctx)
	if err != nil {
		return err
	}
	list := make([]ca.Revoked, len(revoked))
	for i, r := range revoked {
		list[i] = ca.Revoked{Certificate: r.DER, At: r.At}
	}
	return s.authority.WriteRevocationList(list)
}

// onBoard tells the watch board what the fleet observes, and has new and
// changed screens published to.
type onBoard struct {
	board   *watch.Board
	changed *changedScreens
	a       *App
}

// ScreenSet implements fleet.Observer.
func (o onBoard) ScreenSet(m fleet.Member) {
	o.board.Set(watch.Screen{ID: m.Screen.ID, Name: m.Screen.Name, Cluster: watch.ClusterRef(m.Cluster), Unit: m.Unit, Profile: m.Screen.Profile, Tags: m.Screen.Tags})
	o.changed.add(m.Screen.ID)
	if o.a.settings != nil {
		o.a.settings.Refresh(m.Screen.ID) // it may stand in another zone
	}
	o.a.wakeRosters()
	o.a.rerender.wake() // it may have another profile
}

// ScreenGone implements fleet.Observer.
func (o onBoard) ScreenGone(screen playlists.ID) {
	o.board.Gone(screen)
	if o.a.services.Captures != nil { // it is made after the fleet
		o.a.services.Captures.Gone(screen)
	}
	o.a.wakeRosters()
}

// ScreenReplaced implements fleet.Observer.
func (o onBoard) ScreenReplaced(screen playlists.ID) { o.board.Replaced(screen) }

// ScreenHeard implements fleet.Observer.
func (o onBoard) ScreenHeard(h fleet.Heard) {
	o.board.Hear(h.Screen, watch.Heard{Report: h.Report, ReportedAt: h.ReportedAt, SeenAt: h.SeenAt, Online: h.Online, Boot: h.Boot, Session: h.Session})
	// Before everything is open there is nobody to tell; the first report of a
	// connection comes after.
	if o.a.orders != nil && h.Report != nil {
		o.a.orders.Heard(h.Screen, h.Report, h.ReportedAt)
	}
	if o.a.settings != nil && h.Report != nil {
		o.a.settings.Heard(h.Screen, h.Report.Trust.Settings)
	}
}

// inbox hands what screens say to the features.
type inbox struct{ a *App }

// Status implements mqttlink.Inbox.
func (i inbox) Status(ctx context.Context, screen playlists.ID, st wire.Status, at time.Time, kept bool) {
	i.a.screens.fleet.Status(ctx, screen, st, at, kept)
	if st.Online && i.a.screens.fleet.Admits(screen) {
		i.a.services.Assist.Born(ctx, screen)
	}
}

// Reported implements mqttlink.Inbox.
func (i inbox) Reported(ctx context.Context, screen playlists.ID, r *wire.Reported, at time.Time, kept bool) {
	s := &i.a.screens
	s.fleet.Reported(ctx, screen, r, at, kept)
	if s.fleet.Admits(screen) {
		s.restored.Hear(screen, r, !kept)
	}
}

// Peer implements mqttlink.Inbox.
func (i inbox) Peer(_ context.Context, screen playlists.ID, p *wire.Peer, at time.Time) {
	if i.a.screens.fleet.Admits(screen) {
		i.a.rosters.Heard(screen, p, at)
	}
}

// Plays implements mqttlink.Inbox.
func (i inbox) Plays(ctx context.Context, batches []proof.Batch) error {
	return i.a.screens.proof.Plays(ctx, batches)
}
