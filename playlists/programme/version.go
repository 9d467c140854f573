package programme

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is three numbers with dots between, as 1.4.2. The empty version, of
// a program that is no release, is before all others.
type Version string

// maxPart is the most that one number of a version may be.
const maxPart = 999999

// Validate refuses what is not three plain numbers.
func (v Version) Validate() error {
	if _, ok := v.parts(); !ok {
		return fmt.Errorf("cannot use the version %.40q: write three numbers, as 1.4.2", string(v))
	}
	return nil
}

// Before tells whether a version came before another. What is no version came
// before every one.
func (v Version) Before(o Version) bool {
	a, _ := v.parts()
	b, _ := o.parts()
	for i := range a {
		if c := cmp.Compare(a[i], b[i]); c != 0 {
			return c < 0
		}
	}
	return false
}

// parts gives the three numbers, -1 each of what is no version.
func (v Version) parts() (out [3]int, ok bool) {
	none := [3]int{-1, -1, -1}
	fields := strings.Split(string(v), ".")
	if len(fields) != len(out) {
		return none, false
	}
	for i, f := range fields {
		n, err := strconv.Atoi(f)
		if err != nil || n < 0 || n > maxPart || strconv.Itoa(n) != f {
			return none, false
		}
		out[i] = n
	}
	return out, true
}
