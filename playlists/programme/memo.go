package programme

import (
	"sync"

	"cotmoc/playlists"
)

// Memo remembers how approvals were judged, for a controller that judges the
// same ones for a thousand screens. It is safe for concurrent use. It grows
// with every charter: a new one takes a new Memo.
type Memo struct {
	mu     sync.Mutex
	judged map[judgement]error
}

type judgement struct {
	approval, charter playlists.Digest
	cluster           playlists.ID
}

// NewMemo makes an empty one.
func NewMemo() *Memo { return &Memo{judged: map[judgement]error{}} }

// keptSets gives the set of a retired person by the name in the charter.
type keptSets func(playlists.Digest) (*KeptSet, error)

// recall gives what was judged before, or judges and remembers. What took the
// set of a retired person is not remembered, for the set may come later. A nil
// Memo remembers nothing.
func (m *Memo) recall(approval playlists.Digest, on Grounds, judge func(Grounds, keptSets) error, kept keptSets) error {
	if m == nil {
		return judge(on, kept)
	}
	key := judgement{approval: approval, cluster: on.Cluster}
	if on.Charter != nil {
		key.charter = on.Charter.Payload
	}
	m.mu.Lock()
	err, known := m.judged[key]
	m.mu.Unlock()
	if known {
		return err
	}
	asked := false
	err = judge(on, func(d playlists.Digest) (*KeptSet, error) {
		asked = true
		return kept(d)
	})
	if !asked {
		m.mu.Lock()
		m.judged[key] = err
		m.mu.Unlock()
	}
	return err
}
