// The ways of writing calls that several families share.
import type { CallForm, CallReader } from "./family.ts";
import { readBareJson, readHeadedJson, readMarkedJson, readNamedJson, readWrappedJson } from "./syntax/call-json.ts";
import { skipBlank } from "./syntax/lenient-json.ts";
import {
  bareCode,
  bracedCall,
  readBarePythonCalls,
  readOnePythonCall,
  readPythonCalls,
} from "./syntax/python-calls.ts";
import { taggedParameters } from "./syntax/tagged-parameters.ts";

const form = (
  starts: readonly string[],
  header: RegExp,
  read: CallReader,
  rest: Partial<Pick<CallForm, "closes" | "until" | "where">> = {},
): CallForm => ({ starts, header, read, until: null, closes: [], where: "anywhere", ...rest });

const wrappers = [
  "tool_call",
  "function_call",
  "tool_calls",
  "tools",
  "tool",
  "response",
  "json",
  "JSON",
  "xml",
  "TOOLCALL",
];

/** `<tool_call>{"name": …}</tool_call>`, with many names of the tag, in a fence or not. */
export const jsonInTags = form(
  [...wrappers.map((name) => `<${name}>`), "```"],
  new RegExp(`(?:\`\`\`(?:xml|json)?\\s*)?<(?:${wrappers.join("|")})>\\s*(?=[[{])`, "y"),
  readMarkedJson,
  { closes: [...wrappers.map((name) => `</${name}>`), "```"] },
);

/** A mark of one token, then a call or a list of them. */
export const jsonBehind = (open: string, close: string | null): CallForm =>
  form([open], new RegExp(`${open.replaceAll(/[|[\]]/g, "\\$&")}\\s*(?=[[{])`, "y"), readMarkedJson, {
    closes: close === null ? [] : [close],
  });

/** No mark at all, or a fence. */
export const bareJson = form(["{", "[", "```"], /(?:```(?:json|xml|tool_call)?\s*)?(?=[[{])/y, readBareJson, {
  ...{ closes: ["```"], where: "line" },
});

/** Our own format: JSON in a fence that says so. */
export const callBlock = form(["```call"], /```call\s*(?=[[{])/y, readMarkedJson, { closes: ["```"], where: "line" });

/** `{"tool_call": {…}}` and `{"response": "…"}`. */
export const wrappedJson = form(["{"], /(?=\{)/y, readWrappedJson, { where: "start" });

const functionParameters = taggedParameters({
  open: /<parameter(?:=(?<key>[^>\n]{1,200})| name="(?<name>[^"\n]{1,200})")>/y,
  close: "</parameter>",
  end: ["</function>", "</tool_call>"],
});

/** `<function=f>` with parameters in tags, or with JSON. */
export const functionTag = form(
  ["<tool_call>", "<seed:tool_call>", "<function=", "<function name="],
  /(?:<(?:seed:)?tool_call>\s*)?<function(?:=| name=")(?<name>[^>"\n]{1,200})"?>/y,
  (text, header, context) => {
    const first = text[skipBlank(text, header.index + header[0].length)];
    return first === "{" ? readHeadedJson(text, header, context) : functionParameters(text, header, context);
  },
  { closes: ["</function>", "</tool_call>", "</seed:tool_call>"] },
);

/** `<invoke name="f"><parameter name="a">…`, the tags with a prefix or not. */
const invokeTag = (prefix: string, section: string): CallForm =>
  form(
    [`<${prefix}invoke `, `<${section}>`],
    new RegExp(`(?:<${section}>\\s*)?<${prefix}invoke name="(?<name>[^"\\n]{1,200})">`, "y"),
    taggedParameters({
      open: new RegExp(`<${prefix}parameter name="(?<key>[^"\\n]{1,200})"(?: string="(?<string>true|false)")?>`, "y"),
      close: `</${prefix}parameter>`,
      end: [`</${prefix}invoke>`],
    }),
    { closes: [`</${section}>`] },
  );

export const invokeInSection = invokeTag("", "minimax:tool_call");
export const markedInvoke = invokeTag("｜DSML｜", "｜DSML｜function_calls");

/** `<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>`. */
export const keysAndValues = form(
  ["<tool_call>"],
  /<tool_call>\s*(?<name>[\w.-]{1,200})\s*(?=<arg_key>|<\/tool_call>)/y,
  taggedParameters({
    open: /<arg_key>(?<key>[^<\n]{1,200})<\/arg_key>\s*<arg_value>/y,
    close: "</arg_value>",
    end: ["</tool_call>"],
  }),
);

