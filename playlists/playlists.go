// Package playlists is the domain of cotmoc: media, renditions, approvals'
// terms, playlists, targets, people's rights and the error codes that all
// parts share. It is pure: no network, no files, no clock of its own.
package playlists
