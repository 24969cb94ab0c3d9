/* charts.js – one theme for ECharts; every chart is drawn from the table beside it.
   <figure data-chart="columns|lines|bars"> … <div class="chart-box"></div> … <table data-source> … </figure>
   First column = categories, each further column = a series. th[data-kind="bar|line"], th[data-unit].
   columns: upright bars and lines over time · lines: lines only · bars: lying bars, for long names.
   A cell without a number ("—") leaves a gap. Without JavaScript the table is what the reader gets. */
(function () {
  "use strict";
  var css = getComputedStyle(document.documentElement);
  function v(name) { return css.getPropertyValue(name).trim(); }
  var font = v("--sans"), ink = v("--ink"), ink2 = v("--ink-2"), line = v("--line");

  echarts.registerTheme("station", {
    color: [v("--c1"), v("--c2"), v("--c3"), v("--c4"), v("--c5")],
    textStyle: { fontFamily: font, fontSize: 13, color: ink },
    legend: { textStyle: { color: ink, fontSize: 13 }, itemWidth: 14, itemHeight: 10, icon: "roundRect" },
    categoryAxis: { axisLine: { lineStyle: { color: v("--line-2") } }, axisTick: { show: false }, axisLabel: { color: ink2, fontSize: 13 }, splitLine: { show: false } },
    valueAxis: { axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: ink2, fontSize: 13 }, splitLine: { lineStyle: { color: line } } },
    line: { symbol: "circle", symbolSize: 6, lineStyle: { width: 2 } },
    bar: { barMaxWidth: 22 },
    /* rich text, not HTML: the tooltip's own markup would carry inline styles, which the page forbids */
    tooltip: { renderMode: "richText", backgroundColor: "#fff", borderColor: v("--line-2"), borderWidth: 1, shadowBlur: 0, shadowOffsetX: 0, shadowOffsetY: 0, textStyle: { color: ink, fontSize: 13 } }
  });

  function number(cell) {
    var read = cell ? parseFloat(cell.textContent.replace(/,/g, "")) : NaN;
    return isNaN(read) ? null : read;
  }

  function read(table, lines) {
    var heads = [].slice.call(table.tHead.rows[0].cells, 1);
    var rows = [].slice.call(table.tBodies[0].rows);
    return {
      rows: rows,
      labels: rows.map(function (r) { return r.cells[0].textContent.trim(); }),
      series: heads.map(function (h, i) {
        return { name: h.textContent.trim(), unit: h.dataset.unit || "", kind: lines ? "line" : h.dataset.kind || "bar", data: rows.map(function (r) { return number(r.cells[i + 1]); }) };
      })
    };
  }

  /* shape tells the series apart too: the first bars in pale tone, lines in full tone, dashed from the second line on */
  function looks() {
    var lines = 0, bars = 0;
    return function (s) {
      var bar = s.kind === "bar";
      var full = { name: s.name, type: s.kind, data: s.data, tooltip: { valueFormatter: function (n) { return n == null ? "—" : n + s.unit; } } };
      if (bar) { full.itemStyle = { color: [v("--h2"), v("--h4"), v("--c5")][bars++ % 3], borderRadius: 2 }; return full; }
      full.itemStyle = { color: [v("--c1"), v("--c2"), v("--c3"), v("--c4")][lines % 4] };
      full.lineStyle = { type: lines++ ? "dashed" : "solid" };
      return full;
    };
  }

  function draw(fig) {
    var lying = fig.dataset.chart === "bars";
    var d = read(fig.querySelector("table[data-source]"), fig.dataset.chart === "lines");
    var box = fig.querySelector(".chart-box");
    if (!d.rows.length) { box.hidden = true; return; }
    var chart = echarts.init(box, "station", { renderer: "svg" });
    var alone = d.series.length < 2;
    var names = { type: "category", data: d.labels, inverse: lying, axisLabel: { hideOverlap: true, width: lying ? 120 : undefined, overflow: lying ? "truncate" : "none" } };
    var values = { type: "value", minInterval: 1, splitNumber: 4 };
    chart.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches && fig.dataset.animate === "yes",
      aria: { enabled: true },
      grid: { left: 8, right: lying ? 48 : 8, top: alone ? 12 : 36, bottom: 4, containLabel: true },
      legend: { show: !alone, top: 0, left: 0 },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, confine: true },
      xAxis: lying ? values : names,
      yAxis: lying ? names : values,
      series: d.series.map(looks()).map(function (s) {
        if (lying) { s.label = { show: true, position: "right", color: ink, fontSize: 13 }; s.itemStyle.color = alone ? v("--c1") : s.itemStyle.color; }
        return s;
      })
    });
    addEventListener("resize", function () { chart.resize(); });
    addEventListener("beforeprint", function () { chart.resize(); });
    /* a click opens the rows: the link of the cell clicked, else of the row's name */
    chart.on("click", function (e) {
      var row = d.rows[e.dataIndex];
      var a = row && (row.cells[e.seriesIndex + 1].querySelector("a") || row.querySelector("a"));
      if (a) { location.href = a.href; }
    });
  }

  function drawAll(root) { [].forEach.call(root.querySelectorAll("figure[data-chart]:not([data-drawn])"), function (f) { f.dataset.drawn = "yes"; draw(f); }); }
  drawAll(document);
  document.addEventListener("htmx:afterSettle", function (e) { drawAll(e.target.parentNode || document); });
})();
