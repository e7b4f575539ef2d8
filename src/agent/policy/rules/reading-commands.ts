// The commands that only read, each with the options that keep it so. An option that is not here is asked.

/** Names separated by blanks. Short options are letters; those with a value and long ones are said apart. */
export interface ReadingCommand {
  /** Letters of short options without a value. */
  readonly flags?: string;
  /** Letters of short options with a value that is only text. */
  readonly values?: string;
  /** Long options; with `=` behind its name an option has a value, with `=path` the value is a file that it reads, with `=pattern` names of files. */
  readonly long?: string;
  /** Letters of short options whose value is a file that it reads. */
  readonly paths?: string;
  /** Letters of short options whose value is a pattern of file names. */
  readonly patterns?: string;
  /**
   * What stands without an option: files to read, one such file, a pattern and then files, a format with `+`, text (options
   * included), nothing at all, or nothing but the question for its version.
   */
  readonly operands: "paths" | "one path" | "pattern" | "format" | "text" | "nothing" | "version";
  /** True when it shows names, sizes and dates, and nothing of what is in a file. */
  readonly namesOnly?: true;
  /** True when none of its options writes or runs anything, so that a file may be called like an option. */
  readonly anyNames?: true;
}

const digits = "0123456789";
const sums: ReadingCommand = {
  flags: "bct",
  long: "check quiet status strict tag binary text zero",
  operands: "paths",
};
const text: ReadingCommand = { operands: "text" };
const alone: ReadingCommand = { operands: "nothing" };
const version: ReadingCommand = { flags: "vV", long: "version", operands: "version" };

const grep: ReadingCommand = {
  flags: `${digits}EFGPivywxcLloqsnHhbrRaIUzTu`,
  values: "emABCdD",
  paths: "f",
  long:
    "extended-regexp fixed-strings basic-regexp perl-regexp ignore-case no-ignore-case invert-match word-regexp line-regexp " +
    "count files-without-match files-with-matches only-matching quiet silent no-messages line-number with-filename " +
    "no-filename byte-offset recursive dereference-recursive text null null-data initial-tab line-buffered color colour " +
    "color= colour= max-count= after-context= before-context= context= label= regexp= binary-files= directories= " +
    "include=pattern exclude= exclude-dir= file=path exclude-from=path",
  operands: "pattern",
  anyNames: true,
};

