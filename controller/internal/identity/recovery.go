package identity

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"cotmoc/playlists"
)

const (
	recoveryCodes     = 10 // at once
	recoveryCodeBytes = 10 // 16 letters and digits
	recoveryGroup     = 4
)

// NewRecoveryCodes gives the actor new recovery codes; the former ones end.
func (s *Service) NewRecoveryCodes(ctx context.Context, a playlists.Actor) ([]string, error) {
	t, err := s.store.TOTP(ctx, a.ID)
	if playlists.CodeOf(err) == playlists.NotFound || err == nil && t.ConfirmedAt.IsZero() {
		return nil, playlists.Errorf(playlists.Conflict, "totp_off", nil, "cannot make recovery codes: no codes from an authenticator are asked for; turn that on first")
	}
	if err != nil {
		return nil, err
	}
	codes, hashes, err := s.newCodes(a.ID)
	if err != nil {
		return nil, err
	}
	return codes, s.store.ReplaceCodes(s.audited(ctx, a, playlists.CodesRenewed, a.ID, nil), a.ID, hashes)
}

// newCodes makes codes of 80 random bits.
func (s *Service) newCodes(person playlists.ID) (codes, hashes []string, err error) {
	for range recoveryCodes {
		raw := make([]byte, recoveryCodeBytes)
		if _, err := io.ReadFull(s.random, raw); err != nil {
			return nil, nil, fmt.Errorf("cannot make recovery codes: %w", err)
		}
		letters := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		var groups []string
		for at := 0; at < len(letters); at += recoveryGroup {
			groups = append(groups, letters[at:at+recoveryGroup])
		}
		code := strings.Join(groups, "-")
		codes, hashes = append(codes, code), append(hashes, hashCode(person, code))
	}
	return codes, hashes, nil
}

// hashCode needs no slowness: a code has 80 random bits, and trying is limited.
func hashCode(person playlists.ID, code string) string {
	letters := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(code))
	sum := sha256.Sum256([]byte(string(person) + ":" + letters))
	return hex.EncodeToString(sum[:])
}
