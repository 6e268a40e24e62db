// The list of components against the schema of CycloneDX 1.5. Usage: node components.mjs NPM-FOLDER FILE
import fs from "node:fs";
import { createRequire } from "node:module";

const [folder, file] = process.argv.slice(2);
const require = createRequire(folder + "/package.json");
const Ajv = require("ajv");
const schemas = folder + "/node_modules/@cyclonedx/cyclonedx-library/res/schema/";
const read = (path) => JSON.parse(fs.readFileSync(path, "utf8"));

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
for (const name of ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"]) {
  ajv.addSchema({ ...read(schemas + name), $id: "http://cyclonedx.org/schema/" + name });
}
const check = ajv.compile({ ...read(schemas + "bom-1.5.SNAPSHOT.schema.json"), $id: "http://cyclonedx.org/schema/bom.json" });
const list = read(file);
if (!check(list)) {
  console.error(file, check.errors.slice(0, 5));
  process.exit(1);
}
if (check({ ...list, specVersion: 15 })) throw new Error("the schema of CycloneDX takes anything");
const names = list.components.map((component) => component.name);
for (const name of ["libpq", "libpqxx", "libcurl", "yaml-cpp", "libstdc++"]) {
  if (!names.includes(name)) throw new Error(name + " is not in the list");
}
for (const component of list.components) {
  if (!/^[0-9]/.test(component.version)) throw new Error(component.name + " has no version");
}
