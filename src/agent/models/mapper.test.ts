import assert from "node:assert/strict";
import fc from "fast-check";
import { Abilities, type CapabilityCard } from "../../protocol/capability-card.ts";
import { RoleName } from "../../protocol/profile.ts";
import { mapRole } from "./mapper.ts";
import type { Candidate, MapOptions } from "./mapper-candidate.ts";
import { mapChains } from "./mapper-chains.ts";
import { roleNeeds } from "./role-needs.ts";

const abilityNames = Object.keys(Abilities.shape) as (keyof Abilities)[]; // Object.keys forgets the literal keys
const allAt = (share: number | null): Abilities =>
  Object.fromEntries(abilityNames.map((name) => [name, share])) as Abilities; // one entry per key

const cardOf = (scores: Abilities, tokensPerSecond = 10): CapabilityCard => ({
  version: 1,
  fingerprint: "f",
  model: "m",
  machine: "here",
  measuredAt: 0,
  threads: 1,
  promptTokensPerSecond: 50,
  tokensPerSecond,
  firstTokenMs: 100,
  scores,
  grammarFromReality: null,
});

const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  name: id,
  aliases: [],
  abilities: { chat: true, infill: false, embed: false, rank: false },
  contextSize: 32_768,
  parameters: 7e9,
  needBytes: 5e9,
  server: false,
  madeFor: [],
  starter: false,
  priors: null,
  card: null,
  ...more,
});
const starter = candidate("starter.gguf", {
  starter: true,
  aliases: ["starter"],
  parameters: 1e6,
  needBytes: 1e7,
  contextSize: 512,
});

const options = (more: Partial<MapOptions["profile"]> = {}, memoryBudgetBytes = 12e9): MapOptions => ({
  memoryBudgetBytes,
  profile: { models: {}, prefer: "best", ...more },
});
const idsOf = (chain: readonly { id: string }[]): string[] => chain.map(({ id }) => id);

const shares = fc.double({ min: 0, max: 1, noNaN: true });
const abilities = fc.record(
  Object.fromEntries(abilityNames.map((name) => [name, fc.option(shares)])) as Record<
    // one entry per key
    keyof Abilities,
    fc.Arbitrary<number | null>
  >,
);
const someCandidate = fc.record({
  abilities: fc.record({ chat: fc.boolean(), infill: fc.boolean(), embed: fc.boolean(), rank: fc.boolean() }),
  contextSize: fc.option(fc.integer({ min: 256, max: 131_072 })),
  parameters: fc.option(fc.integer({ min: 1e8, max: 1e11 })),
  needBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1e8, max: 5e10 })),
  priors: fc.option(abilities),
  card: fc.option(fc.tuple(abilities, fc.double({ min: 0, max: 300, noNaN: true })).map((of) => cardOf(...of))),
});
const someCandidates = fc
  .array(someCandidate, { maxLength: 8 })
  .map((all) => [...all.map((one, index) => candidate(`model-${index}`, one)), starter]);
const someRole = fc.constantFrom(...RoleName.options);
const someOptions = fc.record({
  memoryBudgetBytes: fc.integer({ min: 0, max: 4e10 }),
  profile: fc.record({
    models: fc.dictionary(
      fc.constantFrom(...RoleName.options),
      fc.array(fc.constantFrom("model-0", "model-3", "gone", "starter")),
    ),
    prefer: fc.constantFrom("best" as const, "smallest" as const),
  }),
});

