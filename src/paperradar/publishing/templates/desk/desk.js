// Makes the desk quick: keys, forms that need no new page, and news every few seconds. All of it works without.
(() => {
  "use strict";
  const POLL = 4000;
  const byId = (id) => document.getElementById(id);
  const edition = document.body.dataset.edition;
  const help = byId("help"), search = byId("search"), say = byId("say");
  const main = () => byId("main");
  const items = () => Array.from(document.querySelectorAll("#rows > li, .places > li"));
  const idOf = (item) => item?.dataset.card ?? item?.querySelector("[data-controls]")?.dataset.controls;
  let current = null, version = main()?.dataset.version, waiting = Promise.resolve(), hiding = 0;
  document.documentElement.classList.add("scripted");
  if (byId("help-open")) byId("help-open").hidden = false;

  const tell = (text, link) => {
    clearTimeout(hiding);
    say.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = location.href;
      anchor.textContent = link;
      say.append(" ", anchor);
    }
    say.hidden = false;
    if (!link) hiding = setTimeout(() => { say.hidden = true; }, 6000);
  };

  // Moving
  const mark = (item) => {
    current?.removeAttribute("aria-current");
    current = item;
    current?.setAttribute("aria-current", "true");
  };
  const go = (item) => {
    mark(item);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = items();
    if (!all.length) return;
    const at = all.indexOf(current);
    if (by > 0 && at >= 0) haveRead(current);
    if (at === all.length - 1 && by > 0) {
      const next = document.querySelector('a[rel="next"]');
      if (next) tell("This is the last paper of the page.", "");
      next?.focus();
      return;
    }
    go(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(at + by, 0)]);
  };
  const toggle = (kind) => {
    const details = current?.querySelector(kind);
    if (!details) return;
    details.open = !details.open;
    current.scrollIntoView({ block: "nearest" });
  };

  // Forms: one after the other, so that a note is saved before the vote that follows it.
  const dirty = (root) => Array.from(root.querySelectorAll("textarea, input:not([type=hidden])"))
    .some((input) => input.value !== input.defaultValue);
  const busy = (root) => dirty(root) || (root.contains(document.activeElement)
    && document.activeElement.matches("textarea, input"));
  const swap = (old, html) => {
    if (!old || old.outerHTML === html) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.dataset.key, label = focused?.getAttribute("aria-label");
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    const note = old.querySelector("details.note");
    if (note && fresh.querySelector("details.note")) fresh.querySelector("details.note").open = note.open;
    old.replaceWith(fresh);
    if (!focused) return;
    const again = Array.from(fresh.querySelectorAll("button, a"))
      .find((one) => (key && one.dataset.key === key) || (label && one.getAttribute("aria-label") === label));
    (again ?? fresh.closest("li"))?.focus({ preventScroll: true });
  };
  const apply = (news) => {
    // The answer to a form has no version: it holds one paper, and others may have news as well.
    version = news.version ?? version;
    for (const [id, html] of Object.entries(news.controls ?? {})) {
      const old = document.querySelector(`[data-controls="${CSS.escape(id)}"]`);
      // Where somebody writes, nothing is swapped: the next letter would be a key.
      if (old && !busy(old)) swap(old, html);
    }
    if (news.progress) swap(byId("progress"), news.progress);
    if (news.panel) swap(byId("panel"), news.panel);
    const body = document.body.dataset;
    if (news.state && (news.state !== body.state || news.bundle !== body.bundle)) {
      tell(news.state !== body.state ? `The edition is ${news.state} now.` : "The list was made anew.", "Load the page again");
    } else if (news.cards > Number(main().dataset.cards ?? news.cards)) {
      tell("Something was added.", "Load the page again");
    }
  };
  // A page without pieces of its own is fetched as a whole, and its main part put in place.
  const refresh = async () => {
    const answer = await fetch(location.pathname + location.search);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Only now: meanwhile somebody may have moved on, or begun to write.
    if (busy(main())) return;
    const at = idOf(current), open = document.activeElement?.dataset?.key;
    main().replaceWith(page.getElementById("main"));
    version = main().dataset.version;
    const item = items().find((one) => idOf(one) === at);
    mark(item ?? null);
    const button = open && item?.querySelector(`[data-key="${CSS.escape(open)}"]:not(:disabled)`);
    (button || item)?.focus({ preventScroll: true });
    item?.scrollIntoView({ block: "nearest" });
  };
  // What was pressed shows at once; the answer puts right what was not taken.
  const showPressed = (button) => {
    if (button?.name !== "vote") return () => {};
    const all = Array.from(button.parentElement.children), before = all.map((one) => one.getAttribute("aria-pressed"));
    for (const one of all) one.setAttribute("aria-pressed", String(one === button && button.value !== ""));
    return () => all.forEach((one, index) => one.setAttribute("aria-pressed", before[index]));
  };
  const post = (address, form) => fetch(address, {
    method: "POST", body: new URLSearchParams(form), headers: { Accept: "application/json" }, keepalive: true,
  });
  const unsent = new Set();
  const send = (address, form, takeBack = () => {}) => {
    const job = { address, form };
    unsent.add(job);
    waiting = waiting.then(async () => {
      if (!unsent.delete(job)) return;
      try {
        const answer = await post(address, form);
        const said = answer.headers.get("content-type")?.startsWith("application/json") ? await answer.json() : {};
        if (!answer.ok) {
          takeBack();
          return tell(said.error ?? "That was not taken.", answer.status === 403 ? "Load the page again" : "");
        }
        if (main().hasAttribute("data-refresh")) await refresh();
        else apply(said);
        if (said.about) {
          const item = items().find((one) => idOf(one) === said.about);
          if (item) go(item);
          tell(item ? "Undone." : `Undone: ${said.about}, which is not on this page.`, "");
        }
      } catch {
        takeBack();
        tell("The desk does not answer; nothing was kept. Is it still running?", "Load the page again");
      }
    });
    return waiting;
  };
  // A button without an address of its own says the page's.
  const addressOf = (form, button) => (button?.hasAttribute("formaction") ? button.formAction : form.action);
  document.addEventListener("submit", (event) => {
    const form = event.target, button = event.submitter;
    if (!form.matches("[data-act]")) return;
    event.preventDefault();
    if (button?.name === "unread") passed.delete(form.elements.id.value);
    send(addressOf(form, button), new FormData(form, button), showPressed(button));
  });
  document.addEventListener("change", (event) => {
    const part = event.target;
    if (part.matches(".tools select")) return part.form.requestSubmit();
    if (!part.matches("[data-act] textarea, [data-act] .words input")) return;
    save(part);
  });
  const save = (part) => {
    const button = part.closest("[data-note]").querySelector("button");
    send(addressOf(part.form, button), new FormData(part.form, button));
    part.defaultValue = part.value;
  };

  // Reading: gathered for a moment, and sent before the page goes.
  const passed = new Set();
  let sending = 0;
  const haveRead = (item) => {
    const controls = item?.querySelector("[data-controls]");
    if (!controls || "read" in controls.dataset || !controls.querySelector("form")) return;
    controls.dataset.read = "";
    const button = controls.querySelector("[name=unread]");
    button.value = "1";
    button.textContent = "Unread";
    passed.add(controls.dataset.controls);
    clearTimeout(sending);
    sending = setTimeout(sendRead, 800);
  };
  const sendRead = () => {
    const token = document.querySelector('input[name="token"]')?.value;
    if (!passed.size || !token) return;
    const form = new FormData();
    form.set("token", token);
    for (const id of passed) form.append("id", id);
    passed.clear();
    send(`/${edition}/read`, form);
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.abstract") && event.target.open) haveRead(event.target.closest("li"));
  }, true);
  // Before the page goes: what is half written, what waits for its turn, and what was read.
  addEventListener("pagehide", () => {
    for (const part of document.querySelectorAll("[data-act] textarea")) {
      if (part.value !== part.defaultValue) save(part);
    }
    sendRead();
    for (const job of unsent) post(job.address, job.form).catch(() => {});
    unsent.clear();
  });

  // News, while somebody looks.
  const poll = async () => {
    if (document.visibilityState !== "visible" || !version || help?.open) return;
    const query = new URLSearchParams({ seen: version });
    if (!main().hasAttribute("data-refresh")) for (const item of items()) query.append("card", idOf(item) ?? "");
    try {
      const answer = await fetch(`/${edition}/live?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const news = await answer.json();
      if (news.version === version) return;
      if (!main().hasAttribute("data-refresh")) apply(news);
      else await refresh();
    } catch { /* the next time */ }
  };
  if (edition && version) setInterval(() => { waiting = waiting.then(poll); }, POLL);

  // Keys. What a button does, its key does: data-key names it.
  const press = (key) => {
    const found = `[data-key="${CSS.escape(key)}"]`;
    const button = current?.querySelector(found) ?? document.querySelector(`${found}[data-global]`);
    if (button && !button.disabled) button.click();
    return Boolean(button);
  };
  const write = () => {
    const part = current?.querySelector("[data-note]");
    if (!part) return;
    if (part.matches("details")) part.open = true;
    part.querySelector("textarea").focus();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    o: () => toggle("details.abstract"),
    s: () => toggle("details.score"),
    c: write,
    x: () => current?.querySelector("h2 a, h3 a")?.click(),
    g: () => { location.href = location.pathname.endsWith("/ten") ? `/${edition}` : `/${edition}/ten`; },
    "/": () => { search?.focus(); search?.select(); },
    "?": () => help?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || help?.open) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches("input, select, textarea")) {
      if (event.key !== "Escape") return;
      const item = target.closest("#rows > li, .places > li");
      target.blur();  // a changed note is saved by that
      if (target.closest("details.note")) target.closest("details.note").open = false;
      item?.focus({ preventScroll: true });
      return;
    }
    if (event.key === "Enter") {
      // On a link, a button or a fold, Enter keeps its own meaning.
      if (!current || target.closest("a, button, summary")) return;
      event.preventDefault();
      toggle("details.abstract");
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.key.length === 1 && press(event.key)) {
      event.preventDefault();
    }
  });
  document.addEventListener("focusin", (event) => {
    const item = event.target.closest("#rows > li, .places > li");
    if (item && item !== current) mark(item);
  });
  document.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest("#rows > li, .places > li") : null;
    if (item && item !== current) mark(item);
  });
  byId("help-open")?.addEventListener("click", () => help.showModal());

  // What the keys scroll to must not end up under the tools where those stay in sight.
  const tools = document.querySelector(".bar-holder");
  const keepClear = () => {
    const over = tools && getComputedStyle(tools).position === "sticky" ? tools.offsetHeight : 0;
    document.documentElement.style.scrollPaddingTop = `${over + 8}px`;
  };
  addEventListener("resize", keepClear);
  keepClear();
  const aimed = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
  if (aimed && items().includes(aimed)) go(aimed);
})();
