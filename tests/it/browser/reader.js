// Uses the page in the frame as a person would, and reports what it shows.
"use strict";
addEventListener("load", () => {
  const frame = document.querySelector("iframe");
  const { contentWindow: view, contentDocument: page } = frame;
  const rows = () => Array.from(page.querySelectorAll("tbody tr")).filter((row) => row.offsetHeight > 0);
  const places = () => rows().map((row) => row.cells[0].innerText.trim());
  const sizes = () => rows().map((row) => Number(row.cells[2].dataset.v));
  const sort = (column) => page.querySelectorAll("th button")[column].click();
  const enter = (id, value) => {
    const field = page.getElementById(id);
    field.value = value;
    field.dispatchEvent(new view.Event("input", { bubbles: true }));
  };

  const seen = { errors, frame: view.innerWidth, page: page.documentElement.scrollWidth, all: places() };
  seen.dark = view.matchMedia("(prefers-color-scheme: dark)").matches;
  sort(2);
  seen.falling = sizes();
  sort(2);
  seen.rising = sizes();
  enter("search", "@peer0");
  seen.found = places();
  enter("search", "nobody is called this");
  seen.nothing_found = places();
  enter("search", "");
  enter("least", "1000");
  seen.large = places();
  enter("least", "");
  sort(0);
  seen.again = places();
  const report = document.createElement("pre");
  report.textContent = JSON.stringify(seen);
  document.body.append(report);
});
