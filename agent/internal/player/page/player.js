// The screen. It shows what the agent says at the time the agent says, tells
// the agent what frames it has made, and goes on with what it has when the
// agent is away. Something approved, or the neutral page, always covers it all.
'use strict';

const stage = document.getElementById('stage');
const slateBox = document.getElementById('slate');
const pairing = document.getElementById('pairing');
const codeBox = document.getElementById('code');
const bulletinBox = document.getElementById('bulletin');
const pagesBox = document.getElementById('pages');

const LATE = 1000;       // ms the old picture may stay for one that is not ready
const HURRY = 120;       // the same when the old one is withdrawn
const SETTLE = 120;      // ms the old picture stays beneath one that has painted
const LEAD = 24;         // ms from asking for a frame to seeing it: taking over begins that much early
const LOAD = 20000;      // ms after which a picture counts as broken
const STALL = 4000;      // ms after which a video that does not move counts as broken

// ---- time: the agent's clock, by the page's monotonic one ----

let offset = 0;          // effective ms minus performance.now()
let samples = [];        // {rtt, offset}, newest last
const now = () => performance.now() + offset;

function setClock(at) {
  const fresh = at - performance.now();
  if (samples.length === 0 || Math.abs(fresh - offset) > 200) {
    offset = fresh;
    samples = [];
    sync();
  }
}

function sync() { send({ type: 'sync', t0: performance.now() }); }

function synced(t0, at) {
  const t1 = performance.now();
  samples.push({ rtt: t1 - t0, offset: at - (t0 + t1) / 2 });
  if (samples.length > 8) samples.shift();
  offset = samples.reduce((a, b) => (b.rtt < a.rtt ? b : a)).offset;
}

// ---- the agent ----

let socket = null;
let retry = 100;
let build = '';

function send(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function connect() {
  socket = new WebSocket('ws://' + location.host + '/player');
  socket.onopen = () => { retry = 100; samples = []; };
  socket.onclose = () => {
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 500);
  };
  socket.onmessage = (event) => {
    const d = JSON.parse(event.data);
    if (d.type === 'sync') { synced(d.t0, d.now); return; }
    setClock(d.now);
    if (d.type === 'pin') document.dispatchEvent(new CustomEvent('pin', { detail: d.pin }));
    if (d.type === 'reload') location.reload();
    if (d.type === 'hello') {
      if (build && build !== d.build) location.reload();
      build = d.build;
    }
    if (d.type === 'view') {
      view = d.view;
      document.dispatchEvent(new CustomEvent('view', { detail: view }));
      apply();
    }
  };
}

// ---- pictures ----

const frames = (n, done) => (n === 0 ? done() : requestAnimationFrame(() => frames(n - 1, done)));
const painted = () => new Promise((done) => {
  if (document.hidden) setTimeout(done, 50);
  else frames(2, done);
});
const event = (target, name, ms) => new Promise((done) => {
  target.addEventListener(name, done, { once: true });
  setTimeout(done, ms);
});

// videoFrame waits until a video has handed a frame to the compositor.
const videoFrame = (video, ms) => new Promise((done) => {
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(() => done(true));
  setTimeout(() => done(false), ms);
});

// Layer is one picture, made ready out of sight.
class Layer {
  constructor(slot) {
    this.slot = slot;
    this.video = slot.picture.video;
    this.state = 'loading'; // then ready or failed; gone when released
    this.frames = 0;
    this.element = document.createElement(this.video ? 'video' : 'img');
    this.element.className = 'layer';
    this.element.onerror = () => this.fail(this.video ? mediaError(this.element) : 'the picture cannot be decoded');
    stage.append(this.element);
    this.timer = setTimeout(() => this.fail('it takes too long to load'), LOAD);
    (this.video ? this.loadVideo() : this.loadImage()).then(() => this.become('ready'), (e) => this.fail(String(e.message || e)));
  }

  become(state) {
    if (this.state !== 'loading' && state !== 'gone') return;
    clearTimeout(this.timer);
    this.state = state;
    if (state !== 'gone') apply();
  }

