package children_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"cotmoc/controller/up/children"
)

// TestMain lets the test binary stand in for a driver that is killed: it
// starts a child of its own, tells its pid and waits for ever.
func TestMain(m *testing.M) {
	if os.Getenv("COTMOC_TEST_DRIVER") == "" {
		os.Exit(m.Run())
	}
	ctx := children.WithParent(context.Background()) // before anybody hears of us
	c, err := children.Start(children.Spec{Name: "sleep", Path: "sleep", Args: []string{"300"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(c.PID())
	select {
	case <-c.Done():
	case <-ctx.Done():
	}
}

func start(t *testing.T, script string) (*children.Child, *bufio.Reader) {
	t.Helper()
	r, w := io.Pipe()
	c, err := children.Start(children.Spec{Name: "script", Path: "sh", Args: []string{"-c", script}, Output: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = c.Stop(ctx) // it may have ended well before
		r.Close()
	})
	return c, bufio.NewReader(r)
}

func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	s, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(s)
}

// gone waits until no process has the id.
func gone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d lives on", pid)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestStopIsPolite(t *testing.T) {
	t.Parallel()
	c, out := start(t, `trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done`)
	line(t, out)
	if err := c.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Err(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestStopKillsTheWholeGroupAtTheBound(t *testing.T) {
	t.Parallel()
	c, out := start(t, `trap '' TERM; sleep 300 & echo $!; while :; do wait; done`)
	grandchild, err := strconv.Atoi(line(t, out))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := c.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	gone(t, c.PID())
	gone(t, grandchild)
}

func TestStopEndsWhatAnEndedChildLeft(t *testing.T) {
	t.Parallel()
	c, out := start(t, `sleep 300 >/dev/null 2>&1 & echo $!`)
	grandchild, err := strconv.Atoi(line(t, out))
	if err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	if err := c.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	gone(t, grandchild)
}

func TestChildIsInAGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	c, _ := start(t, `sleep 300`)
	pgid, err := syscall.Getpgid(c.PID())
	if err != nil || pgid != c.PID() {
		t.Errorf("group %d, child %d, %v", pgid, c.PID(), err)
	}
}

func TestChildDiesWithUs(t *testing.T) {
	t.Parallel()
	driver := exec.Command(os.Args[0])
	driver.Env = append(os.Environ(), "COTMOC_TEST_DRIVER=1")
	out, err := driver.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := driver.Start(); err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(line(t, bufio.NewReader(out)))
	if err != nil {
		t.Fatal(err)
	}
	if err := driver.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = driver.Wait() // it was killed
	gone(t, pid)
}

// As TestChildDiesWithUs, where it is the "go run" that started the driver
// which is killed: it hands on no signal.
func TestDriverEndsWithGoRun(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "go")
	if err := os.Symlink(shell, tool); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(tool, "-c", `"$0" & echo $!; wait`, os.Args[0])
	run.Env = append(os.Environ(), "COTMOC_TEST_DRIVER=1")
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	var pids []int
	for r := bufio.NewReader(out); len(pids) < 2; { // the driver's and its child's
		pid, err := strconv.Atoi(line(t, r))
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if err := run.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = run.Wait() // it was killed
	for _, pid := range pids {
		gone(t, pid)
	}
}

func TestProgramThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, err := children.Start(children.Spec{Name: "nobody", Path: "/nowhere/nobody"})
	if err == nil || !strings.Contains(err.Error(), "cannot start nobody") {
		t.Errorf("got %v", err)
	}
}

func TestStopAll(t *testing.T) {
	t.Parallel()
	var list []*children.Child
	for range 3 {
		c, _ := start(t, `sleep 300`)
		list = append(list, c)
	}
	if err := children.StopAll(t.Context(), 5*time.Second, list); err != nil {
		t.Error(err)
	}
	for _, c := range list {
		gone(t, c.PID())
	}
}
