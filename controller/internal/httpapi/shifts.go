package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/shifts"
	"cotmoc/playlists"
)

// ShiftPerson is somebody in the shift log.
type ShiftPerson struct {
	ID   playlists.ID `json:"id"`
	Name string       `json:"name"`
}

// OnDuty is a person on duty.
type OnDuty struct {
	ShiftID   playlists.ID `json:"shift_id"`
	Person    ShiftPerson  `json:"person"`
	BeganAt   time.Time    `json:"began_at"`
	OfferedTo ShiftPerson  `json:"offered_to" doc:"To whom it is being handed over; empty for nobody."`
}

// ShiftIncident is one that is open.
type ShiftIncident struct {
	ID         playlists.ID `json:"id"`
	ScreenID   playlists.ID `json:"screen_id"`
	ScreenName string       `json:"screen_name"`
	Rule       string       `json:"rule"`
	Severity   string       `json:"severity"`
	Since      time.Time    `json:"since"`
}

// ShiftEntry is a line of the log.
type ShiftEntry struct {
	Seq    int64           `json:"seq"`
	At     time.Time       `json:"at"`
	Kind   shifts.Kind     `json:"kind"`
	Person ShiftPerson     `json:"person"`
	Other  ShiftPerson     `json:"other" doc:"To or from whom; empty for nobody."`
	Note   string          `json:"note"`
	Open   []ShiftIncident `json:"open" doc:"Incidents that were open at that moment."`
}

// ShiftStaffing says when somebody has to be on duty.
type ShiftStaffing struct {
	From    string `json:"from" maxLength:"10" doc:"06:00; empty when nobody has to."`
	Until   string `json:"until" maxLength:"10"`
	Version int    `json:"version" doc:"That the person saw."`
}

// ShiftDesk is what somebody at a cluster sees.
type ShiftDesk struct {
	ClusterID   playlists.ID    `json:"cluster_id"`
	ClusterName string          `json:"cluster_name"`
	Day         string          `json:"day"`
	OnDuty      []OnDuty        `json:"on_duty"`
	Missing     bool            `json:"missing" doc:"Somebody should be on duty and nobody is."`
	Open        []ShiftIncident `json:"open"`
	Today       []ShiftEntry    `json:"today"`
	Watchers    []ShiftPerson   `json:"watchers" doc:"To whom one may hand over."`
	MayWrite    bool            `json:"may_write"`
	MayStaff    bool            `json:"may_staff"`
	Staffing    ShiftStaffing   `json:"staffing"`
}

// ShiftSheet is a day of the log, to be printed.
type ShiftSheet struct {
	ClusterName string        `json:"cluster_name"`
	Day         string        `json:"day"`
	Entries     []ShiftEntry  `json:"entries"`
	OnDuty      []OnDuty      `json:"on_duty" doc:"When it is printed."`
	Staffing    ShiftStaffing `json:"staffing"`
	PrintedAt   time.Time     `json:"printed_at"`
}

// shiftAct is what a person does to the log of a cluster.
type shiftAct = struct {
	ByID
	Body struct {
		Act     string       `json:"act" enum:"begin,end,note,offer,withdraw,accept,decline"`
		Note    string       `json:"note,omitempty" maxLength:"8000"`
		To      playlists.ID `json:"to,omitempty" doc:"With offer."`
		ShiftID playlists.ID `json:"shift_id,omitempty" doc:"With accept and decline."`
	}
}

