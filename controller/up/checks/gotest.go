package checks

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"cotmoc/controller/up/children"
)

// endTime is how long tests may take to end when they are asked to.
const endTime = 20 * time.Second

// maxOutput bounds what is kept of one test's output.
const maxOutput = 64 << 10

// GoTest gives a check that runs go test, called with its flags, on packages,
// with more in its environment, and counts tests. A test that skips itself has failed: a check
// that did not run proves nothing.
func GoTest(name, dir string, env []string, packages func(context.Context) ([]string, error), call ...string) Check {
	return Check{Name: name, Run: func(ctx context.Context, say func(string)) (Count, string) {
		list, err := packages(ctx)
		if err != nil {
			return Count{Failed: 1}, err.Error()
		}
		said, says := io.Pipe()
		tests, err := children.Start(children.Spec{Name: name, Path: call[0], Args: slices.Concat(call[1:], []string{"-json"}, list), Env: env, Dir: dir, Output: says})
		if err != nil {
			return Count{Failed: 1}, err.Error()
		}
		var ending sync.WaitGroup
		ending.Go(func() {
			select {
			case <-tests.Done():
			case <-ctx.Done():
				if errors.Is(ctx.Err(), context.DeadlineExceeded) {
					tests.Trace()
					select { // go tells what the tests have said
					case <-tests.Done():
					case <-time.After(endTime):
					}
				}
			}
			patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
			defer cancel()
			_ = tests.Stop(patient) // whatever they run too; how they ended is told below
			_ = says.Close()        // nobody writes any more
		})
		count, detail := readTests(said, len(list), say)
		_ = said.Close() // or what it could not read would hold them
		ending.Wait()
		if err := tests.Err(); err != nil && count.Failed == 0 {
			count.Failed++
			detail += fmt.Sprintf("go test: %v\n", err)
		}
		return count, detail
	}}
}

// Packages lists the packages of the module, those for which keep says yes.
func Packages(dir string, keep func(string) bool) func(context.Context) ([]string, error) {
	return func(ctx context.Context) ([]string, error) {
		out, err := execute(ctx, dir, nil, "go", "list", "./...")
		if err != nil {
			return nil, fmt.Errorf("cannot list the packages: %w\n%s", err, out)
		}
		list := slices.DeleteFunc(strings.Fields(string(out)), func(p string) bool { return !keep(p) })
		if len(list) == 0 {
			return nil, fmt.Errorf("cannot find a package to test in %s", dir)
		}
		return list, nil
	}
}

// event is one line of go test -json.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build output
	Test        string
	Output      string
	FailedBuild string
	Elapsed     float64 // seconds, without the time that a parallel test waited
}

type unit struct{ pkg, test string }

// readTests counts top-level tests, and packages that fail outside a test, and
// gathers the output of what failed.
func readTests(r io.Reader, packages int, say func(string)) (Count, string) {
	var count Count
	var detail strings.Builder
	outputs := map[unit][]byte{}
	last := lastWords{}
	failedIn, ended := map[string]bool{}, map[string]bool{}
	var slow []slowTest
	done := 0
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			detail.WriteString(lines.Text() + "\n")
			continue
		}
		if e.Package == "" {
			e.Package = e.ImportPath
		}
		at := unit{e.Package, e.Test}
		top := !strings.Contains(e.Test, "/")
		if (e.Action == "pass" || e.Action == "fail") && e.Test != "" && top {
			slow = append(slow, slowTest{e.Test, e.Elapsed})
		}
		if e.Test == "" && (e.Action == "pass" || e.Action == "fail" || e.Action == "skip") {
			ended[e.Package] = true
		}
		switch e.Action {
		case "output", "build-output":
			if len(outputs[at]) < maxOutput {
				outputs[at] = append(outputs[at], e.Output...)
			}
			last.hear(e.Package, e.Output)
		case "pass":
			delete(outputs, at)
			if e.Test == "" {
				done++
			} else if top {
				count.Passed++
			}
		case "skip":
			if e.Test == "" { // a package without tests
				done++
				break
			}
			count.Failed++
			failedIn[e.Package] = true
			fmt.Fprintf(&detail, "SKIPPED %s %s: no test may skip\n%s", e.Package, e.Test, outputs[at])
			delete(outputs, at)
		case "fail":
			if e.Test == "" {
				done++
				if !failedIn[e.Package] {
					count.Failed++
					fmt.Fprintf(&detail, "FAILED %s\n%s%s", e.Package, outputs[unit{e.FailedBuild, ""}], outputs[at])
				}
				unended(&detail, e.Package, outputs, last)
				break
			}
			failedIn[e.Package] = true
			if top {
				count.Failed++
			}
			fmt.Fprintf(&detail, "FAILED %s %s\n%s", e.Package, e.Test, outputs[at])
			delete(outputs, at)
		}
		say(fmt.Sprintf("%d of %d packages, %d tests", done, packages, count.Passed+count.Failed))
	}
	for pkg := range stillRunning(outputs, ended) {
		unended(&detail, pkg, outputs, last)
	}
	if err := lines.Err(); err != nil {
		count.Failed++
		fmt.Fprintf(&detail, "cannot read what go test writes: %v\n", err)
	}
	count.Note = slowest(slow)
	return count, detail.String()
}

// lastWords are what a package's tests say from the moment on at which they
// come to a sudden end: go test takes it for the output of whichever test spoke
// last, and that one may have passed.
type lastWords map[string][]byte

// maxWords bounds the last words of one package.
const maxWords = 4 * maxOutput

func (l lastWords) hear(pkg, output string) {
	said, ending := l[pkg]
	for _, begin := range []string{"panic: ", "fatal error: ", "SIGQUIT: "} {
		ending = ending || strings.HasPrefix(output, begin)
	}
	if ending && len(said) < maxWords {
		l[pkg] = append(said, output...)
	}
}

// stillRunning gives the packages of which something was heard and no end.
func stillRunning(outputs map[unit][]byte, ended map[string]bool) iter.Seq[string] {
	all := map[string]bool{}
	for at := range outputs {
		if !ended[at.pkg] && at.test != "" {
			all[at.pkg] = true
		}
	}
	return slices.Values(slices.Sorted(maps.Keys(all)))
}

// unended writes what those tests of a package said that never came to their
// end, for one of them hung or took the others with it, and its last words.
func unended(to *strings.Builder, pkg string, outputs map[unit][]byte, last lastWords) {
	var tests []string
	for at := range outputs {
		if at.pkg == pkg && at.test != "" {
			tests = append(tests, at.test)
		}
	}
	slices.Sort(tests)
	for _, test := range tests {
		fmt.Fprintf(to, "NEVER ENDED %s %s\n%s", pkg, test, outputs[unit{pkg, test}])
	}
	if words := string(last[pkg]); !strings.Contains(to.String(), words) { // as one test's output
		to.WriteString(words)
	}
}

// slowTest is how long a test took.
type slowTest struct {
	name    string
	seconds float64
}

// slowest names those tests that the whole run waits for.
func slowest(all []slowTest) string {
	const most, worth = 8, 10 // seconds
	slices.SortFunc(all, func(a, b slowTest) int { return cmp.Compare(b.seconds, a.seconds) })
	var names []string
	for _, t := range all[:min(most, len(all))] {
		if t.seconds >= worth {
			names = append(names, fmt.Sprintf("%s %.0f s", t.name, t.seconds))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "slowest: " + strings.Join(names, ", ")
}
