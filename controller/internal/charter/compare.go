package charter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cotmoc/playlists/programme"
)

// Change is one difference between two charters: what kind, of whom or what,
// and both values for people to compare.
type Change struct {
	Kind    string
	Subject string
	Before  string // "" when there was none
	After   string // "" when there is none any more
}

// Compare lists what a charter changes, all of it when there is none before.
func Compare(before, after *programme.Charter) []Change {
	if before == nil {
		before = &programme.Charter{}
	}
	d := &differences{}
	d.value("epoch", "", number(before.Epoch), number(after.Epoch))
	d.value("expires_at", "", date(before.ExpiresAt), date(after.ExpiresAt))
	d.value("root_threshold", "", number(before.RootThreshold), number(after.RootThreshold))
	d.set("root", roots(before.Roots), roots(after.Roots))
	d.set("programme_key", keys(before), keys(after))
	d.set("relying_party", parties(before), parties(after))
	d.value("lift_threshold", "", number(before.LiftThreshold), number(after.LiftThreshold))
	d.value("independent_decision", "", yes(before.IndependentDecision), yes(after.IndependentDecision))
	d.value("max_unattended_days", "", number(before.MaxUnattendedDays), number(after.MaxUnattendedDays))
	d.people(before, after)
	d.set("pin", pinsOf(before), pinsOf(after))
	d.value("release_threshold", "", number(before.ReleaseThreshold), number(after.ReleaseThreshold))
	d.set("release_signer", roots(before.ReleaseSigners), roots(after.ReleaseSigners))
	return d.out
}

type differences struct{ out []Change }

func (d *differences) value(kind, subject, before, after string) {
	if before != after {
		d.out = append(d.out, Change{kind, subject, before, after})
	}
}

// named is a part of a charter with the name people know it by.
type named struct{ name, value string }

// set compares parts by name.
func (d *differences) set(kind string, before, after []named) {
	find := func(in []named, name string) string {
		for _, n := range in {
			if n.name == name {
				return n.value
			}
		}
		return ""
	}
	for _, b := range before {
		d.value(kind, b.name, b.value, find(after, b.name))
	}
	for _, a := range after {
		if find(before, a.name) == "" {
			d.value(kind, a.name, "", a.value)
		}
	}
}

func (d *differences) people(before, after *programme.Charter) {
	for i := range before.People {
		b := &before.People[i]
		if _, ok := after.Person(b.ID); !ok {
			d.value("person_removed", b.Name, string(b.Standing), "")
		}
	}
	for i := range after.People {
		a := &after.People[i]
		b, ok := before.Person(a.ID)
		if !ok {
			d.value("person_added", a.Name, "", string(a.Standing))
			b = &programme.Person{Name: a.Name, Standing: a.Standing}
		}
		d.value("person_name", a.Name, b.Name, a.Name)
		d.value("person_standing", a.Name, string(b.Standing), string(a.Standing))
		d.value("person_kept", a.Name, string(b.Kept), string(a.Kept))
		d.value("person_may", a.Name, capacities(b), capacities(a))
		d.value("person_clusters", a.Name, strings.Join(b.Clusters, ", "), strings.Join(a.Clusters, ", "))
		d.value("person_valid_from", a.Name, date(b.ValidFrom), date(a.ValidFrom))
		d.value("person_valid_until", a.Name, date(b.ValidUntil), date(a.ValidUntil))
		for _, k := range b.Credentials {
			if _, still := a.Credential(k.ID); !still {
				d.value("credential", a.Name, credential(k), "")
			}
		}
		for _, k := range a.Credentials {
			was, had := b.Credential(k.ID)
			if !had {
				d.value("credential", a.Name, "", credential(k))
			} else {
				d.value("credential", a.Name, credential(*was), credential(k))
			}
		}
	}
}

func number[T int | uint64](n T) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(uint64(n), 10)
}

func date(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format(time.RFC3339)
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func capacities(p *programme.Person) string {
	var out []string
	for _, c := range programme.Capacities() {
		if slices.Contains(p.May, c) {
			out = append(out, string(c))
		}
	}
	return strings.Join(out, ", ")
}

func credential(k programme.Credential) string {
	text := fmt.Sprintf("%s %s %s", k.ID, k.Kind, k.Algorithm)
	if k.RPID != "" {
		text += " " + k.RPID
	}
	if k.Independent {
		text += " independent"
	}
	return text
}

func roots(all []programme.Root) (out []named) {
	for _, r := range all {
		out = append(out, named{r.Holder, programme.NewPublicKey(r.Key).ID})
	}
	return out
}

func keys(c *programme.Charter) (out []named) {
	for _, k := range c.ProgrammeKeys {
		out = append(out, named{k.ID, k.ID})
	}
	return out
}

func parties(c *programme.Charter) (out []named) {
	for _, rp := range c.RelyingParties {
		out = append(out, named{rp.ID, strings.Join(rp.Origins, ", ")})
	}
	return out
}

func pinsOf(c *programme.Charter) (out []named) {
	for i := range c.Pins {
		out = append(out, named{PinID(&c.Pins[i]), strings.Join(c.Pins[i].Clusters, ", ")})
	}
	return out
}
