// Definitions in the language server that editors use: the schema is found by the first line of a file, has no problem
// with our own files, explains keys, values and permissions, and completes kinds, fields and choices.
// Usage: node language_server.mjs NPM-FOLDER DEFINITIONS-FOLDER
import fs from "node:fs";
import path from "node:path";
import { Editor } from "./editor.mjs";

const [npm, definitions] = process.argv.slice(2).map((name) => path.resolve(name));
const editor = new Editor(npm);
const deadline = setTimeout(() => fail("the language server does not answer"), 60_000);

function fail(message) {
  console.error(message);
  editor.stop();
  process.exit(1);
}
function expect(condition, message) {
  if (!condition) fail(message);
}

await editor.start(path.dirname(definitions));
for (const name of fs.readdirSync(definitions)) {
  const found = await editor.open(path.join(definitions, name), fs.readFileSync(path.join(definitions, name), "utf8")).problems;
  expect(found.length === 0, `${name}: ${JSON.stringify(found)}`);
}

const first = "# yaml-language-server: $schema=../schema/definitions.json\n";
let opened = 0;
async function document(lines) {
  const text = first + lines.join("\n") + "\n";
  const { uri, problems } = editor.open(path.join(definitions, `open-${++opened}.yaml`), text);
  return { uri, text, problems: await problems };
}

const explained = await document([
  "acctl: 1",
  "tenants: {match: {plan: pro}}",
  "guards: {protect: [teams/tier-1]}",
  "roles:",
  "  agent:",
  "    scope: organization",
  "    permissions:",
  "      - tickets.view",
  "      - tickets.edit: group",
  "users:",
  "  ana@x.example:",
  "    crm_access: true",
  "    roles:",
  '      - lead: {until: "2027-01-31T18:00:00Z"}',
  "automations:",
  "  hurry: {conditions: {priority: [urgent]}, actions: [{set_status: open}]}",
  "settings: {session.hours: 12}",
]);
expect(explained.problems.length === 0, JSON.stringify(explained.problems));
// A word of the document to the heading that explains it, and a part of the text below.
for (const [word, heading, part] of [
  ["plan:", "plan", "plan of the subscription"],
  ["protect", "protect", "removed only"],
  ["teams/tier-1", "protected object", "allow-removal"],
  ["roles", "roles", "```yaml"],
  ["agent", "object of roles", "Named bundles"],
  ["scope", "roles.scope", "default organization"],
  ["organization", "roles.scope", "`enterprise`"],
  ["tickets.view", "roles.permissions, an entry", "Permissions that the role gives"],
  ["tickets.edit", "level", "`group`: on what is assigned"],
  ["ana@x", "object of users", "takes a seat"],
  ["crm_access", "users.crm_access", "CRM records"],
  ["until", "until", "expires"],
  ["priority", "priority", "keys of priorities"],
  ["actions", "automations.actions", "in order"],
  ["set_status", "set_status", "Key of statuses"],
  ["session.hours", "session.hours", "from 1 to 8760"],
]) {
  const lines = explained.text.split("\n");
  const line = lines.findIndex((one, at) => at > 0 && one.includes(word));
  const position = { line, character: lines[line].indexOf(word) + 1 };
  const hover = await editor.ask("textDocument/hover", { textDocument: { uri: explained.uri }, position });
  const text = (hover?.contents?.value ?? "").replace(/\\/g, "");
  expect(text.startsWith(`#### ${heading}\n`) && text.includes(part), `'${word}' is not explained by ${heading}: ${text}`);
}

// What stands before the cursor to some of what is offered there.
for (const [lines, ...labels] of [
  [["acctl: 1", ""], "roles", "users", "settings", "guards"],
  [["acctl: 1", "roles:", "  agent:", "    name: Agent", "    "], "description", "permissions", "clone"],
  [["acctl: 1", "roles:", "  agent:", "    scope: "], "organization", "enterprise"],
  [["acctl: 1", "roles:", "  agent:", "    permissions:", "      - a.b: "], "global", "group", "restricted"],
  [["acctl: 1", "automations:", "  a:", "    clone: "], "pack:escalate-overdue"],
  [["acctl: 1", "automations:", "  a:", "    actions:", "      - "], "set_status", "assign_team"],
  [["acctl: 1", "idp:", "  "], "okta", "entra"],
  [["acctl: 1", "settings:", "  "], "locale", "session.hours"],
  [["acctl: 1", "views:", "  a:", "    sort:", "      - "], "due_date"],
]) {
  const { uri } = await document(lines);
  const position = { line: lines.length, character: lines.at(-1).length };
  const answer = await editor.ask("textDocument/completion", { textDocument: { uri }, position });
  const offered = (answer.items ?? answer).map((one) => one.label);
  const repeated = offered.filter((label, at) => offered.indexOf(label) !== at);
  expect(repeated.length === 0, `offered twice: ${repeated}`);
  for (const label of labels) expect(offered.includes(label), `'${label}' is not offered: ${offered}`);
}
clearTimeout(deadline);
editor.stop();
process.exit(0);
