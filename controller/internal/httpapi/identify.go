package httpapi

import "net/http"

// identify finds out who is asking.
func (s *Server) identify(next http.Handler) http.Handler {
	return next
}

func cookieName(secure bool) string {
	if secure {
		return "__Host-cotmoc"
	}
	return "cotmoc"
}
