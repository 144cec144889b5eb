// Tables and charts of messages. A chart always has its numbers as text for who cannot see it.

import { h, svg, fill } from "./dom.js";
import { richTextNode } from "./richtext.js";

function cellNodes(cell, context) {
  if (cell.type === "rich_text") return richTextNode(cell, context);
  return String(cell.text ?? cell.value ?? "");
}

function scrolled(label, table) {
  return h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": label }, table);
}

/** A table block: the first row is its head. */
export function tableNode(block, context) {
  const settings = block.column_settings ?? [];
  const classOf = (column) => `align-${settings[column]?.align ?? "left"}${settings[column]?.is_wrapped ? " wrapped" : ""}`;
  const row = (cells, tag) =>
    h("tr", {}, cells.map((cell, column) => h(tag, { class: classOf(column), scope: tag === "th" ? "col" : null }, cellNodes(cell, context))));
  const [head, ...body] = block.rows;
  return scrolled("Table", h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, body.map((cells) => row(cells, "td")))));
}

function numeric(rows, column) {
  return rows.every((row) => row[column].type === "raw_number");
}

function compared(rows, column, rising) {
  const plain = (cell) => cell.text ?? "";
  const order = numeric(rows, column)
    ? (a, b) => a[column].value - b[column].value
    : (a, b) => plain(a[column]).localeCompare(plain(b[column]));
  return [...rows].sort((a, b) => (rising ? order(a, b) : order(b, a)));
}

/** A data_table block: sorted by a press on a column's head, page by page. */
export function dataTableNode(block, context) {
  const [head, ...body] = block.rows;
  const size = block.page_size ?? 5;
  const pages = Math.max(1, Math.ceil(body.length / size));
  const view = { page: 0, column: null, rising: true };
  const rows = h("tbody");
  const where = h("span", { role: "status" });
  const sortBy = (column) => {
    Object.assign(view, { rising: view.column === column ? !view.rising : true, column, page: 0 });
    show();
  };
  const heads = head.map((cell, column) =>
    h("th", { scope: "col", class: numeric(body, column) ? "align-right" : null }, h("button", { type: "button", class: "sort", onclick: () => sortBy(column) }, cellNodes(cell, context))),
  );
  const turn = (by) => {
    view.page = Math.min(Math.max(view.page + by, 0), pages - 1);
    show();
  };
  const show = () => {
    const sorted = view.column === null ? body : compared(body, view.column, view.rising);
    const shown = sorted.slice(view.page * size, (view.page + 1) * size);
    const keyColumn = block.row_header_column_index ?? 0;
    fill(
      rows,
      shown.map((cells) =>
        h("tr", {}, cells.map((cell, column) => h(column === keyColumn ? "th" : "td", { scope: column === keyColumn ? "row" : null, class: numeric(body, column) ? "align-right" : null }, cellNodes(cell, context)))),
      ),
    );
    heads.forEach((th, column) => th.setAttribute("aria-sort", column === view.column ? (view.rising ? "ascending" : "descending") : "none"));
    where.textContent = `Page ${view.page + 1} of ${pages}`;
  };
  show();
  const paging = h(
    "div",
    { class: "paging" },
    h("button", { type: "button", class: "button", onclick: () => turn(-1) }, "Previous"),
    where,
    h("button", { type: "button", class: "button", onclick: () => turn(1) }, "Next"),
  );
  const table = h("table", {}, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, heads)), rows);
  return h("div", {}, scrolled(block.caption, table), pages > 1 ? paging : null);
}

const HEIGHT = 240;
const EDGE = { left: 56, right: 12, top: 12, bottom: 44 };

/** Drawn for the width there is, so that words stay readable on a phone. */
function drawnWidth() {
  return matchMedia("(max-width: 720px)").matches ? 320 : 560;
}

function short(number) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(number);
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
    svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": spoken(block) }, drawing),
    legend(chart),
  );
}

function spoken({ title, chart }) {
  const list = (points) => points.map((point) => `${point.label} ${point.value}`).join(", ");
  if (chart.type === "pie") return `${title}: ${list(chart.segments)}`;
  return `${title}: ${chart.series.map((line) => `${line.name}: ${list(line.data)}`).join("; ")}`;
}

