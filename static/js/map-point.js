/* map-point.js – a click on the map fills longitude and latitude in. data-map · data-map-here · data-map-hint */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", function () {
    var map = document.querySelector("[data-map]"), here = document.querySelector("[data-map-here]");
    var longitude = document.getElementById("id_longitude"), latitude = document.getElementById("id_latitude");
    if (!map || !here || !longitude || !latitude) { return; }
    var hint = document.querySelector("[data-map-hint]"), at = map.dataset;
    if (hint) { hint.hidden = false; }
    map.classList.add("map-live");

    function show(x, y) {
      here.setAttribute("transform", "translate(" + x.toFixed(1) + " " + y.toFixed(1) + ")");
      here.setAttribute("visibility", "visible");
    }

    map.addEventListener("click", function (e) {
      var point = new DOMPoint(e.clientX, e.clientY).matrixTransform(map.getScreenCTM().inverse());
      longitude.value = (Number(at.west) + point.x / at.scale / at.squeeze).toFixed(6);
      latitude.value = (Number(at.north) - point.y / at.scale).toFixed(6);
      show(point.x, point.y);
      longitude.dispatchEvent(new Event("input", { bubbles: true }));
    });

    function typed() {
      var x = (Number(longitude.value) - at.west) * at.squeeze * at.scale, y = (at.north - Number(latitude.value)) * at.scale;
      if (longitude.value && latitude.value && isFinite(x) && isFinite(y)) { show(x, y); }
    }
    longitude.addEventListener("change", typed);
    latitude.addEventListener("change", typed);
  });
}());
