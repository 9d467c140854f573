package checks

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const web = "controller/internal/console/web"

// Project gives the checks of the working copy at root, quick ones first. The
// stories need both processors, so they come last. What they run is built as it
// is shipped, without the race detector: so are they, and all else that is
// compiled once for it.
// Benchmarks are told there too, for what they time is what is shipped.
func Project(root string) []Stage {
	player := func(p string) bool {
		return p == "cotmoc/agent/internal/player" || p == "cotmoc/agent/internal/kiosk" || p == "cotmoc/agent/internal/screencheck"
	}
	story := func(p string) bool {
		return strings.HasPrefix(p, "cotmoc/controller/e2e") || p == "cotmoc/controller/bench"
	}
	return []Stage{
		{{
			Silent("formatting", root, "run gofmt -w on:", "gofmt", "-l", "agent", "controller", "playlists"),
			Command("walls", root, shipped(), "go", "test", "-count=1", "./controller/up/walls"),
			Generated("generated queries", filepath.Join(root, "controller/internal/sqlstore")),
		}},
		{
			{
				Command("vet", root, shipped(), patient("go", "vet", "./...")...),
				Builds("agent for arm64", root, "linux", "arm64"),
				Builds("agent for Windows", root, "windows", "amd64"),
				Command("staticcheck", root, shipped(), patient("go", "tool", "staticcheck", "./...")...),
				GoTest("tests with race detector", root, nil, longFirst(Packages(root, func(p string) bool { return !story(p) && !player(p) })), patient(raced("-vet=off", "-p=4", "-timeout", "6m")...)...),
			},
			{
				Command("console", filepath.Join(root, web), nil, "npm", "run", "--silent", "check"),
				GoTest("player", root, nil, Packages(root, player), raced("-vet=off", "-count=1", "-p=3", "-parallel=4", "-timeout", "10m")...),
			},
		},
		{{
			GoTest("browser stories", root, shipped(), Packages(root, story), "go", "test", "-vet=off", "-count=1", "-p=2", "-parallel=4", "-timeout", "16m"),
		}},
	}
}

// patient has a program leave the processors to those that show pictures in
// time and hardly need them: a hundred changes on glass take as long as they
// take, and the compiler can use what they leave.
func patient(args ...string) []string { return append([]string{"nice", "-n", "10"}, args...) }

// shipped is the environment in which the programs are built for service, so
// that what they are made of is compiled once for all.
func shipped() []string {
	return []string{"CGO_ENABLED=0", "GOFLAGS=" + strings.TrimSpace(os.Getenv("GOFLAGS")+" -trimpath")}
}

// longFirst puts those packages first that take longest, so that none of them
// runs alone at the end: go builds and runs in this order.
func longFirst(packages func(context.Context) ([]string, error)) func(context.Context) ([]string, error) {
	long := []string{"cotmoc/controller/app", "cotmoc/controller/internal/media/render", "cotmoc/controller/internal/slides", "cotmoc/controller/internal/media"}
	rank := func(p string) int {
		if i := slices.Index(long, p); i >= 0 {
			return i
		}
		return len(long)
	}
	return func(ctx context.Context) ([]string, error) {
		list, err := packages(ctx)
		slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
		return list, err
	}
}

// raced gives the call of go test with the race detector. It looks at every
// package but those that only calculate on what one goroutine gave them:
// SQLite as it is translated from C, pictures, compression and slow hashes took
// two thirds of its time. Packages that keep others' data in step (sync, tls,
// modernc.org/libc) must stay: their generic code serves all others too.
func raced(flags ...string) []string {
	all := []string{"go", "test", "-race"}
	for _, quiet := range []string{
		"modernc.org/sqlite/lib", "golang.org/x/image/...", "image/...", "compress/...", "hash/adler32", "hash/crc32",
		"golang.org/x/crypto/argon2", "golang.org/x/crypto/scrypt",
	} {
		all = append(all, "-gcflags="+quiet+"=-race=false")
	}
	return append(all, flags...)
}

// Builds checks that the agent compiles, without C, for another computer.
// Nobody runs what comes of it, so nothing is made fast in it.
func Builds(name, root, system, processor string) Check {
	return Check{Name: name, Run: func(ctx context.Context, _ func(string)) (Count, string) {
		env := []string{"CGO_ENABLED=0", "GOOS=" + system, "GOARCH=" + processor}
		out, err := execute(ctx, root, env, patient("go", "build", "-gcflags=all=-N -l -dwarf=false", "-ldflags=-w", "-o", os.DevNull, "./agent")...)
		if err != nil {
			return Count{Failed: 1}, fmt.Sprintf("GOOS=%s GOARCH=%s go build ./agent: %v\n%s", system, processor, err, tail(out, 50))
		}
		return Count{Passed: 1}, ""
	}}
}

// Audit gives the checks that need databases of known faults on the network.
// They are no part of the gate: a fault that becomes known tomorrow must not
// stop today's work.
func Audit(root string) []Stage {
	return []Stage{{{
		WhereReachable(Command("Go modules", root, nil, "go", "run", "golang.org/x/vuln/cmd/govulncheck@v1.1.4", "./...")),
		WhereReachable(Command("npm packages", filepath.Join(root, web), nil, "npm", "audit", "--audit-level=high")),
	}}}
}

var queryName = regexp.MustCompile(`-- name: (\w+ :\w+)`)

// Generated checks that the Go code for queries was made from the queries
// there are: every query's name and kind stand in the code, and no other. The
// generator itself is too heavy to build for it.
func Generated(name, dir string) Check {
	return Check{Name: name, Run: func(context.Context, func(string)) (Count, string) {
		wanted, err := names(os.DirFS(filepath.Join(dir, "queries")), ".sql")
		if err != nil {
			return Count{Failed: 1}, err.Error()
		}
		made, err := names(os.DirFS(filepath.Join(dir, "sqlcgen")), ".go")
		if err != nil {
			return Count{Failed: 1}, err.Error()
		}
		var stale []string
		for q := range wanted {
			if !made[q] {
				stale = append(stale, "not generated: "+q)
			}
		}
		for q := range made {
			if !wanted[q] {
				stale = append(stale, "no longer a query: "+q)
			}
		}
		if len(stale) > 0 || len(wanted) == 0 {
			return Count{Failed: 1}, fmt.Sprintf("%d queries; run sqlc generate in %s\n%s", len(wanted), dir, strings.Join(stale, "\n"))
		}
		return Count{Passed: 1}, ""
	}}
}

func names(folder fs.FS, ext string) (map[string]bool, error) {
	found := map[string]bool{}
	err := fs.WalkDir(folder, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ext {
			return err
		}
		text, err := fs.ReadFile(folder, path)
		for _, m := range queryName.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the queries: %w", err)
	}
	return found, nil
}
