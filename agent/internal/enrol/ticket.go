package enrol

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// TicketFile is what a ticket on a stick is called.
const TicketFile = "cotmoc-enrol.json"

// Bounds of looking for tickets.
const (
	maxTicketFile = 256 << 10
	maxFolders    = 64
	maxMarks      = 16
)

// Ticket is a ticket with the bytes that its signature is over.
type Ticket struct {
	programme.Ticket
	envelope []byte
}

// ReadTicket reads a ticket's file.
func ReadTicket(data []byte) (*Ticket, error) {
	t, err := programme.ReadTicket(data)
	if err != nil {
		return nil, err
	}
	return &Ticket{Ticket: *t, envelope: data}, nil
}

// Pin gives the SHA-256 of the only CA that the ticket trusts.
func (t *Ticket) Pin() (*[32]byte, error) {
	b, err := hex.DecodeString(string(t.CA))
	if err != nil || len(b) != 32 {
		return nil, fmt.Errorf("cannot use the ticket: %.80q is no digest", string(t.CA))
	}
	return (*[32]byte)(b), nil
}

// FindTicket looks for a ticket on what is mounted where sticks are: at the top
// of a medium, in a bounded number of them, in regular files alone. It gives
// the first that can be read, or nil.
func FindTicket(root fs.FS) *Ticket {
	var folders []string
	for _, pattern := range []string{"media/*", "media/*/*", "run/media/*/*", "mnt", "mnt/*"} {
		found, err := fs.Glob(root, pattern)
		if err != nil {
			continue
		}
		slices.Sort(found)
		folders = append(folders, found...)
	}
	for _, folder := range folders[:min(len(folders), maxFolders)] {
		if t := readStick(root, path.Join(folder, TicketFile)); t != nil {
			return t
		}
	}
	return nil
}

func readStick(root fs.FS, name string) *Ticket {
	// Not what a link on the stick points to.
	info, err := fs.Lstat(root, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxTicketFile {
		return nil
	}
	f, err := root.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxTicketFile))
	if err != nil {
		return nil
	}
	t, err := ReadTicket([]byte(strings.TrimSpace(string(data))))
	if err != nil {
		return nil
	}
	return t
}

// shown is the ticket as it is presented.
func (e *Enroller) shown() *wire.TicketShown {
	t := e.ticket
	if t == nil {
		return nil
	}
	marks := []string{}
	for _, m := range e.o.Marks {
		if m = programme.NormalMark(m); m != "" && len(m) <= programme.MaxMark && len(marks) < maxMarks && !slices.Contains(marks, m) {
			marks = append(marks, m)
		}
	}
	return &wire.TicketShown{Batch: t.Batch, Secret: t.Secret, Marks: marks}
}

// refusedTicket gives why the controller does not accept the ticket, "" when
// that is not what it says.
func refusedTicket(answer []byte) string {
	var problem struct {
		Reason string `json:"reason"`
	}
	if json.Unmarshal(answer, &problem) != nil || !strings.HasPrefix(problem.Reason, "ticket_") {
		return ""
	}
	return problem.Reason
}
