import assert from "node:assert/strict";
import fc from "fast-check";
import { redacted, redactedIn } from "./redacted.ts";

/** Put together here, so that no scanner takes this file for a leak. */
const long = "a1B2c3D4e5F6g7H8i9J0k1L2";
const keys = {
  "a key of a service": `sk-${long}`,
  "a token of a forge": `ghp_${long}`,
  "a key of a cloud": `AKIA${"ABCD".repeat(4)}`,
  "a signed token": `eyJ${long}.${long}.${long}`,
};

describe("what is shown of a run", () => {
  for (const [name, key] of Object.entries(keys))
    it(`is without ${name}`, () => {
      assert.equal(redacted(`use ${key}, please`), "use [redacted], please");
      assert.equal(redacted(`"${key}"`), '"[redacted]"');
    });

  it("is without a private key, whole or cut off", () => {
    const begin = "-----BEGIN RSA PRIVATE KEY-----";
    const end = "-----END RSA PRIVATE KEY-----";
    assert.equal(redacted(`a\n${begin}\n${long}\n${long}\n${end}\nb`), `a\n${begin}[redacted]${end}\nb`);
    assert.equal(redacted(`a ${begin}\n${long}`), `a ${begin}[redacted]`);
  });

  it("is without what a name says is secret", () => {
    assert.equal(redacted('DB_PASSWORD="hunter2" npm start'), 'DB_PASSWORD="[redacted]" npm start');
    assert.equal(redacted("export OPENAI_API_KEY=hunter2\n"), "export OPENAI_API_KEY=[redacted]\n");
    assert.equal(redacted("MY_TOKEN: hunter2"), "MY_TOKEN: [redacted]");
    assert.equal(redacted("https://x/?password=hunter2"), "https://x/?password=[redacted]");
    assert.equal(redacted('{"apiKey": "hunter2"}'), '{"apiKey": "[redacted]"}');
    assert.equal(redacted("Authorization: Bearer abcdefghijklmnop=="), "Authorization: Bearer [redacted]");
    assert.equal(redacted("postgres://me:hunter2@box/db"), "postgres://me:[redacted]@box/db");
  });

  it("is as it was where nothing is secret", () => {
    for (const text of [
      "The secret: never give up. A password must be long.",
      "const token = next(); // sk-ip it",
      "skip-this-one-because-it-is-a-long-kebab-name",
      "if (API_KEY === undefined) return; // the key",
      "see https://example.com:8080/a@b and git@host:me/it.git",
    ])
      assert.equal(redacted(text), text);
  });

  it("has its shape still", () => {
    const value = { list: [`sk-${long}`, 1, null, true], inner: { text: "plain" } };
    assert.deepEqual(redactedIn(value), { ...value, list: ["[redacted]", 1, null, true] });
    fc.assert(
      fc.property(fc.jsonValue(), (any) => assert.deepEqual(redactedIn(any), any)),
      { numRuns: 50 },
    );
  });

  it("comes at once however the text is made", () => {
    const pieces = [
      "sk-",
      "eyJ-",
      "eyJaaaaaaaa.",
      "A_",
      "A_KEY=",
      "password",
      "-----BEGIN PRIVATE KEY-----",
      "a://b:",
      " ",
      "Bearer ",
    ];
    for (const piece of pieces) {
      const startedAt = performance.now();
      redacted(piece.repeat(200_000 / piece.length));
      assert.ok(performance.now() - startedAt < 1_000, piece);
    }
  });
});
