package app

import (
	"context"

	"cotmoc/controller/internal/agentapi"
	"cotmoc/controller/internal/mqttlink"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// programmes is what the parts that deal with screens need to know of what
// was published.
type programmes interface {
	// Keys are what screens check programmes with.
	Keys() []programme.PublicKey
	// Newest calls yield with the newest programme of every trusted screen.
	Newest(ctx context.Context, yield func(mqttlink.Programme) error) error
	agentapi.Grants
}

// source gives every broker what it must hold.
type source struct{ a *App }

// Programmes implements mqttlink.Source.
func (s source) Programmes(ctx context.Context, yield func(mqttlink.Programme) error) error {
	if s.a.programmes == nil {
		return nil
	}
	return s.a.programmes.Newest(ctx, yield)
}

// Revoked implements mqttlink.Source.
func (s source) Revoked(ctx context.Context) ([]playlists.ID, error) {
	return s.a.screens.fleet.Revoked(ctx)
}

func (a *App) programmeKeys() []programme.PublicKey {
	if a.programmes == nil {
		return []programme.PublicKey{}
	}
	return a.programmes.Keys()
}

// granted asks what was published, which is opened after the screens.
type granted struct{ a *App }

// Grants implements agentapi.Grants.
func (g granted) Grants(ctx context.Context, screen playlists.ID, object playlists.Digest) (bool, error) {
	if g.a.programmes == nil {
		return false, nil
	}
	return g.a.programmes.Grants(ctx, screen, object)
}
