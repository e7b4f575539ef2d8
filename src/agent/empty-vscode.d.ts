// The agent's and the model host's tsconfig map "vscode" here: TypeScript would otherwise find it in @types/vscode.
export type {};
