// Sorts and filters the table that stands there already.
"use strict";
(() => {
  const language = document.documentElement.lang;
  const names = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const numbers = new Intl.NumberFormat(language);
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const form = document.querySelector("form");
  const field = (id) => document.getElementById(id);

  // One key a column: place, account, followers, score.
  const rows = Array.from(body.rows, (row, place) => {
    const [, account, followers, score] = row.cells;
    const words = account.textContent.toLowerCase();
    const keys = [place, words, Number(followers.dataset.v), Number(score.dataset.v)];
    const verified = account.querySelector(".verified") !== null;
    return { row, keys, words, verified, kind: row.dataset.k, doubt: account.querySelector(".kind[hidden]") };
  });

  // Accounts of unclear kind stay, marked, so that no mistake hides one.
  const kindsOf = {
    people: ["person", "unofficial", undefined],
    organisations: ["organisation", "news", "unofficial", undefined],
  };

  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });

  function sort(head, column) {
    // Numbers are looked at from the largest on, but for places.
    const first = column < 2 ? "ascending" : "descending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = head.ariaSort === first ? other : first;
    heads.forEach((each) => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const turn = order === "ascending" ? 1 : -1;
    const compare = column === 1 ? names.compare : (a, b) => a - b;
    rows.sort((a, b) => turn * compare(a.keys[column], b.keys[column]) || a.keys[0] - b.keys[0]);
    body.append(...rows.map((each) => each.row));
  }

  function filter() {
    const words = field("search").value.trim().toLowerCase();
    const least = Number(field("least").value);
    const most = Number(field("most").value) || Infinity;
    const kinds = kindsOf[field("kinds").value];
    const unverified = field("unverified")?.checked;
    let shown = 0;
    for (const each of rows) {
      const followers = each.keys[2];
      const fits = each.words.includes(words) && followers >= least && followers <= most;
      const isKind = !kinds || kinds.includes(each.kind);
      each.row.hidden = !fits || !isKind || (unverified && each.verified);
      each.doubt?.toggleAttribute("hidden", !kinds);
      shown += each.row.hidden ? 0 : 1;
    }
    field("nobody").hidden = shown > 0;
    const all = shown === rows.length;
    form.querySelector("output").value = all ? "" : `${numbers.format(shown)} / ${numbers.format(rows.length)}`;
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  // A browser that comes back to the page has kept what was in the fields.
  filter();
})();
