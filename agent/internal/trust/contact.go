package trust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// The rhythm of beacons.
const (
	BeaconEvery  = 10 * time.Minute
	answerWithin = 2 * time.Minute
	// arriveWithin is how long what a beacon names may be on its way.
	arriveWithin = time.Minute
	lookEvery    = 5 * time.Second
	maxQuestions = 4
)

// contact is when the controller was last heard, as it is kept.
type contact struct {
	Heard   int64 `json:"heard"`   // effective time, Unix milliseconds; 0 never
	Powered int64 `json:"powered"` // milliseconds powered since, up to the last saving
}

// questions are the nonces that wait for an answer.
type questions []question

type question struct {
	nonce []byte
	asked time.Time // mono
}

func (k *Keeper) restoreContact() {
	read := func(b []byte) (contact, error) {
		var c contact
		if err := json.Unmarshal(b, &c); err != nil || c.Heard < 0 || c.Powered < 0 {
			return c, errors.Join(errors.New("cannot read when the controller was heard"), err)
		}
		return c, nil
	}
	if data, ok := k.o.Store.Document(state.Contact, func(b []byte) error { _, err := read(b); return err }); ok {
		if c, err := read(data); err == nil {
			k.contact = c
		}
	}
	if k.contact.Heard == 0 && k.charter != nil {
		k.hear()
	}
}

// hear notes that the controller was heard now. The caller holds the lock, or
// is New.
func (k *Keeper) hear() {
	now, _ := k.o.Clock.Now()
	k.contact, k.heardAt = contact{Heard: now.UnixMilli()}, k.o.Mono()
	k.storeJSON("contact", state.Contact, k.contact)
}

// KeepContact sees to what time alone changes, until ctx ends: it tells when
// documents are withheld, and saves powered time, so that a screen whose clock
// is dead and whose power goes daily counts its days too.
func (k *Keeper) KeepContact(ctx context.Context) error {
	save, look := time.NewTicker(SaveEvery), time.NewTicker(lookEvery)
	defer save.Stop()
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			k.saveContact()
			return nil
		case <-save.C:
			k.saveContact()
		case <-look.C:
			k.compare()
		}
	}
}

func (k *Keeper) saveContact() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.contact.Heard != 0 {
		now := k.o.Mono()
		k.contact.Powered, k.heardAt = k.contact.Powered+now.Sub(k.heardAt).Milliseconds(), now
		k.storeJSON("contact", state.Contact, k.contact)
	}
}

func (k *Keeper) allowance() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.charter == nil {
		return 0
	}
	return time.Duration(k.charter.MaxUnattendedDays) * 24 * time.Hour
}

func (k *Keeper) powered() time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	return time.Duration(k.contact.Powered)*time.Millisecond + k.o.Mono().Sub(k.heardAt)
}

// Due gives when the screen goes to its slate without another beacon; zero
// without a charter.
func (k *Keeper) Due() time.Time {
	allowed := k.allowance()
	k.mu.Lock()
	defer k.mu.Unlock()
	if allowed == 0 { // under a charter it was heard when that came
		return time.Time{}
	}
	return time.UnixMilli(k.contact.Heard).Add(allowed)
}

