package orders

import (
	"sync"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// checked remembers how orders stand under one charter, so that a thousand
// sets verify each signature once. It is safe for concurrent use.
type checked struct {
	mu       sync.Mutex
	charter  playlists.Digest
	verdicts map[playlists.ID]verdict
}

// verdict is an order with the hands that count, or why it does not stand.
type verdict struct {
	hands  int // that there were when it was judged
	signed programme.SignedOrder
	size   int // bytes in a set
	err    error
}

func newChecked() *checked { return &checked{verdicts: map[playlists.ID]verdict{}} }

// judge gives an order as it stands under the charter.
func (k *checked) judge(c *programme.HeldCharter, r *Record) verdict {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.charter != c.Payload {
		k.charter = c.Payload
		clear(k.verdicts)
	}
	if v, ok := k.verdicts[r.Order.ID]; ok && v.hands == len(r.Hands) {
		return v
	}
	v := verdict{hands: len(r.Hands), signed: programme.SignedOrder{Order: r.Bytes, Hands: []programme.HandSignature{}}}
	var fallen error
	for _, h := range r.Hands {
		// One hand that has fallen does not take the others with it.
		_, err := c.CheckOrder(&programme.SignedOrder{Order: r.Bytes, Hands: []programme.HandSignature{h.Signature}})
		if err != nil && programme.RefusalOf(err) != programme.TooFewPeople {
			fallen = err
			continue
		}
		v.signed.Hands = append(v.signed.Hands, h.Signature)
	}
	if _, v.err = c.CheckOrder(&v.signed); v.err != nil && len(v.signed.Hands) == 0 && fallen != nil {
		v.err = fallen
	}
	if b, err := programme.Marshal(v.signed); err == nil {
		v.size = len(b) + 1
	}
	k.verdicts[r.Order.ID] = v
	return v
}
