"use strict";
(() => {
  const main = document.querySelector("main[data-seq]");
  const news = document.getElementById("news");
  const say = (text, again) => {
    if (!news) return;
    news.textContent = text;
    if (again) {
      const link = document.createElement("a");
      link.href = location.pathname;
      link.textContent = "Look again";
      news.append(" ", link);
    }
    news.hidden = text === "";
  };
  // Somebody is in the middle of something: nothing is taken away under their fingers.
  const busy = () => {
    if (document.querySelector("details.act[open], details.what[open]")) return true;
    const typed = "textarea:not([hidden]), input[type=text]";
    if ([...document.querySelectorAll(typed)].some((field) => field.value !== field.defaultValue)) return true;
    const at = document.activeElement;
    return at !== null && at.matches("input, textarea, select");
  };
  if (main) {
    let moved = false;
    const look = () => {
      if (!moved || document.hidden) return;
      if (busy()) say("Something has changed.", true);
      else location.reload();
    };
    const stream = new EventSource(location.pathname + "/stream");
    stream.addEventListener("moved", (event) => {
      moved = Number(event.data) > Number(main.dataset.seq);
      if (!moved) say("");
      look();
    });
    stream.addEventListener("error", () => {
      const over = stream.readyState === EventSource.CLOSED;
      say(over ? "This page is not kept up any more." : "No connection to the hub: this page may be out of date.", over);
    });
    stream.addEventListener("alive", look);
    document.addEventListener("visibilitychange", look);
  }
  // Without a connection the browser would put a page of its own in place of what was typed.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (form.dataset.reached) return;
    event.preventDefault();
    fetch("/healthz", { cache: "no-store" }).then(
      () => {
        form.dataset.reached = "yes";
        form.requestSubmit(button);
        delete form.dataset.reached;
      },
      () => {
        say("NOT RECORDED: the hub cannot be reached. What you wrote is still here; try again.");
        news.scrollIntoView({ block: "center" });
      },
    );
  });
})();
