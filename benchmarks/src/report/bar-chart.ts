/** A bar chart as SVG text, on a logarithmic scale: times of engines lie far apart. In: groups of bars. Out: one file that needs nothing else. */

export interface Bar {
  readonly label: string;
  /** Positive. */
  readonly value: number;
  /** What stands behind the bar. */
  readonly text: string;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

export interface BarChart {
  readonly title: string;
  readonly groups: readonly BarGroup[];
}

const WIDTH = 860;
const LABELS = 190;
const TEXTS = 90;
const BAR = 15;
const GAP = 4;
const GROUP_HEAD = 30;
const TITLE = 44;
const FOOT = 30;
const COLOURS = ["#1f6feb", "#54aeff", "#1a7f37", "#4ac26b", "#9a6700", "#8250df", "#bf3989", "#cf222e", "#57606a"];

export function barChart({ title, groups }: BarChart): string {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value));
  const least = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const most = 10 ** Math.ceil(Math.log10(Math.max(...values, least * 10)));
  const span = Math.log10(most / least);
  const room = WIDTH - LABELS - TEXTS;
  const across = (value: number): number => (Math.log10(value / least) / span) * room;
  const colours = coloursOf(groups);

  const body: string[] = [];
  let y = TITLE;
  for (const { title: groupTitle, bars } of groups) {
    body.push(text({ x: 8, y: y + 20, anchor: "start", weight: "600", content: groupTitle }));
    y += GROUP_HEAD;
    for (const { label, value, text: behind } of bars) {
      const width = Math.max(across(value), 1);
      body.push(
        text({ x: LABELS - 8, y: y + 12, anchor: "end", weight: "400", content: label }),
        `<rect x="${LABELS}" y="${y}" width="${fixed(width)}" height="${BAR}" fill="${colours.get(label)}"/>`,
        text({ x: LABELS + width + 6, y: y + 12, anchor: "start", weight: "400", content: behind }),
      );
      y += BAR + GAP;
    }
  }
  const lines = Array.from({ length: Math.round(span) + 1 }, (_, power) => {
    const x = fixed(LABELS + across(least * 10 ** power));
    return `<line x1="${x}" y1="${TITLE}" x2="${x}" y2="${y}" stroke="#d0d7de"/>`;
  });
  const height = y + FOOT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(title)}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="8" y="26" font-size="16" font-weight="600" fill="#1f2328">${escaped(title)}</text>`,
    ...lines,
    ...body,
    text({ x: LABELS, y: y + 18, anchor: "start", weight: "400", content: "each line is ten times the one before" }),
    "</svg>",
    "",
  ].join("\n");
}

/** The same label has the same colour in all groups. */
function coloursOf(groups: readonly BarGroup[]): ReadonlyMap<string, string> {
  const labels = [...new Set(groups.flatMap(({ bars }) => bars.map(({ label }) => label)))];
  return new Map(labels.map((label, index) => [label, COLOURS[index % COLOURS.length] ?? "#57606a"]));
}

interface Text {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "end";
  readonly weight: string;
  readonly content: string;
}

function text({ x, y, anchor, weight, content }: Text): string {
  return `<text x="${fixed(x)}" y="${y}" text-anchor="${anchor}" font-weight="${weight}" fill="#1f2328">${escaped(content)}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
