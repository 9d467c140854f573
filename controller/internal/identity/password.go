package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"cotmoc/playlists"
)

// Cost is what argon2id takes.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
}

// DefaultCost is what OWASP recommends for argon2id with one thread.
var DefaultCost = Cost{MemoryKiB: 19 << 10, Passes: 2}

// Bounds of a password, in characters.
const (
	MinPassword = 10
	MaxPassword = 200
)

const (
	saltBytes = 16
	keyBytes  = 32
	// hashing at the same time, so that a flood of logins cannot take all
	// memory and cores.
	hashSlots = 2
)

// hasher makes and checks password hashes in the PHC form.
type hasher struct {
	cost   Cost
	random io.Reader
	slots  chan struct{}
	decoy  string // checked for logins that nobody has
}

func newHasher(cost Cost, random io.Reader) (*hasher, error) {
	if cost == (Cost{}) {
		cost = DefaultCost
	}
	h := &hasher{cost: cost, random: random, slots: make(chan struct{}, hashSlots)}
	var err error
	h.decoy, err = h.closed(context.Background())
	return h, err
}

// closed gives the hash of a password that nobody knows.
func (h *hasher) closed(ctx context.Context) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(h.random, b[:]); err != nil {
		return "", fmt.Errorf("cannot close an account: %w", err)
	}
	return h.hash(ctx, base64.RawStdEncoding.EncodeToString(b[:]))
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("cannot salt a password: %w", err)
	}
	key, err := h.key(ctx, password, salt, h.cost, keyBytes)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, h.cost.MemoryKiB, h.cost.Passes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// check tells whether the password has this hash. The time it takes does not
// depend on the answer.
func (h *hasher) check(ctx context.Context, password, hash string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("cannot read a password hash of %d parts", len(parts))
	}
	var cost Cost
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &cost.MemoryKiB, &cost.Passes); err != nil {
		return false, fmt.Errorf("cannot read a password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("cannot read a password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("cannot read a password hash: %w", err)
	}
	got, err := h.key(ctx, password, salt, cost, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

func (h *hasher) key(ctx context.Context, password string, salt []byte, cost Cost, size uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	// The same password typed on another keyboard may be composed otherwise.
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, cost.Passes, cost.MemoryKiB, 1, size), nil
}

// newPassword refuses a password that is easily guessed and hashes the rest.
func (s *Service) newPassword(ctx context.Context, login, password string) (string, error) {
	first, _ := utf8.DecodeRuneInString(password)
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return "", playlists.Errorf(playlists.Invalid, "password_too_short", playlists.Params{"min": MinPassword}, "cannot use a password of %d characters: choose at least %d", n, MinPassword)
	case n > MaxPassword:
		return "", playlists.Errorf(playlists.Invalid, "password_too_long", playlists.Params{"max": MaxPassword}, "cannot use a password of %d characters: the most is %d", n, MaxPassword)
	case strings.Contains(strings.ToLower(password), login):
		return "", playlists.Errorf(playlists.Invalid, "password_holds_login", nil, "cannot use a password that contains the login: choose another one")
	case strings.Trim(password, string(first)) == "":
		return "", playlists.Errorf(playlists.Invalid, "password_too_simple", nil, "cannot use a password of one repeated character: choose another one")
	}
	return s.hasher.hash(ctx, password)
}
