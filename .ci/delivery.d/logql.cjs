// logql.cjs QUERIES: how many errors LogQL's grammar finds in each query of a list, as JSON.
const { parser } = require('@grafana/lezer-logql');
const queries = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
const answer = {};
for (const query of queries) {
  let errors = 0;
  parser.parse(query).iterate({ enter: node => { if (node.type.isError) errors++; } });
  answer[query] = { errors };
}
console.log(JSON.stringify(answer));
