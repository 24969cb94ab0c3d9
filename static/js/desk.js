/* desk.js – the reception desk by keyboard: one line a visitor, stored as it is typed.
   The same page works without it, one line a request. Lines travel by desk-queue.js. */
(function () {
  "use strict";

  var root = document.querySelector("[data-desk]"), form = root && root.querySelector("[data-line-form]");
  if (!form || !form.querySelector("[data-editing]")) { return; }
  function one(selector, at) { return (at || root).querySelector(selector); }
  function all(selector, at) { return [].slice.call((at || root).querySelectorAll(selector)); }

  var field = form.elements, body = one("[data-lines]"), editing = one("[data-editing]"), keys = one("[data-keys]"), note = one("[data-note]"), fates = one("[data-fates]");
  var token = field.csrfmiddlewaretoken.value, place = "desk:" + root.dataset.user + ":" + root.dataset.day + ":";
  var TEXTS = ["visitor_name", "visitor_contact", "party_size", "words", "category", "answer", "merged_into"];
  var LABELS = all("[data-outcome] label").map(function (label) { return label.textContent.trim().replace(/^(\d)\s*/, "$1 "); });
  var radios = all("[data-outcome] input"), current = {}, parked = null, timer = 0, storedAt = "", closing = null, lastKey = 0;

  var duties = null, queue = null;
  function pad(n) { return String(n).padStart(2, "0"); }
  // the stations' own time (UTC+8, no summer time), whatever this machine's clock is set to
  function clock(date) { var there = new Date(date.getTime() + 8 * 3600 * 1000); return there.getUTCHours() + ":" + pad(there.getUTCMinutes()); }
  function newKey() {
    if (window.crypto.randomUUID) { return window.crypto.randomUUID(); }
    var b = window.crypto.getRandomValues(new Uint8Array(16)); /* plain http has no randomUUID */
    b[6] = b[6] & 15 | 64; b[8] = b[8] & 63 | 128;
    return [].map.call(b, function (n, i) { return ([4, 6, 8, 10].indexOf(i) < 0 ? "" : "-") + n.toString(16).padStart(2, "0"); }).join("");
  }
  function remember(value) { try { if (value) { sessionStorage.setItem(place + "now", JSON.stringify(value)); } else { sessionStorage.removeItem(place + "now"); } } catch (error) { /* no store: nothing is kept over a reload */ } }
  function remembered() { try { return JSON.parse(sessionStorage.getItem(place + "now")); } catch (error) { return null; } }
  function masked(phone) { return phone.length >= 11 ? phone.slice(0, 3) + "****" + phone.slice(-4) : phone ? "****" + phone.slice(-2) : "未留"; }
  function node(tag, name, text) { var made = document.createElement(tag); if (name) { made.className = name; } if (text) { made.textContent = text; } return made; }
  function icon(name) { var mark = node("i", "bi bi-" + name); mark.setAttribute("aria-hidden", "true"); return mark; }

  /* --- the line being typed ------------------------------------------------------------ */

  function typed() {
    var values = { key: current.key, begun: current.begun };
    TEXTS.forEach(function (name) { values[name] = field[name].value.trim(); });
    values.outcome = field.outcome.value;
    values.referred_to = field.referred_to.value;
    values.heard_by = current.heard ? all("[name=heard_by]:checked").map(function (box) { return box.value; }) : [];
    return values;
  }
  function picture() { var values = typed(); delete values.begun; return JSON.stringify(values); }
  function isEmpty() { return !["visitor_name", "visitor_contact", "words", "category", "answer"].some(function (name) { return field[name].value.trim(); }); }
  function known(name) { return !name || categories.some(function (option) { return option.value === name; }); }

  /* What the outcome still lacks: the field to go to and what to say; null if nothing. */
  function lacking() {
    var words = field.words.value.trim(), outcome = field.outcome.value;
    if (!words) { return [field.words, "先写反映什么。"]; }
    if (field.category.value.trim() !== current.category && !known(field.category.value.trim())) { return [field.category, "没有这一类别，请从列表里选。"]; }
    if (outcome === "opinion" && words.length < 5) { return [field.words, "转为意见的，至少写五个字。"]; }
    if (outcome === "answered" && !field.answer.value.trim()) { return [field.answer, "写一句怎么答复的。"]; }
    if (outcome === "referred" && !field.referred_to.value) { return [one("[name=referred_to]"), "按数字选引导去哪里。"]; }
    if (outcome === "merged" && !field.merged_into.value.trim()) { return [field.merged_into, "输编号或几个字，选并入哪一条。"]; }
    return null;
  }
  function say(words) { note.textContent = words || ""; }

  function put(isFinal) {
    var values = typed();
    values.is_final = isFinal;
    if (!isFinal && !known(values.category)) { values.category = current.category; }
    current.saved = picture();
    queue.put(values, current.base);
  }
  /* A line settled before is stored whole; else its outcome waits for Enter. */
  function keep() {
    clearTimeout(timer);
    if (!field.words.value.trim() || picture() === current.saved) { return; }
    var same = current.outcome && field.outcome.value === current.outcome && !lacking();
    put(Boolean(same));
  }
  function store() {
    var missing = lacking(), atKeys = document.activeElement && document.activeElement.closest("[data-outcome]");
    if (missing) { say(missing[1]); missing[0].focus(); return; }
    if (!field.outcome.value && !atKeys) { say("按 1–4 选怎么办；再按一次 Enter 先存为待定。"); radios[0].focus(); return; }
    clearTimeout(timer);
    if (picture() !== current.saved || !current.isFinal) { put(true); }
    var next = current.row ? following() : null;
    parked = null;
    open(next);
  }

  function open(line) {
    var values = line || parked || {}, old = current.key, at = document.activeElement, stay = line && form.contains(at) && TEXTS.indexOf(at.name) >= 0 && TEXTS.indexOf(at.name) < 5 ? at : field.visitor_name;
    current = { key: values.key || newKey(), base: values.version === undefined ? null : values.version, outcome: values.version === undefined ? "" : values.outcome, isFinal: Boolean(line), category: values.category || "", begun: line && !values.isMine ? "" : values.begun || "" };
    parked = null;
    TEXTS.forEach(function (name) { field[name].value = values[name] === undefined ? "" : values[name]; });
    field.party_size.value = values.party_size || 1;
    [["outcome", radios], ["referred_to", all("[name=referred_to]")]].forEach(function (pair) { pair[1].forEach(function (radio) { radio.checked = radio.value === values[pair[0]]; }); });
    if (line) { all("[name=heard_by]").forEach(function (box) { box.checked = (line.heard_by || []).map(String).indexOf(box.value) >= 0; }); } else { followTicks(); }
    var held = queue.find(current.key);
    say(held && held.refused ? held.refused.text : "");
    show(old, true);
    current.row = rowOf(current.key);
    if (current.row) { current.row.after(editing, keys); } else { body.append(editing, keys); }
    show(current.key, false);
    if (held && held.refused) { current.isFinal = false; }
    current.saved = line && current.isFinal ? picture() : "";
    one("[data-number]").textContent = current.row ? current.row.cells[0].textContent : rows().length + 1;
    one("[data-clock]").textContent = line && /^\d+:\d+$/.test(line.begun || "") ? line.begun : clock(new Date());
    one("[data-for=heard]").classList.remove("is-asked");
    chosen();
    stay.focus();
    remember(line && !line.outcome ? { key: current.key } : null);
  }
  function leave() {
    if (isEmpty() && current.base === null) { parked = null; } else if (!field.words.value.trim()) { parked = current.base === null ? typed() : null; } else { keep(); parked = null; }
  }
  function show(key, isShown) { all("[data-key]").forEach(function (part) { if (part.dataset.key === key) { part.hidden = !isShown; } }); }
  function rows() { return all("tr[data-key]", body); }
  function rowOf(key) { return rows().find(function (row) { return row.dataset.key === key; }) || null; }
  function lineOf(row) { var line = JSON.parse(row.dataset.line), item = queue.find(line.key); return item ? fromItem(item) : line; }
  function fromItem(item) { return Object.assign({}, item.latest, item.base === null ? {} : { version: item.base }, { isMine: true }); }
  function beside(from, step) {
    var at = from[step];
    while (at && (!at.dataset.key || at.hidden)) { at = at[step]; }
    return at && at.matches("tr[data-key]") ? at : null;
  }
  function following() { var row = beside(keys, "nextElementSibling"); return row ? lineOf(row) : null; }
  function mend(row) { var line = lineOf(row); leave(); open(line); }

  function chosen() {
    var outcome = field.outcome.value, i = radios.findIndex(function (radio) { return radio.checked; });
    one("[data-chosen]").textContent = i < 0 ? "" : LABELS[i];
    ["answered", "referred", "merged"].forEach(function (name) { one("[data-for=" + name + "]").classList.toggle("is-asked", name === outcome); });
  }
  function choose(i) {
    var to = { answered: field.answer, referred: one("[name=referred_to]:checked") || one("[name=referred_to]"), merged: field.merged_into };
    radios[i].checked = true;
    chosen();
    say("");
    later();
    (to[radios[i].value] || radios[i]).focus();
  }
  function later() {
    if (!current.begun) { current.begun = new Date().toISOString(); }
    remember({ line: Object.assign(typed(), current.base === null ? {} : { version: current.base }) });
    clearTimeout(timer);
    timer = setTimeout(keep, 1000);
  }

  /* --- what became of each line ----------------------------------------------------------- */

  function parsed(html) { var box = document.createElement("template"); box.innerHTML = html.trim(); return box.content.firstElementChild; }
  function upsertRow(made) {
    var old = rowOf(made.dataset.key), n = Number(made.cells[0].textContent);
    var next = rows().find(function (row) { return Number(row.cells[0].textContent) > n; });
    if (old) { old.replaceWith(made); } else if (next) { next.before(made); } else if (current.row) { body.append(made); } else { editing.before(made); }
    if (made.dataset.key === current.key) { current.row = made; }
  }
  function upsertFate(made) {
    var old = all("[data-key]", fates).find(function (li) { return li.dataset.key === made.dataset.key; });
    var code = old && one("[data-code]", old);
    if (code && !one("[data-code]", made)) { var again = one("[data-code-form]", made); if (again) { again.replaceWith(code); } }
    if (old) { old.replaceWith(made); } else { fates.prepend(made); }
  }
  function count() {
    var people = rows().reduce(function (sum, row) { return sum + (Number(JSON.parse(row.dataset.line).party_size) || 1); }, 0), totals = all("[data-totals] b");
    totals[0].textContent = rows().length;
    totals[1].textContent = people;
    if (!current.row) { one("[data-number]").textContent = rows().length + 1; }
  }
  function stored(item, answer) {
    storedAt = clock(new Date());
    if (current.key === item.key) {
      current.base = answer.line.version;
      current.category = answer.line.category;
      if (picture() === current.saved) { remember({ key: item.key }); }
    }
    if (queue.find(item.key)) { return; }
    upsertRow(parsed(answer.row));
    upsertFate(parsed(answer.fate));
    show(item.key, current.key !== item.key);
    count();
  }
  /* A line on its way, or refused: the same row and place, made here. */
  function pend(item, position) {
    var values = item.latest, row = node("tr"), cells = [["num no", ""], ["no hide-s", (values.begun || "").length > 9 ? clock(new Date(values.begun)) : values.begun], ["", values.visitor_name || "匿名"], ["no hide-s", masked(values.visitor_contact)], ["num hide-s", values.party_size], ["words", values.words], ["small hide-s", values.category || "—"], ["small nowrap out", values.outcome ? LABELS[radios.findIndex(function (radio) { return radio.value === values.outcome; })] : "待定"]];
    var old = rowOf(item.key), li = node("li"), box = node("div");
    cells[0][1] = old ? old.cells[0].textContent : String(rows().length + 1);
    cells.forEach(function (cell) { row.append(node("td", cell[0], cell[1])); });
    row.dataset.key = li.dataset.key = item.key;
    row.dataset.line = JSON.stringify(fromItem(item));
    li.append(node("span", "no", cells[0][1]), box);
    if (item.refused) { refusal(item, box); } else { var state = node("span", "state state-soon"); state.append(icon("cloud-slash"), "排队 " + position); box.append(state, node("span", "small", " 保存在本机，联网后自动上传，不会重复")); }
    upsertRow(row);
    upsertFate(li);
    show(item.key, current.key !== item.key);
  }
  function refusal(item, box) {
    var state = node("span", "state state-overdue"), acts = node("p", "small acts"), now = item.refused.line;
    state.append(icon("exclamation-circle-fill"), "没有存上");
    box.append(state, node("span", "small", " " + item.refused.text), acts);
    function act(words, deed) { var made = node("button", "btn-text", words); made.type = "button"; made.addEventListener("click", deed); acts.append(made); }
    if (now) {
      box.insertBefore(node("p", "small muted", "现在登记的是：" + now.line.words), acts);
      act("用我写的", function () { queue.put(item.latest, now.line.version); });
      act("用现在登记的", function () { queue.drop(item.key); stored(item, now); if (current.key === item.key) { open(lineOf(rowOf(item.key))); } });
    } else {
      act("改这一行", function () { mend(rowOf(item.key)); });
      act("不存了", function () { var row = rowOf(item.key); queue.drop(item.key); fates.querySelector("[data-key=\"" + item.key + "\"]").remove(); if (current.key === item.key) { open(null); } if (row) { row.remove(); } count(); });
    }
  }
  function refused(item) {
    if (current.key === item.key && !item.latest.is_final && !item.refused.line) { say(item.refused.text); current.saved = ""; queue.drop(item.key); return; }
    pend(item);
    if (current.key === item.key) { say(item.refused.text); show(item.key, false); fates.querySelector("[data-key=\"" + item.key + "\"]").hidden = false; }
    count();
  }
  function changed() {
    var waiting = queue.waiting(), held = waiting.length + duties.queue.waiting().length, bad = queue.refusedOnes().length, net = one("[data-net]");
    var state = queue.state !== "online" ? queue.state : duties.queue.state, cut = state !== "online" || !navigator.onLine;
    var words = { offline: "网络断开", away: "服务器没有应答", signin: "登录已过期", stale: "页面已过期" }[state] || "网络断开";
    if (cut) { waiting.forEach(function (item, i) { if (item.key !== current.key || item.latest.is_final) { pend(item, i + 1); } }); count(); }
    net.className = "net" + (cut || bad ? " t-soon" : " muted");
    net.replaceChildren();
    if (cut) { net.append(icon("cloud-slash"), node("b", "", words)); }
    if (cut && held) { net.append("　" + held + " 条排队，" + (queue.kept ? "已存本机" : "请不要关掉这一页")); } else if (held) { net.append("正在保存"); } else if (!cut && storedAt) { net.append(icon("cloud-check"), "已存 " + storedAt); }
    if (state === "signin") { var link = node("a", "", "重新登录"); link.href = location.href; link.target = "_blank"; link.rel = "noopener"; net.append(" ", link); }
    if (state === "stale") { var anew = node("a", "", "刷新后自动上传"); anew.href = location.href; net.append(" ", anew); }
    if (bad) { net.append("　" + bad + " 条没有存上"); closing = null; }
    if (closing && !queue.items.length && !duties.queue.items.length) { var end = closing; closing = null; say(""); end.requestSubmit(); }
  }

  /* --- lists, ticks, the end ---------------------------------------------------------------- */

  var categories = all("#desk-categories option", document).map(function (option) {
    return { value: option.value, label: option.value, note: option.dataset.parent, initials: option.dataset.initials, keywords: option.dataset.keywords.split(" ").filter(Boolean) };
  });
  function rank(option, text) {
    if (option.initials.indexOf(text) === 0 || option.label === text) { return 0; }
    if (option.label.indexOf(text) >= 0) { return 1; }
    return option.keywords.some(function (word) { return word.indexOf(text) >= 0; }) ? 2 : option.initials.indexOf(text) >= 0 ? 3 : 9;
  }
  var categoryList = new window.DeskOptions(field.category, {
    find: function (text, answer) {
      var asked = text.toLowerCase(), words = field.words.value;
      if (text && known(text)) { answer([]); return; }
      if (!text) { answer(categories.filter(function (option) { return option.keywords.some(function (word) { return words.indexOf(word) >= 0; }); }).slice(0, 3)); return; }
      answer(categories.map(function (option) { return [rank(option, asked), option]; }).filter(function (pair) { return pair[0] < 9; }).sort(function (a, b) { return a[0] - b[0]; }).slice(0, 8).map(function (pair) { return pair[1]; }));
    },
    pick: function () { say(""); later(); }
  });
  var asking = 0;
  var mergeList = new window.DeskOptions(field.merged_into, {
    find: function (text, answer) {
      clearTimeout(asking);
      asking = setTimeout(function () {
        fetch(root.dataset.similarUrl + "?q=" + encodeURIComponent(text), { credentials: "same-origin", headers: { Accept: "application/json" } }).then(function (heard) { return heard.json(); }).then(function (heard) {
          answer(heard.found.filter(function (row) { return row.number !== text; }).map(function (row) { return { value: row.number, label: row.title, note: row.number + "　" + row.state }; }));
          if (!heard.found.length) { say("本站没有这样的在办意见。"); } else { say(""); }
        }).catch(function () { say("网络断开，现在搜不到；可以写编号的后几位。"); });
      }, 150);
    },
    pick: function () { say(""); later(); }
  });

  function followTicks() { all("[name=heard_by]").forEach(function (box) { box.checked = all("[name=present]:checked").some(function (tick) { return tick.value === box.value; }); }); }
  window.addEventListener("submit", function (e) {
    if (e.target === form) { e.preventDefault(); store(); return; }
    if (e.target.matches("[data-close]")) {
      keep();
      var left = queue.items.length + duties.queue.items.length;
      if (left) { e.preventDefault(); e.stopImmediatePropagation(); closing = e.target; say("还有 " + left + " 条没有存好，存好以后再结束。"); }
    }
    if (e.target.matches("[data-booking]")) { e.preventDefault(); come(e.target); }
    if (e.target.matches("[data-code-form]")) {
      e.preventDefault();
      fetch(e.target.action, { method: "POST", body: new FormData(e.target), credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } }).then(function (answer) { return answer.json(); }).then(function (answer) { upsertFate(parsed(answer.fate)); }).catch(function () { say("没有发成，请再试一次。"); });
    }
  }, true);
  root.addEventListener("click", function (e) {
    var slip = e.target.closest("[data-slip]"), join = e.target.closest("[data-join]"), row = e.target.closest("tr[data-key]"), sheet = document.querySelector("[data-slip-sheet]");
    if (join) {
      var asked = lineOf(rowOf(join.closest("[data-key]").dataset.key));
      leave();
      open(Object.assign(asked, { outcome: "merged", merged_into: join.dataset.join }));
      put(true);
      open(null);
    } else if (slip) {
      one("[data-slip-number]", sheet).textContent = slip.dataset.number;
      one("[data-slip-code]", sheet).textContent = slip.dataset.secret;
      document.body.classList.add("print-slip");
      sheet.hidden = false;
      window.print();
      sheet.hidden = true;
      document.body.classList.remove("print-slip");
    } else if (row && !String(window.getSelection())) { e.preventDefault(); mend(row); }
  });

  /* Who booked is here: a line of the register, to be finished by what becomes of it. */
  function come(asked) {
    fetch(asked.action, { method: "POST", body: new FormData(asked), credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } }).then(function (answer) { return answer.json().then(function (heard) {
      if (!answer.ok) { say(heard.refused || heard.detail || "没有转成，请刷新页面。"); return; }
      asked.remove();
      if (!rowOf(heard.line.key)) { upsertRow(parsed(heard.row)); upsertFate(parsed(heard.fate)); }
      mend(rowOf(heard.line.key));
      count();
      radios[0].focus();
    }); }).catch(function () { say("网络断开，预约暂时转不成登记；可以先照常登记。"); });
  }

  /* What others wrote at this desk: asked for only while somebody works here, so that a
     desk left alone still signs out. What is being typed here is never touched. */
  var seen = "", isLooking = false, lookedAt = 0;
  function look() {
    if (isLooking) { return; }
    isLooking = true;
    lookedAt = Date.now();
    fetch(root.dataset.newsUrl, { credentials: "same-origin", redirect: "manual", headers: seen ? { "If-None-Match": seen } : {} }).then(function (answer) {
      var mark = answer.headers.get("ETag");
      if (answer.status === 304 || answer.ok) { [duties.queue, queue].forEach(function (each) { if (each.waiting().length && each.state !== "online") { each.nudge(); } }); }
      return answer.status === 200 ? answer.json().then(function (news) { seen = mark; heed(news); }) : null;
    }).catch(function () { /* the next look will do */ }).then(function () { isLooking = false; });
  }
  function heed(news) {
    if (!news.is_open && !queue.items.length && !duties.queue.items.length) { location.reload(); return; }
    news.lines.forEach(function (line) {
      var here = rowOf(line.key);
      if (queue.find(line.key)) { return; }
      if (line.key === current.key) { if (current.base !== null && line.version > current.base) { say("这一行刚刚被同事改过，存的时候会再问您。"); } return; }
      if (here && JSON.parse(here.dataset.line).version >= line.version) { return; }
      upsertRow(parsed(line.row));
      upsertFate(parsed(line.fate));
    });
    duties.show(news.ticks);
    if (!one("[data-bookings]").contains(document.activeElement)) { one("[data-bookings]").innerHTML = news.bookings; }
    count();
  }
  function attend() { if (!document.hidden && Date.now() - lastKey < 120000) { look(); } }
  setInterval(attend, 10000);
  ["keydown", "input", "pointerdown", "pointermove"].forEach(function (kind) { document.addEventListener(kind, function () { lastKey = Date.now(); if (lastKey - lookedAt > 10000) { look(); } }, true); });

  /* --- keys ------------------------------------------------------------------------------------ */

  document.addEventListener("keydown", function (e) {
    var at = e.target, digit = /^[1-4]$/.test(e.key) ? Number(e.key) - 1 : /^Digit[1-4]$/.test(e.code) && e.altKey ? Number(e.code[5]) - 1 : -1;
    if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey) { return; }
    if (e.key === "?" && !/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) { one("[data-all-keys]").open = true; return; }
    if (e.key === "F3" || e.key === "F4") {
      var booked = one("[data-booking] button");
      e.preventDefault();
      if (e.key === "F3") { duties.focus(); } else if (booked) { booked.focus(); } else { say("没有等着的预约。"); }
      return;
    }
    if (e.key === "Escape" && !form.contains(at) && at.closest("[data-ticks], [data-bookings]")) { field.visitor_name.focus(); return; }
    if (!form.contains(at)) { return; }
    if (at === field.category && categoryList.key(e) || at === field.merged_into && mergeList.key(e)) { e.stopImmediatePropagation(); return; }
    var isText = at.matches("input:not([type=radio]):not([type=checkbox])"), go = null;
    if (digit >= 0 && (e.altKey || at.closest("[data-outcome]"))) { go = function () { choose(digit); }; }
    if (e.key === "Enter" && at.tagName !== "BUTTON" && at.tagName !== "A") { go = store; }
    if (e.key === "F2") { go = function () { one("[data-for=heard]").classList.add("is-asked"); (one("[name=heard_by]") || at).focus(); }; }
    if (e.key === "ArrowUp" && isText) { go = function () { var row = beside(editing, "previousElementSibling"); if (row) { mend(row); } }; }
    if (e.key === "ArrowDown" && isText && current.row) { go = function () { var row = beside(keys, "nextElementSibling"); if (row) { mend(row); } else { leave(); open(null); } }; }
    if (e.key === "Escape" && current.row) { go = function () { leave(); open(null); }; }
    if (go) { e.preventDefault(); e.stopImmediatePropagation(); go(); }
  }, true);
  form.addEventListener("input", function (e) { if (e.target.name === "heard_by") { current.heard = true; } later(); });
  form.addEventListener("change", function (e) { if (e.target.name === "outcome") { chosen(); } later(); });

  root.classList.add("is-live");
  duties = new window.DeskDuties(root, { token: token, look: look, ticked: function () { if (current.base === null && !current.heard) { followTicks(); } }, changed: function () { if (queue) { changed(); queue.flush(); } } });
  queue = new window.DeskQueue({ store: place, url: root.dataset.lineUrl, token: token, after: duties.queue, stored: stored, refused: refused, changed: changed });
  queue.items.forEach(function (item, i) { pend(item, i + 1); });
  (function begin() {
    var kept = remembered(), asked = new URLSearchParams(location.search).get("line"), row = rowOf(asked || (kept && kept.key));
    if (kept && kept.line && !queue.find(kept.line.key)) { open(Object.assign({ isMine: true }, kept.line)); current.isFinal = false; current.saved = ""; later(); } else { open(row ? lineOf(row) : null); }
    count();
    changed();
    duties.queue.flush();
    queue.flush();
  }());
}());
