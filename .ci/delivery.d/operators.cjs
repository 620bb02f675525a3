// operators.cjs PACKAGES SCRATCH FILE…: validates the resources of operators against the schemas of their definitions. A schema lets unknown
// fields pass, as a cluster does, which drops them; so the compiler is asked too, to which a literal with one more field is an error.
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const yaml = require("yaml");

const [packages, scratch, ...files] = process.argv.slice(2);
const MODELS = {
  "monitoring.coreos.com": "prometheus-operator",
  "external-secrets.io": "external-secrets",
  "bitnami.com": "sealed-secrets",
  "argoproj.io": "argo-cd",
  "kustomize.toolkit.fluxcd.io": "flux-cd",
  "source.toolkit.fluxcd.io": "flux-cd",
};

(async () => {
  let faults = 0;
  const seen = {};
  const imports = new Map();
  const literals = [];
  for (const file of files) {
    for (const document of yaml.parseAllDocuments(fs.readFileSync(file, "utf8"))) {
      const resource = document.toJS();
      const [group] = (resource.apiVersion ?? "").split("/");
      const model = MODELS[group];
      if (!model) continue;
      const module = path.join(packages, "node_modules/@kubernetes-models", model, resource.apiVersion, `${resource.kind}.js`);
      if (!fs.existsSync(module)) {
        console.error(`${file}: there is no ${resource.kind} in ${resource.apiVersion}`);
        faults++;
        continue;
      }
      const type = (await import(pathToFileURL(module)))[resource.kind];
      try {
        new type(resource).validate();
        const { apiVersion, kind, ...data } = resource;
        const alias = `${kind}_${apiVersion.replace(/\W/g, "_")}`;
        imports.set(alias, `import { ${kind} as ${alias} } from "@kubernetes-models/${model}/${apiVersion}/${kind}";`);
        // Which file it is from is in the message's line.
        literals.push(`new ${alias}(${JSON.stringify(data)}); // ${path.basename(file)} ${resource.metadata?.name}`);
        seen[resource.kind] = (seen[resource.kind] ?? 0) + 1;
      } catch (e) {
        console.error(`${file}: ${resource.kind} ${resource.metadata?.name}: ${e.message}`);
        faults++;
      }
    }
  }
  const source = path.join(scratch, "resources.mts");
  fs.writeFileSync(source, [...imports.values(), ...literals].join("\n"));
  fs.rmSync(path.join(scratch, "node_modules"), { force: true });
  fs.symlinkSync(path.join(packages, "node_modules"), path.join(scratch, "node_modules"));
  const compiled = spawnSync(process.execPath, [path.join(packages, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck",
    "--module", "nodenext", "--target", "es2022", source], { encoding: "utf8" });
  if (compiled.status !== 0) {
    for (const line of compiled.stdout.split("\n").filter((l) => l.includes("error TS"))) {
      const at = Number((line.match(/\((\d+),/) ?? [])[1]) - 1 - imports.size;
      console.error(`${(literals[at] ?? "").split(" // ")[1] ?? ""}: ${line.replace(/^.*error /, "")}`);
    }
    faults++;
  }
  for (const kind of ["ServiceMonitor", "ExternalSecret", "ClusterSecretStore", "SealedSecret", "Application", "Kustomization", "GitRepository"]) {
    if (!seen[kind]) {
      console.error(`no ${kind} was validated`);
      faults++;
    }
  }
  console.log(Object.entries(seen).map(([k, n]) => `${n} ${k}`).join(", "));
  process.exit(faults ? 1 : 0);
})();
