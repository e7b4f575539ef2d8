import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { root } from "../../../scripts/bootstrap.mjs";
import { createTestPorts, type TestPorts } from "../../../test/support/fake-agent.ts";
import { type Profile, RoleName } from "../../protocol/profile.ts";
import { createProfiles } from "./profiles.ts";

const builtIns = join(root, "models", "profiles");

const profile = (more: Partial<Profile> = {}): Profile => ({
  version: 1,
  id: "team",
  name: "Team",
  description: "Ours",
  models: { coder: ["coder-7b"] },
  temperature: 0.2,
  contextSize: 8192,
  prefer: "best",
  engines: [],
  ...more,
});
const engine = { id: "lab", kind: "openai" as const, urls: ["http://10.0.0.5:8080/v1"] };

describe("profiles", () => {
  let ports: TestPorts;
  let folder: string;
  let warnings: string[];
  beforeEach(() => {
    const plain = createTestPorts();
    warnings = [];
    ports = { ...plain, log: { ...plain.log, warn: (message) => void warnings.push(message) } };
    folder = join(ports.places.data, "profiles");
  });
  afterEach(() => ports.remove());

  const open = () => createProfiles(ports, builtIns);
  const put = (name: string, content: unknown): string => {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const file = (content: unknown): string => {
    const path = join(ports.places.data, "from-a-friend.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  it("are the built-in ones at first, the default one in use", async () => {
    const profiles = await open();
    assert.deepEqual(
      profiles.list().map(({ id }) => id),
      ["default", "coding", "low-memory", "research", "writing"],
    );
    assert.equal(profiles.current().id, "default");
  });

  it("switch at once and stay switched", async () => {
    const profiles = await open();
    assert.deepEqual(await profiles.use("coding"), { ok: true });
    assert.equal(profiles.current().id, "coding");
    assert.equal((await open()).current().id, "coding");
    const gone = await profiles.use("gone");
    assert.equal(!gone.ok && gone.failure.code, "profile-unknown");
    assert.equal(profiles.current().id, "coding");
  });

  it("are saved, replaced and removed; the default one takes the place of one that was in use", async () => {
    const profiles = await open();
    await profiles.save(profile());
    await profiles.save(profile({ name: "Team 2" }));
    await profiles.use("team");
    assert.equal((await open()).current().name, "Team 2");
    assert.deepEqual(await profiles.remove("team"), { ok: true });
    assert.equal(profiles.current().id, "default");
    assert.equal((await open()).current().id, "default");
    assert.equal((await profiles.remove("team")).ok, false);
  });

  it("are seen as another window changed them, once they are read again", async () => {
    const [one, other] = [await open(), await open()];
    assert.ok((await one.save(profile())).ok);
    assert.ok((await one.use("team")).ok);
    assert.equal(other.current().id, "default");
    await other.reload();
    assert.equal(other.current().id, "team");
    assert.ok((await other.save({ ...other.current(), models: { ...other.current().models, critic: ["x"] } })).ok);
    await one.reload();
    assert.deepEqual(one.current().models, { coder: ["coder-7b"], critic: ["x"] });
  });

  it("are duplicated instead when they are built in", async () => {
    const profiles = await open();
    const coding = profiles.list().find(({ id }) => id === "coding");
    assert.ok(coding);
    assert.equal((await profiles.save({ ...coding, temperature: 1 })).ok, false);
    assert.equal((await profiles.remove("coding")).ok, false);
    const copy = await profiles.duplicate("coding", "mine", "Mine");
    assert.deepEqual(copy, { ok: true, profile: { ...coding, id: "mine", name: "Mine" } });
    assert.equal((await profiles.duplicate("coding", "mine", "Again")).ok, false);
    assert.equal((await profiles.duplicate("gone", "other", "Other")).ok, false);
    assert.equal((await profiles.duplicate("coding", "../up", "Up")).ok, false);
    assert.deepEqual(readdirSync(folder), ["mine.json"]);
  });

  it("set a damaged file aside, with a warning, and keep the rest", async () => {
    put("good.json", profile({ id: "good" }));
    put("half.json", '{"version": 1,');
    put("renamed.json", profile({ id: "other" }));
    put("current.json", "[]");
    const profiles = await open();
    assert.deepEqual(
      profiles
        .list()
        .filter(({ id }) => !profiles.isBuiltIn(id))
        .map(({ id }) => id),
      ["good"],
    );
    const names = readdirSync(folder).map((name) => name.replace(/\.\d+\.damaged$/, ".damaged"));
    assert.deepEqual(names, ["current.json.damaged", "good.json", "half.json.damaged", "renamed.json.damaged"]);
    assert.equal(warnings.length, 3);
  });

  it("leave a later version's file as it is", async () => {
    const path = put("team.json", { ...profile(), version: 2, more: true });
    const before = readFileSync(path, "utf8");
    const profiles = await open();
    assert.equal(
      profiles.list().some(({ id }) => id === "team"),
      false,
    );
    assert.equal((await profiles.save(profile())).ok, false);
    assert.equal(readFileSync(path, "utf8"), before);
  });

  it("fail in words, and stay as they were, when the disk does not take them", async () => {
    const profiles = await open();
    writeFileSync(folder, "a file where the folder should be");
    const saved = await profiles.save(profile());
    assert.equal(!saved.ok && saved.failure.code, "internal");
    assert.equal((await profiles.use("coding")).ok, false);
    assert.equal(profiles.current().id, "default");
    assert.equal(profiles.list().length, 5);
  });

  describe("from others", () => {
    it("are imported without their engines, which the caller gets to ask about", async () => {
      const profiles = await open();
      const result = await profiles.importFile(file(profile({ engines: [engine] })));
      assert.deepEqual(result, { ok: true, profile: profile(), engines: [engine] });
      assert.deepEqual(profiles.list().at(-1)?.engines, []);
      assert.equal(readFileSync(join(folder, "team.json"), "utf8").includes("10.0.0.5"), false);
    });

    it("never replace another one", async () => {
      const profiles = await open();
      await profiles.save(profile({ name: "Other" }));
      const taken = await profiles.importFile(file(profile()));
      assert.equal(taken.ok && taken.profile.id, "team-2");
      const builtIn = await profiles.importFile(file(profile({ id: "coding" })));
      assert.equal(builtIn.ok && builtIn.profile.id, "coding-2");
      const long = "x".repeat(48);
      await profiles.save(profile({ id: long, name: "Long" }));
      const short = await profiles.importFile(file(profile({ id: long })));
      assert.equal(short.ok && short.profile.id, `${"x".repeat(46)}-2`);
    });

    it("are here already when they are imported again, also under another id, and with engines that were added", async () => {
      const profiles = await open();
      const path = file(profile({ engines: [engine] }));
      const first = await profiles.importFile(path);
      assert.deepEqual(await profiles.importFile(path), first);
      await profiles.save(profile({ engines: [engine] }));
      const added = await profiles.importFile(path);
      assert.deepEqual(added.ok && added.profile, profile({ engines: [engine] }));
      await profiles.save(profile({ name: "Other" }));
      for (const _ of [1, 2]) {
        const moved = await profiles.importFile(path);
        assert.equal(moved.ok && moved.profile.id, "team-2");
      }
      assert.equal(profiles.list().length, 5 + 2);
    });

    it("are others when anything differs, an engine too", async () => {
      const profiles = await open();
      await profiles.save(profile({ engines: [engine] }));
      const ids: unknown[] = [];
      for (const one of [{ engines: [] }, { engines: [{ ...engine, urls: ["http://10.0.0.6"] }], temperature: 0.3 }]) {
        const imported = await profiles.importFile(file(profile(one)));
        ids.push(imported.ok && imported.profile.id);
      }
      assert.deepEqual(ids, ["team-2", "team-3"]);
    });

    it("are the built-in ones when they are just like them, and copies when they bring engines", async () => {
      const profiles = await open();
      const coding = profiles.list().find(({ id }) => id === "coding");
      assert.ok(coding);
      const same = await profiles.importFile(file(coding));
      assert.deepEqual(same, { ok: true, profile: coding, engines: coding.engines });
      const more = await profiles.importFile(file({ ...coding, engines: [engine] }));
      assert.equal(more.ok && more.profile.id, "coding-2");
    });

    const bad: Readonly<Record<string, [unknown, RegExp]>> = {
      "text that is no JSON": ["version: 1", /not JSON/],
      "no object": [[1, 2], /must be an object/],
      "an unknown key": [{ ...profile(), tempratur: 1 }, /unknown keys: tempratur/],
      "an unknown role": [{ ...profile(), models: { boss: ["x"] } }, /unknown keys: models\.boss/],
      "an unknown key of an engine": [{ ...profile(), engines: [{ ...engine, model: "x" }] }, /engines\.0\.model/],
      "a key that changes prototypes": [`{"__proto__": {}, ${JSON.stringify(profile()).slice(1)}`, /unknown keys/],
      "a later version": [{ ...profile(), version: 2 }, /later version/],
      "a missing key": [{ ...profile(), prefer: undefined }, /prefer/],
      "a wrong value": [profile({ temperature: 9 }), /temperature/],
      "a path as id": [profile({ id: "../../x" }), /id/],
      "a reserved id": [profile({ id: "current" }), /reserved/],
      "a device as id": [profile({ id: "nul" }), /reserved/],
      "an API key": [{ ...profile(), engines: [{ ...engine, apiKey: "sk-12345" }] }, /engines\.0\.apiKey looks like/],
      "a header": [{ ...profile(), headers: { Authorization: "Bearer sk-12345" } }, /Authorization looks like/],
      "a password in an address": [
        profile({ engines: [{ ...engine, urls: ["https://me:sk-12345@host/v1"] }] }),
        /secret/,
      ],
      "a user in an odd address": [profile({ engines: [{ ...engine, urls: ["http:\\\\sk-12345@host"] }] }), /secret/],
      "a key in a query": [profile({ engines: [{ ...engine, urls: ["https://host/v1?api_key=sk-12345"] }] }), /secret/],
      "an address with a secret in a text": [profile({ description: "see https://me:sk-12345@host now" }), /secret/],
      "an address that is not http": [profile({ engines: [{ ...engine, urls: ["file:///etc/passwd"] }] }), /engines/],
      "the same engine twice": [profile({ engines: [engine, engine] }), /same id/],
      "marks that turn text around": [profile({ name: "Team \u202Eevil" }), /control characters/],
      "deep nesting": ["[".repeat(100_000) + "]".repeat(100_000), /nested/],
      "too much": [profile({ models: { coder: ["x".repeat(300_000)] } }), /larger than 256 kB/],
    };
    for (const [what, [content, reason]] of Object.entries(bad))
      it(`are refused for ${what}`, async () => {
        const profiles = await open();
        const result = await profiles.importFile(file(content));
        assert.ok(!result.ok);
        assert.equal(result.failure.code, "profile-invalid");
        assert.match(String(result.failure.detail["reason"]), reason);
        assert.doesNotMatch(JSON.stringify(result), /sk-12345/);
        assert.equal(profiles.list().length, 5);
      });

    it("are refused when there is no file", async () => {
      const profiles = await open();
      for (const path of [join(ports.places.data, "gone.json"), ports.places.data])
        assert.equal((await profiles.importFile(path)).ok, false);
    });

    it("come back as they were exported", async () => {
      const profiles = await open();
      const some = fc.record({
        version: fc.constant(1 as const),
        id: fc.constant("shared"),
        name: fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom(..."abc äé-😀(1)") }),
        description: fc.constantFrom("", "Two\nlines"),
        models: fc.dictionary(fc.constantFrom(...RoleName.options), fc.array(fc.constantFrom("a", "b.gguf"))),
        temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
        contextSize: fc.option(fc.nat(1_048_576)),
        prefer: fc.constantFrom("best" as const, "smallest" as const),
        engines: fc.constantFrom([], [engine]),
      });
      await fc.assert(
        fc.asyncProperty(some, async (given) => {
          const asJson: Profile = JSON.parse(JSON.stringify(given));
          fc.pre(asJson.name.length <= 80);
          assert.deepEqual(await profiles.save(asJson), { ok: true });
          const exported = profiles.exportText("shared");
          assert.ok(exported.ok);
          const path = file(exported.text);
          await profiles.remove("shared");
          const { engines, ...rest } = asJson;
          assert.deepEqual(await profiles.importFile(path), { ok: true, profile: { ...rest, engines: [] }, engines });
        }),
        { numRuns: 30 },
      );
    });
  });
});
