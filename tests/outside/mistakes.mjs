// The wrong files of tests/golden/mistakes in the language server that editors use: what validate finds is marked on the
// same line, or stands there with the reason why an editor cannot know it; files without a mistake have no mark. The
// tables are read as README.md beside them says.
// Usage: node mistakes.mjs NPM-FOLDER SCHEMA-FOLDER
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Editor } from "./editor.mjs";

// May only become less: what an editor cannot know.
const most_unknown = 40;

const [npm, schemas] = process.argv.slice(2).map((name) => path.resolve(name));
const folder = path.resolve(import.meta.dirname, "../golden/mistakes");

function unescaped(line) {
  return line.replace(/<U\+([0-9A-F]+)>/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));
}

const kind_of = (table) => /^[a-z]+/.exec(table)[0];

// The files of a table, as tests/support/mistakes.cpp reads them.
function read_table(table) {
  const kind = kind_of(table);
  const files = [];
  for (const line of fs.readFileSync(path.join(folder, table), "utf8").split("\n").slice(0, -1)) {
    const file = files.at(-1);
    if (line.startsWith("== ")) {
      files.push({ kind, name: line.slice(3), text: "", problems: [] });
    } else if (file !== undefined && line.startsWith("=> ")) {
      file.problems.push({ line: Number.parseInt(line.slice(3)), message: line.slice(3), unknown: "" });
    } else if (file !== undefined && line.startsWith("-- ")) {
      file.problems.at(-1).unknown = line.slice(3);
    } else if (file !== undefined) {
      file.text += unescaped(line) + "\n";
    }
  }
  return files;
}

const tables = fs.readdirSync(folder).filter((file) => file.endsWith(".txt"));
const kinds = [...new Set(tables.map(kind_of))];
const schema_of = (kind) => pathToFileURL(path.join(schemas, kind + ".json")).href;
const editor = new Editor(npm, Object.fromEntries(kinds.map((kind) => [schema_of(kind), `**/${kind}-*.yaml`])));
const deadline = setTimeout(() => {
  console.error("the language server does not answer");
  editor.stop();
  process.exit(1);
}, 120_000);
await editor.start(folder);

const complaints = [];
let known = 0;
let unknown = 0;
for (const [number, file] of tables.flatMap(read_table).entries()) {
  const opened = editor.open(path.join(folder, `${file.kind}-${number}.yaml`), file.text);
  const marks = (await opened.problems).map((mark) => ({ line: mark.range.start.line + 1, message: mark.message }));
  const complain = (what) => complaints.push(`${file.kind}: ${file.name}: ${what}\n${JSON.stringify(marks)}`);
  for (const problem of file.problems) {
    const marked = marks.some((mark) => mark.line === problem.line);
    if (problem.unknown !== "" && marked) complain(`is found after all: ${problem.message}`);
    if (problem.unknown === "" && !marked) complain(`is not marked: ${problem.message}`);
    problem.unknown === "" ? ++known : ++unknown;
  }
  if (file.problems.length === 0 && marks.length > 0) complain("has marks, and validate finds nothing");
}
if (unknown > most_unknown) complaints.push(`${unknown} mistakes are left out; there may be ${most_unknown}`);
console.log(`${known} mistakes are marked on their lines; ${unknown} are beyond a schema`);
for (const complaint of complaints) console.error(complaint);
clearTimeout(deadline);
editor.stop();
process.exit(complaints.length === 0 ? 0 : 1);
