// Facts drawn from a text: one click fills the field, another drops the chip for good. Without this file the buttons post the form.
(function () {
  "use strict";
  function list(form, name, key, add) {
    var field = form.elements[name];
    if (!field) return;
    var keys = field.value.split(/\r?\n/).filter(function (one) { return one && one !== key; });
    if (add) keys.push(key);
    field.value = keys.join("\n");
  }
  function fill(form, name, value) {
    var field = name && value ? form.elements[name] : null;
    if (!field) return;
    if (name === "against" && field.value && field.value.indexOf(value) < 0) value = field.value + "、" + value;
    else if (name === "against" && field.value) return;
    field.value = value;
    if (field.tagName === "SELECT" && field.value !== value) return;
    var shut = field.closest("details:not([open])");
    if (shut) shut.open = true;
    field.classList.add("just-filled");
    window.setTimeout(function () { field.classList.remove("just-filled"); }, 1500);
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-take], [data-drop]");
    if (!button || !button.form) return;
    event.preventDefault();
    var form = button.form, chip = button.closest("[data-fact]"), key = chip.getAttribute("data-fact");
    var takes = button.hasAttribute("data-take");
    list(form, "facts_taken", key, takes);
    list(form, "facts_dropped", key, !takes);
    var next = (chip.nextElementSibling || chip.previousElementSibling || document.body).querySelector("button");
    if (!takes) { chip.remove(); if (next) next.focus(); return; }
    fill(form, button.getAttribute("data-fill"), button.getAttribute("data-value"));
    taken(chip);
    chip.querySelector("[data-drop]").focus();
  });
  function taken(chip) {
    var button = chip.querySelector("[data-take]");
    if (!button) return;
    chip.classList.remove("fact-ask");
    chip.classList.add("is-taken");
    var done = document.createElement("i");
    done.className = "bi bi-check-lg";
    done.setAttribute("aria-hidden", "true");
    chip.firstElementChild.append(" ", done);
    button.remove();
  }
  // Suggestions that come while somebody is at the chips: asked for again only when the words changed, they bring back no chip
  // that was dropped meanwhile, and leave the keyboard where it was.
  var asked = null, held = null;
  document.addEventListener("htmx:beforeRequest", function (event) {
    var field = event.target, config = event.detail.requestConfig;
    if (field.name !== "text") return;
    var by = config && config.triggeringEvent;
    if (by && by.type === "change" && field.value === asked) event.preventDefault();
    else asked = field.value;
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var button = document.activeElement, chip = button && button.closest("[data-fact]");
    held = chip && event.target.contains(chip) ? [chip.getAttribute("data-fact"), button.hasAttribute("data-take")] : null;
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var chips = Array.from(event.target.querySelectorAll("[data-fact]")), at = held;
    held = null;
    chips = chips.filter(function (chip) {
      var form = chip.querySelector("button").form, key = chip.getAttribute("data-fact");
      if (has(form, "facts_dropped", key)) { chip.remove(); return false; }
      if (has(form, "facts_taken", key)) taken(chip);
      return true;
    });
    if (!at || !chips.length) return;
    var same = chips.find(function (chip) { return chip.getAttribute("data-fact") === at[0]; }) || chips[0];
    ((at[1] && same.querySelector("[data-take]")) || same.querySelector("[data-drop]")).focus();
  });
  function has(form, name, key) {
    var field = form && form.elements[name];
    return Boolean(field) && field.value.split(/\r?\n/).indexOf(key) >= 0;
  }
})();
