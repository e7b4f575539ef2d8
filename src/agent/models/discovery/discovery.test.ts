import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { within } from "../../../../test/support/waiting.ts";
import { nodeFolders } from "../../ports/folders.ts";
import { modelFolders } from "../../ports/model-folders.ts";
import { discoverFolders } from "./folders.ts";
import type { Discovery, DiscoveryPlaces, FoundModel } from "./found-model.ts";
import { discoverHuggingFace } from "./huggingface.ts";
import { discoverLlamaCpp } from "./llama-cpp.ts";
import { discoverLmStudio } from "./lmstudio.ts";
import { discoverOllama } from "./ollama.ts";

describe("discovery", () => {
  let home = "";
  beforeEach(() => {
    home = realpathSync(mkdtempSync(join(tmpdir(), "trivium-found-")));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const file = (path: string, size = 8): string => {
    const full = join(home, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, Buffer.alloc(size));
    return full;
  };
  const link = (target: string, path: string): void => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    symlinkSync(target, join(home, path));
  };

  const places = (): DiscoveryPlaces => ({
    ...modelFolders(home, {}, "test"),
    downloads: join(home, "downloads"),
    folders: [join(home, "models")],
  });

  const discover = async (discovery: Discovery): Promise<FoundModel[]> => {
    const found: FoundModel[] = [];
    const search = async (): Promise<void> => {
      for await (const model of discovery(places(), nodeFolders, AbortSignal.timeout(8_000))) found.push(model);
    };
    await within(8_000, "the search", search());
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const names = async (discovery: Discovery) => (await discover(discovery)).map(({ name }) => name);

  describe("in folders", () => {
    it("finds models below them and nothing else", async () => {
      const path = file("models/a/b/One.Q4_K_M.GGUF", 20);
      file("models/readme.txt");
      file("models/mmproj-one-f16.gguf");
      file("downloads/owner/repository/two.gguf");
      file("downloads/.partial/0123/three.gguf");
      const found = await discover(discoverFolders);
      assert.deepEqual(
        found.map(({ name, source }) => [name, source]),
        [
          ["One.Q4_K_M", "folder"],
          ["two", "downloaded"],
        ],
      );
      assert.equal(found[0]?.path, path);
      assert.equal(found[0]?.id, path);
      assert.equal(found[0]?.sizeBytes, 20);
      assert.equal(found[0]?.problem, null);
    });

    it("takes the parts of a model as one, and tells when some are missing", async () => {
      const first = file("models/big-00001-of-00003.gguf", 10);
      file("models/big-00002-of-00003.gguf", 20);
      const last = file("models/big-00003-of-00003.gguf", 30);
      utimesSync(last, 4_000_000_000, 4_000_000_000);
      file("models/half-00002-of-00002.gguf");
      const [big, half, ...more] = await discover(discoverFolders);
      assert.deepEqual(more, []);
      assert.deepEqual([big?.name, big?.path, big?.sizeBytes, big?.problem], ["big", first, 60, null]);
      assert.equal(big?.modifiedAt, 4_000_000_000_000);
      assert.equal(half?.name, "half");
      assert.equal(half?.problem?.code, "model-invalid");
      assert.match(String(half?.problem?.detail["reason"]), /1 of its 2 parts/);
    });

    it("knows a file again under its other names, links and hard links", async () => {
      const path = file("models/real.gguf");
      link(path, "models/elsewhere/linked.gguf");
      linkSync(path, join(home, "models/twice.gguf"));
      file("models/another.gguf");
      const [another, linked, real, twice] = await discover(discoverFolders);
      assert.equal(linked?.id, path);
      assert.equal(linked?.identity, real?.identity);
      assert.equal(twice?.identity, real?.identity);
      assert.notEqual(another?.identity, real?.identity);
    });

    it("ends with loops, pipes, broken links, empty files and closed folders", async () => {
      const path = file("models/a/good.gguf");
      file("models/a/empty.gguf", 0);
      link(join(home, "models"), "models/a/loop");
      link("..", "models/a/up");
      link("self", "models/self");
      link("self.gguf", "models/self.gguf");
      link("nowhere.gguf", "models/broken.gguf");
      mkdirSync(join(home, "models/folder.gguf"));
      mkdirSync(join(home, "models/closed"));
      chmodSync(join(home, "models/closed"), 0);
      if (process.platform !== "win32") {
        execFileSync("mkfifo", [join(home, "models/pipe.gguf")]);
        link("pipe.gguf", "models/to-pipe.gguf");
      }
      assert.deepEqual(await names(discoverFolders), ["empty", "good"]);
      assert.equal((await discover(discoverFolders))[1]?.path, path);
    });

    it("does not go deeper than eight folders", async () => {
      file("models/1/2/3/4/5/6/7/8/shallow.gguf");
      file("models/1/2/3/4/5/6/7/8/9/deep.gguf");
      assert.deepEqual(await names(discoverFolders), ["shallow"]);
    });

    it("stops when told to", async () => {
      for (let i = 0; i < 200; i++) file(`models/${i}/${i}.gguf`);
      const stop = new AbortController();
      let count = 0;
      for await (const _ of discoverFolders(places(), nodeFolders, stop.signal)) {
        count += 1;
        stop.abort();
      }
      assert.equal(count, 1);
    });
  });

  describe("in Ollama's store", () => {
    const digest = (digit: string) => digit.repeat(64);
    const manifest = (path: string, content: unknown): void => {
      const full = join(home, ".ollama/models/manifests", path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, typeof content === "string" ? content : JSON.stringify(content));
    };
    const layer = (kind: string, digits: string) => ({
      mediaType: `application/vnd.ollama.image.${kind}`,
      digest: `sha256:${digits}`,
      size: 8,
    });
    const library = "registry.ollama.ai/library";

    it("finds the blob of each name", async () => {
      const path = file(`.ollama/models/blobs/sha256-${digest("a")}`, 40);
      const model = { layers: [layer("license", digest("b")), layer("model", digest("a"))] };
      manifest(`${library}/qwen2.5-coder/7b`, model);
      manifest("registry.ollama.ai/someone/mine/latest", model);
      manifest("hf.co/owner/repository/Q4_K_M", model);
      const found = await discover(discoverOllama);
      assert.deepEqual(
        found.map(({ name }) => name),
        ["hf.co/owner/repository:Q4_K_M", "qwen2.5-coder:7b", "someone/mine:latest"],
      );
      for (const { id, path: at, sizeBytes, problem, source } of found)
        assert.deepEqual([id, at, sizeBytes, problem, source], [path, path, 40, null, "ollama"]);
    });

    it("says when a blob is gone, and when a model needs its adapter", async () => {
      file(`.ollama/models/blobs/sha256-${digest("a")}`);
      manifest(`${library}/gone/latest`, { layers: [layer("model", digest("c"))] });
      manifest(`${library}/tuned/latest`, { layers: [layer("model", digest("a")), layer("adapter", digest("d"))] });
      manifest(`${library}/base/latest`, { layers: [layer("model", digest("a")), layer("projector", digest("e"))] });
      const found = await discover(discoverOllama);
      assert.deepEqual(
        found.map(({ name, problem }) => [name, problem?.code ?? null]),
        [
          ["base:latest", null],
          ["gone:latest", "model-missing"],
          ["tuned:latest", "model-unsupported"],
        ],
      );
      assert.equal(new Set(found.map(({ id }) => id)).size, 3);
    });

    it("refuses manifests that are broken or lead elsewhere", async () => {
      file("etc/passwd");
      manifest(`${library}/a/broken`, "{");
      manifest(`${library}/a/list`, "[]");
      manifest(`${library}/a/empty`, { layers: [] });
      manifest(`${library}/a/outside`, { layers: [layer("model", "../../etc/passwd")] });
      manifest(`${library}/a/short`, { layers: [layer("model", "abc")] });
      manifest(`${library}/a/other`, {
        layers: [{ mediaType: "application/vnd.ollama.image.model", digest: "md5:1" }],
      });
      manifest(`${library}/stray`, {});
      manifest(`${library}/a/deep/er`, { layers: [layer("model", digest("a"))] });
      if (process.platform !== "win32")
        execFileSync("mkfifo", [join(home, ".ollama/models/manifests", library, "a/pipe")]);
      assert.deepEqual(await names(discoverOllama), []);
    });

    it("looks where the environment says, and where the service keeps its own on Linux", () => {
      assert.deepEqual(modelFolders("/h", { OLLAMA_MODELS: "/o" }, "darwin").ollama, ["/o"]);
      assert.deepEqual(modelFolders("/h", {}, "linux").ollama, [
        join("/h", ".ollama/models"),
        "/usr/share/ollama/.ollama/models",
      ]);
    });
  });

  it("finds LM Studio's models in both of its folders", async () => {
    file(".lmstudio/models/publisher/repository/new.gguf");
    file(".lmstudio/models/publisher/repository/mmproj-model-f16.gguf");
    file(".cache/lm-studio/models/publisher/repository/old.gguf");
    assert.deepEqual(await names(discoverLmStudio), ["new", "old"]);
  });

  it("finds llama.cpp's cache where the system or the environment has it", async () => {
    file(".cache/llama.cpp/owner_repository_model-q4_0.gguf");
    file(".cache/llama.cpp/owner_repository_model-q4_0.gguf.json");
    assert.deepEqual(await names(discoverLlamaCpp), ["owner_repository_model-q4_0"]);
    assert.deepEqual(modelFolders("/h", { LLAMA_CACHE: "/c" }, "linux").llamaCpp, ["/c"]);
    assert.deepEqual(modelFolders("/h", {}, "darwin").llamaCpp, [join("/h", "Library/Caches/llama.cpp")]);
  });

  describe("in the cache of the hub", () => {
    const repository = ".cache/huggingface/hub/models--owner--name";
    const blob = (digits: string): string => file(`${repository}/blobs/${digits}`, 16);

    it("takes the snapshot that main points at, and the file's own place as its id", async () => {
      const real = blob("aa");
      link("../../blobs/aa", `${repository}/snapshots/one/model.gguf`);
      link("../../blobs/aa", `${repository}/snapshots/two/other.gguf`);
      file(`${repository}/refs/main`);
      writeFileSync(join(home, repository, "refs/main"), "one\n");
      file(".cache/huggingface/hub/datasets--owner--name/snapshots/one/data.gguf");
      const [model, ...more] = await discover(discoverHuggingFace);
      assert.deepEqual(more, []);
      assert.equal(model?.name, "model");
      assert.equal(model?.id, real);
      assert.equal(model?.path, join(home, repository, "snapshots/one/model.gguf"));
    });

    it("takes the newest when main is missing, lies or leads outside", async () => {
      blob("aa");
      link("../../blobs/aa", `${repository}/snapshots/old/old.gguf`);
      link("../../../blobs/aa", `${repository}/snapshots/new/sub/new.gguf`);
      utimesSync(join(home, repository, "snapshots/old"), 1, 1);
      assert.deepEqual(await names(discoverHuggingFace), ["new"]);
      file("outside/evil.gguf");
      for (const main of ["gone", "../../../../../outside"]) {
        file(`${repository}/refs/main`);
        writeFileSync(join(home, repository, "refs/main"), main);
        assert.deepEqual(await names(discoverHuggingFace), ["new"]);
      }
    });

    it("looks where the environment says", () => {
      assert.deepEqual(modelFolders("/h", { HF_HOME: "/x" }, "linux").huggingface, [join("/x", "hub")]);
      assert.deepEqual(modelFolders("/h", { HF_HUB_CACHE: "/y", HF_HOME: "/x" }, "linux").huggingface, ["/y"]);
    });
  });
});
