// Keeps the page as the screens are: every ten seconds what has changed is put
// in place, and nothing else moves. Without this script the page loads anew.
'use strict';

(() => {
  const EVERY = 10000;  // ms
  const WITHIN = 8000;  // ms, then the screen does not answer
  const stale = document.getElementById('stale');

  const parts = (doc) => [...doc.querySelectorAll('[data-live]')];
  const named = (doc) => parts(doc).map((e) => e.dataset.live).join();

  function put(next) {
    if (named(next) !== named(document)) {
      document.querySelector('main').replaceWith(next.querySelector('main'));
      return;
    }
    const now = parts(document);
    parts(next).forEach((to, i) => {
      const at = now[i];
      if (at.className !== to.className) at.className = to.className;
      // A tile is put in place part by part, so that its picture stays.
      if (!to.querySelector('[data-live]') && at.innerHTML !== to.innerHTML) at.innerHTML = to.innerHTML;
    });
  }

  let timer = 0;
  async function look() {
    clearTimeout(timer);
    if (!document.hidden) {
      try {
        const answer = await fetch(location.href, { signal: AbortSignal.timeout(WITHIN), cache: 'no-store' });
        const text = await answer.text();
        if (answer.status === 401) { location.reload(); return; } // the PIN is asked for again
        if (!answer.ok) throw new Error(answer.statusText);
        put(new DOMParser().parseFromString(text, 'text/html'));
        stale.hidden = true;
      } catch {
        stale.hidden = false;
      }
    }
    timer = setTimeout(look, EVERY);
  }

  timer = setTimeout(look, EVERY);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
})();
