// Where in a file a block belongs, from the strictest reading to the loosest. What is found says how, nothing is chosen here.

import { findSimilar } from "./similar-lines.ts";
import { isBlank } from "./text-lines.ts";

/** `exact`, then what was overlooked: spaces at line ends, indentation, spacing and typography within lines, a few characters. */
export type Strictness = "exact" | "line-ends" | "indentation" | "spacing" | "similar";

/** Index of the first line of each place that matches. */
export interface Places {
  readonly strictness: Strictness;
  readonly starts: readonly number[];
}

const quotes: Readonly<Record<string, string>> = {
  ...{ "\u2018": "'", "\u2019": "'", "\u201A": "'", "\u201B": "'", "\u201C": '"', "\u201D": '"', "\u201E": '"' },
  ...{ "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-" },
  ...{ "\u2026": "..." },
};

const unusual = /\s\s|[\t\r\f\v\u00A0\u2010-\u2015\u2018-\u201E\u2026\u2212]/;

/** One space for each run of white space, plain quotes and dashes: what editors and models change without being asked. */
export const plainSpacing = (line: string): string => {
  const text = line.trim();
  if (!unusual.test(text)) return text;
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\u2010-\u2015\u2018-\u201E\u2026\u2212]/g, (sign) => quotes[sign] ?? sign);
};

const readings: readonly { readonly strictness: Strictness; readonly read: (line: string) => string }[] = [
  { strictness: "exact", read: (line) => line },
  { strictness: "line-ends", read: (line) => line.trimEnd() },
  { strictness: "indentation", read: (line) => line.trim() },
  { strictness: "spacing", read: plainSpacing },
];

/** Places of `search` in `lines` under the strictest reading that finds any; null for none. Blank searches match exactly or not at all. */
export const findPlaces = (lines: readonly string[], search: readonly string[]): Places | null => {
  if (search.length === 0 || search.length > lines.length) return null;
  const blank = search.every(isBlank);
  for (const { strictness, read } of readings) {
    const starts = startsOf(lines.map(read), search.map(read));
    if (starts.length > 0) return { strictness, starts };
    if (blank) return null;
  }
  return null;
};

/** Places where a few characters differ. `threshold` from 0 to 1 is the share that must agree; 1 finds nothing. */
export const findSimilarPlaces = (
  lines: readonly string[],
  search: readonly string[],
  threshold: number,
): Places | null => {
  if (threshold >= 1) return null;
  const starts = findSimilar(lines.map(plainSpacing), search.map(plainSpacing), threshold);
  return starts.length > 0 ? { strictness: "similar", starts } : null;
};

const startsOf = (lines: readonly string[], search: readonly string[]): number[] => {
  const starts: number[] = [];
  for (let start = 0; start + search.length <= lines.length; start++) {
    let at = 0;
    while (at < search.length && lines[start + at] === search[at]) at++;
    if (at === search.length) starts.push(start);
  }
  return starts;
};

/** Whether two lines are the same but for indentation, spacing and typography. */
export const isSameLine = (one: string, other: string): boolean => plainSpacing(one) === plainSpacing(other);
