import assert from "node:assert/strict";
import fc from "fast-check";
import { Profile } from "../../../protocol/profile.ts";
import { freeProfileId } from "./profile-id.ts";

describe("id of a new profile", () => {
  it("is made of the name, with a number when it is taken", () => {
    assert.equal(freeProfileId("My Models!", []), "my-models");
    assert.equal(freeProfileId("My Models!", ["my-models", "my-models-2"]), "my-models-3");
    assert.equal(freeProfileId("模型", []), "profile");
  });

  it("is one that a profile may have and nobody has, whatever the name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 120 }), fc.nat(3), (name, count) => {
        const taken: string[] = [];
        for (let i = 0; i <= count; i++) {
          const id = freeProfileId(name, taken);
          assert.ok(Profile.shape.id.safeParse(id).success, id);
          assert.ok(!taken.includes(id));
          taken.push(id);
        }
      }),
    );
  });
});
