// The YAML language server that editors use, as an editor talks to it.
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

export class Editor {
  #server;
  #next = 1;
  #answers = new Map(); // id of a question -> who waits for its answer
  #problems = new Map(); // uri -> who waits for its problems
  #buffer = Buffer.alloc(0);
  #schemas;

  // `schemas`: a schema file to the pattern of the files that it is for; files can also name theirs in the first line.
  constructor(npm, schemas = {}) {
    this.#schemas = schemas;
    this.#server = spawn("node", [npm + "/node_modules/yaml-language-server/bin/yaml-language-server", "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#server.stdout.on("data", (chunk) => this.#read(chunk));
  }

  async start(folder) {
    await this.ask("initialize", { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {} });
    this.#send({ method: "initialized", params: {} });
    this.#send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: this.#settings() } } });
  }

  stop() {
    this.#server.kill();
  }

  ask(method, params) {
    const id = this.#next++;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#answers.set(id, resolve));
  }

  // Opens a document; `problems` is what the server finds wrong with it.
  open(file, text) {
    const uri = pathToFileURL(file).href;
    const problems = new Promise((resolve) => this.#problems.set(uri, resolve));
    this.#send({
      method: "textDocument/didOpen",
      params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
    });
    return { uri, problems };
  }

  #settings() {
    return { validate: true, hover: true, completion: true, schemas: this.#schemas, schemaStore: { enable: false } };
  }

  #send(message) {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #read(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.subarray(0, end).toString())[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const text = this.#buffer.subarray(end + 4, end + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#receive(JSON.parse(text));
    }
  }

  #receive(message) {
    if (message.method === "textDocument/publishDiagnostics") {
      this.#problems.get(message.params.uri)?.(message.params.diagnostics);
    } else if (message.method === "workspace/configuration") {
      const settings = (item) => (item.section === "yaml" ? this.#settings() : null);
      this.#send({ id: message.id, result: message.params.items.map(settings) });
    } else if (message.method !== undefined && message.id !== undefined) {
      this.#send({ id: message.id, result: null });
    } else if (this.#answers.has(message.id)) {
      this.#answers.get(message.id)(message.result);
      this.#answers.delete(message.id);
    }
  }
}
