// Follows a plan that is being made. The page works without it: there is a link to look again.
"use strict";
(() => {
  const PAUSE = 1500;
  async function follow() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("plan");
      if (fresh?.dataset.busy === "no") { location.replace(location.href); return; }
      const old = document.querySelector(".progress"), now = fresh?.querySelector(".progress");
      if (old && now && old.querySelector(".figures")?.textContent !== now.querySelector(".figures")?.textContent) {
        const sight = old.querySelector(".figures, p:not(.quiet)"), next = now.querySelector(".figures, p:not(.quiet)");
        if (sight && next) sight.replaceWith(next);
        const words = old.querySelector("h2"), heading = now.querySelector("h2").textContent;
        if (words.textContent !== heading) words.textContent = heading;
      }
    }
    setTimeout(follow, PAUSE);
  }
  setTimeout(follow, PAUSE);
})();
