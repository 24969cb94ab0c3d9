/* desk-queue.js – lines on their way to the server, each sent until it has arrived, once.

   An item is {key, at, base, attempt, latest, refused}: `latest` is what was typed, `base`
   the version it was made from, `attempt` what was sent and not yet answered. After a
   lost answer the same attempt is sent again, which the server knows by its key; only
   then follows what was typed since. Items wait in localStorage while they are unsent
   and no longer: they hold names and telephones. What comes `after` another queue (lines
   after the deputies who hear them) waits until that one has sent its own. */
(function () {
  "use strict";

  var WAITS = [2000, 4000, 8000, 15000, 30000], AT_ONCE = 50, LONGEST_SEND = 20000;

  /* options: store (how names in localStorage begin), url, token, after (a queue),
     stored(item, answer), refused(item), changed() */
  function Queue(options) {
    this.options = options;
    this.state = "online"; /* online · offline · away (server errors) · signin · stale */
    this.kept = true;
    this.items = [];
    this.failures = 0;
    this.isSending = false;
    this.isHopeful = false; /* there is new reason to think that the network is back */
    this.timer = 0;
    this.read();
    var queue = this;
    window.addEventListener("online", function () { queue.nudge(); });
  }

  /* Something got through, or the network says it is back: send now. A send on its way
     may have begun before; if that one fails, the next follows at once. */
  Queue.prototype.nudge = function () {
    this.failures = 0;
    this.isHopeful = this.isSending;
    this.flush();
  };

  Queue.prototype.read = function () {
    var store = this.options.store, names = [];
    try {
      names = Object.keys(localStorage).filter(function (name) { return name.indexOf(store) === 0; });
      this.items = names.map(function (name) { return JSON.parse(localStorage.getItem(name)); });
    } catch (error) { this.kept = false; }
    this.items.sort(function (a, b) { return a.at - b.at; });
  };

  /* Every item has its own place, so that two tabs do not wipe out each other's. */
  Queue.prototype.write = function (item) {
    try { localStorage.setItem(this.options.store + item.key, JSON.stringify(item)); this.kept = true; } catch (error) { this.kept = false; }
  };

  Queue.prototype.forget = function (item) {
    this.items = this.items.filter(function (other) { return other !== item; });
    try { localStorage.removeItem(this.options.store + item.key); } catch (error) { this.kept = false; }
  };

  Queue.prototype.find = function (key) {
    return this.items.find(function (item) { return item.key === key; });
  };

  /* Lines not yet stored, those refused apart. */
  Queue.prototype.waiting = function () { return this.items.filter(function (item) { return !item.refused; }); };
  Queue.prototype.refusedOnes = function () { return this.items.filter(function (item) { return item.refused; }); };

  /* Take a line in; `base` is the version it was made from, null if it is new. */
  Queue.prototype.put = function (fields, base) {
    var item = this.find(fields.key);
    if (!item) {
      item = { key: fields.key, at: Date.now(), base: base, attempt: null, latest: null, refused: null };
      this.items.push(item);
    }
    if (item.refused) { item.attempt = null; item.base = base; }
    item.latest = fields;
    item.refused = null;
    this.write(item);
    this.options.changed();
    this.flush();
  };

  Queue.prototype.drop = function (key) {
    var item = this.find(key);
    if (item) { this.forget(item); }
    this.options.changed();
  };

  Queue.prototype.later = function (state) {
    var queue = this, wait = this.isHopeful ? AT_ONCE : WAITS[Math.min(this.failures, WAITS.length - 1)];
    this.failures += this.isHopeful ? 0 : 1;
    this.isSending = this.isHopeful = false;
    this.state = state;
    clearTimeout(this.timer);
    this.timer = setTimeout(function () { queue.flush(); }, wait);
    this.options.changed();
  };

  Queue.prototype.flush = function () {
    var item = this.waiting()[0], queue = this, before = this.options.after, given = new AbortController();
    if (this.isSending || !item) { return; }
    if (before && before.waiting().length) { before.flush(); return; }
    clearTimeout(this.timer);
    this.isSending = true;
    var hung = setTimeout(function () { given.abort(); }, LONGEST_SEND);
    if (!item.attempt) {
      item.attempt = Object.assign({}, item.latest);
      if (item.base !== null) { item.attempt.version = item.base; }
      this.write(item);
    }
    fetch(this.options.url, {
      method: "POST",
      signal: given.signal,
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.options.token },
      body: JSON.stringify(item.attempt)
    }).then(function (answer) {
      clearTimeout(hung);
      if (answer.type === "opaqueredirect") { return queue.later("signin"); }
      if (answer.status >= 500 || answer.status === 429) { return queue.later("away"); }
      if (answer.status === 403) { return queue.later("stale"); }
      return answer.json().catch(function () { return null; }).then(function (body) {
        if (!body && answer.ok) { return queue.later("offline"); } /* cut off while answering */
        return queue.heard(item, answer, body || {});
      });
    }, function () { clearTimeout(hung); queue.later("offline"); });
  };

  Queue.prototype.heard = function (item, answer, body) {
    this.isSending = this.isHopeful = false;
    this.failures = 0;
    this.state = "online";
    if (answer.ok) { this.arrived(item, body); } else { this.refuse(item, answer.status, body); }
    this.options.changed();
    this.flush();
  };

  Queue.prototype.arrived = function (item, body) {
    var sent = Object.assign({}, item.attempt);
    item.attempt = null;
    if (body.line) { item.base = body.line.version; }
    delete sent.version;
    if (JSON.stringify(sent) === JSON.stringify(item.latest)) { this.forget(item); } else { this.write(item); }
    this.options.stored(item, body);
  };

  Queue.prototype.refuse = function (item, status, body) {
    item.attempt = null;
    item.refused = { status: status, text: words(body), line: body.line || null, errors: body.errors || null };
    this.write(item);
    this.options.refused(item);
  };

  function words(body) {
    if (body.refused) { return body.refused; }
    var found = [];
    Object.keys(body.errors || {}).forEach(function (field) { found = found.concat(body.errors[field]); });
    return found.join(" ") || "这一行没有存上，请再试一次。";
  }

  window.DeskQueue = Queue;
}());
