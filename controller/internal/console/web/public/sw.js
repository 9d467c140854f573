// Lets the console be installed and open without a line. It keeps the empty page
// and the files it is built of, which are the same for everybody, and never an
// answer of the API: what was last seen of the screens is kept by the page itself
// (lastBoard.ts), for one person and until the log-out.
const cacheName = "cotmoc-page-1";
const mostFiles = 250;
const page = "/screens";

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(cacheName);
    await cache.add(new Request(page, { cache: "reload" }));
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name !== cacheName) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/") || url.pathname.startsWith("/q/")) return;
  if (request.mode === "navigate") event.respondWith(pageOf(request, url));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(assetOf(request));
  else if (/^\/(theme\.js|[\w-]+\.svg|manifest\.webmanifest)$/.test(url.pathname)) event.respondWith(freshOf(request));
});

// The page as the server gives it, which is empty of people; the last one when
// there is no line.
async function pageOf(request, url) {
  const cache = await caches.open(cacheName);
  try {
    const answer = await fetch(request);
    if (answer.ok && url.pathname.startsWith(page)) await cache.put(page, answer.clone());
    return answer;
  } catch {
    return (await cache.match(page)) ?? Response.error();
  }
}

// Files whose names carry a hash never change.
async function assetOf(request) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.put(request, answer.clone());
    const all = (await cache.keys()).filter((r) => new URL(r.url).pathname.startsWith("/assets/"));
    for (const old of all.slice(0, Math.max(0, all.length - mostFiles))) await cache.delete(old);
  }
  return answer;
}

async function freshOf(request) {
  const cache = await caches.open(cacheName);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}
