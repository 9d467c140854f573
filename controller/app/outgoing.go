//go:build !standin

package app

import "cotmoc/controller/internal/outbound"

// outgoing is how the controller reaches other sites.
func outgoing() outbound.Options { return outbound.Options{Agent: visitorAgent} }

// visitorAgent says honestly who asks.
const visitorAgent = visitorName + " (information screens of Ha Tinh province, Viet Nam; fetches what an editor asks for)"
