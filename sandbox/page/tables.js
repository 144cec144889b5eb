// Tables of messages: plain ones, and those that sort, filter and turn pages.
// https://docs.slack.dev/reference/block-kit/blocks/table-block and …/data-table-block

import { debounced, fill, h } from "./dom.js";
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
  const row = (cells, tag) => h("tr", {}, cells.map((cell, column) => h(tag, { class: classOf(column), scope: tag === "th" ? "col" : null, dir: "auto" }, cellNodes(cell, context))));
  const [head, ...body] = block.rows;
  return h("div", {}, scrolled("Table", h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, body.map((cells) => row(cells, "td"))))));
}

function isNumeric(rows, column) {
  return rows.every((row) => row[column].type === "raw_number");
}

function plain(cell) {
  if (cell.type !== "rich_text") return String(cell.text ?? cell.value ?? "");
  const inside = (part) => part.text ?? (part.elements ?? []).map(inside).join(" ");
  return inside(cell);
}

const USUAL_PAGE = 5;

/** A data_table block. */
export class DataTable {
  constructor(block, context) {
    Object.assign(this, { block, context, page: 0, column: null, rising: true, query: "" });
    [this.head, ...this.body] = block.rows;
    this.size = block.page_size ?? USUAL_PAGE;
    this.numeric = this.head.map((_, column) => isNumeric(this.body, column));
    this.build();
    this.show();
  }

  build() {
    const { caption } = this.block;
    this.rows = h("tbody");
    this.where = h("span", { role: "status" });
    this.heads = this.head.map((cell, column) => this.headNode(cell, column));
    const filter = h("input", { type: "search", class: "table-filter", placeholder: "Filter", "aria-label": `Filter ${caption}` });
    filter.addEventListener("input", debounced(120, () => this.filter(filter.value)));
    const table = h("table", { "aria-label": caption }, h("thead", {}, h("tr", {}, this.heads)), this.rows);
    this.previous = h("button", { type: "button", class: "button small", onclick: () => this.turn(-1) }, "Previous");
    this.next = h("button", { type: "button", class: "button small", onclick: () => this.turn(1) }, "Next");
    this.paging = h("div", { class: "paging" }, this.previous, this.where, this.next);
    const title = h("div", { class: "table-head" }, h("strong", {}, caption), this.body.length > this.size ? filter : null);
    this.node = h("div", {}, title, scrolled(caption, table), this.paging);
  }

  headNode(cell, column) {
    const press = h("button", { type: "button", class: "sort", onclick: () => this.sort(column) }, cellNodes(cell, this.context));
    return h("th", { scope: "col", class: this.numeric[column] ? "align-right" : null }, press);
  }

  sort(column) {
    if (this.column === column && !this.rising) this.column = null;
    else Object.assign(this, { rising: this.column !== column, column });
    this.page = 0;
    this.show();
  }

  filter(query) {
    Object.assign(this, { query: query.trim().toLocaleLowerCase(), page: 0 });
    this.show();
  }

  turn(by) {
    this.page += by;
    this.show();
  }

  get found() {
    const { query, column } = this;
    const kept = query ? this.body.filter((row) => row.some((cell) => plain(cell).toLocaleLowerCase().includes(query))) : this.body;
    if (column === null) return kept;
    const order = this.numeric[column] ? (a, b) => a[column].value - b[column].value : (a, b) => plain(a[column]).localeCompare(plain(b[column]), undefined, { numeric: true });
    return [...kept].sort((a, b) => (this.rising ? order(a, b) : order(b, a)));
  }

  show() {
    const { found, size, page } = this;
    const pages = Math.max(1, Math.ceil(found.length / size));
    fill(this.rows, found.slice(page * size, (page + 1) * size).map((cells) => this.rowNode(cells)));
    if (!found.length) fill(this.rows, h("tr", {}, h("td", { colspan: this.head.length }, "Nothing matches")));
    this.heads.forEach((head, column) => head.setAttribute("aria-sort", column === this.column ? (this.rising ? "ascending" : "descending") : "none"));
    const first = found.length ? page * size + 1 : 0;
    this.where.textContent = `${first}–${Math.min((page + 1) * size, found.length)} of ${found.length}`;
    this.previous.disabled = page === 0;
    this.next.disabled = page >= pages - 1;
    this.paging.hidden = this.body.length <= size;
  }

  rowNode(cells) {
    const key = this.block.row_header_column_index ?? 0;
    const tag = (column) => (column === key ? "th" : "td");
    return h("tr", {}, cells.map((cell, column) => h(tag(column), { scope: column === key ? "row" : null, class: this.numeric[column] ? "align-right" : null, dir: "auto" }, cellNodes(cell, this.context))));
  }
}
