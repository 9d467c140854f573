// Package runbooks is what to do about each kind of incident, step by step, in
// the languages of those who do it. It is text alone: the controller's console
// and the agent's page at the site carry the same.
package runbooks

import (
	"embed"
	"strings"
)

//go:embed *.vi.md *.en.md *.lo.md
var files embed.FS

// Block is a part of a runbook: a step with its number, a warning, or a
// paragraph. **Strong** words stand between pairs of asterisks, nothing else
// is marked.
type Block struct {
	Kind string
	Text string
}

// Book is a runbook in one language.
type Book struct {
	Name     string
	Language string
	Title    string
	Blocks   []Block
}

// Read gives a runbook in a language; false when there is none.
func Read(name, language string) (Book, bool) {
	data, err := files.ReadFile(name + "." + language + ".md")
	if err != nil {
		return Book{}, false
	}
	b := Book{Name: name, Language: language, Blocks: []Block{}}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		number, step, numbered := strings.Cut(line, ". ")
		switch {
		case line == "":
		case strings.HasPrefix(line, "# "):
			b.Title = strings.TrimPrefix(line, "# ")
		case strings.HasPrefix(line, "> "):
			b.Blocks = append(b.Blocks, Block{Kind: "warning", Text: strings.TrimPrefix(line, "> ")})
		case numbered && strings.Trim(number, "0123456789") == "":
			b.Blocks = append(b.Blocks, Block{Kind: "step", Text: step})
		default:
			b.Blocks = append(b.Blocks, Block{Kind: "text", Text: line})
		}
	}
	return b, true
}

// Languages lists those in which every runbook is written.
func Languages() []string { return []string{"vi", "en", "lo"} }

// Files gives the runbooks as they are written.
func Files() embed.FS { return files }
