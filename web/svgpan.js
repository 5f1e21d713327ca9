// Moves and zooms the group "viewport" of the SVG that this stands in: drag to
// pan, turn the wheel to zoom where the pointer is, double-click to go back.
// Links keep working: a click is no drag.
(() => {
  'use strict';

  const ZOOM_PER_STEP = 1.2;
  const SCALE_MIN = 0.01, SCALE_MAX = 100;
  const DRAG_MIN = 3; // pixels; less is a click

  const svg = document.currentScript.ownerSVGElement;
  let viewport, first; // the group, and where it was at first
  let at;              // {scale, x, y}: where it is
  let grip = null;     // {x, y} where the pointer took hold, within the group
  let pressed = null;  // {x, y} of the pointer then
  let dragged = false; // since it was pressed

  const show = () => viewport.setAttribute('transform',
    `translate(${at.x},${at.y}) scale(${at.scale})`);

  function read() {
    const matrix = viewport.transform.baseVal.consolidate().matrix;
    return {scale: matrix.a, x: matrix.e, y: matrix.f};
  }

  // The pointer in the SVG's own units.
  function pointerOf(event) {
    const point = new DOMPoint(event.clientX, event.clientY);
    return point.matrixTransform(svg.getScreenCTM().inverse());
  }

  function within(point) {
    return {x: (point.x - at.x) / at.scale, y: (point.y - at.y) / at.scale};
  }

  // Move the group so that its point `held` lies at `point`.
  function put(held, point, scale) {
    at = {scale, x: point.x - held.x * scale, y: point.y - held.y * scale};
    show();
  }

  function zoom(event) {
    const point = pointerOf(event);
    const factor = event.deltaY < 0 ? ZOOM_PER_STEP : 1 / ZOOM_PER_STEP;
    const scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, at.scale * factor));
    put(within(point), point, scale);
    event.preventDefault();
  }

  function take(event) {
    if (event.button !== 0)
      return;
    grip = within(pointerOf(event));
    pressed = {x: event.clientX, y: event.clientY};
    dragged = false;
  }

  function drag(event) {
    if (!grip)
      return;
    const moved = Math.hypot(event.clientX - pressed.x,
                             event.clientY - pressed.y);
    if (!dragged && moved < DRAG_MIN)
      return;
    if (!dragged)
      svg.setPointerCapture(event.pointerId);
    dragged = true;
    put(grip, pointerOf(event), at.scale);
  }

  function release() {
    grip = null;
  }

  function keepFromClicking(event) {
    if (dragged)
      event.preventDefault();
    dragged = false;
  }

  function goBack() {
    at = {...first};
    show();
  }

  window.addEventListener('load', () => {
    viewport = svg.getElementById('viewport');
    first = read();
    at = {...first};
    svg.addEventListener('wheel', zoom, {passive: false});
    svg.addEventListener('pointerdown', take);
    svg.addEventListener('pointermove', drag);
    svg.addEventListener('pointerup', release);
    svg.addEventListener('pointercancel', release);
    svg.addEventListener('click', keepFromClicking, true);
    svg.addEventListener('dragstart', (event) => event.preventDefault());
    svg.addEventListener('dblclick', goBack);
  });
})();
