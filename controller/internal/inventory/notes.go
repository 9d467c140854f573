package inventory

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cotmoc/playlists"
)

// Kind is what a screen is, as far as its care goes.
type Kind string

// The kinds.
const (
	Unsaid Kind = ""
	TV     Kind = "tv"
	LED    Kind = "led"
	Kiosk  Kind = "kiosk"
)

// Card is a sending or receiving card of an LED wall.
type Card struct {
	Maker    string `json:"maker"`
	Model    string `json:"model"`
	Firmware string `json:"firmware"`
}

// Notes are what people know of a screen's devices.
type Notes struct {
	Kind     Kind `json:"kind"`
	Sender   Card `json:"sender"`
	Receiver Card `json:"receiver"`
	// PasswordHolder is who keeps the passwords of the wall's controller, or
	// where they lie. Never the passwords.
	PasswordHolder string `json:"password_holder"`
	Supplier       string `json:"supplier"`
	WarrantyUntil  string `json:"warranty_until"` // YYYY-MM-DD, "" unknown
	Switch         string `json:"switch"`         // label of the switch that it hangs on
	Text           string `json:"text"`

	ChangedAt time.Time `json:"-"`
	ChangedBy string    `json:"-"`
}

// Bounds of notes, in characters.
const (
	maxLine = 120
	maxText = 2000
)

// clean brings notes into order and refuses what does not belong there.
func (n *Notes) clean() error {
	switch n.Kind {
	case Unsaid, TV, LED, Kiosk:
	default:
		return playlists.Errorf(playlists.Invalid, "device_kind_unknown", nil, "cannot keep the kind %.40q: choose tv, led or kiosk", string(n.Kind))
	}
	for field, s := range map[string]*string{
		"sender": &n.Sender.Maker, "sender_model": &n.Sender.Model, "sender_firmware": &n.Sender.Firmware,
		"receiver": &n.Receiver.Maker, "receiver_model": &n.Receiver.Model, "receiver_firmware": &n.Receiver.Firmware,
		"password_holder": &n.PasswordHolder, "supplier": &n.Supplier, "switch": &n.Switch,
	} {
		if *s = playlists.Clean(*s); utf8.RuneCountInString(*s) > maxLine {
			return tooLong(field, maxLine)
		}
		if saysPassword(*s) {
			return secretWritten()
		}
	}
	if looksLikePassword(n.PasswordHolder) {
		return secretWritten()
	}
	n.Text = strings.TrimSpace(strings.ToValidUTF8(n.Text, "?"))
	if utf8.RuneCountInString(n.Text) > maxText {
		return tooLong("text", maxText)
	}
	if saysPassword(n.Text) {
		return secretWritten()
	}
	if n.WarrantyUntil != "" {
		if _, err := time.Parse(time.DateOnly, n.WarrantyUntil); err != nil {
			return playlists.Errorf(playlists.Invalid, "date_malformed", playlists.Params{"date": n.WarrantyUntil}, "cannot use the date %.40q: write it as 2026-09-02", n.WarrantyUntil)
		}
	}
	return nil
}

func tooLong(field string, most int) error {
	return playlists.Errorf(playlists.Invalid, "text_too_long", playlists.Params{"field": field, "max": most}, "cannot use so long a text for %s: shorten it to %d characters", field, most)
}

func secretWritten() error {
	return playlists.Errorf(playlists.Invalid, "secret_written", nil, "cannot keep what looks like a password: write who keeps it, or where it lies")
}

// said finds "password: …" in the three languages, and as technicians shorten
// it.
var said = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:pass(?:word|wd)?|pwd?|mật khẩu|mat khau|mk|ລະຫັດ(?:ຜ່ານ)?|pin)\s*[:=]\s*\S`)

func saysPassword(s string) bool { return said.MatchString(s) }

// looksLikePassword finds a word that nobody is called: six digits or more, or
// letters and digits mixed in eight or more.
func looksLikePassword(s string) bool {
	for w := range strings.FieldsSeq(s) {
		letters, digits, others := 0, 0, 0
		for _, r := range w {
			switch {
			case unicode.IsLetter(r):
				letters++
			case unicode.IsDigit(r):
				digits++
			case strings.ContainsRune("!@#$%^&*+=~?<>", r):
				others++
			}
		}
		n := utf8.RuneCountInString(w)
		if letters == 0 && digits >= 6 || n >= 8 && letters > 0 && digits > 0 || n >= 6 && others > 0 && letters+digits > 0 {
			return true
		}
	}
	return false
}
