import assert from "node:assert/strict";
import fc from "fast-check";
import { countCharacters } from "../../../test/support/fake-agent.ts";
import { newTurn } from "../../protocol/new-turn.ts";
import type { Turn } from "../../protocol/session.ts";
import { roleTexts } from "../roles/role-texts.gen.ts";
import { fenced, userMessage } from "./attachments.ts";
import { fitChat } from "./compose.ts";

const turn = (text: string, answer: string): Turn => ({
  ...newTurn({ id: "t", sessionId: "s", prompt: { text, attachments: [] }, createdAt: 0 }),
  state: "done",
  answer,
});

describe("fitting a chat into the context", () => {
  it("leaves out as few of the oldest turns as possible, and never cuts the prompt", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 80 }),
        async (lengths, budget, size) => {
          const history = lengths.map((length) => turn("q".repeat(length), "a"));
          const prompt = { text: "p".repeat(size), attachments: [] };
          const fitted = await fitChat({ system: "s", history, prompt, partial: "" }, budget, async (m) =>
            countCharacters(m),
          );
          assert.equal(fitted.messages.at(-1)?.content, prompt.text);
          assert.equal(fitted.messages.length, 2 + 2 * (history.length - fitted.leftOut));
          const alone = 1 + size;
          const kept = (skip: number) => alone + lengths.slice(skip).reduce((sum, length) => sum + length + 1, 0);
          assert.equal(fitted.fits, alone <= budget);
          if (!fitted.fits) return;
          assert.ok(kept(fitted.leftOut) <= budget);
          if (fitted.leftOut > 0) assert.ok(kept(fitted.leftOut - 1) > budget, "one turn more would have fitted");
        },
      ),
    );
  });

  it("sends the same first bytes every time", () => {
    assert.equal(roleTexts.answerer, roleTexts.answerer.trim());
    assert.ok(roleTexts.answerer.length < 500, "a short fixed part: small models read it every time");
  });
});

describe("what was sent along", () => {
  it("stands in a fence that its text cannot end", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("`", "a", "\n", "```"), { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        const [first = "", ...rest] = fenced(text, "ts").split("\n");
        const fence = first.replace(/ts$/, "");
        assert.ok(/^`{3,}$/.test(fence));
        assert.equal(rest.at(-1), fence);
        assert.ok(!text.includes(fence));
      }),
    );
  });

  it("is named with its path and lines", () => {
    const message = userMessage({
      text: " why? ",
      attachments: [
        {
          kind: "selection",
          path: "a/b.ts",
          languageId: "typescript",
          range: { startLine: 3, endLine: 4 },
          text: "x\n",
        },
      ],
    });
    assert.equal(message, "why?\n\na/b.ts, lines 3-4:\n```ts\nx\n```");
  });
});
