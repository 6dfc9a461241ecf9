// What is the same on every page with schedules.
#pragma once

namespace promissory::grading {

extern const char* const schedule_style;
extern const char* const schedule_script;

/// For fmt, with {title}, {style}, {script} and {sections}.
inline constexpr const char* schedule_document = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<svg class="tips" width="0" height="0" aria-hidden="true"><defs>
<marker id="tip-life" viewBox="0 0 8 8" refX="6" refY="4" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path class="life" d="M0 0L8 4L0 8z"/></marker>
<marker id="tip-lock" viewBox="0 0 8 8" refX="6" refY="4" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path class="lock" d="M0 0L8 4L0 8z"/></marker>
<marker id="tip-value" viewBox="0 0 8 8" refX="6" refY="4" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path class="value" d="M0 0L8 4L0 8z"/></marker>
<marker id="tip-wake" viewBox="0 0 8 8" refX="6" refY="4" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path class="wake" d="M0 0L8 4L0 8z"/></marker>
</defs></svg>
<main>
{sections}</main>
<script>
{script}</script>
</body>
</html>
)";

/// For fmt: one schedule.
inline constexpr const char* schedule_section = R"(<section class="schedule">
<h1>{test}</h1>
<p class="summary"><b class="kind">{kind}</b> <span>{summary}</span></p>
{notes}<input type="checkbox" id="all-{n}" class="switch"><label for="all-{n}">all steps <span class="quiet">({hidden} more, which concern nobody else)</span></label>
<p class="legend"><span class="wake">woken by</span><span class="value">reads what was written</span><span class="lock">takes over a lock</span><span class="life">start and end</span></p>
<div class="panes">
<div class="picture few">
{few}</div>
<div class="picture every">
{left_out}{every}</div>
<aside hidden aria-live="polite"><p class="keys">↑ ↓ from step to step · Home · End</p><div class="now"><span class="quiet">Point at a step to see where it stands in the source.</span></div></aside>
</div>
<h2>Step by step</h2>
<ol class="steps">
{steps}</ol>
<p class="again">Again: <code>{again}</code></p>
</section>
)";

}  // namespace promissory::grading
