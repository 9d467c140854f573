// The way through what a visitor may open. The agent decides what that is and
// what shows; here is only said what was touched.
'use strict';

(() => {
  const grid = document.getElementById('grid');
  const nav = document.getElementById('touch');
  const EVERY = 2000; // ms between two words that somebody is still there
  let pages = [];
  let open = '';         // what is open: a page's key, 'pages', or '' for the loop
  let said = 0;

  const touch = (key) => { said = performance.now(); send({ type: 'touch', key }); };
  const here = () => pages.findIndex((p) => open === p.key);
  const step = (n) => touch(pages[(here() + n + pages.length) % pages.length].key);
  const buttons = {};
  for (const [name, sign, words, act] of [
    ['before', '‹', 'Trang trước', () => step(-1)],
    ['home', '⌂', 'Tất cả các trang', () => touch('')],
    ['after', '›', 'Trang sau', () => step(1)],
    ['away', '×', 'Đóng', () => touch('away')],
  ]) {
    const button = buttons[name] = document.createElement('button');
    button.type = 'button';
    button.id = name;
    button.textContent = sign;
    button.setAttribute('aria-label', words);
    button.addEventListener('click', (event) => { event.stopPropagation(); act(); });
    nav.append(button);
  }

  document.addEventListener('view', ({ detail: view }) => {
    const slot = view.slots[0];
    if (JSON.stringify(view.pages) !== JSON.stringify(pages)) {
      pages = view.pages;
      draw();
    }
    open = slot.kind === 'pages' ? 'pages' : '';
    // The slot names its picture; the page with it is the one that is open.
    if (slot.touched) open = (pages.find((p) => p.url === slot.picture.url) || { key: 'pages' }).key;
    nav.hidden = open === '';
    for (const name of ['before', 'after']) buttons[name].hidden = open === 'pages' || pages.length < 2;
    buttons.home.hidden = open === 'pages';
  });

  function draw() {
    const columns = Math.max(1, Math.ceil(Math.sqrt(pages.length * innerWidth / innerHeight * 9 / 16)));
    grid.style.gridTemplateColumns = 'repeat(' + columns + ', minmax(0, 1fr))';
    grid.replaceChildren(...pages.map((p, i) => {
      const button = document.createElement('button');
      const picture = document.createElement('img');
      button.type = 'button';
      button.setAttribute('aria-label', String(i + 1));
      picture.src = p.url;
      picture.alt = '';
      button.append(picture);
      button.addEventListener('click', (event) => { event.stopPropagation(); touch(p.key); });
      return button;
    }));
  }

  document.addEventListener('click', (event) => {
    if (pages.length === 0 || event.target.closest('#pin')) return;
    if (open === '') touch('');
    else if (performance.now() - said > EVERY) touch(open === 'pages' ? '' : open);
  });
})();
