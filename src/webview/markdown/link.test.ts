import assert from "node:assert/strict";
import { allowedLink, resolveReferences } from "./link.ts";

describe("link policy", () => {
  it("allows https", () => {
    assert.equal(allowedLink("https://example.org/a?b#c"), "https://example.org/a?b#c");
    assert.equal(allowedLink("HTTPS://Example.org"), "https://example.org/");
  });

  for (const href of [
    "http://example.org",
    "command:workbench.action.terminal.new",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vscode://file/etc/passwd",
    "file:///etc/passwd",
    "//example.org",
    "/etc/passwd",
    "mailto:a@example.org",
    "https:example.org",
    "https://trusted.example@evil.example/",
    "https://user:password@example.org/",
    "https://",
    "",
  ]) {
    it(`refuses ${JSON.stringify(href)}`, () => assert.equal(allowedLink(href), null));
  }
});

describe("character references", () => {
  it("resolves numbers and common names, and leaves the rest as written", () => {
    assert.equal(
      resolveReferences("a &lt; b &amp;&#38; c&#x41; &unknown; &#0; AT&T;"),
      "a < b && cA &unknown; &#0; AT&T;",
    );
  });
});
