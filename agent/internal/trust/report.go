package trust

import "cotmoc/playlists/wire"

// Report says what the screen goes by, all but the audit head.
func (k *Keeper) Report() wire.Trusted {
	due := k.Due()
	t := wire.Trusted{Latched: k.Latched(), Refused: k.Refusals()}
	if !due.IsZero() {
		t.Late = due.UnixMilli()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	t.Starts, t.Heard = k.starts, k.contact.Heard
	if k.charter != nil {
		t.Charter = k.charter.Number
	}
	if o := k.orders; o != nil {
		t.Orders = &wire.ProgrammeRef{Epoch: o.Epoch, Counter: o.Counter}
	}
	if s := k.settings; s != nil {
		t.Settings = &wire.ProgrammeRef{Epoch: s.Epoch, Counter: s.Counter}
	}
	return t
}
