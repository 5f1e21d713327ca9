// The script inside a flame graph's SVG: zoom, search, details, keyboard.
//
// The picture is complete without it. What it needs it reads back out of the
// picture once, in init(): a box is a <g> of #frames with its <title>, <rect>
// and maybe a <text>, and boxes stand in pre-order. From then on everything is
// arithmetic over arrays, and the document is written to only where something
// changes; nothing in here asks the browser to lay text out box by box.
//
// Names come from profiles, which anybody may have written: they are put into
// the document as text nodes only.
"use strict";

const PAD = 10; // left and right of the boxes, as drawn in the file
const ROW = 16; // from one row to the next
const INSET = 3; // of a text in its box
const GAP = .7; // between neighbours
const HIDDEN_BELOW = 0.1; // a box narrower than this is not there

let svg, header, footer, field;
let boxes = []; // see readBox
let boxOf = new Map(); // from the <g> to its box
let cell = 7.2; // width of one character, measured in init
let zoomed = 0; // index of the box that fills the width
let term = ""; // what is searched for; "" when nothing is
let ignoreCase = false;
let drawnWidth = 0; // of the root box, in pixels

function element(id) {
    return document.getElementById(id);
}

function setText(id, text) {
    element(id).textContent = text;
}

function show(node, visible) {
    node.classList.toggle("hide", !visible);
}

// ---- reading the picture --------------------------------------------------

// "main.work (1.25s, 12.34%)" is a name and what stands in the last brackets.
function nameOf(title) {
    const end = title.lastIndexOf(" (");
    return end > 0 ? title.slice(0, end) : title;
}

function readBox(group, index) {
    const rect = group.querySelector("rect");
    const title = group.querySelector("title").textContent;
    const name = nameOf(title);
    return {
        index, group, rect, title, name,
        cells: cellsIn(name),
        text: group.querySelector("text"),
        fileX: rect.getAttribute("x"), // as written: these name it in links
        fileY: rect.getAttribute("y"),
        x: parseFloat(rect.getAttribute("x")),
        width: parseFloat(rect.getAttribute("width")),
        y: parseFloat(rect.getAttribute("y")),
        depth: 0, parent: -1, end: 0, // filled in by link
        shown: true, label: null, matches: false, // what the document says now
        left: 0, drawn: 0, // where it is drawn now, in pixels
    };
}

// Depths, parents, and where subtrees end, out of the order and the rows.
function link(all) {
    const open = [];
    for (const box of all) {
        box.depth = Math.round((all[0].y - box.y) / ROW);
        while (open.length > box.depth)
            all[open.pop()].end = box.index;
        box.parent = open.length ? open[open.length - 1] : -1;
        open.push(box.index);
    }
    for (const index of open)
        all[index].end = all.length;
}

function readBoxes() {
    const all = Array.from(element("frames").children, readBox);
    link(all);
    const {x, width} = all[0];
    for (const box of all) { // from here on in parts of the whole
        box.x = (box.x - x) / width;
        box.width /= width;
    }
    return all;
}

// ---- drawing --------------------------------------------------------------

