// Package build makes the console and the binaries from a working copy, each
// only when it has to be made again.
package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Folders of the working copy.
const (
	// State holds what the driver makes; git ignores it.
	State = ".cotmoc"
	web   = "controller/internal/console/web"
	dist  = "controller/internal/console/dist"
)

// Runner runs a program in a folder; what it writes goes where the runner
// likes, and into the error when it fails.
type Runner func(ctx context.Context, dir string, env []string, name string, args ...string) error

// Quiet gives a Runner that shows nothing of a program that succeeds.
func Quiet() Runner {
	return func(ctx context.Context, dir string, env []string, name string, args ...string) error {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("cannot run %s %s: %w\n%s", name, strings.Join(args, " "), err, out)
		}
		return nil
	}
}

// Root finds the working copy that holds dir, by its go.mod.
func Root(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := dir; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module cotmoc\n") {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("cannot find the working copy from %s: run inside the folder that holds go.mod", dir)
		}
	}
}

// Packages installs what the console is built from, when its lock file changed
// since. It tells whether it did.
func Packages(ctx context.Context, root string, run Runner) (bool, error) {
	folder := filepath.Join(root, web)
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return false, fmt.Errorf("cannot read the console's lock file: %w", err)
	}
	sum := sha256.Sum256(lock)
	// The stamp lies inside, so that it goes when the folder goes.
	stamp := filepath.Join(folder, "node_modules", ".cotmoc-lock")
	if stamped(stamp, hex.EncodeToString(sum[:])) {
		return false, nil
	}
	if err := run(ctx, folder, nil, "npm", "ci", "--no-audit", "--no-fund"); err != nil {
		return false, err
	}
	return true, os.WriteFile(stamp, []byte(hex.EncodeToString(sum[:])), 0o644)
}

// Console builds the web console when its sources changed since. It tells
// whether it did. Packages must have run.
func Console(ctx context.Context, root string, run Runner) (bool, error) {
	sum, err := sourceSum(filepath.Join(root, web))
	if err != nil {
		return false, err
	}
	stamp := filepath.Join(root, State, "console.sum")
	if _, err := os.Stat(filepath.Join(root, dist, "index.html")); err == nil && stamped(stamp, sum) {
		return false, nil
	}
	if err := run(ctx, filepath.Join(root, web), nil, "npm", "run", "build"); err != nil {
		return false, err
	}
	if _, err := os.Stat(filepath.Join(root, dist, "index.html")); err != nil {
		return false, fmt.Errorf("cannot find what the console's build should have made: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(root, State), 0o755); err != nil {
		return false, err
	}
	return true, os.WriteFile(stamp, []byte(sum), 0o644)
}

// Binaries are the two programs the product consists of.
type Binaries struct{ Controller, Agent string }

// Programs builds both binaries; the compiler's own cache makes it cheap when
// nothing changed.
func Programs(ctx context.Context, root string, run Runner) (Binaries, error) {
	b := Binaries{
		Controller: filepath.Join(root, State, "bin", "controller"),
		Agent:      filepath.Join(root, State, "bin", "agent"),
	}
	for path, pkg := range map[string]string{b.Controller: "./controller", b.Agent: "./agent"} {
		if err := run(ctx, root, []string{"CGO_ENABLED=0"}, "go", "build", "-trimpath", "-o", path, pkg); err != nil {
			return Binaries{}, err
		}
	}
	return b, nil
}

func stamped(file, sum string) bool {
	text, err := os.ReadFile(file)
	return err == nil && string(text) == sum
}

// sourceSum hashes names and bytes of everything under a folder but what is
// installed or made there.
func sourceSum(folder string) (string, error) {
	h := sha256.New()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{"node_modules", ".vite", "test-results", "playwright-report", "coverage"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		file, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // an editor's passing file
		}
		if err != nil {
			return err
		}
		defer file.Close()
		content := sha256.New()
		if _, err := io.Copy(content, file); err != nil {
			return err
		}
		fmt.Fprintf(h, "%s\x00%x\n", filepath.ToSlash(name), content.Sum(nil))
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("cannot read the console's sources: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
