package playlists_test

import (
	"strings"
	"testing"
	"time"

	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

func TestOriginsThatAreRefused(t *testing.T) {
	t.Parallel()
	if err := (playlists.Origin{}).Validate(); err != nil {
		t.Errorf("an upload of unknown origin: %v", err)
	}
	if err := playliststest.Origin().Validate(); err != nil {
		t.Errorf("a page: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*playlists.Origin)
		reason string
	}{
		"no canonical address":     {func(o *playlists.Origin) { o.Canonical = "" }, "origin_incomplete"},
		"no page":                  {func(o *playlists.Origin) { o.Page = "" }, "origin_incomplete"},
		"no bytes of the page":     {func(o *playlists.Origin) { o.PageBytes = "" }, "origin_incomplete"},
		"no time":                  {func(o *playlists.Origin) { o.Fetched = time.Time{} }, "origin_incomplete"},
		"a digest that is none":    {func(o *playlists.Origin) { o.PageBytes = "AB" }, "digest_malformed"},
		"another scheme":           {func(o *playlists.Origin) { o.Page = "javascript:alert(1)" }, "address_unreadable"},
		"no host":                  {func(o *playlists.Origin) { o.Canonical = "https:///x" }, "address_unreadable"},
		"no address":               {func(o *playlists.Origin) { o.Page = "https://a\x7f/" }, "address_unreadable"},
		"an address without end":   {func(o *playlists.Origin) { o.Page = "https://a.example/" + strings.Repeat("a", 2048) }, "address_unreadable"},
		"a publisher in two lines": {func(o *playlists.Origin) { o.Publisher = "Báo\nA" }, "text_too_long"},
		"an author without end":    {func(o *playlists.Origin) { o.Author = strings.Repeat("ă", playlists.MaxTitle+1) }, "text_too_long"},
	} {
		o := playliststest.Origin()
		c.change(&o)
		if err := o.Validate(); playlists.ReasonOf(err) != c.reason {
			t.Errorf("%s gives %v", name, err)
		}
	}
}
