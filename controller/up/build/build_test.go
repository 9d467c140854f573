package build_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/up/build"
)

const (
	web  = "controller/internal/console/web"
	dist = "controller/internal/console/dist"
)

// copyOf makes a small working copy.
func copyOf(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write(t, root, "go.mod", "module cotmoc\n")
	write(t, root, web+"/package-lock.json", "{}")
	write(t, root, web+"/src/main.tsx", "one")
	return root
}

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// recorder stands in for npm: it makes what npm makes.
func recorder(t *testing.T, root string, ran *[]string) build.Runner {
	return func(_ context.Context, _ string, _ []string, name string, args ...string) error {
		line := name + " " + strings.Join(args, " ")
		*ran = append(*ran, line)
		switch {
		case strings.HasPrefix(line, "npm ci"):
			write(t, root, web+"/node_modules/x/index.js", "x")
		case line == "npm run build":
			write(t, root, dist+"/index.html", "x")
		}
		return nil
	}
}

func TestConsoleIsBuiltOnlyWhenItsSourcesChanged(t *testing.T) {
	t.Parallel()
	root := copyOf(t)
	var ran []string
	run := recorder(t, root, &ran)
	step := func(name string, packages, console bool) {
		t.Helper()
		gotPackages, err := build.Packages(t.Context(), root, run)
		if err != nil {
			t.Fatal(err)
		}
		gotConsole, err := build.Console(t.Context(), root, run)
		if err != nil {
			t.Fatal(err)
		}
		if gotPackages != packages || gotConsole != console {
			t.Errorf("%s: installed %v, built %v", name, gotPackages, gotConsole)
		}
	}
	step("first", true, true)
	step("again", false, false)
	write(t, root, web+"/node_modules/x/index.js", "y")
	step("something installed changed", false, false)
	write(t, root, web+"/src/main.tsx", "two")
	step("a source changed", false, true)
	write(t, root, web+"/src/new.tsx", "")
	step("a source came", false, true)
	write(t, root, web+"/package-lock.json", "{ }")
	step("the lock file changed", true, true)
	if err := os.RemoveAll(filepath.Join(root, dist)); err != nil {
		t.Fatal(err)
	}
	step("what was built is gone", false, true)
	if err := os.RemoveAll(filepath.Join(root, web, "node_modules")); err != nil {
		t.Fatal(err)
	}
	step("what was installed is gone", true, false)
}

func TestFailedBuildIsTriedAgain(t *testing.T) {
	t.Parallel()
	root := copyOf(t)
	broken := errors.New("vite fell")
	fail := func(context.Context, string, []string, string, ...string) error { return broken }
	if _, err := build.Console(t.Context(), root, fail); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	var ran []string
	if built, err := build.Console(t.Context(), root, recorder(t, root, &ran)); err != nil || !built {
		t.Errorf("built %v, %v", built, err)
	}
}

func TestBuildThatMakesNothingIsAnError(t *testing.T) {
	t.Parallel()
	root := copyOf(t)
	nothing := func(context.Context, string, []string, string, ...string) error { return nil }
	if _, err := build.Console(t.Context(), root, nothing); err == nil {
		t.Error("no error")
	}
}

func TestProgramsAreBuiltWithoutC(t *testing.T) {
	t.Parallel()
	root := copyOf(t)
	var packages []string
	run := func(_ context.Context, dir string, env []string, name string, args ...string) error {
		if dir != root || name != "go" || !slices.Contains(env, "CGO_ENABLED=0") {
			t.Errorf("ran %s %v in %s with %v", name, args, dir, env)
		}
		packages = append(packages, args[len(args)-1])
		return nil
	}
	if _, err := build.Programs(t.Context(), root, run); err != nil {
		t.Fatal(err)
	}
	slices.Sort(packages)
	if !slices.Equal(packages, []string{"./agent", "./controller"}) {
		t.Errorf("built %v", packages)
	}
}

func TestRoot(t *testing.T) {
	t.Parallel()
	root := copyOf(t)
	got, err := build.Root(filepath.Join(root, web, "src"))
	if err != nil || got != root {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := build.Root(t.TempDir()); err == nil || !strings.Contains(err.Error(), "cannot find the working copy") {
		t.Errorf("got %v", err)
	}
}

func TestQuietShowsWhatFailed(t *testing.T) {
	t.Parallel()
	err := build.Quiet()(t.Context(), ".", []string{"WORD=seen"}, "sh", "-c", "echo $WORD; exit 3")
	if err == nil || !strings.Contains(err.Error(), "seen") {
		t.Errorf("got %v", err)
	}
}
