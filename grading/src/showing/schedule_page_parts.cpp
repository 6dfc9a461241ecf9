#include "showing/schedule_page_parts.hpp"

namespace promissory::grading {

const char* const schedule_style = R"(:root {
  --paper: #ffffff; --box: #f6f8fa; --ink: #1f2328; --quiet: #656d76; --rule: #d0d7de;
  --bad: #c1272d; --bad-paper: #fff1f0; --now: #fff3c4; --now-edge: #b58900;
  --wake: #8250df; --value: #0b67c2; --lock: #1a7f37; --life: #8c959f;
  --t0: #57606a; --t1: #0969da; --t2: #bc4c00; --t3: #1a7f37; --t4: #8250df; --t5: #bf3989;
  --mono: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --box: #161b22; --ink: #e6edf3; --quiet: #8d96a0; --rule: #30363d;
    --bad: #ff7b72; --bad-paper: #2d1416; --now: #3a3000; --now-edge: #e3b341;
    --wake: #bc8cff; --value: #58a6ff; --lock: #56d364; --life: #6e7681;
    --t0: #8b949e; --t1: #58a6ff; --t2: #f0883e; --t3: #56d364; --t4: #bc8cff; --t5: #f778ba;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif }
main { max-width: 90rem; margin: 0 auto; padding: 1rem }
.tips { position: absolute }
.schedule + .schedule { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: 1rem }
h1 { font-size: 1.35rem; margin: 0 0 .25rem; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
code, .place, .action, .value, .number { font-family: var(--mono); font-size: .85em }
.summary { margin: 0 0 .75rem; white-space: pre-line; overflow-wrap: anywhere }
.kind { color: var(--bad); margin-right: .3em }
.quiet, .place, .keys { color: var(--quiet) }
.notes { list-style: none; margin: 0 0 1rem; padding: .6rem .8rem; border-left: 3px solid var(--bad); background: var(--bad-paper) }
.notes li + li { margin-top: .4rem }
.frame { display: block; padding-left: 2.4rem; overflow-wrap: anywhere }
.frame + .frame { padding-left: 3.4rem }
.thread { display: inline-block; min-width: 2rem; text-align: center; font-size: .8em; border-radius: 1em; padding: 0 .5em; color: var(--paper) }
.thread.t0 { background: var(--t0) } .thread.t1 { background: var(--t1) } .thread.t2 { background: var(--t2) }
.thread.t3 { background: var(--t3) } .thread.t4 { background: var(--t4) } .thread.t5 { background: var(--t5) }
.switch { margin: 0 .4em 0 0 }
.legend { margin: .3rem 0 .6rem; font-size: .85em; color: var(--quiet); display: flex; flex-wrap: wrap; gap: .2rem 1.2rem }
.legend span::before { content: ""; display: inline-block; width: 1.6em; margin-right: .4em; vertical-align: .25em; border-top: 2px solid }
.legend .wake::before { border-color: var(--wake) } .legend .value::before { border-color: var(--value) }
.legend .value { font-family: inherit; font-size: inherit }
.legend .lock::before { border-color: var(--lock) } .legend .life::before { border-color: var(--life); border-top-style: dashed }
.panes { display: flex; gap: 1rem; align-items: flex-start }
.picture { overflow: auto; max-height: max(22rem, calc(100vh - 6rem)); border: 1px solid var(--rule); border-radius: 6px; min-width: 0; flex: 0 1 auto }
.picture svg { display: block }
.picture .quiet { margin: .5rem 1rem 0 }
.heads { position: sticky; top: 0; background: var(--paper) }
.switch:checked ~ .panes .few, .switch:not(:checked) ~ .panes .every { display: none }
.switch:not(:checked) ~ .steps .minor { display: none }
aside { flex: 1 1 18rem; min-width: 16rem; position: sticky; top: 1rem; border: 1px solid var(--now-edge); border-radius: 6px; padding: .4rem .8rem .8rem }
aside .keys { margin: 0 0 .4rem; font-size: .8em }
aside .frame, .steps .frame { padding-left: 0; margin-top: .2rem }
aside .frame + .frame { padding-left: 1rem }
aside .frame code { display: block }
.steps { list-style: none; margin: 0; padding: 0 }
.steps li { padding: .3rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere }
.steps .number { display: inline-block; min-width: 2.2rem; text-align: right; color: var(--quiet) }
.steps .frame { padding-left: 5rem } .steps .frame + .frame { padding-left: 6rem }
.again { color: var(--quiet); overflow-wrap: anywhere }
.lanes text, .heads text { font: 12px var(--mono); fill: var(--ink) }
.heads text { text-anchor: middle; fill: var(--paper); font-weight: bold }
.head.t0 rect, .step.t0 .stripe { fill: var(--t0) } .head.t1 rect, .step.t1 .stripe { fill: var(--t1) }
.head.t2 rect, .step.t2 .stripe { fill: var(--t2) } .head.t3 rect, .step.t3 .stripe { fill: var(--t3) }
.head.t4 rect, .step.t4 .stripe { fill: var(--t4) } .head.t5 rect, .step.t5 .stripe { fill: var(--t5) }
.lane line { stroke: var(--rule); stroke-width: 2 }
.lane .stays { stroke-dasharray: 2 5 }
.lane .noted { stroke: var(--bad); stroke-dasharray: 5 4 }
.cursor { fill: var(--now); opacity: .55 }
.arrow { fill: none; stroke-width: 1.7 }
.arrow.wake { stroke: var(--wake) } .arrow.value { stroke: var(--value) } .arrow.lock { stroke: var(--lock) }
.arrow.life { stroke: var(--life); stroke-dasharray: 4 3 }
.tips .wake { fill: var(--wake) } .tips .value { fill: var(--value) } .tips .lock { fill: var(--lock) } .tips .life { fill: var(--life) }
.step { cursor: pointer; outline: none }
.step rect { fill: var(--box); stroke: var(--rule) }
.step .stripe { stroke: none }
.lanes .step .number { text-anchor: end; fill: var(--quiet) }
.lanes .step .value { fill: var(--value) }
.note rect { fill: var(--bad-paper); stroke: var(--bad); stroke-dasharray: 5 3 }
.lanes .note text { fill: var(--bad) }
.step:focus-visible rect, .step.now rect { stroke: var(--now-edge); stroke-width: 2 }
.step.now rect:not(.stripe) { fill: var(--now) }
.step.stands rect:not(.stripe) { stroke: var(--ink); stroke-width: 1.5 }
.step.ahead text, .step.ahead .stripe, .arrow.ahead { opacity: .38 }
.arrow.near { stroke-width: 3 }
@media (max-width: 56rem) {
  main { padding: .75rem }
  .panes { flex-direction: column; gap: .5rem }
  .picture { max-width: 100%; max-height: 60vh }
  aside { width: 100%; min-width: 0; flex: none; position: sticky; top: auto; bottom: 0; background: var(--paper); max-height: 35vh; overflow: auto }
  .frame { padding-left: 0 } .frame + .frame { padding-left: .8rem }
  .steps .frame { padding-left: 1rem } .steps .frame + .frame { padding-left: 1.8rem }
}
@media print {
  :root {
    --paper: #ffffff; --box: #ffffff; --ink: #000000; --quiet: #444444; --rule: #bbbbbb; --bad: #a00000; --bad-paper: #ffffff;
    --wake: #6a35c9; --value: #0b4f9c; --lock: #14602a; --life: #777777;
    --t0: #57606a; --t1: #0969da; --t2: #bc4c00; --t3: #1a7f37; --t4: #8250df; --t5: #bf3989;
  }
  * { print-color-adjust: exact }
  body { font-size: 11px }
  .switch, .switch + label, aside, .keys { display: none }
  .picture { max-height: none; overflow: visible; border: none }
  .picture svg { max-width: 100%; height: auto }
  .heads { position: static }
  .step.ahead text, .step.ahead .stripe, .arrow.ahead { opacity: 1 }
  .cursor { display: none }
  .steps li { break-inside: avoid }
}
)";

const char* const schedule_script = R"("use strict";
for (const section of document.querySelectorAll(".schedule")) {
  const all = section.querySelector(".switch");
  const aside = section.querySelector("aside");
  const now = section.querySelector(".now");
  const pictures = [".few .lanes", ".every .lanes"].map((name) => {
    const svg = section.querySelector(name);
    return { svg, steps: [...svg.querySelectorAll(".step")], arrows: [...svg.querySelectorAll(".arrow")] };
  });
  const picture = () => pictures[all.checked ? 1 : 0];
  const number = (step) => Number(step.dataset.step);
  let current = 0;

  const show = (step, focus) => {
    if (!step) return;
    current = number(step);
    const { svg, steps, arrows } = picture();
    const stands = new Map();
    for (const other of steps) if (number(other) <= current) stands.set(other.dataset.thread, other);
    for (const other of steps) {
      const is = other === step;
      other.classList.toggle("now", is);
      other.classList.toggle("stands", !is && stands.get(other.dataset.thread) === other);
      other.classList.toggle("ahead", number(other) > current);
      other.setAttribute("aria-selected", is);
      other.setAttribute("tabindex", is ? 0 : -1);
    }
    for (const arrow of arrows) {
      const { from, to } = arrow.dataset;
      arrow.classList.toggle("near", Number(from) === current || Number(to) === current);
      arrow.classList.toggle("ahead", Number(to) > current);
    }
    const box = step.querySelector("rect");
    const cursor = svg.querySelector(".cursor");
    cursor.setAttribute("y", box.y.baseVal.value - 4);
    cursor.setAttribute("height", box.height.baseVal.value + 8);
    const text = document.getElementById(`${section.dataset.steps}-${current}`);
    now.replaceChildren(...text.cloneNode(true).childNodes);
    if (focus) {
      step.focus({ preventScroll: true });
      box.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };
  const nearest = () => {
    const { steps } = picture();
    return steps.findLast((step) => number(step) <= current) ?? steps[0];
  };
  const press = (event) => {
    const { steps } = picture();
    const at = steps.indexOf(nearest());
    const moves = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: steps.length - 1 };
    if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const first = current === 0 && event.key !== "End";
    const to = first ? 0 : Math.min(Math.max(moves[event.key], 0), steps.length - 1);
    show(steps[to], true);
  };

  section.dataset.steps = section.querySelector(".steps li")?.id.replace(/-\d+$/, "") ?? "";
  for (const { svg, steps } of pictures) {
    svg.addEventListener("keydown", press);
    for (const step of steps) {
      step.addEventListener("focus", () => { if (number(step) !== current) show(step, false); });
      step.addEventListener("mouseenter", () => show(step, false));
      step.addEventListener("click", () => show(step, true));
    }
  }
  aside.hidden = false;
  all.addEventListener("change", () => current !== 0 && show(nearest(), false));
  section.press = press;
}
// Without a click first: the arrow keys step through the schedule that is on the screen.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.target !== document.body) return;
  const sections = [...document.querySelectorAll(".schedule")];
  const seen = sections.find((section) => section.getBoundingClientRect().bottom > innerHeight / 3);
  (seen ?? sections[0]).press(event);
});
)";

}  // namespace promissory::grading
