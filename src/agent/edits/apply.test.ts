import assert from "node:assert/strict";
import fc from "fast-check";
import { applyEdit } from "./apply.ts";
import type { FileEdit, ParsedEdits } from "./edit.ts";
import { readApplyPatch } from "./formats/apply-patch.ts";
import { replaceBlock } from "./formats/block.ts";
import { readFindReplace } from "./formats/find-replace.ts";
import { readSearchReplace } from "./formats/search-replace.ts";
import { readUnifiedDiff } from "./formats/unified-diff.ts";
import { readWholeFile } from "./formats/whole-file.ts";
import { splitLines } from "./text-lines.ts";

const replacing = (search: readonly string[], replace: readonly string[], line: number | null = null): FileEdit => ({
  ...{ kind: "change", path: "a.ts", moveTo: null, blocks: [replaceBlock(search, replace, { line })] },
  ...{ inOrder: false, emptySearch: "refuse", finalNewline: "keep" },
});

const first = (parsed: ParsedEdits): FileEdit => {
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.hint);
  const [edit] = parsed.edits;
  assert.ok(edit);
  return edit;
};

const textAfter = (original: string | null, edit: FileEdit): string | null => {
  const applied = applyEdit(original, edit);
  assert.ok(applied.ok, applied.ok ? "" : `${applied.code}: ${applied.hint}`);
  return applied.text;
};

const refused = (original: string | null, edit: FileEdit) => {
  const applied = applyEdit(original, edit);
  assert.ok(!applied.ok, `made ${JSON.stringify(applied)}`);
  return applied;
};

describe("making an edit of lines", () => {
  it("forgives spaces at line ends, and leaves those of lines that do not change", () => {
    assert.equal(textAfter("a  \nb\t\nc\n", replacing(["a", "b"], ["a", "B"])), "a  \nB\nc\n");
  });

  it("writes new lines with the file's indentation", () => {
    assert.equal(
      textAfter(
        "class A {\n\tf() {\n\t\treturn 1;\n\t}\n}\n",
        replacing(["f() {", "    return 1;"], ["f() {", "    if (x)", "        y();", "    return 2;"]),
      ),
      "class A {\n\tf() {\n\t\tif (x)\n\t\t\ty();\n\t\treturn 2;\n\t}\n}\n",
    );
    assert.equal(
      textAfter("if a:\n  b()\n", replacing(["    if a:", "        b()"], ["    if a:", "        c()", "    d()"])),
      "if a:\n  c()\nd()\n",
    );
  });

  it("refuses where the indentation cannot be known", () => {
    const { code, hint } = refused(
      "  if a:\n    b()\n      c()\n",
      replacing(["if a:", "b()", "c()"], ["if a:", "b()", "d()"]),
    );
    assert.equal(code, "indentation");
    assert.match(hint, /^ {6}c\(\)$/m);
  });

  it("forgives typographic quotes and spacing within lines", () => {
    assert.equal(textAfter("say(\u201Chello\u201D,  1)\n", replacing(['say("hello", 1)'], ["say(2)"])), "say(2)\n");
  });

  it("forgives a few characters among lines that are the same, and only there", () => {
    const file = "function total(items) {\n  const sums = items.map(price);\n  return sums.reduce(add);\n}\n";
    const search = ["function total(items) {", "  const sum = items.map(price);", "  return sums.reduce(add);", "}"];
    assert.match(textAfter(file, replacing(search, ["gone"])) ?? "", /^gone\n$/);
    assert.equal(refused(file, replacing(["  const sum = items.map(price);"], ["gone"])).code, "not-found");
    assert.equal(applyEdit(file, replacing(search, ["gone"]), { threshold: 1 }).ok, false);
  });

  it("refuses likeness that fits two places", () => {
    const part = (name: string): string => `start(${name})\n  work(with, ${name}, and, more)\nstop()\n`;
    const search = ["start(one)", "  work(with, onx, and, more)", "stop()"];
    assert.equal(refused(part("one") + part("one"), replacing(search, ["x"])).code, "ambiguous");
    assert.equal(textAfter(part("one") + part("elsewhere"), replacing(search, ["x"])), `x\n${part("elsewhere")}`);
  });

  it("says where the lines might be", () => {
    const file = Array.from({ length: 30 }, (_, at) => `line of number ${at + 1}`).join("\n");
    const { code, hint } = refused(
      file.replace("number 20", "the total amount"),
      replacing(["const total = amount();"], ["x"]),
    );
    assert.equal(code, "not-found");
    assert.match(hint, /^20 \| line of the total amount$/m);
    assert.match(refused("", replacing(["a"], ["b"])).hint, /empty/);
  });

  it("takes a line number where places are equal, when it is clear which it means", () => {
    const file = "a\nx\nb\nx\nc\n";
    assert.equal(textAfter(file, replacing(["x"], ["y"], 4)), "a\nx\nb\ny\nc\n");
    assert.equal(refused(file, replacing(["x"], ["y"], 3)).code, "ambiguous");
    assert.equal(refused(file, replacing(["x"], ["y"])).code, "ambiguous");
  });

  it("drops blank lines and line numbers that a model put around the lines", () => {
    assert.equal(textAfter("a\nb\n", replacing(["", "b"], ["", "c"])), "a\nc\n");
    assert.equal(textAfter("a\nb\n", replacing(["2 | b"], ["2 | c"])), "a\nc\n");
  });

  it("makes all blocks or none", () => {
    const text =
      "f.ts\n<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n<<<<<<< SEARCH\nzebra\n=======\ny\n>>>>>>> REPLACE\n";
    const { code, hint } = refused("a\n", first(readSearchReplace(text, { spelling: "aider" })));
    assert.equal(code, "not-found");
    assert.match(hint, /^Block 2: /);
  });

  it("refuses an edit that changes nothing, an empty search, and a file that is not there", () => {
    assert.equal(refused("a\n", replacing(["a"], ["a"])).code, "no-change");
    assert.equal(refused("a\n", replacing([], ["b"])).code, "empty-search");
    assert.equal(refused(null, replacing(["a"], ["b"])).code, "file-missing");
    assert.equal(textAfter(null, replacing([], ["b"])), "b\n");
  });
});

