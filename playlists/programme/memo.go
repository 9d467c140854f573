package programme

import (
	"sync"

	"cotmoc/playlists"
)

// Memo remembers how approvals were judged under one charter, for a controller
// that judges the same ones for a thousand screens. It is safe for concurrent
// use; a new charter takes a new Memo.
type Memo struct {
	mu     sync.Mutex
	judged map[judgement]error
}

type judgement struct {
	approval playlists.Digest
	cluster  playlists.ID
}

// NewMemo makes an empty one.
func NewMemo() *Memo { return &Memo{judged: map[judgement]error{}} }

// recall gives what was judged before, or judges and remembers. A nil Memo
// remembers nothing.
func (m *Memo) recall(approval playlists.Digest, cluster playlists.ID, judge func() error) error {
	if m == nil {
		return judge()
	}
	key := judgement{approval, cluster}
	m.mu.Lock()
	err, known := m.judged[key]
	m.mu.Unlock()
	if known {
		return err
	}
	err = judge()
	m.mu.Lock()
	m.judged[key] = err
	m.mu.Unlock()
	return err
}
