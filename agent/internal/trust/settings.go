package trust

import (
	"cotmoc/agent/internal/state"
	"cotmoc/playlists/programme"
)

// Settings gives how the screen is run: the newest settings that were accepted,
// or the usual ones.
func (k *Keeper) Settings() programme.Settings {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.settings == nil {
		return programme.UsualSettings()
	}
	return k.settings.Settings
}

// OfferSettings takes settings as they came. It waits for the disk,
// milliseconds, and for no network.
func (k *Keeper) OfferSettings(envelope []byte) {
	k.mu.Lock()
	changed, err := k.takeSettings(envelope)
	k.mu.Unlock()
	if changed {
		k.o.Changed()
	}
	switch refusal := programme.RefusalOf(err); {
	case err == nil:
		k.o.Problems.Clear("settings")
	case refusal == programme.CharterMissing:
		k.o.Problems.Set("settings", string(refusal), err.Error())
	default:
		k.refuse("settings", err)
	}
}

func (k *Keeper) takeSettings(envelope []byte) (changed bool, err error) {
	s, err := programme.VerifySettings(envelope, k.documents())
	if programme.RefusalOf(err) == programme.CharterMissing {
		k.waiting.settings = envelope
	}
	if err != nil {
		return false, err
	}
	if k.settings != nil && k.settings.Payload == s.Payload {
		return false, nil
	}
	k.settings = s
	k.store("settings", state.Settings, envelope)
	k.o.Clock.Prove(s.Issued())
	k.o.Log.Info("settings accepted", "epoch", s.Epoch, "counter", s.Counter)
	return true, nil
}

// restoreSettings reads the newest settings again.
func (k *Keeper) restoreSettings() {
	k.o.Store.Document(state.Settings, func(b []byte) error {
		s, err := programme.RereadSettings(b, k.o.Screen, k.keys)
		if err == nil {
			k.settings = s
		}
		return err
	})
}
