package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cotmoc/controller/up/samples"
)

func TestAccountsAreFreshAndKept(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "demo", "logins.json")
	first, err := loadAccounts(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("kept with %v, %v", info.Mode(), err)
	}
	second, err := loadAccounts(file, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := loadAccounts(filepath.Join(t.TempDir(), "logins.json"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]bool{}
	for i, a := range first {
		roles[a.role] = true
		if len(a.Password) < 15 {
			t.Errorf("%s has the password %q", a.Login, a.Password)
		}
		if second[i] != a {
			t.Errorf("%s changed to %+v", a.Login, second[i])
		}
		if other[i].Password == a.Password {
			t.Errorf("%s has the same password in another folder", a.Login)
		}
	}
	if len(roles) != 9 || first[0].role != "administrator" {
		t.Errorf("roles %v, first %s", roles, first[0].role)
	}
}

func TestDamagedFilesAreExplained(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(file, []byte("{["), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := loadAccounts(file, rand.Reader)
	if err == nil || !strings.Contains(err.Error(), "delete the data folder") {
		t.Errorf("got %v", err)
	}
	_, err = loadProgress(file)
	if err == nil || !strings.Contains(err.Error(), "delete the data folder") {
		t.Errorf("got %v", err)
	}
}

func TestProgressGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "progress.json")
	made := 0
	makeOne := func() (string, error) { made++; return fmt.Sprint("id", made), nil }
	none := func() (string, error) { return "", nil }
	for range 2 {
		p, err := loadProgress(file)
		if err != nil {
			t.Fatal(err)
		}
		if id, err := p.once("a", none, makeOne); err != nil || id != "id1" {
			t.Errorf("got %q, %v", id, err)
		}
	}
	p, err := loadProgress(file)
	if err != nil {
		t.Fatal(err)
	}
	// Made by a run that was killed before it could keep it.
	if id, err := p.once("b", func() (string, error) { return "found", nil }, makeOne); err != nil || id != "found" {
		t.Errorf("got %q, %v", id, err)
	}
	broken := errors.New("broken")
	if _, err := p.once("c", none, func() (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if _, done := p.done("c"); done {
		t.Error("what failed is kept as done")
	}
}

// TestContentHangsTogether finds names in the content that lead nowhere.
func TestContentHangsTogether(t *testing.T) {
	t.Parallel()
	files, lists, shorts, sites, keys := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range samples.List() {
		files[s.File] = true
	}
	for _, u := range units() {
		shorts[u.short] = true
	}
	for _, c := range clusters() {
		sites[c.name] = true
		if !shorts[c.unit] {
			t.Errorf("cluster %s names the unit %q", c.name, c.unit)
		}
	}
	for _, a := range accounts() {
		if !shorts[a.unit] || a.cluster != "" && !sites[a.cluster] {
			t.Errorf("%s names %q and %q", a.Login, a.unit, a.cluster)
		}
	}
	for _, s := range screens() {
		keys[s.key] = true
		if !sites[s.cluster] {
			t.Errorf("screen %s names the cluster %q", s.key, s.cluster)
		}
	}
	for profile, file := range slates() {
		if !files[file] {
			t.Errorf("the slate of %s names %q", profile, file)
		}
	}
	for file := range leftOpen() {
		if !files[file] {
			t.Errorf("left open: %q", file)
		}
	}
	for _, p := range playlists() {
		lists[p.key] = true
		for _, file := range p.items {
			if !files[file] || leftOpen()[file] != "" {
				t.Errorf("playlist %s names %q, which is not there or not approved", p.key, file)
			}
		}
	}
	for _, e := range entries(time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)) {
		if !lists[e.playlist] {
			t.Errorf("entry %s names the playlist %q", e.key, e.playlist)
		}
		for _, c := range e.clusters {
			if !sites[c] {
				t.Errorf("entry %s names the cluster %q", e.key, c)
			}
		}
		for _, s := range e.screens {
			if !keys[s] {
				t.Errorf("entry %s names the screen %q", e.key, s)
			}
		}
		if e.rule.From != "" && e.rule.From != "2027-08-31" {
			t.Errorf("the national day begins %s", e.rule.From)
		}
	}
}

func TestSecondDemoIsKeptOff(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock(file); err == nil || !strings.Contains(err.Error(), "another demo is running") {
		t.Errorf("got %v", err)
	}
	unlock()
	again, err := lock(file)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestBusyPortIsExplainedBeforeAnythingStarts(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	data := t.TempDir()
	err = Run(t.Context(), Options{Data: data, Port: port - brokerOffset, Out: io.Discard, Now: time.Now, Random: rand.Reader})
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("port %d is held by process", port)) || !strings.Contains(err.Error(), "--port ") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, "logins.json")); err == nil {
		t.Error("half started")
	}
}

