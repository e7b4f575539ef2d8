import assert from "node:assert/strict";
import { sentenceEnd, speakable } from "./speech.ts";

describe("speech", () => {
  it("reads text without signs and names code instead of reading it", () => {
    const answer = "## Fix\n- use `trim()`\n\n```ts\nconst secret = 1;\n```\nDone.";
    assert.equal(speakable(answer, "code block."), "Fix\nuse trim()\n\ncode block.\nDone.");
  });

  it("only grows while a code block is open", () => {
    const answer = "Look:\n```ts\nconst a = 1;\n";
    assert.equal(speakable(answer, "code."), "Look:\ncode.");
    assert.ok(speakable(`${answer}\`\`\`\nThen.`, "code.").startsWith(speakable(answer, "code.")));
  });

  it("stops at the last finished sentence", () => {
    const text = "One is 1.5 big. Two is lon";
    assert.equal(text.slice(0, sentenceEnd(text, 0)), "One is 1.5 big. ");
    assert.equal(sentenceEnd(text, 16), 16);
  });
});
