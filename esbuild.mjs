// Builds the four programs into dist/: the extension, the agent, the model host and the chat view.
// `node esbuild.mjs` builds once; --watch builds on every change; --dev keeps names readable.
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

const programs = [
  {
    ...common,
    platform: "node",
    format: "cjs",
    entryPoints: ["src/extension/main.ts"],
    outfile: "dist/extension.cjs",
    external: ["vscode"],
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
    entryPoints: { webview: "src/webview/main.tsx" },
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
