// Writes what is derived from one source: the manifest's settings, docs/settings.md, docs/protocol.md, and
// the texts and the table of roles.
// `npm run gen` writes; `node scripts/gen.ts --check` fails when something is stale.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import { settingEntries } from "../src/protocol/settings.ts";
import { protocolPage } from "./protocol-page.ts";

const root = join(import.meta.dirname, "..");

const manifestSettings = () => {
  const properties = Object.entries(settingEntries).map(([key, entry], order) => {
    const { $schema, ...schema } = z.toJSONSchema(entry.schema as z.ZodMiniType); // one common type for all entries
    return [
      `trivium.${key}`,
      { ...schema, default: entry.default, scope: entry.scope, order, markdownDescription: `%settings.${key}%` },
    ];
  });
  return { title: "Trivium", properties: Object.fromEntries(properties) };
};

const manifest = () => {
  const path = join(root, "package.json");
  const value = JSON.parse(readFileSync(path, "utf8"));
  value.contributes = { ...value.contributes, configuration: manifestSettings() };
  // No setting is a workspace's to change; here the editor is told so a second time.
  value.capabilities.untrustedWorkspaces.restrictedConfigurations = Object.keys(settingEntries).map(
    (key) => `trivium.${key}`,
  );
  return { path, text: `${JSON.stringify(value, null, 2)}\n` };
};

const manifestTexts = () => {
  const path = join(root, "package.nls.json");
  const value: Record<string, string> = JSON.parse(readFileSync(path, "utf8"));
  const kept = Object.entries(value).filter(([key]) => !key.startsWith("settings."));
  const settings = Object.entries(settingEntries).map(([key, entry]) => [`settings.${key}`, entry.description]);
  return { path, text: `${JSON.stringify(Object.fromEntries([...kept, ...settings]), null, 2)}\n` };
};

const settingsPage = () => {
  const rows = Object.entries(settingEntries).map(
    ([key, entry]) => `| \`trivium.${key}\` | \`${JSON.stringify(entry.default)}\` | ${entry.description} |`,
  );
  const text = [
    "# Settings",
    "",
    "Written by `npm run gen` from `src/protocol/settings.ts`. All settings are user or remote settings: a workspace can change none of them.",
    "",
    "| setting | default | meaning |",
    "|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  return { path: join(root, "docs", "settings.md"), text };
};

const roleTexts = () => {
  const folder = join(root, "src", "agent", "roles");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .sort();
  const entries = files.map((name) => {
    const text = readFileSync(join(folder, name), "utf8").trim();
    return `  ${JSON.stringify(basename(name, ".md"))}: ${JSON.stringify(text)},`;
  });
  const text = `// Written by \`npm run gen\` from the .md files beside it.\nexport const roleTexts = {\n${entries.join("\n")}\n} as const;\n`;
  return { path: join(folder, "role-texts.gen.ts"), text };
};

const roleTable = () => {
  const folder = join(root, "src", "agent", "roles");
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".role.ts"))
    .map((name) => basename(name, ".role.ts"))
    .sort();
  const text = [
    "// Written by `npm run gen` from the .role.ts files beside it.",
    ...names.map((name) => `import { ${name} } from "./${name}.role.ts";`),
    "",
    "/** Every role by its name. */",
    `export const roles = { ${names.join(", ")} } as const;`,
    "",
  ].join("\n");
  return { path: join(folder, "roles.gen.ts"), text };
};

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const check = process.argv.includes("--check");
const stale = [manifest(), manifestTexts(), settingsPage(), protocolPage(), roleTexts(), roleTable()].filter(
  ({ path, text }) => read(path) !== text,
);
for (const { path, text } of stale) {
  if (check) console.error(`${path} is stale: run npm run gen`);
  else writeFileSync(path, text);
}
process.exitCode = check && stale.length > 0 ? 1 : 0;
