package inventory_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cotmoc/controller/internal/inventory"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
	"cotmoc/playlists/wire"
)

var screens = map[playlists.ID]inventory.Screen{
	playliststest.ID("screen"):  {ID: playliststest.ID("screen"), Name: "Cổng chính", Cluster: playliststest.ID("cautreo"), ClusterName: "Cầu Treo", Unit: playliststest.ID("unit")},
	playliststest.ID("screenb"): {ID: playliststest.ID("screenb"), Name: "Sảnh", Cluster: playliststest.ID("vungang"), ClusterName: "Vũng Áng", Unit: playliststest.ID("other")},
}

type fleet struct{}

func (fleet) Screens() []inventory.Screen {
	return []inventory.Screen{screens[playliststest.ID("screen")], screens[playliststest.ID("screenb")]}
}
func (fleet) Screen(id playlists.ID) (inventory.Screen, bool) { s, ok := screens[id]; return s, ok }

func open(t *testing.T, w *sqlstoretest.World) *inventory.Service {
	t.Helper()
	s, err := inventory.Open(t.Context(), inventory.Config{Store: w.DB.Inventory(), Fleet: fleet{}, Zone: time.UTC, Now: w.Clock.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func who(role playlists.Role, cluster playlists.ID) playlists.Actor {
	return playlists.Actor{ID: playliststest.ID("person"), Name: "Trần Kỹ", Grants: []playlists.Grant{{Role: role, Cluster: cluster}}}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	s := open(t, w)
	id, other := playliststest.ID("screen"), playliststest.ID("screenb")
	technician, officer := who(playlists.Technician, ""), who(playlists.WatchOfficer, screens[id].Cluster)

	for name, c := range map[string]struct {
		a      playlists.Actor
		id     playlists.ID
		change func(n *inventory.Notes)
		reason string
	}{
		"a watch officer writes":    {officer, id, func(*inventory.Notes) {}, "right_missing"},
		"about another site":        {officer, other, func(*inventory.Notes) {}, "screen_missing"},
		"of an unknown kind":        {technician, id, func(n *inventory.Notes) { n.Kind = "radio" }, "device_kind_unknown"},
		"the maker's password":      {technician, id, func(n *inventory.Notes) { n.PasswordHolder = "88888888" }, "secret_written"},
		"a good password":           {technician, id, func(n *inventory.Notes) { n.PasswordHolder = "Kx7vQp2mRz" }, "secret_written"},
		"a password in a note":      {technician, id, func(n *inventory.Notes) { n.Text = "Vào tủ.\nMật khẩu: abc" }, "secret_written"},
		"a password, short":         {technician, id, func(n *inventory.Notes) { n.Supplier = "Cty A, mk=abc" }, "secret_written"},
		"a line that is too long":   {technician, id, func(n *inventory.Notes) { n.Switch = strings.Repeat("ệ", 121) }, "text_too_long"},
		"a date that is none":       {technician, id, func(n *inventory.Notes) { n.WarrantyUntil = "2026-13-01" }, "date_malformed"},
		"who keeps them":            {technician, id, func(n *inventory.Notes) { n.PasswordHolder = "Đ/c Hùng, tủ sắt phòng trực tầng 2" }, ""},
		"a firmware is no password": {technician, id, func(n *inventory.Notes) { n.Sender.Firmware = "V5.4.2.1234567" }, ""},
	} {
		n := inventory.Notes{}
		c.change(&n)
		if _, err := s.Write(t.Context(), c.a, c.id, n); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Write(t.Context(), technician, id, inventory.Notes{Kind: inventory.LED, Supplier: "Công ty Ánh Sáng", Switch: "SW-2"}); err != nil {
		t.Fatal(err)
	}
	if got := s.Switches(); got[id] != "SW-2" || len(got) != 1 {
		t.Errorf("switches %v", got)
	}

	// An LED wall has two lists, both never gone through; the other screen one.
	find := func(f inventory.Filter) inventory.Page {
		t.Helper()
		f.Limit = 10
		p, err := s.List(technician, f)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := find(inventory.Filter{})
	if p.Total != 2 || p.Overdue != 2 || len(p.Devices[0].Dues) != 2 || len(p.Devices[1].Dues) != 1 {
		t.Fatalf("%+v", p)
	}
	lists := inventory.Lists()
	for _, l := range lists {
		if _, err := s.Check(t.Context(), technician, id, l.Name, l.Items[1:], "thiếu một mục"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Check(t.Context(), officer, id, lists[0].Name, nil, ""); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("a watch officer checks: %v", err)
	}
	if _, err := s.Check(t.Context(), technician, id, "x", nil, ""); playlists.ReasonOf(err) != "checklist_unknown" {
		t.Errorf("a list that is none: %v", err)
	}
	if _, err := s.Check(t.Context(), technician, id, lists[0].Name, []string{"x"}, ""); playlists.ReasonOf(err) != "checklist_unknown" {
		t.Errorf("an item that is none: %v", err)
	}
	p = find(inventory.Filter{})
	if p.Overdue != 1 || p.Devices[0].Screen.ID != other || p.Devices[1].Dues[0].Open != 1 {
		t.Errorf("after the checks %d overdue, %s first", p.Overdue, p.Devices[0].Screen.Name)
	}
	w.Clock.Add(91 * 24 * time.Hour)
	s = open(t, w) // all of it is kept
	p = find(inventory.Filter{Overdue: true})
	if p.Total != 2 || p.Devices[1].Screen.ID != id {
		t.Errorf("a quarter later %+v", p)
	}
	for query, want := range map[string]int{"anh sang": 1, "cau treo": 1, "sw-2": 1, "nothing": 0, "": 2} {
		if p := find(inventory.Filter{Query: query}); p.Total != want {
			t.Errorf("%q finds %d", query, p.Total)
		}
	}
	if p, err := s.List(officer, inventory.Filter{Limit: 10}); err != nil || p.Total != 1 || p.Overdue != 1 {
		t.Errorf("a watch officer sees %+v, %v", p, err)
	}
	if _, err := s.List(who(playlists.Contributor, ""), inventory.Filter{}); playlists.ReasonOf(err) != "right_missing" {
		t.Errorf("a contributor: %v", err)
	}
	d, err := s.Of(t.Context(), officer, id)
	if err != nil || d.Editable || len(d.Checks) != 2 || d.Checks[0].ByName != "Trần Kỹ" || d.Notes.ChangedBy != "Trần Kỹ" {
		t.Errorf("%+v, %v", d, err)
	}
}

// What a PC says is kept with what has changed, and one that says something
// else each time costs little.
func TestFactsAndTheirPast(t *testing.T) {
	t.Parallel()
	w := sqlstoretest.New(t)
	id := playliststest.ID("screen")
	said := func(change func(v *wire.Inventory)) *wire.Inventory {
		v := &wire.Inventory{Maker: "LENOVO", Model: "10T7", Serial: "A1", Browser: "Chromium 142", Displays: []wire.Display{{Connector: "HDMI-A-1", Maker: "SAM", Model: "QB55", Width: 1920, Height: 1080}}}
		change(v)
		return v
	}
	synctest.Test(t, func(t *testing.T) {
		s := open(t, w)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.Run(ctx) }()
		settle := func() { time.Sleep(61 * time.Second); synctest.Wait() }
		hear := func(change func(v *wire.Inventory)) {
			s.Hear(id, said(change), w.Clock.Now())
			settle()
		}
		hear(func(*wire.Inventory) {})
		hear(func(*wire.Inventory) {})
		hear(func(v *wire.Inventory) { v.Browser = "Chromium 143" }) // within ten minutes
		d, err := s.Of(t.Context(), who(playlists.Technician, ""), id)
		if err != nil || d.Facts == nil || d.Facts.Browser != "Chromium 142" || len(d.Changes) != 0 {
			t.Fatalf("%+v, %v", d.Facts, err)
		}
		w.Clock.Add(11 * time.Minute)
		settle()
		s.Replaced(t.Context(), id)
		w.Clock.Add(11 * time.Minute)
		hear(func(v *wire.Inventory) { v.Browser, v.Serial = "Chromium 143", "B2" })
		s.Hear(playliststest.ID("stranger"), said(func(*wire.Inventory) {}), w.Clock.Now())
		settle()
		d, err = s.Of(t.Context(), who(playlists.Technician, ""), id)
		if err != nil || len(d.Changes) != 3 {
			t.Fatalf("%+v, %v", d.Changes, err)
		}
		if c := d.Changes[0]; c.Field != "machine" || c.Before != "LENOVO 10T7 A1" || c.After != "LENOVO 10T7 B2" {
			t.Errorf("%+v", c)
		}
		if d.Changes[1].Field != "pc" || d.Changes[2].Field != "browser" || d.Changes[2].After != "Chromium 143" {
			t.Errorf("%+v", d.Changes)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	p, err := open(t, w).List(who(playlists.Technician, ""), inventory.Filter{Query: "chromium 143 qb55", Limit: 5})
	if err != nil || p.Total != 1 {
		t.Errorf("after a restart %+v, %v", p, err)
	}
}
