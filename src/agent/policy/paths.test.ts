import assert from "node:assert/strict";
import fc from "fast-check";
import { decidePath, type PathRequest, resolvePath, type Surroundings } from "./paths.ts";

const links = new Map([
  ["/ws/out", "/home/u"],
  ["/ws/in", "src"],
  ["/ws/loop", "loop"],
  ["/ws/src/up", ".."],
]);
const linux: Surroundings = {
  ...{ os: "linux", cwd: "/ws", home: "/home/u", workspace: ["/ws"] },
  linkOf: (path) => links.get(path) ?? null,
};
const windows: Surroundings = {
  ...{ os: "win32", cwd: "C:\\ws", home: "C:\\Users\\u", workspace: ["C:\\ws"], linkOf: () => null },
};

const each = (op: PathRequest["op"], decision: string, paths: readonly string[], around = linux) => {
  for (const path of paths) assert.equal(decidePath({ op, path }, around).decision, decision, `${op} ${path}`);
};

describe("policy of paths", () => {
  it("allows what lies in the workspace", () => {
    each("write", "allow", [
      "src/new/a.ts",
      "a/../b.ts",
      "/ws/a",
      "...a",
      "con.txt",
      "src/[id]/a.tsx",
      ".gitignore",
      "in/a",
    ]);
    each("read", "allow", ["a.ts", "package.json", "AGENTS.md", "src/env.ts"]);
    each("write", "allow", ["C:\\ws\\src\\a.ts", "src/a.ts", "c:\\WS\\a.ts"], windows);
    each("extract", "allow", ["src/a.ts"]);
  });

  it("asks for what is outside, and refuses to write there through a link", () => {
    each("write", "ask", ["../a", "/ws-evil/a", "~/a", "src/../../a", "%2e%2e/a", "a\\b", "."]);
    each("write", "deny", ["out/a", "loop/a", "src/up/../a", "file:///a", ""]);
    each("read", "ask", ["out/a", "/etc/passwd"]);
    each("extract", "deny", ["../a", "/a", "a/../../b", "..\\a", "C:/a", "~/a", "..%2fa", "out/a"]);
  });

  it("asks for secrets and for what others obey, and refuses what decides approvals", () => {
    each("read", "ask", [
      ".env",
      ".ENV.local",
      "a/id_rsa",
      "a.pem",
      ".npmrc",
      ".aws/config",
      ".git/config",
      "/proc/self/environ",
    ]);
    each("write", "ask", [
      "package.json",
      "Makefile",
      "AGENTS.md",
      ".github/workflows/a.yml",
      ".mcp.json",
      "a.sh",
      ".vscode/tasks.json",
    ]);
    each("write", "deny", [
      ".git/hooks/a",
      ".GIT/config",
      "a/.git",
      ".VSCode/Settings.json",
      "a.code-workspace",
      "~/.bashrc",
      "src/up/.git/a",
    ]);
  });

  it("refuses what Windows reads otherwise, and what cannot be seen", () => {
    const names = [
      "con.txt",
      "a\\NUL",
      "com1.log",
      "a.txt:b",
      "a.txt::$DATA",
      "a.txt.",
      "a ",
      "\\\\s\\a",
      "//s/a",
      "\\\\?\\C:\\ws\\a",
      "C:a",
    ];
    each("write", "deny", names, windows);
    each("write", "ask", ["PROGRA~1\\a", "C:\\ws\\..\\a"], windows);
    each("write", "deny", ["a\0", "a\n", "a\u202eb", "a\u200bb", "\ud800", "a".repeat(5_000)]);
  });

  it("resolves each link before what stands behind it", () => {
    assert.deepEqual(resolvePath("out/../a", linux), { written: "/ws/a", real: "/home/a" });
    assert.equal(resolvePath("loop", linux), null);
  });

  it("never allows what leads out, and never throws", () => {
    const part = fc.constantFrom("..", ".", "a", "out", "in", "", "src", "up", "~", "ws", "\\", "b.ts", "\0");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, absolute) => {
        const path = (absolute ? "/" : "") + parts.join("/");
        const { decision } = decidePath({ op: "write", path }, linux);
        if (decision === "allow") assert.match(resolvePath(path, linux)?.real ?? "", /^\/ws\//);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (path) => void decidePath({ op: "read", path }, windows)));
  });
});
