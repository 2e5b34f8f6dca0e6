// The board by keyboard, its card of details, finding, and looking again every minute. The page works without it.
"use strict";
(() => {
  const MINUTE = 60_000;
  const card = document.getElementById("card");
  const announce = document.getElementById("announce");
  const live = () => document.getElementById("live");
  const bars = (within = live()) => [...within.querySelectorAll(".bar > a")];
  let current = null;

  // One bar is in the tab order; arrow keys move to its neighbours.
  function makeCurrent(bar) {
    if (current) current.tabIndex = -1;
    current = bar;
    if (bar) bar.tabIndex = 0;
  }

  function dress() {
    for (const bar of bars()) {
      bar.dataset.told = bar.title;
      bar.removeAttribute("title");
      bar.tabIndex = -1;
    }
    makeCurrent(bars()[0] ?? null);
    for (const shy of document.querySelectorAll(".find, .keys")) shy.hidden = false;
    find();
  }

  const middle = (bar) => { const box = bar.getBoundingClientRect(); return box.left + box.width / 2; };
  const shownRows = () => [...live().querySelectorAll(".laboratory[open] .row")].filter((row) => !row.hidden && row.querySelector(".bar"));

  function neighbour(bar, key) {
    const row = bar.closest(".row");
    const own = bars(row).sort((a, b) => a.getBoundingClientRect().left - b.getBoundingClientRect().left);
    if (key === "ArrowLeft") return own[own.indexOf(bar) - 1];
    if (key === "ArrowRight") return own[own.indexOf(bar) + 1];
    if (key === "Home") return own[0];
    if (key === "End") return own.at(-1);
    const rows = shownRows();
    const other = rows[rows.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
    if (!other) return undefined;
    const at = middle(bar);
    return bars(other).reduce((near, each) => (Math.abs(middle(each) - at) < Math.abs(middle(near) - at) ? each : near));
  }

  function showCard(bar) {
    card.textContent = bar.dataset.told ?? "";
    card.hidden = !card.textContent;
    const box = bar.getBoundingClientRect();
    const left = Math.min(Math.max(box.left, 8), innerWidth - card.offsetWidth - 8);
    const below = box.bottom + 6 + card.offsetHeight < innerHeight;
    card.style.left = `${left}px`;
    card.style.top = `${below ? box.bottom + 6 : box.top - card.offsetHeight - 6}px`;
  }
  const hideCard = () => { card.hidden = true; };

  function find() {
    const wanted = (document.getElementById("find")?.value ?? "").trim().toLowerCase();
    for (const row of live().querySelectorAll(".row")) {
      const named = row.querySelector("h3").title.toLowerCase() + " " + row.querySelector("h3").textContent.toLowerCase();
      let seen = 0;
      for (const bar of bars(row)) {
        const fits = !wanted || named.includes(wanted) || (bar.textContent + bar.dataset.told).toLowerCase().includes(wanted);
        bar.classList.toggle("found-not", !fits);
        seen += fits ? 1 : 0;
      }
      row.hidden = Boolean(wanted) && !named.includes(wanted) && !seen;
    }
    for (const laboratory of live().querySelectorAll(".laboratory"))
      laboratory.hidden = Boolean(wanted) && ![...laboratory.querySelectorAll(".row")].some((row) => !row.hidden);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideCard();
    const bar = event.target.closest?.(".bar > a");
    if (!bar || !["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const next = neighbour(bar, event.key);
    if (next) { makeCurrent(next); next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  });
  document.addEventListener("focusin", (event) => {
    const bar = event.target.closest?.(".bar > a");
    if (bar) { makeCurrent(bar); showCard(bar); } else hideCard();
  });
  document.addEventListener("mouseover", (event) => {
    const bar = event.target.closest?.(".bar > a");
    if (bar) showCard(bar); else hideCard();
  });
  document.addEventListener("scroll", hideCard, true);
  document.addEventListener("input", (event) => { if (event.target.id === "find") find(); });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // Look again: replace what changed, keep scroll, folded laboratories, faded clusters and what was sought.
  async function look() {
    if (document.hidden || document.activeElement?.closest("#live")) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
    if (!fresh) return;
    const changed = fresh.dataset.fingerprint !== live().dataset.fingerprint;
    const old = live().querySelector(".now"), now = fresh.querySelector(".now");
    if (!changed) { if (old && now) old.style.cssText = now.style.cssText; return; }
    const board = live().querySelector(".board"), at = [board.scrollLeft, board.scrollTop];
    const folded = [...live().querySelectorAll(".laboratory:not([open])")].map((each) => each.id);
    const faded = [...live().querySelectorAll(".cluster input:not(:checked)")].map((each) => each.id);
    const sought = document.getElementById("find")?.value ?? "";
    live().replaceWith(fresh);
    for (const id of folded) document.getElementById(id)?.removeAttribute("open");
    for (const id of faded) { const box = document.getElementById(id); if (box) box.checked = false; }
    document.getElementById("find").value = sought;
    dress();
    live().querySelector(".board").scrollTo(...at);
    announce.textContent = "The board has changed.";
  }

  dress();
  setInterval(look, MINUTE);
  document.addEventListener("visibilitychange", look);

  // Begin where the eye looks: at the present, when the week is wider than the window.
  const board = live().querySelector(".board"), now = live().querySelector(".now");
  if (now && board.scrollWidth > board.clientWidth) board.scrollLeft = Math.max(0, now.offsetLeft - board.clientWidth / 2);
})();