  fail(why) {
    if (this.state === 'failed' || this.state === 'gone') return;
    clearTimeout(this.timer);
    this.state = 'failed';
    send({ type: 'failed', key: this.slot.key, why: why.slice(0, 150) });
    apply();
  }

  async loadImage() {
    this.element.decoding = 'sync'; // with the frame that shows it, never after
    this.element.src = this.slot.picture.url;
    await this.element.decode();
    await painted();
  }

  async loadVideo() {
    const v = this.element;
    v.preload = 'auto';
    v.playsInline = true;
    v.disablePictureInPicture = true;
    const loaded = new Promise((done) => v.addEventListener('loadeddata', done, { once: true }));
    const frame = videoFrame(v, LOAD);
    v.src = this.slot.picture.url;
    await loaded;
    const at = this.position(Math.max(now(), this.slot.from));
    if (at > 0.05) {
      const sought = event(v, 'seeked', LOAD);
      v.currentTime = at;
      await sought;
    }
    // Out of sight a browser may hold the frame back: it is decoded all the same.
    await Promise.race([frame, videoFrame(v, 250)]);
  }

  // position is where in the video the slot is at a time, in seconds.
  position(t) {
    const d = this.element.duration;
    return d > 0 ? (Math.max(0, t - this.slot.start) / 1000) % d : 0;
  }

  // start lets the picture run and tells, once a frame of it was painted,
  // whether there was one.
  async start() {
    if (!this.video) {
      await painted();
      return true;
    }
    const v = this.element;
    const count = () => {
      this.frames++;
      if (this.state !== 'gone') v.requestVideoFrameCallback(count);
    };
    const first = videoFrame(v, LATE);
    if (v.requestVideoFrameCallback) v.requestVideoFrameCallback(count);
    this.loop();
    this.play();
    const seen = await first || !v.requestVideoFrameCallback;
    await painted();
    return seen;
  }

  play() {
    this.element.play().catch((e) => {
      if (e.name !== 'NotAllowedError' || this.element.muted) return;
      this.element.muted = true; // a browser that wants a touch before sound
      this.play();
    });
  }

  // loop repeats a video shorter than its slot, and lets the last round stand
  // on its last frame instead of flashing the first.
  loop() {
    const v = this.element;
    const left = (this.slot.end - now()) / 1000;
    v.loop = left > v.duration - v.currentTime + 0.25;
  }

  // keep holds a running video to the agent's clock, so that the screens of a
  // group stay together.
  keep() {
    const v = this.element;
    this.loop();
    if (v.paused && !v.ended) this.play();
    if (v.ended || v.seeking || !(v.duration > 0)) return;
    let drift = this.position(now()) - v.currentTime;
    if (drift > v.duration / 2) drift -= v.duration;
    if (drift < -v.duration / 2) drift += v.duration;
    if (Math.abs(drift) > 1.5 && v.loop) v.currentTime = this.position(now());
    v.playbackRate = Math.abs(drift) < 0.02 ? 1 : 1 + Math.max(-0.05, Math.min(0.05, drift / 2));
  }

  // moves tells whether there were frames since it was asked last.
  moves() {
    if (!this.video || this.element.ended || !this.element.requestVideoFrameCallback) return true;
    const moved = this.frames !== this.before;
    this.before = this.frames;
    if (moved) this.still = 0;
    else if (!this.still) this.still = performance.now();
    else if (performance.now() - this.still > STALL) this.fail('the video stands still');
    return moved;
  }

  release() {
    this.become('gone');
    this.element.onerror = null;
    this.element.remove();
    if (this.video) {
      this.element.pause();
      this.element.removeAttribute('src');
      this.element.load(); // gives the decoder back at once
    } else {
      this.element.removeAttribute('src');
    }
  }
}

function mediaError(v) {
  return v.error ? 'the video cannot be decoded: ' + v.error.code + ' ' + v.error.message : 'the video cannot be decoded';
}

// ---- what is to be seen ----

