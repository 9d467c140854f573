package app

import (
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"cotmoc/agent/internal/enrol"
	"cotmoc/agent/internal/inventory"
)

// maxTicket is more than any ticket's file has.
const maxTicket = 256 << 10

// nothingMounted is a system without sticks.
type nothingMounted struct{}

// Open implements fs.FS.
func (nothingMounted) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// way is how a PC that is nobody's comes to its controller.
type way struct {
	controller string
	pin        *[32]byte
	ticket     *enrol.Ticket
}

// way finds out where to go: to the controller that was named, to the one of a
// ticket, or to the one of a ticket on a stick. A stick never leads a PC
// elsewhere than where it was told to go.
func (c *Config) way(root fs.FS, log *slog.Logger) (way, error) {
	w := way{controller: c.Controller}
	var err error
	if w.pin, err = c.pin(); err != nil {
		return w, err
	}
	var t *enrol.Ticket
	if c.Ticket != "" {
		if t, err = readTicket(c.Ticket); err != nil {
			return w, err
		}
	} else if t = enrol.FindTicket(root); t == nil {
		return w, nil
	}
	pin, err := t.Pin()
	if err != nil {
		return w, err
	}
	if c.Controller != "" && c.Controller != t.Controller || w.pin != nil && *w.pin != *pin {
		if c.Ticket != "" {
			return w, fmt.Errorf("cannot join by %s: it is for %s, and this PC is to go to %s", c.Ticket, t.Controller, c.Controller)
		}
		log.Warn("a ticket for another controller is passed over", "ticket_controller", t.Controller, "controller", c.Controller)
		return w, nil
	}
	log.Info("a ticket was found", "controller", t.Controller, "batch", t.Batch)
	return way{controller: t.Controller, pin: pin, ticket: t}, nil
}

func readTicket(name string) (*enrol.Ticket, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the ticket: %w", err)
	}
	if info.Size() > maxTicket {
		return nil, fmt.Errorf("cannot read the ticket %s: it has %d bytes, the most is %d", name, info.Size(), maxTicket)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the ticket: %w", err)
	}
	return enrol.ReadTicket([]byte(strings.TrimSpace(string(data))))
}

// marks are what this PC may be known by in a ticket.
func marks() []string {
	v := inventory.Read(os.DirFS("/"))
	out := []string{v.Hostname, v.Serial}
	for _, a := range inventory.Addresses() {
		if f := strings.Fields(a); len(f) == 3 {
			out = append(out, f[2])
		}
	}
	return out
}
