package fleet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/programme"
	"cotmoc/playlists/wire"
)

// maxTicketDays is how long a ticket may last: a stick that is lost is a
// danger as long.
const maxTicketDays = 14

// Batch is a ticket that was given out.
type Batch struct {
	ID      playlists.ID
	Cluster playlists.ID
	Profile playlists.Profile
	Secret  [32]byte // SHA-256
	// Confirm has each PC wait until a person has said yes. Without it, they
	// wait once who gave the ticket may no longer let PCs in.
	Confirm   bool
	CreatedBy playlists.ID
	CreatedAt time.Time
	Until     time.Time
	RevokedAt time.Time // zero while it counts
	Seats     []BatchSeat
}

// BatchSeat is a screen that a ticket has room for.
type BatchSeat struct {
	Number  int // from 1
	Name    string
	Marks   []string
	Screen  playlists.ID // that took it, "" while it is free
	TakenAt time.Time
}

// Left counts the seats that are free.
func (b *Batch) Left() int {
	n := 0
	for _, s := range b.Seats {
		if s.Screen == "" {
			n++
		}
	}
	return n
}

func (b *Batch) counts(now time.Time) bool { return b.RevokedAt.IsZero() && now.Before(b.Until) }

// NewBatch is what a person asks for.
type NewBatch struct {
	Cluster    playlists.ID
	Profile    playlists.Profile
	Seats      []programme.Seat
	Days       int
	Confirm    bool
	Controller string // https://host:port, as the PCs reach us
}

// batchWritten is what the audit log keeps of a ticket; never its secret.
type batchWritten struct {
	Cluster playlists.ID      `json:"cluster_id"`
	Profile playlists.Profile `json:"profile"`
	Seats   int               `json:"seats"`
	Until   int64             `json:"until"`
	Confirm bool              `json:"confirm"`
}

// AddBatch makes a ticket and gives the file. Its secret is not kept: the file
// cannot be had again.
func (s *Service) AddBatch(ctx context.Context, a playlists.Actor, n NewBatch) (Batch, []byte, error) {
	unit, ok := s.Operator(n.Cluster)
	if !ok {
		if a.Reach(playlists.ManageScreens).None() {
			return Batch{}, nil, a.Require(playlists.ManageScreens, playlists.Scope{})
		}
		return Batch{}, nil, noCluster(n.Cluster)
	}
	if err := a.Require(playlists.ManageScreens, playlists.Scope{Unit: unit, Cluster: n.Cluster}); err != nil {
		return Batch{}, nil, err
	}
	u, err := url.Parse(n.Controller)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return Batch{}, nil, playlists.Errorf(playlists.Invalid, "controller_malformed", playlists.Params{"controller": n.Controller}, "cannot send screen PCs to %.200q: write it as https://host:8443", n.Controller)
	}
	if n.Days < 1 || n.Days > maxTicketDays {
		return Batch{}, nil, playlists.Errorf(playlists.Invalid, "ticket_days", playlists.Params{"max": maxTicketDays}, "cannot give a ticket for %d days: 1 to %d are possible", n.Days, maxTicketDays)
	}
	if len(n.Seats) == 0 || len(n.Seats) > programme.MaxSeats {
		return Batch{}, nil, playlists.Errorf(playlists.Invalid, "ticket_seats", playlists.Params{"max": programme.MaxSeats}, "cannot give a ticket for %d screens: 1 to %d are possible", len(n.Seats), programme.MaxSeats)
	}
	now := s.o.Now()
	b := Batch{Cluster: n.Cluster, Profile: n.Profile, Confirm: n.Confirm, CreatedBy: a.ID, CreatedAt: now, Until: now.Add(time.Duration(n.Days) * 24 * time.Hour)}
	ticket := programme.Ticket{Controller: n.Controller, CA: playlists.Digest(hex.EncodeToString(authorityDigest(s.o.Authority))), Secret: make([]byte, programme.SecretSize), Until: b.Until.UnixMilli()}
	for i, seat := range n.Seats {
		// As a screen of this name would be judged.
		probe := playlists.Screen{Name: seat.Name, Cluster: n.Cluster, Profile: n.Profile}
		if err := s.checkScreen(a, &probe); err != nil {
			return Batch{}, nil, err
		}
		marks := []string{}
		for _, m := range seat.Marks {
			if m = programme.NormalMark(playlists.Clean(m)); m == "" || len(m) > programme.MaxMark || len(marks) == programme.MaxMarks {
				return Batch{}, nil, playlists.Errorf(playlists.Invalid, "ticket_mark", nil, "cannot know a PC by %.60q: write a host name, hardware address or serial number", m)
			}
			marks = append(marks, m)
		}
		b.Seats = append(b.Seats, BatchSeat{Number: i + 1, Name: probe.Name, Marks: marks})
		ticket.Seats = append(ticket.Seats, programme.Seat{Name: probe.Name, Marks: marks})
	}
	if err := s.o.Known(ctx, n.Profile); err != nil {
		return Batch{}, nil, err
	}
	if b.ID, err = playlists.NewID(s.o.Random); err != nil {
		return Batch{}, nil, err
	}
	if _, err := io.ReadFull(s.o.Random, ticket.Secret); err != nil {
		return Batch{}, nil, fmt.Errorf("cannot make a secret: %w", err)
	}
	ticket.Batch, b.Secret = b.ID, sha256.Sum256(ticket.Secret)
	file, err := s.o.Sign(&ticket)
	if err != nil {
		return Batch{}, nil, err
	}
	detail := batchWritten{Cluster: b.Cluster, Profile: b.Profile, Seats: len(b.Seats), Until: b.Until.UnixMilli(), Confirm: b.Confirm}
	if err := s.o.Store.AddBatch(s.audited(ctx, a, playlists.TicketGiven, b.ID, detail), b); err != nil {
		return Batch{}, nil, err
	}
	return b, file, nil
}