let view = null;
let shown = null;        // {slot, layer, filled, painted}: layer null shows the slate or the neutral page
let made = new Map();    // layers by the key of their slot
let slateURL = '';       // of the slate that the view names
let slateSeen = '';      // of the one that is there
let timer = 0;
let raf = 0;

// due is the newest slot of the view that has begun.
function due() {
  const t = now();
  let slot = view.slots[0];
  for (const s of view.slots) if (s.from && s.from - LEAD <= t) slot = s;
  return slot;
}

// apply brings the glass to what is due. It is called whenever something has
// changed, and again when the next thing is due.
function apply() {
  if (!view) return;
  cover();
  const slot = due();
  prepare(slot);
  const layer = made.get(slot.key);
  if (!shown || shown.slot.key !== slot.key || (shown.filled && layer && layer.state === 'ready')) {
    if (slot.kind !== 'item' || layer.state === 'failed') reveal(slot);
    else if (layer.state === 'ready') raise(layer, slot);
    else waitFor(slot);
  } else if (shown.layer && shown.layer.state === 'failed') {
    reveal(slot);
  }
  plan(slot);
}

// prepare makes the layers of what is due and what comes next, and lets go of
// those that are needed no more.
function prepare(slot) {
  const wanted = view.slots.slice(view.slots.indexOf(slot));
  for (const s of wanted) {
    const layer = made.get(s.key);
    if (layer && layer.state !== 'gone') layer.slot = s; // gone: it was let go and comes back
    else if (s.kind === 'item') made.set(s.key, new Layer(s));
  }
  for (const [key, layer] of made) {
    if (wanted.some((s) => s.key === key) || (shown && shown.layer === layer)) continue;
    made.delete(key);
    if (!layer.leaving) layer.release();
  }
}

// plan calls apply when the next slot is due: by a timer until shortly before,
// then frame by frame.
function plan(slot) {
  clearTimeout(timer);
  cancelAnimationFrame(raf);
  const next = view.slots[view.slots.indexOf(slot) + 1];
  if (!next) return;
  const left = next.from - now();
  if (left > LEAD + 40 || document.hidden) timer = setTimeout(apply, Math.min(Math.max(left - LEAD - 25, 1), 1000));
  else raf = requestAnimationFrame(apply);
}

// waitFor lets what shows stay for a moment, then puts the slate in its place.
function waitFor(slot) {
  if (!shown) shown = { slot: { key: '' }, layer: null, filled: true, painted: false };
  if (shown.waits === slot.key) return;
  shown.waits = slot.key;
  setTimeout(() => {
    const layer = made.get(slot.key);
    if (due().key === slot.key && shown.slot.key !== slot.key && layer && layer.state === 'loading') reveal(slot);
  }, view.hurry ? HURRY : LATE);
}

// raise brings a layer that is ready above what shows, which stays beneath it
// until it has painted.
async function raise(layer, slot) {
  const old = shown;
  const mine = shown = { slot, layer, filled: false, painted: false };
  for (const up of stage.querySelectorAll('.rising')) up.classList.replace('rising', 'shown');
  layer.element.classList.add('rising');
  const fade = slot.fade_ms > 0 && now() < slot.start + slot.fade_ms ? slot.fade_ms : 0;
  if (fade) {
    const fading = layer.element.animate([{ opacity: 0 }, { opacity: 1 }], { duration: fade, fill: 'backwards' });
    fading.currentTime = Math.max(0, now() - slot.from);
  }
  if (old && old.layer) old.layer.leaving = true;
  if (await layer.start()) confirm(mine);
  if (shown === mine) bulletinBox.hidden = pagesBox.hidden = true;
  if (old && old.layer) setTimeout(() => old.layer.release(), fade + SETTLE);
  setTimeout(() => layer.element.classList.replace('rising', 'shown'), fade + SETTLE);
}

// reveal takes the layers away, so that the slate or the neutral page beneath
// them is seen.
async function reveal(slot) {
  const old = shown;
  const mine = shown = { slot, layer: null, filled: slot.kind === 'item', painted: false };
  bulletinBox.hidden = slot.kind !== 'bulletin';
  pagesBox.hidden = slot.kind !== 'pages';
  if (slot.kind === 'bulletin') announce(view.bulletin);
  if (old && old.layer) {
    old.layer.leaving = true;
    old.layer.release();
  }
  pairing.hidden = slot.kind !== 'pairing';
  await painted();
  confirm(mine);
}

