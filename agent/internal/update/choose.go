package update

import (
	"cmp"
	"log/slog"
	"time"

	"cotmoc/playlists/programme"
)

// maxStarts is how often a program on trial is begun: power cuts are not its
// fault, a crash at every start is.
const maxStarts = 3

// Why a program did not prove itself; refusals keep their own code.
const (
	NotStarted   = "not_started"   // it ended, each time, before it had shown its picture
	NoPicture    = "no_picture"    // it ran its time and showed none
	OtherVersion = "other_version" // it says that it is not the one that was signed
	CannotRun    = "cannot_run"    // the system does not run it
	Unreadable   = "unreadable"    // its folder cannot be read
)

// choice is what to run now.
type choice struct {
	*Found // nil for the installed program
	trial  bool
}

// choose decides what to run. A program on trial is counted before it is
// begun, and is not begun where that cannot be written down: it would be begun
// for ever. The installed program runs when it is the newer one, and when no
// folder has a program that is signed.
func (f *Folder) choose(own programme.Version, now time.Time, log *slog.Logger) choice {
	r := f.read()
	if r.Trial != nil {
		if found, ok := f.beginTrial(&r, now, log); ok {
			return choice{found, true}
		}
	}
	for _, s := range []Slot{r.Good, r.Before} {
		if s == Installed {
			continue
		}
		found, err := f.Find(s)
		if err != nil {
			log.Error("release not run", "folder", s, "refusal", programme.RefusalOf(err), "error", err)
			continue
		}
		if own.Before(found.Release.Version) {
			return choice{Found: found}
		}
	}
	return choice{}
}

// beginTrial counts a start of the program on trial, or notes why there is
// none.
func (f *Folder) beginTrial(r *record, now time.Time, log *slog.Logger) (*Found, bool) {
	found, err := f.Find(r.Trial.Slot)
	reason := ""
	switch {
	case r.Trial.Starts >= maxStarts:
		reason = NotStarted
	case err != nil:
		reason = cmp.Or(string(programme.RefusalOf(err)), Unreadable)
	case found.Release.Payload != r.Trial.Payload:
		reason = string(programme.WrongDigest)
	}
	if reason == "" {
		r.Trial.Starts++
		if err := f.write(*r); err != nil {
			log.Error("trial of a release not begun: it cannot be written down", "version", r.Trial.Version, "error", err)
			return nil, false
		}
		return found, true
	}
	log.Error("release rolled back", "version", r.Trial.Version, "reason", reason, "error", err)
	failed, err := f.fail(*r, reason, now.UnixMilli())
	if err != nil {
		log.Error("roll-back not written down", "error", err)
	}
	*r = failed
	return nil, false
}
