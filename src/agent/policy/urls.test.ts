import assert from "node:assert/strict";
import { decideUrl, type UrlRequest } from "./urls.ts";

const decide = (url: string, more: Partial<UrlRequest> = {}): string => {
  const lookups = { "ok.example": [["93.184.216.34"]], "turns.example": [["93.184.216.34"], ["10.0.0.1"]] };
  return decideUrl({ url, redirects: [], lookups, webEnabled: true, ...more }).decision;
};

describe("policy of addresses", () => {
  it("asks with every public address", () => {
    for (const url of ["https://ok.example/a?b", "http://OK.example./", "https://8.8.8.8"])
      assert.equal(decide(url), "ask");
    assert.equal(decide("https://ok.example", { redirects: ["/a"] }), "ask");
  });

  it("refuses this machine and its network in every spelling", () => {
    const hosts = [
      ...[
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:7f00:1]",
        "①②⑦.0.0.1",
        "localhost",
        "a.localhost.",
      ],
      ...[
        "0",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "router.lan",
        "intranet",
        "100.64.0.1",
        "unknown.example",
      ],
      ...["turns.example", "[64:ff9b::7f00:1]", "metadata.google.internal"],
    ];
    for (const host of hosts) {
      assert.equal(decide(`http://${host}/`), "deny", host);
      assert.equal(decide("http://ok.example", { redirects: [`http://${host}/`] }), "deny", host);
    }
  });

  it("refuses what is no plain address of the web", () => {
    const wrong = [
      "file:///a",
      "ftp://ok.example",
      "https://a:b@ok.example",
      "https://@ok.example",
      "//ok.example",
      "ok.example",
      "",
    ];
    for (const url of [...wrong, "https://ok.example\\@a", "http:ok.example", "javascript:1", "http://ok.example\n"])
      assert.equal(decide(url), "deny", url);
    assert.equal(decide("https://ok.example", { redirects: ["http://ok.example"] }), "deny");
    assert.equal(decide("https://ok.example", { redirects: Array(6).fill("https://ok.example") }), "deny");
    assert.equal(decide("https://ok.example", { webEnabled: false }), "deny");
    assert.equal(decide("http://__proto__/"), "deny");
  });
});
