// Charts of messages. A chart always has its numbers as a table for who cannot see it.
// https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block

import { h, svg } from "./dom.js";

const HEIGHT = 240;
const EDGE = { left: 52, right: 12, top: 16, bottom: 44 };
const LINES = 5; // about so many lines across

/** Drawn for the width there is, so that words stay readable on a phone. */
function drawnWidth() {
  return matchMedia("(max-width: 720px)").matches ? 320 : 560;
}

function short(number) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(number);
}

function whole(number) {
  return new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(number);
}

/** A data_visualization block. */
export function chartNode(block) {
  const { chart } = block;
  const width = drawnWidth();
  const drawing = chart.type === "pie" ? pie(chart, width) : plot(chart, width);
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, block.title),
    svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `${block.title}, a ${chart.type} chart; its numbers follow as a table` }, drawing),
    legend(chart),
    h("details", { class: "chart-data" }, h("summary", {}, "Show the numbers"), dataNode(block)),
  );
}

function dataNode({ title, chart }) {
  const cells = (tag, values) => values.map((value, index) => h(index ? tag : "th", { scope: index ? (tag === "th" ? "col" : null) : tag === "th" ? "col" : "row", class: index ? "align-right" : null }, typeof value === "number" ? whole(value) : value));
  const head = chart.type === "pie" ? ["", "Value", "Share"] : [chart.axis_config.x_label ?? "", ...chart.series.map((line) => line.name)];
  const rows = chart.type === "pie" ? chart.segments.map((one) => [one.label, one.value, share(one, chart)]) : chart.axis_config.categories.map((name) => [name, ...chart.series.map((line) => valueAt(line, name))]);
  const table = h("table", { "aria-label": title }, h("thead", {}, h("tr", {}, cells("th", head))), h("tbody", {}, rows.map((row) => h("tr", {}, cells("td", row)))));
  return h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": `Numbers of ${title}` }, table);
}

function valueAt(line, name) {
  return line.data.find((one) => one.label === name)?.value ?? 0;
}

function legend(chart) {
  const names = chart.type === "pie" ? chart.segments.map((one) => `${one.label} ${share(one, chart)}`) : chart.series.map((one) => one.name);
  if (chart.type !== "pie" && names.length < 2) return null;
  return h("ul", { class: "legend" }, names.map((name, index) => h("li", {}, h("span", { class: `swatch fill-${index % 12}`, "aria-hidden": "true" }), name)));
}

function total(chart) {
  return chart.segments.reduce((sum, one) => sum + one.value, 0);
}

function share(segment, chart) {
  return `${Math.round((segment.value / total(chart)) * 100)}%`;
}

function pie(chart, width) {
  const sum = total(chart);
  const [x, y, radius] = [width / 2, HEIGHT / 2, HEIGHT / 2 - 12];
  const point = (part) => [x + radius * Math.sin(2 * Math.PI * part), y - radius * Math.cos(2 * Math.PI * part)];
  let from = 0;
  return chart.segments.map((segment, index) => {
    const part = segment.value / sum;
    const [startX, startY] = point(from);
    from += part;
    const [endX, endY] = point(from);
    const told = svg("title", {}, `${segment.label}: ${whole(segment.value)} (${share(segment, chart)})`);
    const look = { class: `slice fill-${index % 12}`, "data-point": "" };
    if (part > 0.999) return svg("circle", { cx: x, cy: y, r: radius, ...look }, told);
    const path = `M${x} ${y}L${startX} ${startY}A${radius} ${radius} 0 ${part > 0.5 ? 1 : 0} 1 ${endX} ${endY}Z`;
    return svg("path", { d: path, ...look }, told);
  });
}