// AskForBeacons asks at once, whenever again says so, and every ten minutes
// give or take a fifth, until ctx ends.
func (k *Keeper) AskForBeacons(ctx context.Context, again <-chan struct{}, ask func(wire.Question) error) error {
	for {
		if q, err := k.question(); err != nil {
			k.o.Log.Error("cannot ask for a beacon", "error", err)
		} else if err := ask(q); err != nil {
			k.o.Log.Debug("cannot ask for a beacon", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-again:
		case <-time.After(BeaconEvery*4/5 + rand.N(BeaconEvery*2/5)):
		}
	}
}

func (k *Keeper) question() (wire.Question, error) {
	nonce := make([]byte, programme.NonceSize)
	if _, err := io.ReadFull(k.o.Random, nonce); err != nil {
		return wire.Question{}, fmt.Errorf("cannot make a nonce: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.questions) == maxQuestions {
		k.questions = k.questions[1:]
	}
	k.questions = append(k.questions, question{nonce: nonce, asked: k.o.Mono()})
	return wire.Question{Nonce: nonce}, nil
}

// OfferBeacon takes an answer as it came.
func (k *Keeper) OfferBeacon(envelope []byte) {
	k.mu.Lock()
	b, err := k.takeBeacon(envelope)
	if err == nil {
		k.hear()
		k.claims, k.claimed = b, k.o.Mono()
	}
	k.mu.Unlock()
	if err != nil {
		k.refuse("beacon", err)
		return
	}
	k.o.Problems.Clear("beacon")
	k.o.Changed()
}

func (k *Keeper) takeBeacon(envelope []byte) (*programme.Beacon, error) {
	now := k.o.Mono()
	k.questions = slices.DeleteFunc(k.questions, func(q question) bool { return now.Sub(q.asked) > answerWithin })
	err := error(&programme.RefusalError{Refusal: programme.WrongNonce, Err: errors.New("cannot use a beacon that nobody asked for")})
	for i, q := range k.questions {
		var b *programme.Beacon
		if b, err = programme.VerifyBeacon(envelope, q.nonce, k.documents()); err == nil {
			k.questions = slices.Delete(k.questions, i, i+1)
			k.o.Clock.Beacon(b.When())
			return b, nil
		}
		if programme.RefusalOf(err) != programme.WrongNonce {
			break
		}
	}
	return nil, err
}

// compare holds what the newest beacon says was given against what has come
// since. What is on its way has a moment to arrive.
func (k *Keeper) compare() {
	newest := k.o.Newest()
	k.mu.Lock()
	detail, restored := k.missing(newest), k.restored(newest)
	k.mu.Unlock()
	k.tell("withheld", string(programme.Withheld), detail)
	k.tell("restored", "state_restored", restored)
}

func (k *Keeper) tell(about, code, detail string) {
	if detail == "" {
		k.o.Problems.Clear(about)
		return
	}
	k.o.Problems.Set(about, code, detail)
}

// missing says what the newest beacon names and the screen does not hold.
func (k *Keeper) missing(newest wire.ProgrammeRef) string {
	b := k.claims
	if b == nil || k.o.Mono().Sub(k.claimed) < arriveWithin {
		return ""
	}
	var charter, epoch uint64
	var orders, settings wire.ProgrammeRef
	if k.charter != nil {
		charter, epoch = k.charter.Number, k.charter.Epoch
	}
	if k.orders != nil {
		orders = wire.ProgrammeRef{Epoch: k.orders.Epoch, Counter: k.orders.Counter}
	}
	if k.settings != nil {
		settings = wire.ProgrammeRef{Epoch: k.settings.Epoch, Counter: k.settings.Counter}
	}
	behind := func(have wire.ProgrammeRef, counter uint64) bool {
		return counter > 0 && (have.Epoch < b.Epoch || have.Epoch == b.Epoch && have.Counter < counter)
	}
	switch {
	case b.Charter > charter:
		return fmt.Sprintf("charter %d has been made, %d is held", b.Charter, charter)
	case b.Epoch < epoch:
		return fmt.Sprintf("the controller goes back to epoch %d, charter %d is of epoch %d", b.Epoch, charter, epoch)
	case behind(newest, b.Programme):
		return fmt.Sprintf("programme %d.%d has been made, %d.%d is held", b.Epoch, b.Programme, newest.Epoch, newest.Counter)
	case behind(orders, b.Orders):
		return fmt.Sprintf("orders %d.%d have been made, %d.%d are held", b.Epoch, b.Orders, orders.Epoch, orders.Counter)
	case behind(settings, b.Settings):
		return fmt.Sprintf("settings %d.%d have been made, %d.%d are held", b.Epoch, b.Settings, settings.Epoch, settings.Counter)
	}
	return ""
}

// restored says that the screen has reported more than it holds.
func (k *Keeper) restored(newest wire.ProgrammeRef) string {
	if k.claims == nil {
		return ""
	}
	r := k.claims.Reported
	if r.Epoch < newest.Epoch || r.Epoch == newest.Epoch && r.Counter <= newest.Counter {
		return ""
	}
	return fmt.Sprintf("this screen has reported programme %d.%d and holds %d.%d: its disk is an older copy", r.Epoch, r.Counter, newest.Epoch, newest.Counter)
}
