"""How the page looks: one accent, the system's fonts, light and dark, on a phone and on paper."""

STYLE = """
:root{color-scheme:light dark;--paper:#fcfaf6;--card:#f4f0e8;--ink:#211d18;--soft:#6b6357;--line:#e4ddd0;
--accent:#b2401a;--s0:#ebe5d9;--s1:#f0c3a8;--s2:#e08d62;--s3:#c25426;--s4:#7d270b}
@media (prefers-color-scheme:dark){:root{--paper:#171412;--card:#211d1a;--ink:#f2ece3;--soft:#a89e91;--line:#38322c;
--accent:#ff9563;--s0:#2a2521;--s1:#5c2f1b;--s2:#9c4a24;--s3:#e07a45;--s4:#ffc3a3}}
*{box-sizing:border-box;margin:0}
body{background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",
"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%}
main,footer{max-width:1120px;margin:auto;padding:0 16px}
h1{font-size:1rem;font-weight:600;letter-spacing:.02em}
h2{font-size:1.5rem;line-height:1.25;letter-spacing:-.015em;margin-bottom:16px}
h3{font-size:1rem}
p{max-width:68ch}
ol,ul{list-style:none;padding:0}
bdi{overflow-wrap:anywhere}
header{padding:40px 0 0}
header p,.lead,.note,footer{color:var(--soft)}
section{margin-top:72px}
.lead{margin:-12px 0 20px}.panel .lead{margin:8px 0 0}
.figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:28px 20px;margin-top:28px}
.figures div{display:flex;flex-direction:column;border-top:2px solid var(--accent);padding-top:10px}
.figures div:first-child{grid-column:1/-1}
.figures dd{font-size:2.1rem;font-weight:650;line-height:1.1;letter-spacing:-.03em;order:-1}
.figures div:first-child dd{font-size:3.6rem}
.figures dt{font-weight:600;margin-top:4px}
.figures .note{font-size:.875rem;font-weight:400;letter-spacing:0;line-height:1.4;order:1}
.blocks{display:grid;gap:16px 0}
.block svg{display:block;width:100%;overflow:visible}
.block path{stroke-width:.84;stroke:var(--c)}
.months{display:flex;font-size:.75rem;color:var(--soft)}
.months span{flex:1}
.s0{--c:var(--s0)}.s1{--c:var(--s1)}.s2{--c:var(--s2)}.s3{--c:var(--s3)}.s4{--c:var(--s4)}
.block path:hover{stroke:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:16px;font-size:.8125rem;color:var(--soft)}
.legend svg{width:12px;height:12px;margin-right:6px;vertical-align:-1px}
.legend rect{width:100%;height:100%;fill:var(--c)}
.year{margin-top:20px;padding-top:16px;border-top:1px solid var(--line)}
.year p{color:var(--soft);font-size:.875rem;margin-bottom:8px}
.heat{display:grid;grid-template-columns:auto minmax(0,1fr);gap:4px 10px}
.heat svg{width:100%;height:196px;display:block}
.heat rect{fill:var(--accent)}.heat .none{fill:var(--s0)}
.heat rect:hover,.bars rect:hover{fill:var(--ink);fill-opacity:1}
.heat ol{display:grid;grid-template-rows:repeat(7,1fr);font-size:.75rem;color:var(--soft);align-items:center}
.clock{grid-column:2;display:flex;justify-content:space-between;font-size:.75rem;color:var(--soft)}
h3+.bars{margin-top:8px}.axis+h3{margin-top:28px}
.bars{display:block;width:100%;height:150px;border-bottom:1px solid var(--soft)}
.bars rect{fill:var(--accent)}
.axis{display:block;width:100%;height:18px;overflow:visible}
.axis text{font-size:12px;fill:var(--soft)}
.tabs{border:0;padding:0;min-width:0;display:flex;flex-wrap:wrap;gap:8px}
.tabs input{position:absolute;opacity:0;pointer-events:none}
.tabs label{border:1px solid var(--line);border-radius:99px;padding:4px 14px;cursor:pointer;font-size:.9375rem}
.tabs label:hover{border-color:var(--accent)}
.tabs input:checked+label{background:var(--ink);border-color:var(--ink);color:var(--paper)}
.tabs input:focus-visible+label,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.panel{display:none;order:1;width:100%;min-width:0}
.tabs input:checked+label+.panel{display:block}
.charts{display:grid;gap:36px 32px;margin-top:16px}
.charts h3{border-bottom:1px solid var(--line);padding-bottom:6px}
.top li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 12px;padding:8px 0 0;line-height:1.35}
.top b{font-weight:600}
.top small{grid-column:1;color:var(--soft);font-size:.875rem}
.top data{grid-column:2;grid-row:1;color:var(--soft)}
.top b,.top small,.plays li span,.plays small{
overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2}
.bar{grid-column:1/-1;width:100%;height:4px;margin-top:5px;display:block}
.bar rect{height:4px;fill:var(--accent)}
.columns{columns:1;column-gap:40px}
.day{break-inside:avoid;margin-bottom:28px}
.plays .day ol{margin:0}
.day .note{padding-left:3.65em;font-size:.875rem}
h3 span{font-weight:400;color:var(--soft);margin-left:.4em}
.plays h3{break-after:avoid;margin-bottom:4px}
.plays ol{margin-bottom:24px}
.plays li{break-inside:avoid;display:grid;grid-template-columns:3.2em minmax(0,1fr);padding:5px 0;line-height:1.35}
.plays time{color:var(--soft)}
.plays small{grid-column:2;color:var(--soft);font-size:.875rem}
details{margin-top:14px;font-size:.875rem}
summary{cursor:pointer;color:var(--soft);width:fit-content;padding:2px 0}
summary:hover{color:var(--accent)}
table{border-collapse:collapse;margin-top:8px;font-size:.8125rem}
th,td{padding:2px 8px;text-align:right;font-weight:400;border-bottom:1px solid var(--line)}
th{color:var(--soft)}tbody th{text-align:left}
.wide th,.wide td{padding:2px 0 2px 2px;font-size:.6875rem}
.wide table{width:100%;max-width:560px;table-layout:fixed}
footer{margin-top:88px;padding:20px 16px 56px;font-size:.875rem;border-top:1px solid var(--line)}
footer p+p{margin-top:6px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
@media (min-width:640px){
main{padding:0 32px}footer{padding:20px 32px 56px}header{padding-top:64px}
.figures{grid-template-columns:repeat(4,minmax(0,1fr))}.blocks,.charts{grid-template-columns:repeat(2,minmax(0,1fr))}
.columns{columns:2}.figures div:first-child dd{font-size:4.5rem}}
@media (min-width:1100px){
.figures{grid-template-columns:1.5fr repeat(4,minmax(0,1fr))}.figures div:first-child{grid-column:auto}
.figures div:first-child dd{font-size:3.6rem}.figures dd:not(.note){display:flex;align-items:end;min-height:3.96rem}
.quarters{grid-template-columns:repeat(4,minmax(0,1fr))}.charts{grid-template-columns:repeat(4,minmax(0,1fr))}
.years{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 48px}.columns{columns:3}
.year .blocks{gap:12px 0}}
@media (forced-colors:active){svg{forced-color-adjust:none}.tabs input:checked+label{outline:2px solid}}
@media print{
:root{font-size:11px;--paper:#fff;--card:#fff;--ink:#000;--soft:#555;--line:#ccc;--accent:#b2401a;--s0:#eee;--s1:#f0c3a8;--s2:#e08d62;
--s3:#c25426;--s4:#7d270b}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
section{margin-top:36px}details,.tabs label{display:none}
.tabs input:checked+label{display:block;border:0;padding:0;background:none;color:#000;font-weight:600}
.year,.day,.top li,.block,.heat{break-inside:avoid}h2,h3,.lead{break-after:avoid}}
"""