func authorityDigest(a Authority) []byte {
	sum := a.SHA256()
	return sum[:]
}

// batch gives a ticket that the actor may manage.
func (s *Service) batch(ctx context.Context, a playlists.Actor, id playlists.ID) (Batch, error) {
	all, err := s.Batches(ctx, a)
	if err != nil {
		return Batch{}, err
	}
	i := slices.IndexFunc(all, func(b Batch) bool { return b.ID == id })
	if i < 0 {
		return Batch{}, playlists.Errorf(playlists.NotFound, "ticket_missing", playlists.Params{"id": string(id)}, "cannot find the ticket %.40q: choose one from the list", string(id))
	}
	return all[i], nil
}

// keepBatches is how long tickets are listed after they have ended.
const keepBatches = 30 * 24 * time.Hour

// Batches lists the tickets of clusters that the actor manages, newest first.
func (s *Service) Batches(ctx context.Context, a playlists.Actor) ([]Batch, error) {
	if a.Reach(playlists.ManageScreens).None() {
		return nil, a.Require(playlists.ManageScreens, playlists.Scope{})
	}
	all, err := s.o.Store.Batches(ctx, s.o.Now().Add(-keepBatches))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(b Batch) bool {
		unit, ok := s.Operator(b.Cluster)
		return !ok || !a.May(playlists.ManageScreens, playlists.Scope{Unit: unit, Cluster: b.Cluster})
	}), nil
}

// RevokeBatch ends a ticket: nobody joins by it any more. Screens that have
// joined stay.
func (s *Service) RevokeBatch(ctx context.Context, a playlists.Actor, id playlists.ID) error {
	b, err := s.batch(ctx, a, id)
	if err != nil {
		return err
	}
	return s.o.Store.RevokeBatch(s.audited(ctx, a, playlists.TicketRevoked, id, batchWritten{Cluster: b.Cluster, Profile: b.Profile, Seats: b.Left(), Until: b.Until.UnixMilli(), Confirm: b.Confirm}), id, s.o.Now())
}

// WaitingPC is a screen PC that has shown a ticket and waits for a person.
type WaitingPC struct {
	Pairing Pairing
	Seat    BatchSeat
}

// WaitingPCs lists who waits with a ticket.
func (s *Service) WaitingPCs(ctx context.Context, b *Batch) ([]WaitingPC, error) {
	open, err := s.o.Store.OpenPairings(ctx, s.o.Now())
	if err != nil {
		return nil, err
	}
	var out []WaitingPC
	for _, p := range open {
		if i := p.Seat - 1; p.Batch == b.ID && i >= 0 && i < len(b.Seats) && b.Seats[i].Screen == "" {
			out = append(out, WaitingPC{Pairing: p, Seat: b.Seats[i]})
		}
	}
	return out, nil
}

