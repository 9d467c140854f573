package samples

// stone is the boundary marker the product is named after.
const stone = `<svg class="stone" viewBox="0 0 120 200">
<path d="M8 196h104v-16H8z" fill="#6d6a66"/><path d="M20 180h80v-12H20z" fill="#8b8782"/>
<path d="M28 168V62Q28 12 60 6q32 6 32 56v106z" fill="#e9e4da"/><path d="M60 6q32 6 32 56v106H72V62Q72 16 60 6z" fill="#cfc8bb"/>
<path d="M28 92V62Q28 12 60 6q32 6 32 56v30z" fill="#c8102e"/><path d="M60 6q32 6 32 56v30H72V62Q72 16 60 6z" fill="#a30d25"/>
<path d="M60 30l6.2 19.1h20L70 60.9l6.2 19-16.2-11.7-16.2 11.7 6.2-19-16.200-11.800h20z" fill="#ffd94a"/>
<path d="M42 112h36M42 126h36M48 140h24" stroke="#8b8782" stroke-width="4" stroke-linecap="round"/></svg>`

// signs draws what a notice is about.
func signs(name string) string {
	switch name {
	case "fog":
		return `<svg viewBox="0 0 200 200"><path d="M100 14L190 176H10z" fill="#ffd24a" stroke="#c8102e" stroke-width="14" stroke-linejoin="round"/>
<g stroke="#1d1d1f" stroke-width="9" stroke-linecap="round" fill="none"><path d="M70 96q15-10 30 0t30 0"/><path d="M58 120q14-10 28 0t28 0 28 0"/><path d="M46 144q14-10 28 0t28 0 28 0 24 0"/></g></svg>`
	case "passport":
		return `<svg viewBox="0 0 200 260"><rect x="14" y="8" width="172" height="244" rx="18" fill="#1d5c3f"/><rect x="14" y="8" width="26" height="244" rx="12" fill="#17492f"/>
<circle cx="112" cy="112" r="50" fill="none" stroke="#f3d27a" stroke-width="7"/><path d="M62 112h100M112 62c-34 30-34 70 0 100M112 62c34 30 34 70 0 100M72 86h80M72 138h80" fill="none" stroke="#f3d27a" stroke-width="5"/>
<path d="M72 196h80M86 216h52" stroke="#f3d27a" stroke-width="8" stroke-linecap="round"/></svg>`
	case "orange":
		return `<svg viewBox="0 0 200 200"><circle cx="100" cy="112" r="78" fill="#f08c1a"/><path d="M100 34a78 78 0 0 1 0 156 96 96 0 0 0 0-156z" fill="#d9730d"/>
<path d="M100 40q4-26 46-32-4 34-46 32z" fill="#3f8a3c"/><path d="M100 40q-4-14-12-22" stroke="#5a3d1e" stroke-width="6" fill="none" stroke-linecap="round"/><circle cx="72" cy="90" r="12" fill="#ffc070" opacity=".8"/></svg>`
	}
	return ""
}
