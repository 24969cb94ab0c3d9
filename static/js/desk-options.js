/* desk-options.js – a list of choices under a text field, by keyboard or pointer
   (ARIA combobox). DeskOptions(input, {find(text, answer), pick(option)}); an option is
   {value, label, note}. */
(function () {
  "use strict";

  var count = 0;

  function Options(input, source) {
    var list = document.createElement("ul"), self = this;
    count += 1;
    list.id = "options-" + count;
    list.className = "options";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") || "");
    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.parentNode.classList.add("has-options");
    input.parentNode.appendChild(list);
    this.input = input;
    this.list = list;
    this.source = source;
    this.found = [];
    this.active = -1;
    input.addEventListener("input", function () { self.ask(); });
    input.addEventListener("focus", function () { self.ask(); });
    input.addEventListener("blur", function () { self.close(); });
    list.addEventListener("mousedown", function (e) {
      var at = e.target.closest("[role=option]");
      e.preventDefault(); /* the field keeps the focus */
      if (at) { self.pick(Array.prototype.indexOf.call(list.children, at)); }
    });
  }

  Options.prototype.isOpen = function () { return !this.list.hidden; };

  Options.prototype.ask = function () {
    var self = this, text = this.input.value.trim();
    this.source.find(text, function (found) {
      if (document.activeElement !== self.input || self.input.value.trim() !== text) { return; }
      self.show(found, text !== "");
    });
  };

  Options.prototype.show = function (found, first) {
    var self = this;
    this.found = found;
    this.list.replaceChildren.apply(this.list, found.map(function (option, i) {
      var row = document.createElement("li"), name = document.createElement("span"), note = document.createElement("span");
      row.id = self.list.id + "-" + i;
      row.setAttribute("role", "option");
      name.textContent = option.label;
      note.textContent = option.note || "";
      note.className = "small muted";
      row.append(name, note);
      return row;
    }));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(this.isOpen()));
    this.point(first && found.length ? 0 : -1);
  };

  Options.prototype.point = function (i) {
    this.active = i;
    Array.prototype.forEach.call(this.list.children, function (row, n) { row.setAttribute("aria-selected", String(n === i)); });
    if (i >= 0) { this.input.setAttribute("aria-activedescendant", this.list.children[i].id); this.list.children[i].scrollIntoView({ block: "nearest" }); } else { this.input.removeAttribute("aria-activedescendant"); }
  };

  Options.prototype.close = function () {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  };

  Options.prototype.pick = function (i) {
    var option = this.found[i];
    this.input.value = option.value;
    this.close();
    this.source.pick(option);
  };

  /* Answers whether the key was for the list. Tab takes the choice and goes on. */
  Options.prototype.key = function (e) {
    if (!this.isOpen()) { return false; }
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      var step = e.key === "ArrowDown" ? 1 : -1, n = this.found.length;
      this.point(this.active < 0 && step < 0 ? n - 1 : (this.active + step + n) % n);
      e.preventDefault();
      return true;
    }
    if (e.key === "Escape") { this.close(); e.stopPropagation(); return true; }
    if ((e.key === "Enter" || e.key === "Tab") && this.active >= 0) {
      this.pick(this.active);
      if (e.key === "Enter") { e.preventDefault(); }
      return e.key === "Enter";
    }
    return false;
  };

  window.DeskOptions = Options;
}());
