package identity

import "strings"

// Device is what a browser says it is. Anybody can say anything: it helps
// people to recognise their own.
type Device struct {
	Browser string // "" when it does not say
	System  string
}

// DeviceOf reads a browser's User-Agent.
func DeviceOf(userAgent string) Device {
	// The first that fits: most browsers also name those they descend from.
	first := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(userAgent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	return Device{
		Browser: first([2]string{"CocCoc", "Cốc Cốc"}, [2]string{"coc_coc_browser", "Cốc Cốc"}, [2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"SamsungBrowser", "Samsung Internet"},
			[2]string{"Firefox/", "Firefox"}, [2]string{"FxiOS/", "Firefox"}, [2]string{"Chrome/", "Chrome"}, [2]string{"CriOS/", "Chrome"}, [2]string{"Safari/", "Safari"}, [2]string{"curl/", "curl"}),
		System: first([2]string{"Android", "Android"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Windows", "Windows"}, [2]string{"CrOS", "ChromeOS"},
			[2]string{"Macintosh", "macOS"}, [2]string{"Linux", "Linux"}),
	}
}
