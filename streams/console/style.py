"""The console's style sheet: readable on a phone, in the dark, and in print; no font or image from elsewhere."""

from typing import Final

CSS: Final = """
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5c6670; --ground: #f5f6f8; --card: #fff; --line: #dde1e6;
  --accent: #0b5cad; --p1: #b3141d; --p2: #c2500a; --p3: #8a6700; --p4: #4b5a68; --good: #1a7043; --on: #fff;
  --band: #cfdbe8; --warn: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a2abb5; --ground: #14171a; --card: #1e2226;
  --line: #343a41; --accent: #7db7f2; --p1: #ff7b80; --p2: #ffa066; --p3: #e8c353; --p4: #a9b7c4; --good: #6fce9b;
  --on: #14171a; --band: #33475b; --warn: #40361d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: .25rem 1rem;
  padding-top: .75rem; }
header form { display: flex; gap: .75rem; align-items: center; color: var(--soft); }
footer { color: var(--soft); font-size: .875rem; padding-bottom: 2rem; }
a { color: var(--accent); }
.home { font-weight: 700; font-size: 1.125rem; color: inherit; text-decoration: none; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 1rem 0 .5rem; }
h2 { font-size: 1.0625rem; margin: 1.75rem 0 .5rem; }
h3 { font-size: 1.0625rem; margin: 0; line-height: 1.3; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .875rem 1rem;
  margin: 0 0 .75rem; overflow-wrap: anywhere; }
.case { display: block; color: inherit; text-decoration: none; border-left: .375rem solid var(--p4); }
.case:hover h3, .case:focus h3 { text-decoration: underline; }
.case.P1 { border-left-color: var(--p1); } .case.P2 { border-left-color: var(--p2); }
.case.P3 { border-left-color: var(--p3); } .case.over { border-left-color: var(--line); }
.case.over h3 { font-weight: 500; } .case.over .badge { background: var(--soft); }
.card > :last-child { margin-bottom: 0; }
.case p { margin: .25rem 0 0; }
.tags { display: flex; flex-wrap: wrap; gap: .375rem .625rem; align-items: center; margin: 0 0 .25rem; }
.badge { font-weight: 700; font-size: .8125rem; padding: .0625rem .5rem; border-radius: .25rem; color: var(--on);
  background: var(--p4); }
.badge.P1 { background: var(--p1); } .badge.P2 { background: var(--p2); } .badge.P3 { background: var(--p3); }
dl { display: grid; grid-auto-flow: dense;
  grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem 1.25rem; margin: 0; }
dl .wide { grid-column: span 2; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-weight: 600; }
blockquote { margin: 0 0 .375rem; white-space: pre-line; }
figure { margin: 1rem 0 0; }
figcaption { color: var(--soft); font-size: .8125rem; margin-top: .25rem; }
svg { display: block; width: 100%; height: 8rem; background: var(--ground); border-radius: .25rem; }
.band { fill: var(--band); }
.line { fill: none; stroke: var(--accent); stroke-width: 2; vector-effect: non-scaling-stroke; }
.notice { background: var(--warn); border-radius: .5rem; padding: .625rem 1rem; margin: .75rem 0; }
.guide { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 1rem; }
.guide section { display: flex; flex-direction: column; }
.guide h2 { margin-top: 1rem; }
.guide .card { flex: 1; }
.guide + section { margin-top: 1.5rem; }
.guide ol, .guide ul { padding-left: 2rem; }
.guide li + li { margin-top: .25rem; }
ol.timeline { list-style: none; padding-top: 0; padding-bottom: 0; }
ol.timeline > li { padding: .625rem 0; border-top: 1px solid var(--line); }
ol.timeline > li:first-child { border-top: 0; }
ol.timeline p { margin: .125rem 0 0; }
ol.timeline ul { list-style: none; margin: .125rem 0 0; padding: 0; }
.sent { color: var(--good); } .rejected, .expired { color: var(--p1); }
label { display: block; font-size: .875rem; color: var(--soft); margin-bottom: .125rem; }
input, select, button { font: inherit; color: inherit; padding: .5rem .75rem; border: 1px solid var(--line);
  border-radius: .375rem; background: var(--ground); max-width: 100%; }
input { width: 100%; }
button { cursor: pointer; background: var(--card); min-height: 2.75rem; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 600; }
button.plain { border: 0; background: none; padding: 0; min-height: 0; color: var(--accent);
  text-decoration: underline; }
.buttons { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin-top: .75rem; }
.login { max-width: 24rem; }
.login .field { margin-bottom: .75rem; }
@media (max-width: 30rem) { .buttons > * { flex: 1 1 100%; } .buttons button, .buttons select { width: 100%; } }
@media print { header form, .act { display: none; } }
"""
