package identity

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"cotmoc/controller/internal/ceremony"
	"cotmoc/playlists"
)

// TOTP is a person's authenticator: it shows another code each step.
type TOTP struct {
	Person      playlists.ID
	Sealed      []byte // the secret
	ConfirmedAt time.Time
	CreatedAt   time.Time
}

// FactorStore keeps what people have beside their password.
type FactorStore interface {
	// TOTP answers NotFound.
	TOTP(ctx context.Context, person playlists.ID) (TOTP, error)
	// BeginTOTP keeps a secret that is not confirmed, in the place of another
	// such. It answers Conflict, reason "totp_on", when one is confirmed.
	BeginTOTP(ctx context.Context, t TOTP) error
	// ConfirmTOTP has the secret count from now on and keeps the recovery
	// codes that go with it; the code of the step does not count again. It
	// answers Conflict, reason "totp_changed", when it is another secret by now.
	ConfirmTOTP(ctx context.Context, t TOTP, step int64, at time.Time, codes []string) error
	// TakeStep tells whether no code of this step or a later one was taken
	// before, and takes it.
	TakeStep(ctx context.Context, person playlists.ID, step int64) (bool, error)
	// EndTOTP drops the secret and the recovery codes.
	EndTOTP(ctx context.Context, person playlists.ID) error
	ReplaceCodes(ctx context.Context, person playlists.ID, hashes []string) error
	// TakeCode tells whether there is such a code that was not used, and uses it.
	TakeCode(ctx context.Context, person playlists.ID, hash string, at time.Time) (bool, error)
	// DropFactors drops the secret, the recovery codes and the passkeys that
	// open the console, and ends all sessions.
	DropFactors(ctx context.Context, person playlists.ID) error
	CodesLeft(ctx context.Context, person playlists.ID) (int, error)
}

const (
	totpSecretBytes = 20
	totpPeriod      = 30 // seconds
	totpDigits      = 6
	totpSkew        = 1 // steps that an authenticator's clock may be off
)

// Enrolment is a new secret on its way into an authenticator.
type Enrolment struct {
	Secret string // to type
	URL    string // to scan
}

// BeginTOTP gives the actor a new secret. It counts once a code of it came back.
func (s *Service) BeginTOTP(ctx context.Context, a playlists.Actor) (Enrolment, error) {
	secret := make([]byte, totpSecretBytes)
	if _, err := io.ReadFull(s.random, secret); err != nil {
		return Enrolment{}, fmt.Errorf("cannot make a secret: %w", err)
	}
	sealed, err := s.sealer.Seal(string(a.ID), secret)
	if err != nil {
		return Enrolment{}, err
	}
	if err := s.store.BeginTOTP(ctx, TOTP{Person: a.ID, Sealed: sealed, CreatedAt: s.now()}); err != nil {
		return Enrolment{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: ceremony.Issuer, AccountName: a.Login, Secret: secret, Period: totpPeriod, Digits: totpDigits})
	if err != nil {
		return Enrolment{}, fmt.Errorf("cannot describe a secret: %w", err)
	}
	return Enrolment{Secret: key.Secret(), URL: key.URL()}, nil
}

// ConfirmTOTP turns the second step on, once the authenticator shows the right
// code, and gives the recovery codes.
func (s *Service) ConfirmTOTP(ctx context.Context, a playlists.Actor, code string) ([]string, error) {
	if err := s.allowCode(a.ID); err != nil {
		return nil, err
	}
	t, err := s.store.TOTP(ctx, a.ID)
	if playlists.CodeOf(err) == playlists.NotFound {
		return nil, playlists.Errorf(playlists.Conflict, "totp_not_begun", nil, "cannot confirm a code: begin with a new secret")
	}
	if err != nil {
		return nil, err
	}
	if !t.ConfirmedAt.IsZero() {
		return nil, TOTPOn()
	}
	step, ok, err := s.stepOf(&t, code)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, playlists.Errorf(playlists.Invalid, "code_wrong", nil, "cannot accept this code: take the one that the authenticator shows now, and see that the clock of the phone is right")
	}
	codes, hashes, err := s.newCodes(a.ID)
	if err != nil {
		return nil, err
	}
	if err := s.store.ConfirmTOTP(s.audited(ctx, a, playlists.CodesTurnedOn, a.ID, nil), t, step, s.now(), hashes); err != nil {
		return nil, err
	}
	s.perCode.forget(string(a.ID))
	return codes, nil
}

// TOTPOn is the answer where a second step is on already.
func TOTPOn() *playlists.Error {
	return playlists.Errorf(playlists.Conflict, "totp_on", nil, "cannot begin anew: codes from an authenticator are asked for already; turn that off first")
}

// EndTOTP turns the second step off and drops the recovery codes.
func (s *Service) EndTOTP(ctx context.Context, a playlists.Actor) error {
	return s.store.EndTOTP(s.audited(ctx, a, playlists.CodesTurnedOff, a.ID, nil), a.ID)
}

// secondStep checks the code that a person with a second step gives beside the
// password, "" when they were not asked yet.
func (s *Service) secondStep(ctx context.Context, person playlists.ID, code string) (Method, error) {
	t, err := s.store.TOTP(ctx, person)
	if playlists.CodeOf(err) == playlists.NotFound || err == nil && t.ConfirmedAt.IsZero() {
		return ByPassword, nil
	}
	if err != nil {
		return "", err
	}
	if code = strings.TrimSpace(code); code == "" {
		return "", playlists.Errorf(playlists.Unauthenticated, "code_required", nil, "cannot log in with the password alone: give the code that the authenticator shows, or a recovery code")
	}
	if err := s.allowCode(person); err != nil {
		return "", err
	}
	method, ok := ByTOTP, false
	if len(code) > totpDigits+1 { // authenticators show some in two groups
		method = ByRecovery
		ok, err = s.store.TakeCode(ctx, person, hashCode(person, code), s.now())
	} else {
		var step int64
		if step, ok, err = s.stepOf(&t, code); ok && err == nil {
			ok, err = s.store.TakeStep(ctx, person, step)
		}
	}
	if err != nil {
		return "", err
	}
	if !ok {
		return "", playlists.Errorf(playlists.Unauthenticated, "code_wrong", nil, "cannot log in with this code: each counts once and for half a minute; take the one that the authenticator shows now")
	}
	s.perCode.forget(string(person))
	return method, nil
}

// stepOf finds the step near now whose code this is.
func (s *Service) stepOf(t *TOTP, code string) (int64, bool, error) {
	secret, err := s.sealer.Open(string(t.Person), t.Sealed)
	if err != nil {
		return 0, false, err
	}
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	now := s.now().Unix() / totpPeriod
	var found int64
	ok := 0
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		want, err := hotp.GenerateCode(text, uint64(step))
		if err != nil {
			return 0, false, fmt.Errorf("cannot make a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found, ok = step, 1
		}
	}
	return found, ok == 1, nil
}

// allowCode bounds how often somebody who knows the password may guess.
func (s *Service) allowCode(person playlists.ID) error {
	if !s.perCode.Allow(string(person), s.now()) {
		return playlists.Errorf(playlists.RateLimited, "too_many_codes", playlists.Params{"wait_s": int(codePause.Seconds())}, "cannot try another code now: there were too many; wait ten minutes and try again")
	}
	return nil
}
