package ports

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func taken(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func TestBusyPortNamesItsHolder(t *testing.T) {
	t.Parallel()
	port := taken(t)
	busy := Check([]int{port})
	if len(busy) != 1 {
		t.Fatalf("got %v", busy)
	}
	// The holder is this test.
	if !strings.Contains(busy[0].String(), "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("got %q", busy[0])
	}
}

func TestFreePortIsFree(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	if busy := Check([]int{port}); len(busy) != 0 {
		t.Errorf("got %v", busy)
	}
}

func TestFreeLeavesOutBusyBases(t *testing.T) {
	t.Parallel()
	port := taken(t)
	if got := Free(port-3, []int{0, 3}); got == port-3 {
		t.Errorf("got %d though %d is busy", got, port)
	}
}

func TestHolderThatCannotBeTold(t *testing.T) {
	t.Parallel()
	proc := t.TempDir()
	if got := holder(proc, 80); got != "" {
		t.Errorf("got %q", got)
	}
	if err := os.MkdirAll(filepath.Join(proc, "net"), 0o755); err != nil {
		t.Fatal(err)
	}
	table := "  sl  local_address rem_address st\n   0: 0100007F:0050 00000000:0000 0A 0:0 0:0 0 0 0 4711 1\n   1: 0100007F:0051 00000000:0000 01 0:0 0:0 0 0 0 4712 1\n"
	if err := os.WriteFile(filepath.Join(proc, "net/tcp"), []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := listener(filepath.Join(proc, "net/tcp"), 80); got != "4711" {
		t.Errorf("got %q", got)
	}
	if got := listener(filepath.Join(proc, "net/tcp"), 81); got != "" {
		t.Errorf("a connection counts as listening: %q", got)
	}
	if got := holder(proc, 80); got != "" {
		t.Errorf("got %q", got)
	}
	if got := (Busy{Port: 80, Reason: "why"}).String(); got != "port 80 is busy: why" {
		t.Errorf("got %q", got)
	}
}
