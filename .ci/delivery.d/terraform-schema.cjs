// terraform-schema.cjs PACKAGES DIRECTORY: holds resources and data sources against the providers' schemas.
//
// The providers themselves cannot be had everywhere. Their schemas are in the type definitions of the CDK's bindings: which arguments
// there are, which are required, which blocks are nested, what a resource exports. Not seen: types of scalars and values of enumerations.
const fs = require("node:fs");
const path = require("node:path");
const { parse } = require("@cdktf/hcl2json");

const [packages, root] = process.argv.slice(2);
const META = new Set(["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection", "dynamic"]);
const faults = [];
const schemas = new Map();

function schemaOf(type, data) {
  const [provider, ...rest] = type.split("_");
  const folder = `${data ? `data-${provider}-` : ""}${rest.join("-")}`;
  const file = path.join(packages, "node_modules/@cdktf", `provider-${provider}`, "lib", folder, "index.d.ts");
  if (schemas.has(file)) return schemas.get(file);
  if (!fs.existsSync(file)) return undefined;
  // Large resources have their structures in a second file.
  const text = fs.readdirSync(path.dirname(file)).filter((f) => f.endsWith(".d.ts"))
    .map((f) => fs.readFileSync(path.join(path.dirname(file), f), "utf8")).join("\n");
  const interfaces = new Map();
  let top;
  for (const [, name, meta, body] of text.matchAll(/^export interface (\w+)( extends cdktf\.TerraformMetaArguments)? \{\n([\s\S]*?)^\}/gm)) {
    const fields = new Map();
    for (const [, argument, optional, kind] of body.matchAll(/#(\w+) \w+#\w+\}[\s\S]*?readonly \w+(\??): ([^;]+);/g)) {
      fields.set(argument, { required: !optional, nested: (kind.match(/^(?:cdktf\.IResolvable \| )?(\w+)(?:\[\])?(?: \| cdktf\.IResolvable)?$/) ?? [])[1] });
    }
    interfaces.set(name, fields);
    if (meta) top = fields;
  }
  const exported = new Set([...text.matchAll(/^ {4}get (\w+)\(\)/gm)].map((m) => m[1]));
  const schema = { interfaces, top, exported };
  schemas.set(file, schema);
  return schema;
}

function examine(where, schema, fields, block) {
  const given = new Set(Object.keys(block));
  for (const [name, entries] of Object.entries(block.dynamic ?? {})) {
    given.add(name);
    for (const entry of entries) for (const content of entry.content) nested(`${where}.${name}`, schema, fields.get(name), content);
  }
  for (const name of given) {
    if (META.has(name)) continue;
    if (!fields.has(name)) faults.push(`${where}: there is no argument ${name}`);
    else for (const value of [block[name]].flat()) nested(`${where}.${name}`, schema, fields.get(name), value);
  }
  for (const [name, field] of fields) if (field.required && !given.has(name)) faults.push(`${where}: ${name} is missing`);
}

function nested(where, schema, field, value) {
  const fields = field && schema.interfaces.get(field.nested);
  if (fields && value && typeof value === "object") examine(where, schema, fields, value);
}

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());

(async () => {
  let counted = 0, references = 0;
  const folders = fs.readdirSync(root, { recursive: true }).filter((f) => f.endsWith(".tf")).map((f) => path.dirname(f));
  const outputs = new Map();
  const modules = new Map();
  for (const folder of new Set(folders)) {
    const declared = new Map();
    let text = "";
    const all = { variable: {}, output: {}, module: {} };
    for (const file of fs.readdirSync(path.join(root, folder)).filter((f) => f.endsWith(".tf"))) {
      const source = fs.readFileSync(path.join(root, folder, file), "utf8");
      text += source.replace(/^\s*#.*$/gm, "");
      const parsed = await parse(path.join(folder, file), source);
      for (const kind of Object.keys(all)) Object.assign(all[kind], parsed[kind] ?? {});
      for (const [kind, data] of [["resource", false], ["data", true]]) {
        for (const [type, named] of Object.entries(parsed[kind] ?? {})) {
          for (const [name, blocks] of Object.entries(named)) {
            const where = `${path.join(folder, file)}: ${data ? "data." : ""}${type}.${name}`;
            const schema = schemaOf(type, data);
            if (!schema?.top) {
              faults.push(`${where}: the provider has no such type`);
              continue;
            }
            counted++;
            declared.set(`${data ? "data." : ""}${type}.${name}`, schema);
            for (const block of blocks) examine(where, schema, schema.top, block);
          }
        }
      }
    }
    // What is referred to is declared, and exported.
    for (const [, reference, attribute] of text.matchAll(/((?:data\.)?\b(?:aws|cloudflare)_\w+\.\w+)(?:\[[^\]]+\])?(?:\.(\w+))?/g)) {
      references++;
      const schema = declared.get(reference);
      if (!schema) faults.push(`${folder}: ${reference} is not declared`);
      else if (attribute && !schema.exported.has(camel(attribute)) && !schema.top.has(attribute)) {
        faults.push(`${folder}: ${reference} has no ${attribute}`);
      }
    }
    for (const [, name] of text.matchAll(/\bvar\.(\w+)/g)) {
      if (!all.variable[name]) faults.push(`${folder}: var.${name} is not declared`);
    }
    for (const [, name, output] of text.matchAll(/\bmodule\.(\w+)(?:\[[^\]]+\])?\.(\w+)/g)) modules.set(`${folder} ${name} ${output}`, { folder, name, output });
    outputs.set(path.normalize(folder), all);
  }
  // What a module is given, it takes; what it needs, it is given; what is taken from it, it has.
  for (const [folder, all] of outputs) {
    for (const [name, [block]] of Object.entries(all.module)) {
      const target = outputs.get(path.normalize(path.join(folder, block.source)));
      if (!target) {
        faults.push(`${folder}: module ${name} is nowhere`);
        continue;
      }
      for (const argument of Object.keys(block)) {
        if (!["source", "count", "for_each", "providers", "depends_on"].includes(argument) && !target.variable[argument]) {
          faults.push(`${folder}: module ${name} takes no ${argument}`);
        }
      }
      for (const [variable, [declaration]] of Object.entries(target.variable)) {
        if (!("default" in declaration) && !(variable in block)) faults.push(`${folder}: module ${name} is not given ${variable}`);
      }
    }
  }
  for (const { folder, name, output } of modules.values()) {
    const block = outputs.get(path.normalize(folder)).module[name];
    if (!block) faults.push(`${folder}: module ${name} is not declared`);
    else if (!outputs.get(path.normalize(path.join(folder, block[0].source))).output[output]) {
      faults.push(`${folder}: module ${name} has no output ${output}`);
    }
  }
  for (const fault of faults) console.error(fault);
  console.log(`${counted} resources and data sources, ${references} references`);
  process.exit(faults.length || !counted ? 1 : 0);
})();
