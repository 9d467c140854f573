// Package pictures takes the README's pictures anew: the browser story takes
// them, and they are put where the README shows them.
package pictures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// Folder is where the README has its pictures from.
const Folder = "firmware-notes/pictures"

// Take runs the story in the working copy at root and puts what it has taken
// in place. Nothing changes when the story fails.
func Take(ctx context.Context, root string, out io.Writer) error {
	taken, err := os.MkdirTemp("", "cotmoc-pictures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(taken)
	cmd := exec.CommandContext(ctx, "go", "test", "./controller/e2e", "-run=^TestPictures$", "-count=1", "-artifacts", "-outputdir="+taken)
	cmd.Dir = root
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cannot take the pictures: the story TestPictures did not pass: %w", err)
	}
	return place(taken, filepath.Join(root, Folder), out)
}

// place puts the pictures somewhere below one folder into another.
func place(taken, folder string, out io.Writer) error {
	found := 0
	err := filepath.WalkDir(taken, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".jpg" {
			return err
		}
		picture, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found++
		at := filepath.Join(folder, d.Name())
		fmt.Fprintf(out, "%s, %d KB\n", at, len(picture)>>10)
		return renameio.WriteFile(at, picture, 0o644)
	})
	if err == nil && found == 0 {
		err = errors.New("cannot find a picture: the story TestPictures has kept none")
	}
	return err
}
