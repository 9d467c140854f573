package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/fleet"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// Ticket is a file by which many screen PCs join.
type Ticket struct {
	ID        playlists.ID      `json:"id"`
	Cluster   Named             `json:"cluster"`
	Profile   playlists.Profile `json:"profile"`
	Confirm   bool              `json:"confirm" doc:"Each PC waits until a person has said yes."`
	CreatedAt time.Time         `json:"created_at"`
	Until     time.Time         `json:"until"`
	State     string            `json:"state" enum:"open,full,ended,revoked"`
	Seats     []Seat            `json:"seats"`
	Waiting   []WaitingPC       `json:"waiting"`
}

// Seat is a screen that a ticket has room for.
type Seat struct {
	Number   int          `json:"number"`
	Name     string       `json:"name"`
	Marks    []string     `json:"marks"`
	ScreenID playlists.ID `json:"screen_id" doc:"That took it; empty while it is free."`
}

// NewSeat is a screen that a ticket is to have room for.
type NewSeat struct {
	Name  string   `json:"name" maxLength:"400"`
	Marks []string `json:"marks,omitempty" maxItems:"5" doc:"Host name, hardware address or serial number of the PC that it is for."`
}

// TicketFile is a ticket with its file.
type TicketFile struct {
	Ticket Ticket `json:"ticket"`
	File   string `json:"file" doc:"Keep it as cotmoc-enrol.json at the top of a USB stick."`
}

// WaitingPC has shown a ticket.
type WaitingPC struct {
	Pairing  playlists.ID `json:"pairing"`
	Seat     int          `json:"seat"`
	Name     string       `json:"name"`
	Hostname string       `json:"hostname"`
	Address  string       `json:"address"`
	Since    time.Time    `json:"since"`
}

func (s *Server) registerTickets() {
	handle(s, http.MethodGet, "/tickets", "list-tickets", "Tickets by which many screen PCs join, newest first", func(ctx context.Context, a playlists.Actor, _ *none) (List[Ticket], error) {
		all, err := s.Fleet.Batches(ctx, a)
		if err != nil {
			return List[Ticket]{}, err
		}
		out := make([]Ticket, len(all))
		for i := range all {
			if out[i], err = s.ticketOf(ctx, &all[i]); err != nil {
				return List[Ticket]{}, err
			}
		}
		return List[Ticket]{Items: out, Total: len(out)}, nil
	})
	handle(s, http.MethodPost, "/tickets", "give-ticket", "Make a ticket; its file is given this once", func(ctx context.Context, _ playlists.Actor, in *struct {
		Body struct {
			ClusterID  playlists.ID      `json:"cluster_id"`
			Profile    playlists.Profile `json:"profile"`
			Controller string            `json:"controller" maxLength:"300" doc:"https://host:8443, as the PCs reach us."`
			Days       int               `json:"days" minimum:"1" maximum:"14"`
			Confirm    bool              `json:"confirm"`
			Seats      []NewSeat         `json:"seats" maxItems:"200"`
		}
	}) (TicketFile, error) {
		var out TicketFile
		b := &in.Body
		n := fleet.NewBatch{Cluster: b.ClusterID, Profile: b.Profile, Controller: b.Controller, Days: b.Days, Confirm: b.Confirm}
		for _, v := range b.Seats {
			n.Seats = append(n.Seats, programme.Seat{Name: v.Name, Marks: v.Marks})
		}
		a, err := bySession(ctx) // a ticket is a secret that lets screens in
		if err != nil {
			return out, err
		}
		made, file, err := s.Fleet.AddBatch(ctx, a, n)
		if err != nil {
			return out, err
		}
		out.File = string(file)
		out.Ticket, err = s.ticketOf(ctx, &made)
		return out, err
	})
	handle(s, http.MethodDelete, "/tickets/{id}", "revoke-ticket", "End a ticket; screens that have joined stay", func(ctx context.Context, a playlists.Actor, in *ByID) (nothing, error) {
		return nothing{}, s.Fleet.RevokeBatch(ctx, a, in.ID)
	})
	handle(s, http.MethodPost, "/tickets/{id}/confirm", "confirm-ticket", "Let a PC in that waits with a ticket", func(ctx context.Context, _ playlists.Actor, in *struct {
		ByID
		Body struct {
			Pairing playlists.ID `json:"pairing"`
		}
	}) (Screen, error) {
		a, err := bySession(ctx)
		if err != nil {
			return Screen{}, err
		}
		m, err := s.Fleet.Confirm(ctx, a, in.ID, in.Body.Pairing)
		return screenOf(m), err
	})
}

func (s *Server) ticketOf(ctx context.Context, b *fleet.Batch) (Ticket, error) {
	out := Ticket{
		ID: b.ID, Cluster: Named{ID: b.Cluster, Name: s.Fleet.ClusterNames()[b.Cluster]}, Profile: b.Profile, Confirm: b.Confirm,
		CreatedAt: b.CreatedAt.UTC(), Until: b.Until.UTC(), State: "open", Waiting: []WaitingPC{},
		Seats: each(b.Seats, func(v fleet.BatchSeat) Seat {
			return Seat{Number: v.Number, Name: v.Name, Marks: list(v.Marks), ScreenID: v.Screen}
		}),
	}
	switch {
	case !b.RevokedAt.IsZero():
		out.State = "revoked"
	case b.Left() == 0:
		out.State = "full"
	case !s.now().Before(b.Until):
		out.State = "ended"
	default:
		waiting, err := s.Fleet.WaitingPCs(ctx, b)
		if err != nil {
			return out, err
		}
		out.Waiting = each(waiting, func(w fleet.WaitingPC) WaitingPC {
			return WaitingPC{Pairing: w.Pairing.ID, Seat: w.Seat.Number, Name: w.Seat.Name, Hostname: w.Pairing.Facts.Hostname, Address: w.Pairing.Address, Since: w.Pairing.CreatedAt.UTC()}
		})
	}
	return out, nil
}
