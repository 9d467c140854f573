package wire

import (
	"slices"

	"cotmoc/playlists"
)

// Bounds of an inventory.
const (
	maxDisplays  = 8
	maxAddresses = 16
)

// Inventory is what a screen PC finds out about itself. What it cannot read is
// empty or 0. It is sent when a session begins and something has changed, and
// nobody waits for it.
type Inventory struct {
	At        int64     `json:"at"` // agent's clock, Unix milliseconds
	Maker     string    `json:"maker"`
	Model     string    `json:"model"`
	Serial    string    `json:"serial"`
	CPU       string    `json:"cpu"`
	Cores     int       `json:"cores"`
	Memory    int64     `json:"memory"` // bytes
	Disk      int64     `json:"disk"`   // bytes, where the agent keeps its data
	OS        string    `json:"os"`
	Kernel    string    `json:"kernel"`
	Browser   string    `json:"browser"`
	Agent     string    `json:"agent"`
	Hostname  string    `json:"hostname"`
	Displays  []Display `json:"displays"`
	Addresses []string  `json:"addresses"` // "eth0 10.20.0.7 02:42:ac:11:00:02"
}

// Display is one that is connected, by its EDID.
type Display struct {
	Connector string `json:"connector"` // "HDMI-A-1"
	Maker     string `json:"maker"`     // three letters, as registered
	Model     string `json:"model"`
	Serial    string `json:"serial"`
	Year      int    `json:"year"`
	WidthMM   int    `json:"width_mm"`
	HeightMM  int    `json:"height_mm"`
	Width     int    `json:"width"` // pixels that it prefers
	Height    int    `json:"height"`
}

// Validate bounds the inventory.
func (v *Inventory) Validate() error {
	if len(v.Displays) > maxDisplays || len(v.Addresses) > maxAddresses || min(v.Memory, v.Disk, int64(v.Cores)) < 0 {
		return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read an inventory with %d displays and %d addresses", len(v.Displays), len(v.Addresses))
	}
	for _, d := range v.Displays {
		if err := short(d.Connector, d.Maker, d.Model, d.Serial); err != nil {
			return err
		}
		if min(d.Year, d.WidthMM, d.HeightMM, d.Width, d.Height) < 0 {
			return playlists.Errorf(playlists.Invalid, "payload_malformed", nil, "cannot read a display of negative size")
		}
	}
	if err := short(v.Addresses...); err != nil {
		return err
	}
	return short(v.Maker, v.Model, v.Serial, v.CPU, v.OS, v.Kernel, v.Browser, v.Agent, v.Hostname)
}

// Same tells whether two say the same, whenever it was.
func (v *Inventory) Same(o *Inventory) bool {
	a, b := *v, *o
	a.At, b.At = 0, 0
	same := slices.Equal(a.Displays, b.Displays) && slices.Equal(a.Addresses, b.Addresses)
	return same && a.Maker == b.Maker && a.Model == b.Model && a.Serial == b.Serial && a.CPU == b.CPU && a.Cores == b.Cores &&
		a.Memory == b.Memory && a.Disk == b.Disk && a.OS == b.OS && a.Kernel == b.Kernel && a.Browser == b.Browser && a.Agent == b.Agent && a.Hostname == b.Hostname
}
