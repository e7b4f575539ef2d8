import assert from "node:assert/strict";
import * as z from "zod/mini";
import { readDocs } from "./docs.ts";
import { resolveName, writeShape } from "./shape.ts";

const noWords = { fields: new Map<string, string>(), variants: new Map<string, string>() };

const source = `import * as z from "zod/mini";

/**
 * One event.
 * Two lines.
 */
export const Event = z.discriminatedUnion("kind", [
  /** It begins. */
  z.object({ kind: z.literal("start"), /** Since 1970. */
    at: z.number() }),
]);

const inner = z.object({ /** Not exported. */ x: z.string() });
export const bare = z.string();
`;

describe("the protocol page", () => {
  it("reads the comments of exports, fields and members of unions", () => {
    const [event, bare, ...others] = readDocs(source);
    assert.equal(event?.name, "Event");
    assert.equal(event.doc, "One event. Two lines.");
    assert.deepEqual([...event.fields], [["at", "Since 1970."]]);
    assert.deepEqual([...event.variants], [["start", "It begins."]]);
    assert.deepEqual([bare?.name, bare?.doc, others], ["bare", "", []]);
  });

  it("writes a short shape on one line, with limits of integers and optional fields", () => {
    const schema = z.object({
      limit: z.optional(z.int().check(z.gte(1), z.lte(9))),
      names: z.array(z.nullable(z.string())),
    });
    assert.equal(
      writeShape("params:", z.toJSONSchema(schema), noWords),
      "params: { limit?: integer /* 1..9 */; names: (string | null)[] }",
    );
  });

  it("writes comments above what they are about", () => {
    const union = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("start"), at: z.number() }),
      z.object({ kind: z.literal("end") }),
    ]);
    const words = { fields: new Map([["at", "Since 1970."]]), variants: new Map([["end", "It is over."]]) };
    assert.equal(
      writeShape("type Event =", z.toJSONSchema(union), words),
      [
        "type Event =",
        "  | {",
        '      kind: "start";',
        "      // Since 1970.",
        "      at: number;",
        "    }",
        "  // It is over.",
        '  | { kind: "end" }',
      ].join("\n"),
    );
  });

  it("uses the names of schemas", () => {
    const names = z.registry<{ id: string }>();
    const Part = z.object({ x: z.number() });
    names.add(Part, { id: "Part" });
    const whole = z.toJSONSchema(z.object({ part: Part }), { metadata: names });
    assert.equal(writeShape("result:", whole, noWords), "result: { part: Part }");
    const part = resolveName(z.toJSONSchema(Part, { metadata: names }));
    assert.equal(writeShape("type Part =", part, noWords), "type Part = { x: number }");
  });
});
