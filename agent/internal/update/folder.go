// Package update keeps the agent's own program new: two folders of which one
// runs while the other takes what comes, a launcher that runs nothing but what
// the charter's release keys have signed, and a trial that each new program
// stands by showing its picture, or else the one before runs again.
//
// The installed program is the launcher and the last resort. Whatever moment
// the power goes, and whatever is on the disk, there is a program to run: each
// step is one rename, and what a step left is judged by signature and digest at
// the next start.
package update

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Slot names one of the two folders; "" is the installed program.
type Slot string

// The folders.
const (
	Installed Slot = ""
	SlotA     Slot = "a"
	SlotB     Slot = "b"
)

// other gives the folder beside a folder.
func (s Slot) other() Slot {
	if s == SlotA {
		return SlotB
	}
	return SlotA
}

// Names within the folder of releases and within a slot.
const (
	recordFile  = "record.json"
	floorFile   = "floor" // a second copy, for the day the record is damaged
	programFile = "agent"
	releaseFile = "release.dsse"
	partEnding  = ".part"
	maxRecord   = 64 << 10
	maxFloor    = 1 << 10
	maxFailed   = 8
)

// record is what is remembered of updates. It is one file that is replaced.
type record struct {
	Good   Slot `json:"good"`   // what runs, once it has shown its picture
	Before Slot `json:"before"` // what ran before it, as long as its folder is untouched
	// Floor is the least version that is taken here.
	Floor  programme.Version `json:"floor"`
	Trial  *trial            `json:"trial"`
	Failed []failure         `json:"failed"` // newest first
}

// trial is a program that has to prove itself.
type trial struct {
	Slot    Slot              `json:"slot"`
	Payload playlists.Digest  `json:"payload"` // of its release
	Version programme.Version `json:"version"`
	Starts  int               `json:"starts"` // begun so far
	Offer   programme.Numbers `json:"offer"`
}

// failure is a release that did not prove itself, or was none.
type failure struct {
	Payload playlists.Digest  `json:"payload"`
	Version programme.Version `json:"version"`
	Reason  string            `json:"reason"`
	At      int64             `json:"at"` // Unix milliseconds
	Offer   programme.Numbers `json:"offer"`
}

// Folder is where releases are on this PC.
type Folder struct {
	Dir  string
	Disk Disk
	// Charter gives the newest charter held, nil for none.
	Charter func() *programme.HeldCharter
}

// Found is a program that the charter's release keys have signed.
type Found struct {
	Slot     Slot
	Path     string
	Release  programme.SignedRelease
	Envelope []byte
}

func (f *Folder) path(s Slot, name string) string { return filepath.Join(f.Dir, string(s), name) }

// read gives the record; an empty one when there is none, or none that can be
// read: then the installed program runs. The floor stays what it was.
func (f *Folder) read() record {
	r := f.remembered()
	text, err := readBounded(filepath.Join(f.Dir, floorFile), maxFloor)
	if v := programme.Version(text); err == nil && v.Validate() == nil && r.Floor.Before(v) {
		r.Floor = v
	}
	return r
}

func (f *Folder) remembered() record {
	data, err := readBounded(filepath.Join(f.Dir, recordFile), maxRecord)
	var r record
	if err != nil || json.Unmarshal(data, &r) != nil {
		return record{}
	}
	for _, s := range []*Slot{&r.Good, &r.Before} {
		if *s != SlotA && *s != SlotB {
			*s = Installed
		}
	}
	if r.Trial != nil && r.Trial.Slot != SlotA && r.Trial.Slot != SlotB {
		r.Trial = nil
	}
	return r
}

func (f *Folder) write(r record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("cannot encode the record of updates: %w", err)
	}
	if err := f.Disk.MkdirAll(f.Dir); err != nil {
		return fmt.Errorf("cannot make the folder of releases: %w", err)
	}
	return f.Disk.Write(filepath.Join(f.Dir, recordFile), data, 0o600)
}

// fail notes that the trial has failed.
func (f *Folder) fail(r record, reason string, at int64) (record, error) {
	t := r.Trial
	r.Trial = nil
	r.Failed = append([]failure{{Payload: t.Payload, Version: t.Version, Reason: reason, At: at, Offer: t.Offer}}, r.Failed...)
	r.Failed = r.Failed[:min(len(r.Failed), maxFailed)]
	return r, f.write(r)
}

// confirm makes the program on trial the good one.
func (f *Folder) confirm(r record, floor programme.Version) (record, error) {
	if r.Trial.Slot != r.Good {
		r.Before = r.Good
	}
	r.Good, r.Trial = r.Trial.Slot, nil
	if r.Floor.Before(floor) {
		r.Floor = floor
		if err := f.Disk.Write(filepath.Join(f.Dir, floorFile), []byte(floor), 0o600); err != nil {
			return r, err
		}
	}
	return r, f.write(r)
}

// Find judges what a slot has: its release by the charter's release keys, its
// program by the release.
func (f *Folder) Find(s Slot) (*Found, error) {
	envelope, err := readBounded(f.path(s, releaseFile), programme.MaxEnvelope)
	if err != nil {
		return nil, fmt.Errorf("cannot use folder %s: %w", s, err)
	}
	release, err := programme.VerifyRelease(envelope, f.Charter())
	if err != nil {
		return nil, err
	}
	build, err := buildHere(&release.Release)
	if err != nil {
		return nil, err
	}
	found := &Found{Slot: s, Path: f.path(s, programFile), Release: *release, Envelope: envelope}
	return found, checkProgram(found.Path, build)
}

// buildHere gives the build for this machine, whatever the time and whatever
// ran before: that was judged when it was taken.
func buildHere(r *programme.Release) (*programme.Build, error) {
	for i := range r.Builds {
		if r.Builds[i].OS == runtime.GOOS && r.Builds[i].Arch == runtime.GOARCH {
			return &r.Builds[i], nil
		}
	}
	return nil, &programme.RefusalError{Refusal: programme.ReleaseUnfit, Err: fmt.Errorf("cannot use release %s: it has no build for %s on %s", r.Version, runtime.GOOS, runtime.GOARCH)}
}

// checkProgram holds a file against what was signed.
func checkProgram(path string, b *programme.Build) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("cannot use the program: %w", err)
	}
	defer file.Close() // it is only read
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(file, b.Size+1))
	if err != nil {
		return fmt.Errorf("cannot read the program %s: %w", path, err)
	}
	if got := playlists.Digest(hex.EncodeToString(h.Sum(nil))); n != b.Size || got != b.Digest {
		return &programme.RefusalError{Refusal: programme.WrongDigest, Err: fmt.Errorf("cannot use the program %s: it is not the one that was signed", path)}
	}
	return nil
}

func readBounded(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // it is only read
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, errors.New("cannot read it: the file is too large")
	}
	return data, nil
}
