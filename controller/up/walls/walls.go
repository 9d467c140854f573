// Package walls reads the tracked files of the project and tells where they
// break the rules of the house: who may import whom, what may stand in the
// repository, and what code may not hold. Its test is the gate.
package walls

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Tree is a set of files to be judged. Paths are slash-separated and relative
// to the root of FS; those that FS does not hold (deleted, not yet committed)
// are passed over.
type Tree struct {
	FS    fs.FS
	Paths []string
}

// Breach is one broken rule at one place. Line is 0 when the whole file is
// meant.
type Breach struct {
	Rule string
	Path string
	Line int
	Text string
}

// String gives the breach as editors and terminals expect it: path:line: text.
func (b Breach) String() string {
	if b.Line == 0 {
		return fmt.Sprintf("%s: %s [%s]", b.Path, b.Text, b.Rule)
	}
	return fmt.Sprintf("%s:%d: %s [%s]", b.Path, b.Line, b.Text, b.Rule)
}

// Open lists the files that git tracks, or would track, in the working copy
// that holds dir.
func Open(ctx context.Context, dir string) (Tree, error) {
	out, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return Tree{}, err
	}
	root := filepath.Clean(strings.TrimSpace(string(out)))
	out, err = git(ctx, root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return Tree{}, err
	}
	paths := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	return Tree{FS: os.DirFS(root), Paths: slices.Compact(slices.Sorted(slices.Values(paths)))}, nil
}

func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("cannot list the files of %s with git %s: %w: %s", dir, args[0], err, strings.TrimSpace(stderr.String()))
	}
	return out, nil
}

// Check judges every file of the tree by every rule. It gives an error only
// when the tree cannot be read.
func Check(t Tree) ([]Breach, error) {
	packages, breaches, err := load(t)
	if err != nil {
		return nil, err
	}
	for _, p := range packages {
		breaches = append(breaches, checkImports(p)...)
		breaches = append(breaches, checkNames(p)...)
		breaches = append(breaches, checkSource(p)...)
		breaches = append(breaches, checkState(p)...)
		breaches = append(breaches, checkOutgoing(p)...)
	}
	files, err := checkFiles(t)
	if err != nil {
		return nil, err
	}
	breaches = append(breaches, files...)
	slices.SortFunc(breaches, func(a, b Breach) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return breaches, nil
}
