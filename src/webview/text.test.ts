import assert from "node:assert/strict";
import {
  attachmentLabel,
  duration,
  endReasonText,
  fileSize,
  lineRange,
  percent,
  relativeDate,
  speed,
  timeLeft,
  tokenCount,
} from "./text.ts";

describe("webview text", () => {
  it("counts tokens in 1,024s", () => {
    assert.deepEqual([999, 1934, 8192, 131_072].map(tokenCount), ["999", "1.9k", "8k", "128k"]);
  });

  it("gives numbers a unit and few digits", () => {
    assert.deepEqual([40, 420, 12_340].map(duration), ["40 ms", "0.4 s", "12.3 s"]);
    assert.deepEqual([33, 40_960].map(fileSize), ["33 B", "41 kB"]);
    assert.deepEqual([3_400_000, 469_000_000, 4_400_000_000].map(fileSize), ["3.4 MB", "469 MB", "4.4 GB"]);
    assert.deepEqual([0.934, -1, 2].map(percent), ["93 %", "0 %", "100 %"]);
    assert.deepEqual([3.14, 30.6].map(speed), ["3.1 tok/s", "31 tok/s"]);
    assert.deepEqual([200, 5400, 150_000].map(timeLeft), ["1 s left", "5 s left", "3 min left"]);
  });

  it("says how long ago, and the date after a week", () => {
    const now = Date.UTC(2025, 4, 20, 12);
    assert.equal(relativeDate(now + 5000, now), "just now");
    assert.equal(relativeDate(now - 5 * 60_000, now), "5 minutes ago");
    assert.equal(relativeDate(now - 26 * 3_600_000, now), "yesterday");
    assert.equal(relativeDate(now - 8 * 86_400_000, now), "May 12, 2025");
  });

  it("says of an answer that was ended how it goes on", () => {
    assert.match(endReasonText("limit") ?? "", /^Continue .* as much again/);
    assert.match(endReasonText("no-progress") ?? "", /^Continue/);
    assert.equal(endReasonText("end"), null);
  });

  it("labels one line, several lines and plain text", () => {
    assert.equal(lineRange({ startLine: 3, endLine: 3 }), ":3");
    assert.equal(lineRange({ startLine: 3, endLine: 9 }), ":3-9");
    assert.deepEqual(attachmentLabel({ kind: "text", name: "stdin", text: "" }), { path: "stdin", lines: "" });
  });
});
