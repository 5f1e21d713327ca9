// Does to a page of -weblist what a person would.
"use strict";
let page, listing; // that is loaded

async function open() {
    const loaded = once(view, "load");
    view.src = "weblist.html";
    await loaded;
    page = view.contentWindow;
    listing = view.contentDocument;
}

const lines = () => [...listing.querySelectorAll(".livesrc")];
const codeOf = (line) => line.nextElementSibling;
const isShown = (line) =>
    page.getComputedStyle(codeOf(line)).display === "block";
const shownCount = () => lines().filter(isShown).length;
const button = () => listing.querySelector("button");

function press(line, key) {
    const event = new page.KeyboardEvent("keydown",
        {key, bubbles: true, cancelable: true});
    line.focus();
    listing.activeElement.dispatchEvent(event);
    return event.defaultPrevented;
}

test("shows the source alone at first", async () => {
    await open();
    equal(lines().length > 1, true, "some lines have code");
    equal(shownCount(), 0, "lines with their code");
    for (const line of lines()) {
        equal(codeOf(line).className, "asm", "what is behind a line");
        equal(line.getAttribute("aria-expanded"), "false", "aria-expanded");
    }
});

test("shows a line's code at a click, and hides it at the next", async () => {
    await open();
    const line = lines()[0];
    line.click();
    equal(isShown(line), true, "shown");
    equal(shownCount(), 1, "lines with their code");
    equal(line.getAttribute("aria-expanded"), "true", "aria-expanded");
    codeOf(line).click();
    equal(isShown(line), true, "shown after a click on the code");
    line.click();
    equal(isShown(line), false, "shown");
});

test("is used by the keyboard as well", async () => {
    await open();
    const line = lines()[1];
    equal(press(line, "Enter"), true, "Enter is taken");
    equal(isShown(line), true, "shown at Enter");
    equal(press(line, " "), true, "the space bar is taken");
    equal(isShown(line), false, "shown at the space bar");
    equal(press(line, "x"), false, "another key is taken");
    equal(isShown(line), false, "shown at another key");
});

test("leaves a line alone when its text is being marked", async () => {
    await open();
    const line = lines()[0];
    page.getSelection().selectAllChildren(line);
    line.click();
    equal(isShown(line), false, "shown");
    page.getSelection().removeAllRanges();
    line.click();
    equal(isShown(line), true, "shown");
});

test("shows the code of all lines by a button", async () => {
    await open();
    lines()[0].click();
    equal(button().textContent, "Show machine code", "the button");
    button().click();
    equal(shownCount(), lines().length, "lines with their code");
    equal(button().textContent, "Hide machine code", "the button");
    button().click();
    equal(shownCount(), 0, "lines with their code");
});

test("has its columns one below the other", async () => {
    await open();
    const leftOf = (node) => node.getBoundingClientRect().left;
    const numbers = [...listing.querySelectorAll(".line")];
    for (const number of numbers) {
        const source = number.nextElementSibling;
        equal(leftOf(number), leftOf(numbers[0]), "a line's number");
        equal(leftOf(source), leftOf(numbers[0].nextElementSibling),
            "a line's values");
    }
});

test("leads from its index to the functions", async () => {
    await open();
    const links = [...listing.querySelectorAll("nav a")];
    const names = [...listing.querySelectorAll("h2")];
    equal(links.length, names.length, "links");
    for (const link of links)
        equal(listing.querySelector(link.getAttribute("href")).textContent,
            link.textContent, "the function behind a link");
});

test("takes names for text", async () => {
    await open();
    equal(listing.querySelectorAll("script").length, 1, "scripts");
    equal(listing.querySelectorAll("img, b").length, 0, "other elements");
    equal(window.hacked, undefined, "hacked");
    equal([...listing.querySelectorAll("h2")].some((name) =>
        name.textContent === "<script>top.hacked=1</script>"), true,
    "the name is there as it is");
});

test("lets nothing act that it did not bring", async () => {
    await open();
    const script = listing.createElement("script");
    script.textContent = "top.hacked = 1";
    listing.body.append(script);
    const style = listing.createElement("style");
    style.textContent = "h2 { display: none }";
    listing.body.append(style);
    equal(window.hacked, undefined, "hacked");
    equal(page.getComputedStyle(listing.querySelector("h2")).display, "block",
        "a function's name");
});
