"use strict";

// Every word of the query has to be on a page; a page whose name or summary has it comes first.
function find(query) {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return null;
  const hits = [];
  for (const [file, title, summary, text] of searchIndex) {
    const name = title.toLowerCase(), short = summary.toLowerCase(), long = text.toLowerCase();
    let score = 0;
    for (const word of words) {
      const found = name.includes(word) ? 20 : short.includes(word) ? 8 : long.includes(word) ? 1 : 0;
      if (found === 0) { score = 0; break; }
      score += found;
    }
    if (score === 0) continue;
    if (name.startsWith("acctl-" + words.join("-") + "(")) score += 50;
    hits.push({ file, title, summary, score });
  }
  return hits.sort((a, b) => b.score - a.score || a.title.localeCompare(b.title)).slice(0, 30);
}

function show(hits) {
  const place = document.getElementById("found");
  place.replaceChildren();
  if (hits === null) return;
  if (hits.length === 0) {
    const nothing = document.createElement("p");
    nothing.textContent = "Nothing found.";
    place.append(nothing);
    return;
  }
  const list = document.createElement("ul");
  for (const hit of hits) {
    const entry = document.createElement("li"), link = document.createElement("a"), name = document.createElement("b");
    link.href = hit.file;
    name.textContent = hit.title;
    link.append(name, " " + hit.summary);
    entry.append(link);
    list.append(entry);
  }
  place.append(list);
}

const field = document.getElementById("search");
field.addEventListener("input", () => show(find(field.value)));
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  }
  if (event.key === "Escape") {
    field.value = "";
    show(null);
  }
});
