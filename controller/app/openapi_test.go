package app_test

import (
	"encoding/json"
	"testing"

	"cotmoc/controller/app"
)

// Whoever writes a script finds every call by a name of its own, a sentence and
// what it is about.
func TestEveryCallIsDescribed(t *testing.T) {
	t.Parallel()
	document, err := app.OpenAPI("test")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Summary     string
			OperationID string
			Tags        []string
		}
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for path, operations := range doc.Paths {
		for method, o := range operations {
			call := method + " " + path
			if o.Summary == "" || len(o.Tags) != 1 || o.OperationID == "" {
				t.Errorf("%s is %q: %q, about %q", call, o.OperationID, o.Summary, o.Tags)
			}
			if names[o.OperationID] != "" {
				t.Errorf("%s and %s are both %q", call, names[o.OperationID], o.OperationID)
			}
			names[o.OperationID] = call
		}
	}
	if len(names) < 100 {
		t.Errorf("%d calls are described", len(names))
	}
}
