/* narrow.js – ticks are found by typing; without it all of them can be opened.
   data-narrow · data-narrow-words · data-narrow-part · data-narrow-row */
(function () {
  "use strict";

  function all(selector, root) { return [].slice.call(root.querySelectorAll(selector)); }

  function narrow(box, words) {
    all("[data-narrow-part]", box).forEach(function (part) {
      var town = part.querySelector("summary").textContent, shown = 0;
      all("[data-narrow-row]", part).forEach(function (row) {
        var fits = !words || row.textContent.indexOf(words) >= 0 || town.indexOf(words) >= 0;
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      part.hidden = !shown;
      if (words) { part.open = shown > 0; }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    all("[data-narrow]", document).forEach(function (box) {
      var typed = box.querySelector("[data-narrow-words]");
      typed.hidden = false;
      typed.addEventListener("input", function () { narrow(box, typed.value.trim()); });
      /* Enter looks, it does not send the form */
      typed.addEventListener("keydown", function (e) { if (e.key === "Enter") { e.preventDefault(); } });
    });
  });
}());
