// Package console serves the web console: the single-page application that
// is built from web/ into dist/ and embedded in the controller's binary.
package console

import (
	"embed"
	"io/fs"
)

// dist holds the built console. A fresh checkout has only .gitkeep in it, so
// that the controller compiles before the console has been built.
//
//go:embed all:dist
var dist embed.FS

// Files returns the embedded build: index.html, theme.js and assets/, or
// nothing but a marker file when the console has not been built.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist // cannot happen: "dist" is a valid path
	}
	return files
}
