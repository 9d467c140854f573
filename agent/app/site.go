package app

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"cotmoc/agent/internal/neighbours"
	"cotmoc/agent/internal/sitepage"
	"cotmoc/agent/internal/trust"
	"cotmoc/firmware-notes/runbooks"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/rungroup"
	"cotmoc/playlists/wire"
)

const (
	// listenAgain is how soon an address that cannot be listened on is tried
	// again: it may not be this machine's yet. The screen plays on.
	listenAgain = 15 * time.Second
	// peerEvery is how often the controller is told where the screen is.
	peerEvery = 10 * time.Minute
)

// site is what an enrolled PC has for its neighbours and for people there.
type site struct {
	s        *screen
	exchange *neighbours.Exchange
	page     *sitepage.Page // nil without one
	announce chan struct{}

	mu       sync.Mutex
	peer     wire.Peer
	newest   neighbours.Picture // capture of the glass
	captured time.Time          // mono
}

// openSite prepares both.
func openSite(s *screen) (*site, error) {
	a := s.a
	st := &site{s: s, announce: make(chan struct{}, 1), peer: wire.Peer{Addresses: []string{}, Pages: []string{}, Version: a.version}}
	var err error
	st.exchange, err = neighbours.New(neighbours.Options{
		Screen: s.en.Screen, Boot: playlists.ID(a.boot), Key: s.en.Key, Roster: s.keeper.Roster, Report: st.report, Picture: st.picture,
		Safe: func(from playlists.ID, pin string) (neighbours.Answer, error) {
			got, err := s.keeper.EnterPIN(string(from), pin)
			return neighbours.Answer(got), err
		},
		Problems: a.problems, Mono: time.Now, Log: a.log, Loopback: a.cfg.alone(),
	})
	if err != nil || a.cfg.SiteListen == "" {
		return st, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	st.page, err = sitepage.New(sitepage.Options{
		Site: st.known, Capture: st.capture, Safe: st.safe, Store: a.store, Now: a.clock.Now, Mono: time.Now, Random: a.random, Host: host, Log: a.log,
		Runbook: runbook,
	})
	return st, err
}

// add adds what runs for the site.
func (st *site) add(g *rungroup.Group) {
	cfg := &st.s.a.cfg
	g.Add("neighbours", st.exchange.Run)
	g.Add("own address", st.announcePeer)
	if cfg.PeerListen != "" {
		g.Add("answers to neighbours", st.listen("neighbours", cfg.PeerListen, func(p *wire.Peer, at []string) { p.Addresses = at }, st.exchange.Serve))
	}
	if st.page != nil {
		g.Add("page of the site", st.listen("site page", cfg.SiteListen, func(p *wire.Peer, at []string) { p.Pages, p.Fingerprint = at, st.page.Fingerprint() }, st.page.Run))
	}
}

// listen serves on an address for as long as ctx lasts. What goes wrong with it
// is told and tried again: nothing of it may stop the screen.
func (st *site) listen(about, address string, tell func(*wire.Peer, []string), serve func(context.Context, net.Listener) error) func(context.Context) error {
	a := st.s.a
	return func(ctx context.Context) error {
		for {
			l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
			if err == nil {
				a.problems.Clear(about)
				a.log.Info("listening at the site", "part", about, "address", l.Addr().String())
				st.tell(l.Addr(), tell)
				err = serve(ctx, l)
				err = errors.Join(err, ignoreClosed(l.Close()))
			}
			if ctx.Err() != nil {
				return nil
			}
			a.log.Error("cannot listen at the site", "part", about, "address", address, "error", err)
			a.problems.Set(about, "site_not_served", err.Error())
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(listenAgain):
			}
		}
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// tell notes where a listener is found and has the controller told.
func (st *site) tell(at net.Addr, set func(*wire.Peer, []string)) {
	addresses, err := neighbours.Addresses(at)
	if err != nil {
		st.s.a.log.Warn("cannot tell where this screen is", "error", err)
		return
	}
	st.mu.Lock()
	set(&st.peer, append([]string{}, addresses...))
	st.mu.Unlock()
	st.announceNow()
}

// announceNow has the controller told where the screen is. It never blocks.
func (st *site) announceNow() {
	select {
	case st.announce <- struct{}{}:
	default:
	}
}

// announcePeer tells the controller where the screen is whenever that may have
// changed, and now and then.
func (st *site) announcePeer(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-st.announce:
		case <-time.After(peerEvery):
		}
		st.mu.Lock()
		p := st.peer
		st.mu.Unlock()
		if len(p.Addresses)+len(p.Pages) == 0 || !st.s.link.Open() {
			continue
		}
		if err := st.s.link.Peer(p); err != nil {
			st.s.a.log.Debug("cannot say where this screen is", "error", err)
		}
	}
}

