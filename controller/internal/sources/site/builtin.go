package site

import (
	"embed"
	"fmt"
	"path"
)

//go:embed builtin/*.yaml
var builtin embed.FS

// BuiltIn gives the texts of the descriptions that come with the product, in
// an order in which each one follows those that it is like.
func BuiltIn() ([][]byte, error) {
	var texts [][]byte
	for _, name := range []string{"article", "wordpress", "vietnam", "happy"} {
		text, err := builtin.ReadFile(path.Join("builtin", name+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("cannot read a built-in site description: %w", err)
		}
		texts = append(texts, text)
	}
	return texts, nil
}
