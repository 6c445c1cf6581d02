// Charts from data in the page. Beside each one stands a table with the same figures.
//
//   {{ data|json_script:"months" }}
//   <div class="chart" data-chart="months"></div>      and in block charts: {% charts_script %}
//
// data: {title, kind: "line" | "bar", categories: [...], series: [{name, values, kind?, axis?}], unit,
//        unit2, horizontal}. `axis: 1` puts a series on the second axis. Missing values are null.
// Tips are drawn on the canvas: as HTML they would need inline styles, which the page forbids.
(() => {
  "use strict";

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const group = (value) =>
    value === null || value === undefined ? "–" : value.toLocaleString("en-US", { maximumFractionDigits: 2 });

  const describe = (data) => {
    const text = colour("--text-2");
    const line = colour("--chart-grid");
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.86;
    const category = {
      type: "category",
      data: data.categories,
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { color: text, fontSize: size },
    };
    const value = (unit) => ({
      type: "value",
      name: unit || "",
      nameTextStyle: { color: text, fontSize: size },
      axisLabel: { color: text, fontSize: size, formatter: group },
      splitLine: { lineStyle: { color: line } },
    });
    const values = [value(data.unit)];
    if (data.series.some((each) => each.axis === 1)) {
      values.push({ ...value(data.unit2), splitLine: { show: false } });
    }
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      aria: { enabled: true, label: { description: data.title } },
      color: [1, 2, 3, 4, 5].map((place) => colour(`--chart-${place}`)),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 12, top: data.unit || data.series.length > 1 ? 44 : 16, bottom: 4, containLabel: true },
      legend: {
        show: data.series.length > 1,
        top: 0,
        right: 0,
        textStyle: { color: text, fontSize: size },
        itemWidth: 16,
        itemHeight: 8,
      },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: colour("--surface"),
        borderColor: colour("--border"),
        textStyle: { color: colour("--text"), fontSize: size },
        valueFormatter: group,
      },
      xAxis: data.horizontal ? values : category,
      yAxis: data.horizontal ? { ...category, inverse: true } : values,
      series: data.series.map((each) => ({
        name: each.name,
        type: each.kind || data.kind || "line",
        yAxisIndex: each.axis || 0,
        data: each.values,
        barMaxWidth: 28,
        symbolSize: 6,
        connectNulls: false,
      })),
    };
  };

  const draw = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = window.echarts.getInstanceByDom(place) || window.echarts.init(place);
    chart.setOption(describe(data), true);
    return chart;
  };

  const places = [...document.querySelectorAll("[data-chart]")];
  const drawAll = () => places.forEach(draw);
  drawAll();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const watch = new ResizeObserver((entries) => {
    for (const entry of entries) window.echarts.getInstanceByDom(entry.target)?.resize();
  });
  places.forEach((place) => watch.observe(place));
})();
