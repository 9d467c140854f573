// A person at the screen puts it on its slate by a PIN: F9, or a finger held
// for three seconds in the upper left corner, brings up the pad.
'use strict';

(() => {
  const HOLD = 3000;     // ms in the corner
  const IDLE = 30000;    // ms after which the pad goes away
  const CORNER = 0.15;   // of the shorter side
  const box = document.getElementById('pin');
  const entered = document.getElementById('entered');
  const answer = document.getElementById('answer');
  const keys = document.getElementById('keys');
  let pin = '';
  let idle = 0;
  let hold = 0;

  const words = {
    right: { vi: 'Màn hình đã chuyển sang nội dung dự phòng.', en: 'The screen is on its slate.', lo: 'ໜ້າຈໍສະແດງເນື້ອຫາສຳຮອງແລ້ວ.' },
    wrong: { vi: 'Mã PIN chưa đúng. Còn {n} lần.', en: 'Not the right PIN. {n} tries left.', lo: 'ລະຫັດ PIN ບໍ່ຖືກ. ຍັງ {n} ເທື່ອ.' },
    wait: { vi: 'Nhập sai quá nhiều lần. Chờ {n} phút.', en: 'Too many wrong tries. Wait {n} minutes.', lo: 'ປ້ອນຜິດຫຼາຍເທື່ອ. ລໍຖ້າ {n} ນາທີ.' },
    none: { vi: 'Chưa dùng được mã PIN ở đây. Hãy gọi trực ban.', en: 'No PIN works here yet. Call the watch officer.', lo: 'ຍັງໃຊ້ PIN ບໍ່ໄດ້ຢູ່ນີ້. ໂທຫາຜູ້ເຂົ້າເວນ.' },
  };

  function say(which, n) {
    answer.replaceChildren(...(which ? Object.entries(words[which]) : []).map(([lang, text]) => {
      const span = document.createElement('span');
      span.lang = lang;
      span.textContent = text.replace('{n}', n);
      return span;
    }));
  }

  function draw() { entered.textContent = '●'.repeat(pin.length) || '–'; }

  function open() {
    pin = '';
    say('');
    draw();
    box.hidden = false;
    stay();
  }

  function close() {
    box.hidden = true;
    send({ type: 'pad', open: false });
    pin = '';
    clearTimeout(idle);
  }

  function stay() {
    if (!box.hidden) send({ type: 'pad', open: true });
    clearTimeout(idle);
    idle = setTimeout(close, IDLE);
  }

  function press(key) {
    stay();
    say('');
    if (key === '⌫') pin = pin.slice(0, -1);
    else if (key === 'OK') {
      if (pin) send({ type: 'pin', pin });
      pin = '';
    } else if (pin.length < 12) pin += key;
    draw();
  }

  for (const key of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '⌫', '0', 'OK']) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = key;
    button.addEventListener('click', () => press(key));
    keys.append(button);
  }
  document.getElementById('leave').addEventListener('click', close);

  document.addEventListener('pin', (event) => {
    const a = event.detail;
    if (a.right) {
      say('right');
      setTimeout(close, 4000);
    } else if (a.wait_s > 0) say('wait', Math.ceil(a.wait_s / 60));
    else if (a.left > 0) say('wrong', a.left);
    else say('none');
  });

  document.addEventListener('keydown', (event) => {
    if (event.key === 'F9') { open(); return; }
    if (box.hidden) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') press('OK');
    else if (event.key === 'Backspace') press('⌫');
    else if (/^[0-9]$/.test(event.key)) press(event.key);
  });

  document.addEventListener('pointerdown', (event) => {
    const side = Math.min(innerWidth, innerHeight) * CORNER;
    if (event.clientX < side && event.clientY < side) hold = setTimeout(open, HOLD);
  });
  for (const name of ['pointerup', 'pointercancel', 'pointerleave']) {
    document.addEventListener(name, () => clearTimeout(hold));
  }
})();
