package slides

import "strings"

// unwritable tells which letters the fonts of a language have no sign for.
// Which of the Chinese ones there are is known when they are drawn.
func unwritable(language string) func(rune) bool {
	return func(r rune) bool {
		switch {
		case r == '\n', r >= 0x20 && r <= 0x7e, r >= 0xa0 && r <= 0xff, // Latin
			r >= 0x1ea0 && r <= 0x1ef9, r == 0x20ab, // Vietnamese
			r >= 0x0e80 && r <= 0x0eff,                                          // Lao
			r >= 0x2010 && r <= 0x2027, r >= 0x2030 && r <= 0x203a, r == 0x200b: // punctuation
			return false
		case language == "zh" && chinese(r):
			return false
		}
		return !strings.ContainsRune("ĂăĐđĨĩŨũƠơƯưıŒœ€™−", r)
	}
}

// chinese tells which letters the Chinese font alone is for.
func chinese(r rune) bool {
	return r >= 0x3000 && r <= 0x303f || r >= 0x3400 && r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff || r >= 0xff01 && r <= 0xffe6 || r == 0x30fb
}
