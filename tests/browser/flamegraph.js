// Does to a flame graph what a person would.
"use strict";
let page, svg; // of the flame graph that is loaded

async function open(query) {
    const loaded = once(view, "load");
    view.src = "flame.svg" + query;
    await loaded;
    page = view.contentWindow;
    svg = view.contentDocument;
}

const text = (id) => svg.getElementById(id).textContent;
const isHidden = (node) => page.getComputedStyle(node).display === "none";
const boxes = () => [...svg.querySelectorAll("#frames > g")];
const matches = () => [...svg.querySelectorAll("#frames > .match")];
const titleOf = (box) => box.querySelector("title").textContent;
const widthOf = (box) =>
    parseFloat(box.querySelector("rect").getAttribute("width"));

function box(name) {
    const found = boxes().find((each) => titleOf(each).startsWith(name + " ("));
    if (!found)
        throw new Error("no box " + name);
    return found;
}

function send(target, Kind, name, more) {
    const options = {bubbles: true, cancelable: true, ...more};
    target.dispatchEvent(new page[Kind](name, options));
}

// The event itself only comes with the next frame, which a browser without a
// screen may never draw.
function resizeTo(width) {
    view.style.width = width + "px";
    send(page, "Event", "resize");
}

const click = (target) => send(target, "MouseEvent", "click");
const press = (key, more) => send(svg.activeElement || svg.documentElement,
    "KeyboardEvent", "keydown", {key, ...more});
const field = () => svg.querySelector("input");

function type(words) {
    field().value = words;
    send(field(), "Event", "input");
}

function search(words) {
    if (isHidden(svg.getElementById("field")))
        press("f", {ctrlKey: true});
    type(words);
    press("Enter");
}

// Is it that part of the width? But for the line between neighbours.
function takes(node, part, what) {
    const width = svg.documentElement.getBoundingClientRect().width - 20;
    near(widthOf(node), width * part - 0.7, what);
}

function fills(node, what) {
    takes(node, 1, what);
}

test("takes the window's width", async () => {
    await open("");
    equal(svg.documentElement.getAttribute("viewBox"), null, "viewBox");
    fills(box("all"), "all");
    resizeTo(700);
    fills(box("all"), "all, in a narrow window");
    resizeTo(1200);
    takes(box("work"), 0.3, "work");
});

test("starts at the root, with its lines in sight", async () => {
    await open("");
    equal(page.scrollY > 0, true, "scrolled");
    const visible = (node) => {
        const place = node.getBoundingClientRect();
        return place.top >= 0 && place.bottom <= page.innerHeight;
    };
    for (const node of [box("all"), svg.getElementById("header"),
        svg.getElementById("footer")])
        equal(visible(node), true, node.id || "all");
    equal(visible(box("Tiny")), true, "Tiny");
    equal(visible(boxes().find((each) => each.querySelector("rect")
        .getAttribute("y") === "66")), false, "the top of the tower");
});

test("tells what is under the pointer", async () => {
    await open("");
    send(box("work").querySelector("rect"), "MouseEvent", "mouseover");
    equal(text("details"), "Function: work (300000, 30.00%)", "details");
    send(svg.getElementById("background"), "MouseEvent", "mouseover");
    equal(text("details").trim(), "", "details of nothing");
});

test("zooms by a click, and back", async () => {
    await open("");
    equal(isHidden(svg.getElementById("unzoom")), true, "unzoom hidden");
    click(box("main").querySelector("rect"));
    fills(box("main"), "main");
    fills(box("all"), "all");
    equal(box("all").classList.contains("parent"), true, "all is faded");
    equal(box("main").classList.contains("parent"), false, "main is faded");
    equal(isHidden(box("crowd")), true, "crowd hidden");
    takes(box("work"), 300000 / 450001, "work");
    equal(isHidden(svg.getElementById("unzoom")), false, "unzoom hidden");
    click(svg.getElementById("unzoom"));
    fills(box("all"), "all");
    equal(box("all").classList.contains("parent"), false, "all is faded");
    equal(isHidden(box("crowd")), false, "crowd hidden");
    takes(box("work"), 0.3, "work");
});

test("finds room for what is narrow", async () => {
    await open("");
    equal(box("Tiny").querySelector("text"), null, "label before");
    click(box("Tiny"));
    fills(box("Tiny"), "Tiny");
    equal(box("Tiny").querySelector("text").textContent, "Tiny", "label");
});

test("keeps its state in the address, for links and for Back", async () => {
    await open("");
    click(box("main"));
    click(box("work"));
    const link = page.location.search;
    search("rework");
    let back = once(page, "popstate");
    page.history.back();
    await back;
    fills(box("main"), "main after Back");
    equal(isHidden(box("Tiny")), true, "Tiny is too narrow still");
    back = once(page, "popstate");
    page.history.back();
    await back;
    equal(isHidden(svg.getElementById("unzoom")), true, "unzoom hidden");

    await open(link + "&s=rework");
    fills(box("work"), "work");
    equal(text("matched"), "Matched: 16.7%", "matched");
    await open("?x=nonsense&y=1&s=%5B");
    fills(box("all"), "all");
    equal(text("matched"), "Not a pattern: [", "matched");
});

