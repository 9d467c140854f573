// Package tool runs programs of this PC: found by name in fixed folders, with
// arguments that this program has written, no shell between, and a bound on
// their time and on what they say.
package tool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Runner finds and runs tools. It is safe for concurrent use.
type Runner struct {
	Dirs []string // where they are looked for
	Env  []string // what they see
	Most time.Duration
}

const (
	mostTime   = 15 * time.Second // a monitor on a slow bus takes seconds
	mostOutput = 16 << 10         // bytes
	killWait   = 2 * time.Second
)

// System gives a runner of what is installed here. Tools see of the
// environment what leads them to the display and to the sound, nothing else.
func System() Runner {
	r := Runner{Dirs: filepath.SplitList(os.Getenv("PATH")), Most: mostTime}
	for _, name := range []string{"PATH", "HOME", "WAYLAND_DISPLAY", "DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS"} {
		if v, ok := os.LookupEnv(name); ok {
			r.Env = append(r.Env, name+"="+v)
		}
	}
	r.Env = append(r.Env, "LC_ALL=C.UTF-8")
	return r
}

// Sees tells whether tools see a variable.
func (r Runner) Sees(name string) bool {
	for _, e := range r.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok && v != "" {
			return true
		}
	}
	return false
}

// Find gives the path of a tool, false when it is not installed.
func (r Runner) Find(name string) (string, bool) {
	for _, dir := range r.Dirs {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); filepath.IsAbs(path) && err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, true
		}
	}
	return "", false
}

// Run runs a tool by its path and gives what it has printed.
func (r Runner) Run(ctx context.Context, path, stdin string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, r.Most)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.WaitDelay = r.Env, "/", strings.NewReader(stdin), killWait
	var out, complaints bounded
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	switch name := filepath.Base(path); {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("cannot wait for %s any longer than %s", name, r.Most)
	case err != nil:
		said := strings.TrimSpace(complaints.String())
		if said == "" {
			said = strings.TrimSpace(out.String())
		}
		return "", fmt.Errorf("cannot run %s: %w: %.200s", name, err, firstLine(said))
	}
	return out.String(), nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.ToValidUTF8(line, "?")
}

// bounded keeps the beginning of what is written to it.
type bounded struct{ b bytes.Buffer }

// Write implements io.Writer.
func (w *bounded) Write(p []byte) (int, error) {
	if left := mostOutput - w.b.Len(); left > 0 {
		w.b.Write(p[:min(left, len(p))])
	}
	return len(p), nil
}

func (w *bounded) String() string { return w.b.String() }