// How many cells a character takes: the wide ones of East Asia two.
function cellsOf(character) {
    const code = character.codePointAt(0);
    return code >= 0x1100 && (code <= 0x115f || (code >= 0x2e80 &&
        code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
        (code >= 0xfe30 && code <= 0xff60) || code >= 0x1f300) ? 2 : 1;
}

function cellsIn(text) {
    let cells = 0;
    for (const character of text)
        cells += cellsOf(character);
    return cells;
}

// The start of the text, with ".." for the rest.
function cut(text, room) {
    let cells = 2, units = 0;
    for (const character of text) {
        cells += cellsOf(character);
        if (cells > room)
            break;
        units += character.length;
    }
    return text.slice(0, units) + "..";
}

// The length of the outermost package, namespace or class of a name with what
// parts it from the rest, or 0 where there is none. The file's own labels are
// made by the same rule (report/flamegraph_label.c), which says more about it.
function outermostLength(name) {
    const clone = /^(|isra|part|constprop|cold|lto_priv|llvm|func)(\d|\.|$)/;
    let depth = 0;
    for (let i = 0; i + 1 < name.length; i++) {
        const c = name[i];
        if ("(<[{".includes(c))
            depth++;
        else if (depth && ")>]}".includes(c))
            depth--;
        else if (depth)
            continue;
        else if (c === " ")
            break;
        else if (c === "/" || (c === "." && !clone.test(name.slice(i + 1))))
            return i + 1;
        else if (c === ":" && name[i + 1] === ":" && i + 2 < name.length)
            return i + 2;
    }
    return 0;
}

// The label of a box of that width: "" where there is no room for any.
function labelFor(box, width) {
    const room = Math.floor((width - 2 * INSET) / cell);
    if (room < 3)
        return "";
    let name = box.name, needed = box.cells;
    while (needed > room) {
        const outermost = outermostLength(name);
        if (!outermost)
            return cut(name, room);
        needed -= cellsIn(name.slice(0, outermost));
        name = name.slice(outermost);
    }
    return name;
}

function labelOf(box) {
    if (!box.text) {
        box.text = document.createElementNS(svg.namespaceURI, "text");
        box.text.setAttribute("y", box.y + ROW - 5);
        box.group.appendChild(box.text);
    }
    return box.text;
}

function drawBox(box, left, width) {
    const shown = width >= HIDDEN_BELOW;
    if (shown !== box.shown) {
        box.shown = shown;
        show(box.group, shown);
    }
    if (!shown)
        return;
    if (left !== box.left || width !== box.drawn) {
        box.left = left;
        box.drawn = width;
        box.rect.setAttribute("x", (PAD + left).toFixed(2));
        const gap = Math.min(GAP, width / 10);
        box.rect.setAttribute("width", (width - gap).toFixed(2));
    }
    const label = labelFor(box, width);
    if (label || box.label)
        labelOf(box).setAttribute("x", (PAD + left + INSET).toFixed(2));
    if (label !== box.label && (label || box.text))
        labelOf(box).textContent = label;
    box.label = label;
}

function hideFrom(start, end) {
    for (let i = start; i < end; i++)
        drawBox(boxes[i], 0, 0);
}

// Draw the zoomed box over the whole width: its ancestors below it as wide
// and faded, its descendants in proportion, and nothing else.
function draw() {
    const centre = boxes[zoomed], scale = drawnWidth / centre.width;
    hideFrom(0, zoomed);
    hideFrom(centre.end, boxes.length);
    for (let i = zoomed; i < centre.end; i++) {
        boxes[i].group.classList.remove("parent");
        drawBox(boxes[i], (boxes[i].x - centre.x) * scale,
            boxes[i].width * scale);
    }
    for (let i = centre.parent; i >= 0; i = boxes[i].parent) {
        boxes[i].group.classList.add("parent");
        drawBox(boxes[i], 0, drawnWidth);
    }
    show(element("unzoom"), zoomed !== 0);
}

// ---- zoom -----------------------------------------------------------------

function zoomTo(index) {
    zoomed = index;
    draw();
    showMatched();
}

function zoom(index) {
    if (index === zoomed)
        return;
    zoomTo(index);
    writeState(true);
}

function unzoom() {
    zoom(0);
}

// ---- search ---------------------------------------------------------------

function compile(pattern) {
    const bare = pattern.replace(/^\(\?i\)/, ""); // as the filters spell it
    return new RegExp(bare, ignoreCase || bare !== pattern ? "i" : "");
}

// Part of the shown width that is in a matching box: boxes above a match are
// in it already.
function matchedPart() {
    const centre = boxes[zoomed];
    for (let i = centre.parent; i >= 0; i = boxes[i].parent)
        if (boxes[i].matches)
            return 1;
    let sum = 0;
    for (let i = zoomed; i < centre.end;) {
        if (boxes[i].matches) {
            sum += boxes[i].width;
            i = boxes[i].end;
        } else {
            i++;
        }
    }
    return sum / centre.width;
}

function showMatched() {
    const text = term ? "Matched: " + (100 * matchedPart()).toFixed(1) + "%"
        : "";
    setText("matched", text);
}

function mark(box, matches) {
    if (matches === box.matches)
        return;
    box.matches = matches;
    box.group.classList.toggle("match", matches);
}

// Highlight what matches. A pattern that cannot be read changes nothing but
// the line that says so.
function search(pattern) {
    let expression = null;
    try {
        expression = pattern ? compile(pattern) : null;
    } catch (error) {
        setText("matched", "Not a pattern: " + pattern);
        return false;
    }
    term = pattern;
    const known = new Map(); // every name is looked at once
    for (const box of boxes) {
        let matches = known.get(box.name);
        if (matches === undefined) {
            matches = expression !== null && expression.test(box.name);
            known.set(box.name, matches);
        }
        mark(box, matches);
    }
    svg.classList.toggle("searching", term !== "");
    setText("search", term ? "Reset Search" : "Search");
    showMatched();
    return true;
}

function searchAndRemember(pattern) {
    const valid = search(pattern);
    field.classList.toggle("invalid", !valid);
    if (valid)
        writeState(false);
}

function resetSearch() {
    closeField();
    searchAndRemember("");
}

function toggleIgnoreCase() {
    ignoreCase = !ignoreCase;
    element("ignorecase").classList.toggle("on", ignoreCase);
    element("ignorecase").setAttribute("aria-pressed", ignoreCase);
    if (term)
        search(term);
}

// The next box that matches, in reading order; one that is too narrow to see
// is zoomed to.
function focusMatch(step) {
    const focused = boxOf.get(document.activeElement);
    const now = focused ? focused.index : 0, count = boxes.length;
    for (let tried = 1; tried <= count; tried++) {
        const box = boxes[(now + step * tried + count) % count];
        if (!box.matches)
            continue;
        if (!box.shown)
            zoom(0);
        if (box.drawn < 2)
            zoom(box.index);
        focusBox(box);
        return;
    }
}

// ---- the field to type a search into --------------------------------------

// An HTML field, made here because only a document with a script needs it.
function makeField() {
    const html = "http://www.w3.org/1999/xhtml";
    const frame = document.createElementNS(svg.namespaceURI, "foreignObject");
    frame.id = "field";
    frame.setAttribute("width", 250);
    frame.setAttribute("height", 28);
    frame.setAttribute("y", 8);
    frame.classList.add("hide");
    field = document.createElementNS(html, "input");
    field.type = "text";
    field.spellcheck = false;
    field.placeholder = "Regular expression";
    field.setAttribute("aria-label", "Search for a regular expression");
    field.addEventListener("input", () => searchAndRemember(field.value));
    field.addEventListener("keydown", onFieldKey);
    field.addEventListener("blur", closeField);
    frame.appendChild(field);
    header.appendChild(frame);
}

function openField() {
    field.value = term;
    show(element("field"), true);
    show(element("search"), false);
    show(element("ignorecase"), false);
    field.focus();
    field.select();
}

function closeField() {
    field.blur();
    show(element("field"), false);
    show(element("search"), true);
    show(element("ignorecase"), true);
    showMatched();
}

function onFieldKey(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
        resetSearch();
    } else if (event.key === "Enter") {
        closeField();
        if (term)
            focusMatch(event.shiftKey ? -1 : 1);
    } else {
        onShortcut(event);
    }
}

