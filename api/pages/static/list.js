// Finding rows of a list by any word in them. The page works without it.
"use strict";
(() => {
  const field = document.getElementById("find");
  field.closest(".find").hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("#list tbody tr")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
})();
