// The page of controller approve: what waits, one media with all that would be
// signed, and the enrolment of a key. What comes from outside is only ever put
// in as text.
import { Refused, make, release, renditions, terms } from "./item.js";
import * as passkey from "./passkey.js";
import { say, speak } from "./words.js";

const at = (id) => document.getElementById(id);
const main = at("main");
let state = null;
let again = () => {}; // draws the present view anew, in another language

async function call(path, body) {
  let answer;
  try {
    answer = await fetch(`api/${path}`, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Refused("broken");
  }
  if (answer.status !== 200 && answer.status !== 409) throw new Refused("broken");
  const out = await answer.json();
  if (answer.status === 409) throw new Refused(out.reason, out.detail);
  return out;
}

function clear() {
  at("alert").hidden = true;
  at("notice").hidden = true;
}

function complain(problem) {
  const box = at("alert");
  box.replaceChildren();
  if (problem instanceof Refused) {
    box.append(make("p", {}, problem.reason === "broken" ? say("broken") : say(`refusal.${problem.reason}`)));
    if (problem.detail) box.append(make("p", {}, make("code", {}, problem.detail)));
    if (problem.reason !== "broken") box.append(make("small", {}, say("warn")));
  } else if (problem instanceof DOMException) {
    box.append(make("p", {}, say("cancelled")));
  } else {
    box.append(make("p", {}, say("broken")), make("p", {}, make("code", {}, String(problem))));
  }
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

function note(...content) {
  at("notice").replaceChildren(...content);
  at("notice").hidden = false;
}

// show puts a view on the page; its bytes from before are let go.
function show(...content) {
  release(main);
  main.replaceChildren(...content);
  main.focus();
}

// run does what a button is for, and says what is in its way.
async function run(button, work) {
  clear();
  if (button) button.disabled = true;
  try {
    await work();
  } catch (problem) {
    complain(problem);
  }
  if (button) button.disabled = false;
}

async function queue() {
  again = () => run(null, queue);
  show(make("h2", {}, say("queue")), make("p", { className: "wait" }, say("loading")));
  const all = await call("queue");
  const list = make("ul", { className: "queue" });
  for (const one of all) {
    const b = make("button", { type: "button" }, make("b", {}, one.title), make("span", {}, [say(`act.${one.act}`), one.kind === "video" ? say("kind.video") : say("kind.image"), ...(one.again ? [say("again")] : [])].join(" · ")));
    b.addEventListener("click", () => run(b, () => look(one)));
    list.append(make("li", {}, b));
  }
  show(make("h2", {}, say("queue")), all.length ? list : make("p", {}, say("empty")));
}

async function look(one) {
  show(make("p", { className: "wait" }, say("loading")));
  let view;
  try {
    view = await call("look", { media: one.media, act: one.act });
  } catch (problem) {
    show(back());
    throw problem;
  }
  again = () => run(null, () => draw(view));
  await draw(view);
}

function back() {
  const b = make("button", { type: "button" }, say("back"));
  b.addEventListener("click", () => run(b, queue));
  return b;
}

async function draw(view) {
  const { act, title } = view.statement.predicate;
  const shown = make("div", { className: "shown" });
  const button = make("button", { type: "button", className: "main", disabled: true, id: "sign" }, say(`sign.${act}`));
  const card = make("section", { className: "card" });
  show(make("div", { className: "item" }, shown, card));
  const mayNot = !state.key_file && !view.signers.length;
  let seen;
  try {
    card.append(terms(view), ...(mayNot ? [make("p", {}, say("no-passkey"))] : []), make("div", { className: "act" }, button, back()));
    seen = await renditions(view, shown);
  } catch (problem) {
    button.remove();
    if (!card.childElementCount) card.append(back());
    throw problem;
  }
  button.disabled = mayNot;
  button.addEventListener("click", () =>
    run(button, async () => {
      const hand = state.key_file ? null : await passkey.sign(view.challenge, view.signers);
      await call(`items/${view.id}/sign`, { seen, hand });
      await queue();
      note(make("p", {}, say(`signed.${act}`, { title })));
    }),
  );
}

function enrol() {
  again = () => run(null, async () => enrol());
  const label = make("input", { required: true, maxLength: 200, value: say("enrol.default", { name: state.person.name }) });
  const button = make("button", { className: "main", id: "make" }, say(state.key_file ? "enrol.send" : "enrol.make"));
  const form = make("form", { className: "card" }, make("p", {}, say(state.key_file ? "enrol.what-file" : "enrol.what")), make("label", {}, say("enrol.label"), label), make("div", {}, button));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    run(button, async () => {
      const done = await offer(label.value);
      form.replaceChildren(make("p", {}, say("enrol.done")), make("p", {}, make("code", { id: "credential" }, done.credential)), make("p", {}, say("enrol.compare")));
    });
  });
  show(make("h2", {}, say("enrol.title")), form);
}

async function offer(label) {
  if (state.key_file) return call("enrol/finish", { label });
  await call("enrol/begin", {});
  const key = await passkey.create(state.person);
  const { id, ...said } = key;
  const { challenge } = await call("enrol/challenge", said);
  return call("enrol/finish", { label, ...said, ...(await passkey.prove(challenge, key)) });
}

function address() {
  for (const e of document.querySelectorAll("[data-say]")) e.textContent = say(e.dataset.say);
  document.title = `${say("title")} · cotmoc`;
  at("who").textContent = state ? say("who", { name: state.person.name, controller: state.controller }) : "";
}

at("language").addEventListener("change", (e) => {
  speak(e.target.value);
  address();
  clear();
  again();
});
at("to-queue").addEventListener("click", () => run(null, queue));
at("to-enrol").addEventListener("click", () => run(null, async () => enrol()));

speak("vi");
address();
run(null, async () => {
  state = await call("state");
  address();
  if (!state.key_file && !passkey.available()) note(make("p", {}, say("no-webauthn")));
  if (state.enrol) enrol();
  else await queue();
});
