package demo

import (
	"context"
	"fmt"
	"strings"
)

// summary tells a stranger where everything is and what to try first.
func (d *demo) summary(ctx context.Context) {
	bold, dim, red, reset := "", "", "", ""
	if d.Colour {
		bold, dim, red, reset = "\x1b[1m", "\x1b[2m", "\x1b[38;5;160m", "\x1b[0m"
	}
	states, err := d.watch(ctx)
	if err != nil {
		states = nil // the summary does without
	}
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	b.WriteString("\n")
	line("%s▌%s %scotmoc is running%s %s(ready in %.0f s; everything lies in %s)%s", red, reset, bold, reset, dim, d.Now().Sub(d.began).Seconds(), d.Data, reset)
	line("")
	line("%sConsole%s   %s", bold, reset, d.address())
	for i, s := range screens() {
		if i == 0 || screens()[i-1].cluster != s.cluster {
			line("")
			line("%s%s%s", bold, s.cluster, reset)
		}
		line("  %s %s  %s%s%s", pad(s.name, 26), strings.TrimSuffix(d.screenAddress(i), "/"), dim, stateWords(states[d.id("screen "+s.key)]), reset)
	}
	line("")
	line("%sLogins%s %s(made for this data folder, kept in logins.json there)%s", bold, reset, dim, reset)
	for _, p := range d.people {
		line("  %s %s  %s %s%s%s", pad(p.Login, 9), p.Password, pad(p.name, 16), dim, p.does, reset)
	}
	line("")
	line("%sKey files%s %s(in %s/%s; each opens with its owner's password, as only a demo's would)%s", bold, reset, dim, d.Data, handsFolder, reset)
	line("  Reviewer, approver and emergency person sign with them: choose the file when the console asks.")
	line("")
	line("%sTry first%s", bold, reset)
	line("  1. Open two screens beside the console; an open screen turns green on the watch list.")
	line("  2. Log in as thamdinh: “Hồ Kẻ Gỗ” waits for the first decision. As duyet: “Cam Khe Mây” for the second.")
	line("  3. Log in as bientap: put one of them into a playlist and press Phát hành.")
	line("  4. Take a picture down as duyet, or send a bulletin as khancap, and see every screen obey.")
	line("  5. Stop the controller (kill %d): the screens play on. It starts again by itself.", d.crew.pid(controllerName))
	line("")
	line("%sLogs are in %s/logs. Ctrl-C stops everything; the same command goes on from there.%s", dim, d.Data, reset)
	fmt.Fprintln(d.Out, b.String())
}

// address is where people open the console: passkeys need a name.
func (d *demo) address() string { return strings.Replace(d.console, "127.0.0.1", "localhost", 1) }

// stateWords tells in words what the watch list knows of a screen.
func stateWords(s screenState) string {
	switch s.State {
	case "playing":
		return "playing"
	case "":
		return ""
	case "offline", "late", "never":
		return s.State
	}
	return "has its programme; opens in any browser"
}

// pad fills a text with blanks to a width in characters.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len([]rune(text))))
}
