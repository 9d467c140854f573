package httpapi

import (
	"context"
	"net/http"
	"time"

	"cotmoc/controller/internal/charter"
	"cotmoc/playlists"
	"cotmoc/playlists/programme"
)

// CharterState is the chain of charters as it stands.
type CharterState struct {
	Mode     string              `json:"mode" enum:"none,charter"`
	Charter  *CharterView        `json:"charter,omitempty"`
	Envelope []byte              `json:"envelope,omitempty" doc:"As it was signed; for administrators."`
	History  []CharterLink       `json:"history" doc:"Oldest first."`
	Pending  []SigningCredential `json:"pending_credentials" doc:"Keys that no charter names yet; for administrators."`
	// ProgrammeKey is what a first charter that is made offline must name.
	ProgrammeKey []byte `json:"programme_key" doc:"This controller's, for controller keys charter new."`
	// RelyingParty is what every charter drafted here names.
	RelyingParty *CharterParty `json:"relying_party,omitempty" doc:"Where passkeys sign in this console; absent when they cannot, because it has no name."`
}

// CharterLink is one charter of the chain.
type CharterLink struct {
	Number    uint64           `json:"number"`
	IssuedAt  time.Time        `json:"issued_at"`
	ExpiresAt time.Time        `json:"expires_at"`
	Digest    playlists.Digest `json:"digest" doc:"Of the signed bytes."`
}

// CharterView is a charter for people.
type CharterView struct {
	_                   struct{}        `nullable:"true"`
	Number              uint64          `json:"number"`
	Epoch               uint64          `json:"epoch"`
	IssuedAt            time.Time       `json:"issued_at"`
	ExpiresAt           time.Time       `json:"expires_at"`
	Roots               []CharterRoot   `json:"roots"`
	RootThreshold       int             `json:"root_threshold"`
	ProgrammeKeys       []string        `json:"programme_keys" doc:"Their ids."`
	RelyingParties      []CharterParty  `json:"relying_parties"`
	People              []CharterPerson `json:"people"`
	LiftThreshold       int             `json:"lift_threshold"`
	IndependentDecision bool            `json:"independent_decision"`
	MaxUnattendedDays   int             `json:"max_unattended_days"`
	Pins                []CharterPin    `json:"pins"`
	ReleaseSigners      []CharterRoot   `json:"release_signers" doc:"Who signs code for screen PCs; empty for no updates."`
	ReleaseThreshold    int             `json:"release_threshold"`
}

// CharterRoot is a key that signs charters.
type CharterRoot struct {
	Holder string `json:"holder" maxLength:"200"`
	Key    []byte `json:"key" doc:"Ed25519, 32 bytes."`
}

// CharterParty is a place where passkeys sign.
type CharterParty struct {
	ID      string   `json:"id" maxLength:"253"`
	Origins []string `json:"origins" maxItems:"16"`
}

// CharterPerson is somebody whose signature counts.
type CharterPerson struct {
	ID          playlists.ID         `json:"id"`
	Name        string               `json:"name"`
	May         []programme.Capacity `json:"may"`
	Clusters    []string             `json:"clusters"`
	ValidFrom   *time.Time           `json:"valid_from" nullable:"true"`
	ValidUntil  *time.Time           `json:"valid_until" nullable:"true"`
	Standing    programme.Standing   `json:"standing" enum:"active,retired,compromised"`
	Kept        bool                 `json:"kept" doc:"Of a retired person: what they approved stays good."`
	Credentials []CharterCredential  `json:"credentials"`
}

// CharterCredential is a key of a person.
type CharterCredential struct {
	ID          string                   `json:"id"`
	Kind        programme.CredentialKind `json:"kind" enum:"key_file,passkey"`
	Algorithm   string                   `json:"algorithm"`
	RPID        string                   `json:"rp_id"`
	Independent bool                     `json:"independent"`
	Label       string                   `json:"label"`
}

// CharterPin is a PIN at screens of clusters, without what it could be tried
// against.
type CharterPin struct {
	ID       string   `json:"id"`
	Clusters []string `json:"clusters"`
}

// CharterDraft is the next charter, which nobody has signed.
type CharterDraft struct {
	Payload []byte          `json:"payload" doc:"To be saved as charter-N.json and signed with controller keys sign."`
	Number  uint64          `json:"number"`
	Changes []CharterChange `json:"changes"`
}

// CharterChange is one difference to the charter that counts.
type CharterChange struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
	Before  string `json:"before"`
	After   string `json:"after"`
}