describe("mapper", () => {
  it("ranks by what the role needs, measured before expected before guessed", () => {
    const coder = candidate("coder", { priors: { ...allAt(0.5), code: 0.9 } });
    const talker = candidate("talker", { priors: { ...allAt(0.5), general: 0.9, code: 0.3 } });
    const all = [talker, coder, starter];
    assert.deepEqual(idsOf(mapRole("coder", all, options())), ["coder", "talker", "starter.gguf"]);
    assert.deepEqual(idsOf(mapRole("answerer", all, options())), ["talker", "coder", "starter.gguf"]);

    const better = { ...talker, card: cardOf({ ...allAt(null), code: 1, edit: 1 }) };
    const worse = { ...coder, card: cardOf({ ...allAt(null), code: 0, edit: 0.2 }) };
    assert.equal(mapRole("coder", [worse, better, starter], options())[0]?.id, "talker");
  });

  it("guesses from size and name", () => {
    const all = [
      candidate("tiny-chat-0.5b", { parameters: null, needBytes: 0 }),
      candidate("chat-8b", { parameters: null, needBytes: 0 }),
      candidate("coder-7b", { parameters: null, needBytes: 0 }),
      starter,
    ];
    assert.deepEqual(idsOf(mapRole("coder", all, options())).slice(0, 3), ["coder-7b", "chat-8b", "tiny-chat-0.5b"]);
    assert.equal(mapRole("answerer", all, options())[0]?.id, "chat-8b");
  });

  it("puts what is too short or too large behind what fits", () => {
    const all = [
      candidate("huge", { needBytes: 40e9, priors: allAt(1) }),
      candidate("short", { contextSize: 4096, priors: allAt(0.9) }),
      candidate("good", { priors: allAt(0.2) }),
      starter,
    ];
    const chain = mapRole("coder", all, options());
    assert.deepEqual(
      chain.map(({ id, standing }) => [id, standing]),
      [
        ["good", "fits"],
        ["short", "short-context"],
        ["huge", "exceeds"],
        ["starter.gguf", "starter"],
      ],
    );
  });

  it("prefers of equals the one that the catalogue names for the role", () => {
    const all = [candidate("a"), candidate("b", { madeFor: ["mathematician"] }), starter];
    assert.equal(mapRole("mathematician", all, options())[0]?.id, "b");
    assert.equal(mapRole("coder", all, options())[0]?.id, "a");
  });

  it("prefers the smaller of two for a profile that saves memory", () => {
    const all = [
      candidate("large", { needBytes: 9e9, priors: allAt(0.7) }),
      candidate("small", { needBytes: 2e9, priors: allAt(0.55) }),
      starter,
    ];
    assert.equal(mapRole("coder", all, options())[0]?.id, "large");
    assert.equal(mapRole("coder", all, options({ prefer: "smallest" }))[0]?.id, "small");
  });

  it("follows the profile by id, catalogue id or file name, and ends at the starter", () => {
    const all = [candidate("a"), candidate("b", { aliases: ["catalogue-b", "b.gguf"] }), candidate("c"), starter];
    const first = (names: string[]) => idsOf(mapRole("coder", all, options({ models: { coder: names } })));
    assert.deepEqual(first(["gone", "b.gguf", "c"]), ["b", "c", "a", "starter.gguf"]);
    assert.equal(first(["catalogue-b"])[0], "b");
    assert.deepEqual(first(["c", "starter", "a"]), ["c", "starter.gguf"]);
    const [only] = mapRole("coder", all, options({ models: { coder: ["starter"] } }));
    assert.deepEqual([only?.standing, only?.why[0]], ["starter", "Chosen for this role in the profile."]);
  });

  it("has models of servers only where the profile names them for the role", () => {
    const server = candidate("engine:team/coder", { server: true, needBytes: 0, card: cardOf(allAt(1)) });
    const local = candidate("local.gguf", { card: cardOf(allAt(0.1)) });
    const all = [server, local, starter];
    const named = options({ models: { coder: [server.id] } });
    assert.deepEqual(idsOf(mapRole("answerer", all, options())), ["local.gguf", "starter.gguf"]);
    assert.deepEqual(idsOf(mapRole("answerer", all, named)), ["local.gguf", "starter.gguf"]);
    assert.deepEqual(idsOf(mapRole("coder", all, named)), ["engine:team/coder", "local.gguf", "starter.gguf"]);
  });

  it("says why in words", () => {
    const measured = candidate("m", { card: cardOf({ ...allAt(null), code: 0.8 }, 12.34) });
    const [first, last] = mapRole("coder", [measured, starter], options());
    assert.deepEqual(first?.why, [
      "code: 80 % measured here.",
      "edits: about 59 %, guessed from its size and name.",
      "12.3 tokens per second here.",
      "Needs 5.0 GB of 12.0 GB of memory.",
    ]);
    assert.deepEqual(last?.why, ["Comes with Trivium and is always there."]);
  });

  it("leaves roles that need more than chat empty when nothing can do them", () => {
    const embedder = candidate("e", { abilities: { chat: false, infill: false, embed: true, rank: false } });
    const all = [candidate("a"), embedder, starter];
    assert.deepEqual(idsOf(mapRole("embedder", all, options())), ["e"]);
    assert.deepEqual(mapRole("ranker", all, options()), []);
    assert.deepEqual(mapRole("completer", all, options()), []);
  });

  describe("whatever models there are", () => {
    it("does not depend on their order", () => {
      fc.assert(
        fc.property(
          someRole,
          someCandidates.chain((all) =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
          ),
          someOptions,
          (role, [all, shuffled], given) => assert.deepEqual(mapRole(role, all, given), mapRole(role, shuffled, given)),
        ),
      );
    });

    it("ends every chain of a chatting role at the starter, names no model twice, and has only models that can", () => {
      fc.assert(
        fc.property(someRole, someCandidates, someOptions, (role, all, given) => {
          const chain = mapRole(role, all, given);
          const { ability } = roleNeeds[role];
          const ids = idsOf(chain);
          assert.equal(new Set(ids).size, ids.length);
          if (ability === "chat") assert.equal(ids.at(-1), starter.id);
          for (const id of ids) assert.ok(all.find((one) => one.id === id)?.abilities[ability]);
          for (const { score, why } of chain) assert.ok(Number.isFinite(score) && why.length > 0);
        }),
      );
    });

    it("never ranks a model that is better at everything below one that is otherwise equal", () => {
      fc.assert(
        fc.property(
          someRole.filter((role) => roleNeeds[role].ability === "chat"),
          someCandidate,
          shares,
          shares,
          someOptions,
          (role, one, a, b, { memoryBudgetBytes, profile: { prefer } }) => {
            const able = { ...one, abilities: { chat: true, infill: false, embed: false, rank: false } };
            const [low, high] = [Math.min(a, b), Math.max(a, b)];
            fc.pre(high > low + 1e-6);
            // The better one has the later id, so that a tie would be seen.
            const pair = [
              candidate("a-low", { ...able, name: "x", card: cardOf(allAt(low)) }),
              candidate("b-high", { ...able, name: "x", card: cardOf(allAt(high)) }),
              starter,
            ];
            assert.equal(mapRole(role, pair, options({ prefer }, memoryBudgetBytes))[0]?.id, "b-high");
          },
        ),
      );
    });

    it("never puts one that exceeds memory before one that fits, and the user's choice first", () => {
      fc.assert(
        fc.property(someRole, someCandidates, someOptions, (role, all, given) => {
          const chain = mapRole(role, all, given);
          const named: readonly string[] = given.profile.models[role] ?? [];
          const unchosen = chain.filter(({ id }) => !named.includes(id));
          const tooLarge = unchosen.map(
            ({ id }) => (all.find((one) => one.id === id)?.needBytes ?? 0) > given.memoryBudgetBytes,
          );
          // The starter is last whatever it needs.
          const ranked = unchosen.at(-1)?.id === starter.id ? tooLarge.slice(0, -1) : tooLarge;
          assert.deepEqual(
            ranked,
            [...ranked].sort((a, b) => Number(a) - Number(b)),
          );

          const able = (name: string) =>
            all.find((one) => one.id === name || one.aliases.includes(name))?.abilities[roleNeeds[role].ability];
          const wanted = (given.profile.models[role] ?? []).find(able);
          if (wanted !== undefined) assert.equal(chain[0]?.id, wanted === "starter" ? starter.id : wanted);
        }),
      );
    });
  });
});

