import * as vscode from "vscode";

/** 4.7e9 → "4.7 GB". */
export const sizeText = (bytes: number): string => {
  const [value, unit] = bytes < 1e9 ? [bytes / 1e6, "MB"] : [bytes / 1e9, "GB"];
  const digits = value < 10 || unit === "GB" ? 1 : 0;
  return `${value.toLocaleString(vscode.env.language, { maximumFractionDigits: digits })} ${unit}`;
};
