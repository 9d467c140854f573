package httpapi

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"cotmoc/controller/internal/inventory"
	"cotmoc/playlists"
)

// tableType is what spreadsheets open.
const tableType = "text/csv; charset=utf-8"

// mostInTable is more than a province has.
const mostInTable = 20_000

// mountDeviceTable mounts the list of devices as a table for spreadsheets.
func (s *Server) mountDeviceTable() {
	op := operation(http.MethodGet, "/screens/devices.csv", "export-devices", "The devices of screens as a table")
	op.Responses = map[string]*huma.Response{
		"200":     {Description: "One screen a line, with headings in the language that is asked for.", Content: map[string]*huma.MediaType{"text/csv": {}}},
		"default": {Description: "What went wrong", Content: map[string]*huma.MediaType{problemType: {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}},
	}
	for _, name := range []string{"q", "cluster", "tag", "overdue", "lang"} {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: "string"}})
	}
	s.api.OpenAPI().AddOperation(&op)
	s.mux.HandleFunc("GET "+prefix+"/screens/devices.csv", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		p, err := s.Inventory.List(actor(r.Context()), inventory.Filter{
			Query: firstOf(q.Get("q"), 200), Cluster: playlists.ID(q.Get("cluster")), Tag: q.Get("tag"), Overdue: q.Get("overdue") == "true", Limit: mostInTable,
		})
		if err != nil {
			s.writeError(w, r, err)
			return
		}
		w.Header().Set("Content-Type", tableType)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="cotmoc-devices-%s.csv"`, s.now().UTC().Format("20060102")))
		_, _ = w.Write([]byte("\ufeff")) // so that spreadsheets read it as UTF-8
		out := csv.NewWriter(w)
		_ = out.Write(tableHeadings(q.Get("lang")))
		for _, d := range p.Devices {
			_ = out.Write(harmless(tableRow(s.deviceOf(d)))) // whoever left sees half of it
		}
		out.Flush()
	})
}

func firstOf(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// harmless keeps a spreadsheet from taking what a device says for a formula.
func harmless(row []string) []string {
	for i, cell := range row {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
			row[i] = "'" + cell
		}
	}
	return row
}

func tableHeadings(language string) []string {
	switch language {
	case "en":
		return []string{"Screen", "Cluster", "Maker", "Model", "Serial", "Processor", "Memory (GB)", "Disk (GB)", "System", "Kernel", "Browser", "Agent", "Host name", "Addresses", "Display", "Display serial", "Size (mm)", "Pixels", "Kind", "Sending card", "Receiving card", "Passwords kept by", "Supplier", "Warranty until", "Switch", "Last checked", "Overdue", "Notes"}
	case "lo":
		return []string{"ໜ້າຈໍ", "ກຸ່ມ", "ຜູ້ຜະລິດ", "ລຸ້ນ", "ເລກລຳດັບ", "ໜ່ວຍປະມວນຜົນ", "ໜ່ວຍຄວາມຈຳ (GB)", "ດິສກ໌ (GB)", "ລະບົບ", "Kernel", "ໂປຣແກຣມທ່ອງເວັບ", "ຕົວແທນ", "ຊື່ເຄື່ອງ", "ທີ່ຢູ່", "ຈໍ", "ເລກລຳດັບຈໍ", "ຂະໜາດ (mm)", "ພິກເຊວ", "ປະເພດ", "ບັດສົ່ງ", "ບັດຮັບ", "ຜູ້ຮັກສາລະຫັດຜ່ານ", "ຜູ້ສະໜອງ", "ຮັບປະກັນເຖິງ", "ສະວິດ", "ກວດຄັ້ງຫຼ້າສຸດ", "ກາຍກຳນົດ", "ບັນທຶກ"}
	}
	return []string{"Màn hình", "Cụm", "Hãng", "Kiểu máy", "Số sê-ri", "Bộ xử lý", "Bộ nhớ (GB)", "Ổ đĩa (GB)", "Hệ điều hành", "Nhân", "Trình duyệt", "Tác tử", "Tên máy", "Địa chỉ mạng", "Màn hiển thị", "Sê-ri màn", "Kích thước (mm)", "Điểm ảnh", "Loại", "Card phát", "Card thu", "Người giữ mật khẩu", "Nhà cung cấp", "Bảo hành đến", "Bộ chuyển mạch", "Kiểm tra gần nhất", "Quá hạn", "Ghi chú"}
}

func tableRow(d Device) []string {
	var f DeviceFacts
	if d.Facts != nil {
		f = *d.Facts
	}
	var shown, serials, sizes, pixels []string
	for _, v := range f.Displays {
		shown, serials = append(shown, strings.TrimSpace(v.Maker+" "+v.Model)), append(serials, v.Serial)
		sizes, pixels = append(sizes, fmt.Sprintf("%d×%d", v.WidthMM, v.HeightMM)), append(pixels, fmt.Sprintf("%d×%d", v.Width, v.Height))
	}
	var checked, overdue []string
	for _, c := range d.Checks {
		if c.LastAt != nil {
			checked = append(checked, c.LastAt.Format("2006-01-02"))
		}
		if c.Overdue {
			overdue = append(overdue, c.List)
		}
	}
	n := &d.Notes
	card := func(c Card) string { return strings.Join(strings.Fields(c.Maker+" "+c.Model+" "+c.Firmware), " ") }
	gb := func(n int64) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("%.1f", float64(n)/(1<<30))
	}
	semi := func(s []string) string { return strings.Join(s, "; ") }
	return []string{
		d.Name, d.Cluster.Name, f.Maker, f.Model, f.Serial, f.CPU, gb(f.Memory), gb(f.Disk), f.OS, f.Kernel, f.Browser, f.Agent, f.Hostname, semi(f.Addresses),
		semi(shown), semi(serials), semi(sizes), semi(pixels), string(n.Kind), card(n.Sender), card(n.Receiver), n.PasswordHolder, n.Supplier, n.WarrantyUntil, n.Switch,
		semi(checked), semi(overdue), n.Text,
	}
}
