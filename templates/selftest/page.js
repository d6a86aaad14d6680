// The self-test page. State is a log of answers and one session; everything shown is made from them with text nodes.
const Page = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { items, passages } = data;
  const byKey = new Map(items.map((item, index) => [item.key, index]));
  const app = document.getElementById("app");
  const say = (name, ...values) => values.reduce((text, v, i) => text.replace(`{${i}}`, () => String(v)), data.words[name]);
  const LONGEST_ANSWER = 600000; // ms: a learner who left the room did not think for an hour

  // --- nodes: text only, never markup ---
  function h(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, v] of Object.entries(attributes)) {
      if (name === "onclick") node.addEventListener("click", v);
      else if (v === true) node.setAttribute(name, "");
      else if (v !== false && v !== null) node.setAttribute(name, v);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
    return node;
  }
  const button = (name, key, action, main = false) =>
    h("button", { type: "button", class: main ? "main" : null, onclick: action, "aria-keyshortcuts": key || null, "data-do": name },
      say(name), key ? h("kbd", { "aria-hidden": "true" }, key) : null);
  const announce = (text) => { document.getElementById("status").textContent = text; };
  const field = (name, control) => h("div", { class: "field" }, h("label", { for: control.id }, say(name)), control);

  // --- store: one record an answer, so that tabs add to one another and a crash loses nothing ---
  const prefix = `flashcards:${data.deck}:`;
  const tab = Math.random().toString(36).slice(2, 8);
  const memory = new Map(); // what could not be stored
  let storageFailed = false, serial = 0;

  function put(name, text) {
    try {
      localStorage.setItem(prefix + name, text);
      memory.delete(name);
    } catch {
      memory.set(name, text);
      storageFailed = true;
    }
  }
  function drop(name) {
    memory.delete(name);
    try { localStorage.removeItem(prefix + name); } catch { storageFailed = true; }
  }
  function stored() {
    const found = new Map();
    try {
      for (let i = 0; i < localStorage.length; i += 1) {
        const name = localStorage.key(i);
        if (name.startsWith(prefix)) found.set(name.slice(prefix.length), localStorage.getItem(name));
      }
    } catch { storageFailed = true; }
    for (const [name, text] of memory) found.set(name, text);
    return found;
  }
  function parsed(text) {
    try { return JSON.parse(text); } catch { return null; }
  }

  let entries = new Map(); // name -> entry; names sort by time
  let session = null; // {id, layout, queue: keys or lists of keys}
  function load() {
    const found = stored();
    entries = new Map();
    for (const [name, text] of found) {
      const entry = name.startsWith("e") ? parsed(text) : null;
      if (entry && typeof entry.key === "string" && typeof entry.time === "string" && byKey.has(entry.key)) entries.set(name, entry);
    }
    const saved = parsed(found.get("session") ?? "null");
    session = saved && Array.isArray(saved.queue) && saved.queue.every((q) => [q].flat().every((key) => byKey.has(key))) ? saved : null;
    if (session && !session.queue.length) session = null;
  }
  function record(entry) {
    serial += 1;
    const name = `e${String(Date.parse(entry.time)).padStart(15, "0")}-${tab}-${String(serial).padStart(6, "0")}`;
    entries.set(name, entry);
    put(name, JSON.stringify(entry));
    return name;
  }
  const good = (entry) => entry.verdict === "right" || entry.verdict === "override";
  const inSession = () => [...entries].filter(([, entry]) => session && entry.session === session.id);
  function latest() {
    const last = new Map();
    for (const name of [...entries.keys()].sort()) {
      const entry = entries.get(name);
      const before = last.get(entry.key);
      if (!before || entry.time >= before.time) last.set(entry.key, entry);
    }
    return last;
  }
  const missedKeys = () => items.map((item) => item.key).filter(((last) => (key) => last.has(key) && !good(last.get(key)))(latest()));

  // --- what an item asks ---
  function answerText(item) {
    if (typeof item.answer === "boolean") return item.answer ? "√" : "×";
    if (typeof item.answer === "number") return item.options[item.answer];
    return Array.isArray(item.answer) ? item.answer.join("、") : item.answer;
  }
  function stem(item, filled, cued = true) {
    return item.parts.map((part, i) => {
      if (i % 2 === 0) return part;
      if (filled) return h("span", { class: "filled" }, part);
      return [h("span", { class: "gap", "aria-hidden": "true" }), h("span", { class: "hidden" }, say("blank")),
        cued && item.cue ? h("span", { class: "cue" }, say("cue", item.cue)) : []];
    });
  }
  const sentenceOf = (item) => item.sentence || item.parts.join("");
  function gradeItem(item, given) {
    const options = { same: data.same };
    if (typeof item.answer === "boolean") {
      const right = Grading.judgement(given) === item.answer;
      return { verdict: right ? "right" : "wrong", score: Number(right), form: answerText(item), diff: [] };
    }
    if (typeof item.answer === "number") {
      const right = given === item.options[item.answer];
      return { verdict: right ? "right" : "wrong", score: Number(right), form: answerText(item), diff: [] };
    }
    if (Array.isArray(item.answer)) return Grading.gradeList(given, item.answer, options);
    return Grading.grade(given, item.answer, item.accepted, item.mode, { ...options, pinyin: data.pinyin });
  }

  // --- state on screen ---
  let state = "home"; // home, question, feedback, end
  let at = 0, started = 0, hinted = false, last = null, question = null, forgetAsked = false;
  let composing = false;
  const elapsed = () => Math.min(Math.max(Math.round(performance.now() - started), 0), LONGEST_ANSWER);
  const position = () => inSession().reduce((most, [, entry]) => Math.max(most, entry.q + 1), 0);

  function show(name, focus, ...nodes) {
    state = name;
    app.replaceChildren(...[storageFailed ? h("p", { class: "warn", id: "warning" }, say("storage_full")) : null, ...nodes].filter(Boolean));
    app.dataset.state = name;
    (focus || app).focus({ preventScroll: false });
    if (name !== "feedback") window.scrollTo(0, 0);
  }

  function home(note = "") {
    const last = latest();
    const right = [...last.values()].filter(good).length;
    const kinds = [...new Set(items.map((item) => item.kind))];
    const scopes = [h("option", { value: "" }, say("scope_all"))];
    const sources = new Map();
    passages.forEach((p, i) => { if (p.source) sources.set(p.source, [...(sources.get(p.source) || []), i]); });
    if (sources.size > 1) for (const [source, list] of sources) scopes.push(h("option", { value: list.join(",") }, source));
    if (passages.length > 1) passages.forEach((p, i) => scopes.push(h("option", { value: i }, `${p.name} · ${p.number}`)));
    const layouts = ["single", ...(data.match.length ? ["match"] : []), ...(data.order.length ? ["order"] : [])];
    const counts = [10, 20, 50, 100].filter((n) => n < items.length);
    const start = button("start", "Enter", begin, true);
    const file = h("input", { type: "file", id: "import", class: "hidden", accept: ".jsonl,.json,.log,application/json" });
    file.addEventListener("change", () => importLog(file));
    show("home", start,
      h("p", {}, say("items", items.length)),
      last.size ? h("p", {}, say("done_before", last.size, right, last.size - right)) : null,
      note ? h("p", { role: "alert", class: "warn" }, note) : null,
      kinds.length ? h("fieldset", {}, h("legend", {}, say("kinds")), kinds.map((kind) =>
        h("label", {}, h("input", { type: "checkbox", name: "kind", value: kind, checked: true }), say(`kind_${kind}`)))) : null,
      scopes.length > 1 ? field("scope", h("select", { id: "scope" }, scopes)) : null,
      layouts.length > 1 ? field("layout", h("select", { id: "layout" }, layouts.map((l) => h("option", { value: l }, say(`layout_${l}`))))) : null,
      field("count", h("select", { id: "count" }, counts.map((n) => h("option", { value: n, selected: n === 20 }, String(n))),
        h("option", { value: "" }, say("count_all")))),
      h("div", {}, h("label", {}, h("input", { type: "checkbox", id: "shuffle" }), say("shuffle")),
        h("label", {}, h("input", { type: "checkbox", id: "missed" }), say("only_missed"))),
      h("div", { class: "row" }, start),
      h("div", { class: "row" }, button("export", "", exportLog),
        h("label", { class: "file", for: "import" }, say("import"), file),
        button("print", "", printMissed), button("forget", "", forget)),
      h("p", { class: "keys" }, say("keys")));
    forgetAsked = false;
  }

  function chosen() {
    const of = (id) => document.getElementById(id)?.value ?? "";
    const kinds = new Set([...document.querySelectorAll("input[name=kind]:checked")].map((box) => box.value));
    const scope = of("scope") ? new Set(of("scope").split(",").map(Number)) : null;
    const missed = document.getElementById("missed").checked ? new Set(missedKeys()) : null;
    const fits = (index) => kinds.has(items[index].kind) && (!scope || scope.has(items[index].passage)) && (!missed || missed.has(items[index].key));
    const layout = of("layout") || "single";
    const pool = layout === "single" ? items.map((_, i) => i).filter(fits) : data[layout].filter((group) => group.some(fits));
    if (document.getElementById("shuffle").checked) shuffle(pool);
    else if (layout === "single") pool.sort((a, b) => items[a].turn - items[b].turn || a - b);
    const queue = pool.slice(0, Number(of("count")) || undefined).map((q) => Array.isArray(q) ? q.map((i) => items[i].key) : items[q].key);
    return { layout, queue };
  }
  function shuffle(list) {
    for (let i = list.length - 1; i > 0; i -= 1) {
      const j = Math.floor(Math.random() * (i + 1));
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
  function begin() {
    const { layout, queue } = chosen();
    if (!queue.length) { home(say("none")); return; }
    open(layout, queue);
  }
  function open(layout, queue) {
    session = { id: `${Date.now().toString(36)}${tab}`, layout, queue };
    put("session", JSON.stringify(session));
    ask();
  }

  function ask(note = "") {
    if (!session) { home(); return; }
    at = position();
    if (at >= session.queue.length) { end(); return; }
    hinted = false; started = performance.now(); question = null; composing = false;
    const done = new Set(inSession().filter(([, entry]) => good(entry)).map(([, entry]) => entry.q)).size;
    const head = [
      h("div", { class: "bar" }, h("span", {}, say("position", at + 1, session.queue.length)), h("span", {}, say("score", done))),
      h("progress", { max: session.queue.length, value: at, "aria-label": say("position", at + 1, session.queue.length) }),
      note ? h("p", { role: "status", class: "warn" }, note) : null];
    const keys = [session.queue[at]].flat();
    const group = keys.map((key) => items[byKey.get(key)]);
    const make = session.layout === "match" ? matching : session.layout === "order" ? ordering : single;
    question = make(session.layout === "single" ? group[0] : group);
    const tail = h("div", { class: "row" },
      question.submit ? button("submit", "Enter", question.submit, true) : null,
      question.hint ? button("hint", "?", question.hint) : null,
      button("giveup", "", () => answer(null)),
      at > 0 ? button("undo", "u", undo) : null,
      button("quit", "", quit));
    show("question", question.focus, ...head.filter(Boolean), ...question.nodes, tail);
  }

  function single(item) {
    const asked = item.asked;
    const head = [asked ? h("h2", {}, asked) : h("h2", { class: "hidden" }, say("position", at + 1, session.queue.length)),
      h("p", { class: "stem" }, h("span", { class: "number" }, `#${item.number}`), stem(item, false))];
    if (typeof item.answer === "boolean") return choices(item, head, [["√", say("true")], ["×", say("false")]]);
    if (typeof item.answer === "number") return choices(item, head, item.options.map((option, i) => [option, option, "ABCDEFGH"[i]]));
    const input = h("input", { type: "text", id: "answer", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "done", maxlength: 2000 });
    const hintLine = h("p", { id: "hint", role: "status" });
    const name = Array.isArray(item.answer) ? "answer_list" : item.mode === "strict" ? "answer_exact" : "answer";
    return {
      nodes: [...head, field(name, input), hintLine], focus: input, input,
      submit: () => answer(input.value),
      hint: item.hint ? () => { hinted = true; hintLine.textContent = say("hint_is", item.hint); input.focus(); } : null,
      grade: (given) => [[item, gradeItem(item, given ?? ""), given ?? ""]],
    };
  }
  function choices(item, head, options) {
    const buttons = options.map(([given, text, letter], i) =>
      h("button", { type: "button", "aria-keyshortcuts": String(i + 1), onclick: () => answer(given) },
        h("span", { class: "number", "aria-hidden": "true" }, String(i + 1)), letter ? `${letter}．${text}` : `${given} ${text}`));
    return {
      nodes: [...head, h("ul", { class: "options" }, buttons.map((b) => h("li", {}, b)))], focus: buttons[0], buttons,
      grade: (given) => [[item, gradeItem(item, given ?? ""), given ?? ""]],
    };
  }
  function matching(group) {
    const words = [...new Set(group.map(answerText))].sort();
    const selects = group.map((item, i) => h("select", { id: `match${i}` }, h("option", { value: "" }, say("choose")), words.map((w) => h("option", { value: w }, w))));
    const rows = group.map((item, i) => h("li", {}, h("label", { for: `match${i}`, class: "stem" }, h("span", {}, stem(item, false, false))), selects[i]));
    return {
      nodes: [h("h2", {}, say("ask_match")), h("ol", { class: "rows" }, rows)], focus: selects[0],
      submit: () => answer(selects.map((s) => s.value)),
      grade: (given) => group.map((item, i) => {
        const right = given !== null && given[i] === answerText(item);
        return [item, { verdict: right ? "right" : "wrong", score: Number(right), form: answerText(item), diff: [] }, given?.[i] ?? ""];
      }),
    };
  }
  function ordering(group) {
    let order = shuffle(group.map((_, i) => i));
    if (order.every((v, i) => v === i)) order = [...order.slice(1), order[0]];
    const list = h("ol", { class: "rows" });
    const draw = () => list.replaceChildren(...order.map((v, i) => h("li", {}, h("span", {}, sentenceOf(group[v])),
      h("div", { class: "row" }, mover(v, i, -1), mover(v, i, 1)))));
    const mover = (v, i, step) => h("button", {
      type: "button", disabled: i + step < 0 || i + step >= order.length, "data-move": `${v},${step}`,
      "aria-label": `${say(step < 0 ? "up" : "down")}：${say("sentence", i + 1)}`,
      onclick: () => {
        [order[i], order[i + step]] = [order[i + step], order[i]];
        draw();
        const again = list.querySelector(`[data-move="${v},${step}"]`);
        (again.disabled ? list.querySelector(`[data-move="${v},${-step}"]`) : again).focus();
        announce(say("moved", i + step + 1));
      } }, step < 0 ? "↑" : "↓");
    draw();
    return {
      nodes: [h("h2", {}, say("ask_order")), list], focus: list.querySelector("button:not([disabled])"),
      submit: () => answer(order),
      grade: (given) => group.map((item, i) => {
        const right = given !== null && given[i] === i;
        return [item, { verdict: right ? "right" : "wrong", score: Number(right), form: String(i + 1), diff: [] }, given ? String(given.indexOf(i) + 1) : ""];
      }),
    };
  }

  function answer(given) {
    if (state !== "question") return;
    const graded = question.grade(given);
    const ms = elapsed();
    last = graded.map(([item, verdict, text]) => {
      const entry = { schema: 1, time: new Date().toISOString(), key: item.key, front: "page", given: text, verdict: verdict.verdict, hinted, ms };
      if (session.layout !== "single") entry.practice = true;
      return { item, verdict, text, name: record({ ...entry, session: session.id, q: at, score: verdict.score }) };
    });
    feedback();
  }

  function feedback() {
    for (const control of app.querySelectorAll("input, select, button")) control.disabled = true;
    const all = last.every(({ verdict }) => verdict.verdict === "right");
    const word = all ? "right" : last.some(({ verdict }) => verdict.score > 0) ? "partial" : "wrong";
    const next = button("next", "Enter", () => ask(), true);
    const box = h("div", { class: `feedback ${word}`, id: "feedback" },
      h("div", { role: "alert" }, h("h2", {}, `${{ right: "✓", wrong: "✗", partial: "◐" }[word]} ${say(word)}`),
        last.length === 1 ? details(last[0]) : h("ol", {}, last.map((one) => h("li", { class: one.verdict.verdict },
          h("p", {}, `${one.verdict.score ? "✓" : "✗"} `, session.layout === "order" ? sentenceOf(one.item) : stem(one.item, true)))))),
      about(last[0].item),
      h("div", { class: "row" }, next, all || last.length > 1 ? null : button("override", "o", override), button("undo", "u", undo)));
    app.querySelector(".row:last-child")?.replaceWith(box);
    show("feedback", next, ...app.childNodes);
    box.scrollIntoView({ block: "nearest" });
  }
  function details({ item, verdict, text }) {
    const shown = typeof item.answer === "boolean" ? (text ? say(text === "√" ? "true" : "false") : "") : text;
    const differs = verdict.verdict !== "right" && text && verdict.diff.some(([kind]) => kind === "same");
    return h("dl", {}, h("dt", {}, say("given")), h("dd", {}, shown || say("given_none")),
      h("dt", {}, say("correct")), h("dd", { id: "correct" }, typeof item.answer === "boolean" ? say(item.answer ? "true" : "false") : answerText(item)),
      differs ? [h("dt", {}, say("difference")), h("dd", { class: "diff" }, verdict.diff.map(diffPiece))] : null);
  }
  function diffPiece([kind, text], i) {
    if (kind === "same") return text;
    const tag = kind === "missing" ? "ins" : "del";
    return [i ? " " : "", h(tag, {}, h("span", { class: "hidden" }, `${say(kind)}：`), text), " "];
  }
  function about(item) {
    const passage = passages[item.passage];
    const rows = [];
    if (item.explanation) rows.push([say("explanation"), item.explanation]);
    if (item.before || item.sentence || item.after || item.parts.length > 1) {
      rows.push([say("context"), [item.before, item.sentence ? item.sentence : stem(item, true), item.after]]);
    }
    if (passage.source) rows.push([say("source"), passage.source + (passage.unsure ? say("unsure") : "")]);
    return rows.length ? h("dl", {}, rows.map(([name, content]) => [h("dt", {}, name), h("dd", {}, content)])) : null;
  }

  function override() {
    if (state !== "feedback" || last.length > 1) return;
    const [one] = last;
    const entry = { ...entries.get(one.name), verdict: "override", score: 1 };
    entries.set(one.name, entry);
    put(one.name, JSON.stringify(entry));
    announce(say("overridden"));
    ask();
  }
  function undo() {
    const mine = inSession();
    const most = mine.reduce((q, [, entry]) => Math.max(q, entry.q), -1);
    if (most < 0) return;
    for (const [name, entry] of mine) if (entry.q === most) { entries.delete(name); drop(name); }
    announce(say("undone"));
    ask();
  }
  function quit() {
    if (position()) { session.queue = session.queue.slice(0, position()); put("session", JSON.stringify(session)); end(); } else leave();
  }
  function leave(note) {
    session = null;
    drop("session");
    home(note);
  }

  function end() {
    const mine = inSession();
    const score = mine.reduce((sum, [, e]) => sum + (e.verdict === "override" ? 1 : e.score ?? Number(good(e))), 0);
    const seconds = Math.round([...new Map(mine.map(([, e]) => [e.q, e.ms])).values()].reduce((sum, ms) => sum + ms, 0) / 1000);
    const wrong = [...new Set(mine.filter(([, e]) => !good(e)).map(([, e]) => e.key))];
    const again = wrong.length ? button("again", "m", () => open("single", wrong), true) : null;
    const back = button("home", "h", () => leave(), !wrong.length);
    const shown = Math.round(score * 10) / 10;
    show("end", again || back,
      h("h2", {}, say("finished")),
      h("p", { id: "result" }, say("result", shown, mine.length, Math.round((100 * score) / Math.max(mine.length, 1)), say("minutes", Math.floor(seconds / 60), seconds % 60))),
      wrong.length ? h("h3", {}, say("missed_list")) : h("p", {}, say("all_right")),
      wrong.length ? h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("item")), h("th", { scope: "col" }, say("answer")))),
        h("tbody", {}, wrong.map((key) => items[byKey.get(key)]).map((item) => h("tr", {}, h("td", {}, `#${item.number} `, stem(item, false)), h("td", {}, answerText(item)))))) : null,
      h("div", { class: "row" }, again, back, button("undo", "u", undo)),
      h("div", { class: "row" }, button("export", "", exportLog), wrong.length ? button("print", "p", printMissed) : null));
  }

  // --- the log as a file ---
  function exportLog() {
    const fields = ["schema", "time", "key", "front", "given", "verdict", "hinted", "ms", "easy", "practice"];
    const ascii = (text) => text.replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    const lines = [...entries.keys()].sort().map((name) => ascii(JSON.stringify(Object.fromEntries(fields.filter((f) => f in entries.get(name)).map((f) => [f, entries.get(name)[f]])))));
    const url = URL.createObjectURL(new Blob([lines.map((line) => line + "\n").join("")], { type: "application/x-ndjson" }));
    h("a", { href: url, download: `${data.name}.log.jsonl` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }
  function validEntry(line) {
    const e = parsed(line);
    const ok = e && typeof e === "object" && e.schema === 1 && typeof e.key === "string" && e.key && typeof e.given === "string"
      && ["page", "app", "terminal", "paper"].includes(e.front) && ["right", "wrong", "partial", "override"].includes(e.verdict)
      && typeof e.time === "string" && !Number.isNaN(Date.parse(e.time)) && Number.isInteger(e.ms) && e.ms >= 0 && typeof e.hinted === "boolean";
    if (!ok) return null;
    const entry = { schema: 1, time: new Date(e.time).toISOString(), key: e.key, front: e.front, given: e.given, verdict: e.verdict, hinted: e.hinted, ms: e.ms };
    if (e.easy === true) entry.easy = true;
    if (e.practice === true) entry.practice = true;
    return entry;
  }
  async function importLog(file) {
    const [chosenFile] = file.files;
    if (!chosenFile) return;
    const lines = (await chosenFile.text()).replace(/^\ufeff/, "").split("\n");
    const found = [];
    for (const [i, line] of lines.entries()) {
      if (!line.trim()) continue;
      const entry = validEntry(line);
      if (!entry) { home(say("import_damaged", i + 1)); return; }
      found.push(entry);
    }
    const ours = found.filter((entry) => byKey.has(entry.key));
    if (!ours.length) { home(say("import_foreign")); return; }
    const identity = (e) => JSON.stringify([e.time, e.key, e.front, e.given]);
    const known = new Set([...entries.values()].map(identity));
    const fresh = ours.filter((entry) => !known.has(identity(entry)));
    for (const entry of fresh) record(entry);
    home(say("imported", ours.length, fresh.length));
  }
  function forget() {
    if (!forgetAsked) {
      forgetAsked = true;
      app.querySelector("[data-do=forget]").textContent = say("forget_sure");
      return;
    }
    for (const name of stored().keys()) drop(name);
    load();
    leave();
  }

  function printMissed() {
    const wrong = missedKeys().map((key) => items[byKey.get(key)]);
    if (!wrong.length) { if (state === "home") home(say("none")); return; }
    const list = (filled) => h("ol", {}, wrong.map((item) => h("li", {}, item.asked ? h("div", {}, item.asked) : null,
      filled ? `#${item.number} ${answerText(item)}` : [`#${item.number} `, stem(item, false), (item.options || []).map((o, i) => h("div", {}, `${"ABCDEFGH"[i]}．${o}`))])));
    document.getElementById("print").replaceChildren(h("h2", {}, say("print_title", data.name)), list(false), h("h2", {}, say("print_key")), list(true));
    window.print();
  }

  // --- keyboard: every handled key is taken, so that it types nothing where the focus goes next ---
  const inField = (node) => node instanceof HTMLInputElement && node.type === "text" && !node.disabled;
  function onKey(event) {
    // an input method is composing: Enter picks a word, it submits nothing (229: Safari, after the composition ended)
    if (event.isComposing || composing || event.keyCode === 229) return;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  }
  function actionOf(event) {
    const { key, target } = event;
    const typing = inField(target);
    const onControl = target instanceof HTMLButtonElement || target instanceof HTMLSelectElement || target instanceof HTMLInputElement;
    if (key === "Escape") return typing ? () => app.focus() : null;
    if (state === "question") {
      if ((key === "?" || key === "？") && question.hint) return question.hint;
      if (typing) return key === "Enter" && target.value.trim() ? question.submit : key === "Enter" ? () => {} : null;
      if (key === "Enter" && !onControl && question.submit) return question.submit;
      if (question.buttons && key >= "1" && key <= "8" && key.length === 1) { const b = question.buttons[Number(key) - 1]; return b ? () => b.click() : null; }
      if (key === "u" && !(target instanceof HTMLSelectElement)) return undo;
      return null;
    }
    if (state === "feedback") {
      if ((key === "Enter" || key === " ") && !(target instanceof HTMLButtonElement)) return () => ask();
      return { u: undo, o: override }[key] ?? null;
    }
    if (state === "end") return { u: undo, m: () => app.querySelector("[data-do=again]")?.click(), h: () => leave(), p: printMissed }[key] ?? null;
    return null;
  }
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; });
  document.addEventListener("keydown", onKey);

  // another tab answered, undid or began: take what it stored; what is being typed here stays if its question does
  let pending = 0;
  window.addEventListener("storage", (event) => {
    if (event.key !== null && !event.key.startsWith(prefix)) return;
    clearTimeout(pending);
    pending = setTimeout(() => {
      const before = session?.id;
      load();
      if (session?.id !== before) { if (session) ask(); else home(); }
      else if (state === "question" && position() !== at) ask(say("other_tab"));
      else if (state === "feedback" && position() !== at + 1) ask(say("other_tab"));
    }, 50);
  });

  load();
  if (session && position() < session.queue.length) ask(); else if (session) end(); else home();
  return {};
})();
