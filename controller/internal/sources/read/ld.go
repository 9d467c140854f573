package read

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// schemas gives the schema.org things in a page's JSON-LD, those inside others
// too.
func schemas(doc *goquery.Document) []map[string]any {
	var things []map[string]any
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var v any
		if json.Unmarshal([]byte(s.Text()), &v) == nil {
			things = gather(things, v, 0)
		}
	})
	return things
}

func gather(things []map[string]any, v any, depth int) []map[string]any {
	const deepest, most = 8, 200
	if depth > deepest || len(things) > most {
		return things
	}
	switch v := v.(type) {
	case []any:
		for _, one := range v {
			things = gather(things, one, depth+1)
		}
	case map[string]any:
		if _, ok := v["@type"]; ok {
			things = append(things, v)
		}
		for _, key := range sortedKeys(v) {
			things = gather(things, v[key], depth+1)
		}
	}
	return things
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// lookUp gives the texts at a path such as "NewsArticle.author.name". Articles
// go by several types; a thing where a text is wanted gives its url or name.
func lookUp(things []map[string]any, path string) []string {
	kind, rest, _ := strings.Cut(path, ".")
	var out []string
	for _, t := range things {
		if isKind(t, kind) {
			out = append(out, walk(t, strings.Split(rest, "."))...)
		}
	}
	return out
}

func isKind(thing map[string]any, kind string) bool {
	kinds := []string{kind}
	if kind == "NewsArticle" {
		kinds = append(kinds, "Article", "BlogPosting", "ReportageNewsArticle")
	}
	switch t := thing["@type"].(type) {
	case string:
		return slices.Contains(kinds, t)
	case []any:
		return slices.ContainsFunc(t, func(one any) bool {
			s, ok := one.(string)
			return ok && slices.Contains(kinds, s)
		})
	}
	return false
}

func walk(v any, path []string) []string {
	switch v := v.(type) {
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, walk(one, path)...)
		}
		return out
	case map[string]any:
		if len(path) > 0 && path[0] != "" {
			return walk(v[path[0]], path[1:])
		}
		for _, key := range []string{"contentUrl", "url", "@id", "name", "@value"} {
			if s, ok := v[key].(string); ok {
				return []string{s}
			}
		}
	case string:
		if len(path) == 0 || path[0] == "name" || path[0] == "" {
			return []string{v}
		}
	}
	return nil
}
