package mutate

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// check is one condition that can be taken out of the code.
type check struct {
	Path string // from the root of the module
	Line int
	Text string // the condition
	As   string // what stands in its place: "true" or "false"
}

// String gives a check as editors expect it.
func (c check) String() string {
	return fmt.Sprintf("%s:%d: %s → %s", c.Path, c.Line, c.Text, c.As)
}

// instrument finds the checks of a file and gives its text with a question
// around each, by which a number takes that one check out. The numbers begin
// at first; functions that pass are left alone.
func instrument(path string, source []byte, first int, pass func(function string) bool) ([]check, []byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	f := &finder{fset: fset, path: path, source: source, first: first, pass: pass}
	ast.Inspect(file, f.visit)
	return f.checks, f.text(), nil
}

type finder struct {
	fset   *token.FileSet
	path   string
	source []byte
	first  int
	pass   func(function string) bool
	checks []check
	edits  []edit
	inner  map[*ast.BinaryExpr]bool // operands of a chain that was taken as one
}

// edit puts text at an offset. Of those at one place, what closes comes first,
// the inner ones before the outer; what opens comes after, the outer first.
type edit struct {
	at, order int
	text      string
}

func (f *finder) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return !f.pass(n.Name.Name)
	case *ast.IfStmt:
		if refuses(n.Body.List) {
			f.take(n.Cond, "false")
		}
	case *ast.SwitchStmt:
		if n.Tag != nil {
			return true
		}
		for _, s := range n.Body.List {
			if c, ok := s.(*ast.CaseClause); ok && refuses(c.Body) {
				for _, e := range c.List {
					f.take(e, "false")
				}
			}
		}
	case *ast.BinaryExpr:
		if f.inner[n] || n.Op != token.LAND && n.Op != token.LOR {
			return true
		}
		as := map[token.Token]string{token.LAND: "true", token.LOR: "false"}[n.Op]
		for _, operand := range f.chain(n, n.Op) {
			f.take(operand, as)
		}
	}
	return true
}

// chain gives the operands of a && b && c, which the parser has as pairs.
func (f *finder) chain(e ast.Expr, op token.Token) []ast.Expr {
	b, ok := e.(*ast.BinaryExpr)
	if !ok || b.Op != op {
		return []ast.Expr{e}
	}
	if f.inner == nil {
		f.inner = map[*ast.BinaryExpr]bool{}
	}
	f.inner[b] = true
	return append(f.chain(b.X, op), f.chain(b.Y, op)...)
}

func (f *finder) take(e ast.Expr, as string) {
	from, to := f.fset.Position(e.Pos()), f.fset.Position(e.End())
	n := f.first + len(f.checks)
	text := strings.Join(strings.Fields(string(f.source[from.Offset:to.Offset])), " ")
	f.checks = append(f.checks, check{Path: f.path, Line: from.Line, Text: text, As: as})
	open := fmt.Sprintf("(!%s(%d) && (", question, n)
	if as == "true" {
		open = fmt.Sprintf("(%s(%d) || (", question, n)
	}
	f.edits = append(f.edits, edit{at: from.Offset, order: len(f.edits), text: open}, edit{at: to.Offset, order: -len(f.edits) - 1, text: "))"})
}

func (f *finder) text() []byte {
	slices.SortStableFunc(f.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.order, b.order)) })
	var out bytes.Buffer
	at := 0
	for _, e := range f.edits {
		out.Write(f.source[at:e.at])
		out.WriteString(e.text)
		at = e.at
	}
	out.Write(f.source[at:])
	return out.Bytes()
}

// refuses tells whether a block ends with a refusal: it returns something else
// than success, passes over, or notes an error.
func refuses(block []ast.Stmt) bool {
	if len(block) == 0 {
		return false
	}
	switch last := block[len(block)-1].(type) {
	case *ast.ReturnStmt:
		if len(last.Results) == 0 {
			return false
		}
		name, ok := last.Results[len(last.Results)-1].(*ast.Ident)
		return !ok || name.Name != "nil" && name.Name != "true"
	case *ast.BranchStmt:
		return last.Tok == token.CONTINUE
	case *ast.AssignStmt:
		name, ok := last.Lhs[len(last.Lhs)-1].(*ast.Ident)
		return ok && name.Name == "err"
	}
	return false
}
