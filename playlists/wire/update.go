package wire

import (
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// UpdateState is how far a screen is with the release that it was offered.
type UpdateState string

// The states.
const (
	UpdateIdle       UpdateState = "idle"        // nothing is offered, or nothing else than what runs
	UpdateFetching   UpdateState = "fetching"    //
	UpdateWaiting    UpdateState = "waiting"     // all is there; it begins once a picture can prove it
	UpdateTrial      UpdateState = "trial"       // it runs, and has not shown its picture for long enough
	UpdateConfirmed  UpdateState = "confirmed"   // what was offered runs and has shown its picture
	UpdateRolledBack UpdateState = "rolled_back" // it did not, and the one before runs again
	UpdateRefused    UpdateState = "refused"     // it is no release for this screen
)

// Update is what a screen does about its own program. Version and state are of
// what was offered; what runs stands in the report itself.
type Update struct {
	Slot    string            `json:"slot"` // folder that runs: a, b, or "" for the installed program
	State   UpdateState       `json:"state"`
	Version programme.Version `json:"version"` // offered, "" for none
	Offer   ProgrammeRef      `json:"offer"`   // numbers of the offer, zero for none
	Reason  string            `json:"reason"`  // snake_case: why it was refused or rolled back
	Done    int64             `json:"done"`    // bytes fetched
	Total   int64             `json:"total"`
	Since   int64             `json:"since"` // agent's clock, Unix milliseconds; of state
}

// Validate refuses what no screen says.
func (u *Update) Validate() error {
	switch u.State {
	case UpdateIdle, UpdateFetching, UpdateWaiting, UpdateTrial, UpdateConfirmed, UpdateRolledBack, UpdateRefused:
	default:
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read the state of an update: %.20q", string(u.State))
	}
	if u.Slot != "" && u.Slot != "a" && u.Slot != "b" || u.Done < 0 || u.Total < 0 || u.Version != "" && u.Version.Validate() != nil {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read an update in the folder %.20q", u.Slot)
	}
	return short(u.Reason)
}
