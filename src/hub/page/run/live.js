
(() => {
  "use strict";
  const page = document.getElementById("page");
  const live = document.getElementById("live");
  // What stood in each part as the hub wrote it: the clocks have gone on since.
  const written = new Map();
  // What the hub's clock said, when this device's did, and how fast it runs.
  let clock = null;
  let lost = null;

  const remember = (part) => written.set(part.dataset.part, part.innerHTML);
  for (const part of page.querySelectorAll("[data-part]")) remember(part);

  // Puts the newest text of a part in its place, and leaves open what was open.
  const replace = (old, part) => {
    const open = [...old.querySelectorAll("details[open][id]")].map((d) => d.id);
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && (focused.closest("[id]") || {}).id;
    const scrolled = [...old.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    const nth = focused && [...old.querySelectorAll("[tabindex], a, summary")].indexOf(focused);
    old.replaceChildren(...part.childNodes);
    for (const id of open) {
      const details = document.getElementById(id);
      if (details) details.open = true;
    }
    [...old.querySelectorAll(".scroll")].forEach((box, n) => { box.scrollLeft = scrolled[n] || 0; });
    if (focused) {
      const same = old.querySelectorAll("[tabindex], a, summary")[nth];
      const near = key && document.getElementById(key);
      (same || near || old).focus({ preventScroll: true });
    }
  };

  const show = (text) => {
    const news = new DOMParser().parseFromString(text, "text/html");
    for (const part of news.querySelectorAll("[data-part]")) {
      const old = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!old) { location.reload(); return; }
      old.hidden = part.hidden;
      if (part.dataset.title) document.title = part.dataset.title;
      if (written.get(part.dataset.part) === part.innerHTML) continue;
      remember(part);
      replace(old, part);
    }
    tick();
  };

  // A length in whole minutes, as the hub writes it.
  const rough = (ms) => {
    let minutes = Math.floor(Math.abs(ms) / 60000);
    if (minutes === 0) return "less than a minute";
    let text = "";
    for (const [unit, name] of [[1440, "d"], [60, "h"], [1, "m"]]) {
      if (minutes >= unit) { text += Math.floor(minutes / unit) + name; minutes %= unit; }
    }
    return text;
  };
  const two = (n) => String(n).padStart(2, "0");

  // Clocks go on by themselves, by the hub's time.
  const tick = () => {
    if (!clock) return;
    const now = clock.now + (Date.now() - clock.heard) * clock.speed;
    for (const shown of page.querySelectorAll("[data-clock]")) {
      let text = null;
      if (shown.dataset.clock === "wall") {
        const how = { timeZone: shown.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
        try { text = new Intl.DateTimeFormat("en-GB", how).format(now); } catch { /* a zone that this browser does not know */ }
      } else if (shown.dataset.clock === "t") {
        const ms = now - Number(shown.dataset.zero);
        const minutes = Math.floor(Math.abs(ms) / 60000);
        text = `T${ms < 0 ? "\u2212" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
      } else {
        const left = Number(shown.dataset.at) - now;
        text = left >= 0 ? `in ${rough(left)}` : `${rough(left)} ago`;
      }
      if (text !== null && shown.textContent !== text) shown.textContent = text;
    }
  };

  const say = (text) => {
    if (live.textContent !== text) live.textContent = text;
    live.hidden = text === "";
  };
  const clockOf = (ms) => {
    const at = new Date(ms);
    return `${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  // The browser comes back by itself where the line was cut, and gives up where it was told no: then
  // this asks again, less and less often. A line that is dead without saying so is cut here.
  const SILENT = 35000;
  const SHORT = 4000;
  let wait = 2000;
  let version = page.dataset.version;
  let stream = null;
  let heard = Date.now();

  const here = () => {
    heard = Date.now();
    lost = null;
    wait = 2000;
    page.dataset.live = "yes";
    say("");
  };
  const again = () => {
    stream.close();
    stream = null;
    setTimeout(listen, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, 60000);
  };
  const gone = () => {
    page.dataset.live = "no";
    lost = lost || Date.now();
  };
  const listen = () => {
    heard = Date.now();
    stream = new EventSource(`${page.dataset.stream}?version=${version}`);
    stream.addEventListener("clock", (event) => {
      here();
      clock = { ...JSON.parse(event.data), heard: Date.now() };
      tick();
    });
    stream.addEventListener("parts", (event) => {
      here();
      version = event.lastEventId;
      show(JSON.parse(event.data));
    });
    stream.addEventListener("error", () => {
      gone();
      if (stream && stream.readyState === EventSource.CLOSED) again();
    });
  };
  const watch = () => {
    if (stream && Date.now() - heard > SILENT) { gone(); again(); }
    // A line that is cut and mended at once is nobody's concern.
    if (lost && Date.now() - lost > SHORT) {
      say(`Not live since ${clockOf(lost)} on this device: the hub cannot be reached, or this link was taken back. Trying again.`);
    }
  };

  setInterval(() => { tick(); watch(); }, 1000);
  listen();
})();
