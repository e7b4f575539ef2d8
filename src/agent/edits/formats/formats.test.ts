import assert from "node:assert/strict";
import fc from "fast-check";
import { applyEdit } from "../apply.ts";
import type { ParsedEdits } from "../edit.ts";
import { readApplyPatch, readPatch } from "./apply-patch.ts";
import { readFindReplace } from "./find-replace.ts";
import { readLazyEdit } from "./lazy.ts";
import { readMessage, readSearchReplace, type Spelling } from "./search-replace.ts";
import { readHunks, readUnifiedDiff } from "./unified-diff.ts";
import { readWholeFile } from "./whole-file.ts";

const codeOf = (parsed: { readonly ok: boolean } | { readonly ok: false; readonly code: string }): string | null =>
  "code" in parsed ? parsed.code : null;

const blocksIn = (text: string, spelling: Spelling = "aider") => {
  const message = readMessage(text, { spelling });
  assert.ok(message.ok, message.ok ? "" : message.hint);
  return message.parts.map((part) => (part.kind === "block" ? [part.path, part.search, part.replace] : [part.text]));
};

const block = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n";

describe("messages with SEARCH/REPLACE blocks", () => {
  it("name the file above the block, on the fence, or in the block before", () => {
    for (const [above, path] of [
      ["src/a.ts\n", "src/a.ts"],
      ["**`src/a.ts`**:\n```ts\n", "src/a.ts"],
      ["### src/a.ts\n```ts\n", "src/a.ts"],
      ["```src/a.ts\n", "src/a.ts"],
      ["Makefile\n```\n", "Makefile"],
    ] as const)
      assert.equal(blocksIn(above + block)[0]?.[0], path, above);
    assert.deepEqual(
      blocksIn(`a.ts\n${block}${block}`).map(([path]) => path),
      ["a.ts", "a.ts"],
    );
    assert.equal(codeOf(readMessage(`\n${block}`, { spelling: "aider" })), "path-missing");
  });

  it("may be cut off anywhere", () => {
    const text = `a.ts\n${block}`;
    const codes = Array.from(text, (_, end) => codeOf(readSearchReplace(text.slice(0, end), { spelling: "aider" })));
    assert.ok(
      codes.every(
        (code, end) => code === (end > text.indexOf("<") + 13 ? "cut-off" : "no-edits") || end >= text.length - 1,
      ),
      codes.join(),
    );
  });

  it("hold commands in blocks for a shell, unless edits stand in them", () => {
    assert.deepEqual(blocksIn("```bash\nls\n```\n"), [["ls\n"]]);
    assert.equal(blocksIn(`\`\`\`bash\na.sh\n${block}\`\`\`\n`)[0]?.[0], "a.sh");
  });

  it("have other signs and their own strictness in other spellings", () => {
    const cline = "------- SEARCH\na\n=======\nb\n";
    assert.deepEqual(blocksIn(cline, "cline"), [[null, "a\n", "b\n"]]);
    for (const text of [
      `--- SEARCH\na\n======= \nb\n+++++++ REPLACE\n`,
      "<<-- SEARCH\na\n=======\nb\n+++++++ REPLACE\n",
      "=======\n",
    ])
      assert.equal(readMessage(text, { spelling: "cline" }).ok, false, text);
    assert.equal(
      codeOf(readMessage("<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n", { spelling: "roo" })),
      "malformed",
    );
    const roo = "<<<<<<< SEARCH\n:start_line:7\n-------\n\\=======\n=======\nb\n>>>>>>> REPLACE\n";
    const message = readMessage(roo, { spelling: "roo" });
    assert.ok(message.ok && message.parts[0]?.kind === "block");
    assert.deepEqual([message.parts[0].line, message.parts[0].search], [7, "=======\n"]);
  });
});

