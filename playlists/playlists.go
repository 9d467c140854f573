// Package playlists is the domain of cotmoc: media, renditions, playlists,
// targets, people's rights and the error codes that all parts share.
package playlists
