package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cotmoc/controller/app"
	"cotmoc/controller/internal/sqlstore/sqlstoretest"
	"cotmoc/playlists"
	"cotmoc/playlists/playliststest"
)

// The groups of roles that calls are for.
var (
	everybody  = playlists.Roles()
	mediaReads = []playlists.Role{playlists.Contributor, playlists.Editor, playlists.Reviewer, playlists.Approver, playlists.Inspector}
	planReads  = []playlists.Role{playlists.Editor, playlists.Reviewer, playlists.Approver, playlists.Inspector}
	watches    = []playlists.Role{playlists.Editor, playlists.Approver, playlists.Emergency, playlists.WatchOfficer, playlists.Technician, playlists.Administrator, playlists.Inspector}
	// to plan or to judge for screens one must know them
	seesScreens = []playlists.Role{playlists.Editor, playlists.Reviewer, playlists.Approver, playlists.Emergency, playlists.WatchOfficer, playlists.Technician, playlists.Administrator, playlists.Inspector}
	editors     = []playlists.Role{playlists.Editor}
	tray        = []playlists.Role{playlists.Contributor, playlists.Editor}
	judges      = []playlists.Role{playlists.Editor, playlists.Reviewer, playlists.Approver}
	brings      = []playlists.Role{playlists.Contributor, playlists.Editor, playlists.Administrator}
	admins      = []playlists.Role{playlists.Administrator}
	auditors    = []playlists.Role{playlists.Administrator, playlists.Inspector}
	machines    = []playlists.Role{playlists.Technician, playlists.Administrator}
	handles     = []playlists.Role{playlists.WatchOfficer, playlists.Technician, playlists.Administrator}
)

// right is who may make a call. The body of a call is such that those who may
// make it are answered without anything changing.
type right struct {
	query string
	body  string
	roles []playlists.Role
	// session tells that a token is never enough.
	session bool
	// own tells that the thing asked for is nobody's: it is missing for all.
	own bool
}

const seen = `"renditions":["0000000000000000000000000000000000000000000000000000000000000000"]`

