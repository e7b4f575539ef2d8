import assert from "node:assert/strict";
import { plainSchema } from "./plain-schema.ts";

describe("a schema for servers", () => {
  it("has none of our own keywords, wherever they stood", () => {
    const text = { type: "string" };
    assert.deepEqual(
      plainSchema({
        type: "object",
        properties: { spans: { ...text, spans: ["a"] }, list: { type: "array", items: { ...text, below: [""] } } },
        required: ["spans"],
        anyOf: [{ ...text, spans: ["b"] }, true],
        default: { spans: ["kept"] },
      }),
      {
        type: "object",
        properties: { spans: text, list: { type: "array", items: text } },
        required: ["spans"],
        anyOf: [text, true],
        default: { spans: ["kept"] },
      },
    );
  });

  it("keeps short enumerations, and the type of long ones", () => {
    const values = Array.from({ length: 251 }, (_, index) => `${index}`);
    const short = { type: "string", enum: values.slice(1) };
    assert.deepEqual(plainSchema(short), short);
    assert.deepEqual(plainSchema({ type: "string", enum: values }), { type: "string" });
    assert.deepEqual(plainSchema({ enum: values }), { enum: values });
  });
});
