// Package identity knows who is asking and what they may do: units, people,
// their grants, and how they prove who they are.
package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/controller/internal/sealing"
	"cotmoc/playlists"
)

// SealKeySize is the bytes of the key that secrets are sealed with.
const SealKeySize = sealing.KeySize

// Person is somebody who can log in.
type Person struct {
	ID          playlists.ID
	Login       string
	Name        string
	Unit        playlists.ID
	Grants      []playlists.Grant
	Locale      string // vi, en, lo
	Theme       string // auto, light, dark
	Disabled    bool
	Hash        string // of the password
	Epoch       int    // of the sessions that count; older ones are over
	LastLoginAt time.Time
	CreatedAt   time.Time
}

// Actor gives the person as features ask for them.
func (p *Person) Actor() playlists.Actor {
	return playlists.Actor{ID: p.ID, Login: p.Login, Name: p.Name, Unit: p.Unit, Grants: p.Grants}
}

// Unit is a unit with what the console shows beside it.
type Unit struct {
	playlists.Unit
	ShortName string
	People    int
}

// Token is a personal token for scripts. Its secret is shown once and only
// its hash is kept.
type Token struct {
	ID         playlists.ID
	Person     playlists.ID
	Name       string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time // zero: never
}

// Page asks for a part of a list in the order of names.
type Page struct {
	Text   string // only what contains this, ignoring diacritics
	Cursor string // Next of the page before
	Limit  int
}

// Listed is a part of a list.
type Listed[T any] struct {
	Items []T
	Next  string // "" at the end
	Total int    // of all pages
}

// Store keeps people and units. It answers NotFound for what is not there.
type Store interface {
	// People lists the people of the units in reach.
	People(ctx context.Context, in playlists.Reach, p Page) (Listed[Person], error)
	Person(ctx context.Context, id playlists.ID) (Person, error)
	PersonByLogin(ctx context.Context, login string) (Person, error)
	// AddPerson answers Conflict, reason "login_taken".
	AddPerson(ctx context.Context, p Person) error
	// UpdatePerson reads, changes and writes a person in one transaction.
	// administrators counts the others who are not disabled and administer
	// everything.
	UpdatePerson(ctx context.Context, id playlists.ID, change func(p *Person, administrators int) error) (Person, error)
	LoggedIn(ctx context.Context, id playlists.ID, at time.Time) error

	// Units lists all units, those that have ended last.
	Units(ctx context.Context, p Page) (Listed[Unit], error)
	Unit(ctx context.Context, id playlists.ID) (Unit, error)
	AddUnit(ctx context.Context, u Unit, at time.Time) error
	UpdateUnit(ctx context.Context, id playlists.ID, change func(u *Unit) error) (Unit, error)

	// Names gives the names of all units and people, also of those that have
	// ended or are disabled.
	Names(ctx context.Context) (units map[playlists.ID]playlists.Unit, people map[playlists.ID]string, err error)

	Tokens(ctx context.Context, person playlists.ID) ([]Token, error)
	// AddToken answers Conflict, reason "too_many_tokens", at the limit.
	AddToken(ctx context.Context, t Token, secretHash string, limit int) error
	DeleteToken(ctx context.Context, person, id playlists.ID) error
	// TokenUsed finds a token by the hash of its secret and notes its use.
	TokenUsed(ctx context.Context, secretHash string, at time.Time) (Token, error)

	SessionStore
	FactorStore
	CredentialStore
}

// Audit keeps acts that nothing is stored for: logins that failed. All others
// go with what the store writes.
type Audit interface {
	Record(ctx context.Context, a playlists.Act) error
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Audit  Audit
	Now    func() time.Time
	Random io.Reader
	Cost   Cost   // of passwords; the zero value is DefaultCost
	Site   Site   // without one there are no passkeys
	Seal   []byte // key of kept secrets; without one there are no authenticators
}

// Service is who is asking and what they may do. It is safe for concurrent
// use.
type Service struct {
	store    Store
	audit    Audit
	now      func() time.Time
	random   io.Reader
	hasher   *hasher
	perLogin *Limiter
	perPlace *Limiter
	perCode  *Limiter
	zone     *time.Location
	sealer   *sealing.Sealer
	site     Site

	passkeys *webauthn.WebAuthn // nil without a site
	talks    ceremony.Waiting[talk]
}

// codesAtOnce and codePause bound how often a code beside a right password may
// be guessed: 150 tries a day at a million codes.
const (
	codesAtOnce = 10
	codePause   = 10 * time.Minute
)

// New makes a Service.
func New(cfg Config) (*Service, error) {
	zone, err := time.LoadLocation(playlists.DefaultTimeZone)
	if err != nil {
		return nil, fmt.Errorf("cannot date names: %w", err)
	}
	if cfg.Audit == nil {
		return nil, errors.New("cannot let people log in without an audit log that keeps failed logins")
	}
	h, err := newHasher(cfg.Cost, cfg.Random)
	if err != nil {
		return nil, err
	}
	seal, err := sealing.New(cfg.Seal, cfg.Random)
	if err != nil {
		return nil, err
	}
	s := &Service{
		store: cfg.Store, audit: cfg.Audit, now: cfg.Now, random: cfg.Random, hasher: h, zone: zone, sealer: seal, site: cfg.Site,
		perLogin: NewLimiter(10, time.Minute), perPlace: NewLimiter(60, 10*time.Second), perCode: NewLimiter(codesAtOnce, codePause),
	}
	if cfg.Site.TakesPasskeys() {
		s.passkeys, err = ceremony.NewAuthority(cfg.Site.Name, cfg.Site.Origin)
	}
	return s, err
}

// Site is where people open the console.
func (s *Service) Site() Site { return s.site }

// Operator is the actor of commands that run on the controller's own machine:
// whoever may read its data folder may do everything anyway.
func Operator() playlists.Actor {
	return playlists.Actor{ID: "operatoraaaaaaaa", Login: "operator", Name: "operator", Grants: []playlists.Grant{{Role: playlists.Administrator}}}
}