describe("making an edit of text", () => {
  const replace = (search: string, fresh: string, all = false): FileEdit =>
    first(readFindReplace({ old_string: search, new_string: fresh, replace_all: all }, null));

  it("works within lines and takes nothing as a pattern", () => {
    assert.equal(textAfter("cost(a$b)", replace("(a$b)", "($&)")), "cost($&)");
    assert.equal(textAfter("x y x", replace("x", "z", true)), "z y z");
  });

  it("refuses what stands more than once, also overlapping itself", () => {
    assert.match(refused("x\nx\n", replace("x", "y")).hint, /lines 1, 2/);
    assert.equal(refused("aaa", replace("aa", "b")).code, "ambiguous");
  });

  it("finds text with other line breaks and other white space", () => {
    assert.equal(textAfter("a\r\nb\r\nc\r\n", replace("a\nb", "1\n2")), "1\r\n2\r\nc\r\n");
    assert.equal(textAfter("if (a) {\n  call(b);\n}\n", replace("if (a) { call(b); }", "call(c);")), "call(c);\n");
    assert.equal(refused("prefix_call(b, c)\n", replace("call( b,c )", "x")).code, "not-found");
  });

  it("takes lines away with their break, and leaves a line empty without it", () => {
    assert.equal(textAfter("a\n  b\nc\n", replace("b\n", "")), "a\n  c\n");
    assert.equal(textAfter("a\n\tb\nc\n", replace("  b\nc\n", "")), "a\n");
  });
});

