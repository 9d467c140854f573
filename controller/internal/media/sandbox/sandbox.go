// Package sandbox runs ffmpeg and ffprobe as children that have no network,
// see one input file, write into one folder and stay within limits.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"cotmoc/playlists"
)

// Limits bound one child. Every field must be set.
type Limits struct {
	Time     time.Duration // wall clock, then it is killed
	Memory   int64         // bytes of address space
	FileSize int64         // bytes of each file it writes
}

// Command is one run of a tool.
type Command struct {
	Tool   string                           // name of a program in the PATH
	Args   func(input, dir string) []string // gets the paths as the child sees them
	Input  string                           // the file it may read
	Dir    string                           // the folder it may write, and starts in; "" for none
	Stdout io.Writer                        // may be nil
	Limits Limits
}

// Failure is a child that ended otherwise than well.
type Failure struct {
	Tool     string
	TimedOut bool   // it took longer than Limits.Time
	Tail     string // the end of what it wrote to standard error
	Err      error
}

// Error implements error.
func (f *Failure) Error() string {
	if f.TimedOut {
		return fmt.Sprintf("cannot finish %s in time: it was killed", f.Tool)
	}
	return fmt.Sprintf("cannot finish %s: %v: %s", f.Tool, f.Err, strings.TrimSpace(f.Tail))
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Isolation is how children are kept apart.
type Isolation string

// The isolations, the stronger first.
const (
	Bubblewrap Isolation = "bubblewrap" // no network, own file system view
	Namespaces Isolation = "namespaces" // no network, no other processes; files as the controller's user sees them
)

// Sandbox runs commands. It is safe for concurrent use.
type Sandbox struct {
	isolation Isolation
	tools     map[string]string // absolute paths by name
	nice      string            // how far commands give way to everything else, as nice has it
}

// Tools names the programs that commands run, with their paths; "" looks in
// the PATH.
type Tools map[string]string

// New finds the tools and the strongest isolation that works here, and
// refuses with Unavailable when a tool is missing (reason "tool_missing") or
// no isolation works ("isolation_missing").
func New(ctx context.Context, tools Tools) (*Sandbox, error) {
	s := &Sandbox{tools: map[string]string{}, nice: "10"}
	wanted := Tools{"nice": "", "prlimit": "", "true": ""}
	maps.Copy(wanted, tools)
	for name, at := range wanted {
		if at == "" {
			at = name
		}
		path, err := exec.LookPath(at)
		if err != nil {
			return nil, playlists.Errorf(playlists.Unavailable, "tool_missing", playlists.Params{"tool": name}, "cannot find %s: install the package that has it (Debian: ffmpeg, util-linux, coreutils)", name)
		}
		if s.tools[name], err = filepath.Abs(path); err != nil {
			return nil, fmt.Errorf("cannot use the tool %q: %w", path, err)
		}
	}
	if path, err := exec.LookPath("bwrap"); err == nil {
		s.tools["bwrap"] = path
		if s.isolation = Bubblewrap; s.works(ctx) {
			return s, nil
		}
	}
	if s.isolation = Namespaces; s.works(ctx) {
		return s, nil
	}
	return nil, playlists.Errorf(playlists.Unavailable, "isolation_missing", nil,
		"cannot run ffmpeg apart from the system: install bubblewrap (Debian: apt install bubblewrap) or allow unprivileged user namespaces; it is never run without")
}

// Quiet gives a sandbox whose commands give way to those of this one.
func (s *Sandbox) Quiet() *Sandbox {
	quiet := *s
	quiet.nice = "19"
	return &quiet
}

// Isolation tells which isolation was chosen.
func (s *Sandbox) Isolation() Isolation { return s.isolation }

func (s *Sandbox) works(ctx context.Context) bool {
	return s.Run(ctx, Command{Tool: "true", Input: s.tools["true"], Args: func(string, string) []string { return nil },
		Limits: Limits{Time: 10 * time.Second, Memory: 1 << 30, FileSize: 1 << 20}}) == nil
}

// Run runs one command to its end. The child and all it started are killed
// when ctx ends, the time is up or this process dies. It returns the context's
// error, a *Failure, or an error of ours when nothing was run.
func (s *Sandbox) Run(ctx context.Context, c Command) error {
	for _, path := range []string{c.Input, c.Dir} {
		if path != "" && !filepath.IsAbs(path) {
			return fmt.Errorf("cannot run %s on the relative path %q", c.Tool, path)
		}
	}
	tool, ok := s.tools[c.Tool]
	if !ok {
		return fmt.Errorf("cannot run %s: it was not named when the sandbox was made", c.Tool)
	}
	timed, cancel := context.WithTimeout(ctx, c.Limits.Time)
	defer cancel()

	line := s.line(tool, c)
	cmd := exec.CommandContext(timed, line[0], line[1:]...)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C", "HOME=/nonexistent", "FONTCONFIG_FILE=/nonexistent"}
	if cmd.Dir = c.Dir; s.isolation == Bubblewrap || c.Dir == "" {
		cmd.Dir = "/"
	}
	cmd.Stdout = c.Stdout
	tail := &tailWriter{max: 8 << 10}
	cmd.Stderr = tail
	cmd.SysProcAttr = s.attributes()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second

	// The parent-death signal follows the thread that started the child.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case timed.Err() != nil:
		return &Failure{Tool: c.Tool, TimedOut: true, Tail: tail.String(), Err: timed.Err()}
	case err == nil:
		return nil
	}
	if _, ran := errors.AsType[*exec.ExitError](err); ran {
		return &Failure{Tool: c.Tool, Tail: tail.String(), Err: err}
	}
	return fmt.Errorf("cannot run %s: %w", c.Tool, err)
}

