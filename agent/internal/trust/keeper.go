// Package trust decides what may be played: it keeps charter, orders, counters
// and the state of the clock, and gives each document of the controller the
// agent's last word.
package trust

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"cotmoc/agent/internal/state"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// Problems takes what a person should know, by the part that it is about.
type Problems interface {
	Set(about, code, detail string)
	Clear(about string)
}

// Options of a Keeper.
type Options struct {
	Screen playlists.ID
	// What enrolment gave: the cluster, the programme keys and the charter's
	// envelope, nil when the controller had none.
	Cluster playlists.ID
	Keys    []programme.PublicKey
	Charter []byte

	Store    Store
	Clock    *Clock
	Problems Problems
	Newest   func() wire.ProgrammeRef // the newest accepted programme; it must not call the Keeper
	Random   io.Reader
	Mono     func() time.Time // time.Now: only differences are used
	Log      *slog.Logger
	// Changed is called when what may be played, or what is reported of it, has
	// changed. It must not call the Keeper.
	Changed func()
}

// Keeper holds what the screen trusts: the newest charter, the orders that are
// latched, where the screen stands, and when the controller was last heard. It
// is safe for concurrent use.
//
// Everything is on disk, twice, before it has an effect that the other side is
// told of. A disk that cannot be written does not weaken a takedown: it holds
// until the next start, and the screen says so.
type Keeper struct {
	o        Options
	refusals *refusals

	hashing  sync.Mutex // one PIN is looked at at a time; taken before mu
	mu       sync.Mutex
	charter  *programme.HeldCharter // nil before the first
	envelope playlists.Digest       // of the charter's envelope
	keys     []programme.PublicKey  // every one that ever counted
	orders   *programme.AcceptedOrders
	settings *programme.AcceptedSettings // nil before the first
	roster   *programme.AcceptedRoster
	waiting  waiting
	latches  latches
	contact  contact
	heardAt  time.Time // mono of the newest beacon, or of the start
	claims   *programme.Beacon
	claimed  time.Time // mono of claims
	starts   uint64

	chain     chan chainOffer
	questions questions
	tries     tries
}

// waiting is what goes with a charter that has not come.
type waiting struct{ orders, settings, roster []byte }

// New restores what was trusted before, without a network.
func New(o Options) (*Keeper, error) {
	k := &Keeper{o: o, refusals: newRefusals(), chain: make(chan chainOffer, 1), heardAt: o.Mono()}
	if err := k.restoreCharter(); err != nil {
		return nil, err
	}
	k.restoreKeys()
	k.restoreLatches()
	k.restoreOrders()
	k.restoreSettings()
	k.restoreRoster()
	k.restoreContact()
	k.restoreTries()
	k.countStart()
	return k, nil
}

// restoreCharter takes the newest charter on disk, or the one of enrolment. A
// kept one that cannot be read is no reason to fall back to a world without
// charters: enrolment's still holds.
func (k *Keeper) restoreCharter() error {
	data, ok := k.o.Store.Document(state.Charter, func(b []byte) error { _, err := programme.FirstCharter(b); return err })
	if !ok {
		data = k.o.Charter
	}
	if data == nil {
		return nil
	}
	held, err := programme.FirstCharter(data)
	if err != nil {
		return fmt.Errorf("cannot use the charter of enrolment: %w; enrol the screen again", err)
	}
	k.hold(held, data)
	if !ok {
		k.store("charter", state.Charter, data)
	}
	return nil
}

// hold makes a charter the one that counts. The caller holds the lock, or is
// New.
func (k *Keeper) hold(c *programme.HeldCharter, envelope []byte) {
	k.charter, k.envelope = c, playlists.DigestOf(envelope)
	k.o.Clock.Limit(c.Expires())
	k.o.Clock.Prove(time.UnixMilli(c.IssuedAt))
	k.know(c.ProgrammeKeys)
}

// know keeps programme keys for good: the last good programme may be by one
// that counts no more.
func (k *Keeper) know(keys []programme.PublicKey) {
	for _, key := range keys {
		if !slices.ContainsFunc(k.keys, func(o programme.PublicKey) bool { return o.Key.Equal(key.Key) }) {
			k.keys = append(k.keys, key)
		}
	}
}

