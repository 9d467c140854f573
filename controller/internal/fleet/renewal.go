package fleet

import (
	"bytes"
	"context"

	"cotmoc/playlists"
)

// Renew gives a screen its next certificate for the key that it has shown it
// holds. Asked again soon, because the answer was lost, it gives the same one.
func (s *Service) Renew(ctx context.Context, screen playlists.ID, deviceKey []byte) ([]byte, error) {
	s.renewing.Lock()
	defer s.renewing.Unlock()
	m, ok := s.Member(screen)
	if !ok { // revoked
		return nil, NoCertificate(screen)
	}
	if !bytes.Equal(m.Screen.DeviceKey, deviceKey) {
		return nil, playlists.Errorf(playlists.Forbidden, "device_key_other", playlists.Params{"id": string(screen)}, "cannot renew the certificate of screen %s for another key than its own: pair again", screen)
	}
	present, err := s.o.Store.Certificate(ctx, screen)
	if err != nil || s.o.Authority.Young(present) {
		return present, err
	}
	next, err := s.o.Authority.IssueScreen(screen, deviceKey)
	if err != nil {
		return nil, err
	}
	if err := s.o.Store.ReplaceCertificate(ctx, screen, next, s.o.Now()); err != nil {
		return nil, err
	}
	s.o.Log.Info("screen certificate renewed", "screen", screen)
	return next, nil
}

// NoCertificate is the answer for a screen that has none.
func NoCertificate(screen playlists.ID) *playlists.Error {
	return playlists.Errorf(playlists.NotFound, "screen_missing", playlists.Params{"id": string(screen)}, "cannot find the certificate of screen %s: it is revoked", screen)
}
