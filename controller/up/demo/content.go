package demo

import "time"

// What the demo shows: public facts about Hà Tĩnh, arranged as an editor there
// might.

type unit struct {
	short, name, from string
	renamed           string // a later name
	renamedOn         string
	ended             string
	successor         string // short name
}

func units() []unit {
	return []unit{
		{short: "Sở VHTTDL", name: "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh", from: "2020-01-01"},
		{short: "BĐBP Hà Tĩnh", name: "Bộ Chỉ huy Bộ đội Biên phòng Hà Tĩnh", from: "2020-01-01",
			renamed: "Ban Chỉ huy Bộ đội Biên phòng Hà Tĩnh", renamedOn: "2025-07-01"},
		{short: "P. Vũng Áng", name: "UBND phường Vũng Áng", from: "2025-07-01"},
		{short: "TX Kỳ Anh", name: "UBND thị xã Kỳ Anh", from: "2020-01-01", ended: "2025-06-30", successor: "P. Vũng Áng"},
	}
}

const (
	cauTreo = "Cầu Treo"
	vungAng = "Vũng Áng"
)

type cluster struct{ name, place, unit string }

func clusters() []cluster {
	return []cluster{
		{name: cauTreo, place: "Cửa khẩu quốc tế Cầu Treo, xã Sơn Kim 1", unit: "BĐBP Hà Tĩnh"},
		{name: vungAng, place: "Khu kinh tế Vũng Áng", unit: "P. Vũng Áng"},
	}
}

// screen is one demo screen: an agent process with a folder of its own.
type screen struct {
	key, name, cluster, profile string
	tags                        []string
}

func screens() []screen {
	const landscape, portrait = "1080p-landscape", "1080p-portrait"
	return []screen{
		{"cau-treo-1", "Cổng chào quốc môn", cauTreo, landscape, []string{"ngoài trời", "LED"}},
		{"cau-treo-2", "Nhà liên ngành", cauTreo, landscape, []string{"trong nhà"}},
		{"cau-treo-3", "Cột thông tin (dọc)", cauTreo, portrait, []string{"trong nhà", "dọc"}},
		{"vung-ang-1", "Cổng khu kinh tế", vungAng, landscape, []string{"ngoài trời", "LED"}},
		{"vung-ang-2", "Sảnh trung tâm hành chính", vungAng, landscape, []string{"trong nhà"}},
	}
}

// portraitKey is the screen that stands upright and has a list of its own.
const portraitKey = "cau-treo-3"

// slates names the sample each profile falls back on.
func slates() map[string]string {
	return map[string]string{
		"1080p-landscape": "nen-an-toan-ngang.png",
		"1080p-portrait":  "nen-an-toan-doc.png",
	}
}

// leftOpen says how far the three people have come with the samples that wait
// for a decision of the person who tries the demo.
func leftOpen() map[string]string {
	return map[string]string{
		"ho-ke-go.jpg":    "submitted",
		"cam-khe-may.jpg": "reviewed",
		"lich-le-hoi.png": "returned",
	}
}

type playlist struct {
	key, title string
	items      []string // files of samples
}

func playlists() []playlist {
	return []playlist{
		{"gate", "Cầu Treo – hằng ngày", []string{"chao-mung-cau-treo.png", "binh-minh-truong-son.mp4", "tinh-huu-nghi-viet-lao.jpg",
			"chuan-bi-ho-chieu.png", "suong-mu-quoc-lo-8a.png", "vi-giam-nghe-tinh.jpg", "truyen-kieu.png"}},
		{"upright", "Cầu Treo – màn hình dọc", []string{"chao-mung-doc.png", "song-ngan-pho-doc.mp4", "thu-tuc-doc.png"}},
		{"zone", "Vũng Áng – hằng ngày", []string{"khu-kinh-te-vung-ang.png", "cang-vung-ang.mp4", "bien-thien-cam.jpg", "tinh-huu-nghi-viet-lao.jpg"}},
		{"weekend", "Du lịch cuối tuần", []string{"bien-thien-cam.jpg", "vi-giam-nghe-tinh.jpg", "binh-minh-truong-son.mp4", "truyen-kieu.png"}},
	}
}

type window struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type rule struct {
	From     string   `json:"from"`
	Until    string   `json:"until"`
	Weekdays []int    `json:"weekdays"`
	Windows  []window `json:"windows"`
}

type entry struct {
	key, title, playlist string
	clusters, screens    []string // names and keys
	rule                 rule
	priority             int
}

func entries(now time.Time) []entry {
	day := []window{{"07:00", "19:00"}}
	year := now.Year()
	if now.After(time.Date(year, time.September, 4, 0, 0, 0, 0, time.UTC)) {
		year++
	}
	date := func(m time.Month, d int) string {
		return time.Date(year, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	always := rule{Weekdays: []int{}, Windows: []window{}}
	return []entry{
		{key: "gate", title: "Cầu Treo cả ngày", playlist: "gate", clusters: []string{cauTreo}, rule: always, priority: 20},
		{key: "upright", title: "Cột thông tin cả ngày", playlist: "upright", screens: []string{portraitKey}, rule: always, priority: 60},
		{key: "zone", title: "Vũng Áng cả ngày", playlist: "zone", clusters: []string{vungAng}, rule: always, priority: 20},
		{key: "weekend", title: "Du lịch cuối tuần", playlist: "weekend", clusters: []string{cauTreo, vungAng},
			rule: rule{Weekdays: []int{6, 7}, Windows: day}, priority: 40},
		{key: "national-day", title: "Quốc khánh 2/9", playlist: "gate", clusters: []string{cauTreo, vungAng},
			rule: rule{From: date(time.August, 31), Until: date(time.September, 3), Weekdays: []int{}, Windows: []window{}}, priority: 50},
	}
}
