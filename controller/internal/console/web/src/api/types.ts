/** Shapes of the controller's API as the console uses them. Times are RFC 3339 UTC, local dates 2026-08-05. */

export type Locale = "vi" | "en" | "lo";
export type Theme = "auto" | "light" | "dark";
export type Place = "overview" | "content" | "review" | "playlists" | "schedule" | "screens" | "reports" | "admin";
export type Role =
  | "contributor"
  | "editor"
  | "reviewer"
  | "approver"
  | "emergency"
  | "watch_officer"
  | "technician"
  | "administrator"
  | "inspector";
export type ProfileId = string;
/** How a person signs. */
export type CredentialKind = "key_file" | "passkey";

export interface Page<T> {
  items: T[];
  next_cursor: string;
  total: number;
}
export interface Named {
  id: string;
  name: string;
}
export interface Titled {
  id: string;
  title: string;
}
export interface MediaRef {
  media_id: string;
  title: string;
}
export interface Reason {
  reason: string;
  params?: Record<string, unknown>;
}
/** One role within a unit or all ("") and a cluster or all (""). */
export interface Grant {
  role: Role;
  unit_id: string;
  cluster_id: string;
}
export interface Me {
  id: string;
  login: string;
  name: string;
  locale: Locale;
  theme: Theme;
  unit: Named;
  grants: Grant[];
  rights: string[];
  places: Place[];
}
/** An act as the audit log keeps it; the detail's name is what the subject was called then. */
export interface AuditEntry {
  seq: number;
  at: string;
  actor: Named;
  kind: string;
  subject: string;
  detail: Record<string, unknown>;
  hash: string;
}
export interface Token {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  secret?: string;
}
export interface Passkey {
  id: string;
  label: string;
  created_at: string;
  last_used_at: string | null;
}
/** A browser that somebody is logged in with. */
export interface Session {
  id: string;
  browser: string;
  system: string;
  address: string;
  method: "password" | "totp" | "recovery" | "passkey";
  created_at: string;
  last_seen_at: string;
  current: boolean;
}
/** How somebody logs in; passkeys work at one address only. */
export interface Security {
  totp_since: string | null;
  recovery_codes: number;
  passkeys: Passkey[];
  sessions: Session[];
  url: string;
}
/** A secret for an authenticator, to type or to scan. */
export interface Enrolment {
  secret: string;
  url: string;
  qr: { size: number; path: string };
}
export interface Person {
  id: string;
  login: string;
  name: string;
  unit: Named;
  grants: Grant[];
  disabled: boolean;
  last_login_at: string | null;
  created_at: string;
}
export interface Unit {
  id: string;
  name: string;
  short_name: string;
  names: { name: string; from: string }[];
  successors: Named[];
  ended_on: string | null;
  people_count: number;
}

export type MediaState =
  | "processing"
  | "failed"
  | "draft"
  | "submitted"
  | "reviewed"
  | "approved"
  | "returned"
  | "withdrawn";
