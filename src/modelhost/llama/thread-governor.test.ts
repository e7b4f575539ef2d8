import { strict as assert } from "node:assert";
import fc from "fast-check";
import { createThreadGovernor } from "./thread-governor.ts";

interface ToyMachine {
  readonly cores: number;
  readonly busy: number;
}

/** How a model's speed depends on threads: `spread` of a token's work divides by them, `syncMs` is lost to their waiting. */
interface Speed {
  readonly name: string;
  readonly oneThread: number;
  readonly spread: number;
  readonly syncMs: number;
  /** What is left of the speed with more threads than free cores. */
  readonly collapse: number;
}

// Figures of this order were measured with node-llama-cpp on two cores.
const half: Speed = { name: "0.5B", oneThread: 23.9, spread: 0.4, syncMs: 4, collapse: 0.35 };
const pooled: Speed = { name: "0.5B, threads kept", oneThread: 23.9, spread: 0.78, syncMs: 0.2, collapse: 0.3 };
const tiny: Speed = { name: "4M", oneThread: 1050, spread: 0, syncMs: 12, collapse: 0.1 };
const seven: Speed = { name: "7B", oneThread: 3, spread: 0.85, syncMs: 1, collapse: 0.3 };
const speeds = [half, pooled, tiny, seven];

/** Milliseconds of one token, without noise. */
const tokenMs = ({ oneThread, spread, syncMs, collapse }: Speed, { cores, busy }: ToyMachine, threads: number) => {
  const ms = (1000 / oneThread) * (1 - spread + spread / threads) + (threads > 1 ? syncMs : 0);
  return threads > Math.max(1, cores - busy) ? ms / collapse : ms;
};

const best = (speed: Speed, machine: ToyMachine): number =>
  Math.min(...Array.from({ length: machine.cores }, (_, index) => tokenMs(speed, machine, index + 1)));

/** 0..1, the same for the same seed (mulberry32). */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/**
 * Generates for `ms` and returns the share of the best speed that was reached. Times are up to 17 % longer or shorter, a
 * standard deviation of 10 %. Tiny models report several tokens at once.
 */
const generate = (
  governor: ReturnType<typeof createThreadGovernor>,
  work: { speed: Speed; machine: ToyMachine; ms: number },
  random: () => number,
): number => {
  const least = best(work.speed, work.machine);
  let spent = 0;
  let needed = 0;
  while (spent < work.ms) {
    const one = tokenMs(work.speed, work.machine, governor.threads);
    const tokens = Math.max(1, Math.floor(8 / one));
    const took = tokens * one * (1 + 0.17 * (2 * random() - 1));
    governor.measured(tokens, took);
    spent += took;
    needed += tokens * least;
  }
  return needed / spent;
};

/** The mean over several seeds: one run is a matter of luck with the noise. */
const meanShare = (run: (random: () => number) => number): number => {
  const seeds = Array.from({ length: 6 }, (_, index) => index + 1);
  return seeds.reduce((sum, seed) => sum + run(seeded(seed)), 0) / seeds.length;
};

const minute = 60_000;

describe("thread governor", () => {
  for (const speed of speeds)
    for (const cores of [1, 2, 4, 8, 16]) {
      it(`keeps 97 % of the best for ${speed.name} on ${cores} quiet cores, once it has measured`, () => {
        const share = meanShare((random) => {
          const governor = createThreadGovernor({ cores });
          const work = { speed, machine: { cores, busy: 0 } };
          generate(governor, { ...work, ms: 15_000 }, random);
          return generate(governor, { ...work, ms: minute }, random);
        });
        assert.ok(share >= 0.97, `${share}`);
      });

      it(`keeps 90 % from the first token on for ${speed.name} on ${cores} quiet cores`, () => {
        const work = { speed, machine: { cores, busy: 0 }, ms: minute };
        const share = meanShare((random) => generate(createThreadGovernor({ cores }), work, random));
        assert.ok(share >= 0.9, `${share}`);
      });
    }

  for (const speed of speeds)
    for (const cores of [2, 4, 8]) {
      it(`keeps 80 % of the best for ${speed.name} on ${cores} cores with one busy`, () => {
        const work = { speed, machine: { cores, busy: 1 }, ms: minute };
        const share = meanShare((random) => generate(createThreadGovernor({ cores }), work, random));
        assert.ok(share >= 0.8, `${share}`);
      });

      it(`keeps 80 % for ${speed.name} on ${cores} cores while a load comes and goes every 20 s`, () => {
        const share = meanShare((random) => {
          const governor = createThreadGovernor({ cores });
          const phases = [0, 1, 0, 1, 0, 1].map((busy) =>
            generate(governor, { speed, machine: { cores, busy }, ms: 20_000 }, random),
          );
          return phases.reduce((sum, phase) => sum + phase, 0) / phases.length;
        });
        assert.ok(share >= 0.8, `${share}`);
      });
    }

  it("begins in the middle", () => {
    assert.deepEqual(
      [1, 2, 3, 8, 16].map((cores) => createThreadGovernor({ cores }).threads),
      [1, 1, 1, 4, 8],
    );
  });

  it("finds the one thread of a tiny model within two seconds, from wherever it begins", () => {
    const governor = createThreadGovernor({ cores: 16 });
    let spent = 0;
    while (governor.threads !== 1) {
      const took = tokenMs(tiny, { cores: 16, busy: 0 }, governor.threads);
      governor.measured(1, took);
      spent += took;
      assert.ok(spent < 2000);
    }
  });

  it("leaves a collapse after one token, or after two when it is milder", () => {
    for (const { slower, tokens } of [
      { slower: 10, tokens: 1 },
      { slower: 3, tokens: 2 },
    ]) {
      const machine = { cores: 2, busy: 0 };
      const governor = createThreadGovernor({ cores: 2 });
      generate(governor, { speed: pooled, machine, ms: 5000 }, () => 0.5);
      assert.equal(governor.threads, 2);
      for (let token = 0; token < tokens; token++) {
        assert.equal(governor.threads, 2);
        governor.measured(1, slower * best(pooled, machine));
      }
      assert.equal(governor.threads, 1);
    }
  });

  it("returns to more threads when the load has gone, within 40 s of generating", () => {
    const governor = createThreadGovernor({ cores: 2 });
    const random = seeded(7);
    generate(governor, { speed: pooled, machine: { cores: 2, busy: 1 }, ms: 5 * minute }, random);
    assert.equal(governor.threads, 1);
    generate(governor, { speed: pooled, machine: { cores: 2, busy: 0 }, ms: 40_000 }, random);
    assert.equal(governor.threads, 2);
  });

  it("stays between one and all cores, returns what it says, and repeats itself, whatever is measured", () => {
    const measurements = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.double({ min: 0, max: 1e5, noNaN: true })));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), measurements, (cores, values) => {
        const one = createThreadGovernor({ cores });
        const other = createThreadGovernor({ cores });
        for (const [tokens, ms] of values) {
          const next = one.measured(tokens, ms);
          assert.equal(next, one.threads);
          assert.equal(next, other.measured(tokens, ms));
          assert.ok(Number.isInteger(next) && next >= 1 && next <= cores);
        }
      }),
      { seed: 1 },
    );
  });
});
