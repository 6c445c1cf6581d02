// Charts from data in the page. Beside each one stands a table with the same figures.
//
//   {{ data|json_script:"months" }}
//   <div class="chart" data-chart="months"></div>      and in block charts: {% charts_script %}
//
// data: {title, kind: "line" | "bar", categories: [...], series: [{name, values, kind?, axis?, stack?}], unit,
//        unit2, horizontal}. `axis: 1` puts a series on the second axis. Missing values are null.
// kind "pyramids": two series back to back, each bar in the tag colour that `colours` names.
// Tips are drawn on the canvas: as HTML they would need inline styles, which the page forbids.
(() => {
  "use strict";

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const group = (value) =>
    value === null || value === undefined ? "–" : value.toLocaleString("en-US", { maximumFractionDigits: 2 });

  // Rows that a legend takes in a width: axis names stand below it, and words are as long as their language.
  const countRows = (names, size, width) => {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    let rows = 1;
    let used = 0;
    for (const name of names) {
      const wide = pen.measureText(name).width + 36; // its mark, and the gaps around
      if (used > 0 && used + wide > width) {
        rows += 1;
        used = 0;
      }
      used += wide;
    }
    return rows;
  };

  const describe = (data, width) => {
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
    // A name stands over its axis, and would be cut off at the edge if it were centred there.
    const value = (unit, align) => ({
      type: "value",
      name: unit || "",
      nameTextStyle: { color: text, fontSize: size, ...(data.horizontal ? {} : { align }) },
      axisLabel: { color: text, fontSize: size, formatter: group },
      splitLine: { lineStyle: { color: line } },
    });
    const values = [value(data.unit, "left")];
    const isKeyed = data.series.length > 1;
    const keyed = isKeyed ? 3 + countRows(data.series.map((each) => each.name), size, width) * (size + 10) : 0;
    const named = data.unit || data.unit2 ? size + 18 : 0;
    if (data.series.some((each) => each.axis === 1)) {
      values.push({ ...value(data.unit2, "right"), splitLine: { show: false } });
    }
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      aria: { enabled: true, label: { description: data.title } },
      color: [1, 2, 3, 4, 5].map((place) => colour(`--chart-${place}`)),
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: data.horizontal ? 28 : 12, top: Math.max(16, keyed + named), bottom: 4, containLabel: true },
      legend: {
        show: isKeyed,
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
        stack: each.stack,
        data: each.values,
        barMaxWidth: 28,
        symbolSize: 6,
        connectNulls: false,
      })),
    };
  };

  const tagColour = (name) => {
    const probe = document.createElement("span");
    probe.className = `tag tag-${name}`;
    probe.hidden = true;
    document.body.append(probe);
    const found = getComputedStyle(probe).getPropertyValue("--tag").trim();
    probe.remove();
    return found;
  };

  // Two bars for each category, the first series to the left and the second to the right.
  const describePyramids = (data, width) => {
    const base = describe({ ...data, horizontal: true }, width);
    const text = colour("--text-2");
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.86;
    const shares = data.series.flatMap((each) => each.values).filter((each) => each !== null);
    const widest = Math.max(10, Math.ceil((Math.max(...shares) * 1.25) / 20) * 20); // room for the figures
    const colours = data.colours.map(tagColour);
    const say = (share) => (share === null ? "–" : `${Math.abs(share)}${data.unit}`);
    const side = (place) => ({
      xAxis: {
        ...base.xAxis[0],
        gridIndex: place,
        name: data.series[place].name,
        nameLocation: "middle",
        nameGap: size * 2.2,
        inverse: place === 0,
        min: 0,
        max: widest,
        interval: widest / 2,
        axisLabel: { ...base.xAxis[0].axisLabel, formatter: say, showMinLabel: place === 0 },
      },
      yAxis: { ...base.yAxis, gridIndex: place, axisLabel: { show: place === 0, color: text, fontSize: size } },
      series: {
        name: data.series[place].name,
        type: "bar",
        xAxisIndex: place,
        yAxisIndex: place,
        barMaxWidth: 34,
        data: data.series[place].values.map((value, row) => ({ value, itemStyle: { color: colours[row] } })),
        label: {
          show: true,
          position: place === 0 ? "left" : "right",
          color: text,
          fontSize: size,
          formatter: (shown) => say(shown.value),
        },
      },
    });
    const sides = [side(0), side(1)];
    return {
      ...base,
      grid: [
        { left: 8, right: "49%", top: 8, bottom: size * 2.4, containLabel: true },
        { left: "52%", right: 24, top: 8, bottom: size * 2.4, containLabel: true },
      ],
      legend: { show: false },
      tooltip: { ...base.tooltip, trigger: "item", valueFormatter: say },
      xAxis: sides.map((each) => each.xAxis),
      yAxis: sides.map((each) => each.yAxis),
      series: sides.map((each) => each.series),
    };
  };

  const drawnAt = new WeakMap(); // widths
  const draw = (place) => {
    const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    const chart = window.echarts.getInstanceByDom(place) || window.echarts.init(place);
    const width = place.clientWidth;
    chart.setOption(data.kind === "pyramids" ? describePyramids(data, width) : describe(data, width), true);
    drawnAt.set(place, width);
    return chart;
  };

  const places = [...document.querySelectorAll("[data-chart]")];
  const drawAll = () => places.forEach(draw);
  drawAll();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      window.echarts.getInstanceByDom(target)?.resize();
      if (drawnAt.get(target) !== target.clientWidth) draw(target);
    }
  });
  places.forEach((place) => watch.observe(place));
})();
