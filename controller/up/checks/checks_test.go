package checks

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func suite(out *bytes.Buffer) *Suite {
	return &Suite{Out: out, Now: time.Now, Beat: time.Hour, Limit: time.Minute}
}

func fixed(name string, c Count, detail string) Check {
	return Check{Name: name, Run: func(context.Context, func(string)) (Count, string) { return c, detail }}
}

func TestSuiteCountsAndShowsWhatFailed(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	ok := suite(&out).Run(t.Context(), []Stage{
		{{fixed("one", Count{Passed: 1}, "")}, {fixed("many", Count{Passed: 4, Failed: 2}, "the reason")}},
		{{fixed("later", Count{Passed: 1}, "")}},
	})
	if ok {
		t.Error("the suite passed")
	}
	if !strings.HasSuffix(out.String(), "\n6 passed, 2 failed\n") {
		t.Errorf("ends %q", out.String())
	}
	for _, want := range []string{"✓ one", "✗ many", "✓ later", "the reason"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in %q", want, out.String())
		}
	}
}

func TestStagesFollowEachOtherAndLanesDoNot(t *testing.T) {
	t.Parallel()
	meet := make(chan struct{})
	var first atomic.Int32
	half := func(send bool) Check {
		return Check{Name: "half", Run: func(ctx context.Context, _ func(string)) (Count, string) {
			defer first.Add(1)
			if send {
				select {
				case meet <- struct{}{}:
				case <-ctx.Done():
				}
			} else {
				select {
				case <-meet:
				case <-ctx.Done():
				}
			}
			return Count{Passed: 1}, ""
		}}
	}
	second := Check{Name: "second", Run: func(context.Context, func(string)) (Count, string) {
		if first.Load() != 2 {
			return Count{Failed: 1}, "began before the first stage was over"
		}
		return Count{Passed: 1}, ""
	}}
	var out bytes.Buffer
	if !suite(&out).Run(t.Context(), []Stage{{{half(true)}, {half(false)}}, {{second}}}) {
		t.Error(out.String())
	}
}

func TestTooLongIsAFailure(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := suite(&out)
	s.Limit, s.Beat = 50*time.Millisecond, 10*time.Millisecond
	slow := Check{Name: "slow", Run: func(ctx context.Context, say func(string)) (Count, string) {
		say("half way")
		<-ctx.Done()
		return Count{Passed: 1}, ""
	}}
	if s.Run(t.Context(), []Stage{{{slow}}}) {
		t.Error("it passed")
	}
	for _, want := range []string{"half way", "longer than 50ms", "1 failed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in %q", want, out.String())
		}
	}
}

func TestInterruptedSuiteHasNotPassed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	if suite(&out).Run(ctx, []Stage{{{fixed("one", Count{Passed: 1}, "")}}}) {
		t.Error(out.String())
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		check Check
		want  Count
		says  string
	}{
		{"succeeds", Command("x", ".", nil, "true"), Count{Passed: 1}, ""},
		{"fails", Command("x", ".", nil, "sh", "-c", "echo why; exit 1"), Count{Failed: 1}, "why"},
		{"is not there", Command("x", ".", nil, "no-such-program-here"), Count{Failed: 1}, "no-such-program-here"},
		{"silent", Silent("x", ".", "do this", "true"), Count{Passed: 1}, ""},
		{"says something", Silent("x", ".", "do this", "echo", "file.go"), Count{Failed: 1}, "do this\nfile.go"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, detail := c.check.Run(t.Context(), func(string) {})
			if got != c.want || !strings.Contains(detail, c.says) {
				t.Errorf("got %v, %q", got, detail)
			}
		})
	}
}

func TestDatabaseThatCannotBeReachedIsSaid(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]Count{
		"":                                 {Passed: 1},
		"2 known faults":                   {Failed: 1},
		"dial tcp: lookup x: no such host": {},
		"npm error code ENOTFOUND":         {},
	} {
		var out bytes.Buffer
		s := suite(&out)
		answer := Count{Passed: 1}
		if said != "" {
			answer = Count{Failed: 1}
		}
		if ok := s.Run(t.Context(), []Stage{{{WhereReachable(fixed("database", answer, said))}}}); ok != (want.Failed == 0) || s.total != want {
			t.Errorf("%q: got %+v: %s", said, s.total, out.String())
		}
		if not := strings.Contains(out.String(), "not asked"); not != (want == Count{}) {
			t.Errorf("%q: printed %s", said, out.String())
		}
	}
}

