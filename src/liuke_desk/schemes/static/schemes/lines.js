// Numbers beside the lines of a text, kept as many as the text has lines.
(() => {
  "use strict";

  const numbers = document.querySelector(".line-numbers");
  const text = document.querySelector(".numbered textarea");
  if (!numbers || !text) return;

  const count = () => {
    const lines = text.value.split("\n").length;
    numbers.textContent = Array.from({ length: lines }, (_, place) => place + 1).join("\n");
    text.rows = lines + 1;
  };

  text.addEventListener("input", count);
  count();
})();
