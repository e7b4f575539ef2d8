import { deepEqual, equal, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, open, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import {
  encodeGguf,
  encodeText,
  encodeU32,
  encodeU64,
  type GgufModel,
  i32s,
  text,
  u16,
  u32,
} from "../../../scripts/gguf/gguf-writer.ts";
import { writeToyModels } from "../../../scripts/gguf/toy-models.ts";
import { tinyModel, writeHostileFiles } from "../../../test/support/hostile-gguf.ts";
import { checkModelFile, type ModelCheck } from "./check.ts";

/** What the check promises for every file. */
const mostMs = 2000;
const mostBytes = 300e6;

const codeOf = (result: ModelCheck): string => (result.ok ? "ok" : result.failure.code);
const reasonOf = (result: ModelCheck): string => (result.ok ? "" : String(result.failure.detail["reason"]));

const timed = async (path: string): Promise<ModelCheck> => {
  const started = performance.now();
  const result = await checkModelFile(path);
  const took = performance.now() - started;
  ok(took < mostMs, `${path} took ${took} ms`);
  return result;
};

describe("checkModelFile", () => {
  let folder = "";
  const inFolder = (name: string): string => join(folder, name);
  const write = async (name: string, model: GgufModel): Promise<string> => {
    await writeFile(inFolder(name), encodeGguf(model));
    return inFolder(name);
  };
  const withSettings = (changes: GgufModel["metadata"]): GgufModel => {
    const { metadata, tensors } = tinyModel();
    return { metadata: { ...metadata, ...changes }, tensors };
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "gguf-check-"));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  describe("accepts", () => {
    it("the starter model", async () => {
      const path = fileURLToPath(new URL("../../../models/starter/starter.gguf", import.meta.url));
      const result = await timed(path);
      ok(result.ok, reasonOf(result));
      const { name, architecture, trainedContext, chat, embedding, licence } = result.model;
      deepEqual([name, architecture, trainedContext, chat, embedding], ["starter", "llama", 1024, true, false]);
      equal(licence, "cc0-1.0");
    });

    it("the toy models, and says what each can do", async () => {
      const paths = await writeToyModels(inFolder("toy"));
      const seen: string[] = [];
      for (const path of Object.values(paths)) {
        const result = await timed(path);
        ok(result.ok, reasonOf(result));
        const { model } = result;
        const abilities = ["chat", "infill", "embedding", "ranking"] as const;
        seen.push([basename(path), model.architecture, ...abilities.filter((ability) => model[ability])].join(" "));
      }
      deepEqual(seen, [
        "toy-llama.gguf llama chat infill",
        "toy-qwen2.gguf qwen2 chat infill",
        "toy-bert.gguf bert embedding",
        "toy-rank.gguf bert ranking",
        "scripted.gguf llama chat infill",
        "scripted-slow.gguf llama chat infill",
      ]);
    });

    it("a header with a vocabulary of 150,000 tokens in well under 300 ms", async () => {
      const { metadata, tensors } = tinyModel();
      const tokens = Array.from({ length: 150_000 }, (_, i) => `token ${i}`);
      const large = {
        name: "token_embd.weight",
        dimensions: [8, tokens.length],
        weights: new Float32Array(8 * tokens.length),
      };
      const path = await write("large-vocabulary.gguf", {
        metadata: {
          ...metadata,
          "tokenizer.ggml.tokens": { type: "texts", value: tokens },
          "tokenizer.ggml.merges": { type: "texts", value: tokens },
        },
        tensors: [large, ...tensors.filter(({ name }) => name !== large.name)],
      });
      const started = performance.now();
      const result = await checkModelFile(path);
      const took = performance.now() - started;
      ok(result.ok, reasonOf(result));
      ok(took < 300, `took ${took} ms`);
    });

    it("layers without attention, whose converters write no heads", async () => {
      const { metadata, tensors } = withSettings({ "llama.attention.head_count": u32(0) });
      const recurrent = tensors.filter(({ name }) => !name.includes(".attn_"));
      equal(codeOf(await checkModelFile(await write("recurrent.gguf", { metadata, tensors: recurrent }))), "ok");
    });

    it("older names of the infill tokens, a missing name, and a link", async () => {
      const { metadata, tensors } = tinyModel();
      const entries = Object.entries(metadata).filter(([key]) => !/fim_|general\.(?:name|license)/.test(key));
      const old = { prefix: u32(1), suffix: u32(2), middle: u32(3) };
      for (const [part, id] of Object.entries(old)) entries.push([`tokenizer.ggml.${part}_token_id`, id]);
      const path = await write("old infill.gguf", { metadata: Object.fromEntries(entries), tensors });
      await symlink(path, inFolder("link.gguf"));
      const [file, link] = [await checkModelFile(path), await checkModelFile(inFolder("link.gguf"))];
      ok(file.ok && link.ok);
      deepEqual([file.model.name, file.model.infill, file.model.licence], ["old infill", true, null]);
    });
  });

  describe("describes", () => {
    it("a ranking model as neither chat nor embedding", async () => {
      const result = await checkModelFile(await write("rank.gguf", withSettings({ "llama.pooling_type": u32(4) })));
      ok(result.ok);
      deepEqual([result.model.chat, result.model.embedding, result.model.ranking], [false, false, true]);
    });

    it("its quantisation; none that the header does not name or that is unknown", async () => {
      const named = async (change: GgufModel["metadata"]): Promise<string | null> => {
        const result = await checkModelFile(await write("type.gguf", withSettings(change)));
        ok(result.ok, reasonOf(result));
        return result.model.quantisation;
      };
      equal(await named({}), "F32");
      equal(await named({ "general.file_type": u32(15) }), "Q4_K_M");
      equal(await named({ "general.file_type": u32(1024 + 7) }), "Q8_0");
      equal(await named({ "general.file_type": u32(999) }), null);
      equal(await named({ "general.file_type": text("Q4") }), null);
    });

    it("what decides its memory", async () => {
      const shapeWith = async (change: GgufModel["metadata"]) => {
        const result = await checkModelFile(await write("shape.gguf", withSettings(change)));
        ok(result.ok, reasonOf(result));
        return result.model.memory;
      };
      const weights = tinyModel().tensors.reduce((sum, tensor) => sum + tensor.weights.byteLength, 0);
      const sizes = { weightsBytes: weights, layers: 2, embeddingLength: 8, feedForwardLength: 16, heads: 2 };
      const perHead = (8 / 2) * 2 * 2; // keys and values of one head, two bytes each
      deepEqual(await shapeWith({}), { ...sizes, vocabulary: 300, kvBytesPerToken: 2 * perHead });
      const kvOf = async (change: GgufModel["metadata"]): Promise<number> => (await shapeWith(change)).kvBytesPerToken;
      equal(await kvOf({ "llama.attention.head_count_kv": i32s([0, 2]) }), 2 * perHead);
      equal(await kvOf({ "llama.attention.key_length": u32(64), "llama.attention.value_length": u32(32) }), 2 * 96 * 2);
      const { metadata, tensors } = tinyModel();
      const { ["llama.attention.head_count_kv"]: _, ...without } = metadata;
      const result = await checkModelFile(await write("all-heads.gguf", { metadata: without, tensors }));
      equal(result.ok && result.model.memory.kvBytesPerToken, 2 * 2 * perHead);
    });

    it("what it reads of the content, under one name for one content", async () => {
      const nameOf = async (file: string): Promise<string> => {
        const result = await checkModelFile(inFolder(file));
        ok(result.ok, reasonOf(result));
        return result.model.fingerprint;
      };
      const bytes = Buffer.concat([encodeGguf(tinyModel()), Buffer.alloc(5 * 2 ** 20)]);
      const changedAt = async (at: number): Promise<string> => {
        const changed = Buffer.from(bytes);
        changed[at] = 1;
        await writeFile(inFolder("changed.gguf"), changed);
        return nameOf("changed.gguf");
      };
      await writeFile(inFolder("content.gguf"), bytes);
      await writeFile(inFolder("same content.gguf"), bytes);
      const name = await nameOf("content.gguf");
      equal(name.length, 64);
      equal(await nameOf("same content.gguf"), name);
      const middle = Math.floor(bytes.length / 2);
      const names = [name, await changedAt(middle), await changedAt(bytes.length - 1)];
      await writeFile(inFolder("changed.gguf"), Buffer.concat([bytes, Buffer.alloc(1)]));
      equal(new Set([...names, await nameOf("changed.gguf")]).size, 4);
      equal(await changedAt(middle + 2 ** 20), name);
    });

    it("names without control or direction characters", async () => {
      const name = text("bad\u202e\u0007\nname\u0000");
      const result = await checkModelFile(await write("name.gguf", withSettings({ "general.name": name })));
      ok(result.ok);
      equal(result.model.name, "bad name");
    });

    it("its weights by number", async () => {
      const model = tinyModel();
      const result = await checkModelFile(await write("count.gguf", model));
      ok(result.ok);
      equal(
        result.model.parameters,
        model.tensors.reduce((sum, { weights }) => sum + weights.length, 0),
      );
    });
  });

  describe("refuses", () => {
    it("every hostile or broken file in time, in little memory, and by name", async () => {
      const files = await writeHostileFiles(inFolder("hostile"));
      const before = process.memoryUsage().rss;
      for (const { name, path, expectedCode } of files) {
        const result = await timed(path);
        equal(codeOf(result), expectedCode, `${name}: ${JSON.stringify(result)}`);
        ok(!result.ok && result.failure.detail["path"] === path, name);
      }
      ok(process.memoryUsage().rss - before < mostBytes);
    });

    it("what is not a file, without opening it", async () => {
      equal(codeOf(await timed(folder)), "model-is-folder");
      equal(codeOf(await timed(inFolder("nothing.gguf"))), "model-missing");
      equal(codeOf(await timed("")), "model-missing");
      equal(codeOf(await timed("a\0b.gguf")), "model-unreadable");
      await symlink("circle.gguf", inFolder("circle.gguf"));
      equal(codeOf(await timed(inFolder("circle.gguf"))), "model-unreadable");
      if (process.platform === "win32") return;
      execFileSync("mkfifo", [inFolder("pipe.gguf")]);
      const pipe = await timed(inFolder("pipe.gguf"));
      equal(codeOf(pipe), "model-unreadable");
      equal(reasonOf(pipe), "it is a named pipe, not a file");
    });

    it("a cut file with both sizes", async () => {
      const whole = encodeGguf(tinyModel());
      await writeFile(inFolder("cut.gguf"), whole.subarray(0, whole.length - 100));
      const path = inFolder("cut.gguf");
      const detail = { path, sizeBytes: whole.length - 100, neededBytes: whole.length };
      deepEqual(await checkModelFile(path), { ok: false, failure: { code: "model-truncated", detail } });
    });

    it("millions of texts in a vocabulary", async () => {
      const start = [encodeText("a"), encodeU32(9), encodeU32(8)];
      for (const count of [3_900_000, 60_000_000]) {
        const path = inFolder("texts.gguf");
        const header = [Buffer.from("GGUF"), encodeU32(3), encodeU64(0), encodeU64(10_000), ...start];
        await writeFile(path, Buffer.concat([...header, encodeU64(count)]));
        const file = await open(path, "r+");
        await file.truncate(2 ** 30);
        await file.close();
        equal(codeOf(await timed(path)), "model-invalid");
      }
    });

    it("a header that spreads over gigabytes", async () => {
      const path = inFolder("spread.gguf");
      const step = 2 ** 21;
      const file = await open(path, "w");
      let at = 0;
      const put = async (bytes: Buffer): Promise<void> => {
        await file.write(bytes, 0, bytes.length, at);
        at += bytes.length;
      };
      await put(Buffer.concat([Buffer.from("GGUF"), encodeU32(3), encodeU64(0), encodeU64(1000)]));
      for (let key = 0; key < 1000; key++) {
        await put(Buffer.concat([encodeText(`k${key}`), encodeU32(8), encodeU64(step)]));
        at += step;
      }
      await file.truncate(at);
      await file.close();
      const before = process.memoryUsage().rss;
      equal(codeOf(await timed(path)), "model-invalid");
      ok(process.memoryUsage().rss - before < mostBytes);
    });
  });

  describe("a model in several files", () => {
    const split = async (stem: string): Promise<string[]> => {
      const { metadata, tensors } = tinyModel();
      const shares = [tensors.slice(0, 3), tensors.slice(3, 9), tensors.slice(9)];
      const paths: string[] = [];
      for (const [i, share] of shares.entries()) {
        const own = { "split.no": u16(i), "split.count": u16(3), "split.tensors.count": u32(tensors.length) };
        const name = `${stem}-0000${i + 1}-of-00003.gguf`;
        paths.push(await write(name, { metadata: i === 0 ? { ...metadata, ...own } : own, tensors: share }));
      }
      return paths;
    };

    it("is described from its first part, whichever is chosen", async () => {
      const paths = await split("parts");
      const whole = await checkModelFile(await write("whole.gguf", tinyModel()));
      ok(whole.ok);
      const fingerprints = new Set<string>();
      for (const path of paths) {
        const result = await checkModelFile(path);
        ok(result.ok, reasonOf(result));
        equal(result.model.path, paths[0]);
        equal(result.model.parameters, whole.model.parameters);
        deepEqual(result.model.memory, whole.model.memory);
        fingerprints.add(result.model.fingerprint);
        ok(result.model.sizeBytes > whole.model.sizeBytes);
      }
      equal(fingerprints.size, 1);
    });

    it("names the part that is missing, cut off or another", async () => {
      const [first = "", second = "", third = ""] = await split("broken");
      await rename(second, inFolder("kept"));
      const missing = await checkModelFile(first);
      deepEqual(missing, { ok: false, failure: { code: "model-missing", detail: { path: second } } });
      await writeFile(second, encodeGguf(tinyModel()).subarray(0, 1000));
      const cut = await checkModelFile(third);
      ok(!cut.ok);
      deepEqual([cut.failure.code, cut.failure.detail["path"]], ["model-truncated", second]);
      await rename(third, second);
      equal(codeOf(await checkModelFile(first)), "model-invalid");
    });

    it("is refused under another name", async () => {
      const [first = ""] = await split("renamed");
      await rename(first, inFolder("other.gguf"));
      equal(codeOf(await checkModelFile(inFolder("other.gguf"))), "model-invalid");
    });
  });

  describe("any file", () => {
    const valid = encodeGguf(tinyModel());

    it("cut at any place is refused", async () => {
      const path = inFolder("prefix.gguf");
      const cuts = fc.asyncProperty(fc.integer({ min: 0, max: valid.length - 1 }), async (length) => {
        await writeFile(path, valid.subarray(0, length));
        const expected = length < 4 ? "model-not-gguf" : "model-truncated";
        equal(codeOf(await timed(path)), expected);
      });
      await fc.assert(cuts, { seed: 1, numRuns: 1000 });
    }).timeout(60_000);

    it("with changed bytes is answered, never thrown at or waited for", async () => {
      const path = inFolder("flipped.gguf");
      const headerBytes = valid.indexOf("blk.1.ffn_down.weight") + 100;
      const change = fc.tuple(fc.nat(headerBytes), fc.constantFrom(0, 1, 7, 8, 9, 0x7f, 0x80, 0xff));
      let refused = 0;
      const flips = fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(valid);
        for (const [at, value] of changes) bytes[at] = value;
        await writeFile(path, bytes);
        if (!(await timed(path)).ok) refused++;
      });
      await fc.assert(flips, { seed: 2, numRuns: 3000 });
      ok(refused > 300, `only ${refused} were refused`);
    }).timeout(60_000);

    it("of random bytes after the magic is refused", async () => {
      const path = inFolder("random.gguf");
      const random = fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await writeFile(path, Buffer.concat([Buffer.from("GGUF"), encodeU32(3), bytes]));
        equal((await timed(path)).ok, false);
      });
      await fc.assert(random, { seed: 3, numRuns: 1000 });
    }).timeout(60_000);
  });
});
