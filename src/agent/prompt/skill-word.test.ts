import assert from "node:assert/strict";
import type { Attachment } from "../../protocol/session.ts";
import { messageOf } from "./request-parts.ts";
import { chooseSkill, type Skill, skillParts } from "./skill-word.ts";

const selection: Attachment = {
  kind: "selection",
  path: "a.py",
  languageId: "python",
  range: { startLine: 1, endLine: 2 },
  text: "    def f(x):\n        return x\n",
};

describe("the starter model's skill", () => {
  const cases: readonly [string, Attachment[], Skill][] = [
    ["hello", [], "chat"],
    ["what can you do?", [], "chat"],
    ["What is 12 times 7?", [], "calc"],
    ["Compute (3 + 4) * 5.", [], "calc"],
    ["12*7", [], "calc"],
    ["Anna has 12 apples and buys 7 more. How many apples now?", [], "calc"],
    ["Who was president in 1984?", [], "chat"],
    ["What does this do?", [selection], "explain"],
    ["", [selection], "explain"],
    ["Fix the bug", [selection], "fix"],
    ["Why does this fail?", [selection], "fix"],
    ["Explain:\n```ts\nconst a = 1 + 2;\n```", [], "explain"],
  ];
  for (const [text, attachments, skill] of cases)
    it(`is ${skill} for “${text.split("\n")[0]}”${attachments.length > 0 ? " with code" : ""}`, () => {
      assert.equal(chooseSkill({ text, attachments }).skill, skill);
    });

  it("gets the code at the margin, in a fence with the language's short name", () => {
    const { system, parts } = skillParts("explain", { text: "", attachments: [selection] });
    assert.equal(system, "explain");
    assert.equal(messageOf(parts), "Explain this function:\n```py\ndef f(x):\n    return x\n```");
  });
});