// line is the whole command line: priority, limits, isolation, tool.
func (s *Sandbox) line(tool string, c Command) []string {
	line := []string{s.tools["nice"], "-n", s.nice, s.tools["prlimit"],
		"--as=" + strconv.FormatInt(c.Limits.Memory, 10),
		"--fsize=" + strconv.FormatInt(c.Limits.FileSize, 10),
		"--core=0", "--nofile=256", "--"}
	if s.isolation != Bubblewrap {
		return append(append(line, tool), c.Args(c.Input, c.Dir)...)
	}
	const input, dir = "/in/source", "/out"
	line = append(line, s.tools["bwrap"], "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
		"--ro-bind", "/usr", "/usr", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
		"--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--dev", "/dev", "--tmpfs", "/tmp")
	for _, root := range []string{"/bin", "/lib", "/lib64", "/lib32", "/sbin"} {
		if target, err := os.Readlink(root); err == nil {
			line = append(line, "--symlink", target, root)
		} else {
			line = append(line, "--ro-bind-try", root, root)
		}
	}
	if !strings.HasPrefix(tool, "/usr/") && !strings.HasPrefix(tool, "/bin/") {
		line = append(line, "--ro-bind", tool, tool)
	}
	line = append(line, "--ro-bind", c.Input, input)
	at := "/"
	if c.Dir != "" {
		line = append(line, "--bind", c.Dir, dir)
		at = dir
	}
	line = append(line, "--chdir", at, "--", tool)
	return append(line, c.Args(input, dir)...)
}

// Confine bounds a program that is started and spoken to elsewhere: it has no
// network, and with bubblewrap it writes into the folder work alone and
// what else is in hidden is not there. memory is of data, in bytes, for each of its
// processes. It is killed with all it started when its command is cancelled.
func (s *Sandbox) Confine(cmd *exec.Cmd, hidden, work string, memory int64) {
	line := []string{s.tools["nice"], "-n", "10", s.tools["prlimit"], "--data=" + strconv.FormatInt(memory, 10), "--core=0", "--"}
	if s.isolation == Bubblewrap {
		line = append(line, s.tools["bwrap"], "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-pid", "--die-with-parent", "--new-session",
			"--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", hidden, "--bind", work, work, "--chdir", "/", "--")
	}
	cmd.Args = append(append(line, cmd.Path), cmd.Args[1:]...)
	cmd.Path = line[0]
	cmd.Dir = "/"
	cmd.SysProcAttr = s.attributes()
	cmd.SysProcAttr.Cloneflags &^= syscall.CLONE_NEWPID // its /proc would be another's
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// attributes puts the child into a process group of its own, bound to our
// life, and into namespaces where bubblewrap does not make them.
func (s *Sandbox) attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if s.isolation == Namespaces {
		a.Cloneflags = syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS
		if uid := os.Getuid(); uid != 0 {
			a.Cloneflags |= syscall.CLONE_NEWUSER
			a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
			a.GidMappings = []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}}
		}
	}
	return a
}

// tailWriter keeps the last max bytes.
type tailWriter struct {
	b   []byte
	max int
}

func (t *tailWriter) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if over := len(t.b) - t.max; over > 0 {
		t.b = append(t.b[:0], t.b[over:]...)
	}
	return len(p), nil
}

func (t *tailWriter) String() string { return strings.ToValidUTF8(string(t.b), "?") }
