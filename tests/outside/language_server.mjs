// Definitions in the language server that editors use: the schema is found by the first line of a file, has no problem
// with our own files, marks mistakes, explains keys and completes them.
// Usage: node language_server.mjs NPM-FOLDER DEFINITIONS-FOLDER
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [npm, definitions] = process.argv.slice(2).map((name) => path.resolve(name));
const server = spawn("node", [npm + "/node_modules/yaml-language-server/bin/yaml-language-server", "--stdio"], {
  stdio: ["pipe", "pipe", "inherit"],
});
const deadline = setTimeout(() => fail("the language server does not answer"), 60_000);

function fail(message) {
  console.error(message);
  server.kill();
  process.exit(1);
}
function expect(condition, message) {
  if (!condition) fail(message);
}

let next = 1;
const waiting = new Map();
const problems = new Map(); // uri -> waiting for them
function send(message) {
  const text = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}
function ask(method, params) {
  const id = next++;
  send({ id, method, params });
  return new Promise((resolve) => waiting.set(id, resolve));
}
function receive(message) {
  if (message.method === "textDocument/publishDiagnostics") {
    problems.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.method !== undefined && message.id !== undefined) {
    send({ id: message.id, result: message.method === "workspace/configuration" ? message.params.items.map(() => null) : null });
  } else if (waiting.has(message.id)) {
    waiting.get(message.id)(message.result);
    waiting.delete(message.id);
  }
}
let buffer = Buffer.alloc(0);
server.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const text = buffer.subarray(end + 4, end + 4 + length).toString();
    buffer = buffer.subarray(end + 4 + length);
    receive(JSON.parse(text));
  }
});

// Opens a document as an editor does; what the server finds wrong with it.
function open(name, text) {
  const uri = pathToFileURL(path.join(definitions, name)).href;
  const found = new Promise((resolve) => problems.set(uri, resolve));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  return { uri, found };
}
// Of the first `word` in the text: {line, character}.
function position(text, word) {
  const lines = text.split("\n");
  const line = lines.findIndex((one) => one.includes(word));
  return { line, character: lines[line].indexOf(word) + 1 };
}

await ask("initialize", { processId: process.pid, rootUri: pathToFileURL(path.dirname(definitions)).href, capabilities: {} });
send({ method: "initialized", params: {} });
send({
  method: "workspace/didChangeConfiguration",
  params: { settings: { yaml: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } } },
});

for (const name of fs.readdirSync(definitions)) {
  const found = await open(name, fs.readFileSync(path.join(definitions, name), "utf8")).found;
  expect(found.length === 0, `${name}: ${JSON.stringify(found)}`);
}

const first = "# yaml-language-server: $schema=../schema/definitions.json\n";
const wrong = first + "acctl: 1\nroles:\n  agent:\n    naem: Agent\n    permissions: 7\nrolls: {}\n";
const messages = (await open("wrong.yaml", wrong).found).map((one) => `${one.range.start.line}: ${one.message}`).join("\n");
for (const [line, what] of [[4, "naem"], [5, ""], [6, "rolls"]]) {
  expect(messages.split("\n").some((one) => one.startsWith(`${line}: `) && one.includes(what)), `not marked: ${line} ${what}\n${messages}`);
}

const text = first + "acctl: 1\nroles:\n  agent:\n    name: Agent\n    \n";
const { uri, found } = open("right.yaml", text);
await found;
for (const word of ["roles", "name"]) {
  const hover = await ask("textDocument/hover", { textDocument: { uri }, position: position(text, word) });
  expect(JSON.stringify(hover?.contents ?? "").length > 20, `'${word}' is not explained: ${JSON.stringify(hover)}`);
}
const completion = await ask("textDocument/completion", { textDocument: { uri }, position: { line: 5, character: 4 } });
const labels = (completion.items ?? completion).map((one) => one.label);
for (const label of ["description", "permissions", "clone"]) {
  expect(labels.includes(label), `'${label}' is not offered: ${labels}`);
}
clearTimeout(deadline);
server.kill();
process.exit(0);
