// Package enrol makes a screen PC somebody's screen: it keeps the device key,
// asks the controller for a pairing, shows its code until a person has entered
// it, and takes the identity that follows.
//
// The first contact trusts nobody: whatever CA the server shows goes into the
// code, and a person compares it by typing. Somebody in between with another
// CA has another code. The identity is taken only over connections under that
// same CA.
package enrol

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Store keeps the device key, the pairing under way and the identity.
type Store interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
}

// Options of an Enroller.
type Options struct {
	Controller string // https://host:port
	// CAPin is the SHA-256 of the only CA that is acceptable at the first
	// contact; nil for any, which the code then covers.
	CAPin *[32]byte
	Facts wire.Facts
	// Ticket lets the PC in without a person who reads its code; nil for none.
	// Marks are what it may be known by.
	Ticket *Ticket
	Marks  []string
	Store  Store
	Random io.Reader
	Now    func() (time.Time, wire.ClockState)
	Log    *slog.Logger
	// Changed is called when the answer of Code has changed.
	Changed func()
}

// Enroller pairs one screen PC. Code is safe for concurrent use.
type Enroller struct {
	o   Options
	key ed25519.PrivateKey
	// ticket is the one of the options until the controller refuses it; it is
	// Run's alone.
	ticket *Ticket

	mu       sync.Mutex
	code     string
	enrolled *Enrolled
}

// Enrolled is an identity with where it came from and the key it is for.
type Enrolled struct {
	wire.Identity
	Controller string             `json:"controller"`
	Key        ed25519.PrivateKey `json:"-"`
}

// pairing is a pairing under way as it is kept over restarts.
type pairing struct {
	wire.Pairing
	Controller string   `json:"controller"`
	CA         [32]byte `json:"ca"` // SHA-256
}

