// Behaviour of the pages. Everything here only adds speed: each action is a link or a form without it.
// Elements say what they want with data attributes, so what htmx brings in later works the same.
(function () {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const found = event.target.closest && event.target.closest(selector);
    if (found) act(event, found);
  });

  // ---- theme: at once in the page; the form tells the server, which renders it from then on
  function theme() {
    if (root.dataset.theme) return root.dataset.theme;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  on("submit", "[data-theme-form]", (event, form) => {
    event.preventDefault();
    const chosen = theme() === "dark" ? "light" : "dark";
    const body = new FormData(form);
    body.set("theme", chosen);
    fetch(form.action, { method: "POST", body: new URLSearchParams(body), redirect: "manual" });
    root.dataset.theme = chosen;
  });

  // ---- countdowns: the server sends the seconds that are left, so a wrong clock here does no harm
  const begun = new WeakMap(); // element -> when it was first seen here
  function spell(left) {
    const two = (n) => String(n).padStart(2, "0");
    if (left < 3600) return two(Math.floor(left / 60)) + ":" + two(left % 60);
    if (left < 86400) return Math.floor(left / 3600) + " h " + Math.floor((left % 3600) / 60) + " min";
    return null; // days: the server's words stand
  }
  function tick() {
    all("[data-countdown]").forEach((element) => {
      if (!begun.has(element)) begun.set(element, Date.now());
      const passed = Math.floor((Date.now() - begun.get(element)) / 1000);
      const left = Math.max(0, Number(element.dataset.countdown) - passed);
      const words = spell(left);
      if (words !== null) element.textContent = words;
      element.classList.toggle("warn", left <= 120);
      const hold = element.closest("[data-hold]");
      if (hold) all("[data-countdown-bar]", hold).forEach((bar) => bar.setAttribute("width", String(left)));
      if (left === 0 && !element.dataset.ended && Number(element.dataset.countdown) > 0) {
        element.dataset.ended = "1";
        lapsed(element);
      }
    });
  }
  // A hold ended while the page was open: say so to htmx, and load the page anew where it asks for that,
  // unless someone is typing.
  function lapsed(element) {
    document.body.dispatchEvent(new CustomEvent("verso:lapsed", { detail: { element } }));
    const typing = all("input:not([type=hidden]), textarea").some((field) => field.value !== field.defaultValue);
    if (element.closest("[data-reload-at-end]") && !typing && !document.querySelector("dialog[open]")) {
      setTimeout(() => location.reload(), 1200);
    }
  }
  setInterval(tick, 1000);

  // ---- figures as typed: exact integers in the last places; the server has the last word
  const SIGNS = { en: [",", "."], de: [".", ","], fr: ["\u00a0", ","], es: [".", ","] };
  const [GROUP, POINT] = SIGNS[(root.lang || "en").slice(0, 2)] || SIGNS.en;
  const literal = (text) => text.replace(/[.]/g, "\\.");

  // "6,000" -> {digits: 6000n, places: 0}; null when it could mean two things. As read_number does it.
  function read(text) {
    const typed = text.trim().replace(/[ \u202f]/g, "\u00a0");
    const grouped = new RegExp("^\\d{1,3}(" + literal(GROUP) + "\\d{3})+(" + literal(POINT) + "\\d+)?$");
    const bare = new RegExp("^\\d+(" + literal(POINT) + "\\d+)?$");
    // Elsewhere a comma before three digits groups them: the server refuses it, too.
    const thousands = POINT === "," && /^[1-9]\d{0,2},\d{3}$/.test(typed);
    let plain;
    if (thousands) return null;
    if (grouped.test(typed) || bare.test(typed)) plain = typed.split(GROUP).join("").replace(POINT, ".");
    else if (/^\d{1,40}\.(\d{1,2}|\d{4,40})$/.test(typed)) plain = typed;
    else return null;
    return exact(plain);
  }
  function exact(plain) {
    const [whole, part] = (plain + ".").split(".");
    return { digits: BigInt(whole + part), places: part.length };
  }
  function rescale(value, places) { // half up
    if (value.places <= places) return value.digits * 10n ** BigInt(places - value.places);
    const by = 10n ** BigInt(value.places - places);
    return (value.digits * 2n + by) / (by * 2n);
  }
  function write(digits, places, trim) {
    const text = digits.toString().padStart(places + 1, "0");
    const whole = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, GROUP);
    let part = places ? text.slice(-places) : "";
    if (trim) part = part.replace(/0+$/, "");
    return part ? whole + POINT + part : whole;
  }
  const above = (a, b) => rescale(a, 12) > rescale(b, 12);

  // ---- reserve: units as typed. Sums of money come from the server alone; until it answers, none is shown.
  // <form data-reserve data-free="7700" data-least="500" data-most="7700" data-places="8" data-say-…="…">
  function reserve(form, drawn) {
    const input = form.querySelector("[name=units]");
    const set = form.dataset;
    if (!input) return;
    const units = read(input.value);
    const known = units || { digits: 0n, places: 0 };
    const typed = write(rescale(known, 8), 8, true);
    all("[data-units]").forEach((element) => {
      const words = typed === "1" ? element.dataset.one : element.dataset.many; // "{units} unit", "{units} units"
      element.textContent = words ? words.replace("{units}", typed) : typed;
    });
    const totals = document.querySelector("#totals[data-for]");
    const same = totals && rescale(exact(totals.dataset.for), 8) === rescale(known, 8);
    if (totals && !same) totals.setAttribute("aria-busy", "true"); else if (totals) totals.removeAttribute("aria-busy");
    const live = document.querySelector("[data-free-now]"); // a poll may have brought a newer figure
    const free = exact((live ? live.dataset.freeNow : set.free) || "0");
    const over = above(known, free);
    const rest = over ? 0n : rescale(free, 8) - rescale(known, 8);
    all("[data-left]").forEach((element) => { element.textContent = write(rest, 8, true); });
    // What the server refused stays until one types.
    const soldOut = drawn && Number(set.free) === 0; // the form says so by itself
    const words = soldOut ? "" : complaint(set, input, units, known, free, over);
    if (!drawn || !input.closest(".field.bad")) hint(form, input, words.replaceAll("{free}", write(rescale(free, 8), 8, true)));
    bar(rescale(known, 8), rescale(free, 8), rest);
  }
  function complaint(set, input, units, known, free, over) {
    if (!input.value.trim()) return "";
    if (!units || known.places > Number(set.places || 8)) return set.sayNumber || "";
    if (over) return (free.digits === 0n ? set.sayNone : set.sayFree) || "";
    if (set.most && above(known, exact(set.most))) return set.sayMost || "";
    if (set.least && above(exact(set.least), known)) return set.sayLeast || "";
    return "";
  }
  function hint(form, input, words) {
    const field = input.closest(".field");
    const line = field && field.querySelector("[data-hint]");
    if (!line) return;
    if (line.dataset.hint === "") line.dataset.hint = line.textContent;
    line.textContent = words || line.dataset.hint;
    line.className = words ? "error" : "hint";
    field.classList.toggle("bad", Boolean(words));
    if (words) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  }
  // The availability bar follows what is typed: segments are 0 … 1000 wide, others stay where they are.
  function bar(typed, free, rest) {
    const svg = document.querySelector("svg[data-follow]");
    if (!svg || free === 0n) return;
    const mine = svg.querySelector(".typed"), left = svg.querySelector(".free");
    if (!mine || !left) return;
    const x = Number(svg.dataset.followX), room = Number(svg.dataset.followWidth);
    const share = typed > free ? 1 : Number((typed * 10000n) / free) / 10000;
    const gap = share > 0 && rest > 0n ? 4 : 0;
    mine.setAttribute("width", String(Math.max(0, room * share - gap)));
    left.setAttribute("x", String(x + room * share));
    left.setAttribute("width", String(Math.max(0, room * (1 - share) - (svg.dataset.followGap ? 4 : 0))));
  }
  on("input", "[data-reserve] [name=units]", (event, input) => reserve(input.form));
  on("click", "[data-reserve] [data-set]", (event, button) => {
    button.form.elements.units.value = write(rescale(exact(button.dataset.set), 8), 8, true);
    button.form.elements.units.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // ---- dialogs: <a href="/the/same/as/a/page/" data-open="id">
  function show(dialog) {
    if (dialog.open) return;
    dialog.showModal();
    const first = dialog.querySelector("[aria-invalid], [autofocus], .input, .choice input");
    if (first) first.focus();
  }
  on("click", "[data-open]", (event, opener) => {
    const dialog = document.getElementById(opener.dataset.open);
    if (!dialog || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show(dialog);
  });
  on("click", "[data-close]", (event, button) => {
    const dialog = button.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
  });

  // ---- one press, one request: a form that was sent does not send again until the answer is there
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  function released(scope) {
    all("form[data-sent]", scope).forEach((form) => delete form.dataset.sent);
    all("button[aria-busy]", scope).forEach((button) => button.removeAttribute("aria-busy"));
  }
  addEventListener("pageshow", () => released(document));
  document.addEventListener("htmx:afterRequest", () => released(document));

  // ---- small conveniences
  // A list sends when one is picked by pointer. By keys each arrow is a change: there the form's button sends.
  on("keydown", "[data-autosubmit]", (event, field) => { field.dataset.byKeys = "1"; });
  on("pointerdown", "[data-autosubmit]", (event, field) => { delete field.dataset.byKeys; });
  on("change", "[data-autosubmit]", (event, field) => { if (!field.dataset.byKeys) field.form.requestSubmit(); });
  // A poll that would take the focus from somebody who goes through the page by keys waits for its next turn.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const place = event.detail.elt;
    const polls = place.getAttribute("hx-trigger")?.startsWith("every");
    if (polls && place.contains(document.activeElement) && document.activeElement.matches(":focus-visible")) event.preventDefault();
  });
  on("click", "[data-copy]", (event, button) => {
    const source = document.getElementById(button.dataset.copy);
    navigator.clipboard.writeText(source.value || source.textContent.trim()).then(() => {
      if (button.dataset.copied) button.textContent = button.dataset.copied;
    });
  });
  on("focusin", "[data-select]", (event, field) => field.select());

  // ---- lists by keyboard: j and k move, Enter opens, any other key presses its data-key
  const rows = () => all("[data-queue] a, a[data-row]");
  function move(by) {
    const list = rows();
    if (!list.length) return;
    const at = Math.max(list.indexOf(document.activeElement), list.findIndex((row) => row.hasAttribute("aria-current")));
    const row = list[Math.min(list.length - 1, Math.max(0, at + by))];
    list.forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog, [popover], [contenteditable]")) {
      if (event.key === "Escape" && event.target.matches("input[type=search]")) event.target.blur();
      return;
    }
    // A row that j or k moved to is not the one that is open: its key opens it first, and decides nothing.
    const moved = rows().find((row) => row.hasAttribute("aria-current") && !row.hasAttribute("data-shown"));
    if (event.key === "j" && rows().length) move(1);
    else if (event.key === "k" && rows().length) move(-1);
    else if (moved && document.querySelector("[data-shown]") && ["a", "r", "e"].includes(event.key)) moved.click();
    else if (event.key === "Enter") { // where nothing is chosen, or what is open: it does what the page proposes
      const proposed = document.querySelector("[data-enter]");
      const at = document.activeElement;
      if (!proposed || !(at === document.body || at.hasAttribute("data-shown"))) return;
      proposed.click();
    }
    else {
      const target = event.key.length === 1 && all("[data-key]").find(
        (element) => element.dataset.key === event.key && !element.disabled && element.offsetParent !== null);
      if (!target) return;
      if (target.matches("input, textarea")) { target.focus(); target.select(); } else target.click();
    }
    event.preventDefault();
  });

  // ---- when the line drops, the page says so and keeps what was typed
  function toast(id) {
    const source = document.getElementById(id);
    if (!source) return;
    all(".toast-at[data-passing]").forEach((old) => old.remove());
    const box = source.content.firstElementChild.cloneNode(true);
    box.dataset.passing = "";
    document.body.append(box);
    setTimeout(() => box.remove(), 8000);
  }
  const asked = (event) => event.detail.requestConfig && event.detail.requestConfig.verb !== "get";
  document.addEventListener("htmx:sendError", (event) => { if (asked(event)) toast("toast-offline"); });
  document.addEventListener("htmx:responseError", (event) => { if (asked(event)) toast("toast-refused"); });

  // ---- what the page wants as soon as it is there, and again for what htmx brings
  function ready(scope) {
    all("dialog[data-show]", scope).forEach(show);
    all("[data-needs-js]", scope).forEach((element) => { element.hidden = false; });
    all("[data-reserve]").forEach((form) => { if (form.querySelector("[name=units]")?.value) reserve(form, true); });
    tick();
  }
  document.addEventListener("htmx:load", (event) => ready(event.detail.elt.parentNode || document));
  ready(document);
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
})();