/** `[TOOL_CALLS]f[ARGS]{…}`. */
export const nameBeforeArguments = form(
  ["[TOOL_CALLS]"],
  /\[TOOL_CALLS\]\s*(?<name>[\w.-]{1,200})(?:\[CALL_ID\](?<id>\w{1,100}))?(?:\[ARGS\]|(?=\{))/y,
  readHeadedJson,
);

const deepseekSection = "(?:<｜tool(?:▁|_| |\\\\_)calls(?:(?:▁|_| |\\\\_)begin)?｜>\\s*)?(?:<｜tool▁call▁begin｜>)?";
const deepseekClose = { closes: ["```", "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>"] };
const deepseekStarts = ["<｜tool"];

/** `function<｜tool▁sep｜>f` and the arguments in a fence. */
export const fencedArguments = form(
  deepseekStarts,
  new RegExp(
    `${deepseekSection}function<｜tool▁sep｜>(?<name>[^\\n<]{1,200}?)\\s*(?:\`\`\`(?:json)?\\s*)?(?=\\{)`,
    "y",
  ),
  readHeadedJson,
  deepseekClose,
);

/** `f<｜tool▁sep｜>{…}`. */
export const separatedArguments = form(
  deepseekStarts,
  new RegExp(`${deepseekSection}(?<name>(?!function<)[\\w.-]{1,200})<｜tool▁sep｜>\\s*(?=\\{)`, "y"),
  readHeadedJson,
  deepseekClose,
);

/** `functions.f:0<|tool_call_argument_begin|>{…}`. */
export const numberedCall = form(
  ["<|tool_calls_section_begin|>", "<|tool_call_begin|>"],
  /(?:<\|tool_calls_section_begin\|>\s*)?<\|tool_call_begin\|>\s*(?<id>(?:functions\.)?(?<name>[\w.-]{1,200})(?::\d{1,9})?)\s*<\|tool_call_argument_begin\|>/y,
  readHeadedJson,
  { closes: ["<|tool_call_end|>", "<|tool_calls_section_end|>"] },
);

/** `<|channel|>commentary to=functions.f<|message|>{…}`, the recipient before or behind the channel. */
export const channelCall = form(
  ["<|start|>assistant", "<|channel|>", " to="],
  /(?:<\|start\|>assistant)?(?: to=(?<before>[\w.-]{1,200})<\|channel\|>\w{1,20}|<\|channel\|>\w{1,20} to=(?<behind>[\w.-]{1,200}))[ \w]{0,40}(?:<\|constrain\|>\w{1,20})?<\|message\|>/y,
  (text, header, context) => {
    const recipient = header.groups?.["before"] ?? header.groups?.["behind"] ?? "";
    const name = recipient.replace(/^functions\./, "");
    // What is said to a tool of the model's own is neither an answer nor a call that could be made.
    if (name === recipient && !context.tools.has(name)) {
      const end = text.indexOf("<|", header.index + header[0].length);
      return { kind: "text", text: "", end: end === -1 ? text.length : end };
    }
    return readHeadedJson(text, Object.assign(header, { groups: { name } }), context);
  },
  { until: "<|message|>", closes: ["<|call|>"] },
);

/** `<|tool_call>call:f{a:1,b:<|"|>x<|"|>}<tool_call|>`. */
export const bracedArguments = form(
  ["<|tool_call>"],
  /<\|tool_call>\s*call:(?<name>[\w.:-]{1,200})\s*(?=\{)/y,
  bracedCall({ stringMark: '<|"|>', bareStrings: true, longStrings: false }),
  { closes: ["<tool_call|>"] },
);

/** `<|tools_prefix|>[{"f": {…}}]<|tools_suffix|>`. */
export const namedJson = form(["<|tools_prefix|>"], /<\|tools_prefix\|>\s*(?=[[{])/y, readNamedJson, {
  closes: ["<|tools_suffix|>"],
});

/** `<|tool_call_start|>[f(a=1)]<|tool_call_end|>`. */
export const pythonBehind = form(["<|tool_call_start|>"], /<\|tool_call_start\|>\s*\[?/y, readPythonCalls, {
  closes: ["]", "<|tool_call_end|>"],
});

/** `[f(a=1)]` alone. */
export const barePython = form(["["], /\[(?=\s*[A-Za-z_])/y, readBarePythonCalls, { closes: ["]"], where: "line" });

/** `>>>f` and the arguments on the next line; before the first call the mark is left out. */
export const namedLines = form([">>>"], />>>(?!all\n)(?<name>[\w.-]{1,200})\n\s*(?=\{)/y, readHeadedJson);
export const firstNamedLine = form([""], /(?!all\n)(?<name>[\w.-]{1,200})\n\s*(?=\{)/y, readHeadedJson, {
  where: "start",
});
/** Before an answer, where the mark is left out. */
export const firstAnswerLine = form([""], /all\n/y, (_, { index }) => ({ kind: "text", text: "", end: index + 4 }), {
  where: "start",
});
export const codeLines = form([">>>"], />>>(?<name>python)\n(?!\s*(?:\{|$))/y, bareCode(">>>"));
export const firstCodeLine = form([""], /(?<name>python)\n(?!\s*(?:\{|$))/y, bareCode(">>>"), { where: "start" });

/** `<|python_tag|>f.call(a=1)`, or code for the tool `python`. */
export const taggedPythonCall = form(
  ["<|python_tag|>"],
  /<\|python_tag\|>(?<name>\w{1,200})\.call\(/y,
  readOnePythonCall,
);
export const taggedCode = form(
  ["<|python_tag|>"],
  /<\|python_tag\|>(?!\s*(?:[{[]|$)|\w+(?:\.[cal]{0,4})?$|\w+\.call\()/y,
  bareCode(null),
);

export const functools = form([" functools[", "functools["], / ?functools(?=\[)/y, readMarkedJson);

/** `Action:` and a list in a fence. */
export const actionList = form(["Action:"], /Action:\s*```json\s*(?=[[{])/y, readMarkedJson, {
  ...{ closes: ["```"], where: "line" },
});

export const functionCallTurn = form(
  ["<|message_sep|>", "function call<|role_sep|>"],
  /(?:<\|message_sep\|>\s*)?function call<\|role_sep\|>\s*(?=[[{])/y,
  readMarkedJson,
);