test("searches as one types", async () => {
    await open("");
    click(svg.getElementById("search"));
    equal(svg.activeElement, field(), "focus");
    type("wo");
    equal(matches().length, 3, "matches"); // work, rework, work
    equal(text("matched"), "Matched: 30.0%", "matched");
    equal(page.location.search, "?s=wo", "address");
    type("wo(");
    equal(text("matched"), "Not a pattern: wo(", "matched");
    equal(matches().length, 3, "matches");
    type("^work$");
    equal(matches().length, 2, "matches");
    press("Enter");
    equal(text("search"), "Reset Search", "button");
    equal(text("matched"), "Matched: 30.0%", "matched");
    equal(titleOf(svg.activeElement), "work (300000, 30.00%)", "focus");
    click(svg.getElementById("search"));
    equal(text("search"), "Search", "button");
    equal(text("matched"), "", "matched");
    equal(matches().length, 0, "matches");
    equal(page.location.search, "", "address");
});

test("counts the part of what is shown", async () => {
    await open("");
    search("work");
    click(box("main"));
    equal(text("matched"), "Matched: 66.7%", "in main");
    click(box("rework"));
    equal(text("matched"), "Matched: 100.0%", "in rework");
    click(svg.getElementById("unzoom"));
    equal(text("matched"), "Matched: 30.0%", "in all");
});

test("ignores case when asked to", async () => {
    await open("");
    search("tiny");
    equal(matches().length, 0, "matches");
    press("i", {ctrlKey: true});
    equal(matches().length, 1, "matches, with Ctrl-I");
    click(svg.getElementById("ignorecase"));
    equal(matches().length, 0, "matches, after ic");
    search("(?i)tiny");
    equal(matches().length, 1, "matches of (?i)");
});

test("has the known keys", async () => {
    await open("");
    press("F3");
    equal(isHidden(svg.getElementById("field")), false, "F3");
    type("work");
    press("Escape");
    equal(isHidden(svg.getElementById("field")), true, "field after Escape");
    equal(matches().length, 0, "matches after Escape");
    press("/");
    equal(isHidden(svg.getElementById("field")), false, "/");
    type("descend");
    press("Enter");
    const first = svg.activeElement;
    press("n");
    equal(titleOf(svg.activeElement), titleOf(first), "after n");
    equal(svg.activeElement === first, false, "n moves");
    press("N", {shiftKey: true});
    equal(svg.activeElement, first, "N moves back");
    click(box("main"));
    press("Escape");
    equal(isHidden(svg.getElementById("unzoom")), true, "Escape unzooms");
});

test("shows matches that are too small to see", async () => {
    await open("");
    search("Tiny");
    fills(box("Tiny"), "Tiny");
    equal(svg.activeElement, box("Tiny"), "focus");
});

test("is walked by arrows", async () => {
    await open("");
    box("all").focus();
    equal(text("details"), "Function: all (1000000, 100.00%)", "details");
    press("ArrowUp");
    equal(titleOf(svg.activeElement), "main (450001, 45.00%)", "up: widest");
    press("ArrowLeft");
    equal(titleOf(svg.activeElement).startsWith("evil"), true, "left");
    press("ArrowRight");
    press("ArrowUp");
    equal(titleOf(svg.activeElement), "work (300000, 30.00%)", "up again");
    press("Enter");
    fills(box("work"), "Enter zooms");
    press("ArrowDown");
    equal(svg.activeElement, box("main"), "down");
    equal(svg.querySelectorAll("#frames > [tabindex]").length, 1,
        "boxes that Tab reaches");
});

test("treats names as text", async () => {
    await open("");
    equal(top.hacked, undefined, "hacked");
    equal(svg.querySelectorAll("script").length, 1, "scripts");
    for (const name of ["</script><script>top.hacked=1</script>",
        "\" onclick=\"top.hacked=1\"", "]]>", "<b>(&amp;)",
        "evil\ufffdlive", "\ufffd\ufffd"]) {
        click(box(name));
        send(box(name), "MouseEvent", "mouseover");
        equal(text("details").startsWith("Function: " + name + " ("), true,
            "details of " + name);
        search("^" + name.replace(/[()\]]/g, "\\$&") + "$");
        equal(matches().length, 1, "matches of " + name);
        press("Escape");
    }
    equal(top.hacked, undefined, "hacked");
    equal([...svg.querySelectorAll("#frames *")].every((node) =>
        ["g", "title", "rect", "text"].includes(node.localName)), true,
    "only boxes in #frames");
});

test("keeps labels inside of their boxes", async () => {
    await open("");
    for (const width of [1200, 900, 400]) {
        resizeTo(width);
        let labels = 0;
        for (const each of boxes()) {
            const label = each.querySelector("text");
            if (isHidden(each) || !label || !label.textContent)
                continue;
            labels++;
            if (label.getComputedTextLength() > widthOf(each))
                throw new Error("too long: " + label.textContent);
        }
        equal(labels > 5, true, "labels");
    }
    resizeTo(1200);
});

test("shortens names from the front, then from the back", async () => {
    await open("");
    const label = () => box("std::map<int, x>::find(int const&)")
        .querySelector("text").textContent;
    equal(label(), "find(int cons..", "in 118 pixels");
    click(box("main"));
    equal(label(), "std::map<int, x>::find(int const&)", "in 262 pixels");
});
