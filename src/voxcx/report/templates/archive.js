(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const decimal = root.lang === "ru" ? "," : ".";
  const group = root.lang === "ru" ? /[\s\u00a0]/g : /[\s\u00a0,]/g;

  function number(text) {
    const plain = text.replace("\u2212", "-").replace(group, "").replace(decimal, ".");
    const clock = plain.match(/^(-?)(\d+):(\d\d)(?::(\d\d))?/);
    if (clock) {
      const parts = clock.slice(2).filter((part) => part !== undefined).map(Number);
      return (clock[1] ? -1 : 1) * parts.reduce((sum, part) => 60 * sum + part, 0);
    }
    const found = plain.match(/-?\d+(\.\d+)?(e[+-]?\d+)?/i);
    return found ? Number(found[0]) : null;
  }
  function key(cell, figures) {
    if (!cell) return null;
    if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
    const text = (figures ? cell.firstChild : cell)?.textContent.trim() || "";
    if (text === "" || text === "\u2013") return null;
    return figures ? number(text) : text;
  }
  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), root.lang, { numeric: true });
  }
  function sort(head) {
    const table = head.closest("table");
    const body = table.tBodies[0];
    const place = head.cellIndex;
    const figures = head.classList.contains("f");
    const down = head.getAttribute("aria-sort") === "descending" ? false : figures || head.getAttribute("aria-sort") === "ascending";
    const rows = [...body.rows];
    const shown = rows.filter((row) => !row.classList.contains("x")).length;
    const keyed = rows.map((row) => [key(row.cells[place], figures), row]);
    keyed.sort(([a], [b]) => (a === null) - (b === null) || (a === null ? 0 : (down ? -1 : 1) * compare(a, b)));
    table.querySelectorAll("th").forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    keyed.forEach(([, row], at) => {
      row.classList.toggle("x", at >= shown);
      body.append(row);
    });
  }
  function unfold(button) {
    const all = button.closest("figure").classList.toggle("all");
    const other = button.dataset.less;
    button.dataset.less = button.textContent;
    button.textContent = other;
    if (!all) button.closest("figure").scrollIntoView({ block: "nearest" });
  }

  // A hint is a title: it serves readers without a script, and moves into the box on the first look.
  function hinted(element) {
    for (let one = element; one && one !== root; one = one.parentElement) {
      if (one.dataset && one.dataset.tip) return one;
      const inside = one.namespaceURI.endsWith("svg") ? one.querySelector(":scope > title") : null;
      const text = inside ? inside.textContent : one.getAttribute("title");
      if (text) {
        one.dataset.tip = text;
        if (inside) inside.remove();
        else one.removeAttribute("title");
        one.setAttribute(inside ? "aria-label" : "aria-description", text);
        return one;
      }
    }
    return null;
  }
  let box = null;
  let shownAt = 0;
  function hide() {
    if (box) box.hidden = true;
  }
  function show(element, point) {
    box = box || document.getElementById("tip");
    box.textContent = element.dataset.tip;
    box.hidden = false;
    shownAt = performance.now();
    const around = element.getBoundingClientRect();
    const x = point ? point.clientX : around.left + around.width / 2;
    const y = point ? point.clientY : around.top;
    const left = Math.min(Math.max(x - box.offsetWidth / 2, 8), root.clientWidth - box.offsetWidth - 8);
    const above = y - box.offsetHeight - 14;
    box.style.left = `${Math.max(left, 8)}px`;
    box.style.top = `${above > 4 ? above : y + 18}px`;
  }
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const element = hinted(event.target);
    if (element) show(element, event);
    else hide();
  });
  document.addEventListener("focusin", (event) => {
    const element = event.target.matches(":focus-visible") ? hinted(event.target) : null;
    if (element) show(element);
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  // Focus scrolls its element into view: that scroll must not take its hint away.
  addEventListener("scroll", () => performance.now() - shownAt > 200 && hide(), { passive: true });
  document.addEventListener("click", (event) => {
    const control = event.target.closest("button, a, summary");
    if (!control) {
      const element = hinted(event.target);
      if (element) show(element, event);
      else hide();
      return;
    }
    const head = control.closest(".sortable th");
    if (head) sort(head);
    else if (control.classList.contains("more")) unfold(control);
    else if (control.classList.contains("open")) control.classList.toggle("on");
    const menu = control.closest(".menu");
    if (menu && control.tagName === "A") menu.open = false;
  });
  document.addEventListener("DOMContentLoaded", () => {
    const links = new Map([...document.querySelectorAll(".side a")].map((link) => [link.hash.slice(1), link]));
    if (!links.size || !("IntersectionObserver" in window)) return;
    const watch = new IntersectionObserver(
      (seen) =>
        seen.forEach((one) => {
          if (!one.isIntersecting) return;
          links.forEach((link) => link.classList.remove("now"));
          links.get(one.target.id)?.classList.add("now");
        }),
      { rootMargin: "-10% 0px -80% 0px" },
    );
    document.querySelectorAll("main > section").forEach((section) => watch.observe(section));
  });
})();
