package inventory

import (
	"slices"
	"time"

	"cotmoc/playlists"
)

// List is a checklist of the notes in firmware-notes/devices. The console has
// its words.
type List struct {
	Name  string
	Days  int // after which it is due again
	Items []string
}

// Lists gives the checklists. What is added to them is not ticked on those
// that were gone through before.
func Lists() []List {
	return []List{
		{Name: "led_controller", Days: 90, Items: []string{
			"parts_known", "one_input", "wifi_off", "passwords_changed", "no_cloud", "no_ports", "fails_dark", "locked", "attacked",
		}},
		{Name: "screen_pc", Days: 180, Items: []string{
			"power_on", "no_other_boot", "firmware_password", "battery", "own_user", "no_consoles", "ssh_keys", "firewall", "updates", "no_keyboard",
		}},
	}
}

func listNamed(name string) (List, bool) {
	all := Lists()
	i := slices.IndexFunc(all, func(l List) bool { return l.Name == name })
	if i < 0 {
		return List{}, false
	}
	return all[i], true
}

// appliesTo tells whether a list is for a screen of a kind.
func (l *List) appliesTo(k Kind) bool { return l.Name != "led_controller" || k == LED }

// Check is a checklist that somebody went through at a screen.
type Check struct {
	ID     playlists.ID
	Screen playlists.ID
	List   string
	At     time.Time
	By     playlists.ID
	ByName string   // as it was that day
	Done   []string // items that are as they should be
	Note   string
}

// Due is when a checklist is to be gone through.
type Due struct {
	List string
	Last *Check    // nil when it never was
	At   time.Time // zero when it never was: at once
	// Open counts the items that were not as they should be.
	Open int
}

// Overdue tells whether it should have been by now.
func (d *Due) Overdue(now time.Time) bool { return !now.Before(d.At) }

// dues gives when each list is due, by what was checked last.
func dues(k Kind, last map[string]Check) []Due {
	out := []Due{}
	for _, l := range Lists() {
		if !l.appliesTo(k) {
			continue
		}
		d := Due{List: l.Name, Open: len(l.Items)}
		if c, ok := last[l.Name]; ok {
			d.Last, d.At = &c, c.At.AddDate(0, 0, l.Days)
			for _, item := range l.Items {
				if slices.Contains(c.Done, item) {
					d.Open--
				}
			}
		}
		out = append(out, d)
	}
	return out
}
