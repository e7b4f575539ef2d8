// Documents must not rot and files must not grow: every path that a document names exists, no source file passes 400 lines.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./bootstrap.mjs";

const longestFile = 400;

/** Tracked files and new ones, without what git ignores. */
const listFiles = (): string[] => {
  const output = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const names = output.toString().split("\n").filter(Boolean);
  return names.filter((name) => existsSync(join(root, name)));
};

/** Top-level folders whose paths documents name; a path that begins otherwise is a word like any other. */
const folders = ["src", "test", "scripts", "docs", "models", "media", "deploy", "l10n", ".ci"];
const rootFiles = /^[A-Z]+\.md$|^(package|package\.nls|biome|knip|tsconfig\.base)\.json$|^esbuild\.mjs$/;

/** A path in a code span, or undefined: no blanks, no placeholders, no wildcards. */
const pathIn = (span: string): string | undefined => {
  if (/[\s*<>{}$…()|]/.test(span)) return undefined;
  const path = span.replace(/[:#]L?\d+(-L?\d+)?$/, "").replace(/\/$/, "");
  const inFolder = folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return inFolder && path.includes("/") ? path : rootFiles.test(path) ? path : undefined;
};

/** Target of a Markdown link to a file of this repository, relative to the document. */
const linkedFile = (document: string, target: string): string | undefined => {
  if (/^([a-z]+:|#|\/)/i.test(target)) return undefined;
  return join(dirname(document), decodeURI(target.replace(/#.*$/, "")));
};

const missingPaths = (document: string): string[] => {
  const lines = readFileSync(join(root, document), "utf8").split("\n");
  let inBlock = false;
  return lines.flatMap((line, index) => {
    if (/^\s*(```|~~~)/.test(line)) inBlock = !inBlock;
    if (inBlock) return [];
    const spans = [...line.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => pathIn(span));
    const prose = line.replace(/`[^`]*`/g, "");
    const links = [...prose.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target = ""]) => linkedFile(document, target));
    return [...spans, ...links]
      .filter((path) => path !== undefined && !existsSync(join(root, path)))
      .map((path) => `${document}:${index + 1}: there is no ${path}`);
  });
};

const isSource = (name: string) =>
  /^(src|scripts|test)\/.*\.(ts|tsx|mjs|cjs|css)$/.test(name) && !name.endsWith(".gen.ts");

const tooLong = (name: string): string[] => {
  const lines = readFileSync(join(root, name), "utf8").trimEnd().split("\n").length;
  return lines > longestFile ? [`${name}: ${lines} lines; split what passes ${longestFile}`] : [];
};

const files = listFiles();
const problems = [
  ...files.filter((name) => name.endsWith(".md")).flatMap(missingPaths),
  ...files.filter(isSource).flatMap(tooLong),
];
for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
