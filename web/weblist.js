// What the page of -weblist does: a line of the source that has machine code
// behind it shows that when it is clicked, or at Enter and the space bar; a
// button shows that of all lines. Without this script all of it is shown.
"use strict";
document.documentElement.classList.add("js");

function setOpen(line, open) {
  line.classList.toggle("open", open);
  line.setAttribute("aria-expanded", open);
}

function lineOf(event) {
  return event.target.closest(".livesrc");
}

function flip(line) {
  setOpen(line, !line.classList.contains("open"));
}

document.addEventListener("click", (event) => {
  const line = lineOf(event);
  if (line && getSelection().isCollapsed) // else text was being marked
    flip(line);
});

document.addEventListener("keydown", (event) => {
  const line = lineOf(event);
  if (!line || (event.key !== "Enter" && event.key !== " "))
    return;
  flip(line);
  event.preventDefault();
});

document.addEventListener("DOMContentLoaded", () => {
  const lines = document.querySelectorAll(".livesrc");
  const button = document.createElement("button");
  const name = (open) => (open ? "Hide" : "Show") + " machine code";
  let isOpen = false;
  for (const line of lines) {
    line.setAttribute("role", "button");
    setOpen(line, false);
  }
  button.textContent = name(false);
  button.addEventListener("click", () => {
    isOpen = !isOpen;
    for (const line of lines)
      setOpen(line, isOpen);
    button.textContent = name(isOpen);
  });
  if (lines.length)
    document.body.prepend(button);
});
