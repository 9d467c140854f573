package app

import (
	"context"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/publish"
	"cotmoc/controller/internal/restored"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// published is what was published, as the parts that deal with screens see
// it: the broker, the agents' listener and the watch board. It is used once
// everything is open.
type published struct{ a *App }

// Announce implements publish.Announcer. What is withheld is announced once
// the screen is released.
func (p published) Announce(ctx context.Context, all []publish.Outgoing) []error {
	var documents []mqttlink.Document
	var of []int // which of all each document is
	for i, o := range all {
		ref := wire.ProgrammeRef{Epoch: o.Epoch, Counter: o.Counter}
		if p.a.screens.restored.Withhold(o.Screen, ref) {
			continue
		}
		documents, of = append(documents, mqttlink.Document{Screen: o.Screen, Leaf: wire.DownProgramme, Ref: ref, Envelope: o.Envelope}), append(of, i)
	}
	errs := make([]error, len(all))
	for i, err := range p.a.screens.link.Announce(ctx, documents...) {
		errs[of[i]] = err
	}
	return errs
}

// Wanted implements publish.Observer: the watch board is told what a screen
// is wanted to play, and when.
func (p published) Wanted(screen playlists.ID, l *programme.Loaded) {
	due, err := watch.Planned(l)
	if err != nil {
		p.a.log.Error("programme cannot be watched", "screen", screen, "error", err)
		return
	}
	p.a.screens.board.Want(screen, watch.Wanted{Ref: wire.ProgrammeRef{Epoch: l.Epoch, Counter: l.Counter}, IssuedAt: l.Issued(), Due: due})
}

// Documents implements mqttlink.Source.
func (p published) Documents(ctx context.Context, yield func(mqttlink.Document) error) error {
	if err := ordering(p).fill(ctx, yield); err != nil { // first: programmes name them
		return err
	}
	if err := running(p).fill(yield); err != nil {
		return err
	}
	if err := p.a.fillRosters(ctx, yield); err != nil {
		return err
	}
	if err := updating(p).fill(ctx, yield); err != nil {
		return err
	}
	return p.a.publish.Desired(ctx, func(made *publish.Programme) error {
		ref := wire.ProgrammeRef{Epoch: made.Epoch, Counter: made.Counter}
		if p.a.screens.restored.Withhold(made.Screen, ref) {
			return nil
		}
		return yield(mqttlink.Document{Screen: made.Screen, Leaf: wire.DownProgramme, Ref: ref, Envelope: made.Envelope})
	})
}

// release announces what a screen was not told while it waited.
func (p published) release(ctx context.Context, screen playlists.ID) error {
	made, err := p.a.db.Publish().LatestProgramme(ctx, screen)
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	err = p.Announce(ctx, []publish.Outgoing{{Screen: screen, Epoch: made.Epoch, Counter: made.Counter, Envelope: made.Envelope}})[0]
	if playlists.CodeOf(err) == playlists.Unavailable {
		return nil // the next connect announces it
	}
	return err
}

// given implements restored.Given.
type given struct{ a *App }

// Given implements restored.Given.
func (g given) Given(ctx context.Context, screen playlists.ID) (restored.Held, error) {
	var h restored.Held
	if c := g.a.trust.charters.Current(); c != nil {
		h.Charter = c.Number
	}
	var err error
	if h.Orders, err = g.a.db.Restored().Orders(ctx, screen); err != nil {
		return h, err
	}
	made, err := g.a.db.Publish().LatestProgramme(ctx, screen)
	if playlists.CodeOf(err) == playlists.NotFound {
		return h, nil
	}
	if err != nil {
		return h, err
	}
	h.Programme = wire.ProgrammeRef{Epoch: made.Epoch, Counter: made.Counter}
	return h, nil
}

// Revoked implements mqttlink.Source.
func (p published) Revoked(ctx context.Context) ([]playlists.ID, error) {
	return p.a.screens.fleet.Revoked(ctx)
}

// Grants implements agentapi.Grants: beside what a programme names, every
// screen may have charters and what they name, and releases.
func (p published) Grants(ctx context.Context, screen playlists.ID, object playlists.Digest) (bool, error) {
	if p.a.trust.charters.Serves(object) || p.a.releases.Serves(object) {
		return true, nil
	}
	return p.a.db.Publish().MayFetch(ctx, screen, object)
}

// keys are what screens check programmes with.
func (p published) keys() []programme.PublicKey {
	return []programme.PublicKey{p.a.publish.PublicKey()}
}
