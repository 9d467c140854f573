package checks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

const (
	// mayFail is how many tests may get a second run: more than these are no
	// accident.
	mayFail = 3
	// told is how many lines are shown of what was excused.
	told = 80
)

// again runs the few tests that have failed beside a thousand others once more,
// by themselves. Those that pass then have an unsteady wait, most likely: they
// are counted as passed and named with what they said, to be mended, and do not
// refuse everybody's work for it. What a second run cannot excuse is left as it
// is.
func again(r *results, run func(packages []string, more ...string) results) {
	if r.certain || len(r.failed) == 0 || len(r.failed) > mayFail {
		return
	}
	in := map[string][]string{}
	var names []string
	for _, f := range r.failed {
		in[f.pkg] = append(in[f.pkg], regexp.QuoteMeta(f.test))
		names = append(names, f.test)
	}
	for _, pkg := range slices.Sorted(maps.Keys(in)) {
		second := run([]string{pkg}, "-count=1", "-run", "^("+strings.Join(in[pkg], "|")+")$")
		if second.Failed > 0 || second.certain || second.Passed != len(in[pkg]) {
			r.detail += fmt.Sprintf("\nand by itself:\n%s", second.detail)
			return
		}
	}
	r.Note = strings.TrimSpace(fmt.Sprintf("%s\n    TO BE MENDED: failed beside others and passed alone: %s\n%s", r.Note, strings.Join(names, ", "), tail([]byte(r.detail), told)))
	r.Passed, r.Failed, r.detail = r.Passed+r.Failed, 0, ""
}