const commands: Readonly<Record<string, ReadingCommand>> = {
  ...{ ":": text, true: text, false: text, echo: text, expr: text, basename: text, dirname: text, seq: text },
  ...{ whoami: alone, arch: alone, tty: alone, hostname: alone, groups: alone, logname: alone },
  ...{ node: version, python: version, python3: version },
  ...{ grep, egrep: grep, fgrep: grep },
  ...{ md5sum: sums, sha1sum: sums, sha224sum: sums, sha256sum: sums, sha384sum: sums, sha512sum: sums, b2sum: sums },
  pwd: { flags: "LP", operands: "nothing" },
  cd: { flags: "LP", operands: "one path", namesOnly: true },
  uname: { flags: "asnrvmpio", long: "all machine kernel-name kernel-release", operands: "nothing" },
  id: { flags: "ugGnrz", long: "user group groups name", operands: "nothing" },
  nproc: { long: "all", operands: "nothing" },
  uptime: { flags: "ps", operands: "nothing" },
  free: { flags: "bkmghtw", operands: "nothing" },
  date: { flags: "uRI", values: "d", long: "utc universal iso-8601 iso-8601= rfc-3339= date=", operands: "format" },
  which: { flags: "as", long: "all", operands: "text" },
  ls: {
    flags: `${digits}aAbBcCdDfFgGhHiklLmnNopqQrRsStuUvxXZ`,
    values: "ITw",
    long:
      "all almost-all author escape block-size= ignore-backups color color= directory classify classify= file-type format= " +
      "full-time group-directories-first no-group human-readable si hide= hyperlink= indicator-style= inode ignore= " +
      "dereference numeric-uid-gid literal hide-control-chars show-control-chars quote-name quoting-style= reverse " +
      "recursive size sort= time= time-style= tabsize= width= context zero",
    operands: "paths",
    namesOnly: true,
    anyNames: true,
  },
  cat: {
    flags: "AbeEnstTuv",
    long: "show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting",
    operands: "paths",
    anyNames: true,
  },
  tac: { flags: "br", values: "s", operands: "paths" },
  head: {
    flags: `${digits}qvz`,
    values: "nc",
    long: "lines= bytes= quiet silent verbose",
    operands: "paths",
    anyNames: true,
  },
  tail: {
    flags: `${digits}qvz`,
    values: "nc",
    long: "lines= bytes= quiet silent verbose",
    operands: "paths",
    anyNames: true,
  },
  wc: {
    flags: "clmLw",
    long: "bytes chars lines words max-line-length total=",
    operands: "paths",
    namesOnly: true,
    anyNames: true,
  },
  nl: { values: "bdfhilnsvw", flags: "p", operands: "paths" },
  cut: {
    flags: "nsz",
    values: "bcdf",
    long: "bytes= characters= delimiter= fields= complement only-delimited output-delimiter=",
    operands: "paths",
  },
  paste: { flags: "sz", values: "d", long: "serial delimiters=", operands: "paths" },
  tr: { flags: "cCdst", long: "complement delete squeeze-repeats truncate-set1", operands: "text" },
  rev: { operands: "paths" },
  fold: { flags: "bs", values: "w", operands: "paths" },
  expand: { flags: "i", values: "t", operands: "paths" },
  unexpand: { flags: "a", values: "t", operands: "paths" },
  column: { flags: "t", values: "sc", operands: "paths" },
  comm: { flags: "123iz", operands: "paths" },
  join: { flags: "i", values: "12ajtvoe", operands: "paths" },
  uniq: {
    flags: "cdDiuz",
    values: "fsw",
    long: "count repeated unique ignore-case skip-fields= skip-chars= check-chars=",
    operands: "one path",
  },
  sort: {
    flags: "bdfghiMnRrVcCmsuz",
    values: "kt",
    long:
      "ignore-leading-blanks dictionary-order ignore-case general-numeric-sort human-numeric-sort month-sort numeric-sort " +
      "reverse version-sort check key= merge stable field-separator= unique zero-terminated sort=",
    operands: "paths",
  },
  diff: {
    flags: `${digits}uqsycbwBEZiNrapt`,
    values: "UCWxIF",
    long:
      "unified unified= context context= brief report-identical-files side-by-side width= ignore-case ignore-all-space " +
      "ignore-space-change ignore-blank-lines recursive new-file text minimal color color= suppress-common-lines exclude= " +
      "strip-trailing-cr",
    operands: "paths",
  },
  cmp: { flags: "bls", values: "in", long: "print-bytes verbose quiet silent bytes=", operands: "paths" },
  od: { flags: "abcdfiloxsvt", values: "AjNtw", operands: "paths" },
  xxd: { flags: "abeipu", values: "cglos", operands: "one path" },
  hexdump: { flags: "bcCdovx", values: "ns", operands: "paths" },
  strings: { flags: "aw", values: "nte", operands: "paths" },
  base64: { flags: "dDi", values: "w", long: "decode ignore-garbage wrap=", operands: "one path" },
  cksum: { operands: "paths" },
  file: {
    flags: "bhikLNn",
    long: "brief mime mime-type mime-encoding dereference no-dereference",
    operands: "paths",
    namesOnly: true,
  },
  stat: {
    flags: "Lftxs",
    values: "c",
    long: "dereference file-system format= printf= terse",
    operands: "paths",
    namesOnly: true,
    anyNames: true,
  },
  du: {
    flags: "abcDhHklmLsSx0",
    values: "dBt",
    long:
      "all apparent-size bytes total human-readable summarize max-depth= one-file-system separate-dirs si block-size= " +
      "exclude= time threshold=",
    operands: "paths",
    namesOnly: true,
    anyNames: true,
  },
  df: {
    flags: "ahHiklmPT",
    values: "t",
    long: "all human-readable inodes local print-type",
    operands: "paths",
    namesOnly: true,
  },
  tree: {
    flags: "adfilxpsughDFqNQCAnrtcUvJX",
    values: "LIP",
    long: "dirsfirst filesfirst noreport prune du si gitignore ignore-case matchdirs charset= sort= filelimit=",
    operands: "paths",
    namesOnly: true,
  },
  readlink: { flags: "femnqsvz", operands: "paths", namesOnly: true },
  realpath: {
    flags: "emLPqsz",
    long: "canonicalize-existing canonicalize-missing logical physical quiet strip relative-to=path relative-base=path",
    operands: "paths",
    namesOnly: true,
  },
  rg: {
    flags: "cFHhiIlnNopPqsSUvVwx0",
    values: "emABCjMETtr",
    paths: "f",
    patterns: "g",
    long:
      "json files files-with-matches files-without-match count count-matches line-number no-line-number ignore-case " +
      "smart-case case-sensitive fixed-strings word-regexp line-regexp invert-match only-matching heading no-heading " +
      "with-filename no-filename column trim vimgrep multiline multiline-dotall pcre2 pretty stats passthru quiet null " +
      "crlf type-list no-messages color= colors= max-count= after-context= before-context= context= glob=pattern iglob=pattern " +
      "type= type-not= sort= sortr= max-columns= max-depth= max-filesize= threads= encoding= regexp= replace= file=path " +
      "engine= version",
    operands: "pattern",
  },
};

/** What is known of a program that only reads, or null. */
export const readingCommand = (program: string): ReadingCommand | null =>
  Object.hasOwn(commands, program) ? (commands[program] ?? null) : null;

/** Tests and actions of `find` that change nothing, with the number of words that each takes. */
export const findTests: ReadonlyMap<string, number> = new Map([
  ...["name", "iname", "path", "ipath", "wholename", "iwholename", "regex", "iregex", "regextype", "type", "xtype"].map(
    one,
  ),
  ...["size", "mtime", "mmin", "atime", "amin", "ctime", "cmin", "maxdepth", "mindepth", "perm", "user", "group"].map(
    one,
  ),
  ...["links", "inum", "printf", "uid", "gid", "lname", "ilname", "used", "fstype", "context"].map(one),
  ...["print", "print0", "ls", "empty", "not", "a", "and", "o", "or", "prune", "depth", "xdev", "mount", "true"].map(
    none,
  ),
  ...["false", "executable", "readable", "writable", "daystart", "noleaf", "nouser", "nogroup", "quit"].map(none),
]);

function one(name: string): [string, number] {
  return [`-${name}`, 1];
}

function none(name: string): [string, number] {
  return [`-${name}`, 0];
}
