// Package charter keeps the chain of charters that root keys have signed and
// the credentials that people offer for it: who may sign what, prepared here,
// decided offline, and read by everything that counts signatures.
package charter

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Link is one charter of the chain as it was accepted. It is never changed.
type Link struct {
	Number     uint64
	Payload    playlists.Digest // of the signed bytes
	Object     playlists.Digest // of the envelope, by which screens fetch it
	Envelope   []byte
	IssuedAt   time.Time
	ExpiresAt  time.Time
	AcceptedAt time.Time
	By         playlists.ID
	ByName     string // as it was that day
}

// Store keeps the chain and the credentials.
type Store interface {
	// Chain gives all charters, the first one first.
	Chain(ctx context.Context) ([]Link, error)
	// AddLink stores the next one: Conflict, reason "charter_old", when there
	// is one of its number.
	AddLink(ctx context.Context, l Link) error
	// Credentials lists signing credentials of a person, or of everybody for
	// the empty id, oldest first.
	Credentials(ctx context.Context, person playlists.ID) ([]Credential, error)
	// AddCredential refuses a key that is there already: Conflict, reason
	// "credential_taken".
	AddCredential(ctx context.Context, c Credential) error
	DropCredential(ctx context.Context, id string) error
	// Approvals gives every approval object that counts now.
	Approvals(ctx context.Context) ([][]byte, error)
}

// Objects keeps bytes by digest.
type Objects interface {
	Put(ctx context.Context, r io.Reader) (playlists.Digest, int64, error)
	Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error)
}

// People knows what people are called.
type People interface {
	PersonNames(ctx context.Context) (map[playlists.ID]string, error)
}

// Keys are the controller's programme key and the one that takes its place
// once a charter names it.
type Keys interface {
	Public() programme.PublicKey
	// Prepare makes the next key, or gives the one that was made before.
	Prepare() (programme.PublicKey, error)
	// Prepared gives the next key when there is one.
	Prepared() (programme.PublicKey, bool)
	// Rotate puts the next key in the place of the present one.
	Rotate() error
}

// Config is what a Service needs; all of it is required.
type Config struct {
	Store   Store
	Objects Objects
	People  People
	Keys    Keys
	// Party is where people's passkeys sign in the console.
	Party programme.RelyingParty
	// Accepted is told of each new charter after it is stored. It answers fast.
	Accepted func(ctx context.Context, by playlists.Actor, h *programme.HeldCharter)
	Now      func() time.Time
	Random   io.Reader
	Log      *slog.Logger
}

// Service keeps charters. It is safe for concurrent use.
type Service struct {
	cfg       Config
	passkeys  *webauthn.WebAuthn // nil where none are taken
	asked     ceremony.Waiting[*webauthn.SessionData]
	nonces    ceremony.Waiting[[]byte] // of keys that are made elsewhere
	accepting sync.Mutex               // one charter at a time

	mu    sync.RWMutex
	held  *programme.HeldCharter // nil before the first
	chain []Link
	named map[string]bool // credentials that any charter has named
	keys  map[string]programme.PublicKey
	kept  map[playlists.Digest][]byte // objects that charters name
}

// Open reads the chain and checks it as a screen does: what somebody has put
// into the database is no charter.
func Open(ctx context.Context, cfg Config) (*Service, error) {
	s := &Service{
		cfg: cfg, named: map[string]bool{}, keys: map[string]programme.PublicKey{}, kept: map[playlists.Digest][]byte{},
	}
	var err error
	if cfg.Party.ID != "" {
		if s.passkeys, err = ceremony.NewAuthority(cfg.Party.ID, cfg.Party.Origins...); err != nil {
			return nil, err
		}
	}
	chain, err := cfg.Store.Chain(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range chain {
		h, err := follow(s.held, l.Envelope)
		if err != nil {
			return nil, err
		}
		kept, err := s.readKept(ctx, h)
		if err != nil {
			return nil, err
		}
		s.take(l, h, kept)
	}
	return s, s.rotate()
}

// follow holds an envelope to the charter before it, nil before the first.
func follow(held *programme.HeldCharter, envelope []byte) (*programme.HeldCharter, error) {
	if held == nil {
		return programme.FirstCharter(envelope)
	}
	return held.Next(envelope)
}

// take makes a charter the one that counts.
func (s *Service) take(l Link, h *programme.HeldCharter, kept map[playlists.Digest][]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held, s.chain = h, append(s.chain, l)
	for _, p := range h.People {
		for _, k := range p.Credentials {
			s.named[k.ID] = true
		}
	}
	for _, k := range h.ProgrammeKeys {
		s.keys[k.ID] = k
	}
	for d, b := range kept {
		s.kept[d] = b
	}
}

// Current gives the charter that counts, nil before the first.
func (s *Service) Current() *programme.HeldCharter {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.held
}

// Kept gives the objects that charters name.
func (s *Service) Kept(d playlists.Digest) ([]byte, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.kept[d]
	return b, ok
}

// ProgrammeKeys gives every key that any charter has named, and the present
// one: what was signed once can be read back.
func (s *Service) ProgrammeKeys() []programme.PublicKey {
	own := s.cfg.Keys.Public()
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []programme.PublicKey{own}
	for id, k := range s.keys {
		if id != own.ID {
			out = append(out, k)
		}
	}
	return out
}

// Party is where people's passkeys sign in this console; its ID is empty when
// they cannot.
func (s *Service) Party() programme.RelyingParty { return s.cfg.Party }

// Chain gives all charters, the first one first.
func (s *Service) Chain() []Link {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]Link{}, s.chain...)
}

// Newest gives the envelope that a new screen takes on trust, nil before the
// first.
func (s *Service) Newest() []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.chain) == 0 {
		return nil
	}
	return s.chain[len(s.chain)-1].Envelope
}

// Serves tells whether an object is a charter or one that a charter names:
// any screen may have those.
func (s *Service) Serves(d playlists.Digest) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, ok := s.kept[d]; ok {
		return true
	}
	for i := range s.chain {
		if s.chain[i].Object == d {
			return true
		}
	}
	return false
}
