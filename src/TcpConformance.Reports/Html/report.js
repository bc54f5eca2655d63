"use strict";
const text = document.getElementById("f-text");
const verdict = document.getElementById("f-verdict");
const level = document.getElementById("f-level");
const count = document.getElementById("f-count");
const rows = [...document.querySelectorAll("#matrix tbody tr")];
const cases = [...document.querySelectorAll("details.case")];
const wordsOf = new Map([...rows, ...cases].map(e => [e, e.textContent.toLowerCase()]));

function fits(element) {
  const words = element.dataset.verdicts.split(" ");
  const bad = words.some(w => w !== "pass" && w !== "none");
  return (!level.value || element.dataset.level === level.value)
    && (!verdict.value || (verdict.value === "!" ? bad : words.includes(verdict.value)))
    && text.value.toLowerCase().split(/\s+/).every(w => wordsOf.get(element).includes(w));
}

function apply() {
  for (const element of [...rows, ...cases]) {
    element.hidden = !fits(element);
  }
  const shown = list => list.filter(e => !e.hidden).length;
  const all = Number(count.dataset.cases);
  const only = all > cases.length ? ` (the first of ${all})` : "";
  count.textContent = `${shown(rows)} of ${rows.length} requirements, `
    + `${shown(cases)} of ${cases.length} cases that did not pass${only}`;
}

// A link to a case that is closed or filtered away opens and shows it.
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) {
    const shown = target.closest("tr") ?? target;
    shown.hidden = false;
    if (target.tagName === "DETAILS") {
      target.open = true;
    }
    target.scrollIntoView();
  }
}

document.getElementById("filter").addEventListener("submit", e => e.preventDefault());
for (const input of [text, verdict, level]) {
  input.addEventListener("input", apply);
}
addEventListener("hashchange", reveal);
apply();
reveal();
