package update

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"sync"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Trust gives what documents are judged by.
type Trust interface {
	Documents() programme.Trust
	EveryKey() []programme.PublicKey
	Refused(error)
}

// Documents keeps the newest offer.
type Documents interface {
	Document(name state.Name, valid func([]byte) error) ([]byte, bool)
	SetDocument(name state.Name, data []byte) error
}

// Problems takes what a person should know.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Options of an Updater.
type Options struct {
	Screen    playlists.ID
	Folder    *Folder
	Launched  Launched
	Own       programme.Version // of the program that runs
	Trust     Trust
	Documents Documents
	Source    Source
	Problems  Problems
	Now       func() time.Time
	// Picture tells whether a picture is on glass now. A trial begins only
	// then: without one there is nothing that it could be judged by.
	Picture func() bool
	// Restart has this program end, and the launcher look at what to run.
	Restart func()
	Log     *slog.Logger
	Changed func()

	beat time.Duration // how often a trial and the glass are looked at; tests shorten it
}

// Updater brings the program to the release that is offered. It is safe for
// concurrent use.
type Updater struct {
	o    Options
	wake chan struct{}

	mu      sync.Mutex
	offered [][]byte
	early   []byte // goes with a charter that has not come
	held    *programme.AcceptedOffer
	status  wire.Update
}

const (
	maxOffered = 8
	firstWait  = 2 * time.Second
	mostWait   = 5 * time.Minute
	stateBeat  = time.Second
)

// New restores the newest offer.
func New(o Options) *Updater {
	if o.beat == 0 {
		o.beat = stateBeat
	}
	u := &Updater{o: o, wake: make(chan struct{}, 1)}
	u.status = wire.Update{Slot: string(o.Launched.Slot), State: wire.UpdateIdle, Since: o.Now().UnixMilli()}
	o.Documents.Document(state.Offer, func(b []byte) error {
		a, err := programme.RereadOffer(b, o.Screen, o.Trust.EveryKey())
		if err == nil {
			u.held = a
		}
		return err
	})
	return u
}

// Offer takes an offer as it came. It never blocks.
func (u *Updater) Offer(envelope []byte) {
	u.mu.Lock()
	if len(u.offered) == maxOffered {
		u.offered = u.offered[1:]
	}
	u.offered = append(u.offered, envelope)
	u.mu.Unlock()
	u.Kick()
}

