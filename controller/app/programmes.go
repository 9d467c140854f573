package app

import (
	"context"

	"cotmoc/controller/internal/mqttlink"
	"cotmoc/controller/internal/watch"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// published is what was published, as the parts that deal with screens see
// it: the broker, the agents' listener and the watch board. It is used once
// everything is open.
type published struct{ a *App }

// Announce implements publish.Announcer: the people on watch are told what is
// wanted, the screen is told through the broker.
func (p published) Announce(ctx context.Context, screen playlists.ID, envelope []byte) error {
	made, err := p.programme(screen, envelope)
	if err != nil {
		return err
	}
	if err := p.want(ctx, made); err != nil {
		return err
	}
	return p.a.screens.link.Announce(ctx, made)
}

// Programmes implements mqttlink.Source.
func (p published) Programmes(ctx context.Context, yield func(mqttlink.Programme) error) error {
	if p.a.publish == nil {
		return nil
	}
	return p.a.publish.Desired(ctx, func(screen playlists.ID, envelope []byte) error {
		made, err := p.programme(screen, envelope)
		if err != nil {
			return err
		}
		return yield(made)
	})
}

// Revoked implements mqttlink.Source.
func (p published) Revoked(ctx context.Context) ([]playlists.ID, error) {
	return p.a.screens.fleet.Revoked(ctx)
}

// Grants implements agentapi.Grants.
func (p published) Grants(ctx context.Context, screen playlists.ID, object playlists.Digest) (bool, error) {
	return p.a.db.Publish().MayFetch(ctx, screen, object)
}

// keys are what screens check programmes with.
func (p published) keys() []programme.PublicKey {
	if p.a.publish == nil {
		return []programme.PublicKey{}
	}
	return []programme.PublicKey{p.a.publish.PublicKey()}
}

// wantAll tells the watch board what every screen should have.
func (p published) wantAll(ctx context.Context) error {
	return p.Programmes(ctx, func(made mqttlink.Programme) error { return p.want(ctx, made) })
}

// want tells the watch board of a programme and of what it plays when. The
// newest of the screen is read, which may be newer than the one given.
func (p published) want(ctx context.Context, made mqttlink.Programme) error {
	epoch, counter, issuedAt, err := p.a.publish.Wanted(ctx, made.Screen)
	if err != nil {
		return err
	}
	loaded, err := p.a.publish.Loaded(ctx, made.Screen, false)
	if err != nil {
		return err
	}
	due, err := watch.Planned(loaded)
	if err != nil {
		return err
	}
	p.a.screens.board.Want(made.Screen, watch.Wanted{Ref: wire.ProgrammeRef{Epoch: epoch, Counter: counter}, IssuedAt: issuedAt, Due: due})
	return nil
}

// programme reads an envelope as its screen will.
func (p published) programme(screen playlists.ID, envelope []byte) (mqttlink.Programme, error) {
	accepted, err := programme.Verify(envelope, programme.Trust{Screen: screen, Keys: p.keys()})
	if err != nil {
		return mqttlink.Programme{}, err
	}
	return mqttlink.Programme{Screen: screen, Ref: wire.ProgrammeRef{Epoch: accepted.Epoch, Counter: accepted.Counter}, Envelope: envelope}, nil
}
