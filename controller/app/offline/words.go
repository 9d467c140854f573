package offline

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"cotmoc/controller/internal/charter"
	"cotmoc/playlists/programme"
)

// Show writes a charter in words, and what it changes.
func Show(to io.Writer, d, before *Document) error {
	c := &d.Charter
	p := &page{w: tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)}
	p.line("charter %d\tepoch %d", c.Number, c.Epoch)
	p.line("issued\t%s", day(c.IssuedAt))
	p.line("ends\t%s", day(c.ExpiresAt))
	p.line("unattended\tat most %d days", c.MaxUnattendedDays)
	p.line("lifting takes\t%d people", c.LiftThreshold)
	if c.IndependentDecision {
		p.line("decisions\tone of two from the independent client")
	}
	for _, k := range c.ProgrammeKeys {
		p.line("programme key\t%s", k.ID)
	}
	for _, rp := range c.RelyingParties {
		p.line("passkeys at\t%s (%s)", rp.ID, strings.Join(rp.Origins, ", "))
	}
	for _, r := range c.ReleaseSigners {
		p.line("releases, %d of %d\t%s (%s)", c.ReleaseThreshold, len(c.ReleaseSigners), r.Holder, programme.NewPublicKey(r.Key).ID)
	}
	for i := range c.Pins {
		p.line("PIN\t%s at %s", charter.PinID(&c.Pins[i]), strings.Join(c.Pins[i].Clusters, ", "))
	}
	p.line("")
	p.line("root keys, %d of %d sign a charter:", c.RootThreshold, len(c.Roots))
	for _, r := range c.Roots {
		id := programme.NewPublicKey(r.Key).ID
		p.line("  %s\t%s\t%s", r.Holder, id, signed(d, id))
	}
	if before != nil {
		p.line("root keys of charter %d, %d of %d sign this one too:", before.Charter.Number, before.Charter.RootThreshold, len(before.Charter.Roots))
		for _, r := range before.Charter.Roots {
			id := programme.NewPublicKey(r.Key).ID
			p.line("  %s\t%s\t%s", r.Holder, id, signed(d, id))
		}
	}
	p.line("")
	p.line("people:")
	for i := range c.People {
		p.person(&c.People[i])
	}
	if before != nil {
		p.line("")
		p.line("changes from charter %d:", before.Charter.Number)
		for _, ch := range Changes(before, d) {
			p.line("  %s\t%s\t%s -> %s", strings.ReplaceAll(ch.Kind, "_", " "), ch.Subject, orNone(ch.Before), orNone(ch.After))
		}
	}
	if p.err != nil {
		return p.err
	}
	return p.w.Flush()
}

type page struct {
	w   *tabwriter.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if _, err := fmt.Fprintf(p.w, format+"\n", args...); err != nil && p.err == nil {
		p.err = err
	}
}

func (p *page) person(q *programme.Person) {
	var may []string
	for _, m := range q.May {
		may = append(may, strings.ReplaceAll(string(m), "_", " "))
	}
	until := ""
	if q.ValidUntil != 0 {
		until = ", until " + day(q.ValidUntil)
	}
	p.line("  %s\t%s\tmay %s at %s%s", q.Name, q.Standing, orNone(strings.Join(may, ", ")), orNone(strings.Join(q.Clusters, ", ")), until)
	for _, k := range q.Credentials {
		p.line("    \t%s\t%s", strings.ReplaceAll(string(k.Kind), "_", " "), k.ID)
	}
}

func signed(d *Document, id string) string {
	if slices.Contains(d.Signed, id) {
		return "has signed"
	}
	return "has not signed"
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func day(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04 UTC") }