// rights is the whole API. A call that is not in it fails the test.
var rights = map[string]right{
	"GET /me":                                {roles: everybody},
	"PATCH /me":                              {body: `{}`, roles: everybody},
	"POST /me/password":                      {body: `{"old":"x","new":"y"}`, roles: everybody, session: true},
	"DELETE /session":                        {roles: everybody, session: true},
	"GET /tokens":                            {roles: everybody},
	"POST /tokens":                           {body: `{"password":"x","name":"x"}`, roles: everybody, session: true},
	"DELETE /tokens/{id}":                    {roles: everybody, own: true},
	"GET /me/security":                       {roles: everybody},
	"POST /me/totp":                          {body: `{"password":"x"}`, roles: everybody, session: true},
	"POST /me/totp/confirm":                  {body: `{"code":"x"}`, roles: everybody, session: true},
	"POST /me/totp/off":                      {body: `{"password":"x"}`, roles: everybody, session: true},
	"POST /me/recovery-codes":                {body: `{"password":"x"}`, roles: everybody, session: true},
	"POST /me/passkeys":                      {body: `{"password":"x","label":"x"}`, roles: everybody, session: true},
	"POST /me/passkeys/finish":               {body: `{"ceremony":"x","credential":{}}`, roles: everybody, session: true},
	"DELETE /me/passkeys/{id}":               {roles: everybody, session: true},
	"GET /me/sessions":                       {roles: everybody},
	"DELETE /me/sessions/{id}":               {roles: everybody, session: true},
	"POST /me/sessions/end-others":           {roles: everybody, session: true},
	"GET /people":                            {roles: admins},
	"GET /people/{id}/security":              {roles: admins},
	"POST /people/{id}/sessions/end":         {roles: admins},
	"DELETE /people/{id}/factors":            {roles: admins},
	"POST /people":                           {body: `{"login":"!","name":"x","unit_id":"UNIT","grants":[]}`, roles: admins},
	"GET /people/{id}":                       {roles: admins},
	"PATCH /people/{id}":                     {body: `{}`, roles: admins},
	"POST /people/{id}/password":             {body: `{"password":"short"}`, roles: admins},
	"GET /units":                             {roles: everybody},
	"POST /units":                            {body: `{"name":"","short_name":"x"}`, roles: admins},
	"PATCH /units/{id}":                      {body: `{}`, roles: admins},
	"GET /media":                             {roles: everybody}, // one's own are always among them
	"GET /media/{id}":                        {roles: mediaReads},
	"PATCH /media/{id}":                      {body: `{"revision":99}`, roles: editors},
	"DELETE /media/{id}":                     {body: "", roles: editors},
	"POST /media/{id}/restore":               {roles: editors},
	"POST /media/{id}/revise":                {roles: editors},
	"POST /media/{id}/submit":                {body: `{"declared":true}`, roles: editors},
	"POST /media/{id}/review":                {body: `{"decision":"accept",` + seen + `}`, roles: []playlists.Role{playlists.Reviewer}},
	"POST /media/{id}/approve":               {body: `{"decision":"accept",` + seen + `}`, roles: []playlists.Role{playlists.Approver}},
	"POST /media/{id}/withdraw":              {body: `{"reason":"x"}`, roles: []playlists.Role{playlists.Approver}},
	"GET /queue":                             {roles: everybody},
	"GET /uploads/{id}/result":               {roles: everybody, own: true},
	"GET /playlists":                         {roles: planReads},
	"POST /playlists":                        {body: `{"title":""}`, roles: editors},
	"GET /playlists/{id}":                    {roles: planReads},
	"PUT /playlists/{id}":                    {body: `{"base_version":99,"title":"x","items":[]}`, roles: editors},
	"DELETE /playlists/{id}":                 {roles: editors}, // an entry plays it
	"POST /playlists/{id}/restore":           {body: `{"version":99}`, roles: editors},
	"GET /playlists/{id}/versions":           {roles: planReads},
	"GET /schedule/entries":                  {roles: planReads},
	"POST /schedule/entries":                 {body: `{"title":"x","playlist_id":"PLAYLIST","target":{"clusters":[],"screens":[],"tags":[]},"rule":{"from":"","until":"","weekdays":[],"windows":[]},"priority":1,"enabled":true}`, roles: editors},
	"GET /schedule/entries/{id}":             {roles: planReads},
	"PUT /schedule/entries/{id}":             {body: `{"title":"x","playlist_id":"PLAYLIST","target":{"clusters":[],"screens":[],"tags":[]},"rule":{"from":"","until":"","weekdays":[],"windows":[]},"priority":1,"enabled":true}`, roles: editors},
	"DELETE /schedule/entries/{id}":          {roles: editors},
	"GET /schedule/week":                     {query: "?start=2026-11-23", roles: planReads},
	"GET /preview":                           {query: "?screen=SCREEN&source=draft", roles: planReads},
	"GET /slates/{profile}":                  {roles: planReads},
	"PUT /slates/{profile}":                  {body: `{"media_id":"MEDIA"}`, roles: editors}, // it is not approved
	"GET /publish/preview":                   {roles: planReads},
	"POST /publish":                          {body: `{"note":""}`, roles: editors},
	"GET /orders":                            {roles: watches},
	"GET /bulletin-templates":                {roles: []playlists.Role{playlists.Emergency}},
	"POST /orders/prepare":                   {body: `{"kind":"takedown","media_id":"MEDIA"}`, roles: []playlists.Role{playlists.Approver, playlists.Emergency}},                                     // there is no charter
	"POST /orders":                           {body: `{"order":"AAAA","hands":[]}`, roles: []playlists.Role{playlists.Approver, playlists.Emergency, playlists.Technician, playlists.Administrator}}, // likewise
	"GET /orders/{id}/to-sign":               {roles: []playlists.Role{playlists.Approver, playlists.Emergency, playlists.Technician, playlists.Administrator}},
	"GET /media/{id}/checks":                 {roles: mediaReads},
	"GET /media/order":                       {roles: everybody}, // as /media
	"GET /media/some":                        {query: "?ids=MEDIA", roles: everybody},
	"POST /media/edits":                      {body: `{"ids":["MEDIA"],"marks":[99],"change":{"add_tags":["x"]}}`, roles: tray},
	"GET /media/edits":                       {roles: tray},
	"POST /media/edits/{id}/undo":            {roles: tray, own: true},
	"GET /themes":                            {roles: everybody},
	"POST /themes":                           {body: `{"name":""}`, roles: editors},
	"PATCH /themes/{id}":                     {body: `{}`, roles: editors},
	"DELETE /themes/{id}":                    {roles: editors},
	"POST /themes/{id}/merge":                {body: `{"into_id":"chudeiuuaaaaaaaa"}`, roles: editors}, // itself
	"GET /folders":                           {roles: mediaReads},
	"POST /folders":                          {body: `{"unit_id":"UNIT","name":""}`, roles: editors},
	"PATCH /folders/{id}":                    {body: `{}`, roles: editors, own: true},
	"DELETE /folders/{id}":                   {roles: editors},
	"GET /tags":                              {roles: everybody},
	"GET /profiles":                          {roles: everybody},
	"POST /profiles":                         {body: `{"name":"x","width":63,"height":63}`, roles: machines},
	"GET /releases":                          {roles: machines},
	"POST /releases":                         {body: `{"envelope":"AAAA"}`, roles: machines}, // there is no charter
	"PUT /releases/{id}/builds/{sha256}":     {body: "x", roles: machines, own: true},
	"POST /release-plans":                    {body: `{"release_id":"x","first_screen":"SCREEN","clusters":["CLUSTER"],"soak_minutes":0}`, roles: machines},
	"POST /release-plans/{id}/{move}":        {roles: machines, own: true, session: true},
	"PATCH /profiles/{profile}":              {body: `{}`, roles: machines, own: true},
	"DELETE /profiles/{profile}":             {roles: machines, own: true},
	"GET /rendering":                         {roles: machines},
	"POST /rendering/retry":                  {roles: machines},
	"POST /supplements/accept":               {body: `{"act":"review","items":[{"media_id":"MEDIA","seen":[]}]}`, roles: []playlists.Role{playlists.Reviewer}},
	"PUT /media/{id}/fits/{profile}":         {body: `{"mode":"cover","x":0.5,"y":0.5}`, roles: editors},
	"GET /watch-words":                       {roles: mediaReads},
	"PUT /watch-words":                       {body: `{"text":"x"}`, roles: editors},
	"POST /watch-words/drop":                 {body: `{"text":"x"}`, roles: editors},
	"GET /sources/sites":                     {roles: brings},
	"PUT /sources/sites":                     {body: `{"text":"x","version":0}`, roles: admins},
	"POST /sources/sites/{site}/confirm":     {body: `{"kind":"article","address":"https://evil.example/"}`, roles: brings},
	"POST /sources/try":                      {body: `{"site":"vietnam.vn","kind":"article","address":"https://evil.example/"}`, roles: brings},
	"GET /sources/list":                      {query: "?site=nowhere&list=x", roles: tray, own: true},
	"GET /sources/finds":                     {roles: tray},
	"POST /sources/finds":                    {body: `{"address":"https://evil.example/"}`, roles: tray},
	"GET /sources/finds/{id}":                {roles: tray, own: true},
	"GET /sources/finds/{id}/languages":      {roles: tray, own: true},
	"POST /sources/finds/{id}/take":          {body: `{"files":["x"]}`, roles: tray},
	"POST /sources/finds/{id}/reject":        {body: `{"reason":"x"}`, roles: tray},
	"POST /sources/finds/{id}/return":        {roles: tray},
	"GET /sources/searches":                  {roles: tray},
	"POST /sources/searches":                 {body: `{"name":"","site":"vietnam.vn","list":"x","hours":1}`, roles: tray},
	"POST /sources/searches/{id}/pause":      {roles: tray},
	"POST /sources/searches/{id}/resume":     {roles: tray},
	"POST /sources/searches/{id}/restore":    {roles: tray},
	"DELETE /sources/searches/{id}":          {roles: tray},
	"GET /sources/changes":                   {roles: judges},
	"GET /sources/changes/{id}":              {roles: judges, own: true},
	"POST /sources/changes/{id}/keep":        {body: `{"now":"","reason":"x"}`, roles: judges},
	"POST /sources/changes/look":             {body: `{"media_id":"aaaaaaaaaaaaaaaa"}`, roles: judges},
	"PUT /sources/sites/{site}/policy":       {body: `{"policy":"none"}`, roles: admins, own: true},
	"GET /sources/picture":                   {query: "?site=vietnam.vn&address=https://evil.example/", roles: []playlists.Role{playlists.Contributor, playlists.Editor, playlists.Reviewer, playlists.Approver}},
	"GET /units/{id}/brand":                  {roles: mediaReads},
	"PUT /units/{id}/brand":                  {body: `{"name":"x","main":"red","accent":"red","version":0}`, roles: editors},
	"GET /alerts/channels":                   {roles: admins},
	"POST /alerts/channels":                  {body: `{"unit_id":"UNIT","cluster_id":"","kind":"email","name":"","language":"vi","least":"info","level":0,"quiet_from":"","quiet_until":"","quiet_critical":true,"enabled":true,"host":"","port":25,"security":"tls","user":"","from":"","url":"","app_id":"","targets":[],"secrets":{},"version":0}`, roles: admins},
	"PUT /alerts/channels/{id}":              {body: `{"unit_id":"UNIT","cluster_id":"","kind":"email","name":"","language":"vi","least":"info","level":0,"quiet_from":"","quiet_until":"","quiet_critical":true,"enabled":true,"host":"","port":25,"security":"tls","user":"","from":"","url":"","app_id":"","targets":[],"secrets":{},"version":0}`, roles: admins, own: true},
	"DELETE /alerts/channels/{id}":           {roles: admins, own: true},
	"POST /alerts/channels/{id}/test":        {roles: admins, own: true},
	"GET /alerts/deliveries":                 {roles: admins},
	"GET /alerts/dead-man":                   {roles: admins},
	"PUT /alerts/dead-man":                   {body: `{"url":"nowhere"}`, roles: admins},
	"GET /shifts/{id}":                       {roles: watches},
	"POST /shifts/{id}":                      {body: `{"act":"withdraw"}`, roles: []playlists.Role{playlists.WatchOfficer}},
	"GET /shifts/{id}/sheet":                 {query: "?day=2026-08-05", roles: watches},
	"PUT /shifts/{id}/staffing":              {body: `{"from":"x","until":"","version":0}`, roles: machines},
	"GET /slide-templates":                   {roles: everybody},
	"POST /slides":                           {body: `{"template":"tin","language":"vi","title":"","text":"","source":"","date":"","page":"","count":false,"pages":{},"find_id":"","picture":""}`, roles: tray},
	"POST /slides/preview":                   {body: `{"template":"tin","language":"vi","title":"","text":"","source":"","date":"","page":"","count":false,"pages":{},"slide_id":"","find_id":"","picture":"","photo_id":"","keep_picture":false}`, roles: tray},
	"GET /slides/{id}":                       {roles: mediaReads, own: true}, // it is none
	"PUT /slides/{id}":                       {body: `{"revision":99,"template":"tin","language":"vi","title":"x","text":"","source":"","date":"","page":"","count":false,"pages":{},"keep_picture":true}`, roles: editors, own: true},
	"GET /slides/{id}/scans":                 {roles: mediaReads, own: true},
	"GET /scans":                             {roles: everybody}, // of one's own slides
	"POST /orders/{id}/hands":                {body: `{"signature":{"credential":"x","sig":"AAAA"}}`, roles: []playlists.Role{playlists.Approver, playlists.Emergency, playlists.Technician, playlists.Administrator}},
	"POST /safe":                             {body: `{"clusters":["CLUSTER"],"screens":[]}`, roles: []playlists.Role{playlists.WatchOfficer}},
	"GET /publications":                      {roles: planReads},
	"GET /publications/{id}":                 {roles: planReads},
	"GET /watch":                             {roles: watches},
	"GET /restored":                          {roles: watches},
	"GET /incidents":                         {roles: watches},
	"GET /incidents/counts":                  {roles: watches},
	"GET /incidents/{id}":                    {roles: watches},
	"GET /incidents/{id}/handlers":           {roles: handles},
	"POST /incidents/{id}/acknowledge":       {roles: handles},
	"POST /incidents/{id}/release":           {roles: handles},
	"POST /incidents/{id}/comments":          {body: `{"text":""}`, roles: handles},
	"POST /incidents/{id}/hand-over":         {body: `{"to":"aaaaaaaaaaaaaaaa"}`, roles: handles},
	"POST /incidents/{id}/close":             {body: `{"reason":"other"}`, roles: handles},
	"POST /incidents/{id}/reopen":            {body: `{}`, roles: handles},
	"GET /maintenance":                       {roles: watches},
	"POST /maintenance":                      {body: `{"screen_id":"SCREEN","until":"2020-01-01T00:00:00Z","reason":"x"}`, roles: machines},
	"DELETE /maintenance/{id}":               {roles: machines, own: true},
	"GET /runbooks/{name}":                   {roles: everybody},
	"GET /clusters":                          {roles: everybody},
	"POST /clusters":                         {body: `{"name":"","unit_id":"UNIT","place":""}`, roles: admins},
	"PATCH /clusters/{id}":                   {body: `{}`, roles: admins},
	"GET /clusters/{id}/site":                {roles: watches},
	"POST /clusters/{id}/site-pin":           {roles: machines, session: true},
	"GET /clusters/{id}/plan":                {roles: watches},
	"PUT /clusters/{id}/plan":                {body: `{"version":99,"screens":[],"shapes":[]}`, roles: machines}, // an older one
	"GET /screens":                           {roles: seesScreens},
	"POST /screens/claim":                    {body: `{"code":"AAAA-AAAA","name":"x","cluster_id":"CLUSTER","profile":"1080p-landscape","tags":[]}`, roles: machines},
	"GET /screens/{id}":                      {roles: seesScreens},
	"PATCH /screens/{id}":                    {body: `{"profile":"nonsense"}`, roles: machines},
	"DELETE /screens/{id}":                   {roles: machines},
	"POST /screens/{id}/replace":             {body: `{"code":"AAAA-AAAA"}`, roles: machines},
	"GET /screens/{id}/settings":             {roles: watches},
	"PATCH /screens/{id}/settings":           {body: `{"camera":"nonsense"}`, roles: machines},
	"GET /screens/devices":                   {roles: watches},
	"GET /screens/devices.csv":               {roles: watches},
	"GET /screens/{id}/device":               {roles: watches},
	"PUT /screens/{id}/device":               {body: `{"kind":"","sender":{"maker":"","model":"","firmware":""},"receiver":{"maker":"","model":"","firmware":""},"password_holder":"88888888","supplier":"","warranty_until":"","switch":"","text":""}`, roles: machines},
	"POST /screens/{id}/checks":              {body: `{"list":"x","done":[]}`, roles: machines},
	"GET /tickets":                           {roles: machines},
	"POST /tickets":                          {body: `{"cluster_id":"CLUSTER","profile":"1080p-landscape","controller":"nonsense","days":1,"confirm":true,"seats":[{"name":"x"}]}`, roles: machines, session: true},
	"DELETE /tickets/{id}":                   {roles: machines, own: true},
	"POST /tickets/{id}/confirm":             {body: `{"pairing":"aaaaaaaaaaaaaaaa"}`, roles: machines, own: true, session: true},
	"GET /screens/{id}/plays":                {roles: watches},
	"GET /screens/{id}/captures":             {roles: watches},
	"GET /screens/{id}/captures/{digest}":    {roles: watches, own: true}, // none was sent
	"GET /touches":                           {roles: watches},
	"GET /screens/{id}/help":                 {roles: watches},
	"POST /screens/{id}/help":                {body: `{"kind":"refresh","amount":1}`, roles: []playlists.Role{playlists.WatchOfficer, playlists.Technician}, session: true},
	"GET /screens/{id}/help/{command}/log":   {roles: []playlists.Role{playlists.Technician}, own: true},
	"GET /audit":                             {roles: auditors},
	"GET /audit/people":                      {roles: auditors},
	"GET /audit/export":                      {roles: auditors},
	"GET /plays":                             {roles: watches},
	"GET /media/{id}/poster":                 {query: "?profile=1080p-landscape", roles: mediaReads, own: true}, // no bytes behind it
	"GET /media/{id}/thumbnail":              {query: "?profile=1080p-landscape", roles: mediaReads, own: true},
	"GET /media/{id}/source-preview":         {roles: mediaReads, own: true},
	"GET /media/{id}/proxy":                  {roles: mediaReads, own: true},
	"POST /media/{id}/subtitles":             {body: `{"file_name":"x","data":"eA=="}`, roles: editors},
	"GET /media/{id}/subtitles/{number}":     {roles: mediaReads, own: true},
	"GET /media/{id}/renditions/{profile}":   {roles: mediaReads, own: true},
	"GET /playlists/{id}/versions/{version}": {roles: planReads},

	"GET /charter":                                 {roles: everybody},
	"POST /charter/draft":                          {body: `{"expires_at":"2020-01-01T00:00:00Z","lift_threshold":2,"independent_decision":false,"max_unattended_days":30,"people":[]}`, roles: admins},
	"POST /charter":                                {body: `{"envelope":"eA=="}`, roles: admins},
	"GET /signing-credentials":                     {roles: everybody},
	"POST /signing-credentials/key-file":           {body: `{"password":"x","label":"x","public_key":"eA=="}`, roles: everybody, session: true},
	"POST /signing-credentials/passkey/begin":      {body: `{"password":"x"}`, roles: everybody, session: true},
	"POST /signing-credentials/passkey/finish":     {body: `{"label":"x","response":{}}`, roles: everybody, session: true},
	"POST /signing-credentials/independent/begin":  {body: `{"password":"x"}`, roles: everybody, session: true},
	"POST /signing-credentials/independent/finish": {body: `{"label":"x","algorithm":"ES256","public_key":"eA==","credential_id":"eA==","sig":"eA==","authenticator_data":"eA==","client_data":"eA=="}`, roles: everybody, session: true},
	"DELETE /signing-credentials/{id}":             {roles: everybody, session: true},
	// Without a charter nobody signs: all are told so.
	"POST /decisions/prepare": {body: `{"act":"review","items":[{"media_id":"MEDIA","seen":[]}]}`, roles: everybody},
	"POST /decisions":         {body: `{"statements":["eA=="],"signature":{"credential":"x","sig":"eA=="}}`, roles: everybody},
}

