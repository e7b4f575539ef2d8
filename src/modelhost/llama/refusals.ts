import type { HostFailure } from "../../protocol/model-host.ts";

interface Refused {
  readonly ok: false;
  readonly failure: HostFailure;
}

/** `ability` is what was asked for, or why it is impossible. */
export const notSupported = (name: string, ability: string): Refused => ({
  ok: false,
  failure: { code: "not-supported", detail: { name, ability } },
});

/** Work for a model that is on its way out of memory. */
export const unloaded: Refused = { ok: false, failure: { code: "model-unloaded", detail: {} } };