type draftBody struct {
	Body struct {
		ExpiresAt           time.Time      `json:"expires_at"`
		Roots               []CharterRoot  `json:"roots,omitempty" maxItems:"8" doc:"Without, those that count stay."`
		RootThreshold       int            `json:"root_threshold,omitempty" minimum:"0" maximum:"8"`
		LiftThreshold       int            `json:"lift_threshold" minimum:"2" maximum:"20"`
		IndependentDecision bool           `json:"independent_decision"`
		MaxUnattendedDays   int            `json:"max_unattended_days" minimum:"1" maximum:"3650"`
		RaiseEpoch          bool           `json:"raise_epoch,omitempty"`
		NewProgrammeKey     bool           `json:"new_programme_key,omitempty"`
		RelyingParties      []CharterParty `json:"relying_parties,omitempty" maxItems:"8" doc:"Without, those that count stay; the console's own is always there."`
		People              []draftPerson  `json:"people" maxItems:"500"`
		Pins                []draftPin     `json:"pins,omitempty" maxItems:"200" doc:"Without, all stay."`
		ReleaseSigners      []CharterRoot  `json:"release_signers,omitempty" maxItems:"8" doc:"Without, those that count stay; empty, there are no updates."`
		ReleaseThreshold    int            `json:"release_threshold,omitempty" minimum:"0" maximum:"8"`
	}
}

type draftPerson struct {
	ID          playlists.ID         `json:"id"`
	May         []programme.Capacity `json:"may" maxItems:"10"`
	Clusters    []string             `json:"clusters" maxItems:"500"`
	ValidFrom   *time.Time           `json:"valid_from,omitempty" nullable:"true"`
	ValidUntil  *time.Time           `json:"valid_until,omitempty" nullable:"true"`
	Standing    programme.Standing   `json:"standing" enum:"active,retired,compromised"`
	Kept        string               `json:"kept,omitempty" enum:"all_approved,none" doc:"Of a retired person; none without."`
	Credentials []string             `json:"credentials" maxItems:"8"`
}

type draftPin struct {
	ID       string   `json:"id,omitempty" maxLength:"40" doc:"Of a PIN that stays."`
	Clusters []string `json:"clusters" maxItems:"500"`
	Pin      string   `json:"pin,omitempty" maxLength:"400" doc:"Digits, or what controller keys pin has printed."`
}

func (s *Server) registerCharter() {
	handle(s, http.MethodGet, "/charter", "get-charter", "Who may sign what, and since when", func(ctx context.Context, a playlists.Actor, _ *none) (CharterState, error) {
		return s.charterState(ctx, a)
	})
	handle(s, http.MethodPost, "/charter/draft", "draft-charter", "Prepare the next charter for its root keys", func(ctx context.Context, a playlists.Actor, in *draftBody) (CharterDraft, error) {
		d, err := s.Charter.Draft(ctx, a, in.wanted())
		if err != nil {
			return CharterDraft{}, err
		}
		return CharterDraft{Payload: d.Payload, Number: d.Number, Changes: each(d.Changes, func(c charter.Change) CharterChange { return CharterChange(c) })}, nil
	})
	handle(s, http.MethodPost, "/charter", "accept-charter", "Take back a charter that root keys have signed", func(ctx context.Context, a playlists.Actor, in *struct {
		Body struct {
			Envelope []byte `json:"envelope"`
		}
	}) (CharterState, error) {
		if _, err := s.Charter.Accept(ctx, a, in.Body.Envelope); err != nil {
			return CharterState{}, err
		}
		return s.charterState(ctx, a)
	})
}