function plot(chart, width) {
  const names = chart.axis_config.categories;
  const lines = chart.series.map((line) => names.map((name) => valueAt(line, name)));
  const levels = levelsFor(lines.flat());
  const [low, high] = [levels[0], levels.at(-1)];
  const wide = width - EDGE.left - EDGE.right;
  const tall = HEIGHT - EDGE.top - EDGE.bottom;
  const x = (index) => EDGE.left + (wide * (index + 0.5)) / names.length;
  const y = (value) => EDGE.top + tall * (1 - (value - low) / (high - low));
  const shapes = { bar: bars, line: strokes, area: areas };
  const told = (line, index) => svg("title", {}, `${chart.series[line].name}, ${names[index]}: ${whole(lines[line][index])}`);
  return [axes({ chart, names, x, y, levels, width }), shapes[chart.type]({ lines, x, y, slot: wide / names.length, told })];
}

/** Round numbers that take in all values and zero. */
function levelsFor(values) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (high - low || 1) / (LINES - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function axes({ chart, names, x, y, levels, width }) {
  const grid = levels.map((level) => [
    svg("line", { x1: EDGE.left, x2: width - EDGE.right, y1: y(level), y2: y(level), class: level === 0 ? "grid zero" : "grid" }),
    svg("text", { x: EDGE.left - 6, y: y(level) + 4, "text-anchor": "end" }, short(level)),
  ]);
  const longest = Math.max(...names.map((name) => name.length));
  const needed = (names.length * (longest * 6.5 + 10)) / (width - EDGE.left - EDGE.right);
  const { x_label: across, y_label: up } = chart.axis_config;
  const rows = needed > 1 && !across ? 2 : 1; // in turn, so that few are left out
  const every = Math.ceil(needed / rows);
  const below = (index) => HEIGHT - EDGE.bottom + 16 + ((index / every) % rows) * 14;
  const labels = names.map((name, index) => (index % every ? null : svg("text", { x: x(index), y: below(index), "text-anchor": "middle" }, name)));
  return [
    grid,
    labels,
    across ? svg("text", { x: EDGE.left + (width - EDGE.left) / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "axis" }, across) : null,
    up ? svg("text", { x: 11, y: HEIGHT / 2, "text-anchor": "middle", class: "axis", transform: `rotate(-90 11 ${HEIGHT / 2})` }, up) : null,
  ];
}

function bars({ lines, x, y, slot, told }) {
  const width = Math.min((slot * 0.7) / lines.length, 60);
  const start = (width * lines.length) / 2;
  const hasRoom = width > 26;
  return lines.map((values, line) =>
    values.map((value, index) => {
      const left = x(index) - start + line * width;
      const top = Math.min(y(value), y(0));
      return [
        svg("rect", { x: left, y: top, width: Math.max(width - 2, 1), height: Math.abs(y(value) - y(0)), rx: 2, class: `fill-${line % 12}`, "data-point": "" }, told(line, index)),
        hasRoom ? svg("text", { x: left + width / 2 - 1, y: top - 4, "text-anchor": "middle", class: "value" }, short(value)) : null,
      ];
    }),
  );
}

function dots({ values, line, x, y, told }) {
  return values.map((value, index) => svg("circle", { cx: x(index), cy: y(value), r: 3.5, class: `fill-${line % 12}`, "data-point": "" }, told(line, index)));
}

function strokes({ lines, x, y, told }) {
  return lines.map((values, line) => [
    svg("polyline", { points: values.map((value, index) => `${x(index)},${y(value)}`).join(" "), class: `stroke stroke-${line % 12}` }),
    dots({ values, line, x, y, told }),
  ]);
}

function areas({ lines, x, y, told }) {
  return lines.map((values, line) => {
    const top = values.map((value, index) => `${x(index)},${y(value)}`);
    const points = [`${x(0)},${y(0)}`, ...top, `${x(values.length - 1)},${y(0)}`].join(" ");
    return [svg("polygon", { points, class: `area fill-${line % 12}` }), svg("polyline", { points: top.join(" "), class: `stroke stroke-${line % 12}` }), dots({ values, line, x, y, told })];
  });
}
