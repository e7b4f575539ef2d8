import assert from "node:assert/strict";
import fc from "fast-check";
import { isPublicAddress } from "./net-address.ts";

describe("a public address", () => {
  it("is one of the internet", () => {
    for (const address of ["8.8.8.8", "93.184.216.34", "172.32.0.1", "11.0.0.1", "2606:4700::1111", "2a00:1450::1"])
      assert.equal(isPublicAddress(address), true, address);
  });

  it("is no name, and no address of an interface", () => {
    for (const text of ["localhost", "example.com", "", "8.8.8.8:80", "[2606:4700::1111]", "2606:4700::1111%eth0"])
      assert.equal(isPublicAddress(text), false, text);
  });

  it("is never IPv4 in the clothes of IPv6", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        const four = bytes.join(".");
        for (const prefix of ["::", "::ffff:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"])
          assert.equal(isPublicAddress(prefix + four), false, prefix + four);
      }),
    );
  });
});