// TestGoTestCounts runs the real go test on a small module.
func TestGoTestCounts(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"go.mod":           "module small\n\ngo 1.26\n",
		"good/g_test.go":   "package good\nimport \"testing\"\nfunc TestA(t *testing.T) { t.Run(\"sub\", func(*testing.T) {}) }\nfunc TestB(*testing.T) {}\n",
		"bad/b_test.go":    "package bad\nimport \"testing\"\nfunc TestC(t *testing.T) { t.Error(\"the reason\") }\n",
		"skips/s_test.go":  "package skips\nimport \"testing\"\nfunc TestD(t *testing.T) { t.Run(\"sub\", func(t *testing.T) { t." + "Skip(\"no tool\") }) }\n",
		"broken/b_test.go": "package broken\nvar x int = \"no number\"\n",
		"panics/p_test.go": "package panics\nimport \"testing\"\nfunc TestE(*testing.T) { panic(\"at once\") }\n",
		"dies/d_test.go":   "package dies\nimport (\"os\"; \"syscall\"; \"testing\")\nfunc TestF(*testing.T) { println(\"its last word\"); _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }\n",
		"hangs/h_test.go":  "package hangs\nimport (\"os\"; \"syscall\"; \"testing\")\nvar over = make(chan bool)\nfunc TestG(t *testing.T) { t.Parallel(); <-over; _ = syscall.Kill(os.Getpid(), syscall.SIGQUIT); select {} }\nfunc TestH(t *testing.T) { t.Parallel(); t.Cleanup(func() { close(over) }) }\n",
		"none/n.go":        "package none\n",
	}
	run := func(t *testing.T, keep string) (Count, string) {
		t.Helper()
		dir := t.TempDir()
		for name, text := range files {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want := regexp.MustCompile("^small/(" + keep + ")$")
		return GoTest("x", dir, nil, Packages(dir, want.MatchString), "go", "test").Run(t.Context(), func(string) {})
	}
	cases := []struct {
		keep string
		want Count
		says string
	}{
		{"good|none", Count{Passed: 2}, ""},
		{"good|bad", Count{Passed: 2, Failed: 1}, "the reason"},
		{"skips", Count{Passed: 1, Failed: 1}, "no test may skip"},
		{"broken", Count{Failed: 1}, "no number"},
		{"panics", Count{Failed: 1}, "at once"},
		{"dies", Count{Failed: 1}, "its last word"},
		{"hangs", Count{Passed: 1, Failed: 1}, "hangs.TestG("}, // where it stands
		{"nothing", Count{Failed: 1}, "cannot find a package"},
	}
	for _, c := range cases {
		t.Run(c.keep, func(t *testing.T) {
			t.Parallel()
			got, detail := run(t, c.keep)
			if got != c.want || !strings.Contains(detail, c.says) {
				t.Errorf("got %+v, %s", got, detail)
			}
		})
	}
}

func TestGenerated(t *testing.T) {
	t.Parallel()
	const query, code = "-- name: GetMedia :one\nselect 1;\n", "const getMedia = `-- name: GetMedia :one\nselect 1\n`\n"
	cases := []struct {
		name, query, code string
		failed            int
	}{
		{"current", query, code, 0},
		{"a query was added", query + "-- name: ListMedia :many\nselect 2;\n", code, 1},
		{"a query became another kind", strings.Replace(query, ":one", ":many", 1), code, 1},
		{"a query was dropped", query, code + "const x = `-- name: Old :exec\n`\n", 1},
		{"no queries", "", "", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range map[string]string{"queries/a.sql": c.query, "sqlcgen/a.sql.go": c.code} {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, detail := Generated("x", dir).Run(t.Context(), func(string) {})
			if got.Failed != c.failed {
				t.Errorf("got %+v, %s", got, detail)
			}
		})
	}
	if got, _ := Generated("x", t.TempDir()).Run(t.Context(), func(string) {}); got.Failed != 1 {
		t.Error("a missing folder passed")
	}
}

func TestProjectNamesEachCheckOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, stage := range Project("/x") {
		for _, lane := range stage {
			for _, c := range lane {
				if seen[c.Name] {
					t.Errorf("%s twice", c.Name)
				}
				seen[c.Name] = true
			}
		}
	}
	for _, want := range []string{"formatting", "vet", "staticcheck", "walls", "tests with race detector", "console", "player", "browser stories"} {
		if !seen[want] {
			t.Errorf("%s is missing", want)
		}
	}
}
