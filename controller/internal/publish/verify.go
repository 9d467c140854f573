package publish

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// getter reads an object.
type getter func(d playlists.Digest) ([]byte, error)

// load signs and reads back a compiled programme; nothing of it is kept.
func (s *Service) load(ctx context.Context, m *made) (*programme.Loaded, error) {
	envelope, err := programme.Sign(&m.compiled.Programme, s.cfg.Key())
	if err != nil {
		return nil, err
	}
	return s.verify(m, envelope, func(d playlists.Digest) ([]byte, error) {
		if b, ok := m.compiled.Objects[d]; ok {
			return b, nil
		}
		return s.object(ctx, d)
	})
}

// verify reads a programme through the one verifying path, as an agent that
// holds the charter and its orders does; only what passes it leaves the
// controller.
func (s *Service) verify(m *made, envelope []byte, get getter) (*programme.Loaded, error) {
	p := &m.compiled.Programme
	accepted, err := programme.Verify(envelope, programme.Trust{
		Screen: m.screen.ID, Cluster: m.screen.Cluster, Keys: []programme.PublicKey{s.PublicKey()}, Charter: m.on.Charter,
		HeldOrders: programme.Held{Epoch: p.Epoch, Counter: p.Orders},
	})
	if err != nil {
		return nil, err
	}
	loaded, missing, failed, err := s.under(get, func(get programme.Getter) (*programme.Loaded, []playlists.Digest, error) {
		return programme.Load(accepted, m.on, get)
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("cannot find object %s: %w", missing[0], failed)
	}
	return loaded, err
}

// reread reads a programme that was published before, under a charter and a
// key that may have changed since: what has fallen in it is marked.
func (s *Service) reread(screen playlists.ID, envelope []byte, get getter) (*programme.Loaded, error) {
	accepted, err := programme.Reread(envelope, screen, s.cfg.Charters.ProgrammeKeys())
	if err != nil {
		return nil, err
	}
	loaded, missing, failed, err := s.under(get, func(get programme.Getter) (*programme.Loaded, []playlists.Digest, error) {
		return programme.LoadAnyway(accepted, programme.Grounds{Charter: s.cfg.Charters.Current()}, get)
	})
	if err == nil && loaded == nil {
		err = fmt.Errorf("cannot find object %s: %w", missing[0], failed)
	}
	return loaded, err
}

// under gives a loader all objects, those that charters name included.
func (s *Service) under(get getter, load func(programme.Getter) (*programme.Loaded, []playlists.Digest, error)) (loaded *programme.Loaded, missing []playlists.Digest, failed, err error) {
	loaded, missing, err = load(func(d playlists.Digest) ([]byte, bool) {
		if b, ok := s.cfg.Charters.Kept(d); ok {
			return b, true
		}
		b, err := get(d)
		if err != nil {
			failed = err
		}
		return b, err == nil
	})
	return loaded, missing, failed, err
}

func (s *Service) object(ctx context.Context, d playlists.Digest) ([]byte, error) {
	r, _, err := s.cfg.Objects.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, programme.MaxObject+1))
}

// shelf holds the objects of one act, so that what a thousand screens share is
// stored and read once. It is safe for concurrent use.
type shelf struct {
	s    *Service
	mu   sync.Mutex
	held map[playlists.Digest][]byte
}

func (s *Service) newShelf() *shelf { return &shelf{s: s, held: map[playlists.Digest][]byte{}} }

// put stores the objects that are new to the shelf.
func (sh *shelf) put(ctx context.Context, objects map[playlists.Digest][]byte) error {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for d, b := range objects {
		if _, held := sh.held[d]; held {
			continue
		}
		if _, _, err := sh.s.cfg.Objects.Put(ctx, bytes.NewReader(b)); err != nil {
			return err
		}
		sh.held[d] = b
	}
	return nil
}

// getter reads from the shelf, and what it does not hold from the store.
func (sh *shelf) getter(ctx context.Context) getter {
	return func(d playlists.Digest) ([]byte, error) {
		sh.mu.Lock()
		defer sh.mu.Unlock()
		if b, held := sh.held[d]; held {
			return b, nil
		}
		b, err := sh.s.object(ctx, d)
		if err == nil {
			sh.held[d] = b
		}
		return b, err
	}
}