func testCrew(t *testing.T, says *safeBuffer) (*crew, context.Context) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	c := newCrew(t.TempDir(), func(f string, a ...any) { fmt.Fprintf(says, f+"\n", a...) }, cancel)
	t.Cleanup(func() {
		if err := c.stop(5 * time.Second); err != nil {
			t.Error(err)
		}
	})
	return c, ctx
}

func TestCrewStartsAgainWhatEnds(t *testing.T) {
	t.Parallel()
	var says safeBuffer
	c, ctx := testCrew(t, &says)
	if err := c.start("one", "sleep", []string{"300"}, nil); err != nil {
		t.Fatal(err)
	}
	first := c.pid("one")
	process, err := os.FindProcess(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	err = wait(ctx, 10*time.Second, func() string { return "another one" }, func() (bool, error) {
		pid := c.pid("one")
		return pid != 0 && pid != first, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(says.String(), "one ended") {
		t.Errorf("said %q", says.String())
	}
}

func TestCrewGivesUpOnWhatEndsAtOnce(t *testing.T) {
	t.Parallel()
	var says safeBuffer
	c, ctx := testCrew(t, &says)
	if err := c.start("bad", "sh", []string{"-c", "echo the reason; exit 3"}, nil); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if err := context.Cause(ctx); !strings.Contains(err.Error(), "the reason") || !strings.Contains(err.Error(), "bad.log") {
		t.Errorf("got %v", err)
	}
}

func TestCrewStopsTheControllerLast(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	order := filepath.Join(dir, "order")
	c := newCrew(dir, func(string, ...any) {}, func(error) {})
	for _, name := range []string{controllerName, "screen"} {
		script := fmt.Sprintf("trap 'echo %s >> %s; exit 0' TERM; touch %s/%s; while :; do sleep 0.02; done", name, order, dir, name)
		if err := c.start(name, "sh", []string{"-c", script}, nil); err != nil {
			t.Fatal(err)
		}
	}
	err := wait(t.Context(), 10*time.Second, func() string { return "both" }, func() (bool, error) {
		entries, err := os.ReadDir(dir)
		names := []string{}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return slices.Contains(names, controllerName) && slices.Contains(names, "screen"), err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.stop(5 * time.Second); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(order)
	if err != nil || string(got) != "screen\ncontroller\n" {
		t.Errorf("stopped %q, %v", got, err)
	}
}

func TestWaitIsBounded(t *testing.T) {
	t.Parallel()
	err := wait(t.Context(), 10*time.Millisecond, func() string { return "nothing" }, func() (bool, error) { return false, nil })
	if err == nil || !strings.Contains(err.Error(), "for nothing") {
		t.Errorf("got %v", err)
	}
}

func TestSummaryNamesEverything(t *testing.T) {
	t.Parallel()
	people, err := loadAccounts(filepath.Join(t.TempDir(), "l"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	d := &demo{Options: Options{Out: &out, Now: time.Now, Port: 8080, Data: "/data"}, console: "http://127.0.0.1:8080", people: people, progress: &progress{}, crew: newCrew("", nil, nil)}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nobody answers; the summary does without
	d.summary(ctx)
	for _, want := range []string{"http://localhost:8080\n", "http://127.0.0.1:8091", "http://127.0.0.1:8095", "Cầu Treo", "Vũng Áng", people[3].Password, "Ctrl-C"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
