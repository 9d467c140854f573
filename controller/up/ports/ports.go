// Package ports tells whether TCP ports are free, and who holds those that
// are not.
package ports

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Busy is a port that cannot be listened on.
type Busy struct {
	Port   int
	Reason string // what the system says
	Holder string // the program that holds it, "" when it cannot be told
}

// String explains the port in a line.
func (b Busy) String() string {
	if b.Holder == "" {
		return fmt.Sprintf("port %d is busy: %s", b.Port, b.Reason)
	}
	return fmt.Sprintf("port %d is held by %s", b.Port, b.Holder)
}

// Check tries each port on the loopback address and gives those that are busy.
func Check(list []int) []Busy {
	var busy []Busy
	for _, port := range list {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			l.Close()
			continue
		}
		b := Busy{Port: port, Reason: err.Error()}
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			b.Reason, b.Holder = "another program listens on it", holder("/proc", port)
		case errors.Is(err, syscall.EACCES):
			b.Reason = "ports below 1024 need root"
		}
		busy = append(busy, b)
	}
	return busy
}

// Free looks for a base from which all offsets are free, beginning at from.
// It gives 0 when there is none.
func Free(from int, offsets []int) int {
	for base := from; base < 60000; base += 1000 {
		list := make([]int, len(offsets))
		for i, o := range offsets {
			list[i] = base + o
		}
		if len(Check(list)) == 0 {
			return base
		}
	}
	return 0
}

// holder finds the program that listens on a port by the kernel's tables; it
// sees other people's programs only as root.
func holder(proc string, port int) string {
	inode := listener(filepath.Join(proc, "net/tcp"), port)
	if inode == "" {
		inode = listener(filepath.Join(proc, "net/tcp6"), port)
	}
	if inode == "" {
		return ""
	}
	entries, err := os.ReadDir(proc)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err != nil {
			continue
		}
		fds, err := os.ReadDir(filepath.Join(proc, e.Name(), "fd"))
		if err != nil {
			continue // somebody else's
		}
		for _, fd := range fds {
			target, err := os.Readlink(filepath.Join(proc, e.Name(), "fd", fd.Name()))
			if err != nil || target != "socket:["+inode+"]" {
				continue
			}
			command, err := os.ReadFile(filepath.Join(proc, e.Name(), "cmdline"))
			if err != nil {
				return "process " + e.Name()
			}
			line := strings.TrimSpace(strings.ReplaceAll(string(command), "\x00", " "))
			if short := []rune(line); len(short) > 100 {
				line = string(short[:100]) + "…"
			}
			return fmt.Sprintf("process %s (%s)", e.Name(), line)
		}
	}
	return ""
}

// listener gives the inode of the socket that listens on a port, from a table
// such as /proc/net/tcp.
func listener(table string, port int) string {
	text, err := os.ReadFile(table)
	if err != nil {
		return ""
	}
	const listening = "0A"
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[3] != listening {
			continue
		}
		if strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", port)) {
			return fields[9]
		}
	}
	return ""
}