export type MediaKind = "image" | "video";
/** How a source is laid into a screen shape; x and y are the focus, 0 to 1. */
export interface Fit {
  mode: "contain" | "cover";
  x: number;
  y: number;
}
export interface Rendition {
  profile: ProfileId;
  digest: string;
  size: number;
  mime: string;
  width: number;
  height: number;
  duration_ms: number;
  has_audio: boolean;
  url: string;
  poster_url: string;
  /** An approval in force is over these very bytes. */
  approved: boolean;
}
export interface Decision {
  id: string;
  decision: "submit" | "review" | "approve" | "return" | "withdraw";
  person: Named;
  at: string;
  reason: string;
  /** Of a submission: nothing secret in it, nobody's data without consent. */
  declared: boolean;
}
export interface Job {
  state: "queued" | "running" | "done" | "failed";
  stage: string;
  progress: number;
  reason: string;
  params?: Record<string, unknown>;
}
/** A part of a picture, in pixels of the source as it is displayed; all zero for the whole. */
export interface Crop {
  x: number;
  y: number;
  width: number;
  height: number;
}
/** What of a media is shown, in every profile. */
export interface Excerpt {
  from_ms: number;
  /** 0 for the end. */
  until_ms: number;
  crop: Crop;
  silent: boolean;
  /** Counted from 1; 0 for the sound that the file prefers. */
  audio: number;
  /** Counted from 1; 0 for none. */
  subtitles: number;
}
export interface Track {
  language: string;
  title: string;
  default: boolean;
  file: boolean;
  cues: number;
  /** Why these subtitles cannot be burnt in. */
  reason: string;
  params: Record<string, unknown>;
}
export interface Tracks {
  known: boolean;
  frame_rate: number;
  audio: Track[];
  subtitles: Track[];
}
export interface Media {
  id: string;
  kind: MediaKind;
  title: string;
  description: string;
  languages: string[];
  unit: Named;
  author: Named;
  state: MediaState;
  revision: number;
  /** Rises with every change, of how it is arranged too. */
  mark: number;
  folder_id: string;
  tags: string[];
  themes: string[];
  source: {
    file_name: string;
    size: number;
    sha256: string;
    mime: string;
    width: number;
    height: number;
    duration_ms: number;
  };
  fits: Record<ProfileId, Fit>;
  excerpt: Excerpt;
  tracks: Tracks;
  proxy_url: string;
  territory: string[];
  valid_from: string | null;
  valid_until: string | null;
  rights_basis: string;
  origin: {
    page: string;
    publisher: string;
    creator: string;
    published_at: string | null;
    fetched_at: string | null;
    page_sha256: string;
    /** It is its author's own: the rights basis must name the author's permission. */
    authors: boolean;
  };
  renditions: Rendition[];
  /** Whose renditions the next decision is over. */
  to_decide: ProfileId[];
  /** What is to be decided was added to an approved version. */
  supplement: boolean;
  thumbnail_url: string;
  job: Job | null;
  decisions: Decision[];
  used_in: Titled[];
  created_at: string;
  updated_at: string;
  expires_soon: boolean;
  /** Programmes leave it out until somebody has looked at the page it came from. */
  held: { change_id: string; why: "changed" | "gone"; since: string } | null;
  may: {
    edit: boolean;
    submit: boolean;
    review: boolean;
    approve: boolean;
    withdraw: boolean;
    delete: boolean;
    arrange: boolean;
  };
}
export interface MediaPatch {
  revision: number;
  title?: string;
  description?: string;
  languages?: string[];
  territory?: string[];
  valid_from?: string | null;
  valid_until?: string | null;
  rights_basis?: string;
  publisher?: string;
  creator?: string;
  published_at?: string | null;
  fits?: Record<ProfileId, Fit>;
  excerpt?: Excerpt;
}
export interface Queue {
  review: Media[];
  approve: Media[];
  mine_returned: Media[];
  /** Decided before without a signature that counts now. */
  review_again: Media[];
  approve_again: Media[];
  /** Approved, with renditions that were added since. */
  review_more: Media[];
  approve_more: Media[];
}
export interface UploadResult {
  media_id: string;
  duplicate_of?: { id: string; title: string; state: MediaState } | null;
  error?: Reason | null;
}

export type Transition = "cut" | "fade";
export interface PlaylistItem {
  id: string;
  media_id: string;
  media: {
    title: string;
    kind: MediaKind;
    state: MediaState;
    thumbnail_url: string;
    duration_ms: number;
    expires_at: string | null;
  };
  duration_ms: number;
  transition: Transition;
}
export interface Completeness {
  profile: ProfileId;
  ready: number;
  of: number;
}
export interface Playlist {
  id: string;
  title: string;
  unit: Named;
  version: number;
  published_version: number;
  items: PlaylistItem[];
  total_ms: number;
  completeness: Completeness[];
  used_by: { entry_id: string; title: string }[];
  updated_at: string;
  updated_by: Named;
}
export interface PlaylistVersion {
  version: number;
  title: string;
  at: string;
  by: Named;
  items_count: number;
  total_ms: number;
  published: boolean;
}
export interface PlaylistPut {
  base_version: number;
  title: string;
  items: { id?: string; media_id: string; duration_ms: number; transition: Transition }[];
}

export interface Target {
  clusters: string[];
  screens: string[];
  tags: string[];
}
/** until is inclusive; weekdays count from 1 = Monday, none = every day; no window = all day. */
export interface Rule {
  from: string;
  until: string;
  weekdays: number[];
  windows: { start: string; end: string }[];
}
export interface EntryBody {
  title: string;
  playlist_id: string;
  target: Target;
  rule: Rule;
  priority: number;
  enabled: boolean;
}
export interface Entry extends EntryBody {
  id: string;
  playlist_title: string;
  version: number;
  published: boolean;
  changed: boolean;
}
export interface Block {
  entry_id: string;
  title: string;
  playlist_title: string;
  screen_id: string;
  start: string;
  end: string;
  priority: number;
  wins: boolean;
  hidden_by: string[];
}
export interface Week {
  days: string[];
  screens: { id: string; name: string; cluster_id: string }[];
  blocks: Block[];
}
export interface PreviewMedia {
  id: string;
  title: string;
  kind: MediaKind;
  thumbnail_url: string;
  rendition_url: string;
}
export interface Preview {
  screen: Named;
  at: string;
  kind: "item" | "slate";
  entry: Titled | null;
  playlist: Titled | null;
  media: PreviewMedia | null;
  slot_start: string;
  slot_end: string;
  offset_ms: number;
  eligible: { entry_id: string; title: string; priority: number }[];
  next: { media: PreviewMedia | null; slot_start: string; slot_end: string }[];
  held: Titled[];
}
export interface Slate {
  profile: ProfileId;
  media: { id: string; title: string; thumbnail_url: string } | null;
}

