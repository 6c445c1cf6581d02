// Keys: every element with data-shortcut ("/", "n", "g w") is followed, focused or clicked by its
// keys, and listed in the help. j, k and Enter walk through table rows with data-href.
// Single keys can be switched off, as people who speak to their computer need (WCAG 2.1.4).
(() => {
  "use strict";

  const SWITCH = "liuke-shortcuts-off";
  const PAUSE_MS = 1200; // between the two keys of "g w"
  let first = "";
  let firstAt = 0;

  const isOff = () => localStorage.getItem(SWITCH) === "1";

  const isTyping = (target) =>
    target.isContentEditable ||
    (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"));

  const isShown = (element) => element.getClientRects().length > 0;

  const find = (keys) =>
    [...document.querySelectorAll("[data-shortcut]")].find(
      (element) => element.dataset.shortcut === keys && (isShown(element) || element.matches("a")),
    );

  const act = (element) => {
    if (element.matches("input, textarea, select")) {
      element.focus();
      if (element.select) element.select();
    } else {
      element.click();
    }
  };

  const walk = (step) => {
    const rows = [...document.querySelectorAll("tr[data-href]")];
    if (!rows.length) return;
    const now = rows.findIndex((row) => row.classList.contains("is-current"));
    const next = Math.min(Math.max(now + step, 0), rows.length - 1);
    rows[now]?.classList.remove("is-current");
    rows[next].classList.add("is-current");
    rows[next].scrollIntoView({ block: "nearest" });
    rows[next].querySelector("a")?.focus({ preventScroll: true });
  };

  document.addEventListener("keydown", (event) => {
    if (isOff() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const both = Date.now() - firstAt < PAUSE_MS ? `${first} ${event.key}` : "";
    const element = find(both) || find(event.key);
    first = event.key;
    firstAt = Date.now();
    if (element) {
      event.preventDefault();
      first = "";
      act(element);
    } else if (event.key === "j") {
      walk(1);
    } else if (event.key === "k") {
      walk(-1);
    }
  });

  const listKeys = (list) => {
    const seen = new Set();
    for (const element of document.querySelectorAll("[data-shortcut][data-shortcut-label]")) {
      const keys = element.dataset.shortcut;
      if (seen.has(keys)) continue;
      seen.add(keys);
      const words = document.createElement("dt");
      words.textContent = element.dataset.shortcutLabel;
      const shown = document.createElement("dd");
      for (const key of keys.split(" ")) {
        const cap = document.createElement("kbd");
        cap.textContent = key;
        shown.append(cap, " ");
      }
      list.append(words, shown);
    }
  };

  const list = document.querySelector("[data-shortcut-list]");
  if (list) listKeys(list);
  const onOff = document.querySelector("[data-shortcuts-switch]");
  if (onOff) {
    onOff.checked = !isOff();
    onOff.addEventListener("change", () => localStorage.setItem(SWITCH, onOff.checked ? "0" : "1"));
  }
})();
