"""The report's style sheet: the console's, and what a page needs that is read, printed and sent on by itself."""

from typing import Final

from streams.console.style import CSS as CONSOLE

CSS: Final = (
    CONSOLE
    + """
:root { --all: #9db4ca; --so: #c3cad1; --good-bar: #4f9d73; --bad: #c8323b; }
@media (prefers-color-scheme: dark) { :root { --all: #50708f; --so: #59626b; --good-bar: #3f8a61; --bad: #e0565d; } }
h1 { margin-bottom: 0; }
.lead { font-size: 1.125rem; margin: 1rem 0; }
.lead p { margin: .25rem 0; }
main > section { margin-top: 1.75rem; }
main > section > h2 { margin-top: 0; }
h3 { margin: .25rem 0 .375rem; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 .75rem; }
.card > :first-child { margin-top: 0; }
figure { margin: 0; }
svg { background: none; border-radius: 0; }
svg.bars { height: 11rem; border-bottom: 1px solid var(--line); }
svg.split { height: 1.25rem; border-radius: .25rem; }
svg.meter { height: .5rem; min-width: 3rem; border-radius: .125rem; }
.all { fill: var(--all); } .bad { fill: var(--bad); } .so { fill: var(--so); } .good { fill: var(--good-bar); }
.air { fill: transparent; } .meter .air { fill: var(--ground); }
.partial { opacity: .5; }
.keys { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .25rem 0 .5rem; color: var(--soft); }
.key { display: inline-flex; align-items: center; gap: .375rem; }
.key svg { width: .75rem; height: .75rem; border-radius: .125rem; }
ol.axis { display: flex; list-style: none; margin: .25rem 0 0; padding: 0; color: var(--soft); }
ol.axis li { flex: 1 1 0; min-width: 0; text-align: center; white-space: nowrap; overflow: visible; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .375rem .75rem .375rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th, td, .badge { overflow-wrap: break-word; }
td.who { overflow-wrap: anywhere; min-width: 6rem; }
thead th { border-top: 0; color: var(--soft); font-weight: 400; font-size: .875rem; padding-top: 0; }
th.n, td.n { text-align: right; white-space: nowrap; }
td.bar { width: 22%; vertical-align: middle; }
th:last-child, td:last-child { padding-right: 0; }
td .soft { font-weight: 400; }
tr.us td { font-weight: 600; }
tbody tr:first-child td { border-top: 0; }
thead + tbody tr:first-child td { border-top: 1px solid var(--line); }
details { margin-top: .75rem; } summary { color: var(--accent); cursor: pointer; font-size: .875rem; }
.up { color: var(--p1); } .down { color: var(--good); }
@media (max-width: 30rem) {
  ol.axis .odd { visibility: hidden; } td.bar, th.bar { display: none; }
  .tall, .tall tbody, .tall tr, .tall td { display: block; } .tall thead { display: none; }
  .tall tr { border-top: 1px solid var(--line); padding: .5rem 0; } .tall tr:first-child { border-top: 0; }
  .tall td, .tall td.n, .tall thead + tbody tr:first-child td { border: 0; padding: 0; text-align: left; }
  .tall td.bar { display: none; }
  .tall td::before { content: attr(data-label) " "; color: var(--soft); font-weight: 400; font-size: .875rem; }
  .tall td:first-child { font-weight: 600; } .tall td:first-child::before { content: none; }
  .tall td .soft { display: inline; margin-left: .5rem; }
}
@media print {
  :root { --ink: #000; --soft: #444; --ground: #fff; --card: #fff; --line: #bbb; --accent: #0b5cad; --on: #fff;
    --p1: #b3141d; --p2: #c2500a; --p3: #8a6700; --p4: #4b5a68; --good: #1a7043; --warn: #fff; --band: #cfdbe8;
    --all: #9db4ca; --so: #c3cad1; --good-bar: #4f9d73; --bad: #c8323b; }
  body { font-size: 11pt; } .card, tr, figure, blockquote { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; } details { display: none; }
  .notice { border: 1px solid var(--line); }
}
"""
)