// Confirm lets a PC that waits with a ticket in.
func (s *Service) Confirm(ctx context.Context, a playlists.Actor, id, pairing playlists.ID) (Member, error) {
	b, err := s.batch(ctx, a, id)
	if err != nil {
		return Member{}, err
	}
	waiting, err := s.WaitingPCs(ctx, &b)
	if err != nil {
		return Member{}, err
	}
	i := slices.IndexFunc(waiting, func(w WaitingPC) bool { return w.Pairing.ID == pairing })
	if i < 0 {
		return Member{}, NoPairing(pairing)
	}
	return s.seat(ctx, a.ID, &b, waiting[i].Pairing)
}

// asks tells whether a PC waits for a person; without a ticket it always does.
func (s *Service) asks(ctx context.Context, b *Batch) (bool, error) {
	if b == nil || b.Confirm {
		return true, nil
	}
	unit, ok := s.Operator(b.Cluster)
	maker, err := s.o.Person(ctx, b.CreatedBy)
	if playlists.CodeOf(err) == playlists.NotFound {
		return true, nil
	}
	return !ok || !maker.May(playlists.ManageScreens, playlists.Scope{Unit: unit, Cluster: b.Cluster}), err
}

// seat makes a PC the screen of the seat that it has been given.
func (s *Service) seat(ctx context.Context, by playlists.ID, b *Batch, p Pairing) (Member, error) {
	now := s.o.Now()
	screen := playlists.Screen{Name: b.Seats[p.Seat-1].Name, Cluster: b.Cluster, Profile: b.Profile, TimeZone: playlists.DefaultTimeZone, Tags: []string{}, DeviceKey: p.DeviceKey, CreatedAt: now}
	var err error
	if screen.ID, err = playlists.NewID(s.o.Random); err != nil {
		return Member{}, err
	}
	certificate, err := s.o.Authority.IssueScreen(screen.ID, p.DeviceKey)
	if err != nil {
		return Member{}, err
	}
	act := playlists.WithAct(ctx, &playlists.Act{At: now, By: by, Kind: playlists.ScreenClaimed, Subject: screen.ID, Detail: writtenScreen(screen)})
	if err := s.o.Store.ClaimSeat(act, p.ID, now.Add(pairingTime), screen, certificate, b.ID, p.Seat, now); err != nil {
		return Member{}, err
	}
	s.o.Log.Info("screen joined by a ticket", "screen", screen.ID, "ticket", b.ID, "hostname", p.Facts.Hostname, "address", p.Address)
	return s.put(screen), nil
}

// present finds the seat for a PC that shows a ticket: the one that names it,
// the one it was given before, or the next that is for anybody. The lock of
// ticketing is held.
func (s *Service) present(ctx context.Context, req *wire.PairingRequest, open []Pairing) (*Batch, int, error) {
	now := s.o.Now()
	all, err := s.o.Store.Batches(ctx, now)
	if err != nil {
		return nil, 0, err
	}
	shown := sha256.Sum256(req.Ticket.Secret)
	i := slices.IndexFunc(all, func(b Batch) bool { return b.ID == req.Ticket.Batch })
	if i < 0 || subtle.ConstantTimeCompare(all[i].Secret[:], shown[:]) != 1 {
		return nil, 0, playlists.Errorf(playlists.Forbidden, "ticket_unknown", nil, "cannot accept this ticket: it is over, or not of this controller")
	}
	b := &all[i]
	if !b.counts(now) {
		return nil, 0, playlists.Errorf(playlists.Forbidden, "ticket_over", nil, "cannot accept this ticket: it is over or was revoked")
	}
	reserved := map[int][]byte{}
	for _, p := range open {
		if p.Batch == b.ID {
			reserved[p.Seat] = p.DeviceKey
		}
	}
	free := func(n int) bool {
		key, ok := reserved[n]
		return b.Seats[n-1].Screen == "" && (!ok || bytes.Equal(key, req.DeviceKey))
	}
	best := 0
	for _, seat := range b.Seats {
		switch n := seat.Number; {
		case !free(n):
		case slices.ContainsFunc(seat.Marks, func(m string) bool { return slices.Contains(req.Ticket.Marks, m) }):
			return b, n, nil
		case len(seat.Marks) > 0:
		case bytes.Equal(reserved[n], req.DeviceKey): // it was given this before
			best = n
		case best == 0:
			best = n
		}
	}
	if best == 0 {
		return nil, 0, playlists.Errorf(playlists.Forbidden, "ticket_full", nil, "cannot join by this ticket: every screen of it is taken, or meant for another PC")
	}
	return b, best, nil
}