describe("making an edit of a diff or a patch", () => {
  it("trusts lines, not numbers", () => {
    const diff = "--- a/x\n+++ b/x\n@@ -90,3 +90,4 @@\n one\n-two\n+2\n+2.5\n three\n";
    assert.equal(textAfter("zero\none\ntwo\nthree\n", first(readUnifiedDiff(diff))), "zero\none\n2\n2.5\nthree\n");
  });

  it("leaves lines around a change as they are", () => {
    const diff = "@@ @@\n \u201Ca\u201D\n-b\n+c\n".replaceAll(/[\u201C\u201D]/g, '"');
    assert.equal(textAfter("\u201Ca\u201D  \nb\n", first(readUnifiedDiff(diff))), "\u201Ca\u201D  \nc\n");
  });

  it("tells equal places apart by their order and by the line after @@", () => {
    const patch = (lines: string): FileEdit =>
      first(readApplyPatch(`*** Begin Patch\n*** Update File: f\n${lines}\n*** End Patch`));
    const file = "def a():\n    pass\ndef b():\n    pass\n";
    assert.equal(refused(file, patch("@@\n-    pass\n+    return")).code, "ambiguous");
    assert.equal(
      textAfter(file, patch("@@ def b():\n-    pass\n+    return")),
      "def a():\n    pass\ndef b():\n    return\n",
    );
    assert.equal(
      textAfter(file, patch("@@\n def a():\n-    pass\n+    1\n@@\n-    pass\n+    2")),
      "def a():\n    1\ndef b():\n    2\n",
    );
    assert.equal(refused(file, patch("@@ def c():\n-    pass\n+    1")).code, "not-found");
    assert.equal(
      textAfter(file, patch("@@ def a():\n+    # why")),
      "def a():\n    # why\n    pass\ndef b():\n    pass\n",
    );
    assert.equal(textAfter("x\nx\n", patch("@@\n-x\n+y\n*** End of File")), "x\ny\n");
  });

  it("ends the last line, unless the diff says that it has no break", () => {
    assert.equal(textAfter("a\nb", first(readUnifiedDiff("@@ @@\n a\n-b\n+c\n"))), "a\nc\n");
    assert.equal(
      textAfter("a\nb", first(readUnifiedDiff("@@ @@\n a\n-b\n+c\n\\ No newline at end of file\n"))),
      "a\nc",
    );
  });

  it("adds and deletes files", () => {
    const edits = readApplyPatch("*** Begin Patch\n*** Add File: a\n+1\n*** Delete File: b\n*** End Patch");
    assert.ok(edits.ok && edits.edits[0] && edits.edits[1]);
    assert.equal(textAfter(null, edits.edits[0]), "1\n");
    assert.equal(textAfter("x", edits.edits[1]), null);
    assert.equal(refused(null, edits.edits[1]).code, "file-missing");
    assert.equal(first(readUnifiedDiff("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n")).kind, "delete");
  });
});

describe("writing a whole file", () => {
  it("keeps the mark and the line endings of the file", () => {
    assert.equal(
      textAfter("\uFEFFa\r\nb\r\n", first(readWholeFile("f.ts\n```ts\nc\nd\n```\n", "f.ts"))),
      "\uFEFFc\r\nd\r\n",
    );
  });
});