export interface ScreenChange {
  screen: { id: string; name: string; cluster: Named };
  changed: boolean;
  added: MediaRef[];
  removed: MediaRef[];
  entries_added: Titled[];
  entries_removed: Titled[];
  bytes_to_fetch: number;
  eta_s: number;
  first_show_at: string | null;
}
export interface PublishPreview {
  changes: ScreenChange[];
  blocked: Reason[];
  /** Approved, but not for some screens. */
  left_out: { screen_id: string; entry_id: string; media_id: string; reason: string }[];
  held: MediaRef[];
  since: { publication_id: string; at: string; by: Named } | null;
}
export type Stage = "desired" | "received" | "cached" | "scheduled" | "shown";
export interface Publication {
  id: string;
  at: string;
  by: Named;
  note: string;
  kind: "publish" | "withdrawal" | "new_screen" | "charter" | "supplement" | "hold" | "release";
  screens: { screen_id: string; name: string; counter: number; stage: Stage; at: string }[];
}

export type ScreenStatus = "playing" | "slate" | "behind" | "wrong" | "late" | "offline" | "never" | "resting";
export interface Problem {
  code: string;
  params?: Record<string, unknown>;
  since: string;
}
/** What a screen goes by beside its programme. */
export interface Trust {
  charter: { held: number; wanted: number } | null;
  orders: { held: number; wanted: number } | null;
  latched: { id: string; kind: "takedown" | "safe" | "bulletin"; local: boolean; since: string }[];
  heard_at: string | null;
  late_at: string | null;
  refused: Record<string, number>;
}
/** Who looked at a screen's glass: nearer to people, the later. */
export type Witness = "browser" | "display" | "camera";
export type Finding = "right" | "unsure" | "wrong" | "black" | "frozen" | "blind";
/** What a screen looked like. */
export interface GlassPicture {
  witness: Witness;
  finding: Finding;
  at: string;
  url: string;
  width: number;
  height: number;
}
export interface Capture extends GlassPicture {
  digest: string;
  wanted_id: string;
}
/** The newest of each witness, and a page of what is kept as evidence. */
export interface Captures {
  newest: Capture[];
  items: Capture[];
  next_cursor: string;
  total: number;
}
export interface ScreenState {
  id: string;
  name: string;
  cluster: Named;
  profile: ProfileId;
  tags: string[];
  state: ScreenStatus;
  reason: { code: string; params?: Record<string, unknown> } | null;
  since: string;
  showing: {
    kind: "item" | "slate" | "pairing" | "bulletin" | "pages" | "none";
    media_id: string;
    title: string;
    thumbnail_url: string;
    digest: string;
    since: string;
  } | null;
  due: (MediaRef & { thumbnail_url: string; digest: string }) | null;
  capture: GlassPicture | null;
  programme: {
    wanted: { counter: number; issued_at: string | null } | null;
    held: { counter: number; issued_at: string | null } | null;
  };
  delivery: { stage: Stage; bytes_done: number; bytes_total: number; eta_s: number } | null;
  disk: { free: number; total: number } | null;
  clock: { state: "trusted" | "plausible" | "lost"; offset_ms: number } | null;
  trust: Trust | null;
  version: string;
  /** What it does about its own program; null when it never said. */
  update?: { state: string; version: string; reason: string } | null;
  boot_id: string;
  last_seen_at: string | null;
  player_url: string;
  problems: Problem[];
}
export interface Watch {
  now: string;
  screens: ScreenState[];
}
export interface ProgrammeNumber {
  epoch: number;
  counter: number;
}
/** A screen that is told nothing new. */
export interface WaitingScreen {
  id: string;
  name: string;
  cluster: string;
  since: string;
  ours: ProgrammeNumber;
  held: ProgrammeNumber | null;
  charter: number;
}
export interface Restored {
  waiting: boolean;
  ahead: WaitingScreen[];
  unheard: WaitingScreen[];
}
/** The page that the screens of a cluster serve at their site. */
export interface Site {
  pin_set_at: string | null;
  screens: SiteScreen[];
}
export interface SiteScreen {
  screen: Named;
  /** Addresses with port. */
  pages: string[];
  /** SHA-256 of the page's certificate. */
  fingerprint: string;
  addresses: string[];
  said_at: string | null;
}
export interface Cluster {
  id: string;
  name: string;
  place: string;
  unit: Named;
  tenures: { unit: Named; from: string; until: string | null }[];
  screen_count: number;
}
export interface Screen {
  id: string;
  name: string;
  cluster: Named;
  profile: ProfileId;
  tags: string[];
  time_zone: string;
}
export interface Play {
  id: string;
  screen: Named;
  /** Null for a bulletin. */
  media: Titled | null;
  /** The order whose text was shown. */
  bulletin: Titled | null;
  digest: string;
  started_at: string;
  duration_ms: number;
  clock_state: "trusted" | "plausible" | "lost";
  complete: boolean;
  /** A visitor had opened it by touch. */
  touched: boolean;
}

/** How often visitors have opened one media on one day. */
export interface Touches {
  day: string;
  media: Titled;
  count: number;
  duration_ms: number;
}
