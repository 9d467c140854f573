package probe

import (
	"cotmoc/playlists"
)

// refuse is an Invalid error: the person who brought the file in can mend it.
func refuse(reason string, params playlists.Params, format string, args ...any) error {
	return playlists.Errorf(playlists.Invalid, reason, params, format, args...)
}

func truncated() error {
	return refuse("file_truncated", nil, "cannot use a file that ends too early: it was not copied or exported to its end; bring it in again from the original")
}

// refuseFormat says what to do instead for each format that is no still image
// or video; nil for those that are.
func refuseFormat(f Format) error {
	params := playlists.Params{"format": string(f)}
	switch f {
	case Executable:
		return refuse("file_executable", nil, "cannot use a program as media, whatever its name: bring in an image or a video, and have the computer it came from checked")
	case SVG:
		return refuse("image_svg", params, "cannot use an SVG drawing: export it as PNG at the size of the screen")
	case HEIC, JPEGXL:
		return refuse("image_format_new", params, "cannot use %s images: export as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)", f)
	case BMP, TIFF, JPEG2000, Photoshop:
		return refuse("image_format_unsupported", params, "cannot use %s images: export as JPEG or PNG", f)
	case PDF, Office:
		return refuse("file_document", params, "cannot use a document: export its pages as PNG or JPEG")
	case Archive:
		return refuse("file_archive", params, "cannot use an archive: unpack it and bring in the files")
	case Text:
		return refuse("file_not_media", nil, "cannot use a text file: bring in a JPEG, PNG, WebP, AVIF, GIF or a video")
	}
	return nil
}

func notMedia() error {
	return refuse("file_not_media", nil, "cannot see an image or a video in this file: bring in a JPEG, PNG, WebP, AVIF, GIF or a video such as MP4")
}
