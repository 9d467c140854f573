package app

import (
	"context"
	"errors"
	"slices"

	"cotmoc/controller/internal/beacon"
	"cotmoc/controller/internal/charter"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/publish"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// trust is what the controller signs with and for whom.
type trust struct {
	keys     *programmeKeys
	charters *charter.Service
	beacons  *beacon.Service
	changed  chan struct{} // another charter counts, or an approval stands again
}

// openTrust opens the chain of charters.
func (a *App) openTrust(ctx context.Context) error {
	t := &a.trust
	t.changed = make(chan struct{}, 1)
	site, err := a.cfg.site()
	if err != nil {
		return err
	}
	var party programme.RelyingParty
	if site.TakesPasskeys() {
		party = programme.RelyingParty{ID: site.Name, Origins: []string{site.Origin}}
	}
	t.charters, err = charter.Open(ctx, charter.Config{
		Store: a.db.Charter(), Objects: a.objects, People: personNames{a}, Keys: t.keys,
		Party:    party,
		Accepted: func(context.Context, playlists.Actor, *programme.HeldCharter) { t.wake() },
		Now:      a.now, Random: a.random, Log: a.log,
	})
	if err != nil {
		return err
	}
	t.beacons = beacon.New(beacon.Config{Charters: t.charters, Programmes: numbers{a}, Orders: ordering{a}, Settings: running{a}, Key: t.keys.Key, Now: a.now})
	a.services.Charter = t.charters
	a.group.Add("charter changes", t.run(a))
	return nil
}

// wake has the screens told that other decisions count.
func (t *trust) wake() {
	select {
	case t.changed <- struct{}{}:
	default:
	}
}

// run tells all screens of a new charter and compiles for them what stands
// under it, until the context ends. What a crash left undone is done by the
// next start: every connect announces charters, and every screen is compiled
// for when it is known.
func (t *trust) run(a *App) func(context.Context) error {
	return func(ctx context.Context) error {
		t.wake() // approvals that a crash left unjudged
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-t.changed:
			}
			if t.charters.Current() == nil {
				continue
			}
			if err := t.settle(ctx, a); err != nil && ctx.Err() == nil {
				a.log.Error("charter not brought to all screens", "error", err)
			}
		}
	}
}

func (t *trust) settle(ctx context.Context, a *App) error {
	announced := a.announceCharters(ctx)
	if playlists.CodeOf(announced) == playlists.Unavailable {
		announced = nil // the next connect announces them
	}
	a.settings.RefreshAll()
	judged := a.services.Approval.Rejudge(ctx)
	a.wakeRosters()
	ordered := a.orders.Refresh(ctx) // first: programmes name the sets they go with
	_, published := a.publish.Refresh(ctx, publish.Charter, playlists.Actor{}, "")
	return errors.Join(announced, judged, ordered, published)
}

// announceCharters announces the chain to screens, to all when none is named.
func (a *App) announceCharters(ctx context.Context, only ...playlists.ID) error {
	var all []mqttlink.Charters
	if err := (published{a}).Charters(ctx, func(c mqttlink.Charters) error {
		if len(only) == 0 || slices.Contains(only, c.Screen) {
			all = append(all, c)
		}
		return nil
	}); err != nil || len(all) == 0 {
		return err
	}
	return a.screens.link.AnnounceCharters(ctx, all)
}

// maxChain is how many charters are announced: an agent that missed more is
// enrolled anew.
const maxChain = 1000

// Charters implements mqttlink.Source.
func (p published) Charters(ctx context.Context, yield func(mqttlink.Charters) error) error {
	links := p.a.trust.charters.Chain()
	if len(links) == 0 {
		return nil
	}
	links = links[max(0, len(links)-maxChain):]
	chain := wire.Chain{First: links[0].Number}
	for _, l := range links {
		chain.Envelopes = append(chain.Envelopes, l.Object)
	}
	screens, err := p.a.db.Planning().Screens(ctx)
	if err != nil {
		return err
	}
	for _, s := range screens {
		if err := yield(mqttlink.Charters{Screen: s.ID, Chain: chain}); err != nil {
			return err
		}
	}
	return nil
}

// Question implements mqttlink.Inbox.
func (i inbox) Question(ctx context.Context, screen playlists.ID, nonce []byte) {
	if !i.a.screens.fleet.Admits(screen) {
		return
	}
	envelope, err := i.a.trust.beacons.Answer(ctx, screen, nonce)
	if err != nil {
		if ctx.Err() == nil {
			i.a.log.Error("beacon not made", "screen", screen, "error", err)
		}
		return
	}
	i.a.screens.link.Answer(screen, envelope)
}

// numbers implements beacon.Programmes.
type numbers struct{ a *App }

// Newest implements beacon.Programmes.
func (n numbers) Newest(ctx context.Context, screen playlists.ID) (programme.Numbers, error) {
	p, err := n.a.db.Publish().LatestProgramme(ctx, screen)
	if playlists.CodeOf(err) == playlists.NotFound {
		return programme.Numbers{}, nil
	}
	if err != nil {
		return programme.Numbers{}, err
	}
	return programme.Numbers{Epoch: p.Epoch, Counter: p.Counter}, nil
}

// Reported implements beacon.Programmes: the newest of what is stored, and of
// what was heard and is not stored yet.
func (n numbers) Reported(ctx context.Context, screen playlists.ID) (programme.Numbers, error) {
	stored, err := n.a.db.Publish().NewestReceived(ctx, screen)
	if err != nil {
		return stored, err
	}
	heard, ok := n.a.screens.fleet.Heard(screen)
	if !ok || heard.Report == nil || heard.Report.Received == nil {
		return stored, nil
	}
	if r := heard.Report.Received; r.Epoch > stored.Epoch || r.Epoch == stored.Epoch && r.Counter > stored.Counter {
		return programme.Numbers{Epoch: r.Epoch, Counter: r.Counter}, nil
	}
	return stored, nil
}

// personNames implements charter.People.
type personNames struct{ a *App }

// PersonNames implements charter.People.
func (p personNames) PersonNames(ctx context.Context) (map[playlists.ID]string, error) {
	_, people, err := p.a.services.Identity.Directory(ctx)
	return people, err
}

// auditHeads implements publish.Audit.
type auditHeads struct{ a *App }

// Head implements publish.Audit.
func (h auditHeads) Head(ctx context.Context) (programme.AuditHead, error) {
	head, err := h.a.db.Audit().Head(ctx)
	if err != nil || head.Seq == 0 {
		return programme.AuditHead{}, err
	}
	return programme.AuditHead{Seq: uint64(head.Seq), Hash: head.Hash}, nil
}
