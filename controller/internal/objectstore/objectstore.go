// Package objectstore keeps immutable bytes under the SHA-256 of their
// content.
package objectstore

import (
	"context"
	"io"
	"iter"
	"time"

	"cotmoc/playlists"
)

// Info describes a stored object in a list.
type Info struct {
	Digest   playlists.Digest
	Size     int64 // bytes
	StoredAt time.Time
}

// Space is how much room a store has, in bytes.
type Space struct {
	Used  int64 // by objects
	Limit int64 // the most they may use, 0 without a limit
	Free  int64 // what can still be put, below limit and on the medium
}

// Store is what every implementation does; objectstoretest.Run holds them to
// it. All methods may be called concurrently. Features declare the part they
// need; most of it speaks in plain types, so that they can.
type Store interface {
	// Put stores all of r. The object is visible only when it is complete and
	// durable; nothing is left of one that was broken off. Putting bytes that
	// are there already is no error. A store without room answers Unavailable,
	// reason "storage_full".
	Put(ctx context.Context, r io.Reader) (d playlists.Digest, size int64, err error)
	// Open gives an object's bytes and their number. It answers NotFound, reason
	// "object_missing", for a digest that is not there. An object that is
	// deleted meanwhile stays readable until Close.
	Open(ctx context.Context, d playlists.Digest) (r io.ReadSeekCloser, size int64, err error)
	// Stat is Open without the bytes.
	Stat(ctx context.Context, d playlists.Digest) (size int64, err error)
	// Delete removes an object; one that is not there is no error.
	Delete(ctx context.Context, d playlists.Digest) error
	// List gives all objects in the order of their digests. It ends after the
	// first error.
	List(ctx context.Context) iter.Seq2[Info, error]
	// Space tells the room that is left.
	Space(ctx context.Context) (Space, error)
	// Local gives a path where a child process can read the object's bytes
	// until release is called. The file must not be changed.
	Local(ctx context.Context, d playlists.Digest) (path string, release func(), err error)
}
