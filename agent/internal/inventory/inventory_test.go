package inventory

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"cotmoc/playlists/wire"
)

// edid makes the base block of a display, with its checksum.
func edid(change func(b []byte)) []byte {
	b := make([]byte, blockSize)
	copy(b, []byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0})
	b[8], b[9] = 0x4c, 0x2d // SAM
	b[10], b[11] = 0x34, 0x12
	b[12] = 7
	b[16], b[17] = 1, 33 // 2023
	b[21], b[22] = 121, 68
	timing := []byte{0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40, 0x58, 0x2c, 0x45, 0x00, 0xba, 0xa4, 0x42, 0, 0, 0x1e}
	copy(b[54:], timing)
	copy(b[72:], append([]byte{0, 0, 0, 0xfc, 0}, "SAMSUNG QB55\n"...))
	copy(b[90:], append([]byte{0, 0, 0, 0xff, 0}, "H1AK5000\n    "...))
	if change != nil {
		change(b)
	}
	var sum byte
	for _, v := range b[:127] {
		sum += v
	}
	b[127] = -sum
	return b
}

func TestADisplayByItsEDID(t *testing.T) {
	t.Parallel()
	got, err := Parse(edid(nil))
	want := wire.Display{Maker: "SAM", Model: "SAMSUNG QB55", Serial: "H1AK5000", Year: 2023, WidthMM: 1210, HeightMM: 676, Width: 1920, Height: 1080}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	bare, err := Parse(append(edid(func(b []byte) { clear(b[54:126]) }), make([]byte, 128)...))
	if want := (wire.Display{Maker: "SAM", Model: "1234", Serial: "7", Year: 2023, WidthMM: 1210, HeightMM: 680}); err != nil || bare != want {
		t.Errorf("without descriptors %+v, %v", bare, err)
	}
	for name, b := range map[string][]byte{
		"nothing":          nil,
		"half":             edid(nil)[:64],
		"another file":     bytes.Repeat([]byte{1}, blockSize),
		"a wrong checksum": append(edid(nil)[:127], edid(nil)[127]+1),
		"no maker":         edid(func(b []byte) { b[8], b[9] = 0, 0 }),
	} {
		if _, err := Parse(b); err == nil || !strings.HasPrefix(err.Error(), "cannot ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzParse: whatever a display says, what is made of it fits a report.
func FuzzParse(f *testing.F) {
	f.Add(edid(nil))
	f.Add(edid(func(b []byte) { copy(b[77:], "\xff\x00\x80<script>") }))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= blockSize { // so that not only checksums are tried
			copy(b, []byte{0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0})
			var sum byte
			for _, v := range b[:127] {
				sum += v
			}
			b[127] = -sum
		}
		d, err := Parse(b)
		if err != nil {
			return
		}
		v := wire.Inventory{Displays: []wire.Display{d}}
		if v.Validate() != nil || len(d.Maker) != 3 || d.Width > 4095 || d.Height > 4095 {
			t.Fatalf("%+v", d)
		}
		if payload, err := wire.Encode(v); err != nil || wire.Decode(payload, new(wire.Inventory)) != nil {
			t.Fatal("it cannot be sent")
		}
	})
}

func TestAPCByItsFiles(t *testing.T) {
	t.Parallel()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	v := Read(fstest.MapFS{
		"sys/class/dmi/id/sys_vendor":           file("LENOVO\n"),
		"sys/class/dmi/id/product_name":         file("10T7\n"),
		"sys/class/dmi/id/product_serial":       file("To Be Filled By O.E.M.\n"),
		"proc/cpuinfo":                          file("processor\t: 0\nmodel name\t: Intel(R)  N100\n"),
		"proc/meminfo":                          file("MemTotal:        8056388 kB\n"),
		"etc/os-release":                        file("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"),
		"proc/sys/kernel/osrelease":             file("6.12.1\n"),
		"proc/sys/kernel/hostname":              file(strings.Repeat("ệ", 500)),
		"sys/class/drm/card0-HDMI-A-1/edid":     {Data: edid(nil)},
		"sys/class/drm/card0-DP-1/edid":         file(""),
		"sys/class/drm/card0/device/vendor":     file("x"),
		"sys/class/drm/renderD128/device/class": file("x"),
	})
	if v.Maker != "LENOVO" || v.Model != "10T7" || v.Serial != "" || v.CPU != "Intel(R) N100" || v.Memory != 8056388<<10 || v.OS != "Debian GNU/Linux 13 (trixie)" || v.Kernel != "6.12.1" {
		t.Errorf("%+v", v)
	}
	if len(v.Displays) != 1 || v.Displays[0].Connector != "HDMI-A-1" || v.Displays[0].Model != "SAMSUNG QB55" {
		t.Errorf("displays %+v", v.Displays)
	}
	v.Addresses = Addresses()
	if err := v.Validate(); err != nil {
		t.Error(err)
	}
	board := Read(fstest.MapFS{"proc/device-tree/model": file("Raspberry Pi 4 Model B Rev 1.5\x00"), "proc/device-tree/serial-number": file("10000000abcdef01\x00")})
	if board.Model != "Raspberry Pi 4 Model B Rev 1.5" || board.Serial != "10000000abcdef01" || board.Displays == nil {
		t.Errorf("%+v", board)
	}
}
