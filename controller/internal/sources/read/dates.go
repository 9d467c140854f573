package read

import (
	"strings"
	"time"
)

// date reads a date as sites write them. Days without a clock are days in
// zone.
func date(text, layout string, zone *time.Location) (time.Time, bool) {
	text = strings.TrimSpace(text)
	layouts := []string{layout}
	if layout == "" {
		layouts = []string{
			time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02",
			"02/01/2006 15:04", "02/01/2006", "2/1/2006", "15:04 02/01/2006", time.RFC1123Z, time.RFC1123,
		}
	}
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l, text, zone); err == nil && t.Year() > 1970 && t.Year() < 2200 {
			return t, true
		}
	}
	return time.Time{}, false
}
