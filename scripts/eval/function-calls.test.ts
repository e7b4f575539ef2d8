import assert from "node:assert/strict";
import { callText, missingOne, ofWrongType, rightCalls } from "./function-calls.ts";

const schema = {
  type: "object",
  properties: {
    place: { type: "object", properties: { city: { type: "string" }, zip: { type: "integer" } }, required: ["city"] },
    days: { type: "integer" },
    unit: { enum: ["c", "f"] },
    any: {},
  },
  required: ["place", "days"],
};
const schemas = new Map([["weather", schema]]);
const truth = [{ weather: { days: [3, 4], place: [{ city: ["Ulm"], zip: [""] }], unit: ["", "f"], any: [1] } }];

describe("calls of a function", () => {
  it("are made of each possible value, with and without what may be left out", () => {
    const place = { city: "Ulm" };
    assert.deepEqual(
      rightCalls(truth, schemas).map(({ args }) => args),
      [
        { days: 3, place, unit: "f", any: 1 },
        { days: 4, place, unit: "f", any: 1 },
        { days: 3, place, any: 1 },
      ],
    );
  });

  it("are made wrong by leaving out and by another type", () => {
    const call = { name: "weather", args: { place: { city: "Ulm" }, days: 3, unit: "f", any: 1 } };
    assert.deepEqual(
      missingOne(call, schema).map(({ args }) => Object.keys(args)),
      [
        ["days", "unit", "any"],
        ["place", "unit", "any"],
      ],
    );
    assert.deepEqual(
      ofWrongType(call, schema).map(({ args }) => [args["place"], args["days"], args["unit"]]),
      [
        ["a word", 3, "f"],
        [{ city: "Ulm" }, "a word", "f"],
        [{ city: "Ulm" }, 3, 12],
      ],
    );
  });

  it("are written in the order of the schema, and made up where no truth is", () => {
    const call = { name: "weather", args: { days: 3, place: { zip: 1, city: "Ulm" } } };
    assert.equal(callText(call, schema), '{"name":"weather","arguments":{"place":{"city":"Ulm","zip":1},"days":3}}');
    assert.deepEqual(rightCalls([], schemas)[0]?.args["place"], { city: "text", zip: 3 });
  });
});
