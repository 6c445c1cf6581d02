// Menus close on Escape and on a click elsewhere; buttons with data-opens open a dialog; on a phone
// the filters above a list stay folded until asked for.
(() => {
  "use strict";

  const closeOthers = (kept) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== kept) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => {
    closeOthers(event.target.closest("details.menu"));
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
  });

  const toggle = document.querySelector("[data-toggles]");
  if (toggle && window.matchMedia("(max-width: 767px)").matches) {
    const folded = document.getElementById(toggle.dataset.toggles);
    const show = (open) => {
      folded.hidden = !open;
      toggle.setAttribute("aria-expanded", open);
    };
    toggle.hidden = false;
    show(false);
    toggle.addEventListener("click", () => show(folded.hidden));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
})();
