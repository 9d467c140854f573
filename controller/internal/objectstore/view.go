package objectstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"cotmoc/controller/internal/backup"
	"cotmoc/playlists"
)

// View reads the store in a folder that another process may be using: it
// changes nothing, not even what is half written.
type View struct{ dir *Dir }

var _ backup.Source = View{}

// ViewDir opens a View.
func ViewDir(root string) (View, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return View{}, fmt.Errorf("cannot open the object store %q: %w", root, err)
	}
	return View{&Dir{root: abs}}, nil
}

// List implements backup.Source.
func (v View) List(ctx context.Context) iter.Seq2[backup.Object, error] {
	return func(yield func(backup.Object, error) bool) {
		if _, err := os.Stat(v.dir.root); errors.Is(err, fs.ErrNotExist) {
			return // of a controller that never ran
		}
		for info, err := range v.dir.List(ctx) {
			if !yield(backup.Object{Digest: info.Digest, Size: info.Size}, err) {
				return
			}
		}
	}
}

// Open implements backup.Source.
func (v View) Open(ctx context.Context, d playlists.Digest) (io.ReadSeekCloser, int64, error) {
	return v.dir.Open(ctx, d)
}
