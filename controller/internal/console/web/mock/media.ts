import { createHash } from "node:crypto";
import type { Fit, Media, MediaState } from "../src/api/types.ts";
import { people } from "./people.ts";
import { drawing } from "./pictures.ts";
import { titleOf } from "./titles.ts";

export const profiles = ["1080p-landscape", "1080p-portrait"];
const states: MediaState[] = [
  "approved",
  "approved",
  "approved",
  "submitted",
  "approved",
  "reviewed",
  "draft",
  "returned",
];

const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();
const named = (i: number) => {
  const p = people[i] ?? people[0];
  return { id: p?.id ?? "", name: p?.name ?? "" };
};

export function makeMedia(n: number, state: MediaState, author = 0): Media {
  const video = n % 4 === 1;
  const fit: Fit = { mode: n % 3 === 0 ? "cover" : "contain", x: 0.5, y: 0.5 };
  const reviewed = state === "reviewed" || state === "approved";
  const decisions: Media["decisions"] = [];
  const add = (decision: Media["decisions"][number]["decision"], who: number, ago: number, reason = "") =>
    decisions.push({
      id: `d${n}-${decisions.length}`,
      decision,
      person: named(who),
      at: hours(ago),
      reason,
      declared: decision === "submit",
    });
  if (state !== "draft" && state !== "processing" && state !== "failed") add("submit", author, n + 20);
  if (reviewed) add("review", 1, n + 12);
  if (state === "approved") add("approve", 2, n + 6);
  if (state === "returned") add("return", 1, n + 6, "Chữ phụ đề tiếng Lào ở cuối video bị cắt. Xin dựng lại.");
  return {
    id: `m${n}`,
    kind: video ? "video" : "image",
    title: titleOf(n),
    description: n % 2 ? "Ảnh do phòng Thông tin đối ngoại cung cấp, dùng tại các cụm cửa khẩu." : "",
    languages: n % 5 === 0 ? ["vi", "lo"] : ["vi"],
    unit: { id: "u1", name: "Sở Văn hóa, Thể thao và Du lịch Hà Tĩnh" },
    author: named(author),
    state,
    mark: 1,
    folder_id: "",
    tags: [],
    themes: [],
    revision: 1,
    source: {
      file_name: video ? `DSC_${1000 + n}.mp4` : `DSC_${1000 + n}.jpg`,
      size: video ? 48_300_000 + n * 91_000 : 4_200_000 + n * 37_000,
      sha256: String(n).padStart(64, "0"),
      mime: video ? "video/mp4" : "image/jpeg",
      width: 3840,
      height: n % 7 === 0 ? 2560 : 2160,
      duration_ms: video ? 15_000 + (n % 6) * 5_000 : 0,
    },
    fits: Object.fromEntries(profiles.map((p) => [p, { ...fit }])),
    excerpt: {
      from_ms: 0,
      until_ms: 0,
      crop: { x: 0, y: 0, width: 0, height: 0 },
      silent: false,
      audio: 0,
      subtitles: 0,
    },
    tracks: { known: true, frame_rate: video ? 25 : 0, audio: [], subtitles: [] },
    proxy_url: "",
    territory: ["*"],
    valid_from: null,
    valid_until: n % 9 === 4 ? new Date(Date.now() + 5 * 86_400_000).toISOString() : null,
    rights_basis: n % 2 ? "Tự sản xuất" : "Cổng thông tin vietnam.vn",
    origin:
      n % 2
        ? {
            page: "",
            publisher: "",
            creator: "",
            published_at: null,
            fetched_at: null,
            page_sha256: "",
            authors: false,
          }
        : {
            page: `https://www.vietnam.vn/bai-${n}`,
            publisher: "Báo Hà Tĩnh",
            creator: "",
            published_at: new Date(Date.UTC(2026, 10, 1)).toISOString(),
            fetched_at: new Date(Date.UTC(2026, 10, 2)).toISOString(),
            page_sha256: String(n).padStart(64, "1"),
            authors: false,
          },
    renditions:
      state === "processing" || state === "failed"
        ? []
        : profiles.map((profile, i) => {
            const [width, height] = i === 0 ? [1920, 1080] : [1080, 1920];
            const url = `/api/v1/pictures/${n}/${width}x${height}.svg`;
            const digest = createHash("sha256")
              .update(drawing(url.replace("/api/v1", "")))
              .digest("hex");
            // The mock has no encoder: its "videos" are stills that last.
            return {
              profile,
              digest,
              size: 1_900_000 + n * 9_000,
              mime: "image/webp",
              width,
              height,
              duration_ms: video ? 15_000 : 0,
              has_audio: video && n % 8 === 1,
              url,
              poster_url: url,
              approved: state === "approved",
            };
          }),
    to_decide: profiles,
    supplement: false,
    thumbnail_url: `/api/v1/pictures/${n}/480x270.svg`,
    job: null,
    decisions,
    used_in: n < 12 && state === "approved" ? [{ id: "pl1", title: "Chương trình ngày thường" }] : [],
    created_at: hours(n + 21),
    updated_at: hours(n / 2),
    held: null,
    expires_soon: n % 9 === 4,
    may: { edit: false, submit: false, review: false, approve: false, withdraw: false, delete: false, arrange: false },
  };
}

export const media: Media[] = Array.from({ length: 60 }, (_, n) =>
  makeMedia(n, states[n % states.length] ?? "draft", n % 8 === 7 ? 0 : n % 5 === 3 ? 4 : 0),
);

/** The item as one person sees it: what this person may do depends on state and on who acted before. */
export function seenBy(item: Media, personId: string): Media {
  const own = item.author.id === personId;
  const decided = item.decisions.some((d) => d.person.id === personId);
  const editor = personId === "p1" || personId === "p5";
  const open = item.state === "draft" || item.state === "returned";
  return {
    ...item,
    may: {
      edit: editor && open,
      submit: editor && open && item.renditions.length > 0,
      review: (personId === "p2" || personId === "p5") && item.state === "submitted" && !own,
      approve: (personId === "p3" || personId === "p5") && item.state === "reviewed" && !own && !decided,
      withdraw: (personId === "p3" || personId === "p5") && item.state === "approved",
      delete: editor && (open || item.state === "failed"),
      arrange: editor,
    },
  };
}
