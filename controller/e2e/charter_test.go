package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cotmoc/controller/e2e/stage"
)

// strongroom is a machine without a network, where root keys are made and sign.
type strongroom struct {
	t   *testing.T
	dir string
}

func newStrongroom(t *testing.T) *strongroom {
	t.Helper()
	v := &strongroom{t, t.TempDir()}
	if err := os.WriteFile(v.at("pass"), []byte(strings.Repeat("5a", 32)+"\n"), 0o600); err != nil { // costs little to try
		t.Fatal(err)
	}
	return v
}

func (v *strongroom) at(name string) string { return filepath.Join(v.dir, name) }

func (v *strongroom) keys(args ...string) {
	v.t.Helper()
	if out, err := exec.CommandContext(v.t.Context(), programs(v.t).Controller, append([]string{"keys"}, args...)...).CombinedOutput(); err != nil {
		v.t.Fatalf("controller keys %q: %v\n%s", args, err, out)
	}
}

// root makes a root key and gives the file of its public half.
func (v *strongroom) root(name, holder string) string {
	v.t.Helper()
	v.keys("root", "--holder", holder, "--out", v.at(name+".key"), "--passphrase-file", v.at("pass"))
	return v.at(name + ".pub")
}

// sign has root keys sign a charter that was carried here.
func (v *strongroom) sign(charter string, more []string, by ...string) {
	v.t.Helper()
	for _, name := range by {
		v.keys(append([]string{"sign", charter, "--yes", "--key", v.at(name + ".key"), "--passphrase-file", v.at("pass")}, more...)...)
	}
}

// carry brings a file that the browser has downloaded into the strongroom.
func (v *strongroom) carry(from string) string {
	v.t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		v.t.Fatal(err)
	}
	to := v.at(filepath.Base(from))
	if err := os.WriteFile(to, b, 0o600); err != nil {
		v.t.Fatal(err)
	}
	return to
}

// give opens a file where the page takes such files.
func (p *signer) give(accept string, files ...string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file][accept="`+accept+`"]`), files))
}

const (
	rootFiles    = ".pub,.json"
	charterFiles = ".json,application/json"
)

// TestTheFirstCharterIsComposedInTheConsole: from no charter to one that is
// composed in the console, signed by the program offline and handed in, which
// the screen takes; then the next, in which a root key is another one.
func TestTheFirstCharterIsComposedInTheConsole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	v := newStrongroom(t)
	keyFileElsewhere(t, s.Reviewer)
	keyFileElsewhere(t, s.Approver)
	scr := s.Screen("Quốc môn")
	admin := seat(look(t, "about:blank"), s, "administrator", "story.admin")

	admin.open("/admin/charter/next")
	admin.awaitText(admin.say("charter.compose_first"))
	for name, may := range map[string][]string{"Phạm Thu Hà": {"review", "lift"}, "Hoàng Đức Anh": {"approve", "take_down", "lift"}} {
		admin.do(chromedp.Click(admin.field("charter.add_person")))
		admin.pressNamed(name)
		for _, capacity := range may {
			admin.press("charter.may_" + capacity)
		}
	}
	admin.awaitText(admin.say("charter.lack_roots"))
	admin.give(rootFiles, v.root("an", "Nguyễn Thị An"), v.root("binh", "Trần Bình"))
	admin.press("charter.show_first")
	admin.awaitText(admin.say("charter.says"))
	admin.pressNamed("charter-1.json")
	first := v.carry(admin.downloaded("charter-1.json"))
	v.sign(first, nil, "an")
	admin.give(charterFiles, first)
	admin.awaitText(admin.say("charter.brought_missing_both", "{{count}}", "1", "{{names}}", "Trần Bình"))
	v.sign(first, nil, "binh")
	admin.give(charterFiles, first)
	admin.press("charter.put_in_force", "{{number}}", "1")
	admin.awaitText(admin.say("charter.title", "{{number}}", "1"))
	stage.Await(t, 10*time.Second, "the screen to hold the first charter", func() bool { return scr.Status().Report.Trust.Charter == 1 })

	admin.open("/admin/charter/next")
	admin.awaitText("Trần Bình")
	admin.give(rootFiles, v.root("binh2", "Trần Bình"))
	admin.awaitText(admin.say("charter.root_other"))
	admin.press("charter.show_changes")
	admin.awaitText(admin.say("charter.change_root_set", "{{name}}", "Trần Bình"))
	admin.pressNamed("charter-2.json")
	next, before := v.carry(admin.downloaded("charter-2.json")), []string{"--before", first}
	v.sign(next, before, "an", "binh2")
	admin.give(charterFiles, next)
	admin.awaitText(admin.say("charter.brought_missing_before", "{{count}}", "1", "{{names}}", "Trần Bình"))
	v.sign(next, before, "binh")
	admin.give(charterFiles, next)
	admin.press("charter.put_in_force", "{{number}}", "2")
	admin.awaitText(admin.say("charter.title", "{{number}}", "2"))
	admin.sound("administrator")
	stage.Await(t, 10*time.Second, "the screen to hold the second charter", func() bool { return scr.Status().Report.Trust.Charter == 2 })
}
