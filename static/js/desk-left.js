/* desk-left.js – lines of the desk that this machine still keeps: on the page of a day
   that is closed they can only be read and taken away; elsewhere each day is named. */
(function () {
  "use strict";

  var card = document.querySelector("[data-left]"), names = [];
  if (!card) { return; }
  var list = card.querySelector("ul"), store = "desk:" + card.dataset.user + ":" + (card.dataset.day ? card.dataset.day + ":" : "");
  try { names = Object.keys(localStorage).filter(function (name) { return name.indexOf(store) === 0; }); } catch (error) { return; }

  function row(words, end) {
    var made = document.createElement("li"), text = document.createElement("span");
    made.className = "left-line";
    text.textContent = words;
    made.append(text, end);
    list.append(made);
  }
  function lines() {
    names.forEach(function (name) {
      var item = JSON.parse(localStorage.getItem(name)), done = document.createElement("button"), said = item.latest;
      done.type = "button";
      done.className = "btn-text";
      done.textContent = "已另行登记，从本机删除";
      done.addEventListener("click", function () { localStorage.removeItem(name); done.parentNode.remove(); card.hidden = !list.children.length; });
      row([said.visitor_name || "匿名", said.visitor_contact, said.words].filter(Boolean).join("　"), done);
    });
  }
  function days() {
    var counts = {};
    names.forEach(function (name) { var day = name.split(":")[2]; counts[day] = (counts[day] || 0) + 1; });
    Object.keys(counts).forEach(function (day) {
      var link = document.createElement("a");
      link.href = card.dataset.url.replace("/0/", "/" + encodeURIComponent(day) + "/");
      link.textContent = "打开这一天";
      row(counts[day] + " 条还没有上传", link);
    });
  }
  if (card.dataset.day) { lines(); } else { days(); }
  card.hidden = !list.children.length;
}());
