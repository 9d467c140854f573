// Package mutate takes each check out of the verifying path, one at a time,
// and tells which of them no test misses.
//
// All checks of a package are made removable in one build, by a number in the
// environment of the test program; the code as it stands is not touched (go
// test's -overlay).
package mutate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// question is the function that the instrumented code asks, variable the
// environment variable that answers.
const (
	question = "cotmocRemoved"
	variable = "COTMOC_REMOVED"
)

// Target is a package whose checks are removed. Its own tests are asked first
// and then those of the targets behind it, which may import it.
type Target struct {
	Dir   string                     // from the root of the module
	Files func(name string) bool     // which ones count beside tests, which do not
	Pass  func(function string) bool // which functions are left alone
}

// VerifyingPath is what stands between a document and the glass: what reads
// documents, and what on the screen decides which of them is obeyed, and when.
// What makes documents, on the controller and for tests, is no part of it.
func VerifyingPath() []Target {
	makes := regexp.MustCompile(`^(New|Sign|sign$|Seal$|Marshal$|FileCredential$|Plan$)`)
	return []Target{
		{Dir: "playlists/webauthn", Files: func(string) bool { return true }, Pass: makes.MatchString},
		{Dir: "playlists/programme", Files: func(name string) bool { return name != "compile.go" && name != "plan.go" }, Pass: makes.MatchString},
		{Dir: "playlists/wire", Files: func(string) bool { return true }, Pass: makes.MatchString},
		{Dir: "agent/internal/trust", Files: func(string) bool { return true }, Pass: func(string) bool { return false }},
	}
}

// Options of a run.
type Options struct {
	Root     string
	Targets  []Target
	Only     string // removes the checks of files with this in their path alone
	Parallel int
	Limit    time.Duration // of one test program
	Out      io.Writer
}

// Result counts.
type Result struct {
	Removed, Noticed int
	survivors        []check
}

type program struct {
	path, dir string
}

// Run removes every check and asks the tests.
func Run(ctx context.Context, o Options) (Result, error) {
	work, err := os.MkdirTemp("", "cotmoc-mutate-")
	if err != nil {
		return Result{}, fmt.Errorf("cannot make a folder for the changed code: %w", err)
	}
	defer os.RemoveAll(work)
	checks, owner, overlay, err := prepare(o, work)
	if err != nil {
		return Result{}, err
	}
	var programs []program
	for i, t := range o.Targets {
		p := program{path: filepath.Join(work, "tests"+strconv.Itoa(i)), dir: filepath.Join(o.Root, filepath.FromSlash(t.Dir))}
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", p.path, "./"+t.Dir)
		cmd.Dir = o.Root
		if out, err := cmd.CombinedOutput(); err != nil {
			return Result{}, fmt.Errorf("cannot build the tests of %s: %w\n%s", t.Dir, err, out)
		}
		programs = append(programs, p)
	}
	for i := range programs {
		if missed, said := programs[i].misses(ctx, 0, o.Limit); missed {
			return Result{}, fmt.Errorf("cannot begin: the tests of %s fail with every check in place\n%s", o.Targets[i].Dir, said)
		}
	}
	return o.removeEach(ctx, checks, owner, programs)
}

// prepare writes the changed code and gives its checks, numbered from 1, whose
// package each is, and the overlay.
func prepare(o Options, work string) (checks []check, owner []int, overlay string, err error) {
	replace := map[string]string{}
	put := func(as string, text []byte) error {
		file := filepath.Join(work, strconv.Itoa(len(replace))+".go")
		replace[as] = file
		return os.WriteFile(file, text, 0o600)
	}
	for i, t := range o.Targets {
		dir := filepath.Join(o.Root, filepath.FromSlash(t.Dir))
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, nil, "", err
		}
		for _, file := range files {
			name := filepath.Base(file)
			if strings.HasSuffix(name, "_test.go") || !t.Files(name) {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				return nil, nil, "", err
			}
			found, text, err := instrument(t.Dir+"/"+name, source, len(checks)+1, t.Pass)
			if err != nil {
				return nil, nil, "", err
			}
			for range found {
				owner = append(owner, i)
			}
			checks = append(checks, found...)
			if err := put(file, text); err != nil {
				return nil, nil, "", err
			}
		}
		if err := put(filepath.Join(dir, "cotmoc_removed.go"), answer(filepath.Base(t.Dir))); err != nil {
			return nil, nil, "", err
		}
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, nil, "", err
	}
	overlay = filepath.Join(work, "overlay.json")
	return checks, owner, overlay, os.WriteFile(overlay, b, 0o600)
}

// answer is the code that answers the question.
func answer(name string) []byte {
	return fmt.Appendf(nil, `package %s

import (
	"os"
	"strconv"
)

var cotmocNumber, _ = strconv.Atoi(os.Getenv(%q))

func %s(n int) bool { return n == cotmocNumber }
`, name, variable, question)
}

func (o *Options) removeEach(ctx context.Context, checks []check, owner []int, programs []program) (Result, error) {
	var r Result
	var survivors sync.Mutex
	next := make(chan int)
	var workers sync.WaitGroup
	for range max(1, o.Parallel) {
		workers.Go(func() {
			for i := range next {
				if noticed(ctx, programs[owner[i]:], i+1, o.Limit) {
					continue
				}
				survivors.Lock()
				r.survivors = append(r.survivors, checks[i])
				fmt.Fprintf(o.Out, "nobody missed %s\n", checks[i])
				survivors.Unlock()
			}
		})
	}
	for i, c := range checks {
		if strings.Contains(c.Path, o.Only) {
			r.Removed++
			next <- i
		}
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return Result{}, context.Cause(ctx)
	}
	r.Noticed = r.Removed - len(r.survivors)
	fmt.Fprintf(o.Out, "%d checks removed, %d noticed\n", r.Removed, r.Noticed)
	return r, nil
}

// noticed asks one test program after another.
func noticed(ctx context.Context, programs []program, n int, limit time.Duration) bool {
	for _, p := range programs {
		if missed, _ := p.misses(ctx, n, limit); missed {
			return true
		}
	}
	return false
}

// misses tells whether the tests fail without check n. Tests that hang have
// noticed as well.
func (p program) misses(ctx context.Context, n int, limit time.Duration) (missed bool, said string) {
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(bounded, p.path, "-test.failfast", "-test.run=^Test")
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), variable+"="+strconv.Itoa(n))
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	return errors.As(err, &failed) || bounded.Err() != nil, string(out)
}
