package state

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"cotmoc/agent/internal/durable"
)

// damage is an error that only another database file mends.
type damage struct{ err error }

func (d *damage) Error() string { return "cannot read the database: " + d.err.Error() }
func (d *damage) Unwrap() error { return d.err }

func isDamage(err error) bool {
	_, ok := errors.AsType[*damage](err)
	return ok
}

// guard turns what bbolt does on broken pages (panics, faults of the memory
// map) into damage.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = &damage{fmt.Errorf("%v", r)}
		}
	}()
	err = fn()
	for _, broken := range []error{bolterrors.ErrInvalid, bolterrors.ErrChecksum, bolterrors.ErrVersionMismatch, bolterrors.ErrInvalidMapping, bolterrors.ErrBucketNotFound, bolterrors.ErrIncompatibleValue} {
		if errors.Is(err, broken) {
			return &damage{err}
		}
	}
	return err
}

// openBolt opens the database, creating it under a temporary name so that a
// file under the real one always has its buckets, and walks all of it.
func openBolt(path string) (*bolt.DB, error) {
	if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, err
		}
	}
	var db *bolt.DB
	err := guard(func() error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.Size() < int64(4*os.Getpagesize()) {
			return &damage{fmt.Errorf("it has only %d bytes", info.Size())}
		}
		db, err = bolt.Open(path, 0o600, options())
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := guard(func() error { return db.View(walk) }); err != nil {
		if !isDamage(err) {
			err = errors.Join(err, db.Close())
		}
		return nil, err
	}
	return db, nil
}

func options() *bolt.Options {
	return &bolt.Options{Timeout: lockTimeout, FreelistType: bolt.FreelistMapType}
}

func create(path string) error {
	temp := path + ".new"
	if err := os.Remove(temp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("cannot create the database: %w", err)
	}
	db, err := bolt.Open(temp, 0o600, options())
	if err != nil {
		return fmt.Errorf("cannot create the database: %w", err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range buckets() {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("cannot create the database: %w", err)
	}
	return durable.Rename(temp, path)
}

func buckets() []string {
	return []string{bucketDocuments, bucketObjects, bucketPlays, bucketCounters}
}

// walk reads every page that a transaction could reach, in this goroutine so
// that guard sees its faults, and then has bbolt check its page counts: a free
// list that names a page in use would have it overwritten.
func walk(tx *bolt.Tx) error {
	for _, name := range buckets() {
		b := tx.Bucket([]byte(name))
		if b == nil {
			return &damage{fmt.Errorf("the bucket %s is missing", name)}
		}
		var sum byte
		err := b.ForEach(func(k, v []byte) error {
			for _, part := range [][]byte{k, v} {
				for _, c := range part {
					sum ^= c // touch every byte of the map
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	var first error
	for err := range tx.Check() {
		if first == nil {
			first = &damage{err}
		}
	}
	return first
}