func (in *draftBody) wanted() charter.Wanted {
	b := &in.Body
	w := charter.Wanted{
		ExpiresAt: b.ExpiresAt, RootThreshold: b.RootThreshold, LiftThreshold: b.LiftThreshold, IndependentDecision: b.IndependentDecision,
		MaxUnattendedDays: b.MaxUnattendedDays, RaiseEpoch: b.RaiseEpoch, NewProgrammeKey: b.NewProgrammeKey,
	}
	for _, r := range b.Roots {
		w.Roots = append(w.Roots, programme.Root{Holder: r.Holder, Key: r.Key})
	}
	w.ReleaseThreshold = b.ReleaseThreshold
	if b.ReleaseSigners != nil {
		w.ReleaseSigners = []programme.Root{}
	}
	for _, r := range b.ReleaseSigners {
		w.ReleaseSigners = append(w.ReleaseSigners, programme.Root{Holder: r.Holder, Key: r.Key})
	}
	if b.RelyingParties != nil {
		w.RelyingParties = []programme.RelyingParty{}
	}
	for _, rp := range b.RelyingParties {
		w.RelyingParties = append(w.RelyingParties, programme.RelyingParty(rp))
	}
	for _, p := range b.People {
		w.People = append(w.People, charter.WantedPerson{
			ID: p.ID, May: p.May, Clusters: p.Clusters, ValidFrom: orZero(p.ValidFrom), ValidUntil: orZero(p.ValidUntil),
			Standing: p.Standing, KeepAll: p.Kept == "all_approved", Credentials: p.Credentials,
		})
	}
	if b.Pins != nil {
		w.Pins = []charter.WantedPin{}
	}
	for _, p := range b.Pins {
		w.Pins = append(w.Pins, charter.WantedPin(p))
	}
	return w
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func (s *Server) charterState(ctx context.Context, a playlists.Actor) (CharterState, error) {
	pending, err := s.Charter.Pending(ctx, a)
	if err != nil {
		return CharterState{}, err
	}
	out := CharterState{Mode: "none", ProgrammeKey: s.Publish.PublicKey().Key, History: each(s.Charter.Chain(), func(l charter.Link) CharterLink {
		return CharterLink{Number: l.Number, IssuedAt: l.IssuedAt, ExpiresAt: l.ExpiresAt, Digest: l.Payload}
	})}
	if own := s.Charter.Party(); own.ID != "" {
		out.RelyingParty = &CharterParty{own.ID, list(own.Origins)}
	}
	if out.Pending, err = s.signingCredentials(ctx, pending); err != nil {
		return out, err
	}
	held := s.Charter.Current()
	if held == nil {
		return out, nil
	}
	labels := map[string]string{}
	// The hashes of PINs can be tried, so the whole is for administrators.
	if a.Reach(playlists.ManagePeople).All {
		out.Envelope = s.Charter.Newest()
		all, err := s.Charter.Credentials(ctx, a, true)
		if err != nil {
			return out, err
		}
		for _, c := range all {
			labels[c.ID] = c.Label
		}
	}
	out.Mode, out.Charter = "charter", charterView(&held.Charter, labels)
	return out, nil
}

func charterView(c *programme.Charter, labels map[string]string) *CharterView {
	return &CharterView{
		Number: c.Number, Epoch: c.Epoch, IssuedAt: time.UnixMilli(c.IssuedAt).UTC(), ExpiresAt: c.Expires(),
		Roots:         each(c.Roots, func(r programme.Root) CharterRoot { return CharterRoot{r.Holder, r.Key} }),
		RootThreshold: c.RootThreshold, ProgrammeKeys: each(c.ProgrammeKeys, func(k programme.PublicKey) string { return k.ID }),
		RelyingParties: each(c.RelyingParties, func(rp programme.RelyingParty) CharterParty { return CharterParty{rp.ID, list(rp.Origins)} }),
		People:         each(c.People, func(p programme.Person) CharterPerson { return charterPerson(p, labels) }),
		LiftThreshold:  c.LiftThreshold, IndependentDecision: c.IndependentDecision, MaxUnattendedDays: c.MaxUnattendedDays,
		Pins:           each(c.Pins, func(p programme.Pin) CharterPin { return CharterPin{charter.PinID(&p), list(p.Clusters)} }),
		ReleaseSigners: each(c.ReleaseSigners, func(r programme.Root) CharterRoot { return CharterRoot{r.Holder, r.Key} }), ReleaseThreshold: c.ReleaseThreshold,
	}
}

func charterPerson(p programme.Person, labels map[string]string) CharterPerson {
	return CharterPerson{
		ID: p.ID, Name: p.Name, May: list(p.May), Clusters: list(p.Clusters), ValidFrom: ofMillis(p.ValidFrom), ValidUntil: ofMillis(p.ValidUntil),
		Standing: p.Standing, Kept: p.Kept != "",
		Credentials: each(p.Credentials, func(k programme.Credential) CharterCredential {
			return CharterCredential{ID: k.ID, Kind: k.Kind, Algorithm: string(k.Algorithm), RPID: k.RPID, Independent: k.Independent, Label: labels[k.ID]}
		}),
	}
}

func ofMillis(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	return when(time.UnixMilli(ms))
}
