package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"cotmoc/playlists"
)

// NewChunks reads a rendition's bytes once and gives its digest and the bytes
// of its chunk list.
func NewChunks(r io.Reader) (digest playlists.Digest, size int64, object []byte, err error) {
	whole := sha256.New()
	c := Chunks{Type: chunksType, ChunkSize: ChunkSize, Digests: []playlists.Digest{}}
	for {
		chunk := sha256.New()
		n, err := io.CopyN(io.MultiWriter(whole, chunk), r, ChunkSize)
		if err != nil && err != io.EOF {
			return "", 0, nil, fmt.Errorf("cannot read the rendition: %w", err)
		}
		if n > 0 {
			c.Size += n
			c.Digests = append(c.Digests, playlists.Digest(hex.EncodeToString(chunk.Sum(nil))))
		}
		if err == io.EOF {
			break
		}
	}
	c.Rendition = playlists.Digest(hex.EncodeToString(whole.Sum(nil)))
	object, err = Marshal(c)
	return c.Rendition, c.Size, object, err
}

// ParseChunks reads a chunk list, the bytes of which are those of its name, and
// holds it to the showing that names it.
func ParseChunks(object []byte, of *Showing) (*Chunks, error) {
	var c Chunks
	if err := Unmarshal(object, &c); err != nil {
		return nil, err
	}
	switch {
	case c.Type != chunksType:
		return nil, refuse(BadType, "cannot use an object of type %.80q as a chunk list", c.Type)
	case c.Rendition != of.Rendition || c.Size != of.Size:
		return nil, refuse(InternallyWrong, "cannot use the chunk list of another rendition")
	case c.ChunkSize != ChunkSize || int64(len(c.Digests)) != (c.Size+ChunkSize-1)/ChunkSize:
		return nil, refuse(InternallyWrong, "cannot use a chunk list of %d chunks for %d bytes", len(c.Digests), c.Size)
	}
	for _, d := range c.Digests {
		if err := d.Validate(); err != nil {
			return nil, refuse(Malformed, "cannot read a chunk list: %w", err)
		}
	}
	return &c, nil
}

func checkObject(object []byte, name playlists.Digest) error {
	if len(object) > MaxObject {
		return refuse(Malformed, "cannot read an object of %d bytes: the most is %d", len(object), MaxObject)
	}
	if got := playlists.DigestOf(object); got != name {
		return refuse(WrongDigest, "cannot use object %s: its bytes hash to %s", name, got)
	}
	return nil
}
