package sandbox

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// each runs a test under every isolation.
func each(t *testing.T, test func(*testing.T, *Sandbox)) {
	t.Helper()
	s, err := New(t.Context(), Tools{"sh": "", "ffmpeg": ""})
	if err != nil {
		t.Fatal(err)
	}
	for _, isolation := range []Isolation{Bubblewrap, Namespaces} {
		t.Run(string(isolation), func(t *testing.T) {
			t.Parallel()
			under := *s
			under.isolation = isolation
			test(t, &under)
		})
	}
}

func limits() Limits { return Limits{Time: 20 * time.Second, Memory: 1 << 30, FileSize: 1 << 20} }

// shell runs a script with $1 the input and $2 the folder.
func shell(t *testing.T, s *Sandbox, script string, lim Limits) (dir, out string, err error) {
	t.Helper()
	dir = t.TempDir()
	input := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(input, []byte("what came in"), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	err = s.Run(t.Context(), Command{Tool: "sh", Input: input, Dir: dir, Stdout: &stdout, Limits: lim,
		Args: func(in, dir string) []string { return []string{"-c", script, "sh", in, dir} }})
	return dir, stdout.String(), err
}

func TestChildReadsInputAndWritesFolder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Sandbox) {
		dir, out, err := shell(t, s, `cat "$1"; echo made >result`, limits())
		if err != nil || out != "what came in" {
			t.Fatalf("%q, %v", out, err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "result")); err != nil || string(b) != "made\n" {
			t.Errorf("result %q, %v", b, err)
		}
	})
}

func TestNoNetwork(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	each(t, func(t *testing.T, s *Sandbox) {
		err := s.Run(t.Context(), Command{Tool: "ffmpeg", Input: s.tools["true"], Limits: limits(), Args: func(string, string) []string {
			return []string{"-v", "error", "-i", "http://" + l.Addr().String() + "/x", "-f", "null", "-"}
		}})
		f, ok := errors.AsType[*Failure](err)
		if !ok || !strings.Contains(f.Tail, "unreachable") && !strings.Contains(f.Tail, "refused") {
			t.Errorf("reaching our own listener = %v", err)
		}
	})
}

func TestBubblewrapHidesEverythingElse(t *testing.T) {
	t.Parallel()
	s, err := New(t.Context(), Tools{"sh": ""})
	if err != nil || s.Isolation() != Bubblewrap {
		t.Fatalf("isolation %v, %v; this machine must have bubblewrap", s, err)
	}
	secret := filepath.Join(t.TempDir(), "ca.key")
	if err := os.WriteFile(secret, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{
		"cat " + secret, "cat /etc/passwd", "ls /root", "ls /proc/1", `echo x >"$1"`, "echo x >/usr/x", "kill -0 " + strconv.Itoa(os.Getpid()),
	} {
		if _, out, err := shell(t, s, script, limits()); err == nil {
			t.Errorf("%q worked: %q", script, out)
		}
	}
	if _, out, err := shell(t, s, "env", limits()); err != nil || strings.Contains(out, os.Getenv("PATH")+":") || strings.Contains(out, "HOME=/root") {
		t.Errorf("environment %q, %v", out, err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Sandbox) {
		small := limits()
		small.FileSize = 4096
		dir, _, err := shell(t, s, `head -c 100000 /dev/zero >"$2/big"`, small)
		if fi, statErr := os.Stat(filepath.Join(dir, "big")); err == nil || statErr != nil || fi.Size() > 4096 {
			t.Errorf("file limit: %v, %v, %v", err, fi, statErr)
		}
		tight := limits()
		tight.Memory = 64 << 20
		if _, _, err := shell(t, s, `head -c 200000000 /dev/zero | tail -c 150000000 >/dev/null`, tight); err == nil {
			t.Error("memory limit let 150 MB through")
		}
		quick := limits()
		quick.Time = 200 * time.Millisecond
		_, _, err = shell(t, s, "sleep 60", quick)
		if f, ok := errors.AsType[*Failure](err); !ok || !f.TimedOut {
			t.Errorf("time limit = %v", err)
		}
	})
}

// Whatever the child started must be gone with it: the grandchild holds the
// write end of a pipe, and the pipe ends only when nobody holds it.
func TestCancelKillsAllOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Sandbox) {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			done <- s.Run(ctx, Command{Tool: "sh", Input: s.tools["true"], Stdout: w, Limits: limits(), Args: func(string, string) []string {
				return []string{"-c", "sleep 60 & echo begun; wait"}
			}})
		}()
		begun := make(chan error, 1)
		go func() {
			_, err := r.Read(make([]byte, 16))
			begun <- err
		}()
		select {
		case err := <-begun:
			if err != nil {
				t.Fatal(err)
			}
		case err := <-done:
			w.Close()
			t.Fatalf("it ended before it had begun: %v", err)
		}
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Run = %v", err)
		}
		w.Close()
		if err := r.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Read(make([]byte, 16)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("the grandchild lives on: %v", err)
		}
	})
}

func TestFailureKeepsTheEndOfStderr(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Sandbox) {
		_, _, err := shell(t, s, `i=0; while [ $i -lt 2000 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 3`, limits())
		f, ok := errors.AsType[*Failure](err)
		if !ok || !strings.Contains(f.Tail, "line 1999") || len(f.Tail) > 9000 {
			t.Errorf("Run = %v", err)
		}
	})
}

func TestMissingTool(t *testing.T) {
	t.Parallel()
	if _, err := New(t.Context(), Tools{"no-such-tool": ""}); err == nil || !strings.HasPrefix(err.Error(), "cannot find no-such-tool") {
		t.Errorf("New = %v", err)
	}
}

// A confined program has no network and writes into its folder alone; with
// bubblewrap what is hidden is not there.
func TestConfine(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *Sandbox) {
		hidden, elsewhere := t.TempDir(), t.TempDir()
		work := filepath.Join(hidden, "work")
		for path, text := range map[string]string{filepath.Join(hidden, "secret"): "key", filepath.Join(work, "own"): "mine"} {
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), "/bin/sh", "-c", `cat "$1/own"; echo; cat "$2/secret" 2>/dev/null; echo; grep -vc lo: /proc/net/dev; ulimit -d; echo done > "$1/out"; echo x > "$3/out" 2>/dev/null`, "sh", work, hidden, elsewhere)
		s.Confine(cmd, hidden, work, 1<<30)
		out, err := cmd.Output()
		if _, left := errors.AsType[*exec.ExitError](err); err != nil && !left {
			t.Fatal(err)
		}
		secret := ""
		if s.isolation == Namespaces {
			secret = "key"
		}
		if want := "mine\n" + secret + "\n2\n1048576\n"; string(out) != want {
			t.Errorf("it saw %q, want %q", out, want)
		}
		if b, err := os.ReadFile(filepath.Join(work, "out")); string(b) != "done\n" {
			t.Errorf("it wrote %q, %v", b, err)
		}
		if _, err := os.Stat(filepath.Join(elsewhere, "out")); err == nil && s.isolation == Bubblewrap {
			t.Error("it wrote outside its folder")
		}
	})
}
