package backup

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"cotmoc/playlists"
)

// take is given every part of a file, in its order. It may leave bytes unread.
type take func(p Part, r io.Reader) error

// Verify reads a whole file of data or keys and tells what it holds, or what
// is wrong with it.
func Verify(ctx context.Context, path string, unlock Unlock, progress Progress) (*Manifest, error) {
	return read(ctx, path, "", unlock, progress, func(Part, io.Reader) error { return nil })
}

// read gives every part of a file once its name is known to be in the
// manifest. What take is given is verified only when read returns.
func read(ctx context.Context, path string, kind Kind, unlock Unlock, progress Progress, to take) (*Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the backup: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	plain, err := unlock.decrypt(f)
	if err != nil {
		return nil, err
	}
	tr := tar.NewReader(plain)
	m, err := readManifest(tr, kind)
	if err != nil {
		return nil, err
	}
	p := &pump{ctx: ctx, progress: progress}
	for _, part := range m.Parts {
		p.total += part.Size
	}
	for _, part := range m.Parts {
		h, err := tr.Next()
		if err != nil {
			return nil, broken(err)
		}
		// Order, name and size are the manifest's: nothing else gets in, and
		// no name is ever taken from the tar.
		if h.Typeflag != tar.TypeReg || h.Name != part.Name || h.Size != part.Size {
			return nil, damaged("the entry %.80q is in the place of %.80q", h.Name, part.Name)
		}
		if err := p.part(part, tr, to); err != nil {
			return nil, err
		}
	}
	if h, err := tr.Next(); err == nil {
		return nil, damaged("the entry %.80q is not in its manifest", h.Name)
	} else if !errors.Is(err, io.EOF) {
		return nil, broken(err)
	}
	// What follows the tar is read too, so that age vouches for the end.
	if n, err := io.Copy(io.Discard, plain); err != nil {
		return nil, broken(err)
	} else if n > 1<<20 {
		return nil, damaged("%d bytes follow it", n)
	}
	return m, nil
}

// part hands a part over and verifies all of its bytes.
func (p *pump) part(part Part, r io.Reader, to take) error {
	reader, writer := io.Pipe()
	taken := make(chan error, 1)
	go func() {
		err := to(part, reader)
		if err == nil {
			_, err = io.Copy(io.Discard, reader)
		}
		_ = reader.CloseWithError(err) // always nil
		taken <- err
	}()
	sum, n, err := p.copy(writer, r)
	if err == nil && (n != part.Size || sum != part.SHA256) {
		err = damaged("the bytes of %.80q are not those of its manifest", part.Name)
	} else if err != nil && p.ctx.Err() == nil {
		err = broken(err)
	}
	_ = writer.CloseWithError(err) // always nil; without an error it is the end
	if e := <-taken; e != nil {
		return e // it is ours, or what take ran into
	}
	return err
}

func readManifest(tr *tar.Reader, kind Kind) (*Manifest, error) {
	h, err := tr.Next()
	if err != nil {
		return nil, broken(err)
	}
	if h.Typeflag != tar.TypeReg || h.Name != manifestName || h.Size > maxManifest {
		return nil, damaged("it does not begin with a manifest")
	}
	dec := json.NewDecoder(tr)
	m := &Manifest{}
	if err := dec.Decode(m); err != nil {
		return nil, broken(err)
	}
	if kind == "" { // either
		if kind = m.Kind; kind != Keys {
			kind = Data
		}
	}
	return m, m.check(kind)
}

// broken says that the file ends or breaks where it should not. A reason of
// our own stays.
func broken(err error) error {
	if playlists.ReasonOf(err) != "" {
		return err
	}
	return damaged("it is cut short or was changed (%v)", err)
}