func (k *Keeper) restoreKeys() {
	read := func(b []byte) ([]programme.PublicKey, error) {
		var keys []programme.PublicKey
		if err := json.Unmarshal(b, &keys); err != nil {
			return nil, fmt.Errorf("cannot read the programme keys: %w", err)
		}
		for _, key := range keys {
			if len(key.Key) != ed25519.PublicKeySize || key.ID != programme.NewPublicKey(key.Key).ID {
				return nil, fmt.Errorf("cannot read the programme keys: %q is none", key.ID)
			}
		}
		return keys, nil
	}
	if data, ok := k.o.Store.Document(state.Keys, func(b []byte) error { _, err := read(b); return err }); ok {
		if keys, err := read(data); err == nil {
			k.know(keys)
		}
	}
	k.know(k.o.Keys)
}

func (k *Keeper) countStart() {
	var kept struct {
		Starts uint64 `json:"starts"`
	}
	if data, ok := k.o.Store.Document(state.Starts, func(b []byte) error { return json.Unmarshal(b, &kept) }); ok {
		if json.Unmarshal(data, &kept) != nil {
			kept.Starts = 0
		}
	}
	kept.Starts++
	k.starts = kept.Starts
	k.storeJSON("starts", state.Starts, kept)
}

// store keeps a document; a disk that does not take it is told of.
func (k *Keeper) store(about string, name state.Name, data []byte) {
	if err := k.o.Store.SetDocument(name, data); err != nil {
		k.o.Log.Error("cannot keep a document of trust", "document", name, "error", err)
		k.o.Problems.Set("keep "+about, "trust_not_kept", err.Error())
		return
	}
	k.o.Problems.Clear("keep " + about)
}

func (k *Keeper) storeJSON(about string, name state.Name, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		k.o.Log.Error("cannot encode a document of trust", "document", name, "error", err)
		return
	}
	k.store(about, name, data)
}

// refuse counts a refusal and tells of it.
func (k *Keeper) refuse(about string, err error) {
	refusal := programme.RefusalOf(err)
	k.o.Log.Error("document refused", "about", about, "refusal", refusal, "error", err)
	k.refusals.Count(err)
	k.o.Problems.Set(about, string(refusal), err.Error())
}

// Command reads a command for this screen.
func (k *Keeper) Command(envelope []byte) (*programme.Command, error) {
	c, err := programme.VerifyCommand(envelope, k.Documents())
	if err != nil {
		k.o.Log.Error("command refused", "refusal", programme.RefusalOf(err), "error", err)
		k.refusals.Count(err)
	}
	return c, err
}

// Refused counts a refusal that another part has met.
func (k *Keeper) Refused(err error) { k.refusals.Count(err) }

// Refusals counts all of this start.
func (k *Keeper) Refusals() map[string]uint64 { return k.refusals.Counts() }

// Documents gives what documents for this screen are judged by, all but the
// programme that is held.
func (k *Keeper) Documents() programme.Trust {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.documents()
}

func (k *Keeper) documents() programme.Trust {
	now, _ := k.o.Clock.Now()
	t := programme.Trust{Screen: k.o.Screen, Cluster: k.cluster(), Keys: k.o.Keys, Charter: k.charter, Now: now}
	if o := k.orders; o != nil {
		t.HeldOrders = programme.Held{Epoch: o.Epoch, Counter: o.Counter, Payload: o.Payload}
	}
	if s := k.settings; s != nil {
		t.HeldSettings = programme.Held{Epoch: s.Epoch, Counter: s.Counter, Payload: s.Payload}
	}
	return t
}

// Grounds gives what approvals are judged by.
func (k *Keeper) Grounds() programme.Grounds {
	k.mu.Lock()
	defer k.mu.Unlock()
	return programme.Grounds{Charter: k.charter, Cluster: k.cluster()}
}

// EveryKey lists the programme keys that ever counted here, for reading again
// what was accepted under them.
func (k *Keeper) EveryKey() []programme.PublicKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.keys)
}

// cluster is where the screen stands: where it was enrolled, or where a signed
// order has placed it since.
func (k *Keeper) cluster() playlists.ID {
	if k.latches.Cluster != "" {
		return k.latches.Cluster
	}
	return k.o.Cluster
}