// offerRoster takes a roster as it came.
func (s *screen) offerRoster(envelope []byte) {
	s.keeper.OfferRoster(envelope)
	s.site.exchange.Kick()
}

// report says how this screen is, to its neighbours.
func (st *site) report() programme.PeerReport {
	a, s := st.s.a, st.s
	full := a.reported()
	ago := func(since int64) int64 {
		if since <= 0 {
			return 0
		}
		return max(full.At-since, 0) / 1000
	}
	r := programme.PeerReport{
		At: max(full.At, 1), Version: a.version, Showing: string(full.Showing.Kind), ShowingS: ago(full.Showing.Since),
		Checks: []programme.PeerCheck{}, Problems: []programme.PeerProblem{},
		Clock: string(full.Clock.State), Connected: s.link.Open(), HeardS: -1, Safe: s.keeper.Ruling().Safe,
	}
	if l := s.sync.Current(); l != nil && full.Showing.Media != "" {
		r.Title = programme.PeerTitle(l.Title(full.Showing.Media))
	}
	if full.Trust.Heard > 0 {
		r.HeardS = ago(full.Trust.Heard)
	}
	for _, c := range full.Checks {
		r.Checks = append(r.Checks, programme.PeerCheck{Witness: string(c.Witness), Finding: string(c.Finding), SinceS: ago(c.Since)})
	}
	for _, p := range full.Problems[:min(len(full.Problems), programme.MaxPeerProblems)] {
		r.Problems = append(r.Problems, programme.PeerProblem{Code: p.Code, SinceS: ago(p.Since)})
	}
	st.mu.Lock()
	if p := &st.newest; p.JPEG != nil {
		r.Capture = &programme.PeerCapture{Digest: p.Digest, Size: int64(len(p.JPEG)), AgeS: int64(time.Since(st.captured).Seconds())}
	}
	st.mu.Unlock()
	return r
}

// Captured takes a capture of the glass, a JPEG, for the neighbours and the
// page. It keeps the newest.
func (st *site) Captured(jpeg []byte) {
	if len(jpeg) == 0 || len(jpeg) > programme.MaxPeerCapture {
		return
	}
	p := neighbours.Picture{Digest: playlists.DigestOf(jpeg), JPEG: jpeg}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.newest, st.captured = p, time.Now()
}

// picture gives the newest capture.
func (st *site) picture() neighbours.Picture {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.newest
}

// known gives what the page shows.
func (st *site) known() sitepage.Site {
	s := st.s
	own := st.report()
	out := sitepage.Site{Screens: []sitepage.Screen{{ID: s.en.Screen, Name: s.en.Name, Own: true, Report: &own}}}
	if own.Capture != nil {
		out.Screens[0].Capture = own.Capture.Digest
	}
	if r := s.keeper.Roster(); r != nil {
		out.Cluster, out.PIN, out.Screens[0].Name = r.ClusterName, r.PIN, r.Name
	}
	for _, n := range st.exchange.States() {
		out.Screens = append(out.Screens, sitepage.Screen{
			ID: n.Neighbour.Screen, Name: n.Neighbour.Name, Report: n.Report, Age: n.Age, Silent: n.Silent, Lying: n.Lying != "", Capture: n.Capture,
		})
	}
	return out
}

// capture gives a picture that the page names.
func (st *site) capture(screen playlists.ID, name playlists.Digest) ([]byte, bool) {
	if screen == st.s.en.Screen {
		p := st.picture()
		return p.JPEG, p.JPEG != nil && p.Digest == name
	}
	return st.exchange.Capture(screen, name)
}

// safe puts this screen or a neighbour on its slate, each by its own judgement
// of the PIN.
func (st *site) safe(ctx context.Context, screen playlists.ID, pin string) (sitepage.Answer, error) {
	if screen == st.s.en.Screen {
		got, err := st.s.keeper.EnterPIN(trust.AtThePage, pin)
		return sitepage.Answer(got), err
	}
	got, err := st.exchange.Safe(ctx, screen, pin)
	return sitepage.Answer(got), err
}

// runbook gives what to do about an incident as it is written.
func runbook(rule, language string) (string, bool) {
	text, err := runbooks.Files().ReadFile(rule + "." + language + ".md")
	return string(text), err == nil
}
