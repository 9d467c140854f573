// One media as it would be signed: every rendition, hashed over the very bytes
// that are shown, and every field of the statement.
import { say, spoken } from "./words.js";

export class Refused extends Error {
  constructor(reason, detail = "") {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

export function make(tag, props = {}, ...children) {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...children);
  return e;
}

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");

function when(ms) {
  const at = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
  return `${at.format(new Date(ms)).replace(",", "")} (UTC+7)`;
}

function languageName(code) {
  try {
    return `${new Intl.DisplayNames([spoken()], { type: "language" }).of(code)} (${code})`;
  } catch {
    return code;
  }
}

const lines = (all) => all.map((one) => make("div", {}, one));

function ids(all, names) {
  return all.map((id) => {
    if (id === "*") return make("div", {}, say("everywhere"));
    const row = make("div", {}, make("code", {}, id));
    if (names[id]) row.append(make("small", {}, say("named", { name: names[id] })));
    return row;
  });
}

// How each field of a statement is shown. One that is missing here is not
// signed: see rows.
const outer = {
  _type: (s) => [make("code", {}, s._type)],
  subject: null, // the renditions themselves
  predicateType: (s) => [make("code", {}, s.predicateType)],
  predicate: null, // below
};
const inner = {
  act: (p) => [say(`act.${p.act}`)],
  title: (p) => [p.title],
  person_name: (p) => [p.person_name],
  territory: (p, v) => ids(p.territory, v.clusters),
  languages: (p) => lines(p.languages.length ? p.languages.map(languageName) : [say("none")]),
  valid_from: (p) => [p.valid_from ? when(p.valid_from) : say("now")],
  valid_until: (p) => [p.valid_until ? when(p.valid_until) : say("no-end")],
  rights_basis: (p) => [p.rights_basis || say("none")],
  origin: (p) => [origin(p.origin)],
  author: (p, v) => [make("code", {}, p.author), ...(v.author ? [make("small", {}, say("named", { name: v.author }))] : [])],
  revision: (p) => [String(p.revision)],
  decided_at: (p) => [when(p.decided_at)],
  reason: (p) => [p.reason || say("none")],
  media: (p) => [make("code", {}, p.media)],
  person: (p) => [make("code", {}, p.person)],
};

// Where the media comes from, all of it: what is empty is said to be.
const from = {
  page: (o) => [o.page || say("none")],
  canonical: (o) => [o.canonical || say("none")],
  publisher: (o) => [o.publisher || say("none")],
  author: (o) => [o.author || say("none")],
  published_at: (o) => [o.published_at ? when(o.published_at) : say("none")],
  fetched_at: (o) => [o.fetched_at ? when(o.fetched_at) : say("none")],
  page_sha256: (o) => [o.page_sha256 ? make("code", {}, o.page_sha256) : say("none")],
  media_sha256: (o) => [make("code", {}, o.media_sha256)],
};

function origin(o) {
  const list = make("dl");
  rows(list, o, from, null);
  return list;
}

function rows(list, object, known, view) {
  for (const field of Object.keys(object)) {
    if (!(field in known)) throw new Refused("not_shown", field);
  }
  for (const [field, show] of Object.entries(known)) {
    if (!(field in object)) throw new Refused("not_shown", field);
    if (show === null) continue;
    list.append(make("dt", {}, say(`field.${field}`)), make("dd", { className: field === "title" || field === "act" ? "big" : "" }, ...show(object, view)));
  }
}

// terms shows all that is signed beside the renditions.
export function terms(view) {
  const list = make("dl");
  rows(list, view.statement.predicate, inner, view);
  rows(list, view.statement, outer, view);
  return list;
}

// renditions shows each rendition and resolves to the digests of the bytes that
// are shown, by profile.
export function renditions(view, into) {
  const subjects = view.statement.subject;
  if (subjects.length !== view.files.length) throw new Refused("not_shown", "subject");
  return Promise.all(
    subjects.map(async (subject, i) => {
      const file = view.files[i];
      if (file.profile !== subject.name || subject.mediaType !== file.mime || Object.keys(subject).length !== 3 || Object.keys(subject.digest).length !== 1) throw new Refused("not_shown", "subject");
      const state = make("span", { className: "wait" }, say("hashing"));
      const heading = make("h3", {}, say("profile", { profile: say(subject.name), width: file.width, height: file.height }));
      const figure = make("figure", { className: "card" }, heading);
      into.append(figure);
      figure.append(make("figcaption", {}, state, " ", make("code", {}, `sha256 ${subject.digest.sha256} ${subject.mediaType}`)));
      try {
        const bytes = await fetched(view.id, subject.digest.sha256);
        const digest = hex(await crypto.subtle.digest("SHA-256", bytes));
        if (digest !== subject.digest.sha256) throw new Refused("other_bytes", digest);
        const url = URL.createObjectURL(new Blob([bytes], { type: file.mime }));
        heading.after(await (file.mime === "video/mp4" ? video(url) : picture(url)));
        state.className = "ok";
        state.textContent = `✓ ${say("hashed")}`;
        return [subject.name, digest];
      } catch (problem) {
        state.textContent = "✗";
        throw problem;
      }
    }),
  ).then(Object.fromEntries);
}

async function fetched(item, digest) {
  const answer = await fetch(`api/items/${item}/${digest}`);
  if (!answer.ok) throw new Refused("not_seen");
  return answer.arrayBuffer();
}

async function picture(url) {
  const img = make("img", { alt: "", src: url });
  await img.decode().catch(() => {
    throw new Refused("no_picture");
  });
  return img;
}

function video(url) {
  return new Promise((shown, failed) => {
    const film = make("video", { controls: true, playsInline: true, preload: "auto" });
    film.addEventListener("loadeddata", () => shown(make("div", {}, film, make("p", { className: "wait" }, say("played")))), { once: true });
    film.addEventListener("error", () => failed(new Refused("no_picture")), { once: true });
    film.src = url;
  });
}

// release lets go of the bytes that were shown.
export function release(root) {
  for (const e of root.querySelectorAll("figure img, figure video")) URL.revokeObjectURL(e.src);
}
