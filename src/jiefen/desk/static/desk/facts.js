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
    chip.classList.remove("fact-ask");
    chip.classList.add("is-taken");
    var done = document.createElement("i");
    done.className = "bi bi-check-lg";
    done.setAttribute("aria-hidden", "true");
    chip.firstElementChild.append(" ", done);
    button.remove();
    chip.querySelector("[data-drop]").focus();
  });
})();
