import type { Bin } from "./calibrate.ts";

const size = 360;
const margin = 48;
const across = (share: number): number => Math.round((margin + share * (size - 2 * margin)) * 10) / 10;
const up = (share: number): number => Math.round((size - across(share)) * 10) / 10;

/** A reliability diagram: how often an answer of a confidence was right; the dots grow with the number of answers. */
export const plotReliability = (bins: readonly Bin[]): string => {
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1].map(
    (tick) =>
      `<path d="M${across(tick)} ${up(0)}v4M${across(0)} ${up(tick)}h-4" stroke="#666"/>` +
      `<text x="${across(tick)}" y="${up(0) + 18}" text-anchor="middle">${tick}</text>` +
      `<text x="${across(0) - 8}" y="${up(tick) + 4}" text-anchor="end">${tick}</text>`,
  );
  const most = Math.max(...bins.map(({ count }) => count));
  const dots = bins.map(({ confidence, accuracy, count }) => {
    const radius = Math.round(30 + 70 * Math.sqrt(count / most)) / 10;
    return `<circle cx="${across(confidence)}" cy="${up(accuracy)}" r="${radius}"><title>${count} cases</title></circle>`;
  });
  const line = bins.map(({ confidence, accuracy }) => `${across(confidence)},${up(accuracy)}`).join(" ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" font-family="sans-serif" font-size="11" fill="#666">`,
    `<rect width="${size}" height="${size}" fill="#fff"/>`,
    `<path d="M${across(0)} ${up(1)}V${up(0)}H${across(1)}" fill="none" stroke="#666"/>`,
    `<path d="M${across(0)} ${up(0)}L${across(1)} ${up(1)}" stroke="#bbb" stroke-dasharray="4 4"/>`,
    ...ticks,
    `<polyline points="${line}" fill="none" stroke="#3b6fb6"/>`,
    `<g fill="#3b6fb6">${dots.join("")}</g>`,
    `<text x="${size / 2}" y="${size - 10}" text-anchor="middle">confidence of the domain</text>`,
    `<text transform="translate(14 ${size / 2}) rotate(-90)" text-anchor="middle">share that was right</text>`,
    "</svg>",
    "",
  ].join("\n");
};