describe("chains of a turn", () => {
  const roles = RoleName.options;
  const turn = ["planner", "critic", "executor", "answerer"] as const;
  const firsts = (all: readonly Candidate[], given = options()) => {
    const chains = mapChains(roles, all, given);
    return turn.map((role) => chains.get(role)?.[0]?.id);
  };

  it("begin with one model when that costs each role little", () => {
    const coder = candidate("coder", { priors: { ...allAt(0.6), code: 0.7, general: 0.55 } });
    const talker = candidate("talker", { priors: { ...allAt(0.6), code: 0.55, general: 0.7 } });
    const alone = turn.map((role) => mapRole(role, [coder, talker, starter], options())[0]?.id);
    assert.ok(new Set(alone).size > 1, "they would swap otherwise");
    assert.equal(new Set(firsts([coder, talker, starter])).size, 1);
  });

  it("leave each role its own when one model would cost too much", () => {
    const executor = candidate("executor", { priors: { ...allAt(0.1), toolCall: 1, edit: 1, code: 0.6 } });
    const talker = candidate("talker", { priors: { ...allAt(0.2), general: 1 } });
    const [planner, , executing, answering] = firsts([executor, talker, starter]);
    assert.deepEqual([planner, executing, answering], ["talker", "executor", "talker"]);
  });

  it("leave a role alone whose model the profile names", () => {
    const all = [candidate("a", { priors: allAt(0.9) }), candidate("b", { priors: allAt(0.3) }), starter];
    assert.deepEqual(firsts(all, options({ models: { critic: ["b"] } })), ["a", "b", "a", "a"]);
  });

  it("have the same models as each role's own chain", () => {
    fc.assert(
      fc.property(someCandidates, someOptions, (all, given) => {
        for (const [role, chain] of mapChains(roles, all, given)) {
          const own = mapRole(role, all, given);
          assert.deepEqual(idsOf(chain).sort(), idsOf(own).sort());
          assert.equal(chain[0]?.standing, own[0]?.standing);
          if (own.at(-1)?.standing === "starter") assert.equal(chain.at(-1)?.id, starter.id);
        }
      }),
    );
  });
});
