import type { TrackRecord } from "../../../protocol/run.ts";
import { domainText, percent, type Translate } from "./run-markdown.ts";

/** Twenty places from 0 to 1: filled as far as answers were right, with a mark where they were said to be. */
const bar = (said: number, right: number): string => {
  const places = 20;
  const filled = Math.round(right * places);
  const mark = Math.min(places - 1, Math.round(said * places));
  return Array.from({ length: places }, (_, at) => (at === mark ? "┃" : at < filled ? "█" : "░")).join("");
};

type Row = readonly string[];
const table = (header: Row, rows: readonly Row[]): string =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** How often answers were right against how sure they were said to be, as Markdown. */
export const trackMarkdown = ({ count, bins, byDomain }: TrackRecord, t: Translate): string => {
  const title = `# ${t("Track record")}`;
  if (count === 0)
    return `${title}\n\n${t("No answers have been judged yet. Say of some whether they helped: then this shows whether confidence can be trusted.")}\n`;
  const header = [t("said"), t("was right"), t("answers"), t("█ right, ┃ said")];
  const cells = ({ said, right, count: n }: { said: number; right: number; count: number }): string[] => [
    ...[percent(said), percent(right), String(n)],
    `\`${bar(said, right)}\``,
  ];
  const parts = [
    title,
    t("Answers with a word of yours, or a check that settles them: {0}.", count),
    table(header, bins.map(cells)),
    table(
      [t("kind"), ...header],
      byDomain.map((row) => [domainText(row.domain, t), ...cells(row)]),
    ),
  ];
  return `${parts.join("\n\n")}\n`;
};
