package trust

import (
	"cotmoc/agent/internal/state"
	"cotmoc/playlists/programme"
)

// restoreRoster reads the newest roster again, under any key that ever
// counted: neighbours are most needed when the controller is gone.
func (k *Keeper) restoreRoster() {
	k.o.Store.Document(state.Roster, func(b []byte) error {
		r, err := programme.RereadRoster(b, k.o.Screen, k.keys)
		if err == nil {
			k.roster = r
		}
		return err
	})
}

// OfferRoster takes a roster as it came.
func (k *Keeper) OfferRoster(envelope []byte) {
	k.mu.Lock()
	err := k.takeRoster(envelope)
	k.mu.Unlock()
	switch refusal := programme.RefusalOf(err); {
	case err == nil:
		k.o.Problems.Clear("roster")
		k.o.Changed()
	case refusal == programme.CharterMissing:
		k.o.Problems.Set("roster", string(refusal), err.Error())
	default:
		k.refuse("roster", err)
	}
}

func (k *Keeper) takeRoster(envelope []byte) error {
	var held programme.Held
	if r := k.roster; r != nil {
		held = programme.Held{Epoch: r.Epoch, Counter: r.Counter, Payload: r.Payload}
	}
	r, err := programme.VerifyRoster(envelope, k.documents(), held)
	if programme.RefusalOf(err) == programme.CharterMissing {
		k.waiting.roster = envelope
	}
	if err != nil || r.Payload == held.Payload {
		return err
	}
	k.roster = r
	k.store("roster", state.Roster, envelope)
	k.o.Clock.Prove(r.Issued())
	k.o.Log.Info("roster accepted", "epoch", r.Epoch, "counter", r.Counter, "neighbours", len(r.Neighbours))
	return nil
}

// Roster gives the newest roster of where the screen stands, nil for none.
func (k *Keeper) Roster() *programme.AcceptedRoster {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.roster == nil || k.cluster() != "" && k.roster.Cluster != k.cluster() {
		return nil
	}
	return k.roster
}
