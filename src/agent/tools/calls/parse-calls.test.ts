import assert from "node:assert/strict";
import fc from "fast-check";
import type { ToolSpec } from "../../../protocol/model-host.ts";
import { families, familyOf } from "./families.ts";
import type { CallFamily } from "./family.ts";
import { type ParsedMessage, type ParseOptions, parseCalls } from "./parse-calls.ts";
import { describeTools, textBlockFamily, writeCall } from "./text-block.ts";

const tool = (name: string, properties: Record<string, unknown>): ToolSpec => ({
  ...{ name, description: "", parameters: { type: "object", properties } },
});
const tools = [
  tool("read_file", { path: { type: "string" }, line: { type: "integer" } }),
  tool("run", { command: { type: "string" }, flags: { type: "array" }, quiet: { type: ["boolean", "null"] } }),
];

const parse = (family: CallFamily, text: string, options: Partial<ParseOptions> = {}): ParsedMessage =>
  parseCalls(text, family, { tools, partial: false, thoughts: "apart", written: null, ...options });

const readA = { name: "read_file", arguments: { path: "a.ts", line: 3 } };
const runB = { name: "run", arguments: { command: 'echo "x"\nls', flags: ["-a"] } };
const both = JSON.stringify([readA, runB]);
const shell = 'echo "x"\nls';

