// Runs the site's own search worker on its own index: the arguments are the folder of the site and
// searches as JSON. Prints as JSON the place that each search shows first.
import { readdirSync, readFileSync } from "node:fs";
import vm from "node:vm";

const [site, searches] = process.argv.slice(2);
const workers = `${site}/assets/javascripts/workers`;
const [worker] = readdirSync(workers).filter((name) => /^search\..*\.js$/.test(name));
const { config, docs } = JSON.parse(readFileSync(`${site}/search/search_index.json`, "utf8"));
const scope = vm.createContext({
  addEventListener: (_, listener) => (scope.receive = listener),
  postMessage: (data) => scope.answered(data),
});
scope.self = scope;
vm.runInContext(readFileSync(`${workers}/${worker}`, "utf8"), scope);

const ask = (type, data) =>
  new Promise((answered) => Object.assign(scope, { answered }).receive({ data: { type, data } }));
await ask(0, { config, docs, options: { suggest: true } });
const found = {};
for (const text of JSON.parse(searches)) {
  found[text] = (await ask(2, text)).data.items[0]?.[0].location;
}
console.log(JSON.stringify(found));
