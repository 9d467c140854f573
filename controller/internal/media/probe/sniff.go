package probe

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// Format is what a file's first bytes say it is.
type Format string

// The formats that are told apart. Video stands for containers whose magic is
// known; Unknown may still be a video that ffmpeg reads.
const (
	Unknown    Format = ""
	JPEG       Format = "jpeg"
	PNG        Format = "png"
	WebP       Format = "webp"
	ISOMedia   Format = "mp4"
	Matroska   Format = "matroska"
	AVI        Format = "avi"
	OtherVideo Format = "video"
	GIF        Format = "gif"
	SVG        Format = "svg"
	HEIC       Format = "heic"
	AVIF       Format = "avif"
	AVIFMoving Format = "avis" // a sequence of pictures
	BMP        Format = "bmp"
	TIFF       Format = "tiff"
	JPEGXL     Format = "jxl"
	JPEG2000   Format = "jp2"
	Photoshop  Format = "psd"
	PDF        Format = "pdf"
	Office     Format = "office"
	Archive    Format = "archive"
	Executable Format = "executable"
	Text       Format = "text"
)

// SniffLen is how many of a file's first bytes Sniff looks at.
const SniffLen = 4096

var magics = []struct {
	at     int
	bytes  string
	format Format
}{
	{0, "\xff\xd8\xff", JPEG},
	{0, "\x89PNG\r\n\x1a\n", PNG},
	{0, "GIF87a", GIF}, {0, "GIF89a", GIF},
	{0, "II*\x00", TIFF}, {0, "MM\x00*", TIFF}, {0, "II+\x00", TIFF}, {0, "MM\x00+", TIFF},
	{0, "\xff\x0a", JPEGXL}, {0, "\x00\x00\x00\x0cJXL \r\n\x87\n", JPEGXL},
	{0, "\x00\x00\x00\x0cjP  \r\n\x87\n", JPEG2000}, {0, "\xff\x4f\xff\x51", JPEG2000},
	{0, "8BPS", Photoshop},
	{0, "%PDF-", PDF},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Office},
	{0, "Rar!\x1a\x07", Archive}, {0, "7z\xbc\xaf\x27\x1c", Archive}, {0, "\x1f\x8b", Archive}, {0, "BZh", Archive}, {0, "\xfd7zXZ\x00", Archive}, {0, "\x28\xb5\x2f\xfd", Archive}, {257, "ustar", Archive},
	{0, "\x7fELF", Executable},
	{0, "\xfe\xed\xfa\xce", Executable}, {0, "\xfe\xed\xfa\xcf", Executable}, {0, "\xce\xfa\xed\xfe", Executable}, {0, "\xcf\xfa\xed\xfe", Executable}, {0, "\xca\xfe\xba\xbe", Executable},
	{0, "#!", Executable}, {0, "\x00asm", Executable}, {0, "dex\n", Executable},
	{0, "\x1a\x45\xdf\xa3", Matroska},
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", OtherVideo}, // ASF, WMV
	{0, "FLV\x01", OtherVideo}, {0, "OggS", OtherVideo}, {0, ".RMF", OtherVideo},
	{0, "\x00\x00\x01\xba", OtherVideo}, {0, "\x00\x00\x01\xb3", OtherVideo}, // MPEG program stream and video
	{0, "\x06\x0e\x2b\x34\x02\x05\x01\x01", OtherVideo}, // MXF
	{0, "YUV4MPEG2", OtherVideo}, {0, "DKIF", OtherVideo},
}

// Sniff tells a file's format from its first bytes, never from its name. head
// is the file's first SniffLen bytes, or all of a shorter one.
func Sniff(head []byte) Format {
	for _, m := range magics {
		if len(head) >= m.at+len(m.bytes) && string(head[m.at:m.at+len(m.bytes)]) == m.bytes {
			return m.format
		}
	}
	switch {
	case len(head) >= 12 && string(head[:4]) == "RIFF":
		switch string(head[8:12]) {
		case "WEBP":
			return WebP
		case "AVI ", "AVIX":
			return AVI
		}
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return sniffISO(head)
	case len(head) >= 8 && slices.Contains([]string{"moov", "mdat", "wide", "free", "skip", "pnot"}, string(head[4:8])):
		return ISOMedia // QuickTime before there was ftyp
	case len(head) >= 64 && string(head[:2]) == "MZ":
		return Executable
	case len(head) >= 26 && string(head[:2]) == "BM" && binary.LittleEndian.Uint32(head[6:]) == 0:
		return BMP
	case len(head) >= 4 && string(head[:4]) == "PK\x03\x04":
		return sniffZip(head)
	}
	return sniffText(head)
}

// sniffISO tells the pictures from the videos among files that begin with a
// box of type ftyp, by the brands it lists.
func sniffISO(head []byte) Format {
	size := min(int(binary.BigEndian.Uint32(head)), len(head))
	format := ISOMedia
	for at := 8; at+4 <= size; at += 4 {
		if at == 12 {
			continue // the minor version
		}
		switch string(head[at : at+4]) {
		case "avif":
			return AVIF
		case "avis":
			if at == 8 {
				return AVIFMoving
			}
			return AVIF
		case "heic", "heix", "heim", "heis", "hevc", "hevx":
			return HEIC
		case "mif1", "msf1":
			format = HEIC // unless a codec's brand follows
		default:
			if at == 8 {
				return ISOMedia // the major brand is a video's
			}
		}
	}
	return format
}

func sniffZip(head []byte) Format {
	for _, mark := range []string{"[Content_Types].xml", "mimetypeapplication/vnd.oasis", "word/", "ppt/", "xl/"} {
		if bytes.Contains(head, []byte(mark)) {
			return Office
		}
	}
	return Archive
}

func sniffText(head []byte) Format {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return Text
	}
	whole := head
	if len(whole) >= utf8.UTFMax && len(whole) >= SniffLen-utf8.UTFMax { // the last rune may be cut
		for range utf8.UTFMax - 1 {
			if r, n := utf8.DecodeLastRune(whole); r != utf8.RuneError || n != 1 {
				break
			}
			whole = whole[:len(whole)-1]
		}
	}
	if len(whole) == 0 || !utf8.Valid(whole) || bytes.ContainsFunc(whole, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n\f\x1b", r) }) {
		return Unknown
	}
	if bytes.Contains(bytes.ToLower(whole), []byte("<svg")) {
		return SVG
	}
	return Text
}
