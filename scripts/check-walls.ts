// Runs dependency-cruiser over this repository. It cannot read TypeScript 7, so it gets a copy in plain JavaScript
// with every import kept: a type import is knowledge of another part too.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { root } from "./bootstrap.mjs";

const copyRoot = join(root, ".build", "walls");
const parts = ["src", "test", "scripts"];
const isTypeScript = (name: string) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts");
const asJavaScript = (name: string) => name.replace(/\.tsx?$/, ".js");

const toJavaScript = async (name: string): Promise<string> => {
  const source = readFileSync(join(root, name), "utf8");
  const withTypeImports = source.replace(/^(import|export) type (?=(?:\{[^}]*\}|[\w* ]+) from )/gm, "$1 ");
  const { code } = await transform(withTypeImports, {
    loader: name.endsWith("x") ? "tsx" : "ts",
    jsx: "automatic",
    jsxImportSource: "preact",
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return withCopiedNames(code);
};

const withCopiedNames = (code: string) =>
  code.replace(/(["'])(\.\.?\/[^"']*\.tsx?)\1/g, (_, quote, path) => `${quote}${asJavaScript(path)}${quote}`);

const copyFile = async (name: string) => {
  const target = join(copyRoot, asJavaScript(name));
  mkdirSync(dirname(target), { recursive: true });
  if (isTypeScript(name)) writeFileSync(target, await toJavaScript(name));
  else if (name.endsWith(".mjs")) writeFileSync(target, withCopiedNames(readFileSync(join(root, name), "utf8")));
  else copyFileSync(join(root, name), target);
};

/** The names that people know, in a message about the copy. */
const withOriginalNames = (text: string) =>
  text.replace(/\b(?:src|test|scripts)\/[\w./-]+\.js\b/g, (copy) => {
    const originals = [".ts", ".tsx"].map((extension) => copy.replace(/\.js$/, extension));
    return originals.find((original) => existsSync(join(root, original))) ?? copy;
  });

rmSync(copyRoot, { recursive: true, force: true });
const files = globSync(
  parts.map((part) => `${part}/**/*.{ts,tsx,mjs,css,json}`),
  { cwd: root },
);
const sources = files.filter((name) => !/\.d\.m?ts$|(^|\/)tsconfig.*\.json$/.test(name));
await Promise.all([...sources, "package.json"].map(copyFile));

const cruiser = join(root, "node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");
const config = join(root, ".dependency-cruiser.cjs");
const present = parts.filter((part) => existsSync(join(copyRoot, part)));
const run = spawnSync(process.execPath, [cruiser, "--config", config, "--output-type", "err-long", ...present], {
  cwd: copyRoot,
  encoding: "utf8",
});
console.log(withOriginalNames(run.stdout + run.stderr));

// A cruiser that understands none of the files finds no violation either.
const seen = Number(/(\d+) modules/.exec(run.stdout)?.[1] ?? 0);
const code = sources.filter((name) => !/\.(css|json)$/.test(name)).length;
if (seen < code) console.error(`Only ${seen} of ${code} modules were read.`);
process.exit(run.status === 0 && seen >= code ? 0 : 1);