function confirm(showing) {
  if (shown !== showing || document.hidden) return;
  showing.painted = true;
  let as = 'item';
  if (!showing.layer) as = ['pairing', 'bulletin', 'pages'].includes(showing.slot.kind) ? showing.slot.kind : slateSeen ? 'slate' : 'neutral';
  send({ type: 'shown', key: showing.slot.key, as });
}

// announce puts a signed text on the glass: as text, whatever is in it.
function announce(bulletin) {
  bulletinBox.className = bulletin.level;
  bulletinBox.replaceChildren(...bulletin.text.map((t) => {
    const article = document.createElement('article');
    article.lang = t.language;
    const title = document.createElement('h1');
    title.textContent = t.title;
    const body = document.createElement('p');
    body.textContent = t.body;
    article.append(title, body);
    return article;
  }));
  const length = bulletin.text.reduce((n, t) => n + t.title.length * 2 + t.body.length, 0);
  const size = Math.min(7, 150 / Math.sqrt(length + 60));
  fit(bulletinBox, size);
  document.fonts.ready.then(() => fit(bulletinBox, size)); // letters of another font are of another size
}

// fit makes the letters smaller until every line is on the glass: whoever
// signed it counts on all of it being read.
function fit(box, start) {
  for (let size = start; size > .5; size *= .96) {
    box.style.fontSize = 'max(' + size.toFixed(2) + 'vmin, 14px)';
    const { paddingTop, paddingBottom } = getComputedStyle(box);
    const room = box.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
    const last = box.lastElementChild;
    if (!last || last.offsetTop + last.offsetHeight - box.firstElementChild.offsetTop <= room) return;
  }
}

// cover keeps the slate and the pairing code as the view has them.
function cover() {
  const url = view.slate ? view.slate.url : '';
  if (url !== slateURL) {
    slateURL = url;
    if (!url || view.hurry) {
      slateSeen = '';
      slateBox.replaceChildren();
    }
    if (url) {
      const fresh = document.createElement(view.slate.video ? 'video' : 'img');
      const enter = () => {
        if (slateURL !== url) return;
        slateSeen = url;
        slateBox.replaceChildren(fresh);
      };
      if (view.slate.video) {
        Object.assign(fresh, { muted: true, loop: true, autoplay: true, playsInline: true, onloadeddata: enter, src: url });
      } else {
        Object.assign(fresh, { decoding: 'sync', src: url });
        fresh.decode().then(enter, () => {
          if (slateURL !== url) return;
          slateSeen = '';
          slateBox.replaceChildren();
          send({ type: 'failed', key: view.slots[0].key, why: 'the slate cannot be decoded' });
        });
      }
    }
  }
  const paired = view.slots[0].kind !== 'pairing';
  if (paired) pairing.hidden = true;
  codeBox.textContent = view.code;
  document.getElementById('waiting').classList.toggle('done', view.code !== '');
  document.getElementById('instructions').classList.toggle('early', view.code === '');
}

// ---- each second ----

// beat confirms what is still painted, by a frame of this very moment.
function beat() {
  sync();
  if (view) apply();
  if (!shown || document.hidden) return;
  const showing = shown;
  requestAnimationFrame(() => {
    if (shown !== showing || !showing.painted) return;
    if (showing.layer) {
      if (showing.layer.video) showing.layer.keep();
      if (!showing.layer.moves()) return;
    }
    confirm(showing);
  });
}

setInterval(beat, 1000);
document.addEventListener('visibilitychange', () => {
  if (document.hidden) send({ type: 'hidden' });
  else if (shown) { apply(); confirm(shown); }
});
for (const name of ['contextmenu', 'dragstart', 'selectstart']) {
  document.addEventListener(name, (e) => e.preventDefault());
}
connect();
