package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"time"

	"cotmoc/controller/e2e/stage"
	"cotmoc/controller/internal/apiclient"
)

type libraryOptions struct {
	media  int
	rounds int
	serve  bool
}

// libraryResult is the line of JSON. All calls go through the real HTTP API as
// an editor makes them; list, search, theme and deep are pages of 60 with
// everything that the console shows of a media.
type libraryResult struct {
	Media     int     `json:"media"`
	ListP50MS float64 `json:"list_p50_ms"`
	ListP99MS float64 `json:"list_p99_ms"`
	SearchP99 float64 `json:"search_p99_ms"`
	ThemeP99  float64 `json:"theme_p99_ms"`
	DeepP99   float64 `json:"deep_p99_ms"`  // a page in the middle of the list
	OrderP99  float64 `json:"order_p99_ms"` // the ids of all that match, which the grid asks for
	Edited    int     `json:"edited"`
	EditMS    float64 `json:"edit_ms"` // that many media are given a folder, a tag, a theme and a rights basis
	UndoMS    float64 `json:"undo_ms"`
	BlocksMS  float64 `json:"edit_blocks_ms"` // the longest that another person's write waited meanwhile
}

// order is what matches, as the API tells it.
type order struct {
	IDs   []string `json:"ids"`
	Marks []int    `json:"marks"`
}

func measureLibrary(t stage.T, programs stage.Programs, o libraryOptions) libraryResult {
	t.Helper()
	s := stage.New(t, programs)
	fillLibrary(t, s, o.media)
	if o.serve {
		t.Logf("%s, %s, %s", s.Console, stage.LoginOf("editor"), stage.Password)
		<-t.Context().Done()
		return libraryResult{}
	}
	r := libraryResult{Media: o.media}
	var all order
	get(t, s.Editor, "/media/order", &all)
	if len(all.IDs) != o.media {
		t.Fatalf("the library holds %d media instead of %d", len(all.IDs), o.media)
	}
	measure := func(path func() string) []float64 {
		var out []float64
		for range o.rounds {
			at := path()
			begin := time.Now()
			get(t, s.Editor, at, nil)
			out = append(out, ms(time.Since(begin)))
		}
		slices.Sort(out)
		return out
	}
	rng := rand.New(rand.NewPCG(1, 2))
	first := measure(func() string { return "/media?limit=60" })
	r.ListP50MS, r.ListP99MS = share(first, 50), share(first, 99)
	r.SearchP99 = share(measure(func() string {
		return "/media?limit=60&q=" + url.QueryEscape(pick(rng, "le hoi den", "bien gioi", "cau treo 12", "khong co chu nao the nay", "Hoàng Sa"))
	}), 99)
	r.ThemeP99 = share(measure(func() string { return "/media?limit=60&theme=" + pick(rng, libraryThemes()...) }), 99)
	r.DeepP99 = share(measure(func() string {
		return "/media?limit=60&sort=" + pick(rng, "newest", "title") + "&cursor=" + all.IDs[rng.IntN(len(all.IDs))]
	}), 99)
	r.OrderP99 = share(measure(func() string { return "/media/order?sort=" + pick(rng, "newest", "title") }), 99)

	r.Edited = min(1000, o.media)
	folder := s.Post(s.Editor, "/folders", stage.Object{"unit_id": unitOf(t, s.Editor), "name": "Lễ hội"})
	var out struct {
		EditID  string `json:"edit_id"`
		Changed int    `json:"changed"`
	}
	waits := make(chan float64, 1)
	ctx, done := context.WithCancel(t.Context())
	go func() { waits <- longestWrite(ctx, s.Reviewer) }()
	begin := time.Now()
	post(t, s.Editor, "/media/edits", stage.Object{"ids": all.IDs[:r.Edited], "marks": all.Marks[:r.Edited], "change": stage.Object{
		"folder_id": folder, "add_tags": []string{"lễ hội"}, "add_themes": libraryThemes()[:1], "rights_basis": "Công văn số 12",
	}}, &out)
	r.EditMS = ms(time.Since(begin))
	done()
	r.BlocksMS = <-waits
	if out.Changed != r.Edited {
		t.Fatalf("%d of %d media were changed", out.Changed, r.Edited)
	}
	begin = time.Now()
	post(t, s.Editor, "/media/edits/"+out.EditID+"/undo", stage.Object{}, &out)
	r.UndoMS = ms(time.Since(begin))
	if out.Changed != r.Edited {
		t.Fatalf("%d of %d media were undone", out.Changed, r.Edited)
	}
	return r
}

// longestWrite has somebody write until ctx ends and gives the longest wait.
func longestWrite(ctx context.Context, c *apiclient.Client) float64 {
	longest := 0.0
	for i := 0; ; i++ {
		begin := time.Now()
		// Without the context: the last one is waited for.
		if err := c.Patch(context.WithoutCancel(ctx), "/me", stage.Object{"theme": []string{"light", "dark"}[i%2]}, nil); err != nil {
			return -1
		}
		longest = max(longest, ms(time.Since(begin)))
		if ctx.Err() != nil {
			return longest
		}
	}
}

func get(t stage.T, c *apiclient.Client, path string, out any) {
	t.Helper()
	if err := c.Get(t.Context(), path, out); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
}

func post(t stage.T, c *apiclient.Client, path string, in, out any) {
	t.Helper()
	if err := c.Post(t.Context(), path, in, out); err != nil {
		t.Fatalf("POST %s: %v", path, err)
	}
}

func unitOf(t stage.T, c *apiclient.Client) string {
	t.Helper()
	var me struct {
		Unit struct {
			ID string `json:"id"`
		} `json:"unit"`
	}
	get(t, c, "/me", &me)
	return me.Unit.ID
}

func pick(rng *rand.Rand, from ...string) string { return from[rng.IntN(len(from))] }

// libraryTitle gives a title as people write them.
func libraryTitle(rng *rand.Rand, n int) string {
	return fmt.Sprintf("%s %s %d", pick(rng, "Lễ hội đền Chiêu Trưng", "Cửa khẩu quốc tế Cầu Treo", "Biên giới hữu nghị", "Ẩm thực Hà Tĩnh", "Đảo Trường Sa, Hoàng Sa", "Khu kinh tế Vũng Áng", "Ngã ba Đồng Lộc"),
		pick(rng, "mùa xuân", "ngày hè", "năm mới", ""), n)
}
