// The record form by keyboard: digits choose the outcome, letters the feedback, + and - how much it
// matters, Ctrl+Enter saves and opens the next task. Letters typed into a field stay letters.
(() => {
  "use strict";

  const form = document.querySelector("[data-record]");
  const DEFAULT_IMPORTANCE = "2";

  const LEADS = ["g", "m"]; // begin the page's own two-key shortcuts: to go, to mark the customer
  let before = "";

  const isOff = () => localStorage.getItem("liuke-shortcuts-off") === "1";
  const isTyping = (target) =>
    target.matches("textarea, select, input") && !target.matches("[type=radio], [type=checkbox]");
  const chosen = (name) => form.querySelector(`input[name="${name}"]:checked`);

  const keys = new Map();
  for (const cap of form.querySelectorAll(".segmented kbd")) {
    keys.set(cap.textContent, cap.closest("label").querySelector("input"));
  }

  const show = (element, shown) => {
    element.hidden = !shown;
  };

  const clear = (name) => {
    for (const input of form.querySelectorAll(`input[name="${name}"]`)) {
      if (input.type === "radio") input.checked = false;
      else input.value = "";
    }
  };

  // Fields that the outcome or the feedback do not ask for are hidden and sent empty.
  const arrange = () => {
    const outcome = chosen("outcome")?.value;
    if (outcome === "unreachable") clear("feedback");
    const feedback = chosen("feedback")?.value;
    if (!feedback) clear("importance");
    else if (!chosen("importance")) form.querySelector(`input[name=importance][value="${DEFAULT_IMPORTANCE}"]`).checked = true;
    if (outcome !== "callback") clear("callback_on");
    if (feedback !== "competitor") clear("competitor");
    for (const each of form.querySelectorAll("[data-when-outcome]")) show(each, outcome === each.dataset.whenOutcome);
    for (const each of form.querySelectorAll("[data-unless-outcome]")) show(each, outcome !== each.dataset.unlessOutcome);
    for (const each of form.querySelectorAll("[data-when-feedback]")) {
      show(each, each.dataset.whenFeedback ? feedback === each.dataset.whenFeedback : Boolean(feedback));
    }
  };

  const focusWanted = (name) => {
    if (name === "callback") form.querySelector("[name=callback_on]").focus();
    if (name === "competitor") form.querySelector("[name=competitor]").focus();
  };

  const choose = (input) => {
    const again = input.checked && input.name === "feedback"; // the same letter twice takes it away
    input.checked = !again;
    input.focus();
    arrange();
    if (input.checked) focusWanted(input.value);
  };

  const weigh = (step) => {
    const now = Number(chosen("importance")?.value || DEFAULT_IMPORTANCE);
    const next = Math.min(3, Math.max(1, now + step));
    form.querySelector(`input[name=importance][value="${next}"]`).checked = true;
  };

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit(form.querySelector("[name=then][value=next]"));
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isOff()) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const goes = LEADS.includes(before);
      before = event.key;
      if (goes) return;
      const input = keys.get(event.key);
      if (input && input.closest("[hidden]") === null) choose(input);
      else if ((event.key === "+" || event.key === "=") && chosen("feedback")) weigh(1);
      else if (event.key === "-" && chosen("feedback")) weigh(-1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
    true, // before the page's own shortcuts: on this page letters are feedback
  );

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  form.addEventListener("change", arrange);
  arrange();
})();
