/* app.js – small helps of the staff pages; every page works without them.
   data-find · data-href · data-popup · data-dismiss · data-print · data-confirm ·
   data-guard · data-autosave · data-keyset · data-error-summary */
(function () {
  "use strict";

  function all(selector, root) { return [].slice.call((root || document).querySelectorAll(selector)); }
  function typing(node) { return /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName) || node.isContentEditable; }

  /* keys: "/" to the search box, Escape closes what popped up, digits choose an outcome */
  document.addEventListener("keydown", function (e) {
    if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) { return; }
    if (e.key === "/" && !typing(e.target)) {
      var box = document.querySelector("[data-find]");
      if (box) { e.preventDefault(); box.focus(); box.select(); }
    }
    if (e.key === "Escape") {
      all("details[data-popup][open]").forEach(function (d) { d.open = false; d.querySelector("summary").focus(); });
    }
    var set = e.target.closest && e.target.closest("[data-keyset]");
    if (set && /^[1-9]$/.test(e.key)) {
      var choice = all("input[type=radio]", set)[Number(e.key) - 1];
      if (choice) { e.preventDefault(); choice.click(); choice.focus(); }
    }
  });

  document.addEventListener("click", function (e) {
    var at = e.target;
    all("details[data-popup][open]").forEach(function (d) { if (!d.contains(at)) { d.open = false; } });
    if (at.closest("[data-dismiss]")) { at.closest(".msg").remove(); return; }
    if (at.closest("[data-print]")) { window.print(); return; }
    var asks = at.closest("button[data-confirm], a[data-confirm]");
    if (asks && !window.confirm(asks.dataset.confirm)) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    /* the whole row opens what its link opens; selecting text does not */
    var row = at.closest("tr[data-href], .line[data-href]");
    if (!row || at.closest("a, button, input, label, select, summary, textarea")) { return; }
    if (String(window.getSelection())) { return; }
    if (e.ctrlKey || e.metaKey) { window.open(row.dataset.href, "_blank", "noopener"); } else { location.href = row.dataset.href; }
  }, true);

  document.addEventListener("submit", function (e) {
    var words = e.target.dataset.confirm;
    if (words && !window.confirm(words)) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    e.target.dataset.sent = "yes";
  }, true);

  /* a changed form asks before it is left */
  document.addEventListener("input", function (e) {
    var form = e.target.form;
    if (!form) { return; }
    if (form.hasAttribute("data-guard")) { form.dataset.dirty = "yes"; }
    if (form.dataset.autosave) { delete form.dataset.sent; later(form); }
  });
  window.addEventListener("beforeunload", function (e) {
    var open = all("form[data-guard][data-dirty]").some(function (f) { return !f.dataset.sent; });
    if (open) { e.preventDefault(); }
  });

  /* a draft is kept a second after the last key */
  var timers = new WeakMap();
  function later(form) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () { keep(form); }, 1000));
  }
  function say(form, words) {
    var place = form.querySelector("[data-autosave-status]");
    if (place) { place.textContent = words; }
  }
  function keep(form) {
    if (form.dataset.sent || !form.isConnected) { return; }
    var body = new FormData(form);
    /* files are not drafts, and sending them every second would be rude */
    all("input[type=file]", form).forEach(function (f) { body.delete(f.name); });
    fetch(form.dataset.autosave, { method: "POST", body: body, credentials: "same-origin", headers: { "X-Autosave": "1" } }).then(function (answer) {
      if (answer.redirected) { say(form, "登录已过期，请另开一页登录后再保存，不要关掉这一页"); return; }
      if (!answer.ok) { say(form, answer.status === 422 ? "还没有自动保存：有内容要改" : "没有自动保存上，继续写，稍后再试"); return; }
      var now = new Date(Date.now() + 8 * 3600 * 1000);  // the stations' own time, UTC+8
      delete form.dataset.dirty;
      say(form, "已自动保存 " + now.getUTCHours() + ":" + String(now.getUTCMinutes()).padStart(2, "0"));
    }, function () { say(form, "网络断开，没有自动保存上；请不要关掉这一页"); later(form); });
  }

  /* the error summary takes the focus, after a load and after a partial */
  function heed(root) {
    var found = root.matches && root.matches("[data-error-summary]") ? root : root.querySelector("[data-error-summary]");
    if (found) { found.focus(); }
  }
  document.addEventListener("DOMContentLoaded", function () { heed(document); });
  document.addEventListener("htmx:afterSettle", function (e) { heed(e.target); });

  /* what htmx does not put in the page is said in the message box */
  function tell(words) {
    var box = document.getElementById("messages");
    if (!box) { return; }
    var line = document.createElement("div"), text = document.createElement("span"), mark = document.createElement("i");
    line.className = "msg msg-error";
    mark.className = "bi bi-exclamation-circle-fill";
    mark.setAttribute("aria-hidden", "true");
    text.textContent = words;
    line.append(mark, text);
    box.replaceChildren(line);
    box.scrollIntoView({ block: "nearest" });
  }
  function clear(e) { var f = e.target.closest && e.target.closest("form"); if (f) { delete f.dataset.sent; } }
  document.addEventListener("htmx:responseError", function (e) {
    clear(e);
    var status = e.detail.xhr.status;
    tell(status === 403 ? "您不能做这件事。" : status === 404 ? "没有这条记录，或者它不在您的范围里。" : status === 429 ? "操作太频繁了，请过几分钟再来。" : "系统出错了，刚才的操作没有完成，请再试一次。");
  });
  document.addEventListener("htmx:sendError", function (e) { clear(e); tell("网络断开，刚才的操作没有送出。"); });
}());
