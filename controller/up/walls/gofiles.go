package walls

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// pkg is the Go source of one folder, tests included.
type pkg struct {
	dir   string
	files []gofile
}

// gofile is one parsed Go file. An external test is one whose package name
// ends in _test: the package under test is compiled without it.
type gofile struct {
	path      string
	ast       *ast.File
	fset      *token.FileSet
	test      bool
	external  bool
	generated bool
}

func (f gofile) breach(rule string, pos token.Pos, text string) Breach {
	return Breach{Rule: rule, Path: f.path, Line: f.fset.Position(pos).Line, Text: text}
}

// importName tells under which name f uses the package at importPath, "" when
// it does not.
func (f gofile) importName(importPath string) string {
	for _, spec := range f.ast.Imports {
		if strings.Trim(spec.Path.Value, `"`) != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

func load(t Tree) ([]pkg, []Breach, error) {
	byDir := map[string]*pkg{}
	var breaches []Breach
	for _, name := range t.Paths {
		if path.Ext(name) != ".go" || hasElement(name, "testdata") || hasElement(name, "node_modules") {
			continue
		}
		source, err := fs.ReadFile(t.FS, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, name, source, parser.ParseComments)
		if err != nil {
			breaches = append(breaches, Breach{Rule: "parse", Path: name, Text: "is not Go: " + err.Error()})
			continue
		}
		dir := path.Dir(name)
		if byDir[dir] == nil {
			byDir[dir] = &pkg{dir: dir}
		}
		test := strings.HasSuffix(name, "_test.go")
		byDir[dir].files = append(byDir[dir].files, gofile{
			path: name, ast: parsed, fset: fset, test: test,
			external:  test && strings.HasSuffix(parsed.Name.Name, "_test"),
			generated: ast.IsGenerated(parsed),
		})
	}
	var packages []pkg
	for _, p := range byDir {
		packages = append(packages, *p)
	}
	slices.SortFunc(packages, func(a, b pkg) int { return strings.Compare(a.dir, b.dir) })
	return packages, breaches, nil
}

func hasElement(name, element string) bool {
	return slices.Contains(strings.Split(name, "/"), element)
}
