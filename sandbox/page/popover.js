// Layers that lie over everything: menus, lists, calendars. In the browser's top layer, so that no
// scrolling box or dialog cuts them off.

const GAP = 4; // pixels between a layer and what it belongs to
const EDGE = 8; // pixels kept free at the rim of the window

/** Puts a layer at its anchor: below if there is room, else above; never beyond the window. */
function place(layer, anchor, { wide = false, end = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (wide) layer.style.minWidth = `${Math.min(box.width, innerWidth - 2 * EDGE)}px`;
  layer.style.maxHeight = "";
  const below = innerHeight - box.bottom - GAP - EDGE;
  const above = box.top - GAP - EDGE;
  const { width, height } = layer.getBoundingClientRect();
  const isBelow = height <= below || below >= above;
  layer.style.maxHeight = `${Math.max(isBelow ? below : above, 120)}px`;
  const high = Math.min(height, Math.max(isBelow ? below : above, 120));
  const rightToLeft = getComputedStyle(anchor).direction === "rtl";
  const left = end !== rightToLeft ? box.right - width : box.left;
  layer.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  layer.style.top = `${isBelow ? box.bottom + GAP : Math.max(EDGE, box.top - GAP - high)}px`;
}

/** A layer that opens at an anchor and closes at Escape, a press elsewhere or a lost focus. */
export class Layer {
  /** `closed()` is told when it goes. The node must stand in the page near its anchor. */
  constructor(node, anchor, { wide, end, closed } = {}) {
    Object.assign(this, { node, anchor, closed, how: { wide, end } });
    node.popover = "manual";
    node.classList.add("popover");
    this.follow = () => place(node, anchor, this.how);
    this.outside = (event) => {
      if (!node.contains(event.target) && !anchor.contains(event.target)) this.close();
    };
  }

  get opened() {
    return this.node.matches(":popover-open");
  }

  open() {
    if (!this.opened) {
      this.node.showPopover();
      addEventListener("scroll", this.follow, true);
      addEventListener("resize", this.follow);
      document.addEventListener("pointerdown", this.outside, true);
    }
    this.follow();
  }

  close() {
    removeEventListener("scroll", this.follow, true);
    removeEventListener("resize", this.follow);
    document.removeEventListener("pointerdown", this.outside, true);
    if (!this.opened) return;
    this.node.hidePopover();
    this.closed?.();
  }
}
