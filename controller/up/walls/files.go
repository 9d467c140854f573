package walls

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Limits on what a tracked file may be.
const (
	maxLines        = 700       // of a file written by hand
	maxFileBytes    = 1 << 20   // of anything
	maxPictureBytes = 400 << 10 // of a picture that the documentation shows
)

// pictures is the one folder that may hold pictures: those of the README.
const pictures = "firmware-notes/pictures"

var (
	skippedStory = regexp.MustCompile(`\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:skip|only|todo|fixme)\b|\b(?:xit|xdescribe)\(`)
	resolved     = regexp.MustCompile(`"resolved":\s*"([^"]*)"`)
	madeByTool   = regexp.MustCompile(`(?i)(code generated .*do not edit|auto-generated)`)
)

// checkFiles judges the tracked files as files: where they stand, what they
// are and how long they are.
func checkFiles(t Tree) ([]Breach, error) {
	var breaches []Breach
	for _, name := range t.Paths {
		if why := misplaced(name); why != "" {
			breaches = append(breaches, Breach{Rule: "files", Path: name, Text: why})
			continue
		}
		data, err := fs.ReadFile(t.FS, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		breaches = append(breaches, checkContent(name, data)...)
	}
	return breaches, nil
}

// misplaced says why a path may not be tracked, whatever the file holds.
func misplaced(name string) string {
	top, _, nested := strings.Cut(name, "/")
	folders := []string{"controller", "agent", "playlists", "firmware-notes"}
	files := []string{"go.mod", "go.sum", "README.md"}
	if !strings.HasPrefix(top, ".") && !(nested && slices.Contains(folders, top)) && !(!nested && slices.Contains(files, top)) {
		return "the top level holds controller, agent, playlists, firmware-notes, go.mod, go.sum, README.md and dot-files only"
	}
	for _, element := range []string{"node_modules", "vendor", "third_party", "__pycache__", ".cotmoc"} {
		if hasElement(name, element) {
			return "third-party code and built files are never tracked"
		}
	}
	if hasElement(name, "dist") && path.Base(name) != ".gitkeep" {
		return "built files are never tracked"
	}
	ext := strings.ToLower(path.Ext(name))
	switch ext {
	case ".png", ".jpg", ".jpeg", ".webp":
		if !within(name, pictures) {
			return "pictures stand in " + pictures + " only; samples and fixtures are made on the spot"
		}
	case ".gif", ".avif", ".heic", ".bmp", ".tif", ".tiff",
		".mp4", ".m4v", ".webm", ".mov", ".mkv", ".avi", ".mp3", ".aac", ".wav", ".ogg":
		return "media is made on the spot, never tracked"
	case ".woff", ".woff2", ".ttf", ".otf", ".eot", ".ttc":
		return "fonts come from packages, never tracked"
	case ".exe", ".dll", ".so", ".a", ".o", ".dylib", ".wasm", ".class", ".jar", ".pyc", ".test", ".out", ".prof",
		".zip", ".tar", ".gz", ".tgz", ".xz", ".zst", ".7z", ".deb", ".rpm", ".whl", ".iso", ".img",
		".db", ".sqlite", ".sqlite3", ".bolt", ".pdf", ".pem", ".key", ".p12":
		return "built files, archives, data and keys are never tracked"
	}
	if strings.HasSuffix(name, ".min.js") || strings.HasSuffix(name, ".min.css") || strings.HasSuffix(name, ".js.map") {
		return "built files are never tracked"
	}
	return ""
}

func checkContent(name string, data []byte) []Breach {
	var breaches []Breach
	refuse := func(rule string, line int, format string, args ...any) {
		breaches = append(breaches, Breach{Rule: rule, Path: name, Line: line, Text: fmt.Sprintf(format, args...)})
	}
	for _, magic := range []string{"\x7fELF", "MZ\x90\x00", "\xcf\xfa\xed\xfe", "SQLite format 3\x00", "PK\x03\x04"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			refuse("files", 0, "is a built file, an archive or a database")
		}
	}
	if len(data) > maxFileBytes {
		refuse("files", 0, "has %d bytes, more than the %d a tracked file may have", len(data), maxFileBytes)
	} else if within(name, pictures) && len(data) > maxPictureBytes {
		refuse("files", 0, "has %d bytes, more than the %d a picture may have", len(data), maxPictureBytes)
	}
	base := path.Base(name)
	switch path.Ext(name) {
	case ".go", ".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".sql", ".sh":
		head := data[:min(len(data), 400)]
		if n := bytes.Count(data, []byte("\n")); n > maxLines && !madeByTool.Match(head) {
			refuse("length", 0, "has %d lines, more than %d: split it by purpose", n, maxLines)
		}
	}
	if strings.Contains(base, ".test.ts") || strings.Contains(base, ".spec.ts") || hasElement(name, "stories") {
		for i, line := range strings.Split(string(data), "\n") {
			if skippedStory.MatchString(line) {
				refuse("skip", i+1, "no test is skipped, focused or left to do")
			}
		}
	}
	if base == "package-lock.json" {
		for i, line := range strings.Split(string(data), "\n") {
			if resolved.MatchString(line) {
				refuse("files", i+1, "names where a package was fetched: keep omit-lockfile-registry-resolved in .npmrc and lock again")
			}
		}
	}
	return breaches
}