// ---- details and focus ----------------------------------------------------

function boxAt(node) {
    const group = node.closest ? node.closest("#frames > g") : null;
    return boxOf.get(group);
}

function showDetails(box) {
    const room = Math.floor(drawnWidth / cell) - 2 -
        element("matched").textContent.length;
    const text = box ? "Function: " + box.title : " ";
    setText("details", cellsIn(text) <= room ? text : cut(text, room));
}

// One box at a time can be reached by Tab; the arrows go on from there.
function focusBox(box) {
    for (const other of svg.querySelectorAll("#frames > g[tabindex]"))
        other.removeAttribute("tabindex");
    box.group.setAttribute("tabindex", "0");
    box.group.setAttribute("aria-level", box.depth + 1);
    box.group.focus();
    showDetails(box);
}

function isShown(box) {
    return box !== undefined && box.shown;
}

// The neighbour in an arrow's direction: callers are below.
function neighbour(box, key) {
    if (key === "ArrowDown")
        return boxes[box.parent];
    const row = boxes.filter((other) => other.shown && other.depth ===
        box.depth + (key === "ArrowUp" ? 1 : 0));
    if (key === "ArrowUp") {
        const above = row.filter((other) => other.parent === box.index);
        return above.reduce((a, b) => a && a.width >= b.width ? a : b,
            undefined);
    }
    return row[row.indexOf(box) + (key === "ArrowRight" ? 1 : -1)];
}

// ---- events ---------------------------------------------------------------

const buttons = {
    unzoom: () => unzoom(),
    search: () => term ? resetSearch() : openField(),
    ignorecase: () => toggleIgnoreCase(),
};

function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.button > 0)
        return;
    const box = boxAt(event.target);
    if (box)
        zoom(box.index);
    else if (buttons[event.target.id])
        buttons[event.target.id]();
}

// What works wherever the focus is. True if the key meant something.
function onShortcut(event) {
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "F3" || (control && event.key.toLowerCase() === "f"))
        openField();
    else if (control && event.key.toLowerCase() === "i")
        toggleIgnoreCase();
    else
        return false;
    event.preventDefault();
    return true;
}

