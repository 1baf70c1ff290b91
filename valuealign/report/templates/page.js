"use strict";
(() => {
  const MINUS = /\u2212/g, NARROW = /\s+/g;
  const make = (name, text) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // Tables as plain rows: what a cell says, or the number itself where it has one.

  const plain = cell => cell.textContent.replace(NARROW, " ").trim();
  const shown = cell => plain(cell).replace(MINUS, "-");
  const exact = cell => cell.dataset.v === undefined ? shown(cell) : cell.dataset.v;
  const rows = (table, read) => [...table.rows].map(row => [...row.cells].map(read));

  // A text that a spreadsheet would take for a formula begins with an apostrophe.
  const FORMULA = /^[\s\p{C}\p{Z}]*[=+\-@\u2212\uff1d\uff0b\uff0d\uff20\ufe63\ufe62\ufe6b\ufe66]/u;
  const NUMBER = /^[+-]?[\d.,]+(e[+-]?\d+)?\s?%?$/i;
  const csvCell = text => {
    const safe = FORMULA.test(text) && !NUMBER.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? '"' + safe.replace(/"/g, '""') + '"' : safe;
  };
  const csv = table => rows(table, exact).map(row => row.map(csvCell).join(",")).join("\r\n");
  const markdown = table => {
    const lines = rows(table, shown).map(row =>
      "| " + row.map(t => t.replace(/([\\`*_{}[\]<>#|])/g, "\\$1")).join(" | ") + " |");
    const under = "|" + [...table.rows[0].cells].map(c =>
      c.classList.contains("n") ? " ---: " : " --- ").join("|") + "|";
    return [lines[0], under, ...lines.slice(1)].join("\n");
  };
  const SIGNS = {
    "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "\u2212": "$-$", "\u2264": "$\\le$", "\u2265": "$\\ge$", "\u00b1": "$\\pm$",
    "\u2013": "--", "\u00d7": "$\\times$", "\u2713": "$\\checkmark$", "\u2715": "$\\times$",
    "\u2026": "\\dots{}",
  };
  const latexText = text =>
    text.replace(/[\\~^\u2212\u2264\u2265\u00b1\u2013\u00d7\u2713\u2715\u2026&%$#_{}]/g,
      c => SIGNS[c] || "\\" + c);
  const latex = table => {
    const lines = rows(table, plain).map(row => row.map(latexText).join(" & ") + " \\\\");
    const spec = [...table.rows[0].cells].map(c => c.classList.contains("n") ? "r" : "l").join("");
    const title = latexText(table.caption ? plain(table.caption) : "");
    return ["% needs \\usepackage{booktabs, amssymb}", "\\begin{table}", `\\caption{${title}}`,
      `\\begin{tabular}{${spec}}`, "\\toprule", lines[0], "\\midrule", ...lines.slice(1),
      "\\bottomrule", "\\end{tabular}", "\\end{table}"].join("\n");
  };
  const word = table => {
    const copy = make("table");
    copy.setAttribute("border", "1");
    copy.append(make("caption", table.caption ? plain(table.caption) : ""));
    for (const row of table.rows) {
      const line = copy.insertRow();
      for (const cell of row.cells) line.append(make(cell.tagName, plain(cell)));
    }
    return copy.outerHTML;
  };

  // The clipboard, also where a page opened from a file may not use the newer interface.
  const write = async (text, html) => {
    try {
      const data = { "text/plain": new Blob([text], { type: "text/plain" }) };
      if (html) data["text/html"] = new Blob([html], { type: "text/html" });
      await navigator.clipboard.write([new ClipboardItem(data)]);
      return true;
    } catch {
      let done = false;
      document.addEventListener("copy", event => {
        event.clipboardData.setData("text/plain", text);
        if (html) event.clipboardData.setData("text/html", html);
        event.preventDefault();
        done = true;
      }, { once: true });
      document.execCommand("copy");
      return done;
    }
  };
  const save = (blob, name) => {
    const link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const live = make("p");
  live.className = "skip";
  live.setAttribute("role", "status");
  document.querySelector("footer").append(live);
  const tools = (title, actions) => {
    const bar = make("div");
    bar.className = "tools";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", title);
    bar.append(make("span", title));
    for (const [name, act] of actions) {
      const button = make("button", name);
      button.type = "button";
      button.addEventListener("click", async () => {
        const done = await act();
        live.textContent = done === false ? "could not be copied" : `${name}: done`;
        button.textContent = done === false ? "failed" : "done";
        setTimeout(() => { button.textContent = name; }, 1500);
      });
      bar.append(button);
    }
    return bar;
  };

  // Tables sort by their number where they have one, and by their words elsewhere.
  const sortBy = (table, index, button) => {
    const head = button.parentElement;
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = row => {
      const cell = row.cells[index];
      if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
      const number = parseFloat(shown(cell).replace(/^[[\u00b1 ]+/, "").replace(/,(?=\d{3})/g, ""));
      return head.classList.contains("n") || Number.isFinite(Number(shown(cell)))
        ? number : shown(cell);
    };
    const sign = down ? -1 : 1;
    const missing = value => value === "" || Number.isNaN(value);
    const compare = (a, b) => {
      if (missing(a) || missing(b)) return missing(a) - missing(b);
      if (typeof a === "number" && typeof b === "number") return sign * (a - b);
      return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
    };
    const sorted = [...table.tBodies[0].rows].map(row => [key(row), row])
      .sort((a, b) => compare(a[0], b[0]));
    table.tBodies[0].append(...sorted.map(pair => pair[1]));
  };
  for (const table of document.querySelectorAll("table")) {
    if (table.tBodies[0].rows.length > 1) {
      [...table.tHead.rows[0].cells].forEach((head, index) => {
        if (!head.textContent) return;
        const button = make("button", head.textContent);
        button.type = "button";
        button.className = "sort";
        head.replaceChildren(button);
        button.addEventListener("click", () => sortBy(table, index, button));
      });
    }
    table.parentElement.after(tools("Copy the table:", [
      ["CSV", () => write(csv(table))],
      ["Markdown", () => write(markdown(table))],
      ["LaTeX", () => write(latex(table))],
      ["Word", () => write(csv(table), word(table))],
    ]));
  }
  for (const text of document.querySelectorAll(".copied"))
    text.after(tools("Copy the text:", [["Text", () => write(text.textContent)]]));

  // Figures are saved on white, in the colours of print, whatever the page shows.
  const palette = [...document.styleSheets[0].cssRules][0].style;
  const drawing = plate => {
    const copy = plate.querySelector("svg").cloneNode(true);
    for (const element of [copy, ...copy.querySelectorAll("*")])
      for (const name of ["fill", "stroke"]) {
        const named = /^var\((--[\w-]+)\)$/.exec(element.getAttribute(name) || "");
        if (named) element.setAttribute(name, palette.getPropertyValue(named[1]).trim());
      }
    const [, , width, height] = copy.getAttribute("viewBox").split(" ").map(Number);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("font-family", "Helvetica, Arial, sans-serif");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("aria-hidden");
    return [new XMLSerializer().serializeToString(copy), width, height];
  };
  const png = (plate, name) => new Promise(resolve => {
    const [text, width, height] = drawing(plate);
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    const image = new Image();
    image.onerror = () => resolve(false);
    image.onload = () => {
      const canvas = make("canvas"), scale = 300 / 72;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(url);
      canvas.toBlob(blob => { save(blob, `${name}.png`); resolve(true); });
    };
    image.src = url;
  });
  document.querySelectorAll("figure").forEach((figure, index) => {
    const plate = figure.querySelector(".plate"), name = `figure-${index + 1}`;
    plate.after(tools("Save the figure:", [
      ["SVG", () => save(new Blob([drawing(plate)[0]], { type: "image/svg+xml" }), `${name}.svg`)],
      ["PNG", () => png(plate, name)],
      ["Data", () => save(new Blob([csv(figure.querySelector("table"))], { type: "text/csv" }),
        `${name}.csv`)],
    ]));
  });

  // A link into a folded part opens it.
  const open = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", open);
  open();
})();
