package trust

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Objects gives objects by digest, unverified.
type Objects interface {
	Object(context.Context, playlists.Digest) ([]byte, error)
}

type chainOffer = wire.Chain

// OfferChain takes a chain as it came. It never blocks; a newer offer replaces
// one that was not looked at.
func (k *Keeper) OfferChain(c wire.Chain) {
	for {
		select {
		case k.chain <- c:
			return
		default:
		}
		select {
		case <-k.chain:
		default:
		}
	}
}

// Waits after a charter could not be fetched, doubling, halved at random.
const (
	firstWait = time.Second
	mostWait  = 2 * time.Minute
)

// FollowChain fetches and follows charters until ctx ends.
func (k *Keeper) FollowChain(ctx context.Context, from Objects) error {
	var offer *chainOffer
	var again <-chan time.Time
	wait := firstWait
	for {
		select {
		case <-ctx.Done():
			return nil
		case c := <-k.chain:
			offer, wait = &c, firstWait
		case <-again:
		}
		again = nil
		err := k.follow(ctx, offer, from)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			k.o.Problems.Clear("charter")
			offer = nil
		case programme.RefusalOf(err) != "":
			k.refuse("charter", err)
			offer = nil // only another chain can help
		default:
			k.o.Log.Warn("cannot fetch a charter yet", "retry_in", wait, "error", err)
			k.o.Problems.Set("charter", "fetch_failed", err.Error())
			again = time.After(wait/2 + rand.N(wait/2))
			wait = min(2*wait, mostWait)
		}
	}
}

// follow accepts the charters of a chain that come after the one held, one
// after another.
func (k *Keeper) follow(ctx context.Context, c *chainOffer, from Objects) error {
	newest := c.First + uint64(len(c.Envelopes)) - 1
	for {
		k.mu.Lock()
		held, envelope := k.charter, k.envelope
		k.mu.Unlock()
		var next playlists.Digest
		switch {
		case held == nil:
			next = c.Envelopes[len(c.Envelopes)-1] // the first is taken on trust
		case newest < held.Number:
			return &programme.RefusalError{Refusal: programme.CharterOld, Err: fmt.Errorf("cannot go back to charter %d: %d is held", newest, held.Number)}
		case newest == held.Number:
			if c.Envelopes[len(c.Envelopes)-1] == envelope {
				return nil
			}
			next = c.Envelopes[len(c.Envelopes)-1] // other signatures, or another charter
		case held.Number+1 < c.First:
			return &programme.RefusalError{Refusal: programme.CharterGap, Err: fmt.Errorf("cannot follow to charter %d: those after %d are missing", newest, held.Number)}
		default:
			next = c.Envelopes[held.Number+1-c.First]
		}
		b, err := from.Object(ctx, next)
		if err != nil {
			return fmt.Errorf("cannot fetch a charter: %w", err)
		}
		if got := playlists.DigestOf(b); got != next {
			return &programme.RefusalError{Refusal: programme.WrongDigest, Err: fmt.Errorf("cannot use the charter %s: its bytes hash to %s", next, got)}
		}
		if err := k.accept(held, b); err != nil {
			return err
		}
		if held != nil && newest == held.Number {
			return nil
		}
	}
}

func (k *Keeper) accept(held *programme.HeldCharter, envelope []byte) error {
	var next *programme.HeldCharter
	var err error
	if held == nil {
		next, err = programme.FirstCharter(envelope)
	} else {
		next, err = held.Next(envelope)
	}
	if err != nil || next == held {
		return err
	}
	k.mu.Lock()
	k.hold(next, envelope)
	if held == nil {
		k.hear() // being unattended is counted from here
	}
	keys := k.keys
	// The keys first: a charter without them would forget the last programme.
	k.storeJSON("keys", state.Keys, keys)
	k.store("charter", state.Charter, envelope)
	k.judgeBulletins()
	waits := k.waiting
	k.waiting = waiting{}
	k.mu.Unlock()
	k.o.Log.Info("charter accepted", "number", next.Number, "epoch", next.Epoch, "people", len(next.People))
	if waits.settings != nil {
		k.OfferSettings(waits.settings)
	}
	if waits.orders != nil {
		k.OfferOrders(waits.orders)
	}
	if waits.roster != nil {
		k.OfferRoster(waits.roster)
	}
	k.o.Changed()
	return nil
}
