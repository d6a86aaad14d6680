"use strict";
// Keys for a page that works without them. Enter while an input method composes picks a word and submits nothing.
(() => {
  let composing = false;
  document.addEventListener("compositionstart", () => { composing = true; });
  document.addEventListener("compositionend", () => { composing = false; });
  const inField = (node) => node instanceof HTMLInputElement && node.type === "text";
  const free = (node) => !(node instanceof HTMLButtonElement || node instanceof HTMLSelectElement
    || node instanceof HTMLAnchorElement || node instanceof HTMLInputElement || node.closest?.("summary"));
  function actionOf(event) {
    const { key, target } = event;
    if (inField(target)) {
      if (key === "Escape") return () => document.getElementById("app").focus();
      if (key === "Enter") return target.value.trim() ? null : () => {};
      if (key !== "?" && key !== "？") return null;
    } else if (target instanceof HTMLSelectElement || (key === "Enter" && !free(target))) return null;
    const wanted = key === "？" ? "?" : key === " " && free(target) ? "Enter" : key;
    const control = [...document.querySelectorAll("[data-key]")].find((node) => node.dataset.key === wanted);
    return control ? () => control.click() : null;
  }
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || composing || event.keyCode === 229) {
      if (event.key === "Enter") event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    action();
  });
  // the way back shows the page as it was; an answered form would be sent in vain
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
