import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import * as z from "zod/mini";
import { parseServerModelId } from "../src/agent/models/chosen-model.ts";
import { readProfile } from "../src/agent/models/profiles-text.ts";
import { Profile } from "../src/protocol/profile.ts";
import { parseJson } from "../src/protocol/rpc.ts";
import { root } from "./bootstrap.mjs";

const read = (path: string): string => readFileSync(join(root, path), "utf8");

const files = readdirSync(join(root, "deploy"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(root.length + 1)
      .replaceAll("\\", "/"),
  );
const yamlFiles = files.filter((name) => name.endsWith(".yaml"));

const documentsOf = (path: string): unknown[] =>
  parseAllDocuments(read(path), { merge: true, uniqueKeys: true }).map((document) => {
    assert.deepEqual([...document.errors, ...document.warnings].map(String), [], path);
    return document.toJS();
  });

/** Every object in a value, the value itself too. */
const objectsIn = (value: unknown): Record<string, unknown>[] => {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : [Object.fromEntries(Object.entries(value))];
  return [...own, ...Object.values(value).flatMap(objectsIn)];
};

const inFolder = (folder: string): unknown[] =>
  yamlFiles.filter((name) => name.startsWith(`deploy/${folder}/`)).flatMap(documentsOf);

const texts = z.array(z.string());

/** What a command serves its model as: `--served-model-name=x` of vLLM, `--alias x` of llama-server. */
const servedIn = ({ args, command }: Record<string, unknown>): string[] => {
  const words = [args, command].flatMap((given) => texts.safeParse(given).data ?? []);
  return words.flatMap((word, at) => {
    const served = /^--served-model-name=(.+)$/.exec(word)?.[1];
    return served ?? (words[at - 1] === "--alias" ? word : undefined) ?? [];
  });
};

const served = (folder: string): string[] => inFolder(folder).flatMap(objectsIn).flatMap(servedIn).sort();

const teamProfile = (): Profile => {
  const parsed = parseJson(Profile, read("deploy/profile.team.json"));
  assert.ok(parsed.ok, "profile.team.json is no profile");
  return parsed.value;
};

const modelsOf = (profile: Profile): { engine: string; model: string }[] =>
  Object.values(profile.models).flatMap((ids) =>
    (ids ?? []).map((id) => parseServerModelId(id) ?? assert.fail(`${id} is no server's model`)),
  );

const profileModels = (): string[] => [...new Set(modelsOf(teamProfile()).map(({ model }) => model))].sort();

const Ingress = z.object({
  kind: z.literal("Ingress"),
  spec: z.object({ rules: z.array(z.object({ host: z.string() })) }),
});
const Kustomization = z.object({ kind: z.literal("Kustomization"), resources: texts });
const Secret = z.object({
  kind: z.literal("Secret"),
  data: z.optional(z.unknown()),
  stringData: z.optional(z.unknown()),
});

describe("the deployment files", () => {
  it("are YAML, each file with something in it", () => {
    assert.ok(yamlFiles.length >= 10, `only ${yamlFiles.join(", ")}`);
    for (const name of yamlFiles)
      assert.ok(
        documentsOf(name).every((value) => objectsIn(value).length > 0),
        name,
      );
  });

  it("pin every image to a version", () => {
    const images = yamlFiles.flatMap(documentsOf).flatMap(objectsIn);
    const names = images.flatMap(({ image }) => (typeof image === "string" ? [image] : []));
    assert.ok(names.length >= 5, names.join(", "));
    for (const name of names) assert.match(name, /^[a-z0-9./-]+:(v\d+\.\d+\.\d+|server(-cuda)?-b\d+)$/);
    const vllm = new Set(names.filter((name) => name.startsWith("vllm/")));
    assert.equal(vllm.size, 1, "one version of vLLM everywhere");
    const tags = images.flatMap(({ newTag }) => (typeof newTag === "string" ? [`vllm/vllm-openai:${newTag}`] : []));
    assert.deepEqual(tags, [...vllm]);
  });

  it("serve the models that the profile names", () => {
    const names = profileModels();
    assert.equal(names.length, 2);
    assert.deepEqual(served("vllm"), names);
    assert.deepEqual(served("kubernetes"), names);
    const small = served("llama-server");
    assert.equal(small.length, 1);
    assert.ok(names.includes(small[0] ?? ""), `${small[0]} is not in the profile`);
  });

  it("count the queue of each model under the name that it is served as", () => {
    const queries = inFolder("kubernetes/autoscaling")
      .flatMap(objectsIn)
      .flatMap(({ query }) => (typeof query === "string" ? [query] : []));
    const counted = (metric: string) =>
      queries.flatMap((query) => (query.includes(metric) ? [/model_name="([^"]+)"/.exec(query)?.[1] ?? query] : []));
    assert.deepEqual(counted("vllm:num_requests_waiting").sort(), profileModels());
  });

  it("list in each kustomization files that exist, and no secret", () => {
    const found = yamlFiles.filter((name) => name.endsWith("kustomization.yaml"));
    assert.equal(found.length, 2);
    for (const name of found) {
      const { resources } = z.parse(Kustomization, documentsOf(name)[0]);
      const there = readdirSync(join(root, dirname(name)));
      for (const resource of resources) assert.ok(there.includes(resource), `${name}: there is no ${resource}`);
      assert.ok(!resources.some((resource) => resource.includes("secret")));
    }
  });

  it("let the proxies answer to the names that the profile asks", () => {
    const asked = teamProfile().engines.map(({ urls }) => new URL(urls[0] ?? "").host);
    const ingress = inFolder("kubernetes").flatMap((document) => Ingress.safeParse(document).data ?? []);
    const answered = ingress.flatMap(({ spec }) => spec.rules.map(({ host }) => host));
    assert.deepEqual(answered.sort(), [...asked].sort());
    const caddy = [...read("deploy/proxy/Caddyfile").matchAll(/^([a-z0-9.-]+) \{$/gm)].map(([, host]) => host);
    assert.deepEqual(caddy.sort(), [...asked].sort());
  });

  it("hold no secret", () => {
    for (const path of files.filter((name) => name.endsWith(".env.example")))
      for (const line of read(path).split("\n"))
        assert.doesNotMatch(line, /^\s*[A-Z_]*(KEY|TOKEN|SECRET|PASSWORD)[A-Z_]*=\s*\S/, path);
    for (const document of yamlFiles.flatMap(documentsOf)) {
      const secret = Secret.safeParse(document).data;
      if (secret) assert.deepEqual([secret.data ?? {}, secret.stringData ?? {}], [{}, {}]);
    }
    // Keys of the hub and of the usual clouds, random hex, private keys, and a key given as an argument.
    const keyLike = /\b(hf|sk|ghp|glpat)[_-]\w{8,}|\b[0-9a-f]{32,}\b|-----BEGIN|--api-key[= ]\S/i;
    for (const path of files) assert.doesNotMatch(read(path), keyLike, path);
  });

  it("keep the files with keys out of the repository", () => {
    const ignored = read("deploy/.gitignore").split("\n");
    for (const name of [".env", "api-keys", "vllm-keys.env"]) assert.ok(ignored.includes(name), name);
  });
});

describe("the team's profile", () => {
  it("can be imported", () => {
    assert.deepEqual(readProfile(read("deploy/profile.team.json")), { ok: true, profile: teamProfile() });
  });

  it("names only models of its own engines, and uses every engine", () => {
    const profile = teamProfile();
    const engines = profile.engines.map(({ id }) => id);
    assert.deepEqual([...new Set(modelsOf(profile).map(({ engine }) => engine))].sort(), [...engines].sort());
  });

  it("asks servers over TLS only", () => {
    for (const { urls } of teamProfile().engines) for (const url of urls) assert.match(url, /^https:/);
  });
});

describe("the guide for teams", () => {
  it("names only files that exist", () => {
    const guide = read("docs/team.md");
    const spans = [...guide.matchAll(/(?:docs|deploy|src|scripts)\/[\w./-]*\w/g)].map(([path]) => path);
    const links = [...guide.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, path = ""]) => join("docs", path));
    assert.ok(spans.length > 5, "the guide names hardly any file");
    // These are made by who sets the servers up.
    const own = /\/(\.env|api-keys|vllm-keys\.env)$/;
    for (const path of [...spans, ...links]) if (!own.test(path)) assert.ok(existsSync(join(root, path)), path);
  });

  it("ends with the profile as it is in the file", () => {
    const blocks = [...read("docs/team.md").matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    assert.deepEqual(JSON.parse(blocks.at(-1) ?? ""), JSON.parse(read("deploy/profile.team.json")));
  });
});
