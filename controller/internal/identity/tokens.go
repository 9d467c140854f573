package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"cotmoc/playlists"
)

// TokenPrefix begins every personal token, so that scanners find leaked ones.
const TokenPrefix = "cmt_"

const (
	tokenBytes = 32
	maxTokens  = 50 // of one person
)

// Tokens lists the actor's own tokens.
func (s *Service) Tokens(ctx context.Context, a playlists.Actor) ([]Token, error) {
	return s.store.Tokens(ctx, a.ID)
}

// AddToken makes a token that acts as the actor. The secret is given once.
func (s *Service) AddToken(ctx context.Context, a playlists.Actor, name string, expires time.Time) (Token, string, error) {
	name, err := playlists.CleanTitle("name", name)
	if err != nil {
		return Token{}, "", err
	}
	now := s.now()
	if !expires.IsZero() && !expires.After(now) {
		return Token{}, "", playlists.Errorf(playlists.Invalid, "expiry_past", nil, "cannot make a token that ended on %s: choose a later time", expires.UTC().Format(time.RFC3339))
	}
	id, err := playlists.NewID(s.random)
	if err != nil {
		return Token{}, "", err
	}
	raw := make([]byte, tokenBytes)
	if _, err := io.ReadFull(s.random, raw); err != nil {
		return Token{}, "", fmt.Errorf("cannot make a token: %w", err)
	}
	secret := TokenPrefix + hex.EncodeToString(raw)
	t := Token{ID: id, Person: a.ID, Name: name, CreatedAt: now, ExpiresAt: expires}
	return t, secret, s.store.AddToken(s.audited(ctx, a, playlists.TokenAdded, id, writtenToken(&t)), t, hashToken(secret), maxTokens)
}

// DeleteToken ends one of the actor's tokens at once.
func (s *Service) DeleteToken(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	return s.store.DeleteToken(s.audited(ctx, a, playlists.TokenDeleted, id, nil), a.ID, id)
}

// ByToken gives the person a token acts as.
func (s *Service) ByToken(ctx context.Context, secret string) (Person, error) {
	wrong := playlists.Errorf(playlists.Unauthenticated, "token_wrong", nil, "cannot accept this token: it is unknown or has ended; make a new one")
	if !strings.HasPrefix(secret, TokenPrefix) || len(secret) != len(TokenPrefix)+2*tokenBytes {
		return Person{}, wrong
	}
	now := s.now()
	t, err := s.store.TokenUsed(ctx, hashToken(secret), now)
	if playlists.CodeOf(err) == playlists.NotFound {
		return Person{}, wrong
	}
	if err != nil {
		return Person{}, err
	}
	if !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt) {
		return Person{}, wrong
	}
	p, err := s.store.Person(ctx, t.Person)
	if err != nil {
		return Person{}, err
	}
	if p.Disabled {
		return Person{}, wrong
	}
	return p, nil
}

// hashToken needs no salt and no slowness: the secret has 256 random bits.
func hashToken(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
