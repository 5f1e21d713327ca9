// What a person in front of a page is made of: tests, which the scripts of
// single pages add to (flamegraph.js, weblist.js). What came of them is written
// into #results of page.html: "ok NAME" or "not ok NAME: why" a line, "done" at
// the end.
"use strict";
const view = document.getElementById("view");
const tests = [];

function test(name, run) {
    tests.push({name, run});
}

function equal(actual, expected, what) {
    if (actual !== expected)
        throw new Error(`${what}: ${JSON.stringify(actual)}, expected ` +
            JSON.stringify(expected));
}

function near(actual, expected, what) {
    if (!(Math.abs(actual - expected) <= 0.011))
        throw new Error(`${what}: ${actual}, expected ${expected}`);
}

function once(target, name) {
    return new Promise((resolve) =>
        target.addEventListener(name, () => setTimeout(resolve),
            {once: true}));
}

async function run() {
    const results = document.getElementById("results");
    for (const {name, run: body} of tests) {
        let line = "ok " + name;
        try {
            await body();
        } catch (error) {
            line = `not ok ${name}: ${error.message}`;
        }
        results.textContent += line + "\n";
    }
    results.textContent += "done\n";
}

addEventListener("load", run);
