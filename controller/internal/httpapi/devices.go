package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/inventory"
	"cotmoc/playlists"
	"cotmoc/playlists/wire"
)

// Device is a screen with what is known of its devices.
type Device struct {
	ID      playlists.ID      `json:"id"`
	Name    string            `json:"name"`
	Cluster Named             `json:"cluster"`
	Profile playlists.Profile `json:"profile"`
	Tags    []string          `json:"tags"`
	Facts   *DeviceFacts      `json:"facts" doc:"Null while the PC has said nothing."`
	Notes   DeviceNotes       `json:"notes"`
	Checks  []CheckDue        `json:"checks" doc:"The checklists that are for this screen."`
}

// DeviceFacts are what a PC has found out about itself.
type DeviceFacts struct {
	HeardAt   time.Time `json:"heard_at"`
	Maker     string    `json:"maker"`
	Model     string    `json:"model"`
	Serial    string    `json:"serial"`
	CPU       string    `json:"cpu"`
	Cores     int       `json:"cores"`
	Memory    int64     `json:"memory" doc:"Bytes."`
	Disk      int64     `json:"disk" doc:"Bytes."`
	OS        string    `json:"os"`
	Kernel    string    `json:"kernel"`
	Browser   string    `json:"browser"`
	Agent     string    `json:"agent"`
	Hostname  string    `json:"hostname"`
	Displays  []Display `json:"displays"`
	Addresses []string  `json:"addresses"`
}

// Display is one that is connected.
type Display struct {
	Connector string `json:"connector"`
	Maker     string `json:"maker"`
	Model     string `json:"model"`
	Serial    string `json:"serial"`
	Year      int    `json:"year"`
	WidthMM   int    `json:"width_mm"`
	HeightMM  int    `json:"height_mm"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
}

// Card is a card of an LED wall.
type Card struct {
	Maker    string `json:"maker" maxLength:"400"`
	Model    string `json:"model" maxLength:"400"`
	Firmware string `json:"firmware" maxLength:"400"`
}

// DeviceText is what people write.
type DeviceText struct {
	Kind           inventory.Kind `json:"kind" enum:",tv,led,kiosk"`
	Sender         Card           `json:"sender"`
	Receiver       Card           `json:"receiver"`
	PasswordHolder string         `json:"password_holder" maxLength:"400" doc:"Who keeps the passwords, or where they lie; never the passwords."`
	Supplier       string         `json:"supplier" maxLength:"400"`
	WarrantyUntil  string         `json:"warranty_until" maxLength:"10" doc:"Date, or empty."`
	Switch         string         `json:"switch" maxLength:"400" doc:"Label of the switch that the screen hangs on."`
	Text           string         `json:"text" maxLength:"8000"`
}

// DeviceNotes are what people have written.
type DeviceNotes struct {
	DeviceText
	ChangedAt *time.Time `json:"changed_at"`
	ChangedBy string     `json:"changed_by"`
}

// CheckDue says when a checklist is due.
type CheckDue struct {
	List    string     `json:"list" enum:"led_controller,screen_pc"`
	Items   []string   `json:"items"`
	Done    []string   `json:"done" doc:"As they should be when it was gone through last."`
	LastAt  *time.Time `json:"last_at" doc:"Null when it never was."`
	LastBy  string     `json:"last_by"`
	DueAt   *time.Time `json:"due_at" doc:"Null when it never was: it is due at once."`
	Open    int        `json:"open" doc:"Items that were not as they should be."`
	Overdue bool       `json:"overdue"`
}

// DeviceDetail is a device with its past.
type DeviceDetail struct {
	Device
	Changes  []DeviceChange `json:"changes" doc:"Newest first."`
	Past     []DeviceCheck  `json:"past" doc:"Checklists that were gone through, newest first."`
	Editable bool           `json:"editable"`
}

// DeviceChange is what a PC says otherwise than before.
type DeviceChange struct {
	At     time.Time `json:"at"`
	Field  string    `json:"field" enum:"pc,machine,cpu,memory,disk,os,kernel,browser,agent,hostname,displays,addresses"`
	Before string    `json:"before"`
	After  string    `json:"after"`
}

// DeviceCheck is a checklist that was gone through.
type DeviceCheck struct {
	List string    `json:"list"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Done []string  `json:"done"`
	Open int       `json:"open"`
	Note string    `json:"note"`
}

// Devices is a page of them.
type Devices struct {
	Items   []Device `json:"items"`
	Total   int      `json:"total"`
	Overdue int      `json:"overdue" doc:"Screens with an overdue checklist, whatever is looked for."`
}

// DeviceFilter chooses devices.
type DeviceFilter struct {
	Q       string       `query:"q" maxLength:"200" doc:"Words of names, makers, models, serial numbers, addresses, suppliers; diacritics do not matter."`
	Cluster playlists.ID `query:"cluster" maxLength:"20"`
	Tag     string       `query:"tag" maxLength:"100"`
	Overdue bool         `query:"overdue" doc:"Only those with an overdue checklist."`
}

