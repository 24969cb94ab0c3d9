/* check.js – marking a check by keyboard: Enter goes to the next score, the sum runs along. data-check */
(function () {
  "use strict";

  function scores(form) { return [].slice.call(form.querySelectorAll("[name^='score_']")); }

  function add(form) {
    var sum = 0, left = 0;
    scores(form).forEach(function (field) {
      if (field.value === "") { left += 1; } else { sum += Number(field.value) || 0; }
    });
    var points = document.querySelector("[data-points]"), rest = document.querySelector("[data-left]");
    if (points) { points.textContent = String(sum); }
    if (rest) { rest.textContent = left ? "还有 " + left + " 项没有打分" : "每一项都已打分"; }
  }

  document.addEventListener("DOMContentLoaded", function () {
    var form = document.querySelector("[data-check]");
    if (!form) { return; }
    form.addEventListener("input", function () { add(form); });
    form.addEventListener("keydown", function (e) {
      if (e.key !== "Enter" || e.isComposing || !/^(score|note)_/.test(e.target.name || "")) { return; }
      e.preventDefault();
      var key = e.target.name.split("_")[1], all = scores(form), at = all.findIndex(function (f) { return f.name === "score_" + key; });
      var next = all[at + 1] || form.querySelector("[name=veto], [name=summary]");
      if (next) { next.focus(); if (next.select) { next.select(); } }
    });
  });
}());