func (s *Server) registerShifts() {
	handle(s, http.MethodGet, "/shifts/{id}", "get-shift-desk", "Who is on duty at a cluster, what is open and what was written today", func(ctx context.Context, a playlists.Actor, in *ByID) (ShiftDesk, error) {
		return shiftDesk(s.Shifts.Desk(ctx, a, in.ID))
	})
	handle(s, http.MethodPost, "/shifts/{id}", "write-shift-log", "Begin or end one's shift, write a note, hand over", func(ctx context.Context, a playlists.Actor, in *shiftAct) (ShiftDesk, error) {
		if err := s.shiftAct(ctx, a, in); err != nil {
			return ShiftDesk{}, err
		}
		return shiftDesk(s.Shifts.Desk(ctx, a, in.ID))
	})
	handle(s, http.MethodGet, "/shifts/{id}/sheet", "get-shift-sheet", "A day of the log, to be printed", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Day string `query:"day" required:"true" maxLength:"10"`
	}) (ShiftSheet, error) {
		h, err := s.Shifts.Sheet(ctx, a, in.ID, in.Day)
		if err != nil {
			return ShiftSheet{}, err
		}
		return ShiftSheet{
			ClusterName: h.Cluster, Day: h.Day, Entries: shiftEntries(h.Entries, h.Names), OnDuty: onDuty(h.OnDuty, h.Names),
			Staffing: ShiftStaffing{From: h.Staffing.From, Until: h.Staffing.Until, Version: h.Staffing.Version}, PrintedAt: h.Printed,
		}, nil
	})
	handle(s, http.MethodPut, "/shifts/{id}/staffing", "set-staffing", "Set when somebody has to be on duty", func(ctx context.Context, a playlists.Actor, in *struct {
		ByID
		Body ShiftStaffing
	}) (ShiftDesk, error) {
		if err := s.Shifts.Staff(ctx, a, in.ID, shifts.Staffing{From: in.Body.From, Until: in.Body.Until, Version: in.Body.Version}); err != nil {
			return ShiftDesk{}, err
		}
		return shiftDesk(s.Shifts.Desk(ctx, a, in.ID))
	})
}

func (s *Server) shiftAct(ctx context.Context, a playlists.Actor, in *shiftAct) error {
	b := &in.Body
	switch b.Act {
	case "begin":
		return s.Shifts.Begin(ctx, a, in.ID)
	case "end":
		return s.Shifts.End(ctx, a, in.ID, b.Note)
	case "note":
		return s.Shifts.Note(ctx, a, in.ID, b.Note)
	case "offer":
		return s.Shifts.Offer(ctx, a, in.ID, b.To, b.Note)
	case "withdraw":
		return s.Shifts.Withdraw(ctx, a, in.ID)
	default:
		return s.Shifts.Answer(ctx, a, in.ID, b.ShiftID, b.Act == "accept")
	}
}

func shiftDesk(d *shifts.Desk, err error) (ShiftDesk, error) {
	if err != nil {
		return ShiftDesk{}, err
	}
	return ShiftDesk{
		ClusterID: d.Cluster, ClusterName: d.Name, Day: d.Day, OnDuty: onDuty(d.OnDuty, d.Names), Missing: d.Missing, Open: each(d.Open, shiftIncident),
		Today: shiftEntries(d.Today, d.Names), Watchers: each(d.Watchers, func(p shifts.Person) ShiftPerson { return ShiftPerson{p.ID, p.Name} }),
		MayWrite: d.MayWrite, MayStaff: d.MayStaff, Staffing: ShiftStaffing{From: d.Staffing.From, Until: d.Staffing.Until, Version: d.Staffing.Version},
	}, nil
}

func named(id playlists.ID, names map[playlists.ID]string) ShiftPerson {
	return ShiftPerson{ID: id, Name: names[id]}
}

func onDuty(all []shifts.Shift, names map[playlists.ID]string) []OnDuty {
	return each(all, func(x shifts.Shift) OnDuty {
		return OnDuty{ShiftID: x.ID, Person: ShiftPerson{x.Person, names[x.Person]}, BeganAt: x.Began, OfferedTo: named(x.Offer, names)}
	})
}

func shiftEntries(all []shifts.Entry, names map[playlists.ID]string) []ShiftEntry {
	return each(all, func(e shifts.Entry) ShiftEntry {
		return ShiftEntry{Seq: e.Seq, At: e.At, Kind: e.Kind, Person: ShiftPerson{e.Person, names[e.Person]}, Other: named(e.Other, names), Note: e.Note, Open: each(e.Open, shiftIncident)}
	})
}

func shiftIncident(i shifts.OpenIncident) ShiftIncident {
	return ShiftIncident{ID: i.ID, ScreenID: i.Screen, ScreenName: i.ScreenName, Rule: i.Rule, Severity: i.Severity, Since: i.Since}
}