// TestEveryCallByEveryRole holds the whole API to the table of rights: who may
// not make a call is refused or told that nothing is there, without change.
func TestEveryCallByEveryRole(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	w := sqlstoretest.At(t, filepath.Join(data, "cotmoc.db"))
	author := w.Person("author", "unit", playlists.Contributor)
	w.Person("root", "unit", playlists.Administrator) // so that no one is the last
	media := w.Media("flag", author, playlists.Terms{})
	tokens := map[playlists.Role]string{"": ""}
	for _, r := range playlists.Roles() {
		p := w.Person(strings.ReplaceAll(string(r), "_", "."), "unit", r)
		_, secret, err := w.People.AddToken(t.Context(), p, "test", w.Clock.Now().AddDate(10, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		tokens[r] = secret
	}
	w.Exec(`insert into incidents (id, rule, screen_id, cluster_id, unit_id, severity, rank, code, params, since, opened_at, mark) values (?, 'offline', ?, ?, ?, 'warning', 2, 'silent', '{}', 1, 1, 'silent')`,
		playliststest.ID("incident"), playliststest.ID("screen"), playliststest.ID("cautreo"), playliststest.ID("unit"))
	root, _ := start(t, data)
	// Each person asks from an address of their own: limits go by addresses.
	clients := map[string]*http.Client{}
	from := func(token string) *http.Client {
		if clients[token] == nil {
			own := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+len(clients)))}}
			transport := &http.Transport{DialContext: own.DialContext}
			t.Cleanup(transport.CloseIdleConnections)
			clients[token] = &http.Client{Transport: transport}
		}
		return clients[token]
	}
	once := func(token, method, path, body string) (int, []byte) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, root+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := from(token).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, b
	}
	// So much at once may be too much for an address.
	at := func(token, method, path, body string) (int, []byte) {
		t.Helper()
		for {
			status, b := once(token, method, path, body)
			if status != http.StatusTooManyRequests || !bytes.Contains(b, []byte("too_many_requests")) {
				return status, b
			}
		}
	}
	made := func(path, body string) string {
		t.Helper()
		status, b := at(tokens[playlists.Editor], http.MethodPost, path, body)
		var out struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(b, &out); err != nil || status != http.StatusOK || out.ID == "" {
			t.Fatalf("POST %s: %d %s", path, status, b)
		}
		return out.ID
	}
	playlist := made("/playlists", `{"title":"Vòng lặp"}`)
	entry := made("/schedule/entries", fmt.Sprintf(`{"title":"Hằng ngày","playlist_id":%q,"target":{"clusters":[%q],"screens":[],"tags":[]},"rule":{"from":"","until":"","weekdays":[],"windows":[]},"priority":1,"enabled":true}`, playlist, playliststest.ID("cautreo")))
	publication := made("/publish", `{"note":""}`)
	places := strings.NewReplacer("UNIT", string(playliststest.ID("unit")), "PLAYLIST", playlist, "SCREEN", string(playliststest.ID("screen")),
		"MEDIA", string(media), "CLUSTER", string(playliststest.ID("cautreo")), "{profile}", "1080p-landscape", "{version}", "1", "{number}", "1",
		"{digest}", strings.Repeat("0", 64), "{sha256}", "00", "{move}", "start", "{name}", "offline", "{command}", "aaaaaaaaaaaaaaaa")
	ids := map[string]string{
		"people": string(author.ID), "units": string(playliststest.ID("unit")), "media": string(media), "playlists": playlist, "schedule": entry,
		"publications": publication, "clusters": string(playliststest.ID("cautreo")), "screens": string(playliststest.ID("screen")), "orders": "aaaaaaaaaaaaaaaa", "me": "aaaaaaaaaaaaaaaa", "tokens": "aaaaaaaaaaaaaaaa", "uploads": "aaaaaaaaaaaaaaaa",
		"signing-credentials": "aaaaaaaaaaaaaaaa", "sources": "aaaaaaaaaaaaaaaa", "slides": "aaaaaaaaaaaaaaaa",
		"themes": "chudeiuuaaaaaaaa", "folders": "aaaaaaaaaaaaaaaa", "maintenance": "aaaaaaaaaaaaaaaa", "tickets": "aaaaaaaaaaaaaaaa",
		"releases": "aaaaaaaaaaaaaaaa", "release-plans": "aaaaaaaaaaaaaaaa",
		"incidents": string(playliststest.ID("incident")), "alerts": "aaaaaaaaaaaaaaaa", "shifts": string(playliststest.ID("cautreo")),
	}

	for _, call := range calls(t) {
		r, ok := rights[call]
		if !ok {
			t.Errorf("%s has no row in the table of rights", call)
			continue
		}
		method, path, _ := strings.Cut(call, " ")
		resource := strings.Split(path, "/")[1]
		path = places.Replace(strings.ReplaceAll(path, "{id}", ids[resource]) + r.query)
		allowed := func(role playlists.Role) bool { return slices.Contains(r.roles, role) }
		roles := append([]playlists.Role{""}, playlists.Roles()...)
		slices.SortStableFunc(roles, func(a, b playlists.Role) int { // what may change something comes last
			switch {
			case allowed(a) == allowed(b):
				return 0
			case allowed(b):
				return -1
			}
			return 1
		})
		for _, role := range roles {
			status, body := at(tokens[role], method, path, places.Replace(r.body))
			var problem struct{ Code, Reason string }
			if status >= 400 && (json.Unmarshal(body, &problem) != nil || problem.Reason == "") {
				t.Errorf("%s as %q: %d without a problem: %s", call, role, status, body)
			}
			refused := status == http.StatusForbidden || status == http.StatusNotFound
			switch {
			case status >= 500:
				t.Errorf("%s as %q: %d %s", call, role, status, body)
			case role == "":
				if status != http.StatusUnauthorized && !(call == "DELETE /session" && status == http.StatusNoContent) {
					t.Errorf("%s as nobody: %d %s", call, status, body)
				}
			case r.session:
				if problem.Reason != "session_required" {
					t.Errorf("%s with a token: %d %s", call, status, body)
				}
			case !allowed(role) && !refused:
				t.Errorf("%s as %s: %d %s, want a refusal", call, role, status, body)
			case allowed(role) && (status == http.StatusForbidden || status == http.StatusUnauthorized || status == http.StatusNotFound && !r.own && !changes(method)):
				t.Errorf("%s as %s: %d %s, want an answer", call, role, status, body)
			}
		}
	}
}

// changes tells that a call may take away what it is about.
func changes(method string) bool { return method == http.MethodDelete || method == http.MethodPost }

// calls lists the API from its own document, deletions last.
func calls(t testing.TB) []string {
	t.Helper()
	document, err := app.OpenAPI("test")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.NewDecoder(bytes.NewReader(document)).Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	for path, operations := range doc.Paths {
		for method := range operations {
			if call := strings.ToUpper(method) + " " + strings.TrimPrefix(path, "/api/v1"); !strings.HasPrefix(call, "POST /session") { // those are for nobody yet
				out = append(out, call)
			}
		}
	}
	weight := func(call string) string {
		switch {
		case strings.HasPrefix(call, "DELETE /playlists"):
			return "1" + call // while an entry plays it
		case strings.HasPrefix(call, "DELETE"):
			return "2" + call
		}
		return "0" + call
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(weight(a), weight(b)) })
	if doc.OpenAPI != "3.1.0" || len(out) < 50 {
		t.Fatalf("OpenAPI %s with %d calls", doc.OpenAPI, len(out))
	}
	return out
}
