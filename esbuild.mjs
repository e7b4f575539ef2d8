// Builds the programs into dist/: the extension, the agent, the model host, the chat view and the Models page.
// `node esbuild.mjs` builds once; --watch builds on every change; --dev keeps names readable.
import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { context } from "esbuild";

const watch = process.argv.includes("--watch");
const dev = watch || process.argv.includes("--dev");

const common = {
  bundle: true,
  minify: !dev,
  sourcemap: dev,
  logLevel: "warning",
  legalComments: "none",
  target: "node22",
};

/** ES modules that bundle CommonJS packages need a `require`; it is made from the bundle's own address. */
const esm = {
  ...common,
  platform: "node",
  format: "esm",
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** What the extension imports only when it is needed is a file of its own, which is not even read before. */
const lazyParts = {
  name: "lazy-parts",
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path: `./${basename(path, ".ts")}.cjs`, external: true } : undefined,
    );
  },
};

const programs = [
  {
    ...common,
    platform: "node",
    format: "cjs",
    entryPoints: {
      extension: "src/extension/main.ts",
      "agent-client": "src/extension/agent-client.ts",
      "models-panel": "src/extension/features/models/models-panel.ts",
      "model-commands": "src/extension/features/models/model-commands.ts",
      secrets: "src/extension/features/secrets.ts",
      "run-reader": "src/extension/features/chat/run-reader.ts",
    },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
    plugins: [lazyParts],
  },
  { ...esm, entryPoints: ["src/agent/main.ts"], outfile: "dist/agent.mjs" },
  { ...esm, entryPoints: ["src/modelhost/main.ts"], outfile: "dist/modelhost.mjs", external: ["node-llama-cpp"] },
  {
    ...common,
    platform: "browser",
    format: "iife",
    target: "chrome130",
    jsx: "automatic",
    jsxImportSource: "preact",
    entryPoints: { webview: "src/webview/main.tsx", models: "src/webview/models/main.tsx" },
    outdir: "dist",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
  },
];

for (const program of programs) {
  const builder = await context(program);
  await builder.rebuild();
  if (watch) await builder.watch();
  else await builder.dispose();
}

/** WebAssembly that the agent loads when a command is judged (src/agent/ports/shell-grammar.ts). */
const assets = ["web-tree-sitter/web-tree-sitter.wasm", "@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm"];
for (const asset of assets) await copyFile(fileURLToPath(import.meta.resolve(asset)), join("dist", basename(asset)));
