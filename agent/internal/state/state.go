// Package state keeps what the agent must not forget in a bbolt file: its
// identity, the programmes it has accepted, their documents, counters and the
// plays not yet handed over. Signed documents and the identity also stand in
// files beside it, so that a damaged database costs nothing of them: it is set
// aside under the name state.db.damaged-… and built anew.
package state

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"cotmoc/agent/internal/durable"
)

const (
	fileName    = "state.db"
	lockTimeout = 3 * time.Second
	keepDamaged = 3 // files set aside that are kept for a technician
)

// The buckets.
const (
	bucketDocuments = "documents"
	bucketObjects   = "objects"
	bucketPlays     = "plays"
	bucketCounters  = "counters"
)

// Store is the agent's memory. It is safe for concurrent use. Its operations
// take milliseconds, those that write wait for the disk.
type Store struct {
	dir string
	log *slog.Logger
	now func() time.Time

	mu       sync.Mutex
	db       *bolt.DB
	scratch  string // folder of a database that does not outlive this run, ""
	setAside string // newest file set aside in this run, ""
}

// Open opens or creates the state in dir. It fails when another agent uses the
// folder. A database that cannot be read is set aside; where the disk cannot
// be written, one in a scratch folder serves until the next start, filled from
// the files, and Lasting says so.
func Open(dir string, log *slog.Logger, now func() time.Time) (*Store, error) {
	s := &Store{dir: dir, log: log, now: now}
	if err := os.MkdirAll(filepath.Join(dir, documentsDir, objectsDir), 0o700); err != nil {
		log.Warn("cannot make the data folder", "dir", dir, "error", err)
	}
	db, err := openBolt(filepath.Join(dir, fileName))
	switch {
	case err == nil:
		s.db = db
		return s, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("cannot open %s: another agent is using it; stop that one first", filepath.Join(dir, fileName))
	case isDamage(err):
		if s.db, err = s.replace(err); err == nil {
			return s, nil
		}
	}
	if s.db, err = s.temporary(err); err != nil {
		return nil, err
	}
	return s, nil
}

// Close releases the database.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.db.Close()
	if s.scratch != "" {
		err = errors.Join(err, os.RemoveAll(s.scratch))
	}
	return err
}

// Lasting tells whether what is written outlives this run. It does not while
// the disk is read-only or was full at the start.
func (s *Store) Lasting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scratch == ""
}

// SetAside gives the name of the damaged database that was set aside in this
// run, or "".
func (s *Store) SetAside() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.setAside
}

// update runs fn in a transaction that is on disk when update returns. A
// database found damaged is replaced and fn runs once more.
func (s *Store) update(fn func(*bolt.Tx) error) error {
	return s.transact(func(db *bolt.DB) error { return db.Update(fn) })
}

func (s *Store) view(fn func(*bolt.Tx) error) error {
	return s.transact(func(db *bolt.DB) error { return db.View(fn) })
}

func (s *Store) transact(fn func(*bolt.DB) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := guard(func() error { return fn(s.db) })
	if !isDamage(err) {
		return err
	}
	// Locks inside the broken handle may be held for ever, so it is left open.
	db, replaceErr := s.replace(err)
	if replaceErr != nil {
		if db, replaceErr = s.temporary(replaceErr); replaceErr != nil {
			return errors.Join(err, replaceErr)
		}
	}
	s.db = db
	return guard(func() error { return fn(s.db) })
}

// replace sets the damaged database aside and builds another from the files.
func (s *Store) replace(damage error) (*bolt.DB, error) {
	path := filepath.Join(s.dir, fileName)
	aside := path + ".damaged-" + s.now().UTC().Format("20060102T150405.000Z")
	s.log.Error("database damaged, setting it aside", "file", aside, "error", damage)
	if err := durable.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	s.setAside = filepath.Base(aside)
	s.forgetOldDamage()
	db, err := openBolt(path)
	if err != nil {
		return nil, err
	}
	if err := s.refill(db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (s *Store) forgetOldDamage() {
	old, err := filepath.Glob(filepath.Join(s.dir, fileName+".damaged-*"))
	if err != nil || len(old) <= keepDamaged {
		return
	}
	slices.Sort(old)
	for _, f := range old[:len(old)-keepDamaged] {
		if err := os.Remove(f); err != nil {
			s.log.Warn("cannot remove an old damaged database", "file", f, "error", err)
		}
	}
}

// temporary serves while the disk cannot be written.
func (s *Store) temporary(cause error) (*bolt.DB, error) {
	s.log.Error("cannot keep state on this disk, keeping it until the next start only", "dir", s.dir, "error", cause)
	dir, err := os.MkdirTemp("", "cotmoc-agent-state-")
	if err != nil {
		return nil, fmt.Errorf("cannot keep any state: %w; and %s cannot be written: %w", err, s.dir, cause)
	}
	db, err := openBolt(filepath.Join(dir, fileName))
	if err == nil {
		err = s.refill(db)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot keep any state, %s cannot be written: %w", s.dir, cause), err, os.RemoveAll(dir))
	}
	s.scratch = dir
	return db, nil
}
