package wire

// More paths of the agents' HTTPS listener; both need a screen's certificate.
const (
	// PathMQTT is MQTT over WebSocket, where port 443 is all there is.
	PathMQTT = "/agent/v1/mqtt"
	// PathCertificate gives a screen its next certificate for the same key, to
	// a request with no body. An expired certificate is good enough to ask.
	PathCertificate = "/agent/v1/certificate"
)

// Renewal answers at PathCertificate.
type Renewal struct {
	Certificate []byte `json:"certificate"` // DER, of the same key and screen
}
