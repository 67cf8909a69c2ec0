// Small helps on top of pages that work without them. No inline handlers: the content policy forbids them.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("has-js");

  function typing(target) {
    return target && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  }

  // Pop-overs of due dates: one open at a time; Escape and a click outside shut them.
  function shut(except) {
    document.querySelectorAll("details.due[open], details.who-menu[open]").forEach(function (open) {
      if (open !== except && !open.contains(except)) open.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    shut(event.target.closest("details.due, details.who-menu"));
    var pressed = event.target.closest("[data-print]");
    if (pressed) window.print();
    var speaker = event.target.closest("[data-speak]");
    if (speaker) speak(speaker.getAttribute("data-speak"));
    var copier = event.target.closest("[data-copy]");
    if (copier && navigator.clipboard) navigator.clipboard.writeText(copier.getAttribute("data-copy"));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") shut(null);
    if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey) {
      var find = document.querySelector(".find input");
      if (find) { event.preventDefault(); find.focus(); }
    }
    // Ctrl+Enter presses the one filled button of the form the cursor is in.
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
      var main = event.target.form.querySelector("button.btn-primary") || event.target.form.querySelector("button");
      if (main) { event.preventDefault(); event.target.form.requestSubmit(main); }
    }
    // Alt+letter presses what names it: data-key="r".
    if (event.altKey && !event.ctrlKey && event.key.length === 1) {
      var named = document.querySelector('[data-key="' + event.key.toLowerCase().replace(/["\\]/g, "") + '"]');
      if (named) { event.preventDefault(); if (named.click && !typing(named)) named.click(); else named.focus(); }
    }
  });

  // One press, one sending. The key hidden in the form makes a second one harmless anyway.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-again") || form.hasAttribute("hx-post") || form.hasAttribute("hx-get")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // Reading aloud, where the machine has a voice.
  function speak(selector) {
    var part = document.querySelector(selector);
    if (!part || !window.speechSynthesis) return;
    window.speechSynthesis.cancel();
    var words = new SpeechSynthesisUtterance("value" in part ? part.value : part.innerText);
    words.lang = root.lang === "en" ? "en-US" : "zh-CN";
    words.rate = 0.9;
    window.speechSynthesis.speak(words);
  }

  // A list that depends on another: <select data-rows-of="#township"> keeps the options whose data-in is the chosen value.
  document.querySelectorAll("select[data-rows-of]").forEach(function (inner) {
    var outer = document.querySelector(inner.getAttribute("data-rows-of"));
    if (!outer) return;
    var groups = Array.prototype.slice.call(inner.querySelectorAll("optgroup"));
    function keep() {
      groups.forEach(function (group) {
        var fits = !outer.value || group.getAttribute("data-in") === outer.value;
        if (fits && !group.parentNode) inner.appendChild(group);
        if (!fits && group.parentNode) group.remove();
      });
    }
    outer.addEventListener("change", function () { inner.value = ""; keep(); });
    keep();
  });
})();
