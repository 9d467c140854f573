package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"syscall"

	"cotmoc/agent/internal/durable"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// ErrFull says that the disk has no room even after eviction.
var ErrFull = errors.New("cannot store the object: the disk is full")

// ErrWrongBytes says that a chunk as received is not the one that was signed.
var ErrWrongBytes = errors.New("cannot store the object: what was received does not hash to its name")

// Partial is a rendition on its way. Bytes go in front to back; whole chunks
// are verified and flushed before the next begins. It is for one goroutine.
type Partial struct {
	c    *Cache
	list *programme.Chunks
	f    *os.File
	size int64 // bytes in the file
	good int64 // bytes of verified chunks
	hash hash.Hash
}

// Partial opens what is there of an object that Keep has named, verifying
// whole chunks again: bytes that were on their way when the power went are not
// trusted. It makes room for the rest first.
func (c *Cache) Partial(d playlists.Digest) (*Partial, error) {
	c.mu.Lock()
	list := c.needed[d]
	c.mu.Unlock()
	if list == nil {
		return nil, fmt.Errorf("cannot fetch object %s: no held programme needs it", d)
	}
	f, err := os.OpenFile(c.partialPath(d), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, full(fmt.Errorf("cannot open a partial file: %w", err))
	}
	p := &Partial{c: c, list: list, f: f, hash: sha256.New()}
	if err := p.resume(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if !c.Evict(list.Size - p.size) {
		return nil, errors.Join(ErrFull, f.Close())
	}
	return p, nil
}

func (p *Partial) resume() error {
	info, err := p.f.Stat()
	if err != nil {
		return err
	}
	p.size = min(info.Size(), p.list.Size)
	for i := range p.list.Digests {
		end := min(int64(i+1)*programme.ChunkSize, p.list.Size)
		if end > p.size {
			break
		}
		got, err := hashOf(io.NewSectionReader(p.f, p.good, end-p.good))
		if err != nil {
			return fmt.Errorf("cannot read a partial file: %w", err)
		}
		if got != p.list.Digests[i] {
			p.size = p.good
			break
		}
		p.good = end
	}
	if info.Size() != p.size {
		if err := p.f.Truncate(p.size); err != nil {
			return fmt.Errorf("cannot shorten a partial file: %w", err)
		}
	}
	if _, err := io.Copy(p.hash, io.NewSectionReader(p.f, p.good, p.size-p.good)); err != nil {
		return fmt.Errorf("cannot read a partial file: %w", err)
	}
	_, err = p.f.Seek(p.size, io.SeekStart)
	return err
}

// Offset is the next byte wanted, Size the number of all.
func (p *Partial) Offset() int64 { return p.size }

// Size is the number of bytes of the whole object.
func (p *Partial) Size() int64 { return p.list.Size }

// Write takes the next bytes. After ErrWrongBytes the bad chunk is gone and
// Offset is where it began.
func (p *Partial) Write(b []byte) (int, error) {
	written := 0
	for len(b) > 0 {
		end := min(p.good+programme.ChunkSize, p.list.Size)
		if p.size == p.list.Size {
			return written, fmt.Errorf("cannot store more than the %d bytes of object %s", p.list.Size, p.list.Rendition)
		}
		part := b[:min(int64(len(b)), end-p.size)]
		n, err := p.c.write(p.f, part)
		p.hash.Write(part[:n])
		p.size += int64(n)
		written += n
		if err != nil {
			return written, full(err)
		}
		b = b[n:]
		if p.size == end {
			if err := p.finishChunk(); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

func (p *Partial) finishChunk() error {
	got := playlists.Digest(hex.EncodeToString(p.hash.Sum(nil)))
	p.hash.Reset()
	if got != p.list.Digests[p.good/programme.ChunkSize] {
		return errors.Join(ErrWrongBytes, p.Restart())
	}
	if err := p.f.Sync(); err != nil {
		return full(err)
	}
	p.good = p.size
	return nil
}

// Restart drops the bytes after the last verified chunk.
func (p *Partial) Restart() error {
	p.size = p.good
	p.hash.Reset()
	if err := p.f.Truncate(p.good); err != nil {
		return fmt.Errorf("cannot shorten a partial file: %w", err)
	}
	_, err := p.f.Seek(p.good, io.SeekStart)
	return err
}

// RestartAll drops all bytes.
func (p *Partial) RestartAll() error {
	p.good = 0
	return p.Restart()
}

// Complete makes the object ready. All its bytes must be there.
func (p *Partial) Complete() error {
	d := p.list.Rendition
	if p.good != p.list.Size {
		return fmt.Errorf("cannot complete object %s: %d of %d bytes are there", d, p.good, p.list.Size)
	}
	info, err := p.f.Stat()
	if err != nil {
		return err
	}
	if err := p.f.Close(); err != nil {
		return full(err)
	}
	to := p.c.readyPath(d)
	if err := os.Rename(p.c.partialPath(d), to); err != nil {
		return fmt.Errorf("cannot make object %s ready: %w", d, err)
	}
	for _, dir := range []string{p.c.readyDir(), p.c.partialDir()} {
		if err := durable.SyncDir(dir); err != nil {
			return err
		}
	}
	verified := make([]bool, len(p.list.Digests))
	for i := range verified {
		verified[i] = true
	}
	p.c.mu.Lock()
	p.c.ready[d] = &object{size: p.list.Size, stamp: stampOf(info), verified: verified, used: p.c.o.Now()}
	p.c.mu.Unlock()
	p.c.changed()
	return nil
}

// Close leaves the partial file for later. After Complete it does nothing.
func (p *Partial) Close() error {
	if err := p.f.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// full recognises a disk without room.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return errors.Join(ErrFull, err)
	}
	return err
}

// Held gives the bytes of a needed object that are there, ready or partial.
func (c *Cache) Held(d playlists.Digest) int64 {
	c.mu.Lock()
	list, o := c.needed[d], c.ready[d]
	c.mu.Unlock()
	if list == nil {
		return 0
	}
	if o != nil {
		return list.Size
	}
	info, err := os.Stat(c.partialPath(d))
	if err != nil {
		return 0
	}
	return min(info.Size(), list.Size)
}
