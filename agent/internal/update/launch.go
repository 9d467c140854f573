package update

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// The variables by which a launcher tells a program who it is.
const (
	envSlot      = "COTMOC_SLOT"
	envLauncher  = "COTMOC_LAUNCHER"
	envInstalled = "COTMOC_INSTALLED"
	envTrial     = "COTMOC_TRIAL"
)

// RestartCode is what a program on trial ends with so that its launcher looks
// again at what to run.
const RestartCode = 75

// Launched is what a program knows of how it was begun.
type Launched struct {
	Slot      Slot
	Launcher  string            // path of the installed program
	Installed programme.Version // its version
	Child     bool              // of a launcher that waits for it
}

// FromEnvironment tells how this program was begun, and forgets the variables:
// the browser that it starts need not know.
func FromEnvironment() (Launched, bool) {
	slot, launched := os.LookupEnv(envSlot)
	l := Launched{Slot: Slot(slot), Launcher: os.Getenv(envLauncher), Installed: programme.Version(os.Getenv(envInstalled)), Child: os.Getenv(envTrial) != ""}
	for _, name := range []string{envSlot, envLauncher, envInstalled, envTrial} {
		_ = os.Unsetenv(name) // it fails for an empty name alone
	}
	return l, launched && (l.Slot == SlotA || l.Slot == SlotB)
}

// LaunchOptions are what a launcher needs.
type LaunchOptions struct {
	Folder *Folder
	Own    programme.Version // of the installed program
	// Status is where a running agent tells how it is, http://host:port/status.
	Status string
	// A program on trial shows its picture within Time, and shows it for Steady.
	Time, Steady time.Duration
	Log          *slog.Logger
}

// Defaults of a trial.
const (
	DefaultTrialTime   = 90 * time.Second
	DefaultTrialSteady = 15 * time.Second
)

const (
	lookEvery = 500 * time.Millisecond
	lookTime  = 2 * time.Second
	maxStatus = 1 << 20
)

// told is what a launcher reads of a program's status. Launchers stay when
// programs change: these names are kept for ever.
type told struct {
	Version string `json:"version"`
	Report  struct {
		Showing struct {
			Kind      wire.ShowKind `json:"kind"`
			Rendition string        `json:"rendition"`
		} `json:"showing"`
	} `json:"report"`
}

// picture tells whether something is on glass that was signed for it: an item,
// the slate or a bulletin, and not the player's own page.
func (t *told) picture() bool {
	s := &t.Report.Showing
	return IsPicture(s.Kind, s.Rendition)
}

// IsPicture tells whether what a page shows proves the program that shows it.
func IsPicture(kind wire.ShowKind, rendition string) bool {
	switch kind {
	case wire.ShowItem, wire.ShowSlate:
		return rendition != ""
	case wire.ShowBulletin:
		return true
	}
	return false
}

// verdict is what becomes of a trial.
type verdict string

const (
	undecided verdict = ""
	confirmed verdict = "confirmed"
)

// jury watches a program on trial.
type jury struct {
	version      programme.Version
	time, steady time.Duration
	began        time.Time
	since        time.Time // the picture is there, zero while it is not
}

// look judges an answer, nil for none, at an instant.
func (j *jury) look(t *told, now time.Time) verdict {
	switch {
	case t != nil && t.Version != string(j.version):
		return OtherVersion
	case t == nil || !t.picture():
		j.since = time.Time{}
	case j.since.IsZero():
		j.since = now
	}
	switch {
	case !j.since.IsZero() && now.Sub(j.since) >= j.steady:
		return confirmed
	case now.Sub(j.began) >= j.time:
		return NoPicture
	}
	return undecided
}

// ask gives what a running agent says of itself, nil when it does not answer.
func ask(ctx context.Context, client *http.Client, url string) *told {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var t told
	if resp.StatusCode != http.StatusOK || json.NewDecoder(io.LimitReader(resp.Body, maxStatus)).Decode(&t) != nil {
		return nil
	}
	return &t
}

func (l Launched) environment(trial bool) []string {
	env := append(os.Environ(), envSlot+"="+string(l.Slot), envLauncher+"="+l.Launcher, envInstalled+"="+string(l.Installed))
	if trial {
		env = append(env, envTrial+"=1")
	}
	return env
}

// ownPath gives where the installed program is.
func ownPath() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("cannot find the installed program: %w", err)
	}
	return path, nil
}