// Kick has Run look at once.
func (u *Updater) Kick() {
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

// Status says how far it is.
func (u *Updater) Status() wire.Update {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}

// Run brings the program up to date until ctx ends.
func (u *Updater) Run(ctx context.Context) error {
	wait := firstWait
	for {
		u.takeOffered()
		again, err := u.step(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			u.o.Log.Warn("cannot bring the agent to its release yet", "retry_in", wait, "error", err)
			u.o.Problems.Set("release", cmp.Or(string(programme.RefusalOf(err)), "fetch_failed"), err.Error())
			again = time.After(wait/2 + rand.N(wait/2))
			wait = min(2*wait, mostWait)
		default:
			wait = firstWait
		}
		select {
		case <-ctx.Done():
			return nil
		case <-u.wake:
		case <-again:
		}
	}
}

// takeOffered accepts the newest offer that holds.
func (u *Updater) takeOffered() {
	u.mu.Lock()
	offered, held := u.offered, u.held
	if u.early != nil {
		offered = append([][]byte{u.early}, offered...)
	}
	u.offered, u.early = nil, nil
	u.mu.Unlock()
	for _, e := range offered {
		before := programme.Held{}
		if held != nil {
			before = programme.Held{Epoch: held.Epoch, Counter: held.Counter, Payload: held.Payload}
		}
		a, err := programme.VerifyOffer(e, u.o.Trust.Documents(), before)
		if r := programme.RefusalOf(err); r == programme.CharterMissing {
			u.mu.Lock()
			u.early = e
			u.mu.Unlock()
			continue
		}
		if err != nil {
			u.o.Trust.Refused(err)
			u.o.Log.Error("offer of a release refused", "refusal", programme.RefusalOf(err), "error", err)
			u.o.Problems.Set("release", string(programme.RefusalOf(err)), err.Error())
			continue
		}
		if held != nil && a.Payload == held.Payload {
			continue
		}
		u.o.Log.Info("release offered", "counter", a.Counter, "release", a.Release)
		u.o.Problems.Clear("release")
		if err := u.o.Documents.SetDocument(state.Offer, e); err != nil {
			u.o.Log.Error("cannot keep the offer of a release", "error", err)
		}
		held = a
	}
	u.mu.Lock()
	u.held = held
	u.mu.Unlock()
}

// step does what is left to do, and says when to look again unasked.
func (u *Updater) step(ctx context.Context) (again <-chan time.Time, err error) {
	r := u.o.Folder.read()
	if r.Trial != nil && r.Trial.Slot == u.o.Launched.Slot && u.o.Launched.Child {
		u.tell(wire.Update{State: wire.UpdateTrial, Version: r.Trial.Version, Offer: wire.ProgrammeRef(r.Trial.Offer)})
		return time.After(u.o.beat), nil
	}
	u.mu.Lock()
	held := u.held
	u.mu.Unlock()
	if held == nil || held.Release == "" {
		st := wire.Update{State: wire.UpdateIdle}
		if held != nil {
			st.Offer = wire.ProgrammeRef{Epoch: held.Epoch, Counter: held.Counter}
		}
		u.tell(st)
		return nil, nil
	}
	st := wire.Update{Offer: wire.ProgrammeRef{Epoch: held.Epoch, Counter: held.Counter}}
	release, envelope, err := u.release(ctx, held.Release)
	if programme.RefusalOf(err) != "" {
		u.refused(st, err)
		return nil, nil // only another offer can help, or another charter
	}
	if err != nil {
		return nil, err
	}
	st.Version = release.Version
	if u.runs(release) {
		u.o.Problems.Clear("release")
		st.State = wire.UpdateConfirmed
		u.tell(st)
		return nil, u.resign(release, envelope)
	}
	for _, f := range r.Failed {
		if f.Payload == release.Payload && !newer(held, f.Offer) {
			st.State, st.Reason = wire.UpdateRolledBack, f.Reason
			u.o.Problems.Set("release", "release_rolled_back", fmt.Sprintf("release %s: %s", f.Version, f.Reason))
			u.tell(st)
			return nil, nil
		}
	}
	build, err := u.fits(release, &r)
	if err != nil {
		u.refused(st, err)
		return time.After(mostWait), nil // it may fit after another
	}
	slot := u.spare(&r)
	st.State, st.Total = wire.UpdateFetching, build.Size
	u.tell(st)
	if err := u.fill(ctx, &r, slot, release, envelope, build); err != nil {
		if programme.RefusalOf(err) != "" {
			u.o.Trust.Refused(err)
		}
		return nil, err
	}
	u.o.Problems.Clear("release")
	if !u.o.Picture() {
		st.State, st.Done = wire.UpdateWaiting, build.Size
		u.tell(st)
		return time.After(u.o.beat), nil
	}
	r.Trial = &trial{Slot: slot, Payload: release.Payload, Version: release.Version, Offer: programme.Numbers{Epoch: held.Epoch, Counter: held.Counter}}
	if err := u.o.Folder.write(r); err != nil {
		return nil, err
	}
	u.o.Log.Info("release to be tried", "version", release.Version, "folder", slot)
	u.o.Restart()
	<-ctx.Done()
	return nil, nil
}

func newer(a *programme.AcceptedOffer, n programme.Numbers) bool {
	return a.Epoch > n.Epoch || a.Epoch == n.Epoch && a.Counter > n.Counter
}

// runs tells whether a release is what runs now.
func (u *Updater) runs(release *programme.SignedRelease) bool {
	if u.o.Launched.Slot == Installed {
		return release.Version == u.o.Own
	}
	found, err := u.o.Folder.Find(u.o.Launched.Slot)
	return err == nil && found.Release.Payload == release.Payload
}

// resign keeps an envelope with other signatures over the release that runs:
// its signers sign again when the charter names other keys.
func (u *Updater) resign(release *programme.SignedRelease, envelope []byte) error {
	slot := u.o.Launched.Slot
	if slot == Installed {
		return nil
	}
	found, err := u.o.Folder.Find(slot)
	if err == nil && string(found.Envelope) == string(envelope) {
		return nil
	}
	return u.o.Folder.Disk.Write(u.o.Folder.path(slot, releaseFile), envelope, 0o600)
}

// fits judges whether the release may be taken here and gives its build.
func (u *Updater) fits(release *programme.SignedRelease, r *record) (*programme.Build, error) {
	if err := Runnable(u.o.Folder.Dir); err != nil {
		return nil, &programme.RefusalError{Refusal: programme.ReleaseUnfit, Err: err}
	}
	floor := r.Floor
	if floor.Before(u.o.Launched.Installed) {
		floor = u.o.Launched.Installed // the launcher would not run it
	}
	return release.For(programme.Platform{OS: runtime.GOOS, Arch: runtime.GOARCH, Running: u.o.Own, Floor: floor, Now: u.o.Now()})
}

// spare is the folder that neither runs nor is the good one.
func (u *Updater) spare(r *record) Slot {
	if u.o.Launched.Slot != Installed {
		return u.o.Launched.Slot.other()
	}
	return r.Good.other()
}

// refused tells that a release is none for this screen.
func (u *Updater) refused(st wire.Update, err error) {
	code := string(programme.RefusalOf(err))
	st.State, st.Reason = wire.UpdateRefused, code
	u.mu.Lock()
	same := u.status.State == st.State && u.status.Reason == st.Reason && u.status.Offer == st.Offer
	u.mu.Unlock()
	if !same {
		u.o.Trust.Refused(err)
		u.o.Log.Error("release refused", "refusal", code, "error", err)
		u.o.Problems.Set("release", code, err.Error())
	}
	u.tell(st)
}

// tell makes a state the one that is reported.
func (u *Updater) tell(st wire.Update) {
	u.mu.Lock()
	st.Slot, st.Since = string(u.o.Launched.Slot), u.status.Since
	before := u.status
	if st.State != before.State || st.Offer != before.Offer {
		st.Since = u.o.Now().UnixMilli()
	}
	u.status = st
	u.mu.Unlock()
	if st != before {
		u.o.Changed()
	}
}

// progress says how much of the program is here.
func (u *Updater) progress(done int64) {
	u.mu.Lock()
	u.status.Done = done
	u.mu.Unlock()
}

// release fetches and judges the release that was offered.
func (u *Updater) release(ctx context.Context, name playlists.Digest) (*programme.SignedRelease, []byte, error) {
	envelope, err := u.envelope(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	release, err := programme.VerifyRelease(envelope, u.o.Trust.Documents().Charter)
	return release, envelope, err
}

// envelope gives an envelope by its digest, from a folder if it is there: a
// screen without a network knows what it was offered.
func (u *Updater) envelope(ctx context.Context, name playlists.Digest) ([]byte, error) {
	for _, s := range []Slot{SlotA, SlotB} {
		if b, err := readBounded(u.o.Folder.path(s, releaseFile), programme.MaxEnvelope); err == nil && playlists.DigestOf(b) == name {
			return b, nil
		}
	}
	b, err := u.o.Source.Object(ctx, name)
	if err != nil {
		return nil, err
	}
	if playlists.DigestOf(b) != name {
		return nil, errors.New("cannot use the release as it came: its bytes do not hash to its name")
	}
	return b, nil
}
