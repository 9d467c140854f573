package checks

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestGoTestThatTakesTooLong ends tests that stand still, tells where, and
// leaves nothing of them running.
func TestGoTestThatTakesTooLong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":    "module slow\n\ngo 1.26\n",
		"s_test.go": "package slow\nimport (\"os\"; \"strconv\"; \"testing\"; \"time\")\nfunc TestS(*testing.T) { _ = os.WriteFile(\"pid\", []byte(strconv.Itoa(os.Getpid())), 0o600); time.Sleep(time.Hour) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	begun := func() (pid int) {
		text, _ := os.ReadFile(filepath.Join(dir, "pid"))
		pid, _ = strconv.Atoi(string(text))
		return pid
	}
	// The time ends when the test has begun.
	ctx, end := lateDeadline(t, func() bool { return begun() != 0 })
	defer end()
	got, detail := GoTest("x", dir, nil, Packages(dir, func(string) bool { return true }), "go", "test").Run(ctx, func(string) {})
	if got.Failed == 0 || !strings.Contains(detail, "NEVER ENDED slow TestS") || !strings.Contains(detail, "slow.TestS(") {
		t.Errorf("got %+v, %s", got, detail)
	}
	if err := syscall.Kill(begun(), 0); err == nil {
		t.Error("the test still runs")
	}
}

// deadline is a context whose time ends when somebody says so.
type deadline struct {
	context.Context
	done chan struct{}
}

func (d deadline) Done() <-chan struct{} { return d.done }

func (d deadline) Err() error {
	select {
	case <-d.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// lateDeadline gives a context whose time ends once a condition holds.
func lateDeadline(t *testing.T, holds func() bool) (context.Context, func()) {
	t.Helper()
	d := deadline{t.Context(), make(chan struct{})}
	stop := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for !holds() {
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
		close(d.done)
	})
	return d, func() { close(stop); looking.Wait() }
}
