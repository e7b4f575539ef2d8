import assert from "node:assert/strict";
import { trackMarkdown } from "./track-markdown.ts";

const t = (text: string, ...values: (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_, at) => String(values[Number(at)]));

describe("the track record as a document", () => {
  it("says what to do while nothing is known", () => {
    assert.match(trackMarkdown({ count: 0, bins: [], byDomain: [] }, t), /No answers have been judged/);
  });

  it("has a row for each bin and each kind, with a picture of both numbers", () => {
    const row = { said: 0.8, right: 0.5, count: 4 };
    const text = trackMarkdown({ count: 4, bins: [row], byDomain: [{ ...row, domain: "math" }] }, t);
    assert.ok(text.includes("| 80 % | 50 % | 4 | `██████████░░░░░░┃░░░` |"), text);
    assert.ok(text.includes("| maths | 80 % | 50 % | 4 |"), text);
  });
});
