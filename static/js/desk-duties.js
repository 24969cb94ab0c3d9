/* desk-duties.js – who has come: ticks, leave, substitutes, deputies who came unplanned.
   Each is told to the server once, by a queue of its own before that of the lines.
   DeskDuties(root, {token, changed(), ticked(), look()}) */
(function () {
  "use strict";

  var NOTES = { on_leave: "请假", attended: "", expected: "" };

  function Duties(root, options) {
    var form = root.querySelector("[data-ticks]"), self = this;
    this.root = root;
    this.form = form;
    this.options = options;
    this.walkIn = form.querySelector("[data-walk-in]");
    this.status = form.querySelector("[data-ticks-status]");
    this.change = root.querySelector("[data-change-duty]");
    this.queue = new window.DeskQueue({
      store: "duty:" + root.dataset.user + ":" + root.dataset.day + ":", url: form.action, token: options.token,
      stored: function (item, answer) { self.status.textContent = ""; self.show(answer.ticks); },
      refused: function (item) { self.status.textContent = item.latest.name + "没有存上：" + item.refused.text; self.queue.drop(item.key); options.look(); },
      changed: function () { options.changed(); }
    });
    form.addEventListener("change", function (e) {
      var label = e.target.closest("[data-person]");
      if (label) { self.put(label.dataset.person, label.children[1].textContent, e.target.checked ? "attended" : "expected", ""); }
    });
    form.addEventListener("submit", function (e) { e.preventDefault(); });
    this.listen();
    this.queue.items.forEach(function (item) { self.apply(item.latest); });
  }

  Duties.prototype.listen = function () {
    var self = this, input = this.walkIn.querySelector("input"), people = this.candidates();
    this.list = new window.DeskOptions(input, {
      find: function (text, answer) { answer(text ? people.filter(function (option) { return option.value.indexOf(text) >= 0 && !self.label("d" + option.pk); }).slice(0, 6) : []); },
      pick: function (option) { input.value = ""; self.put("d" + option.pk, option.value, "attended", ""); }
    });
    input.addEventListener("keydown", function (e) { if (!self.list.key(e) && e.key === "Enter") { e.preventDefault(); } });
    if (!this.change) { return; }
    this.change.addEventListener("submit", function (e) {
      var field = self.change.elements, absent = field.absent, instead = field.instead;
      if (!absent.value && !instead.value) { return; } /* the server says what is missing */
      e.preventDefault();
      if (instead.value) { self.put("d" + instead.value, named(instead), "attended", absent.value); } else { self.put("d" + absent.value, named(absent), "on_leave", ""); }
      if (instead.value && absent.value) { self.paint("d" + absent.value, { is_present: false, is_away: true, note: NOTES.on_leave }); }
      self.change.reset();
      self.change.closest("details").open = false;
    });
  };

  function named(select) { return select.selectedOptions[0].textContent.split("\u3000")[0].trim(); }

  /* Deputies who could come, from the list of the form for those without scripts. */
  Duties.prototype.candidates = function () {
    var field = this.change ? this.change.elements.instead : null;
    return field ? [].slice.call(field.options, 1).map(function (option) {
      var parts = option.textContent.split("\u3000");
      return { pk: option.value, value: parts[0].trim(), label: parts[0].trim(), note: parts[1] || "" };
    }) : [];
  };

  Duties.prototype.label = function (key) { return this.form.querySelector("[data-person=\"" + key + "\"]"); };

  Duties.prototype.put = function (key, name, state, instead) {
    var said = { key: key, name: name, state: state, stands_in_for: instead };
    this.apply(said);
    this.queue.put(said, null);
    this.options.ticked();
  };

  /* How a tick looks before the server has heard of it. */
  Duties.prototype.apply = function (said) {
    var other = said.stands_in_for && this.label("d" + said.stands_in_for), note = other ? "替" + other.children[1].textContent : NOTES[said.state];
    this.paint(said.key, { name: said.name, is_present: said.state === "attended", is_away: said.state === "on_leave", note: note });
    this.label(said.key).classList.add("is-waiting");
  };

  Duties.prototype.paint = function (key, person) {
    var label = this.label(key) || this.made(key, person.name), note = label.querySelector("[data-person-note]");
    label.children[0].checked = person.is_present;
    label.classList.toggle("is-away", Boolean(person.is_away));
    label.classList.remove("is-waiting");
    if (person.note) { note.textContent = person.note; }
    return label;
  };

  Duties.prototype.made = function (key, name) {
    var label = document.createElement("label"), box = document.createElement("input"), who = document.createElement("span"), note = document.createElement("span"), heard = this.root.querySelector("[data-for=heard]");
    label.className = "tick";
    label.dataset.person = key;
    box.type = "checkbox";
    box.name = key.charAt(0) === "g" ? "guest" : "present";
    box.value = key.slice(1);
    who.textContent = name;
    note.className = "muted small";
    note.dataset.personNote = "";
    label.append(box, who, " ", note);
    this.walkIn.before(label);
    if (box.name === "present" && heard && !heard.querySelector("[name=heard_by][value=\"" + box.value + "\"]")) {
      var copy = document.createElement("label"), listens = document.createElement("input");
      listens.type = "checkbox";
      listens.name = "heard_by";
      listens.value = box.value;
      copy.className = "tick";
      copy.append(listens, " " + name);
      heard.append(copy);
    }
    return label;
  };

  /* The server's word about everybody; what is still on its way stays as it was ticked. */
  Duties.prototype.show = function (people) {
    var self = this, known = people.map(function (person) { return person.key; });
    people.forEach(function (person) {
      if (self.queue.find(person.key)) { return; }
      self.paint(person.key, person).querySelector("[data-person-note]").textContent = person.note;
    });
    [].forEach.call(this.form.querySelectorAll("[data-person]"), function (label) {
      if (known.indexOf(label.dataset.person) < 0 && !self.queue.find(label.dataset.person)) { label.remove(); }
    });
    this.options.ticked();
  };

  /* F3: to the first who has not come yet, else to the field for those unplanned. */
  Duties.prototype.focus = function () {
    var next = this.form.querySelector("[data-person]:not(.is-away) input:not(:checked)");
    (next || this.walkIn.querySelector("input")).focus();
  };

  window.DeskDuties = Duties;
}());
