package sitepage

import (
	"net/http"
	"regexp"
	"strings"
)

// block is a part of a runbook.
type block struct {
	Kind    string // h1, h2, list, warning or p
	Text    string
	Ordered bool
	Lines   []string // of a list
}

var (
	heading  = regexp.MustCompile(`^(#{1,6}) +(.+)$`)
	numbered = regexp.MustCompile(`^[0-9]{1,2}[.)] +(.+)$`)
	bulleted = regexp.MustCompile(`^[-*] +(.+)$`)
	emphasis = strings.NewReplacer("**", "", "`", "", "__", "")
)

// blocks reads the little Markdown that runbooks are written in: headings,
// lists and paragraphs. The template writes them, so that nothing in them is
// ever markup.
func blocks(text string) []block {
	var out []block
	open := false // the last block goes on
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		last := len(out) - 1
		if m := heading.FindStringSubmatch(line); m != nil {
			kind := "h2"
			if len(m[1]) == 1 {
				kind = "h1"
			}
			out, open = append(out, block{Kind: kind, Text: emphasis.Replace(m[2])}), false
			continue
		}
		item, ordered := numbered.FindStringSubmatch(line), true
		if item == nil {
			item, ordered = bulleted.FindStringSubmatch(line), false
		}
		warned, warns := strings.CutPrefix(line, "> ")
		switch {
		case line == "":
			open = false
		case warns:
			out, open = append(out, block{Kind: "warning", Text: emphasis.Replace(warned)}), true
		case item != nil && last >= 0 && out[last].Kind == "list" && out[last].Ordered == ordered:
			out[last].Lines, open = append(out[last].Lines, emphasis.Replace(item[1])), true
		case item != nil:
			out, open = append(out, block{Kind: "list", Ordered: ordered, Lines: []string{emphasis.Replace(item[1])}}), true
		case open && out[last].Kind == "list":
			out[last].Lines[len(out[last].Lines)-1] += " " + emphasis.Replace(line)
		case open:
			out[last].Text += " " + emphasis.Replace(line)
		default:
			out, open = append(out, block{Kind: "p", Text: emphasis.Replace(line)}), true
		}
	}
	return out
}

// runbookName is what a rule can be called.
var runbookName = regexp.MustCompile(`^[a-z_]{1,40}$`)

func (p *Page) runbook(w http.ResponseWriter, r *http.Request) {
	rule, v := r.PathValue("rule"), p.view(r)
	if !runbookName.MatchString(rule) {
		p.missing(w, r)
		return
	}
	parts := []block(nil)
	if text, ok := p.o.Runbook(rule, v.Lang); ok {
		parts = blocks(text)
	} else if text, err := say(v.Lang, "runbook."+rule); err == nil {
		title, _ := say(v.Lang, "runbook") // the catalogue's test holds every key
		parts = []block{{Kind: "h1", Text: title}, {Kind: "p", Text: text}}
	} else {
		p.missing(w, r)
		return
	}
	p.render(w, http.StatusOK, "runbook", struct {
		view
		Blocks []block
	}{v, parts})
}
