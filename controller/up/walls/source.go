package walls

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// checkNames judges the names of packages and whether each says what it is for.
func checkNames(p pkg) []Breach {
	var breaches []Breach
	for element := range strings.SplitSeq(p.dir, "/") {
		if vagueName(element) {
			breaches = append(breaches, Breach{Rule: "names", Path: p.dir, Text: fmt.Sprintf("the name %q says nothing of a purpose", element)})
		}
	}
	documented := false
	for _, f := range p.files {
		name := f.ast.Name.Name
		if vagueName(name) {
			breaches = append(breaches, f.breach("names", f.ast.Name.Pos(), fmt.Sprintf("the package name %q says nothing of a purpose", name)))
		}
		if f.ast.Doc == nil {
			continue
		}
		text := f.ast.Doc.Text()
		if name == "main" || strings.HasPrefix(text, "Package "+name+" ") || strings.HasPrefix(text, "Package "+name+"\n") {
			documented = true
		}
	}
	if !documented {
		breaches = append(breaches, Breach{Rule: "comment", Path: p.dir, Text: "has no package comment: begin one file with a sentence that states the purpose, \"Package … \""})
	}
	return breaches
}

func vagueName(name string) bool {
	name = strings.TrimSuffix(name, "_test")
	return slices.Contains([]string{"util", "utils", "common", "helper", "helpers", "model", "models", "misc", "shared"}, name)
}

// checkSource judges what stands in single files: init work, skipped tests,
// the machine's zone and clock in the domain.
func checkSource(p pkg) []Breach {
	var breaches []Breach
	for _, f := range p.files {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" && !f.generated {
				breaches = append(breaches, f.breach("init", fn.Pos(), "no work in init: do it where main can see it"))
			}
		}
		if f.test {
			breaches = append(breaches, checkSkips(f)...)
		}
		if within(p.dir, "playlists") {
			breaches = append(breaches, checkTime(f)...)
		}
	}
	return breaches
}

func checkSkips(f gofile) []Breach {
	var breaches []Breach
	testingName := f.importName("testing")
	ast.Inspect(f.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		receiver, _ := sel.X.(*ast.Ident)
		if receiver == nil {
			return true
		}
		switch sel.Sel.Name {
		case "Skip", "Skipf", "SkipNow":
			if slices.Contains([]string{"t", "b", "f", "tb", "s"}, receiver.Name) {
				breaches = append(breaches, f.breach("skip", sel.Pos(), "no test skips: a missing tool fails"))
			}
		case "Short":
			if receiver.Name == testingName {
				breaches = append(breaches, f.breach("skip", sel.Pos(), "no test is shortened: every run proves the same"))
			}
		}
		return true
	})
	return breaches
}

// checkTime keeps the domain free of the machine's zone and clock. Tests may
// read the clock, never the zone.
func checkTime(f gofile) []Breach {
	name := f.importName("time")
	if name == "" {
		return nil
	}
	var breaches []Breach
	refuse := func(pos token.Pos, text string) { breaches = append(breaches, f.breach("time", pos, text)) }
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if receiver, ok := n.X.(*ast.Ident); ok && receiver.Name == name {
				switch n.Sel.Name {
				case "Local":
					refuse(n.Pos(), "the domain never uses time.Local: take the location as an argument")
				case "Now", "Since", "Until":
					if !f.test {
						refuse(n.Pos(), "the domain takes the time as an argument")
					}
				}
			}
		case *ast.CallExpr:
			sel, ok := n.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if sel.Sel.Name == "Local" && len(n.Args) == 0 {
				refuse(n.Pos(), "the domain never uses the machine's zone: call In with a location")
			}
			if sel.Sel.Name == "LoadLocation" && len(n.Args) == 1 {
				if lit, ok := n.Args[0].(*ast.BasicLit); ok && lit.Value == `"Local"` {
					refuse(n.Pos(), "the domain never uses the machine's zone")
				}
			}
		}
		return true
	})
	return breaches
}
