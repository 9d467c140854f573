package programme_test

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"cotmoc/playlists/programme"
)

// flip changes one field of a document to another value of its kind.
type flip struct {
	path string
	do   func(root reflect.Value)
}

// flips lists every change of one field of a document: each scalar to another
// value, each list without its last element (or, when it is empty, with one),
// each pointer to nil (or the other way round). Elements of a list share a
// path; only the first is changed.
func flips(root reflect.Value) []flip {
	var out []flip
	seen := map[string]bool{}
	add := func(path string, do func(reflect.Value)) {
		if !seen[path] {
			seen[path] = true
			out = append(out, flip{path: path, do: do})
		}
	}
	var visit func(v reflect.Value, path string, at func(reflect.Value) reflect.Value)
	visit = func(v reflect.Value, path string, at func(reflect.Value) reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					name := f.Name
					if path != "" && !f.Anonymous {
						name = path + "." + name
					}
					visit(v.Field(i), name, func(r reflect.Value) reflect.Value { return at(r).Field(i) })
				}
			}
		case reflect.Pointer:
			t := v.Type().Elem()
			add(path+"?", func(r reflect.Value) {
				if p := at(r); p.IsNil() {
					p.Set(reflect.New(t))
				} else {
					p.SetZero()
				}
			})
			if !v.IsNil() {
				visit(v.Elem(), path, func(r reflect.Value) reflect.Value { return at(r).Elem() })
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				add(path, func(r reflect.Value) {
					b := append([]byte{}, at(r).Bytes()...)
					if len(b) == 0 {
						b = []byte{0}
					}
					b[len(b)-1] ^= 1
					at(r).SetBytes(b)
				})
				return
			}
			add(path+"#", func(r reflect.Value) {
				s := at(r)
				if n := s.Len(); n > 0 {
					s.Set(s.Slice(0, n-1))
				} else {
					s.Set(reflect.Append(s, reflect.Zero(s.Type().Elem())))
				}
			})
			for i := range v.Len() {
				visit(v.Index(i), path+"[]", func(r reflect.Value) reflect.Value { return at(r).Index(i) })
			}
		default:
			add(path, func(r reflect.Value) { change(at(r)) })
		}
	}
	visit(root, "", func(r reflect.Value) reflect.Value { return r })
	return out
}

func change(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		switch {
		case s == "":
			s = "x"
		case strings.HasSuffix(s, "a"):
			s = s[:len(s)-1] + "b"
		default:
			s = s[:len(s)-1] + "a"
		}
		v.SetString(s)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	default:
		panic(fmt.Sprintf("no flip for a %s", v.Kind()))
	}
}

// expectation is what becomes of a document with one field flipped: while its
// signature is the old one, and when it is signed anew by the right people or
// the right key.
type expectation struct{ kept, resigned programme.Refusal }

// expectations reads a table: a path, the refusal under the old signature, and
// the refusal when it is signed anew, where "-" is acceptance.
func expectations(t *testing.T, table string) map[string]expectation {
	t.Helper()
	out := map[string]expectation{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		f := strings.Fields(line)
		if len(f) != 3 || f[1] == "-" {
			t.Fatalf("%q is no expectation: nothing is accepted under an old signature", line)
		}
		out[f[0]] = expectation{programme.Refusal(f[1]), programme.Refusal(strings.TrimPrefix(f[2], "-"))}
	}
	return out
}

// flipAll flips every field of the document that fresh makes, one at a time,
// and holds what the two judges say to the table. A field without an
// expectation fails, and so does an expectation without a field.
func flipAll[T any](t *testing.T, fresh func() *T, table string, kept, resigned func(*T) error) {
	t.Helper()
	for _, judge := range []func(*T) error{kept, resigned} {
		if err := judge(fresh()); err != nil {
			t.Fatalf("the sound one is refused: %v", err)
		}
	}
	want := expectations(t, table)
	all := flips(reflect.ValueOf(fresh()).Elem())
	for _, f := range all {
		w, ok := want[f.path]
		delete(want, f.path)
		var got [2]programme.Refusal
		for i, judge := range []func(*T) error{kept, resigned} {
			doc := fresh()
			f.do(reflect.ValueOf(doc).Elem())
			err := judge(doc)
			got[i] = programme.RefusalOf(err)
			if (err == nil) != (got[i] == "") {
				t.Errorf("%q: an error without a refusal: %v", f.path, err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "cannot ") {
				t.Errorf("%q: %q does not say what cannot be done", f.path, err)
			}
		}
		if g := (expectation{got[0], got[1]}); !ok || g != w {
			t.Errorf("%s %s %s, want %v", f.path, cmp.Or(string(g.kept), "-"), cmp.Or(string(g.resigned), "-"), w)
		}
	}
	for path := range want {
		t.Errorf("%q: an expectation for a field that is not there", path)
	}
	if len(all) == 0 {
		t.Error("nothing was flipped")
	}
}