// New reads or makes the device key and reads the identity, if there is one.
func New(o Options) (*Enroller, error) {
	key, err := deviceKey(o.Store, o.Random)
	if err != nil {
		return nil, err
	}
	e := &Enroller{o: o, key: key, ticket: o.Ticket}
	if data, ok := o.Store.Document(state.Identity, func(b []byte) error { _, err := parseIdentity(b, key); return err }); ok {
		if e.enrolled, err = parseIdentity(data, key); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Enrolled gives the identity, or nil before there is one.
func (e *Enroller) Enrolled() *Enrolled {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.enrolled
}

// Code gives the code to show, "" while there is none, and whether the screen
// is enrolled.
func (e *Enroller) Code() (code string, enrolled bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.code, e.enrolled != nil
}

func (e *Enroller) setCode(code string) {
	e.mu.Lock()
	changed := e.code != code
	e.code = code
	e.mu.Unlock()
	if changed {
		e.o.Changed()
	}
}

// Waits between attempts when the controller cannot be reached.
const (
	firstWait = time.Second
	mostWait  = 30 * time.Second
)

// Run pairs until the screen has an identity or ctx ends. A pairing that was
// under way goes on; one that has expired is replaced.
func (e *Enroller) Run(ctx context.Context) (*Enrolled, error) {
	if en := e.Enrolled(); en != nil {
		return en, nil
	}
	if e.o.Controller == "" {
		return nil, errors.New("cannot pair: no controller is named; start with --controller https://host:8443")
	}
	wait := firstWait
	p := e.kept()
	if e.ticket != nil {
		p = nil // the one that was begun without it waits for a person
	}
	for {
		var err error
		if p == nil {
			if p, err = e.open(ctx); err == nil {
				wait = firstWait
				e.o.Log.Info("pairing opened", "pairing", p.Pairing.Pairing)
			}
		}
		if p != nil {
			e.setCode(e.codeOf(p))
			en, pollErr := e.poll(ctx, p)
			switch {
			case en != nil && e.ticket != nil && programme.CheckTicket(e.ticket.envelope, en.ProgrammeKeys) != nil:
				return nil, errors.New("cannot join by this ticket: the controller that answered has not made it; take another file from its console")
			case en != nil:
				return en, e.adopt(en)
			case errors.Is(pollErr, errGone):
				e.o.Log.Info("pairing expired, opening another", "pairing", p.Pairing.Pairing)
				p, wait = nil, firstWait
			case errors.Is(pollErr, errOtherCA) && e.o.CAPin == nil:
				// A controller set up anew, or somebody in between: either way
				// the next code is over the CA that answers now.
				p = nil
			case pollErr == nil:
				wait = time.Duration(p.PollS) * time.Second
			}
			err = pollErr
		}
		if err != nil {
			e.o.Log.Warn("pairing attempt failed", "controller", e.o.Controller, "error", err)
			wait = min(2*wait, mostWait)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

func (e *Enroller) codeOf(p *pairing) string {
	return wire.PairingCode(e.key.Public().(ed25519.PublicKey), p.CA, p.Nonce)
}

// kept gives the pairing of the run before, if it is with this controller.
func (e *Enroller) kept() *pairing {
	data, ok := e.o.Store.Document(state.Pairing, func(b []byte) error { _, err := parsePairing(b); return err })
	if !ok {
		return nil
	}
	p, err := parsePairing(data)
	if err != nil || p.Controller != e.o.Controller {
		return nil
	}
	return p
}

// adopt stores the identity before anybody acts on it.
func (e *Enroller) adopt(en *Enrolled) error {
	data, err := json.Marshal(en)
	if err != nil {
		return fmt.Errorf("cannot encode the identity: %w", err)
	}
	if err := e.o.Store.SetDocument(state.Identity, data); err != nil {
		// Without a disk the screen is a screen until it is restarted.
		e.o.Log.Error("cannot keep the identity", "error", err)
	}
	if err := e.o.Store.SetDocument(state.Pairing, nil); err != nil {
		e.o.Log.Warn("cannot forget the pairing", "error", err)
	}
	e.mu.Lock()
	e.enrolled, e.code = en, ""
	e.mu.Unlock()
	e.o.Changed()
	e.o.Log.Info("enrolled", "screen", en.Screen, "name", en.Name)
	return nil
}

var (
	errGone    = errors.New("the pairing has expired")
	errOtherCA = errors.New("the server's CA is not the expected one")
)

// open asks for a new pairing.
func (e *Enroller) open(ctx context.Context) (*pairing, error) {
	body, err := wire.Encode(wire.PairingRequest{DeviceKey: e.key.Public().(ed25519.PublicKey), Facts: e.o.Facts, Ticket: e.shown()})
	if err != nil {
		return nil, err
	}
	c := e.contact(e.o.CAPin)
	defer c.close()
	status, answer, err := c.do(ctx, http.MethodPost, e.o.Controller+wire.PathPairings, body, "")
	if err != nil {
		return nil, err
	}
	if why := refusedTicket(answer); e.ticket != nil && status != http.StatusCreated && why != "" {
		e.o.Log.Warn("the controller refuses the ticket: this pc waits for its code to be entered", "reason", why)
		e.ticket = nil
	}
	if status != http.StatusCreated {
		return nil, fmt.Errorf("cannot open a pairing: the controller answered %d: %.200s", status, answer)
	}
	p := &pairing{Controller: e.o.Controller, CA: c.ca}
	if p.Pairing, err = parseAnswer(answer); err != nil {
		return nil, err
	}
	data, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the pairing: %w", err)
	}
	if err := e.o.Store.SetDocument(state.Pairing, data); err != nil {
		e.o.Log.Warn("cannot keep the pairing, a restart will show another code", "error", err)
	}
	return p, nil
}

// poll asks once whether somebody has entered the code. Only the CA of the
// first contact is acceptable.
func (e *Enroller) poll(ctx context.Context, p *pairing) (*Enrolled, error) {
	c := e.contact(&p.CA)
	defer c.close()
	proof := base64.StdEncoding.EncodeToString(ed25519.Sign(e.key, wire.PollProof(p.Pairing.Pairing, p.Nonce)))
	status, answer, err := c.do(ctx, http.MethodGet, e.o.Controller+wire.PathPairings+"/"+string(p.Pairing.Pairing), nil, proof)
	switch {
	case err != nil:
		return nil, err
	case status == http.StatusGone || status == http.StatusNotFound:
		return nil, errGone
	case status != http.StatusOK:
		return nil, fmt.Errorf("cannot poll the pairing: the controller answered %d: %.200s", status, answer)
	}
	id, err := parseState(answer)
	if id == nil || err != nil {
		return nil, err
	}
	en := &Enrolled{Identity: *id, Controller: e.o.Controller, Key: e.key}
	if err := en.check(); err != nil {
		return nil, err
	}
	if sha256.Sum256(en.CA) != p.CA {
		return nil, errors.New("cannot accept the identity: it names another CA than the one that answered")
	}
	return en, nil
}

// check refuses an identity that could not be lived with.
func (en *Enrolled) check() error {
	if err := en.Screen.Validate(); err != nil {
		return err
	}
	if err := en.Profile.Validate(); err != nil {
		return err
	}
	ca, err := x509.ParseCertificate(en.CA)
	if err != nil {
		return fmt.Errorf("cannot accept the identity: its CA: %w", err)
	}
	cert, err := x509.ParseCertificate(en.Certificate)
	if err != nil {
		return fmt.Errorf("cannot accept the identity: its certificate: %w", err)
	}
	if err := cert.CheckSignatureFrom(ca); err != nil {
		return fmt.Errorf("cannot accept the identity: its certificate is not of its CA: %w", err)
	}
	public, ok := cert.PublicKey.(ed25519.PublicKey)
	if !ok || !public.Equal(en.Key.Public()) || playlists.ID(cert.Subject.CommonName) != en.Screen {
		return errors.New("cannot accept the identity: its certificate is for another device")
	}
	if en.Cluster != "" {
		if err := en.Cluster.Validate(); err != nil {
			return err
		}
	}
	if en.Charter != nil {
		if _, err := programme.FirstCharter(en.Charter); err != nil {
			return fmt.Errorf("cannot accept the identity: its charter: %w", err)
		}
	}
	if len(en.ProgrammeKeys) == 0 || len(en.ProgrammeKeys) > 16 {
		return fmt.Errorf("cannot accept the identity: it pins %d programme keys, 1 to 16 are possible", len(en.ProgrammeKeys))
	}
	for _, k := range en.ProgrammeKeys {
		if len(k.Key) != ed25519.PublicKeySize {
			return fmt.Errorf("cannot accept the identity: a programme key has %d bytes", len(k.Key))
		}
	}
	return nil
}
