"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const byId = id => document.getElementById(id);
  const number = new Intl.NumberFormat("en", {maximumSignificantDigits: 7});
  const short = new Intl.NumberFormat("en", {notation: "compact", maximumSignificantDigits: 4});
  const shown = value => value == null ? "–" : number.format(value);
  const pad = value => String(value).padStart(2, "0");
  const timeOf = (seconds, hours) => new Date(seconds * 1000).toISOString().slice(0, hours ? 16 : 10).replace("T", " ");
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  // Calendars: one path a state, so the day under the pointer follows from its place.
  const PITCH = 13, TOP = 14, DAY = 86400000;
  const STATES = {c: "complete", h: "holed", o: "out of reach", p: "pending"};
  const tip = byId("tip");
  const dayAt = (svg, event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const row = Math.floor((point.y - TOP) / PITCH), week = Math.floor(point.x / PITCH);
    return row < 0 || row > 6 || week < 0 ? null : Date.parse(svg.dataset.monday) + (7 * week + row) * DAY;
  };
  const tell = (svg, day) => {
    const one = data.calendars[svg.dataset.product];
    const index = one.first == null || day == null ? -1 : Math.round((day - Date.parse(one.first)) / DAY);
    if (index < 0 || index >= one.states.length) return null;
    const why = one.why[index] < 0 ? "" : "\n" + one.notes[one.why[index]];
    const date = new Date(day).toISOString().slice(0, 10);
    return `${date}: ${STATES[one.states[index]]}\n${shown(one.trades[index])} trades${why}`;
  };
  for (const svg of document.querySelectorAll("svg.calendar")) {
    const box = svg.parentElement;
    box.scrollLeft = box.scrollWidth;
    const show = event => {
      const text = tell(svg, dayAt(svg, event));
      tip.hidden = text == null;
      if (text == null) return;
      tip.textContent = text;
      tip.style.left = Math.max(4, Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)) + "px";
      const above = event.clientY + tip.offsetHeight + 24 > innerHeight;
      tip.style.top = (above ? event.clientY - tip.offsetHeight - 12 : event.clientY + 14) + "px";
    };
    svg.addEventListener("pointermove", show);
    svg.addEventListener("pointerdown", show);
    svg.addEventListener("pointerleave", () => { tip.hidden = true; });
  }

  // Charts.
  const charts = [];
  const axis = (more = {}) => ({
    stroke: css("--soft"), grid: {stroke: css("--grid"), width: 1}, ticks: {stroke: css("--grid"), width: 1},
    font: "12px system-ui, sans-serif", ...more,
  });
  const valueAxis = () => axis({size: 58, values: (_, ticks) => ticks.map(tick => tick == null ? "" : short.format(tick))});
  const draw = (id, height, options, values) => {
    const place = byId(id);
    place.replaceChildren();
    const chart = new uPlot({
      width: Math.max(place.clientWidth, 200), height, tzDate: at => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
      cursor: {points: {size: 6}, drag: {x: false, y: false}}, ...options,
    }, values, place);
    // Where nobody points, the legend tells of the newest.
    const newest = values[0].length - 1;
    const rest = () => { if (chart.legend.idx == null && newest >= 0) chart.setLegend({idx: newest}, false); };
    (chart.hooks.setLegend ??= []).push(rest);
    rest();
    charts.push([place, chart, height]);
  };

  const chosen = () => {
    const hours = document.querySelector("input[name=bars]:checked").value === "hours";
    const step = hours ? 3600 : 86400, bars = data[hours ? "hours" : "days"][byId("product").value];
    return {hours, step, bars: {...bars, t: bars.n.map((_, i) => bars.first + step * (bars.at ? bars.at[i] : i))}};
  };
  const activity = () => {
    if (!byId("price")) return;
    const {hours, step, bars} = chosen();
    const range = (_, least, most) => least == null ? [0, step] : [least - step * .6, most + step * .6];
    const when = (_, at) => at == null ? "–" : timeOf(at, hours);
    const cursor = {sync: {key: "activity"}, points: {size: 6}, drag: {x: false, y: false}};
    const x = axis({space: 64, values: (_, ticks, __, ___, gap) => ticks.map(at => {
      const day = new Date(at * 1000);
      const name = `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
      return gap < 86400 && day.getUTCHours() ? `${pad(day.getUTCHours())}:00` : name;
    })});
    const value = (_, found) => shown(found), line = css("--chart");
    draw("price", 240, {
      cursor, scales: {x: {range}}, axes: [x, valueAxis()], bands: [{series: [1, 2], fill: css("--band")}],
      series: [
        {label: "UTC", value: when}, {label: "high", value, stroke: "transparent", points: {show: false}},
        {label: "low", value, stroke: "transparent", points: {show: false}},
        {label: "average", value, stroke: line, width: 2, points: {show: bars.t.length < 40, size: 5, fill: line}},
      ],
    }, [bars.t, bars.h, bars.l, bars.p]);
    draw("volume", 200, {
      cursor, scales: {x: {range}, y: {range: (_, __, most) => [0, (most || 1) * 1.08]}, n: {}}, axes: [x, valueAxis()],
      series: [
        {label: "UTC", value: when},
        {label: "volume", value, fill: css("--bar"), stroke: css("--bar"), width: 0, points: {show: false},
         paths: uPlot.paths.bars({size: [.8, 36], align: 0})},
        {label: "trades", value, scale: "n", stroke: "transparent", points: {show: false}, paths: () => null},
      ],
    }, [bars.t, bars.v, bars.n]);
    barsTable();
  };
  const barsTable = () => {
    const details = byId("bars-table");
    if (!details || !details.open) return;
    const {hours, bars} = chosen();
    const table = document.createElement("table"), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const [place, name] of ["UTC", "trades", "volume", "low", "high", "average"].entries()) {
      const cell = document.createElement("th");
      cell.scope = "col"; cell.textContent = name; cell.className = place ? "number" : "";
      head.append(cell);
    }
    for (let i = bars.t.length - 1; i >= 0; i--) {
      const row = body.insertRow();
      row.insertCell().textContent = timeOf(bars.t[i], hours);
      for (const column of "nvlhp") {
        const cell = row.insertCell();
        cell.className = "number"; cell.textContent = shown(bars[column][i]);
      }
    }
    details.querySelector(".scroll").replaceChildren(table);
  };

  const runs = () => {
    const found = data.runs, places = found.t.map((_, i) => i);
    if (!byId("requests")) return;
    const range = () => [-.6, Math.max(places.length - .4, .6)];
    const when = (_, at) => at == null ? "–" : `${timeOf(found.t[at], true)} ${found.what[at]}`;
    const x = axis({space: 70, incrs: [1, 2, 5, 10, 20, 50], values: (_, ticks) => ticks.map(at => {
      const start = found.t[at];
      return start == null ? "" : timeOf(start, true).slice(5, 16).replace(" ", "\n");
    }), size: 52});
    const cursor = {sync: {key: "runs"}, points: {show: false}, drag: {x: false, y: false}};
    const bars = uPlot.paths.bars({size: [.7, 30], align: 0});
    const stacked = found.ok.map((ok, i) => ok + found.limited[i]);
    const all = stacked.map((sum, i) => sum + found.failed[i]);
    const part = (label, column, colour) => ({
      label, fill: colour, stroke: colour, width: 0, paths: bars, points: {show: false},
      value: (_, __, ___, at) => at == null ? "–" : shown(found[column][at]),
    });
    // Bars from the tallest to the shortest, one before the other: each shows what it has more than the next.
    draw("requests", 220, {
      cursor, scales: {x: {time: false, range}, y: {range: (_, __, most) => [0, (most || 1) * 1.08]}}, axes: [x, valueAxis()],
      series: [{label: "run", value: when}, part("failed", "failed", css("--holed")), part("429", "limited", css("--warn")), part("answered", "ok", css("--complete"))],
    }, [places, all, stacked, found.ok]);
    const line = (label, colour, dash) => ({
      label, stroke: colour, width: 2, dash, value: (_, value) => shown(value), points: {show: places.length < 40, size: 5, fill: colour},
    });
    draw("latency", 220, {
      cursor, scales: {x: {time: false, range}, y: {range: (_, __, most) => [0, (most || 1) * 1.08]}}, axes: [x, valueAxis()],
      series: [{label: "run", value: when}, line("half below", css("--chart")), line("99 % below", css("--warn"), [6, 4])],
    }, [places, found.p50, found.p99]);
  };

  const drawAll = () => {
    for (const [, chart] of charts.splice(0)) chart.destroy();
    activity();
    runs();
  };
  const redrawActivity = () => {
    const rest = charts.filter(([place]) => place.id !== "price" && place.id !== "volume");
    for (const one of charts.splice(0)) if (!rest.includes(one)) one[1].destroy();
    charts.push(...rest);
    activity();
  };
  for (const control of document.querySelectorAll("#product, input[name=bars]")) control.addEventListener("change", redrawActivity);
  if (byId("bars-table")) byId("bars-table").addEventListener("toggle", barsTable);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    for (const [place, chart, height] of charts) chart.setSize({width: Math.max(place.clientWidth, 200), height});
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  matchMedia("print").addEventListener("change", drawAll);
  drawAll();
  document.documentElement.dataset.drawn = "yes";
})();
