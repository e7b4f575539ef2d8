import * as l10n from "@vscode/l10n";

/** Why a known command is asked; whatever is in no list is asked as well, as an unknown one. */
export const whyAsked = (program: string): string | null =>
  groups.find(({ names }) => names.test(program))?.why() ?? null;

const groups: readonly { readonly names: RegExp; readonly why: () => string }[] = [
  { names: /^git$/, why: () => l10n.t("git runs programs that the repository's configuration names.") },
  {
    names:
      /^(npm|npx|pnpm|yarn|bun|bunx|pip3?|pipx|uv|poetry|cargo|go|gem|bundle|composer|mvn|gradle|dotnet|make|cmake|ninja|tox|nox|pytest|jest|just|task|rake|apt(-get)?|dnf|yum|brew|pacman|apk)$/,
    why: () => l10n.t("It runs code that the project or a package brings."),
  },
  {
    names:
      /^(sh|bash|zsh|dash|ksh|fish|pwsh|python[\d.]*|perl|ruby|node|deno|php|lua|awk|gawk|mawk|osascript|eval|source|\.)$/,
    why: () => l10n.t("It runs code that is given to it."),
  },
  {
    names: /^(env|sudo|doas|su|xargs|nohup|timeout|nice|time|exec|command|builtin|parallel|watch|setsid|busybox)$/,
    why: () => l10n.t("It runs another command."),
  },
  {
    names: /^(curl|wget|nc|ncat|netcat|socat|ssh|scp|sftp|rsync|ftp|telnet|ping|dig|nslookup|host|gh|docker|kubectl)$/,
    why: () => l10n.t("It uses the network."),
  },
  {
    names: /^(rm|rmdir|mv|cp|ln|mkdir|touch|tee|dd|truncate|chmod|chown|install|patch|tar|zip|unzip|gzip|shred|split)$/,
    why: () => l10n.t("It changes files."),
  },
  {
    names: /^(export|declare|typeset|local|readonly|unset|set|shopt|alias|trap|read|test|\[|\[\[|printenv|history)$/,
    why: () => l10n.t("It changes or shows how the shell works."),
  },
];
