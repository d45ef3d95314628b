import type { ErrorData } from '../../base/errors/index.js';
import type { ToolResultMetadata } from '../../instance/index.js';

// What each hook is fired with, and what a callback may answer. docs/reference/schemas/hook.schema.json
// says the same for all languages, and a test compares the two. Later hosts may add keys.

/** One message of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  /** The text. */
  readonly content: string;
  /** Who speaks, where a role is not enough. */
  readonly name?: string | undefined;
}

/** What a model was given and gave. */
export interface ModelUsage {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
}

/** A file that goes with a message of a channel. */
export interface MessageAttachment {
  readonly name?: string | undefined;
  /** Media type. */
  readonly type: string;
  readonly url?: string | undefined;
}

/** An agent is about to answer: BeforeAgentRun. */
export interface AgentRun {
  readonly session: string;
  readonly agent: string;
  /** What the agent is given, the newest last. */
  readonly messages: readonly ChatMessage[];
}

/** An agent has answered: AfterAgentRun. */
export interface AgentAnswer {
  readonly session: string;
  readonly agent: string;
  readonly output: string;
  readonly usage?: ModelUsage | undefined;
}

/** A channel is about to send a message: BeforeMessageSend. */
export interface OutgoingMessage {
  /** Name of the channel. */
  readonly channel: string;
  /** The receiver, as the channel has it. */
  readonly to: string;
  readonly text: string;
  readonly attachments?: readonly MessageAttachment[] | undefined;
  readonly session?: string | undefined;
}

/** A channel has received a message: AfterMessageReceive. */
export interface IncomingMessage {
  /** Name of the channel. */
  readonly channel: string;
  /** The sender, as the channel has it. */
  readonly from: string;
  readonly text: string;
  readonly attachments?: readonly MessageAttachment[] | undefined;
  readonly session?: string | undefined;
}

/** A tool is about to be called; its arguments fit its parameters: BeforeToolExecute. */
export interface ToolExecution {
  /** Full name. */
  readonly tool: string;
  /** Id of the plugin that it belongs to. */
  readonly plugin: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The call, and on whose behalf it is made. */
  readonly call: {
    /** Unique in this host while the call is open. */
    readonly id: number | string;
    readonly session?: string | undefined;
    readonly user?: string | undefined;
    readonly tenant?: string | undefined;
    readonly traceId?: string | undefined;
    readonly role?: string | undefined;
    readonly permissions?: readonly string[] | undefined;
  };
}

/** A result that a callback of AfterToolExecute, or a middleware, gives in place of another one. */
export type GivenToolResult =
  | {
      readonly success: true;
      /** What JSON can say. */
      readonly data: unknown;
      /** The host makes it of `data`. */
      readonly output?: string | undefined;
      /** The host keeps its own. */
      readonly metadata?: ToolResultMetadata | undefined;
    }
  | {
      readonly success: false;
      readonly error: ErrorData;
      readonly metadata?: ToolResultMetadata | undefined;
    };

/** A session has begun: OnSessionCreate. */
export interface SessionStart {
  readonly session: string;
  readonly user?: string | undefined;
  /** Name of the channel that it came by. */
  readonly channel?: string | undefined;
}

/** A session is over: OnSessionEnd. */
export interface SessionEnd {
  readonly session: string;
  /** Why, for people. */
  readonly reason?: string | undefined;
}

/** A gateway or MCP server takes clients: OnGatewayStart. */
export interface GatewayStart {
  /** Its name. */
  readonly server: string;
  /** Where it listens, such as a URL or "stdio". */
  readonly address: string;
}

/** A gateway or MCP server takes no more clients: OnGatewayShutdown. */
export interface GatewayShutdown {
  readonly server: string;
  /** Why, for people. */
  readonly reason?: string | undefined;
}

/** A client has connected: OnClientConnect. */
export interface ClientConnect {
  /** Name of the server. */
  readonly server: string;
  /** Id of the connection. */
  readonly client: string;
  /** What the client calls itself. */
  readonly name?: string | undefined;
}

/** A client has gone: OnClientDisconnect. */
export interface ClientDisconnect {
  /** Name of the server. */
  readonly server: string;
  /** Id of the connection. */
  readonly client: string;
  /** Why, for people. */
  readonly reason?: string | undefined;
}

/** A tool call has failed, and the tool itself did not know what to do: OnError. */
export interface ToolError {
  /** Full name. */
  readonly tool: string;
  /** Id of the plugin that it belongs to. */
  readonly plugin: string;
  readonly error: ErrorData;
  /** From 1. */
  readonly attempt: number;
}

/** An agent has thought aloud: OnReasoningStep. */
export interface ReasoningStep {
  readonly session: string;
  readonly agent: string;
  /** From 1. */
  readonly step: number;
  readonly text: string;
}

/** The host knows its tools: ToolRegistryBuild. */
export interface ToolRegistryState {
  readonly tools: readonly {
    readonly plugin: string;
    readonly name: string;
    readonly fullName: string;
    readonly description: string;
    readonly guideline?: string | undefined;
  }[];
}

/** How a tool is described from now on; what is absent stays. */
export interface ToolDescriptionChange {
  /** Full or short name. */
  readonly tool: string;
  readonly description?: string | undefined;
  readonly guideline?: string | undefined;
}

/** The system prompt of a model is being put together: SystemPromptExtend. */
export interface SystemPrompt {
  /** What there is so far. */
  readonly prompt: string;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
}

/** A model is about to be asked: PreLlmCall. */
export interface ModelRequest {
  readonly provider: string;
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Names under which tools are offered. */
  readonly tools?: readonly string[] | undefined;
  /** Temperature and the like, as the provider has them. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** A model has answered: PostLlmResponse. */
export interface ModelResponse {
  readonly provider: string;
  readonly model: string;
  readonly message: ChatMessage;
  readonly usage?: ModelUsage | undefined;
}

/** The host collects servers that are to run next to it: DaemonServerRegister. */
export interface DaemonServers {
  readonly hostVersion: string;
  /** Those that run. */
  readonly plugins: readonly { readonly id: string; readonly version: string }[];
}

/** The host has started with this configuration: ConfigLoaded. */
export interface LoadedConfig {
  /** config.toml. */
  readonly file: string;
  /** Search paths, as written. */
  readonly paths: readonly string[];
  readonly strict: boolean;
  readonly features: readonly string[];
  /** How many keys of the file the host does not read. */
  readonly warnings: number;
}

/** Contexts are about to be gathered for a turn: PrePreload. */
export interface ContextQuery {
  readonly session: string;
  /** What the turn is about. */
  readonly query: string;
  /** Full names of the contexts that will be asked. */
  readonly contexts: readonly string[];
}

/** Contexts have been gathered for a turn: PostPreload. */
export interface ContextParts {
  readonly session: string;
  /** What the turn is about. */
  readonly query: string;
  readonly parts: readonly {
    /** Full name of the context. */
    readonly context: string;
    /** Where it comes from. */
    readonly source?: string | undefined;
    readonly text: string;
  }[];
}
