package identity

import (
	"context"
	"time"

	"cotmoc/playlists"
)

// loginWritten is what the audit log keeps of a login. A login that nobody
// has is not kept: people type their password there.
type loginWritten struct {
	Name    string `json:"name"`
	Login   string `json:"login"`
	Address string `json:"address,omitempty"`
	Method  Method `json:"method,omitempty"`
}

// passkeyWritten is what the audit log keeps of a passkey.
type passkeyWritten struct {
	Label string `json:"label"`
}

// personWritten is what the audit log keeps of a person.
type personWritten struct {
	Name     string            `json:"name"`
	Login    string            `json:"login"`
	Unit     playlists.ID      `json:"unit_id"`
	Grants   []playlists.Grant `json:"grants"`
	Disabled bool              `json:"disabled"`
}

func writtenPerson(p *Person) personWritten {
	return personWritten{Name: p.Name, Login: p.Login, Unit: p.Unit, Grants: append([]playlists.Grant{}, p.Grants...), Disabled: p.Disabled}
}

// tokenWritten is what the audit log keeps of a token.
type tokenWritten struct {
	Name    string `json:"name"`
	Expires string `json:"expires"` // "" for never
}

func writtenToken(t *Token) tokenWritten {
	w := tokenWritten{Name: t.Name}
	if !t.ExpiresAt.IsZero() {
		w.Expires = t.ExpiresAt.UTC().Format(time.RFC3339)
	}
	return w
}

// unitWritten is what the audit log keeps of a unit.
type unitWritten struct {
	Name       string         `json:"name"` // the newest
	From       string         `json:"from"`
	ShortName  string         `json:"short_name"`
	Successors []playlists.ID `json:"successors"`
	EndedOn    string         `json:"ended_on"`
}

func writtenUnit(u *Unit) unitWritten {
	w := unitWritten{ShortName: u.ShortName, Successors: append([]playlists.ID{}, u.Successors...), EndedOn: u.EndedOn}
	if n := len(u.Names); n > 0 {
		w.Name, w.From = u.Names[n-1].Name, u.Names[n-1].From
	}
	return w
}

// audited brings what an actor does to the write that does it.
func (s *Service) audited(ctx context.Context, a playlists.Actor, kind playlists.ActKind, subject playlists.ID, detail any) context.Context {
	return playlists.WithAct(ctx, &playlists.Act{At: s.now(), By: a.ID, Kind: kind, Subject: subject, Detail: detail})
}

// failed keeps a login that failed, also when the caller does not wait for the
// answer. p is the zero Person when nobody has the login.
func (s *Service) failed(ctx context.Context, p Person, address string) error {
	return s.audit.Record(context.WithoutCancel(ctx), playlists.Act{
		At: s.now(), Kind: playlists.LoginFailed, Subject: p.ID, Detail: loginWritten{Name: p.Name, Login: p.Login, Address: address},
	})
}
