// A pipeline against GitLab's own schema (ci.json), and the schema against a mistake: it must notice.
// Usage: node gitlab.mjs NPM-FOLDER FILE
import fs from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const require = createRequire(folder + "/package.json");
const Ajv = require("ajv");
const YAML = require("yaml");
const { schema } = await import(pathToFileURL(folder + "/node_modules/gitlab-ci-local/src/schema/schema.js"));

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const check = ajv.compile(schema);
const text = fs.readFileSync(file, "utf8");
if (!check(YAML.parse(text))) {
  console.error(file, check.errors.slice(0, 5));
  process.exit(1);
}
if (check(YAML.parse(text.replaceAll("expire_in: 1 week", "expire_in: [1]")))) {
  console.error("the schema of GitLab takes anything");
  process.exit(1);
}