describe("patches and diffs", () => {
  it("are read without what is around them", () => {
    const patch = "*** Begin Patch\n*** Add File: a b.ts\n+x\n*** End Patch";
    for (const text of [
      patch,
      `  ${patch}\n`,
      `<<'EOF'\n${patch}\nEOF`,
      `\`\`\`\n${patch}\n\`\`\``,
      patch.replaceAll("\n", "\r\n"),
    ]) {
      const read = readPatch(text);
      assert.ok(read.ok, text);
      assert.deepEqual(read.files, [{ kind: "add", path: "a b.ts", text: "x\n" }]);
    }
  });

  it("are refused when they are broken", () => {
    const inPatch = (lines: string): string | null =>
      codeOf(readApplyPatch(`*** Begin Patch\n${lines}\n*** End Patch`));
    assert.equal(inPatch("*** Update File: a"), "malformed");
    assert.equal(inPatch("*** Frobnicate File: a"), "malformed");
    assert.equal(inPatch("*** Update File: a\n@@\n x\nnonsense"), "malformed");
    assert.equal(inPatch("*** Delete File:"), "path-missing");
    assert.equal(codeOf(readApplyPatch("*** Begin Patch\n*** Delete File: a\n")), "cut-off");
    assert.equal(codeOf(readApplyPatch("*** Begin Patch\n*** End Patch")), "no-edits");
  });

  it("lie in fenced blocks, with several files, and with empty lines that lost their space", () => {
    const text =
      "Do:\n```diff\n--- a/x.ts\n+++ b/x.ts\n@@ -1,3 +1,3 @@ f()\n a\n\n-b\n+c\n--- /dev/null\n+++ b/y.ts\n@@ -0,0 +1 @@\n+new\n```\nDone.\n";
    const hunks = readHunks(text).map(({ path, line, lines }) => [path, line, lines.map(({ op }) => op[0]).join("")]);
    assert.deepEqual(hunks, [
      ["x.ts", 1, "kkra"],
      ["y.ts", 0, "a"],
    ]);
  });
});

describe("a file with parts left out", () => {
  const file = "const a = 1;\n\nfunction f() {\n  return a;\n}\n\nfunction g() {\n  return 2;\n}\n";
  const made = (text: string) => {
    const edits = readLazyEdit(text, file, null);
    if (!edits.ok || !edits.edits[0]) return null;
    const applied = applyEdit(file, edits.edits[0]);
    return applied.ok ? applied.text : null;
  };

  it("is put together with what is there", () => {
    const text = "// ... existing code ...\n\nfunction f() {\n  log();\n  return a;\n}\n\n// … rest of the file\n";
    assert.equal(made(text), file.replace("  return a;", "  log();\n  return a;"));
  });

  it("is refused where a part has no place", () => {
    assert.equal(made("// ... existing code ...\nfunction h() {}\n"), null);
  });
});

describe("any text of a model", () => {
  const piece = fc.constantFrom(
    ...[
      "<<<<<<< SEARCH\n",
      "------- SEARCH\n",
      "=======\n",
      ">>>>>>> REPLACE\n",
      "+++++++ REPLACE\n",
      "```bash\n",
      "```\n",
      "a.ts\n",
    ],
    ...[
      "*** Begin Patch\n",
      "*** Update File: a\n",
      "*** End Patch\n",
      "*** Move to: b\n",
      "*** End of File\n",
      "@@\n",
      "@@ x\n",
      "@@ -1,2 +1 @@\n",
    ],
    ...[
      "--- a\n",
      "+++ b\n",
      "+x\n",
      "-y\n",
      " z\n",
      "\\ No newline\n",
      "// ... existing code ...\n",
      "\r\n",
      "text",
      "\n",
    ],
  );
  const readers: readonly ((text: string) => ParsedEdits)[] = [
    (text) => readSearchReplace(text, { spelling: "aider" }),
    (text) => readSearchReplace(text, { spelling: "cline" }),
    (text) => readSearchReplace(text, { spelling: "roo" }, "a.ts"),
    (text) => readUnifiedDiff(text),
    (text) => readApplyPatch(text),
    (text) => readWholeFile(text, "a.ts"),
    (text) => readLazyEdit(text, "x\ny\nz\n", null),
    (text) => readFindReplace({ old_string: text, new_string: "x" }, null),
  ];

  it("is read without throwing, and what is read can be tried", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 14 }), (pieces) => {
        for (const read of readers) {
          const parsed = read(pieces.join(""));
          if (parsed.ok) for (const edit of parsed.edits) applyEdit("x\ny\nz\ntext\n", edit);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("costs little, however it is made", () => {
    const size = 300_000;
    for (const unit of [
      "<<<<<<< SEARCH\n",
      "=",
      "<",
      " ",
      "\n",
      "```",
      "*",
      "@@ \n",
      "-\n",
      "--- a\n+++ b\n",
      "#",
      ":",
      "... ",
      "a b\n",
    ]) {
      const text = unit.repeat(size / unit.length);
      for (const read of readers) {
        const startedAt = performance.now();
        const parsed = read(text);
        if (parsed.ok)
          for (const edit of parsed.edits.slice(0, 3))
            if (edit.kind !== "change" || edit.blocks.length < 10) applyEdit(text, edit);
        assert.ok(performance.now() - startedAt < 5000, JSON.stringify(unit));
      }
    }
  }).timeout(60_000);
});
