"use strict";
{
  const find = (id) => document.getElementById(id);
  const form = find("filters");
  const findings = [...document.querySelectorAll(".finding")];
  const groups = [...document.querySelectorAll(".group")];
  const texts = new Map(findings.map((each) => [each, each.textContent.toLowerCase()]));

  const wanted = (each) => {
    const operation = find("operation").value;
    return Number(each.dataset[find("lens").value]) >= Number(find("severity").value)
      && (!operation || each.dataset.operations.split("\n").includes(operation))
      && texts.get(each).includes(find("text").value.trim().toLowerCase());
  };

  const show = () => {
    for (const each of findings) each.hidden = !wanted(each);
    for (const each of groups) each.hidden = !each.querySelector(".finding:not([hidden])");
    const left = findings.filter((each) => !each.hidden).length;
    find("shown").value = left + " of " + findings.length + " entries";
  };

  const step = (by) => {
    const left = findings.filter((each) => !each.hidden);
    const here = left.indexOf(document.activeElement.closest(".finding"));
    const next = left[here < 0 ? 0 : Math.min(Math.max(here + by, 0), left.length - 1)];
    if (next) next.focus();
  };

  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { form.reset(); return; }
    if (event.target.closest("input, select")) return;
    if (event.key === "/") { event.preventDefault(); find("text").focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  show();
}
