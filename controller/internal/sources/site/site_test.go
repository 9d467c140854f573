package site_test

import (
	"strings"
	"testing"

	"cotmoc/controller/internal/sources/site"
	"cotmoc/playlists"
)

// builtIn reads what comes with the product.
func builtIn(t *testing.T) map[string]*site.Site {
	t.Helper()
	texts, err := site.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	sites := map[string]*site.Site{}
	for _, text := range texts {
		s, err := site.Parse(text, func(id string) (*site.Site, bool) { s, ok := sites[id]; return s, ok })
		if err != nil {
			t.Fatal(err)
		}
		sites[s.ID] = s
	}
	return sites
}

func TestBuiltInDescriptions(t *testing.T) {
	t.Parallel()
	sites := builtIn(t)
	portal := sites["vietnam.vn"]
	if portal == nil || len(portal.Article.Videos) == 0 {
		t.Fatal("vietnam.vn did not take from \"article\" how films are found")
	}
	if len(sites["article"].Hosts) != 0 {
		t.Error("the description for any article names hosts of its own")
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	portal := builtIn(t)["vietnam.vn"]
	const canonical = "https://www.vietnam.vn/lo/cua-khau-cau-treo"
	for _, c := range []struct{ address, canonical, language, key string }{
		{"https://www.vietnam.vn/lo/cua-khau-cau-treo", canonical, "lo", "vietnam.vn/cua-khau-cau-treo"},
		{"https://vietnam.vn/lo/cua-khau-cau-treo/", canonical, "lo", "vietnam.vn/cua-khau-cau-treo"},
		{"http://vcdn.vietnam.vn/lo/cua-khau-cau-treo?utm_source=zalo&fbclid=1#top", canonical, "lo", "vietnam.vn/cua-khau-cau-treo"},
		{"  www.vietnam.vn/LO/../lo//cua-khau-cau-treo ", canonical, "lo", "vietnam.vn/cua-khau-cau-treo"},
		{"https://WWW.VIETNAM.VN/cua-khau-cau-treo/", "https://www.vietnam.vn/cua-khau-cau-treo", "vi", "vietnam.vn/cua-khau-cau-treo"},
		{"https://www.vietnam.vn/events/sea-games?page=2", "https://www.vietnam.vn/events/sea-games?page=2", "vi", "vietnam.vn/events/sea-games?page=2"},
	} {
		a, err := portal.Read(c.address)
		if err != nil || a != (site.Address{Canonical: c.canonical, Language: c.language, Key: c.key}) {
			t.Errorf("%s is read as %+v, %v", c.address, a, err)
		}
	}
	for address, reason := range map[string]string{
		"https://vietnam.vn.evil.example/a": "host_not_allowed", "https://evil.example/vietnam.vn": "host_not_allowed",
		"https://www.vietnam.vn:8443/a": "host_not_allowed", "https://www.vietnam.vn@evil.example/": "address_unreadable",
		"javascript:alert(1)": "address_unreadable", "ftp://www.vietnam.vn/a": "address_unreadable", "": "address_unreadable",
		"file:///etc/passwd": "address_unreadable", "https://127.0.0.1/": "host_not_allowed", "https://[::1]/": "host_not_allowed",
	} {
		if _, err := portal.Read(address); playlists.ReasonOf(err) != reason {
			t.Errorf("%q gives %v, not %s", address, err, reason)
		}
	}
}

func TestOriginalsOfEveryEra(t *testing.T) {
	t.Parallel()
	sites := builtIn(t)
	for _, c := range []struct{ site, copy, original string }{
		{"vietnam.vn", "https://vphoto.vietnam.vn/thumb/640x360/vietnam/resource/IMAGE/2026/01/15/1768_cau-treo.jpeg", "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2026/01/15/1768_cau-treo.jpeg"},
		{"vietnam.vn", "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2025/1/20/0123456789abcdef0123456789abcdef", "https://vstatic.vietnam.vn/vietnam/resource/IMAGE/2025/1/20/0123456789abcdef0123456789abcdef"},
		{"vietnam.vn", "https://cdn.vietnam.vn/wp-content/uploads/2024/12/ten.webp.webp", "https://cdn.vietnam.vn/wp-content/uploads/2024/12/ten.webp.webp"},
		{"wordpress", "https://a.example/wp-content/uploads/2024/12/ten-640x360.jpg", "https://a.example/wp-content/uploads/2024/12/ten.jpg"},
	} {
		if got := sites[c.site].Original(c.copy); got != c.original {
			t.Errorf("the original of %s is %s", c.copy, got)
		}
	}
}

func TestOnlyNamedHostsAreFetchedFrom(t *testing.T) {
	t.Parallel()
	portal := builtIn(t)["vietnam.vn"]
	for address, may := range map[string]bool{
		"https://vphoto.vietnam.vn/a": true, "https://www.vietnam.vn/a.jpg": true, "https://evil.example/a.jpg": false,
		"https://vietnam.vn.evil.example/": false, "data:image/png;base64,AA": false,
	} {
		if portal.MayFetch(address) != may {
			t.Errorf("%s: %v", address, !may)
		}
	}
	if at, ok := portal.Follow("https://www.vietnam.vn/hatinh/", "../cau-treo"); !ok || at != "https://www.vietnam.vn/cau-treo" {
		t.Errorf("a relative link leads to %q", at)
	}
	if _, ok := portal.Follow("https://www.vietnam.vn/", "//evil.example/x"); ok {
		t.Error("a link to a foreign host was followed")
	}
}

func TestBadDescriptionsAreRefused(t *testing.T) {
	t.Parallel()
	const head = "id: a.example\nname: A\nlike: article\nhosts: [a.example]\npace: 2s\n"
	base := builtIn(t)
	for _, c := range []struct{ name, text, reason, word string }{
		{"unknown key", head + "artikel: {}\n", "site_not_yaml", "artikel"},
		{"not YAML", "id: [", "site_not_yaml", "line"},
		{"two documents", head + "---\nid: b\n", "site_not_yaml", "second"},
		{"like nothing", "id: a\nname: A\nlike: nowhere\npace: 2s\n", "site_like_unknown", "nowhere"},
		{"no id", strings.Replace(head, "id: a.example", "id: A/B", 1), "site_invalid", "letters"},
		{"a host with a path", strings.Replace(head, "[a.example]", "['a.example/x']", 1), "site_invalid", "host"},
		{"an address as host", strings.Replace(head, "[a.example]", "['127.0.0.1']", 1), "site_invalid", "host"},
		{"a name of this machine", strings.Replace(head, "[a.example]", "[localhost]", 1), "site_invalid", "host"},
		{"too fast", strings.Replace(head, "2s", "1ms", 1), "site_invalid", "pace"},
		{"a bad selector", head + "article: {title: [{css: 'h1['}]}\n", "site_invalid", "selector"},
		{"a bad pattern", head + "article: {title: [{css: h1, pattern: '('}]}\n", "site_invalid", "expression"},
		{"two places", head + "article: {title: [{css: h1, meta: x}]}\n", "site_invalid", "2 places"},
		{"no place", head + "article: {title: [{attr: x}]}\n", "site_invalid", "0 places"},
		{"lines without pattern", head + "article: {title: [{lines: true}]}\n", "site_invalid", "pattern"},
		{"a list elsewhere", head + "lists: [{id: l, name: L, kind: page, url: 'https://b.example/'}]\n", "site_invalid", "hosts"},
		{"a list of no kind", head + "lists: [{id: l, name: L, kind: csv, url: 'https://a.example/'}]\n", "site_invalid", "kind"},
		{"a slug without choices", head + "lists: [{id: l, name: L, kind: page, url: 'https://a.example/{slug}'}]\n", "site_invalid", "choices"},
		{"too long", head + "note: " + strings.Repeat("a", 64<<10), "site_too_large", "the most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := site.Parse([]byte(c.text), func(id string) (*site.Site, bool) { s, ok := base[id]; return s, ok })
			if playlists.ReasonOf(err) != c.reason || !strings.Contains(err.Error(), c.word) {
				t.Errorf("it gives %v", err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	texts, err := site.BuiltIn()
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := site.Parse(text, nil)
		if err == nil && s.Validate() != nil {
			t.Error("what was parsed is not valid")
		}
	})
}