// Few different words, so that the same lines come up often.
const word = fc.constantFrom("a", "b", "if x", "}", "", " a", "\tb", "a ", "“q”", "a\rb", "…");
const ending = fc.constantFrom("\n", "\r\n");
const file = fc
  .tuple(fc.constantFrom("", "\uFEFF"), fc.array(fc.tuple(word, ending), { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([mark, lines, ended]) => {
    const text = lines.map(([line, end]) => line + end).join("");
    return mark + (ended ? text : text.replace(/\r?\n$/, ""));
  })
  .filter((text) => text.length > 1);
const fresh = fc.array(fc.constantFrom("new", "  new()", "", "a", "}"), { maxLength: 4 });
const region = fc.record({
  text: file,
  at: fc.nat(),
  length: fc.integer({ min: 1, max: 4 }),
  replace: fc.array(fc.constantFrom("new", "  new()", "a", "}"), { minLength: 1, maxLength: 4 }),
});

const cut = ({ text, at, length }: { text: string; at: number; length: number }) => {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lines = splitLines(text.slice(mark.length));
  const from = lines.length === 0 ? 0 : at % lines.length;
  const join = (part: typeof lines): string => part.map((line) => line.text + line.ending).join("");
  const found = lines.slice(from, from + length);
  return { before: mark + join(lines.slice(0, from)), found, after: join(lines.slice(from + length)), lines };
};

describe("any edit of any text", () => {
  it("changes only the lines that were found, byte for byte", () => {
    fc.assert(
      fc.property(region, ({ replace, ...where }) => {
        const { before, found, after } = cut(where);
        const applied = applyEdit(
          where.text,
          replacing(
            found.map(({ text }) => text),
            replace,
          ),
        );
        if (!applied.ok || applied.text === null) return;
        assert.ok(applied.text.startsWith(before) && applied.text.endsWith(after));
        const made = splitLines(applied.text.slice(before.length, applied.text.length - after.length));
        assert.deepEqual(
          made.map(({ text }) => text),
          replace,
        );
        assert.equal(made.at(-1)?.ending === "", after === "" && !where.text.endsWith("\n"));
      }),
      { numRuns: 500 },
    );
  });

  it("is undone byte for byte by the reverse edit where the file has one kind of line ending", () => {
    fc.assert(
      fc.property(region, ending, ({ replace, ...where }, kind) => {
        const text = where.text.replaceAll(/\r?\n/g, kind);
        const { found } = cut({ ...where, text });
        const search = found.map((line) => line.text);
        const applied = applyEdit(text, replacing(search, replace));
        // Without a line break left in it, the file no longer says which kind it has.
        if (!applied.ok || !applied.text?.includes(kind)) return;
        const undone = applyEdit(applied.text, replacing(replace, search));
        if (undone.ok) assert.equal(undone.text, text);
        else assert.ok(["ambiguous", "empty-search"].includes(undone.code), undone.code);
      }),
      { numRuns: 500 },
    );
  });

  it("is never made where the same lines stand twice", () => {
    fc.assert(
      fc.property(region, ({ replace, ...where }) => {
        const { found, lines } = cut(where);
        const search = found.map(({ text }) => text);
        const same = lines.filter((_, at) => search.every((line, below) => lines[at + below]?.text === line)).length;
        const applied = applyEdit(where.text, replacing(search, replace));
        if (same > 1) assert.ok(!applied.ok && ["ambiguous", "no-change"].includes(applied.code));
        else if (search.join() !== replace.join()) assert.ok(applied.ok, applied.ok ? "" : applied.hint);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps mark, line endings and the missing last break of a file that is only added to", () => {
    fc.assert(
      fc.property(region, ({ replace, ...where }) => {
        const { found, before, after } = cut(where);
        const search = found.map(({ text }) => text);
        const applied = applyEdit(where.text, replacing(search, [...search, ...replace]));
        if (!applied.ok || applied.text === null) return;
        assert.ok(applied.text.startsWith(before) && applied.text.endsWith(after));
        assert.equal(applied.text.endsWith("\n"), where.text.endsWith("\n"));
      }),
      { numRuns: 300 },
    );
  });

  it("ends in a value for any search and any replacement", () => {
    fc.assert(
      fc.property(file, fresh, fresh, fc.option(fc.nat(20)), (text, search, replace, line) => {
        assert.equal(typeof applyEdit(text, replacing(search, replace, line)).ok, "boolean");
        assert.equal(typeof applyEdit(text, replacingText(search.join("\n"), replace.join("\n"))).ok, "boolean");
      }),
      { numRuns: 500 },
    );
  });
});

const replacingText = (search: string, replace: string): FileEdit =>
  search === replace
    ? replacing(["a"], ["b"])
    : first(readFindReplace({ old_string: search, new_string: replace }, null));
