// Light, dark, or as the system has it; kept in this browser.

const ORDER = ["auto", "light", "dark"];
const KEY = "sandbox-theme";

export class Theme {
  constructor() {
    this.name = ORDER.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : "auto";
    this.apply();
  }

  next() {
    this.name = ORDER[(ORDER.indexOf(this.name) + 1) % ORDER.length];
    localStorage.setItem(KEY, this.name);
    this.apply();
    return this.name;
  }

  apply() {
    const root = document.documentElement;
    if (this.name === "auto") delete root.dataset.theme;
    else root.dataset.theme = this.name;
  }
}