function legend(chart) {
  const names = chart.type === "pie" ? chart.segments.map((one) => `${one.label} ${share(one, chart)}`) : chart.series.map((one) => one.name);
  return h("ul", { class: "legend" }, names.map((name, index) => h("li", {}, h("span", { class: `swatch fill-${index % 12}`, "aria-hidden": "true" }), name)));
}

function share(segment, chart) {
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0);
  return `${Math.round((segment.value / total) * 100)}%`;
}

function pie(chart, width) {
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0);
  const [x, y, radius] = [width / 2, HEIGHT / 2, HEIGHT / 2 - 12];
  const point = (part) => [x + radius * Math.sin(2 * Math.PI * part), y - radius * Math.cos(2 * Math.PI * part)];
  let from = 0;
  return chart.segments.map((segment, index) => {
    const part = segment.value / total;
    const [startX, startY] = point(from);
    from += part;
    const [endX, endY] = point(from);
    if (part > 0.999) return svg("circle", { cx: x, cy: y, r: radius, class: `fill-${index % 12}` });
    const path = `M${x} ${y}L${startX} ${startY}A${radius} ${radius} 0 ${part > 0.5 ? 1 : 0} 1 ${endX} ${endY}Z`;
    return svg("path", { d: path, class: `slice fill-${index % 12}` });
  });
}

function plot(chart, width) {
  const names = chart.axis_config.categories;
  const lines = chart.series.map((line) => names.map((name) => line.data.find((one) => one.label === name)?.value ?? 0));
  const all = lines.flat();
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all) || 1];
  const wide = width - EDGE.left - EDGE.right;
  const tall = HEIGHT - EDGE.top - EDGE.bottom;
  const x = (index) => EDGE.left + (wide * (index + 0.5)) / names.length;
  const y = (value) => EDGE.top + tall * (1 - (value - low) / (high - low));
  const shapes = { bar: bars, line: strokes, area: areas };
  return [axes({ chart, names, x, y, low, high, width }), shapes[chart.type]({ lines, x, y, slot: wide / names.length })];
}

function axes({ chart, names, x, y, low, high, width }) {
  const levels = [low, (low + high) / 2, high];
  const grid = levels.map((level) => [
    svg("line", { x1: EDGE.left, x2: width - EDGE.right, y1: y(level), y2: y(level), class: "grid" }),
    svg("text", { x: EDGE.left - 6, y: y(level) + 4, "text-anchor": "end" }, short(level)),
  ]);
  const every = Math.ceil((names.length * 70) / width);
  const labels = names.map((name, index) => (index % every ? null : svg("text", { x: x(index), y: HEIGHT - EDGE.bottom + 16, "text-anchor": "middle" }, name)));
  const { x_label: across, y_label: up } = chart.axis_config;
  return [
    grid,
    labels,
    across ? svg("text", { x: width / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "axis" }, across) : null,
    up ? svg("text", { x: 12, y: HEIGHT / 2, "text-anchor": "middle", class: "axis", transform: `rotate(-90 12 ${HEIGHT / 2})` }, up) : null,
  ];
}

function bars({ lines, x, y, slot }) {
  const width = (slot * 0.7) / lines.length;
  return lines.map((values, line) =>
    values.map((value, index) =>
      svg("rect", {
        x: x(index) - slot * 0.35 + line * width,
        y: Math.min(y(value), y(0)),
        width: Math.max(width - 2, 1),
        height: Math.abs(y(value) - y(0)),
        class: `fill-${line % 12}`,
      }),
    ),
  );
}

function strokes({ lines, x, y }) {
  return lines.map((values, line) => svg("polyline", { points: values.map((value, index) => `${x(index)},${y(value)}`).join(" "), class: `stroke stroke-${line % 12}` }));
}

function areas({ lines, x, y }) {
  return lines.map((values, line) => {
    const top = values.map((value, index) => `${x(index)},${y(value)}`);
    const points = [`${x(0)},${y(0)}`, ...top, `${x(values.length - 1)},${y(0)}`].join(" ");
    return svg("polygon", { points, class: `area fill-${line % 12}` });
  });
}
