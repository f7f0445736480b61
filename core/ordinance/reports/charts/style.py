"""The colours of charts, from the tokens of the page."""

STYLE = """
.chart { display: block; max-inline-size: 100%; block-size: auto; font: 12px/16px var(--font); overflow: visible; }
.chart text { fill: var(--mute); font-variant-numeric: tabular-nums; }
.chart .said { fill: var(--ink); }
.chart .grid { stroke: var(--line); }
.chart .base { stroke: var(--edge); }
.chart .s0 { --hue: var(--accent); }
.chart .s1 { --hue: var(--ok); }
.chart .s2 { --hue: var(--warn); }
.chart .s3 { --hue: color-mix(in srgb, var(--accent) 45%, var(--card)); }
.chart .s4 { --hue: color-mix(in srgb, var(--ok) 45%, var(--card)); }
.chart .s5 { --hue: var(--edge); }
.chart .rest { --hue: color-mix(in srgb, var(--edge) 60%, var(--card)); }
.chart .mark { fill: var(--hue); stroke: var(--card); stroke-width: 1; }
.chart .line { fill: none; stroke: var(--hue); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart a:hover .mark { fill: color-mix(in srgb, var(--hue) 75%, var(--ink)); }
.chart a:focus-visible .mark { stroke: var(--ink); stroke-width: 2; }
"""
