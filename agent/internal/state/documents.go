package state

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"cotmoc/agent/internal/durable"
	"cotmoc/playlists"
)

const (
	documentsDir = "documents"
	objectsDir   = "objects"
	maxFile      = 8 << 20 // bytes of a document or object file
)

// Name names a document. Each stands in the database and in a file.
type Name string

// The documents.
const (
	DeviceKey Name = "device.key"    // PEM, PKCS 8
	Identity  Name = "identity.json" // what pairing gave: certificate, pinned CA and keys
	Pairing   Name = "pairing.json"  // a pairing under way
	Newest    Name = "newest.dsse"   // envelope of the newest accepted programme
	Current   Name = "current.dsse"  // envelope of the last good programme
	Floor     Name = "floor.json"    // no earlier than this is it now
	Charter   Name = "charter.dsse"  // envelope of the newest accepted charter
	Keys      Name = "keys.json"     // every programme key that ever counted here
	Orders    Name = "orders.dsse"   // envelope of the newest accepted orders
	Settings  Name = "settings.dsse" // envelope of the newest accepted settings
	Latches   Name = "latches.json"  // what orders have put in force
	Contact   Name = "contact.json"  // when the controller was last heard
	Starts    Name = "starts.json"   // how often the agent has started
	Tries     Name = "tries.json"    // of the PIN
	Roster    Name = "roster.dsse"   // envelope of the newest accepted roster
	SiteCert  Name = "site.pem"      // key and certificate of the page at the site
	SiteTries Name = "sitetries.json"
	Commands  Name = "commands.json" // what was asked from afar, and what became of it
	Offer     Name = "offer.dsse"    // envelope of the newest accepted offer of a release
)

func names() []Name {
	return []Name{DeviceKey, Identity, Pairing, Newest, Current, Floor, Charter, Keys, Orders, Settings, Latches, Contact, Starts, Tries, Roster, SiteCert, SiteTries, Commands, Offer}
}

// Document gives the first copy that valid accepts: the file's, which is
// written first, or the database's. A copy that is missing or broken is
// written again from the good one.
func (s *Store) Document(name Name, valid func([]byte) error) ([]byte, bool) {
	path := s.documentPath(name)
	file, err := readFile(path)
	if err == nil && valid(file) == nil {
		return file, true
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("cannot read a document", "file", path, "error", err)
	}
	var kept []byte
	err = s.view(func(tx *bolt.Tx) error {
		kept = clone(tx.Bucket([]byte(bucketDocuments)).Get([]byte(name)))
		return nil
	})
	if err != nil || kept == nil || valid(kept) != nil {
		return nil, false
	}
	s.log.Warn("document file missing or damaged, writing it again", "file", path)
	if err := durable.WriteFile(path, kept, 0o600); err != nil {
		s.log.Warn("cannot write a document again", "file", path, "error", err)
	}
	return kept, true
}

// SetDocument stores a document, or removes it when data is nil. The file is
// written before the database, so it is never the older of the two. On a disk
// that cannot be written the database may still have it until the next start;
// the error says that it is not safe.
func (s *Store) SetDocument(name Name, data []byte) error {
	path := s.documentPath(name)
	var fileErr error
	if data == nil {
		if fileErr = os.Remove(path); errors.Is(fileErr, fs.ErrNotExist) {
			fileErr = nil
		}
	} else {
		fileErr = durable.WriteFile(path, data, 0o600)
	}
	if fileErr != nil && s.Lasting() {
		return fileErr
	}
	err := s.update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketDocuments))
		if data == nil {
			return b.Delete([]byte(name))
		}
		return b.Put([]byte(name), data)
	})
	return errors.Join(fileErr, err)
}

// Object gives a JSON object's bytes when a copy hashes to its name.
func (s *Store) Object(d playlists.Digest) ([]byte, bool) {
	if d.Validate() != nil {
		return nil, false
	}
	var data []byte
	err := s.view(func(tx *bolt.Tx) error {
		data = clone(tx.Bucket([]byte(bucketObjects)).Get([]byte(d)))
		return nil
	})
	if err == nil && data != nil && playlists.DigestOf(data) == d {
		return data, true
	}
	data, err = readFile(s.objectPath(d))
	if err != nil || playlists.DigestOf(data) != d {
		return nil, false
	}
	return data, true
}

// PutObject stores a JSON object under its digest.
func (s *Store) PutObject(data []byte) error {
	d := playlists.DigestOf(data)
	fileErr := durable.WriteFile(s.objectPath(d), data, 0o600)
	err := s.update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketObjects)).Put([]byte(d), data)
	})
	if err == nil && fileErr != nil {
		s.log.Warn("cannot keep an object's file", "object", d, "error", fileErr)
	}
	return err
}

// KeepObjects removes every object that keep does not name.
func (s *Store) KeepObjects(keep map[playlists.Digest]bool) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, documentsDir, objectsDir))
	for _, e := range entries {
		if !keep[playlists.Digest(e.Name())] {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, documentsDir, objectsDir, e.Name())))
		}
	}
	var stale [][]byte
	viewErr := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucketObjects)).ForEach(func(k, _ []byte) error {
			if !keep[playlists.Digest(k)] {
				stale = append(stale, clone(k))
			}
			return nil
		})
	})
	if viewErr != nil || len(stale) == 0 {
		return errors.Join(err, viewErr)
	}
	return errors.Join(err, s.update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketObjects))
		for _, k := range stale {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
		return nil
	}))
}

// refill fills a new database from the files.
func (s *Store) refill(db *bolt.DB) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, documentsDir, objectsDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("cannot list the documents beside the database", "error", err)
	}
	return guard(func() error {
		return db.Update(func(tx *bolt.Tx) error {
			for _, name := range names() {
				if data, err := readFile(s.documentPath(name)); err == nil {
					if err := tx.Bucket([]byte(bucketDocuments)).Put([]byte(name), data); err != nil {
						return err
					}
				}
			}
			for _, e := range entries {
				d := playlists.Digest(e.Name())
				data, err := readFile(filepath.Join(s.dir, documentsDir, objectsDir, e.Name()))
				if err != nil || playlists.DigestOf(data) != d {
					continue
				}
				if err := tx.Bucket([]byte(bucketObjects)).Put([]byte(d), data); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// ReadFile gives a document's file in a data folder without opening the
// state, for a launcher that must not hold it.
func ReadFile(dir string, name Name) ([]byte, error) {
	return readFile(filepath.Join(dir, documentsDir, string(name)))
}

func (s *Store) documentPath(name Name) string {
	return filepath.Join(s.dir, documentsDir, string(name))
}

func (s *Store) objectPath(d playlists.Digest) string {
	return filepath.Join(s.dir, documentsDir, objectsDir, string(d))
}

// readFile reads a file of bounded size.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("too large")}
	}
	return os.ReadFile(path)
}

// clone copies bytes that bbolt lends for the transaction only.
func clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}
