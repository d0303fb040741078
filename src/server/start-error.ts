/** A start that cannot be; its message is one sentence for the operator. */
export class StartError extends Error {}
