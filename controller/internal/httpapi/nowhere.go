package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
)

// nowhereStyle is the whole design of the page that a code leads to when it
// leads nowhere.
const nowhereStyle = `body{margin:0;min-height:100vh;display:grid;place-content:center;gap:20px;padding:24px;font:18px/1.5 system-ui,sans-serif;color:#1d2026;background:#f7f6f4}
p{margin:0;max-width:34em;padding-left:14px;border-left:3px solid #c8102e}
@media(prefers-color-scheme:dark){body{color:#eceef2;background:#15171b}}`

const nowherePage = `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<title>%[1]s</title><style>%[4]s</style></head>
<body><p>%[1]s</p><p lang="en">%[2]s</p><p lang="lo">%[3]s</p></body></html>
`

// nowhere says why a code leads nowhere, to whoever scanned it: in all
// languages at once, for nobody is asked who they are.
func nowhere(status int) (vi, en, lo string) {
	switch status {
	case http.StatusNotFound:
		return "Mã này hiện không dẫn tới trang nào. Nội dung của mã có thể đã được gỡ xuống.",
			"This code leads to no page at present. What it belonged to may have been taken down.",
			"ປັດຈຸບັນລະຫັດນີ້ບໍ່ໄດ້ນຳໄປຫາໜ້າໃດ. ເນື້ອຫາຂອງລະຫັດອາດຖືກຖອນອອກແລ້ວ."
	case http.StatusTooManyRequests:
		return "Đang có quá nhiều lượt quét từ mạng này. Hãy thử lại sau vài giây.",
			"There are too many scans from this network. Try again in a few seconds.",
			"ມີການສະແກນຈາກເຄືອຂ່າຍນີ້ຫຼາຍເກີນໄປ. ກະລຸນາລອງໃໝ່ໃນອີກບໍ່ເທົ່າໃດວິນາທີ."
	}
	return "Chưa mở được trang của mã này. Hãy thử lại sau.",
		"The page of this code cannot be opened now. Try again later.",
		"ຍັງເປີດໜ້າຂອງລະຫັດນີ້ບໍ່ໄດ້. ກະລຸນາລອງໃໝ່ພາຍຫຼັງ."
}

func writeNowhere(w http.ResponseWriter, status int) {
	hash := sha256.Sum256([]byte(nowhereStyle))
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'; frame-ancestors 'none'; sandbox")
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	vi, en, lo := nowhere(status)
	_, _ = fmt.Fprintf(w, nowherePage, vi, en, lo, nowhereStyle) // the reader may be gone
}

// looksAhead tells whether it is a machine that asks before a person does, as
// far as it says so. Who it is is not looked at.
func looksAhead(h http.Header) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if h.Get(name) != "" { // prefetch, prerender, preview
			return true
		}
	}
	mode := h.Get("Sec-Fetch-Mode")
	return mode != "" && mode != "navigate"
}