func (s *Server) registerDevices() {
	handle(s, http.MethodGet, "/screens/devices", "list-devices", "The devices of screens, those with overdue checklists first", func(_ context.Context, a playlists.Actor, in *struct {
		DeviceFilter
		Offset int `query:"offset" minimum:"0" maximum:"1000000"`
		Limit  int `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}) (Devices, error) {
		p, err := s.Inventory.List(a, inventory.Filter{Query: in.Q, Cluster: in.Cluster, Tag: in.Tag, Overdue: in.Overdue, Offset: in.Offset, Limit: in.Limit})
		return Devices{Items: each(p.Devices, s.deviceOf), Total: p.Total, Overdue: p.Overdue}, err
	})
	handle(s, http.MethodGet, "/screens/{id}/device", "get-device", "A screen's devices, with their past", func(ctx context.Context, a playlists.Actor, in *ByID) (DeviceDetail, error) {
		d, err := s.Inventory.Of(ctx, a, in.ID)
		return s.detailOf(d), err
	})
	handle(s, http.MethodPut, "/screens/{id}/device", "describe-device", "Write what is known of a screen's devices", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body DeviceText
	}) (DeviceDetail, error) {
		b := &in.Body
		d, err := s.Inventory.Write(ctx, a, in.ID, inventory.Notes{
			Kind: b.Kind, Sender: inventory.Card(b.Sender), Receiver: inventory.Card(b.Receiver), PasswordHolder: b.PasswordHolder,
			Supplier: b.Supplier, WarrantyUntil: b.WarrantyUntil, Switch: b.Switch, Text: b.Text,
		})
		return s.detailOf(d), err
	})
	handle(s, http.MethodPost, "/screens/{id}/checks", "check-device", "Keep that somebody went through a checklist at a screen", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body struct {
			List string   `json:"list" maxLength:"40"`
			Done []string `json:"done" maxItems:"50" doc:"Items that are as they should be."`
			Note string   `json:"note,omitempty" maxLength:"8000"`
		}
	}) (DeviceDetail, error) {
		d, err := s.Inventory.Check(ctx, a, in.ID, in.Body.List, in.Body.Done, in.Body.Note)
		return s.detailOf(d), err
	})
	s.mountDeviceTable()
}

func (s *Server) detailOf(d inventory.Detail) DeviceDetail {
	items := map[string]int{}
	for _, l := range inventory.Lists() {
		items[l.Name] = len(l.Items)
	}
	return DeviceDetail{
		Device: s.deviceOf(d.Device), Editable: d.Editable,
		Changes: each(d.Changes, func(c inventory.Change) DeviceChange {
			return DeviceChange{At: c.At, Field: c.Field, Before: c.Before, After: c.After}
		}),
		Past: each(d.Checks, func(c inventory.Check) DeviceCheck {
			return DeviceCheck{List: c.List, At: c.At, By: c.ByName, Done: list(c.Done), Open: max(0, items[c.List]-len(c.Done)), Note: c.Note}
		}),
	}
}

func (s *Server) deviceOf(d inventory.Device) Device {
	now := s.now()
	n := &d.Notes
	out := Device{
		ID: d.Screen.ID, Name: d.Screen.Name, Cluster: Named{ID: d.Screen.Cluster, Name: d.Screen.ClusterName}, Profile: d.Screen.Profile, Tags: list(d.Screen.Tags),
		Notes: DeviceNotes{DeviceText: DeviceText{
			Kind: n.Kind, Sender: Card(n.Sender), Receiver: Card(n.Receiver), PasswordHolder: n.PasswordHolder, Supplier: n.Supplier,
			WarrantyUntil: n.WarrantyUntil, Switch: n.Switch, Text: n.Text,
		}, ChangedAt: optional(n.ChangedAt), ChangedBy: n.ChangedBy},
		Checks: []CheckDue{},
	}
	if f := d.Facts; f != nil {
		out.Facts = &DeviceFacts{
			HeardAt: f.HeardAt.UTC(), Maker: f.Maker, Model: f.Model, Serial: f.Serial, CPU: f.CPU, Cores: f.Cores, Memory: f.Memory, Disk: f.Inventory.Disk,
			OS: f.OS, Kernel: f.Kernel, Browser: f.Browser, Agent: f.Agent, Hostname: f.Hostname, Addresses: list(f.Addresses),
			Displays: each(f.Displays, func(d wire.Display) Display { return Display(d) }),
		}
	}
	lists := map[string][]string{}
	for _, l := range inventory.Lists() {
		lists[l.Name] = l.Items
	}
	for i := range d.Dues {
		due := &d.Dues[i]
		c := CheckDue{List: due.List, Items: lists[due.List], Done: []string{}, DueAt: optional(due.At), Open: due.Open, Overdue: due.Overdue(now)}
		if due.Last != nil {
			c.LastAt, c.LastBy, c.Done = optional(due.Last.At), due.Last.ByName, list(due.Last.Done)
		}
		out.Checks = append(out.Checks, c)
	}
	return out
}

// optional gives nil for no time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