/** One message of each family: thought, text and calls as its models write them. */
const messages: Readonly<Record<string, string>> = {
  "qwen3-coder": `<think>look</think>\nOn it.\n<tool_call>\n<function=read_file>\n<parameter=path>\na.ts\n</parameter>\n<parameter=line>\n3\n</parameter>\n</function>\n</tool_call>\n<tool_call>\n<function=run>\n<parameter=command>\n${shell}\n</parameter>\n<parameter=flags>\n["-a"]\n</parameter>\n</function>\n</tool_call>`,
  "seed-oss": `<seed:think>look</seed:think>On it.<seed:tool_call>\n<function=read_file>\n<parameter=path>a.ts</parameter>\n<parameter=line>3</parameter>\n</function>\n</seed:tool_call><seed:tool_call><function=run><parameter=command>${shell}</parameter><parameter=flags>["-a"]</parameter></function></seed:tool_call>`,
  minimax: `look</think>On it.<minimax:tool_call>\n<invoke name="read_file">\n<parameter name="path">a.ts</parameter>\n<parameter name="line">3</parameter>\n</invoke>\n<invoke name="run">\n<parameter name="command">${shell}</parameter>\n<parameter name="flags">["-a"]</parameter>\n</invoke>\n</minimax:tool_call>`,
  glm: `look</think>On it.<tool_call>read_file<arg_key>path</arg_key><arg_value>a.ts</arg_value><arg_key>line</arg_key><arg_value>3</arg_value></tool_call><tool_call>run\n<arg_key>command</arg_key>\n<arg_value>${shell}</arg_value>\n<arg_key>flags</arg_key>\n<arg_value>["-a"]</arg_value>\n</tool_call>`,
  deepseek: `<think>look</think>On it.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>read_file<｜tool▁sep｜>${JSON.stringify(readA.arguments)}<｜tool▁call▁end｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>run\n\`\`\`json\n${JSON.stringify(runB.arguments)}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
  kimi: `<think>look</think>On it.<|tool_calls_section_begin|><|tool_call_begin|>functions.read_file:0<|tool_call_argument_begin|>${JSON.stringify(readA.arguments)}<|tool_call_end|><|tool_call_begin|>functions.run:1<|tool_call_argument_begin|>${JSON.stringify(runB.arguments)}<|tool_call_end|><|tool_calls_section_end|>`,
  mistral: `[THINK]look[/THINK]On it.[TOOL_CALLS]read_file[ARGS]${JSON.stringify(readA.arguments)}[TOOL_CALLS]run[CALL_ID]abc123[ARGS]${JSON.stringify(runB.arguments)}`,
  cohere: `<|START_THINKING|>look<|END_THINKING|><|START_RESPONSE|>On it.<|END_RESPONSE|><|START_ACTION|>${both}<|END_ACTION|>`,
  gemma: `<|channel>thought\nlook<channel|>On it.<|tool_call>call:read_file{path:<|"|>a.ts<|"|>,line:3}<tool_call|><|tool_call>call:run{command:<|"|>${shell}<|"|>,flags:[<|"|>-a<|"|>]}<tool_call|>`,
  lfm: `<think>look</think>On it.<|tool_call_start|>[read_file(path="a.ts", line=3), run(command='echo "x"\\nls', flags=["-a"])]<|tool_call_end|>`,
  "gpt-oss": `<|channel|>analysis<|message|>look<|end|><|start|>assistant<|channel|>commentary<|message|>On it.<|end|><|start|>assistant<|channel|>commentary to=functions.read_file <|constrain|>json<|message|>${JSON.stringify(readA.arguments)}<|call|><|start|>assistant to=functions.run<|channel|>commentary<|message|>${JSON.stringify(runB.arguments)}<|call|>`,
  granite: `<think>look</think><response>On it.</response><|tool_call|>${both}`,
  apertus: `<|inner_prefix|>look<|inner_suffix|>On it.<|tools_prefix|>[{"read_file": ${JSON.stringify(readA.arguments)}}, {"run": ${JSON.stringify(runB.arguments)}}]<|tools_suffix|>`,
  hermes: `<think>look</think>On it.\n<tool_call>\n${JSON.stringify(readA)}\n</tool_call>\n<tool_call>${JSON.stringify(runB)}</tool_call>`,
  nothing: `<think>look</think>On it.\n<tool_call>${JSON.stringify(readA)}</tool_call>\n<function=run>${JSON.stringify(runB.arguments)}</function>`,
};

const shown = ({ content, reasoning, calls }: ParsedMessage) => ({
  ...{ content, reasoning, calls: calls.map((call) => ({ name: call.name, arguments: call.arguments })) },
});

describe("calls in a model's message", () => {
  for (const [name, text] of Object.entries(messages))
    it(`are found as ${name} writes them`, () => {
      assert.deepEqual(shown(parse(familyOf(name), text)), {
        ...{ content: "On it.", reasoning: "look", calls: [readA, runB] },
      });
    });

  it("without a mark need a known name and arguments", () => {
    const hermes = familyOf("hermes");
    assert.deepEqual(shown(parse(hermes, `\`\`\`json\n${JSON.stringify(readA)}\n\`\`\``)).calls, [readA]);
    const person = '{"name": "Ann", "arguments": {"age": 3}}';
    assert.deepEqual(shown(parse(hermes, person)), { content: person, reasoning: "", calls: [] });
    assert.equal(parse(hermes, '{"name": "run"}').calls.length, 0);
    assert.equal(parse(familyOf("lfm2.5"), "[other(path=1)]").calls.length, 0);
  });

  it("as functionary, llama and others write them", () => {
    const text = `all\nOn it.>>>read_file\n${JSON.stringify(readA.arguments)}>>>python\nprint(1)`;
    assert.deepEqual(shown(parse(familyOf("functionary"), text)), {
      ...{ content: "On it.", reasoning: "" },
      calls: [readA, { name: "python", arguments: { code: "print(1)" } }],
    });
    const llama = familyOf("Llama-3.2");
    assert.deepEqual(shown(parse(llama, '<|python_tag|>run.call(command="ls")')).calls, [
      { name: "run", arguments: { command: "ls" } },
    ]);
    assert.deepEqual(shown(parse(llama, JSON.stringify({ name: "run", parameters: { command: "ls" } }))).calls, [
      { name: "run", arguments: { command: "ls" } },
    ]);
    assert.equal(parse(familyOf("generic"), '{"response": "hi"}').content, "hi");
  });

  it("are read leniently, and never made complete", () => {
    const hermes = familyOf("hermes");
    const call = (body: string) => parse(hermes, `<tool_call>${body}</tool_call>`).calls[0];
    assert.deepEqual(call(`{'name': 'run', 'arguments': {'quiet': True, "flags": [1, 2,],},}`)?.arguments, {
      ...{ quiet: true, flags: [1, 2] },
    });
    assert.deepEqual(call('{"name": "run", "arguments": "{\\"command\\": \\"ls\\"}"}')?.arguments, { command: "ls" });
    assert.deepEqual(call('{"type": "function", "function": {"name": "run", "arguments": {}}}')?.name, "run");
    assert.equal(call('{"name": "run", "arguments": {"command": oops}}')?.arguments, null);
    assert.equal(parse(hermes, '<tool_call>{"name": "run", "arguments": {"command": "rm').calls[0]?.arguments, null);
    const { content, calls } = parse(hermes, "Write <tool_call> before the JSON.");
    assert.deepEqual([content, calls], ["Write <tool_call> before the JSON.", []]);
  });

  it("in a thought are none, unless the thought never ends", () => {
    const qwen = familyOf("qwen3.5");
    const inside = `<think>maybe <tool_call>${JSON.stringify(readA)}</tool_call>`;
    assert.deepEqual(shown(parse(qwen, `${inside}</think>No.`)).calls, []);
    assert.deepEqual(shown(parse(qwen, inside)), { content: "maybe", reasoning: "", calls: [readA] });
    assert.deepEqual(shown(parse(qwen, inside, { partial: true })).calls, []);
  });

  it("take their values from the tool's schema", () => {
    const value = (text: string, key: string) =>
      parse(familyOf("glm"), `<tool_call>run<arg_key>${key}</arg_key><arg_value>${text}</arg_value></tool_call>`)
        .calls[0]?.arguments?.[key];
    assert.deepEqual(
      [value("12", "command"), value("true", "quiet"), value("null", "quiet"), value("12", "other")],
      ["12", true, null, 12],
    );
  });

  it("keep the code of a parameter as it is", () => {
    const code = "if a:\n    b()\n\n";
    const text = `<function=run>\n<parameter=command>\n${code}\n</parameter>\n</function>`;
    assert.equal(parse(familyOf("qwen3-coder"), text).calls[0]?.arguments?.["command"], code);
  });

  it("of the text block are what was asked for", () => {
    const [call] = parse(textBlockFamily, `On it.\n${writeCall({ name: "run", text: '{"command":"ls"}' })}`).calls;
    assert.deepEqual(call, { id: null, name: "run", arguments: { command: "ls" }, text: '{"command":"ls"}' });
    assert.match(describeTools(tools), /```call\n.*NAME[\s\S]*read_file/);
  });
});

/** What was seen of the calls may only grow. */
const assertGrows = (before: ParsedMessage, after: ParsedMessage): void => {
  assert.ok(after.calls.length >= before.calls.length, "a call disappeared");
  for (const [i, call] of before.calls.entries()) {
    assert.equal(after.calls[i]?.name, call.name);
    if (call.arguments) assert.deepEqual(after.calls[i]?.arguments, call.arguments);
  }
};

describe("a message as it comes", () => {
  for (const [name, text] of Object.entries({
    ...messages,
    functionary: `all\nOn it.>>>read_file\n{"path": "a.ts"}>>>python\nprint(1)`,
    llama: '<|python_tag|>run.call(command="ls", flags=[1])',
  }))
    it(`shows no call of ${name} that leaves again`, () => {
      const family = familyOf(name);
      let before = parse(family, "", { partial: true });
      for (let end = 1; end <= text.length; end++) {
        const after = parse(family, text.slice(0, end), { partial: true });
        assertGrows(before, after);
        before = after;
      }
      assertGrows(before, parse(family, text));
    });

  it("never throws, nor takes a call back, whatever comes", () => {
    const pieces = [
      ...Object.values(messages).flatMap((text) => text.match(/<[^>]*>|\[[A-Z_/]+\]|\w+|\s|./gsu) ?? []),
      ...["{", "}", "[", "]", '"', "'", ",", ":", "```", "```json\n", "{{", "\\", "\n", '{"name":"run","arguments":{'],
    ];
    const all = [...families, textBlockFamily];
    const whole = Object.values(messages);
    const cut = fc
      .tuple(fc.constantFrom(...whole), fc.nat(200), fc.nat(80))
      .map(([text, at, length]) => text.slice(at, at + length));
    const piece = fc.oneof(fc.constantFrom(...pieces), cut);
    let callsSeen = 0;
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(piece, { maxLength: 25 }), (family, parts) => {
        let text = "";
        let before = parse(family, text, { partial: true });
        for (const part of parts) {
          text += part;
          const after = parse(family, text, { partial: true });
          assertGrows(before, after);
          before = after;
        }
        assertGrows(before, parse(family, text));
        callsSeen += before.calls.length;
      }),
      { numRuns: 3000 },
    );
    assert.ok(callsSeen > 100, `only ${callsSeen} calls`);
  });

  it("of many pieces that mean harm is read in time", () => {
    const size = 200_000;
    const hostile = [
      ...[
        '<tool_call>{"name":"',
        "<tool_call>",
        '{"a":',
        "[",
        "```json\n",
        "<function=",
        '{"name": "run", "arguments": {"a": "',
      ],
      ...[
        '<tool_call>{"name":"f",x',
        "<|channel|>",
        "<think>",
        "[TOOL_CALLS]a[ARGS]",
        "\n[a(b=",
        '"""',
        " ",
        "<｜tool▁",
      ],
    ];
    const started = performance.now();
    for (const part of hostile) {
      const text = part.repeat(Math.ceil(size / part.length));
      for (const name of ["hermes", "gpt-oss", "deepseek", "lfm", "nothing"]) parse(familyOf(name), text);
    }
    assert.ok(performance.now() - started < 20_000);
  });
});
