package walls

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// checkState finds package-level variables that hold state, as far as it can
// be told without types: no first value, a lock, a channel or counter as the
// value, or written to anywhere in the package. Tables and errors that nothing
// writes to pass; so do tests and generated code.
func checkState(p pkg) []Breach {
	globals := map[string]*ast.ValueSpec{}
	var breaches []Breach
	for _, f := range p.files {
		if f.test || f.generated {
			continue
		}
		for _, decl := range f.ast.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				value := spec.(*ast.ValueSpec)
				for i, name := range value.Names {
					if name.Name == "_" || embedded(group, value) {
						continue
					}
					globals[name.Name] = value
					if why := holdsState(value, i); why != "" {
						breaches = append(breaches, f.breach("state", name.Pos(), fmt.Sprintf("package variable %s %s: keep state in a value that main makes", name.Name, why)))
					}
				}
			}
		}
	}
	for _, f := range p.files {
		if !f.test && !f.generated {
			breaches = append(breaches, checkWrites(f, globals)...)
		}
	}
	return breaches
}

// embedded tells whether go:embed gives the variable its value.
func embedded(group *ast.GenDecl, value *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{group.Doc, value.Doc} {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

func holdsState(value *ast.ValueSpec, i int) string {
	if stateful(value.Type) {
		return "is a lock, channel or counter"
	}
	if len(value.Values) == 0 {
		return "has no first value, so something must write to it"
	}
	if len(value.Values) != len(value.Names) {
		return ""
	}
	switch expr := value.Values[i].(type) {
	case *ast.CompositeLit:
		if stateful(expr.Type) {
			return "is a lock, channel or counter"
		}
	case *ast.CallExpr:
		if fn, ok := expr.Fun.(*ast.Ident); ok && (fn.Name == "make" || fn.Name == "new") {
			return "is made empty, so something must write to it"
		}
	case *ast.UnaryExpr:
		if lit, ok := expr.X.(*ast.CompositeLit); ok && expr.Op == token.AND && stateful(lit.Type) {
			return "is a lock, channel or counter"
		}
	}
	return ""
}

func stateful(typ ast.Expr) bool {
	switch typ := typ.(type) {
	case *ast.ChanType:
		return true
	case *ast.StarExpr:
		return stateful(typ.X)
	case *ast.IndexExpr:
		return stateful(typ.X)
	case *ast.SelectorExpr:
		from, ok := typ.X.(*ast.Ident)
		return ok && (from.Name == "sync" || from.Name == "atomic")
	}
	return false
}

// checkWrites finds assignments to package variables in one file.
func checkWrites(f gofile, globals map[string]*ast.ValueSpec) []Breach {
	var breaches []Breach
	write := func(target ast.Expr) {
		name := root(target)
		if name == nil || globals[name.Name] == nil {
			return
		}
		// The parser resolves names within a file: an object other than the
		// global's own is a local that shadows it.
		if name.Obj != nil && name.Obj.Decl != globals[name.Name] {
			return
		}
		breaches = append(breaches, f.breach("state", name.Pos(), fmt.Sprintf("package variable %s is written to: keep state in a value that main makes", name.Name)))
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, target := range n.Lhs {
					write(target)
				}
			}
		case *ast.IncDecStmt:
			write(n.X)
		case *ast.CallExpr:
			if fn, ok := n.Fun.(*ast.Ident); ok && (fn.Name == "delete" || fn.Name == "clear") && len(n.Args) > 0 {
				write(n.Args[0])
			}
		}
		return true
	})
	return breaches
}

// root gives the variable that an assignable expression starts from.
func root(expr ast.Expr) *ast.Ident {
	for {
		switch e := expr.(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			expr = e.X
		case *ast.SelectorExpr:
			expr = e.X
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		default:
			return nil
		}
	}
}
