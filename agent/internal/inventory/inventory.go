// Package inventory finds out what PC and display a screen has, from what the
// system's files say. It asks no device and needs no right.
package inventory

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"io/fs"
	"net"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"cotmoc/playlists/wire"
)

// Bounds of what is read.
const (
	maxFile    = 64 << 10
	maxText    = 120 // bytes of one fact
	maxOutputs = 8
	maxNICs    = 16
)

// Read reads the system whose root is given, "/" but in tests.
func Read(root fs.FS) wire.Inventory {
	r := reader{root}
	v := wire.Inventory{
		Maker: r.line("sys/class/dmi/id/sys_vendor"), Model: r.line("sys/class/dmi/id/product_name"), Serial: r.line("sys/class/dmi/id/product_serial"),
		CPU: r.field("proc/cpuinfo", "model name", ":"), Cores: runtime.NumCPU(), Kernel: r.line("proc/sys/kernel/osrelease"),
		OS: strings.Trim(r.field("etc/os-release", "PRETTY_NAME", "="), `"`), Hostname: r.line("proc/sys/kernel/hostname"), Displays: r.displays(),
	}
	if v.Model == "" { // small boards have no DMI
		v.Model, v.Serial = r.line("proc/device-tree/model"), r.line("proc/device-tree/serial-number")
	}
	if fields := strings.Fields(r.field("proc/meminfo", "MemTotal", ":")); len(fields) > 0 {
		if kb, err := strconv.ParseInt(fields[0], 10, 64); err == nil && kb > 0 && kb < 1<<40 {
			v.Memory = kb << 10
		}
	}
	return v
}

type reader struct{ root fs.FS }

// file reads the beginning of a file; nothing when it cannot.
func (r reader) file(name string) []byte {
	f, err := r.root.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return nil
	}
	return b
}

// line reads a file of one line. What makers leave in from their samples is
// nothing.
func (r reader) line(name string) string {
	s := clean(string(r.file(name)))
	switch strings.ToLower(s) {
	case "to be filled by o.e.m.", "default string", "system product name", "system manufacturer", "system serial number", "not specified", "none", "0":
		return ""
	}
	return s
}

func (r reader) field(name, key, separator string) string {
	lines := bufio.NewScanner(bytes.NewReader(r.file(name)))
	for lines.Scan() {
		if k, v, ok := strings.Cut(lines.Text(), separator); ok && strings.TrimSpace(k) == key {
			return clean(v)
		}
	}
	return ""
}

// clean makes a text fit: printable, in one line, bounded.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(strings.TrimRight(s, "\x00"), "?"))
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > maxText {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

// displays reads the EDID of what is connected.
func (r reader) displays() []wire.Display {
	out := []wire.Display{}
	outputs, err := fs.Glob(r.root, "sys/class/drm/card*-*")
	if err != nil {
		return out
	}
	slices.Sort(outputs)
	for _, o := range outputs {
		if len(out) == maxOutputs {
			break
		}
		d, err := Parse(r.file(o + "/edid"))
		if err != nil {
			continue // nothing connected there, or one that does not say what it is
		}
		_, connector, _ := strings.Cut(path.Base(o), "-")
		d.Connector = clean(connector)
		out = append(out, d)
	}
	return out
}

// Addresses lists the addresses of this PC in its networks.
func Addresses() []string {
	out := []string{}
	all, err := net.Interfaces()
	if err != nil {
		return out
	}
	for _, n := range all {
		if n.Flags&net.FlagLoopback != 0 || n.Flags&net.FlagUp == 0 {
			continue
		}
		addresses, err := n.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLinkLocalUnicast() && len(out) < maxNICs {
				out = append(out, clean(n.Name+" "+ip.IP.String()+" "+n.HardwareAddr.String()))
			}
		}
	}
	return out
}

// Browser gives the version that a browser tells of itself.
func Browser(ctx context.Context, program string) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return ""
	}
	return clean(string(out[:min(len(out), maxFile)]))
}
