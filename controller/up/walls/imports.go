package walls

import (
	"fmt"
	"slices"
	"strings"
)

const module = "cotmoc"

// kind says what a folder under controller/internal is for its neighbours.
type kind int

const (
	// feature declares the interfaces it needs; it knows the domain and the
	// libraries, never an adapter or another feature.
	feature kind = iota + 1
	// adapter joins features to the outside; it knows features, never another
	// adapter.
	adapter
	// leaf knows nothing of the module but the domain.
	leaf
	// format is a leaf that reads and writes one kind of file or line to the
	// outside; features and adapters use it as they use a library.
	format
	// mechanism is how several features do the same thing; it knows nothing of
	// the module but the domain.
	mechanism
)

// runbooks is text with the little that reads it. The console and the agent's
// page at the site show the same, so both may import it; it stands beside the
// notes because go:embed reaches no other folder.
const runbooks = "firmware-notes/runbooks"

// internalKind gives the kind of the folders under controller/internal. A new
// folder must be entered here, which is the moment to decide what it is.
func internalKind(name string) kind {
	switch name {
	case "media", "sources", "checks", "library", "themes", "outbound", "approval", "planning", "publish", "fleet",
		"watch", "proof", "identity", "audit", "jobs", "ca", "acmecert", "charter", "beacon", "approve", "orders", "backup", "restored", "slides",
		"shortlink", "profiles",
		"alerts", "shifts", "incidents", "captures", "settings", "assist", "releases", "inventory", "roster", "siteplan":
		return feature
	case "sqlstore", "objectstore", "mqttlink", "httpapi":
		return adapter
	case "agentapi":
		return adapter
	case "console", "apiclient":
		return leaf
	case "keyfile":
		return format
	case "outbox", "ceremony", "sealing":
		return mechanism
	}
	return 0
}

func checkImports(p pkg) []Breach {
	var breaches []Breach
	if name, ok := internalOf(p.dir); ok && internalKind(name) == 0 {
		breaches = append(breaches, Breach{Rule: "imports", Path: p.dir, Text: fmt.Sprintf(
			"is neither feature, adapter nor leaf: enter %q in internalKind of controller/up/walls/imports.go", name)})
	}
	for _, f := range p.files {
		for _, spec := range f.ast.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			if why := refuse(p.dir, imported, f); why != "" {
				breaches = append(breaches, f.breach("imports", spec.Pos(), fmt.Sprintf("cannot import %s: %s", imported, why)))
			}
		}
	}
	return breaches
}

// refuse says why the package in dir may not import the path, or "".
func refuse(dir, imported string, f gofile) string {
	target, ours := inModule(imported)
	if within(dir, "playlists") {
		if ours && !within(target, "playlists") {
			return "playlists imports nothing of the module but playlists"
		}
		if !ours {
			return impure(imported, f.test)
		}
		return ""
	}
	if !ours {
		return ""
	}
	if target == runbooks {
		return ""
	}
	if within(dir, runbooks) {
		return "the runbooks know nothing of the module: they are text that both sides carry"
	}
	if within(dir, "agent") {
		if !within(target, "agent") && !within(target, "playlists") {
			return "agent imports nothing of the module but playlists and agent"
		}
		return ""
	}
	if within(target, "agent") {
		return "nothing but agent imports agent: run its binary"
	}
	if within(target, "playlists") || dir != "controller" && within(target, dir) {
		return ""
	}
	if from, ok := internalOf(dir); ok {
		return refuseInternal(from, target, f)
	}
	return refuseOuter(dir, target)
}

// refuseInternal judges imports made by folders under controller/internal.
func refuseInternal(from, target string, f gofile) string {
	to, ok := internalOf(target)
	if !ok {
		return "packages under controller/internal import nothing of controller outside it"
	}
	if to == from {
		return ""
	}
	toKind := internalKind(to)
	if f.external && toKind == adapter {
		return "" // a test from outside may stand the real adapter beside the package
	}
	if toKind == format && internalKind(from) != leaf {
		return ""
	}
	switch internalKind(from) {
	case format:
		return "a format knows nothing of the module but the domain"
	case feature:
		if toKind == mechanism {
			return ""
		}
		if toKind == feature {
			return "a feature never imports another: declare the interface it needs"
		}
		return "a feature never imports an adapter: declare the interface it needs"
	case adapter:
		if toKind != feature {
			return "an adapter imports features and the domain, never another adapter or the console: app joins them"
		}
	case mechanism:
		return "a mechanism knows nothing of the module but the domain"
	case leaf:
		return "the console, the API's client and the format of key files know nothing of the module but the domain"
	}
	return ""
}

// refuseOuter judges imports made in controller but outside internal.
func refuseOuter(dir, target string) string {
	switch {
	case within(dir, "controller/app"):
		return ""
	case dir == "controller":
		if within(target, "controller/app") {
			return ""
		}
		return "main imports app alone: app wires all"
	case within(dir, "controller/e2e/thief"):
		return "" // who has stolen the folder has all that opens it
	case within(dir, "controller/up"), within(dir, "controller/e2e"):
		if name, ok := internalOf(target); ok && internalKind(name) == format {
			return ""
		}
		if within(target, "controller/up") || within(target, "controller/e2e") || within(target, "controller/internal/apiclient") {
			return ""
		}
		if within(target, "controller/internal/sources/sourcestest") {
			return "" // the sites that stand in for those of the world
		}
		return "the driver and the stories run the real binaries and use the public API"
	}
	return ""
}

// impure says why the domain may not import a package that is not ours.
func impure(imported string, test bool) string {
	first, _, _ := strings.Cut(imported, "/")
	if strings.Contains(first, ".") {
		if test || slices.ContainsFunc(pureModules(), func(m string) bool { return within(imported, m) }) {
			return ""
		}
		return "playlists imports the standard library and few pure modules only"
	}
	pure := []string{"net/netip", "net/url"}
	if slices.Contains(pure, imported) {
		return ""
	}
	for _, outside := range []string{"net", "os", "database/sql", "syscall", "plugin", "unsafe", "C", "log", "io/ioutil"} {
		if imported == "log/slog" || test && outside == "os" {
			continue
		}
		if within(imported, outside) {
			return "playlists is pure: it reaches nothing outside the program"
		}
	}
	return ""
}

// pureModules are the third-party modules the domain may use: they compute
// and touch nothing else.
func pureModules() []string {
	return []string{"golang.org/x/text", "golang.org/x/sync", "github.com/teambition/rrule-go"}
}

// internalOf gives the first folder under controller/internal that dir is in.
func internalOf(dir string) (string, bool) {
	rest, ok := strings.CutPrefix(dir, "controller/internal/")
	if !ok {
		return "", false
	}
	name, _, _ := strings.Cut(rest, "/")
	return name, true
}

func inModule(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// within tells whether the slash path name is dir or lies under it.
func within(name, dir string) bool {
	return name == dir || strings.HasPrefix(name, dir+"/")
}
