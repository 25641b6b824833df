// Drives a Jira with npm's jira-client: a client whose expectations are not ours.
//   node jira_client.mjs URL PROJECT
import assert from 'node:assert/strict';
import JiraApi from 'jira-client';

const url = new URL(process.argv[2]);
const project = process.argv[3];
let held = 0;
const check = (what, is, wanted) => {
  assert.deepEqual(is, wanted, what);
  held += 1;
};

const jira = new JiraApi({
  protocol: 'http',
  host: url.hostname,
  port: url.port,
  base: url.pathname.replace(/^\//, ''),
  apiVersion: '2',
  strictSSL: false,
  bearer: 'valise-token',
});

check('the token is valise\'s', (await jira.getCurrentUser()).name, 'valise');
const created = await jira.addNewIssue({
  fields: { project: { key: project }, issuetype: { name: 'Bug' }, summary: 'From node', labels: ['node'] },
});
check('the key has the project', created.key.split('-')[0], project);
await jira.updateIssue(created.key, { fields: { summary: 'From node, edited' } });
await jira.addComment(created.key, 'A comment');

const found = await jira.searchJira(`key = ${created.key}`, { fields: ['summary', 'comment'] });
check('one found', found.total, 1);
check('its new summary', found.issues[0].fields.summary, 'From node, edited');
check('its comment', found.issues[0].fields.comment.comments.map((c) => c.body), ['A comment']);

const { transitions } = await jira.listTransitions(created.key);
const close = transitions.find((t) => t.name === 'Close Issue');
await jira.transitionIssue(created.key, {
  transition: { id: close.id }, fields: { resolution: { name: "Won't Fix" } },
});
// findIssue would send fieldsByKeys, which only Cloud knows.
const closed = await jira.genericGet(`issue/${created.key}?expand=changelog`);
check('closed', closed.fields.status.name, 'Closed');
check('with its resolution', closed.fields.resolution.name, "Won't Fix");
check('with its history', closed.changelog.histories.length, 2);
await assert.rejects(jira.genericGet(`issue/${project}-999999`), /Issue Does Not Exist/);
held += 1;
console.log(`jira-client: ${held} checks held`);
