// Searching, filtering, sorting and keys. The page can be read without it; it only ever hides and moves rows.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const list = byId("rows"), search = byId("search"), sort = byId("sort"), count = byId("count");
  const nothing = byId("nothing"), unfold = byId("unfold"), help = byId("help"), tip = byId("tip");
  const rows = Array.from(list.children);
  const lanes = Array.from(document.querySelectorAll("[data-lane]"));
  const parts = Array.from(byId("legend").children, (part) => part.lastElementChild.textContent);
  const labels = Array.from(byId("legend").children, (part) => part.firstElementChild.textContent);
  const number = new Intl.NumberFormat("en");
  const facts = new Map();
  let current = null, order = rows;

  // Letters without their accents and case, so that "rene" finds René and "moller" finds Møller.
  const whole = { ø: "o", ł: "l", đ: "d", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[øłđıßæœþð]/g, (letter) => whole[letter]);
  const text = (row) => {
    const known = factsOf(row);
    if (known.text === null) {
      known.text = plain(Array.from(row.querySelectorAll("[data-find]"), (part) => part.textContent).join(" "));
    }
    return known.text;
  };
  const factsOf = (row) => {
    let known = facts.get(row);
    if (!known) {
      const data = row.dataset;
      known = {
        text: null, rank: Number(data.rank), score: Number(data.score), date: data.date,
        lanes: data.lanes.split(" "), parts: data.parts.split(" ").map(Number),
      };
      facts.set(row, known);
    }
    return known;
  };
  const pressed = (button) => button.getAttribute("aria-pressed") === "true";
  const chosenLanes = () => lanes.filter(pressed).map((button) => button.dataset.lane);
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));

  const show = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean), only = chosenLanes();
    let shown = 0;
    for (const row of rows) {
      const fits = (!only.length || factsOf(row).lanes.some((lane) => only.includes(lane)))
        && (!words.length || words.every((word) => text(row).includes(word)));
      if (row.hidden === fits) row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${number.format(shown)} of ${number.format(rows.length)} shown`;
    nothing.hidden = shown > 0;
    if (current && current.hidden) mark(null);
  };

  const arrange = () => {
    const key = sort.value, part = sort.selectedOptions[0]?.dataset.part;
    const better = {
      rank: () => 0,
      score: (a, b) => b.score - a.score,
      date: (a, b) => (a.date < b.date) - (a.date > b.date),
    }[part === undefined ? key : ""] ?? ((a, b) => b.parts[part] - a.parts[part]);
    const next = rows.slice().sort((a, b) => {
      const first = factsOf(a), second = factsOf(b);
      return better(first, second) || first.rank - second.rank;
    });
    if (next.some((row, index) => row !== order[index])) {
      order = next;
      const moved = document.createDocumentFragment();
      for (const row of order) moved.append(row);
      list.append(moved);
    }
  };

  // The state lives in the address, so that a filtered list can be sent to a colleague or found again.
  const remember = () => {
    const state = new URLSearchParams();
    if (search.value.trim()) state.set("q", search.value.trim());
    if (chosenLanes().length) state.set("lanes", chosenLanes().join(","));
    if (sort.value !== "rank") state.set("sort", sort.value);
    const hash = state.toString();
    if (hash === location.hash.slice(1)) return;
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch { /* some viewers of local files allow no change of address */ }
  };
  const recall = () => {
    if (/^#(p-|rows$)/.test(location.hash)) return;
    const state = new URLSearchParams(location.hash.slice(1));
    search.value = state.get("q") ?? "";
    const only = (state.get("lanes") ?? "").split(",");
    for (const button of lanes) press(button, only.includes(button.dataset.lane));
    sort.value = state.get("sort") ?? "rank";
    if (sort.selectedIndex < 0) sort.value = "rank";
    arrange();
    show();
  };

  const mark = (row) => {
    current?.removeAttribute("aria-current");
    current = row;
    current?.setAttribute("aria-current", "true");
  };
  const step = (by) => {
    const visible = order.filter((row) => !row.hidden);
    if (!visible.length) return;
    const at = visible.indexOf(current);
    const row = visible[at < 0 ? (by > 0 ? 0 : visible.length - 1) : Math.min(Math.max(at + by, 0), visible.length - 1)];
    mark(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const toggle = (kind) => {
    const details = current?.querySelector(kind);
    if (!details) return;
    details.open = !details.open;
    current.scrollIntoView({ block: "nearest" });
  };
  const unfoldAll = () => {
    const open = !pressed(unfold);
    press(unfold, open);
    for (const details of list.querySelectorAll("details.abstract")) details.open = open;
  };
  const clear = () => {
    search.value = "";
    for (const button of lanes) press(button, false);
    show();
    remember();
  };

  // The parts of a score in words, beside the bar, while the pointer or the focus is on it.
  let leaving = 0;
  const hideTip = () => { clearTimeout(leaving); tip.hidden = true; };
  const leave = () => { clearTimeout(leaving); leaving = setTimeout(hideTip, 150); };
  const showTip = (summary) => {
    clearTimeout(leaving);
    const details = summary.parentElement;
    if (details.open) return hideTip();
    const table = details.querySelector("table").cloneNode(true);
    for (const line of table.rows) {
      const words = document.createElement("small");
      words.textContent = parts[labels.indexOf(line.cells[0].textContent)] ?? "";
      line.cells[0].append(words);
    }
    tip.replaceChildren(table);
    tip.hidden = false;
    const at = summary.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const below = at.bottom + 6 + size.height <= innerHeight;
    tip.style.left = `${Math.max(8, Math.min(at.right - size.width, innerWidth - size.width - 8))}px`;
    tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - size.height - 6)}px`;
  };
  const scoreOf = (target) => (target instanceof Element ? target.closest(".score > summary") : null);
  list.addEventListener("pointerover", (event) => {
    const summary = event.pointerType === "mouse" ? scoreOf(event.target) : null;
    if (summary) showTip(summary);
    else leave();
  });
  list.addEventListener("pointerleave", leave);
  list.addEventListener("focusin", (event) => {
    const summary = scoreOf(event.target), row = event.target.closest("#rows > li");
    if (row && row !== current) mark(row);
    if (summary?.matches(":focus-visible")) showTip(summary);
  });
  list.addEventListener("focusout", leave);
  list.addEventListener("click", (event) => {
    if (scoreOf(event.target)) hideTip();
    const row = event.target instanceof Element ? event.target.closest("#rows > li") : null;
    if (row && row !== current) mark(row);
  });
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", leave);
  addEventListener("scroll", hideTip, { passive: true });

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { show(); remember(); }, rows.length > 2000 ? 150 : 40);
  });
  sort.addEventListener("change", () => { arrange(); remember(); });
  for (const button of lanes) {
    button.addEventListener("click", () => { press(button, !pressed(button)); show(); remember(); });
  }
  unfold.addEventListener("click", unfoldAll);
  byId("clear")?.addEventListener("click", clear);
  byId("help-open").addEventListener("click", () => help.showModal());
  addEventListener("hashchange", recall);

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: () => toggle("details.abstract"),
    s: () => toggle("details.score"),
    a: unfoldAll,
    x: () => current?.querySelector("h2 a")?.click(),
    "/": () => { search.focus(); search.select(); },
    "?": () => help.showModal(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help.open) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape") {
      hideTip();
      if (target === search) search.blur();
      return;
    }
    if (target.matches("input, select, textarea")) {
      if (target === search && event.key === "Enter") { event.preventDefault(); search.blur(); step(1); }
      return;
    }
    if (event.key === "Enter") {
      // On a link, a button or a fold, Enter keeps its own meaning.
      if (!current || target.closest("a, button, summary")) return;
      event.preventDefault();
      toggle("details.abstract");
      return;
    }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  // What the keys scroll to must not end up under the tools where those stay in sight.
  const tools = byId("tools");
  const keepClear = () => {
    const over = getComputedStyle(tools).position === "sticky" ? tools.offsetHeight : 0;
    document.documentElement.style.scrollPaddingTop = `${over + 8}px`;
  };
  addEventListener("resize", keepClear);

  tools.hidden = false;
  keepClear();
  recall();
})();
