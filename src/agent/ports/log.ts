/** Where the agent writes what a developer may want to read. Never stdout, which belongs to the protocol. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

const causeText = (cause: unknown): string =>
  cause === undefined ? "" : `: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;

/** A log that writes lines, each with its time and level, to `write`. */
export const lineLog = (write: (line: string) => void): Log => {
  const line = (level: string, message: string): void => write(`${new Date().toISOString()} ${level} ${message}`);
  return {
    info: (message) => line("info", message),
    warn: (message) => line("warn", message),
    error: (message, cause) => line("error", message + causeText(cause)),
  };
};