function onBoxKey(event, box) {
    if (event.key === "Enter" || event.key === " ") {
        zoom(box.index);
    } else if (event.key.startsWith("Arrow")) {
        const other = neighbour(box, event.key);
        if (isShown(other))
            focusBox(other);
    } else {
        return;
    }
    event.preventDefault();
}

function onKey(event) {
    if (onShortcut(event) || event.ctrlKey || event.metaKey || event.altKey)
        return;
    const box = boxAt(event.target), button = buttons[event.target.id];
    if (event.key === "Escape")
        zoomed ? unzoom() : resetSearch();
    else if (event.key === "/")
        openField();
    else if (term && event.key.toLowerCase() === "n")
        focusMatch(event.shiftKey ? -1 : 1);
    else if (box)
        return onBoxKey(event, box);
    else if (button && (event.key === "Enter" || event.key === " "))
        button();
    else
        return;
    event.preventDefault();
}

// ---- state in the address -------------------------------------------------

// Where a page may not write its query (a file, in some browsers) the state
// stands behind the '#'.
function writeState(isStep) {
    const state = new URLSearchParams();
    if (zoomed) {
        state.set("x", boxes[zoomed].fileX);
        state.set("y", boxes[zoomed].fileY);
    }
    if (term)
        state.set("s", term);
    const text = state.toString();
    for (const mark of ["?", "#"]) {
        const link = location.pathname + (text ? mark + text : "");
        try {
            if (isStep)
                history.pushState(null, "", link);
            else
                history.replaceState(null, "", link);
            return;
        } catch (error) {
            continue; // the other mark; without either only links are lost
        }
    }
}

function readState() {
    const text = location.search.length > 1 ? location.search : location.hash;
    const state = new URLSearchParams(text.slice(1));
    const x = state.get("x"), y = state.get("y");
    const box = boxes.find((other) => other.fileX === x && other.fileY === y);
    zoomTo(box ? box.index : 0);
    search(state.get("s") || "");
}

// ---- size -----------------------------------------------------------------

// Follow the window: boxes take its width, what is at the right stays there.
function resize() {
    const width = svg.getBoundingClientRect().width || 1200;
    drawnWidth = Math.max(width - 2 * PAD, 1);
    element("title").setAttribute("x", width / 2);
    element("subtitle").setAttribute("x", width / 2);
    element("search").setAttribute("x", width - PAD - 26);
    element("ignorecase").setAttribute("x", width - PAD);
    element("matched").setAttribute("x", width - PAD);
    element("field").setAttribute("x", Math.max(width - PAD - 250, 0));
    draw();
}

// The lines above and below the boxes stay in sight of a page that scrolls.
function stick() {
    const height = svg.getBoundingClientRect().height;
    const bottom = Math.min(window.scrollY + window.innerHeight, height);
    header.setAttribute("transform", `translate(0,${window.scrollY})`);
    footer.setAttribute("transform", `translate(0,${bottom - height})`);
}

function measureCell() {
    const probe = document.createElementNS(svg.namespaceURI, "text");
    probe.textContent = "0123456789";
    element("frames").appendChild(probe);
    cell = probe.getComputedTextLength() / 10 || cell;
    probe.remove();
}

function listen() {
    svg.addEventListener("click", onClick);
    svg.addEventListener("mouseover", (event) =>
        showDetails(boxAt(event.target)));
    svg.addEventListener("mouseleave", () => showDetails());
    svg.addEventListener("focusin", (event) =>
        showDetails(boxAt(event.target)));
    svg.ownerDocument.addEventListener("keydown", onKey);
    window.addEventListener("popstate", readState);
    window.addEventListener("hashchange", readState);
    window.addEventListener("resize", resize);
}

function init() {
    svg = element("frames").ownerSVGElement;
    header = element("header");
    footer = element("footer");
    boxes = readBoxes();
    boxOf = new Map(boxes.map((box) => [box.group, box]));
    measureCell();
    makeField();
    svg.removeAttribute("viewBox"); // from now on a pixel is a pixel
    svg.setAttribute("width", "100%");
    for (const box of boxes)
        box.group.setAttribute("role", "treeitem");
    boxes[0].group.setAttribute("tabindex", "0");
    listen();
    resize();
    readState();
    if (document.documentElement === svg) {
        window.addEventListener("scroll", stick);
        window.addEventListener("resize", stick);
        window.scrollTo(0, document.documentElement.scrollHeight); // the root
        stick();
    }
}
