package walls

import (
	"go/ast"
	"slices"
)

// checkOutgoing keeps the controller from fetching past the one client that
// knows where it must not go. The API's own client, the one that gets the
// console's certificate and what drives the product from outside speak to
// addresses that we or an administrator chose.
func checkOutgoing(p pkg) []Breach {
	if !within(p.dir, "controller") || mayFetch(p.dir) {
		return nil
	}
	var breaches []Breach
	for _, f := range p.files {
		if f.test || f.generated {
			continue
		}
		makers := map[string][]string{
			f.importName("net/http"):                     {"Client", "Transport", "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm"},
			f.importName("net/http/httputil"):            {"ReverseProxy", "NewSingleHostReverseProxy"},
			f.importName("github.com/gorilla/websocket"): {"Dialer", "DefaultDialer", "NewClient"},
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name, ok := sel.X.(*ast.Ident)
			if ok && name.Name != "" && slices.Contains(makers[name.Name], sel.Sel.Name) {
				breaches = append(breaches, f.breach("outgoing", sel.Pos(), name.Name+"."+sel.Sel.Name+" goes anywhere: fetch with controller/internal/outbound"))
			}
			return true
		})
	}
	return breaches
}

func mayFetch(dir string) bool {
	return slices.ContainsFunc([]string{
		"controller/internal/outbound", "controller/internal/apiclient", "controller/internal/acmecert", "controller/up", "controller/e2e", "controller/bench",
	}, func(place string) bool { return within(dir, place) })
}
